/*
 * How good vectors are by similarities that people or a dictionary gave: rank correlation.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/vectors_fields.h"

struct values {
    double *given, *found; /* [n] */
    size_t n, cap_given, cap_found;
};

static bool values_add(struct values *v, double given, double found)
{
    double *a = mem_grow(v->given, &v->cap_given, v->n + 1, sizeof *a);
    if (!a)
        return false;
    v->given = a;
    double *b = mem_grow(v->found, &v->cap_found, v->n + 1, sizeof *b);
    if (!b)
        return false;
    v->found = b;
    a[v->n] = given;
    b[v->n++] = found;
    return true;
}

struct ranked {
    double value;
    size_t at;
};

static int by_value(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Values become ranks; equal ones share the mean of theirs. */
static void rank(double *values, struct ranked *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = (struct ranked){values[i], i};
    qsort(order, n, sizeof *order, by_value);
    for (size_t begin = 0; begin < n;) {
        size_t end = begin;
        while (end < n && order[end].value == order[begin].value)
            end++;
        for (size_t i = begin; i < end; i++)
            values[order[i].at] = (double)(begin + end - 1) / 2;
        begin = end;
    }
}

/* Spearman: Pearson's correlation of ranks; 0 where one side has no differences. */
static double correlate_ranks(struct values *v, struct ranked *order)
{
    double xx = 0;
    double yy = 0;
    double xy = 0;
    double mean = ((double)v->n - 1) / 2;
    rank(v->given, order, v->n);
    rank(v->found, order, v->n);
    for (size_t i = 0; i < v->n; i++) {
        double x = v->given[i] - mean;
        double y = v->found[i] - mean;
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

struct test {
    const oriel_vectors *v;
    struct values values;
    struct groups_scratch scratch;
    struct vocab *made; /* words made of letter groups */
    float *room;        /* [2][d] for two of them */
    struct ranked *order;
};

static void test_clear(struct test *t)
{
    mem_free(t->values.given);
    mem_free(t->values.found);
    groups_scratch_clear(&t->scratch);
    vocab_free(t->made);
    mem_free(t->room);
    mem_free(t->order);
}

static oriel_status add_pair(struct test *t, const struct fields *f, oriel_similarity *out, oriel_error *err)
{
    float given;
    if (f->n != 3)
        return error_at(err, ORIEL_EFORMAT, f->path, f->number, "expected two words and a number, found %zu field%s",
                        f->n, f->n == 1 ? "" : "s");
    size_t n = strlen(f->word[2]);
    if (decimal_read(f->word[2], n, &given) != n || !isfinite(given))
        return error_at(err, ORIEL_EFORMAT, f->path, f->number, "expected a number, found \"%s\"", f->word[2]);
    size_t dim = oriel_vectors_dim(t->v);
    struct word_vector a;
    struct word_vector b;
    if (!fields_vector(&a, t->made, t->v, &t->scratch, f->word[0], t->room) ||
        !fields_vector(&b, t->made, t->v, &t->scratch, f->word[1], t->room + dim))
        return error_memory(err);
    out->n_pairs++;
    if (!a.at || !b.at)
        return ORIEL_OK;
    double found = (double)vectors_cosine(a.at, a.length, b.at, b.length, dim);
    return values_add(&t->values, (double)given, found) ? ORIEL_OK : error_memory(err);
}

static oriel_status take_pairs(struct test *t, const char *path, oriel_similarity *out, oriel_error *err)
{
    bool more = true;
    struct fields *f = mem_alloc(1, sizeof *f);
    t->made = vocab_new();
    t->room = mem_alloc(2, oriel_vectors_dim(t->v) * sizeof *t->room);
    oriel_status status = f ? fields_open(f, path, err) : error_memory(err);
    if (!status && (!t->made || !t->room))
        status = error_memory(err);
    while (status == ORIEL_OK && more) {
        status = fields_next(f, &more, err);
        if (status == ORIEL_OK && more)
            status = add_pair(t, f, out, err);
    }
    if (f)
        fields_close(f);
    mem_free(f);
    return status;
}

oriel_status oriel_vectors_similarity(const oriel_vectors *v, const char *path, oriel_similarity *out, oriel_error *err)
{
    struct test t = {.v = v};
    *out = (oriel_similarity){0};
    oriel_status status = take_pairs(&t, path, out, err);
    if (status == ORIEL_OK && !(t.order = mem_alloc(t.values.n, sizeof *t.order)))
        status = error_memory(err);
    if (status == ORIEL_OK) {
        out->n_known = t.values.n;
        out->n_composed = vocab_size(t.made) - VOCAB_SPECIAL;
        out->spearman = correlate_ranks(&t.values, t.order);
    }
    test_clear(&t);
    return status;
}
