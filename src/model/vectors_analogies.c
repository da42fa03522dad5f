/*
 * How good vectors are by analogies: a is to b as c is to the row nearest to b - a + c.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/vectors_fields.h"
#include "net/kernel.h"

enum { BATCH = 64, BLOCK_ROWS = 1024 };

struct analogy {
    size_t given[3], answer; /* rows; a given word that was made of letter groups has none: SIZE_MAX */
};

struct exam {
    const oriel_vectors *v;
    struct analogy batch[BATCH];
    size_t n;
    float *queries; /* [BATCH][d] b - a + c */
    float *units;   /* [BLOCK_ROWS][d] rows of length 1 */
    float *scores;  /* [BATCH][BLOCK_ROWS] */
    float *room;    /* [d] for a word that is made of letter groups */
    struct groups_scratch scratch;
    struct vocab *made, *made_in_section; /* such words */
    float best[BATCH];
    size_t best_row[BATCH];
    oriel_analogies section, total;
    char name[ORIEL_MAX_TOKEN_BYTES + 1];
    oriel_on_analogies *on_section;
    void *user;
};

/* out [d] += scale * x / |x|. */
static void add_unit(float *out, const float *x, double length, float scale, size_t dim)
{
    vector_add(out, x, length > 0 ? scale / (float)length : 0, dim);
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
    for (size_t q = 0; q < e->n; q++) {
        e->best[q] = -INFINITY;
        e->best_row[q] = SIZE_MAX;
    }
    for (size_t first = 0; first < n_rows; first += BLOCK_ROWS) {
        size_t n = n_rows - first < BLOCK_ROWS ? n_rows - first : BLOCK_ROWS;
        memset(e->units, 0, n * dim * sizeof *e->units);
        for (size_t i = 0; i < n; i++)
            add_unit(e->units + i * dim, oriel_vectors_row(e->v, first + i), vectors_length(e->v, first + i), 1, dim);
        product_nt(matrix_of(e->scores, e->n, n), matrix_of(e->queries, e->n, dim), matrix_of(e->units, n, dim), 1, 0);
        take_best(e, first, n);
    }
    for (size_t q = 0; q < e->n; q++)
        e->section.n_right += e->best_row[q] == e->batch[q].answer;
    e->n = 0;
}

/* How many words were made since; forgets them.  The next section's set is made when it is needed. */
static size_t count_made(struct vocab **made)
{
    size_t n = *made ? vocab_size(*made) - VOCAB_SPECIAL : 0;
    vocab_free(*made);
    *made = NULL;
    return n;
}

static void end_section(struct exam *e)
{
    answer_batch(e);
    e->section.n_composed = count_made(&e->made_in_section);
    if (e->section.n_questions > 0 && e->on_section)
        e->on_section(e->user, &e->section);
    e->total.n_questions += e->section.n_questions;
    e->total.n_known += e->section.n_known;
    e->total.n_right += e->section.n_right;
    e->section = (oriel_analogies){.section = e->name};
}

/* Adds scale times the direction of a given word to the query.  *is_known = false: it has no vector. */
static bool take_given(struct exam *e, size_t *row, const char *word, float *query, float scale, bool *is_known)
{
    struct word_vector x;
    if (!e->made_in_section && !(e->made_in_section = vocab_new()))
        return false;
    if (!fields_vector(&x, e->made, e->v, &e->scratch, word, e->room))
        return false;
    *row = x.row;
    *is_known &= x.at != NULL;
    if (!x.at)
        return true;
    add_unit(query, x.at, x.length, scale, oriel_vectors_dim(e->v));
    return x.row != SIZE_MAX || vocab_add(e->made_in_section, word, strlen(word), 0) >= 0;
}

static oriel_status add_question(struct exam *e, const struct fields *f, oriel_error *err)
{
    static const float scales[] = {-1, 1, 1};
    size_t dim = oriel_vectors_dim(e->v);
    struct analogy *a = &e->batch[e->n];
    float *query = e->queries + e->n * dim;
    int32_t answer = vectors_find_id(e->v, &e->scratch.forms, f->word[3], strlen(f->word[3]));
    if (answer < 0)
        return error_memory(err);
    bool is_known = answer >= VOCAB_SPECIAL;
    a->answer = is_known ? (size_t)(answer - VOCAB_SPECIAL) : SIZE_MAX;
    memset(query, 0, dim * sizeof *query);
    for (size_t i = 0; i < 3; i++)
        if (!take_given(e, &a->given[i], f->word[i], query, scales[i], &is_known))
            return error_memory(err);
    e->section.n_questions++;
    e->section.n_known += is_known;
    e->n += is_known;
    if (e->n == BATCH)
        answer_batch(e);
    return ORIEL_OK;
}

static oriel_status take_line(struct exam *e, const struct fields *f, oriel_error *err)
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
    return add_question(e, f, err);
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
    e->room = mem_alloc(dim, sizeof *e->room);
    e->made = vocab_new();
    return e->queries && e->units && e->scores && e->room && e->made ? ORIEL_OK : error_memory(err);
}

static void exam_free(struct exam *e)
{
    if (!e)
        return;
    mem_free(e->queries);
    mem_free(e->units);
    mem_free(e->scores);
    mem_free(e->room);
    groups_scratch_clear(&e->scratch);
    vocab_free(e->made);
    vocab_free(e->made_in_section);
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
            status = take_line(e, f, err);
    }
    if (status == ORIEL_OK) {
        end_section(e);
        *total = e->total;
        total->n_composed = count_made(&e->made);
    }
    exam_free(e);
    fields_close(f);
    mem_free(f);
    return status;
}
