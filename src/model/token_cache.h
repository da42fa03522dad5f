/*
 * Which token has which slot of a cache of fixed size, by its string.  Text is tagged in passes: a token that a pass has asked
 * for keeps its slot until the pass ends; between passes the slot of a token that was not asked for of late goes to a new
 * one ("second chance": a token seen once goes before one that was seen again).
 *
 * Strings that are too long to be kept are new each time they are asked for.
 */
#ifndef ORIEL_MODEL_TOKEN_CACHE_H
#define ORIEL_MODEL_TOKEN_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CACHED_TOKEN_BYTES = 46, CACHE_EDGES = 2 };

/* Slots of what stands before and after a sentence; no token ever has them. */
enum { SLOT_BEFORE, SLOT_AFTER };

struct cached_token {
    uint64_t hash;
    uint32_t next; /* slot in the same bucket, 0: none */
    uint32_t pass; /* that asked for it last */
    bool is_asked; /* again since the hand passed by */
    unsigned char n;
    char text[CACHED_TOKEN_BYTES];
};

struct token_cache {
    struct cached_token *at; /* [n_slots] */
    uint32_t *buckets;       /* [n_buckets] its first slot, 0: none */
    size_t n_slots, n_buckets;
    size_t n_used;
    size_t hand;
    uint32_t pass;
};

/* How many slots are worth so many bytes, when what they hold takes slot_size each; enough for `pass` tokens asked for at once. */
size_t token_cache_slots(size_t bytes, size_t slot_size, size_t pass);

/* n_slots: more than the tokens of a pass and the edges.  false: no memory, to be cleared all the same. */
bool token_cache_init(struct token_cache *c, size_t n_slots);
void token_cache_clear(struct token_cache *c);

/* Forgets all tokens. */
void token_cache_empty(struct token_cache *c);

/* A pass ends and another begins. */
void token_cache_next_pass(struct token_cache *c);

/* Looking up in three steps: who takes the first two for several tokens before the third does not wait for memory.  What the
 * first returns goes into the others. */
uint64_t token_cache_hash(const struct token_cache *c, const char *token, size_t n);
void token_cache_expect(const struct token_cache *c, uint64_t hash);

/* The slot of a token [n] for this pass; *is_new: nothing is in it yet. */
uint32_t token_cache_find(struct token_cache *c, uint64_t hash, const char *token, size_t n, bool *is_new);

#endif
