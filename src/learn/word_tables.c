#include "learn/word_tables.h"

#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"
#include "model/vectors.h"
#include "text/letter_groups.h"

/* Inner rows must not begin as the text's chances do. */
#define SEED_OF_ROWS UINT64_C(0x6c)

static void fill_rows(struct pair_tables *t, uint64_t seed)
{
    struct random r = random_seeded(seed ^ SEED_OF_ROWS);
    for (size_t i = 0; i < t->n_rows; i++)
        for (size_t k = 0; k < t->dim; k++)
            *pair_inner_at(t, i, k) = (real)((random_uniform(&r) - 0.5) / (double)t->dim);
}

/* A word's own row, then those of its letter groups, which come after all words. */
static bool add_parts(struct pair_tables *t, size_t word, const char *s, size_t n, size_t *cap, struct bytes *scratch)
{
    size_t begin = word > 0 ? t->part_ends[word - 1] : 0;
    int32_t *parts = mem_grow(t->parts, cap, begin + 1 + LETTER_GROUPS_MOST(n), sizeof *parts);
    if (!parts)
        return false;
    t->parts = parts;
    parts[begin] = (int32_t)word;
    size_t n_groups = letter_groups(parts + begin + 1, scratch, s, n, t->n_rows - t->V);
    if (n_groups == SIZE_MAX)
        return false;
    for (size_t i = 1; i <= n_groups; i++)
        parts[begin + i] += (int32_t)t->V;
    t->part_ends[word] = begin + 1 + n_groups;
    return true;
}

static bool find_parts(struct pair_tables *t, const struct vocab *words)
{
    struct bytes scratch = {0};
    size_t cap = 0;
    t->part_ends = mem_alloc(t->V, sizeof *t->part_ends);
    bool is_good = t->part_ends != NULL;
    for (size_t i = 0; i < t->V && is_good; i++) {
        size_t n;
        const char *word = vocab_word(words, (int32_t)(i + VOCAB_SPECIAL), &n);
        is_good = add_parts(t, i, word, n, &cap, &scratch);
    }
    bytes_clear(&scratch);
    return is_good;
}

oriel_status word_tables_make(struct pair_tables *t, const struct text_ids *text, const oriel_vectors_options *o,
                              oriel_error *err)
{
    if (!pair_tables_init(t, text->V, text->V + (o->subwords ? o->buckets : 0), o->dim) ||
        (o->subwords && !find_parts(t, text->words)))
        return error_memory(err);
    fill_rows(t, o->seed);
    return ORIEL_OK;
}

/* [V][d] */
static float *words_rows(const struct pair_tables *t)
{
    float *rows = mem_alloc(t->V, t->dim * sizeof *rows);
    real *x = mem_alloc(t->stride, sizeof *x);
    for (size_t i = 0; i < t->V && rows && x; i++) {
        pair_word_vector(x, t, (int32_t)i);
        for (size_t k = 0; k < t->dim; k++)
            rows[i * t->dim + k] = (float)x[k];
    }
    if (!x) {
        mem_free(rows);
        rows = NULL;
    }
    mem_free(x);
    return rows;
}

/* [buckets][d] */
static float *groups_rows(const struct pair_tables *t)
{
    float *rows = mem_alloc(t->n_rows - t->V, t->dim * sizeof *rows);
    for (size_t i = t->V; i < t->n_rows && rows; i++)
        for (size_t k = 0; k < t->dim; k++)
            rows[(i - t->V) * t->dim + k] = (float)*pair_inner_at(t, i, k);
    return rows;
}

oriel_status word_tables_give(oriel_vectors **out, struct pair_tables *t, struct text_ids *text, bool is_lower,
                              oriel_error *err)
{
    mem_free(t->outer);
    t->outer = NULL;
    float *rows = words_rows(t);
    float *groups = rows && t->part_ends ? groups_rows(t) : NULL;
    if (!rows || (t->part_ends && !groups)) {
        mem_free(rows);
        return error_memory(err);
    }
    struct vocab *words = text->words;
    text->words = NULL;
    oriel_status status = vectors_from_parts(out, words, rows, t->dim, err);
    if (status == ORIEL_OK && groups)
        vectors_take_groups(*out, (struct letter_rows){.at = groups, .n = t->n_rows - t->V, .is_lower = is_lower});
    else
        mem_free(groups);
    return status;
}
