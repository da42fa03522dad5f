#include "learn/word_checkpoint.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "learn/checkpoint.h"
#include "learn/fingerprint.h"

enum {
    COUNT_EPOCH, /* the one that is current, or was done last */
    COUNT_EPOCHS,
    COUNT_IS_WITHIN, /* an epoch; what follows is of it */
    COUNT_READ,      /* words, some of them ahead */
    COUNT_OFFSET,
    COUNT_SENTENCES,
    COUNT_LOSSES,
    COUNT_IS_OVER, /* the text is, for who reads ahead */
    COUNT_BLOCK,   /* words of the block at hand */
    COUNT_TURNS,   /* and steps that it has had */
    COUNT_STEPS,   /* that are done */
    COUNT_SUMS,    /* how often inner rows were added to their sum, in all epochs */
    COUNTS
};
enum { REAL_LOSS, REAL_SECONDS, REALS };
enum { RANDOM_WORDS = sizeof(struct random) / sizeof(uint64_t) };

oriel_status word_checkpoint_open(struct container **out, const oriel_vectors_options *o, oriel_error *err)
{
    return checkpoint_open_file(out, o->checkpoint, KIND_VECTORS_CHECKPOINT, o->resume, err);
}

/* ---- what is stored ---- */

/* A tensor and the array that it is of. */
struct field {
    const char *name;
    enum dtype dtype;
    void *at; /* [n] */
    size_t n;
};

enum { FIELDS = 5 };

/* n_kept: words that were read ahead. */
static void list_fields(struct field f[FIELDS], struct word_trainer *t, size_t n_kept)
{
    const struct field all[FIELDS] = {
        {"inner", DTYPE_F32, t->tables.inner, t->tables.n_rows * t->tables.stride},
        {"outer", DTYPE_F32, t->tables.outer, (t->tables.V + 1) * t->tables.stride},
        {"inner.sum", DTYPE_F32, t->average.sum, t->average.n_added > 0 ? t->average.n : 0},
        {"kept.words", DTYPE_I32, t->kept.words, n_kept},
        {"kept.sentences", DTYPE_I32, t->kept.sentence, n_kept},
    };
    memcpy(f, all, sizeof all);
}

/* ---- writing ---- */

struct stored {
    uint64_t counts[COUNTS];
    double reals[REALS];
    struct random random;
    struct field fields[FIELDS];
};

static void store(struct stored *s, struct word_trainer *t)
{
    const struct kept_words *k = &t->kept;
    *s = (struct stored){.random = k->random};
    s->counts[COUNT_EPOCH] = t->progress.epoch;
    s->counts[COUNT_EPOCHS] = t->progress.epochs;
    s->reals[REAL_SECONDS] = clock_seconds() - t->begin;
    s->counts[COUNT_SUMS] = t->average.n_added;
    list_fields(s->fields, t, t->is_within ? k->n : 0);
    if (!t->is_within)
        return;
    s->counts[COUNT_IS_WITHIN] = true;
    s->counts[COUNT_READ] = k->n_read;
    s->counts[COUNT_OFFSET] = text_ids_offset(k->text);
    s->counts[COUNT_SENTENCES] = (uint64_t)k->n_sentences;
    s->counts[COUNT_LOSSES] = t->n_losses;
    s->counts[COUNT_IS_OVER] = k->is_over;
    s->counts[COUNT_BLOCK] = k->n_block;
    s->counts[COUNT_TURNS] = k->n_turns;
    s->counts[COUNT_STEPS] = k->n_planned;
    s->reals[REAL_LOSS] = t->loss_sum;
}

static bool put(struct container_writer *w, const char *name, enum dtype dtype, const void *data, size_t n)
{
    return container_put_tensor(
        w, &(struct tensor){.name = name, .dtype = dtype, .n_dims = 1, .shape = {n}, .data = data});
}

static bool put_all(struct container_writer *w, const struct stored *s, const struct word_trainer *t)
{
    bool is_done = container_put_string(w, "oriel.kind", KIND_VECTORS_CHECKPOINT) &&
                   put(w, "made", DTYPE_U8, t->made.at, t->made.n) && put(w, "counts", DTYPE_U64, s->counts, COUNTS) &&
                   put(w, "reals", DTYPE_F64, s->reals, REALS) && put(w, "random", DTYPE_U64, &s->random, RANDOM_WORDS);
    for (size_t i = 0; i < FIELDS && is_done; i++)
        is_done = put(w, s->fields[i].name, s->fields[i].dtype, s->fields[i].at, s->fields[i].n);
    return is_done;
}

oriel_status word_checkpoint_write(struct word_trainer *t, oriel_error *err)
{
    struct stored s;
    struct container_writer *w = container_writer_new();
    store(&s, t);
    oriel_status status = w && put_all(w, &s, t) ? container_write(w, t->o->checkpoint, err) : error_memory(err);
    container_writer_free(w);
    return status;
}

/* ---- reading ---- */

static oriel_status bad(const struct container *c, const char *what, oriel_error *err)
{
    return error_at(err, ORIEL_EFORMAT, container_name(c), 0, "damaged vectors checkpoint: %s", what);
}

static oriel_status get(const struct container *c, const char *name, enum dtype dtype, size_t n, const void **out,
                        oriel_error *err)
{
    struct tensor t;
    oriel_status status = container_tensor(c, name, dtype, 1, &t, err);
    if (status == ORIEL_OK && t.shape[0] != n)
        return error_at(err, ORIEL_EFORMAT, container_name(c), 0,
                        "damaged vectors checkpoint: tensor %s: expected %zu numbers, found %zu", name, n, t.shape[0]);
    *out = t.data;
    return status;
}

static oriel_status read_counts(struct word_trainer *t, const struct container *c, oriel_error *err)
{
    const void *data;
    oriel_status status = get(c, "counts", DTYPE_U64, COUNTS, &data, err);
    if (status)
        return status;
    const uint64_t *n = data;
    struct kept_words *k = &t->kept;
    bool is_within = n[COUNT_IS_WITHIN];
    if (n[COUNT_EPOCHS] != t->progress.epochs || n[COUNT_EPOCH] > n[COUNT_EPOCHS] || n[COUNT_IS_WITHIN] > 1 ||
        (is_within && n[COUNT_EPOCH] == 0) || n[COUNT_READ] > t->progress.n_words ||
        n[COUNT_STEPS] > t->progress.n_words || n[COUNT_SENTENCES] > INT32_MAX || n[COUNT_IS_OVER] > 1 ||
        n[COUNT_BLOCK] > k->n_segments * SEGMENT_WORDS || n[COUNT_TURNS] > SEGMENT_TURNS ||
        n[COUNT_SUMS] > WORD_AVERAGE_MOST)
        return bad(c, "it counts what cannot be", err);
    t->is_within = is_within;
    t->progress.epoch = (size_t)n[COUNT_EPOCH];
    t->progress.done = is_within ? (double)n[COUNT_READ] / (double)t->progress.n_words : 0;
    t->n_losses = n[COUNT_LOSSES];
    t->average.n_added = (size_t)n[COUNT_SUMS];
    k->n_read = n[COUNT_READ];
    k->n_planned = (size_t)n[COUNT_STEPS];
    k->n_sentences = (int32_t)n[COUNT_SENTENCES];
    k->is_over = n[COUNT_IS_OVER];
    k->n_block = (size_t)n[COUNT_BLOCK];
    k->n_turns = (size_t)n[COUNT_TURNS];
    return is_within ? text_ids_go_to(k->text, n[COUNT_OFFSET], err) : ORIEL_OK;
}

static oriel_status read_numbers(struct word_trainer *t, const struct container *c, oriel_error *err)
{
    const void *reals;
    const void *random;
    oriel_status status = get(c, "reals", DTYPE_F64, REALS, &reals, err);
    if (status == ORIEL_OK)
        status = get(c, "random", DTYPE_U64, RANDOM_WORDS, &random, err);
    if (status)
        return status;
    const double *x = reals;
    if (!isfinite(x[REAL_LOSS]) || !(x[REAL_SECONDS] >= 0 && x[REAL_SECONDS] < 1e12))
        return bad(c, "its loss or its time cannot be", err);
    t->loss_sum = x[REAL_LOSS];
    t->begin -= x[REAL_SECONDS];
    memcpy(&t->kept.random, random, sizeof t->kept.random);
    return ORIEL_OK;
}

static oriel_status read_fields(struct word_trainer *t, const struct container *c, oriel_error *err)
{
    struct tensor kept;
    oriel_status status = container_tensor(c, "kept.words", DTYPE_I32, 1, &kept, err);
    if (status)
        return status;
    if (kept.shape[0] > t->kept.cap || (t->is_within && kept.shape[0] < t->kept.reach + t->kept.n_block))
        return bad(c, "it has read ahead too far or not at all", err);
    t->kept.n = kept.shape[0];
    struct field fields[FIELDS];
    list_fields(fields, t, t->kept.n);
    for (size_t i = 0; i < FIELDS && status == ORIEL_OK; i++) {
        const void *data;
        status = get(c, fields[i].name, fields[i].dtype, fields[i].n, &data, err);
        if (status == ORIEL_OK && fields[i].n > 0)
            memcpy(fields[i].at, data, fields[i].n * dtype_size(fields[i].dtype));
    }
    return status;
}

/* ---- what was read, looked at ---- */

/* n rows, half after half: finite, and nothing beyond the width d. */
static bool are_rows(const real *rows, size_t n, const struct pair_tables *t)
{
    for (size_t half = 0; half < PAIRS_HALVES; half++) {
        size_t stride = t->half[half].stride;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < stride; k++, rows++)
                if (!isfinite(*rows) || (t->half[half].first + k >= t->dim && *rows != 0))
                    return false;
    }
    return true;
}

/* The last of the outer rows stands for no word. */
static bool is_last_zero(const struct pair_tables *t)
{
    for (size_t k = 0; k < t->dim; k++)
        if (*pair_outer_at(t, t->V, k) != 0)
            return false;
    return true;
}

/* Where nothing was added to it, the sum is not looked at, which would bring it into memory. */
static bool are_tables(const struct pair_tables *t, const struct word_average *a)
{
    return (a->n_added == 0 || are_rows(a->sum, t->n_rows, t)) && are_rows(t->inner, t->n_rows, t) &&
           are_rows(t->outer, t->V + 1, t) && is_last_zero(t);
}

static bool are_ids(const int32_t *ids, size_t n, int32_t least, size_t V)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] < least || (ids[i] >= 0 && (size_t)ids[i] >= V))
            return false;
    return true;
}

/* Words in sentences, and nothing in none. */
static bool are_read_ahead(const struct kept_words *k, size_t V)
{
    for (size_t i = 0; i < k->n; i++)
        if ((k->words[i] < 0) != (k->sentence[i] < 0))
            return false;
    return are_ids(k->words, k->n, -1, V) && are_ids(k->words + k->reach, k->n - k->reach, 0, V);
}

static oriel_status check_state(const struct word_trainer *t, const struct container *c, oriel_error *err)
{
    size_t V = t->tables.V;
    if (!are_tables(&t->tables, &t->average))
        return bad(c, "its tables hold what no training has", err);
    if (t->is_within && !are_read_ahead(&t->kept, V))
        return bad(c, "its words are none of this text", err);
    return ORIEL_OK;
}

static oriel_status resume(struct word_trainer *t, const struct container *c, oriel_error *err)
{
    oriel_status status = fingerprint_check(&t->made, c, err);
    if (status == ORIEL_OK)
        status = read_counts(t, c, err);
    if (status == ORIEL_OK)
        status = read_numbers(t, c, err);
    if (status == ORIEL_OK)
        status = read_fields(t, c, err);
    if (status == ORIEL_OK)
        status = check_state(t, c, err);
    return status;
}

oriel_status word_checkpoint_begin(struct word_trainer *t, const struct container *from, oriel_error *err)
{
    if (!t->o->checkpoint)
        return ORIEL_OK;
    oriel_status status = fingerprint_take_text(&t->made, t->o, &t->text, t->rate, err);
    return status || !from ? status : resume(t, from, err);
}
