/*
 * How good vectors are: similarities that people or a dictionary gave, by rank correlation; analogies, by the nearest row.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "model/vectors.h"
#include "net/kernel.h"
#include "text/lines.h"

/* ---- lines of fields ---- */

enum { MOST_FIELDS = 4 };

struct fields {
    const char *path;
    struct source *source;
    struct lines *lines;
    size_t number; /* of the line */
    char word[MOST_FIELDS][ORIEL_MAX_TOKEN_BYTES + 1];
    size_t n;
};

static oriel_status fields_open(struct fields *f, const char *path, oriel_error *err)
{
    *f = (struct fields){.path = path};
    oriel_status status = source_open(&f->source, path, err);
    return status == ORIEL_OK ? lines_new(&f->lines, f->source, 0, err) : status;
}

static void fields_close(struct fields *f)
{
    lines_free(f->lines);
    source_close(f->source);
}

static size_t field_end(const struct line *line, size_t at)
{
    while (at < line->n && line->at[at] != ' ' && line->at[at] != '\t')
        at++;
    return at;
}

/* The next line that is neither empty nor a comment. */
static oriel_status fields_next(struct fields *f, bool *more, oriel_error *err)
{
    struct line line;
    oriel_status status;
    do {
        status = lines_next(f->lines, &line, more, err);
        if (status == ORIEL_OK && *more)
            status = line_check(&line, f->path, err);
        if (status || !*more)
            return status;
    } while (line.n == 0 || line.at[0] == '#');
    f->number = line.number;
    f->n = 0;
    for (size_t at = 0; at < line.n;) {
        size_t end = field_end(&line, at);
        if (end > at) {
            if (f->n == MOST_FIELDS || end - at > ORIEL_MAX_TOKEN_BYTES)
                return error_at(err, ORIEL_EFORMAT, f->path, line.number, "more, or longer, words than are expected");
            memcpy(f->word[f->n], line.at + at, end - at);
            f->word[f->n++][end - at] = 0;
        }
        at = end + 1;
    }
    return ORIEL_OK;
}

/* ---- similarity ---- */

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

static oriel_status add_pair(struct values *values, const oriel_vectors *v, const struct fields *f,
                             oriel_similarity *out, oriel_error *err)
{
    float given;
    if (f->n != 3)
        return error_at(err, ORIEL_EFORMAT, f->path, f->number, "expected two words and a number, found %zu field%s",
                        f->n, f->n == 1 ? "" : "s");
    size_t n = strlen(f->word[2]);
    if (decimal_read(f->word[2], n, &given) != n || !isfinite(given))
        return error_at(err, ORIEL_EFORMAT, f->path, f->number, "expected a number, found \"%s\"", f->word[2]);
    size_t a = oriel_vectors_find(v, f->word[0]);
    size_t b = oriel_vectors_find(v, f->word[1]);
    out->n_pairs++;
    if (a == SIZE_MAX || b == SIZE_MAX)
        return ORIEL_OK;
    return values_add(values, (double)given, (double)vectors_cosine(v, a, b)) ? ORIEL_OK : error_memory(err);
}

oriel_status oriel_vectors_similarity(const oriel_vectors *v, const char *path, oriel_similarity *out, oriel_error *err)
{
    struct values values = {0};
    struct fields *f = mem_alloc(1, sizeof *f);
    bool more = true;
    *out = (oriel_similarity){0};
    if (!f)
        return error_memory(err);
    oriel_status status = fields_open(f, path, err);
    while (status == ORIEL_OK && more) {
        status = fields_next(f, &more, err);
        if (status == ORIEL_OK && more)
            status = add_pair(&values, v, f, out, err);
    }
    struct ranked *order = mem_alloc(values.n, sizeof *order);
    if (status == ORIEL_OK && !order)
        status = error_memory(err);
    if (status == ORIEL_OK) {
        out->n_known = values.n;
        out->spearman = correlate_ranks(&values, order);
    }
    mem_free(order);
    mem_free(values.given);
    mem_free(values.found);
    fields_close(f);
    mem_free(f);
    return status;
}

/* ---- analogies ---- */

enum { BATCH = 64, BLOCK_ROWS = 1024 };

struct analogy {
    size_t given[3], answer; /* rows */
};

struct exam {
    const oriel_vectors *v;
    struct analogy batch[BATCH];
    size_t n;
    float *queries; /* [BATCH][d] */
    float *units;   /* [BLOCK_ROWS][d] rows of length 1 */
    float *scores;  /* [BATCH][BLOCK_ROWS] */
    float best[BATCH];
    size_t best_row[BATCH];
    oriel_analogies section, total;
    char name[ORIEL_MAX_TOKEN_BYTES + 1];
    oriel_on_analogies *on_section;
    void *user;
};

/* out [d] += scale * row / |row|. */
static void add_unit(float *out, const oriel_vectors *v, size_t row, float scale)
{
    double length = vectors_length(v, row);
    vector_add(out, oriel_vectors_row(v, row), length > 0 ? scale / (float)length : 0, oriel_vectors_dim(v));
}

static void take_best(struct exam *e, size_t first, size_t n)
{
    for (size_t q = 0; q < e->n; q++)
        for (size_t i = 0; i < n; i++) {
            size_t row = first + i;
            const size_t *given = e->batch[q].given;
            if (e->scores[q * n + i] > e->best[q] && row != given[0] && row != given[1] && row != given[2]) {
                e->best[q] = e->scores[q * n + i];
                e->best_row[q] = row;
            }
        }
}

static void answer_batch(struct exam *e)
{
    size_t dim = oriel_vectors_dim(e->v);
    size_t n_rows = oriel_vectors_count(e->v);
    memset(e->queries, 0, BATCH * dim * sizeof *e->queries);
    for (size_t q = 0; q < e->n; q++) {
        add_unit(e->queries + q * dim, e->v, e->batch[q].given[1], 1);
        add_unit(e->queries + q * dim, e->v, e->batch[q].given[0], -1);
        add_unit(e->queries + q * dim, e->v, e->batch[q].given[2], 1);
        e->best[q] = -INFINITY;
        e->best_row[q] = SIZE_MAX;
    }
    for (size_t first = 0; first < n_rows; first += BLOCK_ROWS) {
        size_t n = n_rows - first < BLOCK_ROWS ? n_rows - first : BLOCK_ROWS;
        memset(e->units, 0, n * dim * sizeof *e->units);
        for (size_t i = 0; i < n; i++)
            add_unit(e->units + i * dim, e->v, first + i, 1);
        product_nt(matrix_of(e->scores, e->n, n), matrix_of(e->queries, e->n, dim), matrix_of(e->units, n, dim), 1, 0);
        take_best(e, first, n);
    }
    for (size_t q = 0; q < e->n; q++)
        e->section.n_right += e->best_row[q] == e->batch[q].answer;
    e->n = 0;
}

static void end_section(struct exam *e)
{
    answer_batch(e);
    if (e->section.n_questions > 0 && e->on_section)
        e->on_section(e->user, &e->section);
    e->total.n_questions += e->section.n_questions;
    e->total.n_known += e->section.n_known;
    e->total.n_right += e->section.n_right;
    e->section = (oriel_analogies){.section = e->name};
}

static oriel_status take_question(struct exam *e, const struct fields *f, oriel_error *err)
{
    if (f->word[0][0] == ':') {
        end_section(e);
        const char *name = f->word[0][1] ? f->word[0] + 1 : f->n > 1 ? f->word[1] : "";
        memcpy(e->name, name, strlen(name) + 1);
        return ORIEL_OK;
    }
    if (f->n != 4)
        return error_at(err, ORIEL_EFORMAT, f->path, f->number,
                        "expected four words or \": section\", found %zu field%s", f->n, f->n == 1 ? "" : "s");
    struct analogy *a = &e->batch[e->n];
    a->answer = oriel_vectors_find(e->v, f->word[3]);
    bool is_known = a->answer != SIZE_MAX;
    for (size_t i = 0; i < 3; i++) {
        a->given[i] = oriel_vectors_find(e->v, f->word[i]);
        is_known &= a->given[i] != SIZE_MAX;
    }
    e->section.n_questions++;
    e->section.n_known += is_known;
    e->n += is_known;
    if (e->n == BATCH)
        answer_batch(e);
    return ORIEL_OK;
}

static oriel_status exam_init(struct exam **out, const oriel_vectors *v, oriel_error *err)
{
    size_t dim = oriel_vectors_dim(v);
    struct exam *e = mem_zero(1, sizeof *e);
    *out = e;
    if (!e)
        return error_memory(err);
    e->v = v;
    e->section.section = e->name;
    e->queries = mem_alloc(BATCH, dim * sizeof *e->queries);
    e->units = mem_alloc(BLOCK_ROWS, dim * sizeof *e->units);
    e->scores = mem_alloc(BATCH, BLOCK_ROWS * sizeof *e->scores);
    return e->queries && e->units && e->scores ? ORIEL_OK : error_memory(err);
}

static void exam_free(struct exam *e)
{
    if (!e)
        return;
    mem_free(e->queries);
    mem_free(e->units);
    mem_free(e->scores);
    mem_free(e);
}

oriel_status oriel_vectors_analogies(const oriel_vectors *v, const char *path, oriel_on_analogies *on_section,
                                     void *user, oriel_analogies *total, oriel_error *err)
{
    struct exam *e;
    struct fields *f = mem_alloc(1, sizeof *f);
    bool more = true;
    *total = (oriel_analogies){0};
    if (!f)
        return error_memory(err);
    oriel_status status = exam_init(&e, v, err);
    memset(f, 0, sizeof *f);
    if (status == ORIEL_OK)
        status = fields_open(f, path, err);
    if (status == ORIEL_OK) {
        e->on_section = on_section;
        e->user = user;
    }
    while (status == ORIEL_OK && more) {
        status = fields_next(f, &more, err);
        if (status == ORIEL_OK && more)
            status = take_question(e, f, err);
    }
    if (status == ORIEL_OK) {
        end_section(e);
        *total = e->total;
    }
    exam_free(e);
    fields_close(f);
    mem_free(f);
    return status;
}
