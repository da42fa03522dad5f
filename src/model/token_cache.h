/*
 * Which token has which slot of a cache of fixed size, by its string, for all threads that tag with one model.  Text is tagged
 * in passes: a token that a pass has asked for keeps its slot until the pass gives it back; of the others, the slot of one that
 * was not asked for of late goes to a new one ("second chance": a token seen once goes before one that was seen again).
 *
 * A new token's slot is promised to the asker who met it first, and nobody else has it before it is filled and given back: who asks
 * for that token meanwhile gets a slot of his own, that nobody finds.  So no thread waits for another's work, and what one
 * fails to fill nobody has seen.  Strings that are too long to be kept have such slots, too, and are new each time.
 */
#ifndef ORIEL_MODEL_TOKEN_CACHE_H
#define ORIEL_MODEL_TOKEN_CACHE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CACHED_TOKEN_BYTES = 44, CACHE_EDGES = 2 };

/* Slots of what stands before and after a sentence; no token ever has them. */
enum { SLOT_BEFORE, SLOT_AFTER };

struct cached_token {
    uint64_t hash;
    uint32_t next;     /* slot in the same bucket, 0: none */
    uint32_t n_pins;   /* how often passes have asked for it that have not given it back */
    uint16_t promised; /* to this asker, and not filled yet; 0: it is */
    bool is_asked;     /* again since the hand passed by */
    unsigned char n;
    char text[CACHED_TOKEN_BYTES];
};

struct token_cache {
    pthread_mutex_t lock;
    struct cached_token *at; /* [n_slots] */
    uint32_t *buckets;       /* [n_buckets] its first slot, 0: none */
    size_t n_slots, n_buckets;
    size_t n_used;
    size_t hand;
};

/* As many slots as are worth so many bytes, when what they hold takes slot_size each; enough for n_pinned at once.  false: no
 * memory, to be cleared all the same. */
bool token_cache_init(struct token_cache *c, size_t bytes, size_t slot_size, size_t n_pinned);
void token_cache_clear(struct token_cache *c);

/* Looking up in three steps: who takes the first two for several tokens before the third does not wait for memory.  What the
 * first returns goes into the others.  Thread safe. */
uint64_t token_cache_hash(const struct token_cache *c, const char *token, size_t n);
void token_cache_expect(const struct token_cache *c, uint64_t hash);

/* Finding is done with the lock held. */
void token_cache_lock(struct token_cache *c);
void token_cache_unlock(struct token_cache *c);

/* The slot of a token [n] for a pass of an asker, 1 .. UINT16_MAX; *is_new: nothing is in it yet, and the asker is to fill it.
 * Asked for again in the pass, the slot is the same, and to be given back as often. */
uint32_t token_cache_find(struct token_cache *c, uint16_t asker, uint64_t hash, const char *token, size_t n,
                          bool *is_new);

/* Without the lock, the asker gives slots [n] back, edges among them; those that were new are filled now, or else forgotten.  Thread
 * safe. */
void token_cache_release(struct token_cache *c, uint16_t asker, const uint32_t *slots, size_t n, bool is_filled);

#endif
