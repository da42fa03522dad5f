/*
 * Words and their rows of L, and which rows are near.  Lengths of rows are computed once, when the set is made: from then on
 * it is only read, so threads may share it.
 */
#include "model/vectors.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/blob.h"
#include "text/utf8.h"

struct oriel_vectors {
    struct vocab *words; /* row = id - VOCAB_SPECIAL */
    const float *rows;   /* [n][d] own, or in the file */
    double *lengths;     /* [n] Euclidean */
    size_t n, dim;
    struct letter_rows groups;
    bool owns_groups; /* else they lie in the file */
    struct blob file; /* that the rows lie in; empty: they are own */
};

/* Four sums, which the processor can keep going at a time; always the same order, so always the same result. */
static double dot(const float *restrict a, const float *restrict b, size_t n)
{
    double sum[4] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++)
            sum[k] += (double)a[i + k] * (double)b[i + k];
    for (; i < n; i++)
        sum[0] += (double)a[i] * (double)b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

double vectors_measure(const float *x, size_t dim)
{
    return sqrt(dot(x, x, dim));
}

/* ---- making ---- */

static oriel_status measure_rows(oriel_vectors *v, oriel_error *err)
{
    v->lengths = mem_alloc(v->n, sizeof *v->lengths);
    if (!v->lengths)
        return error_memory(err);
    for (size_t i = 0; i < v->n; i++) {
        v->lengths[i] = vectors_measure(v->rows + i * v->dim, v->dim);
        if (!isfinite(v->lengths[i]))
            return error_at(err, ORIEL_EFORMAT, NULL, 0, "the vector of \"%s\" holds a number that is not finite",
                            oriel_vectors_word(v, i));
    }
    return ORIEL_OK;
}

/* Takes the words; the rows stay whose they are until it succeeds. */
static oriel_status vectors_new(oriel_vectors **out, struct vocab *take_words, const float *rows, size_t dim,
                                oriel_error *err)
{
    *out = NULL;
    oriel_vectors *v = mem_zero(1, sizeof *v);
    if (!v) {
        vocab_free(take_words);
        return error_memory(err);
    }
    v->words = take_words;
    v->rows = rows;
    v->n = vocab_size(take_words) - VOCAB_SPECIAL;
    v->dim = dim;
    oriel_status status = measure_rows(v, err);
    if (status) {
        v->rows = NULL;
        oriel_vectors_free(v);
        return status;
    }
    *out = v;
    return ORIEL_OK;
}

oriel_status vectors_from_parts(oriel_vectors **out, struct vocab *take_words, float *take_rows, size_t dim,
                                oriel_error *err)
{
    oriel_status status = vectors_new(out, take_words, take_rows, dim, err);
    if (status)
        mem_free(take_rows);
    return status;
}

oriel_status vectors_from_mapped(oriel_vectors **out, struct vocab *take_words, const float *rows, size_t dim,
                                 struct blob *take_file, oriel_error *err)
{
    oriel_status status = vectors_new(out, take_words, rows, dim, err);
    if (status)
        return status;
    (*out)->file = *take_file;
    (*out)->file.name = NULL; /* only lent */
    *take_file = (struct blob){0};
    return ORIEL_OK;
}

void oriel_vectors_free(oriel_vectors *v)
{
    if (!v)
        return;
    vocab_free(v->words);
    if (v->file.at)
        blob_clear(&v->file);
    else
        mem_free((void *)v->rows);
    mem_free(v->lengths);
    if (v->owns_groups)
        mem_free((void *)v->groups.at);
    mem_free(v);
}

void vectors_take_groups(oriel_vectors *v, struct letter_rows take)
{
    v->groups = take;
    v->owns_groups = true;
}

void vectors_map_groups(oriel_vectors *v, struct letter_rows groups)
{
    v->groups = groups;
}

float *vectors_take_rows(oriel_vectors *v)
{
    if (!v->file.at) {
        float *rows = (float *)v->rows;
        v->rows = NULL;
        return rows;
    }
    float *copy = mem_alloc(v->n, v->dim * sizeof *copy);
    if (copy)
        memcpy(copy, v->rows, v->n * v->dim * sizeof *copy);
    return copy;
}

/* ---- asking ---- */

const struct vocab *vectors_words(const oriel_vectors *v)
{
    return v->words;
}

const struct letter_rows *vectors_groups(const oriel_vectors *v)
{
    return &v->groups;
}

size_t oriel_vectors_letter_groups(const oriel_vectors *v)
{
    return v->groups.n;
}

size_t oriel_vectors_count(const oriel_vectors *v)
{
    return v->n;
}

size_t oriel_vectors_dim(const oriel_vectors *v)
{
    return v->dim;
}

const char *oriel_vectors_word(const oriel_vectors *v, size_t row)
{
    return vocab_word(v->words, (int32_t)(row + VOCAB_SPECIAL), NULL);
}

const float *oriel_vectors_row(const oriel_vectors *v, size_t row)
{
    return v->rows + row * v->dim;
}

/* The bytes as they are come first: words of a file are kept as they stand there, which need not be NFC. */
int32_t vectors_find_id(const oriel_vectors *v, struct vocab_scratch *s, const char *word, size_t n)
{
    int32_t id = vocab_find(v->words, word, n);
    return id >= 0 ? id : vocab_look_up(v->words, s, word, n);
}

size_t oriel_vectors_find(const oriel_vectors *v, const char *word)
{
    struct vocab_scratch scratch = {0};
    size_t n = strlen(word);
    int32_t id = utf8_valid_prefix(word, n) == n ? vectors_find_id(v, &scratch, word, n) : -1;
    vocab_scratch_clear(&scratch);
    return id < VOCAB_SPECIAL ? SIZE_MAX : (size_t)(id - VOCAB_SPECIAL);
}

/* ---- neighbours ---- */

static bool is_worse(const oriel_neighbour *a, const oriel_neighbour *b)
{
    if (a->similarity != b->similarity)
        return a->similarity < b->similarity;
    return a->row > b->row;
}

/* heap [n]: none is worse than those below it, save the one at `at`, which sinks to its place; so the worst is on top. */
static void sink(oriel_neighbour *heap, size_t n, size_t at)
{
    oriel_neighbour x = heap[at];
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && is_worse(&heap[child + 1], &heap[child]))
            child++;
        if (!is_worse(&heap[child], &x))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = x;
}

/* The best k of all rows that were offered: the first k as they come, made a heap when they are full. */
static void offer(oriel_neighbour *heap, size_t *n, size_t k, oriel_neighbour x)
{
    if (*n == k) {
        if (!is_worse(&heap[0], &x))
            return;
        heap[0] = x;
        sink(heap, k, 0);
        return;
    }
    heap[(*n)++] = x;
    for (size_t at = *n == k ? k / 2 : 0; at > 0; at--)
        sink(heap, k, at - 1);
}

/* Best first. */
static void sort_heap(oriel_neighbour *heap, size_t n)
{
    for (size_t at = n / 2; at > 0; at--)
        sink(heap, n, at - 1);
    for (size_t last = n; last > 1; last--) {
        oriel_neighbour worst = heap[0];
        heap[0] = heap[last - 1];
        heap[last - 1] = worst;
        sink(heap, last - 1, 0);
    }
}

double vectors_length(const oriel_vectors *v, size_t row)
{
    return v->lengths[row];
}

/* x . y / (|x| |y|); rounding may not carry it beyond 1. */
float vectors_cosine(const float *x, double x_length, const float *y, double y_length, size_t dim)
{
    double lengths = x_length * y_length;
    if (lengths == 0)
        return 0;
    return (float)fmax(-1, fmin(1, dot(x, y, dim) / lengths));
}

/* leave_out: a row that is none of them; SIZE_MAX: all are. */
static void find_near(const oriel_vectors *v, const float *x, double length, size_t leave_out, oriel_neighbour *out,
                      size_t k, size_t *n_out)
{
    for (size_t i = 0; k > 0 && i < v->n; i++)
        if (i != leave_out) {
            float cosine = vectors_cosine(x, length, v->rows + i * v->dim, v->lengths[i], v->dim);
            offer(out, n_out, k, (oriel_neighbour){.row = i, .similarity = cosine});
        }
    sort_heap(out, *n_out);
}

oriel_status oriel_vectors_near(const oriel_vectors *v, size_t row, oriel_neighbour *out, size_t k, size_t *n_out,
                                oriel_error *err)
{
    *n_out = 0;
    if (row >= v->n)
        return error_at(err, ORIEL_EARG, NULL, 0, "row %zu of vectors that have %zu", row, v->n);
    find_near(v, v->rows + row * v->dim, v->lengths[row], row, out, k, n_out);
    return ORIEL_OK;
}

oriel_status oriel_vectors_near_vector(const oriel_vectors *v, const float *x, oriel_neighbour *out, size_t k,
                                       size_t *n_out, oriel_error *err)
{
    *n_out = 0;
    double length = vectors_measure(x, v->dim);
    if (!isfinite(length))
        return error_at(err, ORIEL_EARG, NULL, 0, "expected %zu finite numbers", v->dim);
    find_near(v, x, length, SIZE_MAX, out, k, n_out);
    return ORIEL_OK;
}
