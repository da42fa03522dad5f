#include "model/token_cache.h"

#include <string.h>

#include <xxhash.h>

#include "base/memory.h"

/* A slot without a string: nobody finds it, and it may be taken. */
enum { NO_STRING = UINT8_MAX };

/* More are hardly ever met again, and a cache costs something before it is used. */
enum { MOST_SLOTS = 1 << 16 };

size_t token_cache_slots(size_t bytes, size_t slot_size, size_t pass)
{
    size_t least = pass + CACHE_EDGES;
    size_t n = bytes / (slot_size + sizeof(struct cached_token));
    n = n < least ? least : n;
    return n < MOST_SLOTS ? n : MOST_SLOTS;
}

bool token_cache_init(struct token_cache *c, size_t n_slots)
{
    *c = (struct token_cache){.n_slots = n_slots, .n_buckets = 1};
    while (c->n_buckets < n_slots)
        c->n_buckets *= 2;
    c->at = mem_alloc(n_slots, sizeof *c->at);
    c->buckets = mem_alloc(c->n_buckets, sizeof *c->buckets);
    if (c->buckets)
        token_cache_empty(c);
    return c->at && c->buckets;
}

void token_cache_clear(struct token_cache *c)
{
    mem_free(c->at);
    mem_free(c->buckets);
    *c = (struct token_cache){0};
}

void token_cache_empty(struct token_cache *c)
{
    memset(c->buckets, 0, c->n_buckets * sizeof *c->buckets);
    c->n_used = c->hand = CACHE_EDGES;
}

void token_cache_next_pass(struct token_cache *c)
{
    c->pass++;
}

static uint32_t *bucket_of(const struct token_cache *c, uint64_t hash)
{
    return &c->buckets[hash & (c->n_buckets - 1)];
}

static void take_out(struct token_cache *c, uint32_t slot)
{
    if (c->at[slot].n == NO_STRING)
        return;
    uint32_t *link = bucket_of(c, c->at[slot].hash);
    while (*link != slot)
        link = &c->at[*link].next;
    *link = c->at[slot].next;
}

/* A slot that this pass has not asked for: one that nobody had, else the first under the hand that was not asked for again. */
static uint32_t free_slot(struct token_cache *c)
{
    if (c->n_used < c->n_slots)
        return (uint32_t)c->n_used++;
    for (;;) {
        uint32_t slot = (uint32_t)c->hand;
        struct cached_token *token = &c->at[slot];
        c->hand = c->hand + 1 < c->n_slots ? c->hand + 1 : CACHE_EDGES;
        if (token->pass == c->pass)
            continue;
        if (!token->is_asked) {
            take_out(c, slot);
            return slot;
        }
        token->is_asked = false;
    }
}

static uint32_t add(struct token_cache *c, const char *token, size_t n, uint64_t hash)
{
    uint32_t slot = free_slot(c);
    struct cached_token *kept = &c->at[slot];
    *kept = (struct cached_token){.hash = hash, .pass = c->pass, .n = NO_STRING};
    if (n <= CACHED_TOKEN_BYTES) {
        uint32_t *bucket = bucket_of(c, hash);
        kept->n = (unsigned char)n;
        memcpy(kept->text, token, n);
        kept->next = *bucket;
        *bucket = slot;
    }
    return slot;
}

uint64_t token_cache_hash(const struct token_cache *c, const char *token, size_t n)
{
    uint64_t hash = XXH3_64bits(token, n);
    __builtin_prefetch(bucket_of(c, hash));
    return hash;
}

void token_cache_expect(const struct token_cache *c, uint64_t hash)
{
    const char *token = (const char *)&c->at[*bucket_of(c, hash)];
    __builtin_prefetch(token);
    __builtin_prefetch(token + sizeof(struct cached_token) - 1);
}

uint32_t token_cache_find(struct token_cache *c, uint64_t hash, const char *token, size_t n, bool *is_new)
{
    uint32_t slot = n <= CACHED_TOKEN_BYTES ? *bucket_of(c, hash) : 0;
    while (slot && (c->at[slot].hash != hash || c->at[slot].n != n || memcmp(c->at[slot].text, token, n) != 0))
        slot = c->at[slot].next;
    *is_new = slot == 0;
    if (slot == 0)
        return add(c, token, n, hash);
    c->at[slot].is_asked = true;
    c->at[slot].pass = c->pass;
    return slot;
}
