#include "model/token_cache.h"

#include <string.h>

#include <xxhash.h>

#include "base/memory.h"

/* A slot without a string: nobody finds it, and it may be taken. */
enum { NO_STRING = UINT8_MAX };

/* More are hardly ever met again, and a cache costs something before it is used. */
enum { MOST_SLOTS = 1 << 16, RELEASED_AT_ONCE = 64 };

/* It is held for a microsecond or two, and to sleep takes a hundred: who waits looks for a while first. */
static void init_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t how;
    pthread_mutexattr_init(&how); /* these cannot fail here */
    pthread_mutexattr_settype(&how, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(lock, &how);
    pthread_mutexattr_destroy(&how);
}

bool token_cache_init(struct token_cache *c, size_t bytes, size_t slot_size, size_t n_pinned)
{
    size_t n_slots = bytes / (slot_size + sizeof(struct cached_token));
    n_slots = n_slots < MOST_SLOTS ? n_slots : MOST_SLOTS;
    n_slots = n_slots > n_pinned + CACHE_EDGES ? n_slots : n_pinned + CACHE_EDGES;
    *c = (struct token_cache){.n_slots = n_slots, .n_buckets = 1, .n_used = CACHE_EDGES, .hand = CACHE_EDGES};
    init_lock(&c->lock);
    while (c->n_buckets < n_slots)
        c->n_buckets *= 2;
    c->at = mem_alloc(n_slots, sizeof *c->at);
    c->buckets = mem_zero(c->n_buckets, sizeof *c->buckets);
    return c->at && c->buckets;
}

void token_cache_clear(struct token_cache *c)
{
    if (c->n_slots)
        pthread_mutex_destroy(&c->lock);
    mem_free(c->at);
    mem_free(c->buckets);
    *c = (struct token_cache){0};
}

void token_cache_lock(struct token_cache *c)
{
    pthread_mutex_lock(&c->lock);
}

void token_cache_unlock(struct token_cache *c)
{
    pthread_mutex_unlock(&c->lock);
}

/* ---- slots ---- */

static uint32_t *bucket_of(const struct token_cache *c, uint64_t hash)
{
    return &c->buckets[hash & (c->n_buckets - 1)];
}

/* Who only wants to know where to look soon reads without the lock. */
static void set_first(uint32_t *bucket, uint32_t slot)
{
    __atomic_store_n(bucket, slot, __ATOMIC_RELAXED);
}

static void forget(struct token_cache *c, uint32_t slot)
{
    if (c->at[slot].n == NO_STRING)
        return;
    uint32_t *bucket = bucket_of(c, c->at[slot].hash);
    if (*bucket == slot) {
        set_first(bucket, c->at[slot].next);
    } else {
        uint32_t before = *bucket;
        while (c->at[before].next != slot)
            before = c->at[before].next;
        c->at[before].next = c->at[slot].next;
    }
    c->at[slot].n = NO_STRING;
}

/* A slot that no pass needs: one that nobody had, else the first under the hand that was not asked for again. */
static uint32_t free_slot(struct token_cache *c)
{
    if (c->n_used < c->n_slots)
        return (uint32_t)c->n_used++;
    for (;;) {
        uint32_t slot = (uint32_t)c->hand;
        struct cached_token *token = &c->at[slot];
        c->hand = c->hand + 1 < c->n_slots ? c->hand + 1 : CACHE_EDGES;
        if (token->n_pins > 0)
            continue;
        if (!token->is_asked) {
            forget(c, slot);
            return slot;
        }
        token->is_asked = false;
    }
}

/* A slot for the asker, that nobody finds. */
static uint32_t take(struct token_cache *c, uint16_t asker)
{
    uint32_t slot = free_slot(c);
    c->at[slot] = (struct cached_token){.n_pins = 1, .promised = asker, .n = NO_STRING};
    return slot;
}

static uint32_t add(struct token_cache *c, uint16_t asker, uint64_t hash, const char *token, size_t n)
{
    uint32_t slot = take(c, asker);
    uint32_t *bucket = bucket_of(c, hash);
    struct cached_token *kept = &c->at[slot];
    kept->hash = hash;
    kept->next = *bucket;
    kept->n = (unsigned char)n;
    memcpy(kept->text, token, n);
    set_first(bucket, slot);
    return slot;
}

/* ---- asking ---- */

uint64_t token_cache_hash(const struct token_cache *c, const char *token, size_t n)
{
    uint64_t hash = XXH3_64bits(token, n);
    __builtin_prefetch(bucket_of(c, hash));
    return hash;
}

void token_cache_expect(const struct token_cache *c, uint64_t hash)
{
    const char *token = (const char *)&c->at[__atomic_load_n(bucket_of(c, hash), __ATOMIC_RELAXED)];
    __builtin_prefetch(token, 1);
    __builtin_prefetch(token + sizeof(struct cached_token) - 1, 1);
}

/* 0: it has none. */
static uint32_t slot_of(const struct token_cache *c, uint64_t hash, const char *token, size_t n)
{
    uint32_t slot = *bucket_of(c, hash);
    while (slot && (c->at[slot].hash != hash || c->at[slot].n != n || memcmp(c->at[slot].text, token, n) != 0))
        slot = c->at[slot].next;
    return slot;
}

uint32_t token_cache_find(struct token_cache *c, uint16_t asker, uint64_t hash, const char *token, size_t n,
                          bool *is_new)
{
    *is_new = true;
    if (n > CACHED_TOKEN_BYTES)
        return take(c, asker);
    uint32_t slot = slot_of(c, hash, token, n);
    if (slot == 0)
        return add(c, asker, hash, token, n);
    struct cached_token *found = &c->at[slot];
    if (found->promised != 0 && found->promised != asker)
        return take(c, asker);
    *is_new = false;
    found->is_asked = true;
    found->n_pins++;
    return slot;
}

static void release(struct token_cache *c, uint16_t asker, uint32_t slot, bool is_filled)
{
    struct cached_token *token = &c->at[slot];
    if (slot < CACHE_EDGES)
        return;
    token->n_pins--;
    if (token->promised != asker)
        return;
    token->promised = 0;
    if (!is_filled)
        forget(c, slot);
}

/* Some at a time, which are near before the lock is taken: others wait for it meanwhile. */
void token_cache_release(struct token_cache *c, uint16_t asker, const uint32_t *slots, size_t n, bool is_filled)
{
    for (size_t first = 0; first < n; first += RELEASED_AT_ONCE) {
        size_t end = n - first < RELEASED_AT_ONCE ? n : first + RELEASED_AT_ONCE;
        for (size_t i = first; i < end; i++)
            __builtin_prefetch(&c->at[slots[i]], 1);
        token_cache_lock(c);
        for (size_t i = first; i < end; i++)
            release(c, asker, slots[i], is_filled);
        token_cache_unlock(c);
    }
}
