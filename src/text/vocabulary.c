/*
 * All strings lie in one arena, each with a NUL after it; an open-addressed table of (part of the hash, index) finds them.
 * Freezing builds a second vocabulary of exact size in the new order and puts it in the place of the first.
 */
#include "text/vocabulary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/memory.h"
#include "base/status.h"
#include "text/utf8.h"

enum { SMALLEST_TABLE = 64, WORDS_AHEAD = 32 };

#define MAX_WORDS ((size_t)INT32_MAX - VOCAB_SPECIAL)

struct slot {
    uint32_t hash; /* upper half of the word's: a string is compared only if it agrees */
    int32_t word;  /* index from 0, -1: the slot is free */
};

struct vocab {
    struct bytes arena; /* words, each with its NUL */
    size_t *ends;       /* [n_words] of the arena: where a word's NUL stands */
    uint64_t *counts;   /* [n_words] */
    bool *is_kept;      /* [n_words] NULL once frozen */
    size_t n_words, cap_ends, cap_counts, cap_kept;
    struct slot *slots; /* [n_slots], a power of two, at most two thirds full */
    size_t n_slots;
    bool is_frozen;
};

struct vocab *vocab_new(void)
{
    return mem_zero(1, sizeof(struct vocab));
}

static void vocab_clear(struct vocab *v)
{
    bytes_clear(&v->arena);
    mem_free(v->ends);
    mem_free(v->counts);
    mem_free(v->is_kept);
    mem_free(v->slots);
}

void vocab_free(struct vocab *v)
{
    if (!v)
        return;
    vocab_clear(v);
    mem_free(v);
}

/* ---- the table ---- */

static const char *word_at(const struct vocab *v, size_t word, size_t *n)
{
    size_t begin = word > 0 ? v->ends[word - 1] + 1 : 0;
    *n = v->ends[word] - begin;
    return v->arena.at + begin;
}

/* The slot where a word stands or, if it is not there, would. */
static size_t find_slot(const struct vocab *v, const char *word, size_t n, uint64_t hash)
{
    size_t mask = v->n_slots - 1;
    size_t i = (size_t)hash & mask;
    for (;; i = (i + 1) & mask) {
        struct slot slot = v->slots[i];
        if (slot.word < 0)
            return i;
        if (slot.hash != (uint32_t)(hash >> 32))
            continue;
        size_t n_there;
        const char *there = word_at(v, (size_t)slot.word, &n_there);
        if (n_there == n && memcmp(there, word, n) == 0)
            return i;
    }
}

static void expect_slot(const struct vocab *v, uint64_t hash)
{
    __builtin_prefetch(&v->slots[(size_t)hash & (v->n_slots - 1)]);
}

static bool new_table(struct slot **slots, size_t n_slots)
{
    *slots = mem_alloc(n_slots, sizeof **slots);
    for (size_t i = 0; *slots && i < n_slots; i++)
        (*slots)[i] = (struct slot){.word = -1};
    return *slots != NULL;
}

/* The size of a table that holds n_words. */
static size_t table_size(size_t n_words)
{
    size_t n_slots = SMALLEST_TABLE;
    while (n_slots / 3 * 2 < n_words)
        n_slots *= 2;
    return n_slots;
}

/* Makes room in the table for one word more. */
static bool grow_table(struct vocab *v)
{
    size_t n_slots = table_size(v->n_words + 1);
    if (n_slots <= v->n_slots)
        return true;
    struct vocab larger = *v;
    if (!new_table(&larger.slots, n_slots))
        return false;
    larger.n_slots = n_slots;
    for (size_t word = 0; word < v->n_words; word++) {
        size_t n;
        const char *at = word_at(v, word, &n);
        uint64_t hash = XXH3_64bits(at, n);
        larger.slots[find_slot(&larger, at, n, hash)] =
            (struct slot){.hash = (uint32_t)(hash >> 32), .word = (int32_t)word};
    }
    mem_free(v->slots);
    *v = larger;
    return true;
}

/* ---- building ---- */

/* Room for one word more in the arrays of words; what was grown when the rest fails does no harm. */
static bool grow_words(struct vocab *v)
{
    size_t *ends = mem_grow(v->ends, &v->cap_ends, v->n_words + 1, sizeof *ends);
    if (ends)
        v->ends = ends;
    uint64_t *counts = ends ? mem_grow(v->counts, &v->cap_counts, v->n_words + 1, sizeof *counts) : NULL;
    if (counts)
        v->counts = counts;
    bool *is_kept = counts ? mem_grow(v->is_kept, &v->cap_kept, v->n_words + 1, sizeof *is_kept) : NULL;
    if (is_kept)
        v->is_kept = is_kept;
    return is_kept != NULL;
}

/* Puts a new word, for whose arrays there is room, into the arena and the slot where find_slot found it missing. */
static bool append_word(struct vocab *v, const char *word, size_t n, size_t slot, uint64_t hash)
{
    if (n > SIZE_MAX - v->arena.n - 1 || !bytes_reserve(&v->arena, v->arena.n + n + 1))
        return false;
    bytes_append(&v->arena, word, n);
    v->ends[v->n_words] = v->arena.n;
    bytes_append(&v->arena, "", 1);
    v->counts[v->n_words] = 0;
    v->slots[slot] = (struct slot){.hash = (uint32_t)(hash >> 32), .word = (int32_t)v->n_words};
    v->n_words++;
    return true;
}

/* The index of a word that is there now, -1: no memory. */
static int32_t find_or_append(struct vocab *v, const char *word, size_t n)
{
    assert(!v->is_frozen);
    if (v->n_words == MAX_WORDS || !grow_table(v))
        return -1;
    uint64_t hash = XXH3_64bits(word, n);
    size_t slot = find_slot(v, word, n, hash);
    if (v->slots[slot].word < 0) {
        if (!grow_words(v) || !append_word(v, word, n, slot, hash))
            return -1;
        v->is_kept[v->n_words - 1] = false;
    }
    return v->slots[slot].word;
}

int32_t vocab_add(struct vocab *v, const char *word, size_t n, uint64_t count)
{
    int32_t at = find_or_append(v, word, n);
    if (at < 0)
        return -1;
    uint64_t room = UINT64_MAX - v->counts[at];
    v->counts[at] += count < room ? count : room;
    return at + VOCAB_SPECIAL;
}

int32_t vocab_keep(struct vocab *v, const char *word, size_t n)
{
    int32_t at = find_or_append(v, word, n);
    if (at < 0)
        return -1;
    v->is_kept[at] = true;
    return at + VOCAB_SPECIAL;
}

/* ---- freezing ---- */

/* Arrays of exact size for words that are known beforehand. */
static bool frozen_init(struct vocab *v, size_t n_words, size_t n_bytes)
{
    *v = (struct vocab){.is_frozen = true};
    v->n_slots = table_size(n_words);
    v->ends = mem_alloc(n_words, sizeof *v->ends);
    v->counts = mem_alloc(n_words, sizeof *v->counts);
    v->arena.at = n_bytes <= SIZE_MAX - n_words ? mem_alloc(n_bytes + n_words, 1) : NULL; /* with a NUL each */
    v->arena.cap = v->arena.at ? n_bytes + n_words : 0;
    if (v->ends && v->counts && v->arena.at && new_table(&v->slots, v->n_slots))
        return true;
    vocab_clear(v);
    return false;
}

/* false: the word is there already. */
static bool frozen_append(struct vocab *v, const char *word, size_t n, uint64_t count)
{
    uint64_t hash = XXH3_64bits(word, n);
    size_t slot = find_slot(v, word, n, hash);
    if (v->slots[slot].word >= 0)
        return false;
    append_word(v, word, n, slot, hash); /* frozen_init made the room: this cannot fail */
    v->counts[v->n_words - 1] = count;
    return true;
}

struct ranked {
    uint64_t count;
    size_t word;
};

static int by_falling_count(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->word < y->word ? -1 : x->word > y->word;
}

/* From the end on those that are not kept, until `most` are left if that can be; returns how many are. */
static size_t drop_rarest(const struct vocab *v, struct ranked *ranked, size_t n, size_t most)
{
    size_t n_left = n;
    size_t to = n;
    for (size_t i = n; i-- > 0;)
        if (n_left > most && !v->is_kept[ranked[i].word])
            n_left--;
        else
            ranked[--to] = ranked[i];
    memmove(ranked, ranked + to, n_left * sizeof *ranked);
    return n_left;
}

static void tell_ids(int32_t *ids, const struct ranked *ranked, size_t n_left, size_t n_before)
{
    for (size_t id = 0; id < n_before + VOCAB_SPECIAL; id++)
        ids[id] = id < VOCAB_SPECIAL ? (int32_t)id : -1;
    for (size_t i = 0; i < n_left; i++)
        ids[ranked[i].word + VOCAB_SPECIAL] = (int32_t)i + VOCAB_SPECIAL;
}

bool vocab_freeze(struct vocab *v, uint64_t min_count)
{
    return vocab_freeze_most(v, min_count, SIZE_MAX, NULL);
}

bool vocab_freeze_most(struct vocab *v, uint64_t min_count, size_t most, int32_t *ids)
{
    assert(!v->is_frozen);
    struct ranked *ranked = mem_alloc(v->n_words, sizeof *ranked);
    if (!ranked)
        return false;
    size_t n_left = 0;
    size_t n_bytes = 0;
    for (size_t word = 0; word < v->n_words; word++)
        if (v->counts[word] >= min_count || v->is_kept[word])
            ranked[n_left++] = (struct ranked){v->counts[word], word};
    qsort(ranked, n_left, sizeof *ranked, by_falling_count);
    n_left = drop_rarest(v, ranked, n_left, most);
    for (size_t i = 0; i < n_left; i++) {
        size_t n;
        word_at(v, ranked[i].word, &n);
        n_bytes += n;
    }
    struct vocab frozen;
    bool is_done = frozen_init(&frozen, n_left, n_bytes);
    for (size_t i = 0; is_done && i < n_left; i++) {
        size_t n;
        const char *word = word_at(v, ranked[i].word, &n);
        frozen_append(&frozen, word, n, ranked[i].count);
    }
    if (is_done && ids)
        tell_ids(ids, ranked, n_left, v->n_words);
    mem_free(ranked);
    if (!is_done)
        return false;
    vocab_clear(v);
    *v = frozen;
    return true;
}

/* The ends of stored strings rise, and the last is where the strings end. */
static oriel_status check_ends(const uint64_t *ends, size_t n_words, size_t n_bytes, oriel_error *err)
{
    uint64_t before = 0;
    for (size_t i = 0; i < n_words; i++) {
        if (ends[i] < before || ends[i] > n_bytes)
            return error_at(err, ORIEL_EFORMAT, NULL, 0, "vocabulary: word %zu ends outside of its strings", i);
        before = ends[i];
    }
    if (before != n_bytes)
        return error_at(err, ORIEL_EFORMAT, NULL, 0, "vocabulary: expected %zu bytes of words, found %llu", n_bytes,
                        (unsigned long long)before);
    if (n_words > MAX_WORDS)
        return error_at(err, ORIEL_EFORMAT, NULL, 0, "vocabulary: %zu words are too many", n_words);
    return ORIEL_OK;
}

static oriel_status append_stored(struct vocab *v, const char *word, size_t n, uint64_t count, oriel_error *err)
{
    if (n > 0 && (utf8_valid_prefix(word, n) < n || memchr(word, 0, n)))
        return error_at(err, ORIEL_EFORMAT, NULL, 0, "vocabulary: word %zu is not UTF-8 text", v->n_words);
    if (!frozen_append(v, word, n, count))
        return error_at(err, ORIEL_EFORMAT, NULL, 0, "vocabulary: word %zu stands there twice", v->n_words);
    return ORIEL_OK;
}

/* Asks the memory for the slots of the next n words, of which the first begins at `begin`. */
static void expect_stored(const struct vocab *v, const char *strings, const uint64_t *ends, size_t begin, size_t n)
{
    for (size_t i = 0; i < n; begin = (size_t)ends[i++])
        expect_slot(v, XXH3_64bits(strings + begin, (size_t)ends[i] - begin));
}

oriel_status vocab_from_stored(struct vocab **out, const char *strings, size_t n_bytes, const uint64_t *ends,
                               const uint64_t *counts, size_t n_words, oriel_error *err)
{
    *out = NULL;
    oriel_status status = check_ends(ends, n_words, n_bytes, err);
    if (status)
        return status;
    struct vocab *v = mem_alloc(1, sizeof *v);
    if (!v || !frozen_init(v, n_words, n_bytes)) {
        mem_free(v);
        return error_memory(err);
    }
    size_t begin = 0;
    for (size_t i = 0; i < n_words && !status; i++) {
        if (i % WORDS_AHEAD == 0)
            expect_stored(v, strings, ends + i, begin, n_words - i < WORDS_AHEAD ? n_words - i : WORDS_AHEAD);
        status = append_stored(v, strings + begin, (size_t)ends[i] - begin, counts ? counts[i] : 0, err);
        begin = (size_t)ends[i];
    }
    if (status)
        vocab_free(v);
    else
        *out = v;
    return status;
}

/* ---- asking ---- */

int32_t vocab_find(const struct vocab *v, const char *word, size_t n)
{
    if (v->n_words == 0)
        return -1;
    int32_t at = v->slots[find_slot(v, word, n, XXH3_64bits(word, n))].word;
    return at < 0 ? -1 : at + VOCAB_SPECIAL;
}

void vocab_expect(const struct vocab *v, const char *word, size_t n)
{
    if (v->n_words > 0)
        expect_slot(v, XXH3_64bits(word, n));
}

size_t vocab_size(const struct vocab *v)
{
    return v->n_words + VOCAB_SPECIAL;
}

const char *vocab_word(const struct vocab *v, int32_t id, size_t *n)
{
    size_t unused;
    if (!n)
        n = &unused;
    *n = 0;
    return id < VOCAB_SPECIAL ? "" : word_at(v, (size_t)(id - VOCAB_SPECIAL), n);
}

uint64_t vocab_word_count(const struct vocab *v, int32_t id)
{
    return id < VOCAB_SPECIAL ? 0 : v->counts[id - VOCAB_SPECIAL];
}
