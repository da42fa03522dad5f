#include "net/pair_tables.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/clones.h"

FOR_EACH_CPU static void add_row(real *restrict x, const real *restrict row, size_t n)
{
    for (size_t k = 0; k < n; k++)
        x[k] += row[k];
}

FOR_EACH_CPU static void scale_row(real *x, real scale, size_t n)
{
    for (size_t k = 0; k < n; k++)
        x[k] *= scale;
}

/* ---- memory ---- */

bool pair_tables_init(struct pair_tables *t, size_t V, size_t n_rows, size_t dim)
{
    *t = (struct pair_tables){.V = V, .n_rows = n_rows, .dim = dim, .stride = pairs_whole_tiles(dim)};
    t->inner = mem_zero(n_rows, t->stride * sizeof *t->inner);
    t->outer = mem_zero(V + 1, t->stride * sizeof *t->outer);
    if (!t->inner || !t->outer)
        return false;
    size_t first = pairs_whole_tiles(t->stride / PAIRS_HALVES);
    t->half[0] = (struct pair_half){0, first, t->inner, t->outer};
    t->half[1] = (struct pair_half){first, t->stride - first, t->inner + n_rows * first, t->outer + (V + 1) * first};
    return true;
}

void pair_tables_clear(struct pair_tables *t)
{
    mem_free(t->inner);
    mem_free(t->outer);
    mem_free(t->part_ends);
    mem_free(t->parts);
    *t = (struct pair_tables){0};
}

static const struct pair_half *half_of(const struct pair_tables *t, size_t k)
{
    return &t->half[k >= t->half[1].first];
}

real *pair_inner_at(const struct pair_tables *t, size_t row, size_t k)
{
    const struct pair_half *half = half_of(t, k);
    return half->inner + row * half->stride + k - half->first;
}

real *pair_outer_at(const struct pair_tables *t, size_t row, size_t k)
{
    const struct pair_half *half = half_of(t, k);
    return half->outer + row * half->stride + k - half->first;
}

/* ---- vectors of words ---- */

size_t pair_word_parts(const struct pair_tables *t, int32_t word, const int32_t **parts)
{
    *parts = NULL;
    if (!t->part_ends || word < 0)
        return 1;
    size_t begin = word > 0 ? t->part_ends[word - 1] : 0;
    *parts = t->parts + begin;
    return t->part_ends[word] - begin;
}

real pair_part_scale(size_t n_parts)
{
    return (real)(1 / sqrt((double)n_parts));
}

void pair_word_columns(real *x, const struct pair_tables *t, size_t half, int32_t word)
{
    const real *inner = t->half[half].inner;
    size_t stride = t->half[half].stride;
    const int32_t *parts;
    size_t n = pair_word_parts(t, word, &parts);
    if (word < 0)
        memset(x, 0, stride * sizeof *x);
    else
        memcpy(x, inner + (size_t)word * stride, stride * sizeof *x);
    for (size_t i = 1; i < n; i++)
        add_row(x, inner + (size_t)parts[i] * stride, stride);
    if (n > 1)
        scale_row(x, pair_part_scale(n), stride);
}

void pair_word_vector(real *x, const struct pair_tables *t, int32_t word)
{
    for (size_t i = 0; i < PAIRS_HALVES; i++)
        pair_word_columns(x + t->half[i].first, t, i, word);
}
