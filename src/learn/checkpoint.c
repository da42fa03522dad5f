/*
 * What is stored is listed once, as places in the trainer; writing and reading follow the lists.
 */
#include "learn/checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "learn/fingerprint.h"

/* ---- what is stored ---- */

enum { COUNT_EPOCH, COUNT_EPOCHS, COUNT_BEST, COUNT_DONE, COUNT_LOSSES, COUNTS };
enum { SHARES = 7, REALS = 14 }; /* the first of the reals lie between 0 and 1 */

enum { RANDOM_WORDS = 3 * sizeof(struct random) / sizeof(uint64_t) };

/* epoch is that of the last one that was judged. */
static void list_counts(size_t *counts[COUNTS], struct trainer *t)
{
    oriel_progress *p = &t->progress;
    size_t *const all[COUNTS] = {&p->epoch, &p->epochs, &p->best_epoch, &t->order.n_done, &t->n_losses};
    memcpy(counts, all, sizeof all);
}

static void list_reals(double *reals[REALS], struct trainer *t)
{
    oriel_progress *p = &t->progress;
    oriel_info *best = &t->m->info;
    double *const all[REALS] = {&p->dev_precision,
                                &p->dev_recall,
                                &p->dev_f1,
                                &p->best_f1,
                                &best->dev_precision,
                                &best->dev_recall,
                                &best->dev_f1,
                                &best->loss,
                                &p->loss,
                                &t->loss_sum,
                                &t->train_seconds,
                                &t->n_trained,
                                &p->seconds,
                                &t->stepper.optimizer.average};
    memcpy(reals, all, sizeof all);
}

/* A number for each weight of the dense block or of a table's active rows. */
struct array {
    char name[40];
    real *at; /* [n] */
    size_t n;
    bool is_square; /* of something: not negative */
};

enum { ARRAYS_MOST = 5 * (1 + TABLES_MAX) };

struct arrays {
    struct array of[ARRAYS_MOST];
    size_t n;
};

static void list_array(struct arrays *a, const char *of, const char *what, real *at, size_t n, bool is_square)
{
    if (!at)
        return;
    struct array *next = &a->of[a->n++];
    *next = (struct array){.at = at, .n = n, .is_square = is_square};
    snprintf(next->name, sizeof next->name, "%s.%s", of, what);
}

/* AdaGrad's first moment and Adam's second are of squares. */
static void list_weights(struct arrays *a, const char *of, real *weights, real *best, const struct beside *b,
                         bool first_is_square)
{
    list_array(a, of, "weights", weights, b->n, false);
    list_array(a, of, "best", best, b->n, false);
    list_array(a, of, "first", b->first, b->n, first_is_square);
    list_array(a, of, "second", b->second, b->n, true);
    list_array(a, of, "history", b->history, b->n, false);
}

/* Those of t as it is: the best weights are among them once an epoch was judged. */
static void list_arrays(struct arrays *a, struct trainer *t)
{
    bool rows_have_squares = t->o->row_optimizer == ORIEL_ADAGRAD;
    a->n = 0;
    list_weights(a, "dense", t->m->params.block, t->best.block, &t->stepper.dense, t->o->optimizer == ORIEL_ADAGRAD);
    for (size_t k = 0; k < t->m->tables.n; k++) {
        char of[sizeof "rows." + 20];
        snprintf(of, sizeof of, "rows.%zu", k);
        list_weights(a, of, t->m->tables.table[k].at, t->best.rows[k], &t->stepper.tables[k], rows_have_squares);
    }
}

/* ---- the file ---- */

oriel_status checkpoint_open_file(struct container **out, const char *path, const char *kind, bool resume,
                                  oriel_error *err)
{
    struct stat there;
    *out = NULL;
    if (!path)
        return ORIEL_OK;
    oriel_status status = container_write_check(path, kind, err);
    if (status != ORIEL_OK || stat(path, &there) != 0 || !S_ISREG(there.st_mode) || there.st_size == 0)
        return status;
    if (!resume)
        return error_at(err, ORIEL_EARG, path, 0,
                        "a checkpoint is there: --resume goes on from it; remove it to begin anew");
    return container_open(out, path, kind, err);
}

oriel_status checkpoint_open(struct container **out, const oriel_train_options *o, oriel_error *err)
{
    return checkpoint_open_file(out, o->checkpoint, KIND_CHECKPOINT, o->resume, err);
}

/* ---- writing ---- */

/* What is made for the file alone; the writer borrows it. */
struct stored {
    uint64_t counts[COUNTS + 1]; /* and the optimizer's steps */
    double reals[REALS];
    struct random random[3];
    struct arrays arrays;
};

static void store_numbers(struct stored *s, struct trainer *t)
{
    size_t *counts[COUNTS];
    double *reals[REALS];
    t->progress.seconds = clock_seconds() - t->began;
    list_counts(counts, t);
    list_reals(reals, t);
    for (size_t i = 0; i < COUNTS; i++)
        s->counts[i] = *counts[i];
    s->counts[COUNT_EPOCH] -= !order_is_over(&t->order);
    s->counts[COUNTS] = t->stepper.optimizer.step;
    for (size_t i = 0; i < REALS; i++)
        s->reals[i] = *reals[i];
    s->random[0] = t->order.before;
    s->random[1] = t->order.random;
    s->random[2] = t->stepper.random;
}

static bool put(struct container_writer *w, const char *name, enum dtype dtype, const void *data, size_t n)
{
    return container_put_tensor(
        w, &(struct tensor){.name = name, .dtype = dtype, .n_dims = 1, .shape = {n}, .data = data});
}

static bool put_all(struct container_writer *w, const struct stored *s, const struct trainer *t)
{
    bool is_done =
        container_put_string(w, "oriel.kind", KIND_CHECKPOINT) && put(w, "made", DTYPE_U8, t->made.at, t->made.n) &&
        put(w, "counts", DTYPE_U64, s->counts, COUNTS + 1) && put(w, "reals", DTYPE_F64, s->reals, REALS) &&
        put(w, "random", DTYPE_U64, s->random, RANDOM_WORDS) && put(w, "order", DTYPE_I32, t->order.at, t->order.n);
    for (size_t i = 0; i < s->arrays.n && is_done; i++)
        is_done = put(w, s->arrays.of[i].name, DTYPE_F32, s->arrays.of[i].at, s->arrays.of[i].n);
    return is_done;
}

oriel_status checkpoint_write(struct trainer *t, oriel_error *err)
{
    struct stored *s = mem_zero(1, sizeof *s);
    struct container_writer *w = container_writer_new();
    if (s) {
        store_numbers(s, t);
        list_arrays(&s->arrays, t);
    }
    oriel_status status = s && w && put_all(w, s, t) ? container_write(w, t->o->checkpoint, err) : error_memory(err);
    container_writer_free(w);
    mem_free(s);
    return status;
}

/* ---- reading ---- */

static oriel_status bad(const struct container *c, const char *what, oriel_error *err)
{
    return error_at(err, ORIEL_EFORMAT, container_name(c), 0, "damaged checkpoint: %s", what);
}

/* A tensor of n numbers. */
static oriel_status get(const struct container *c, const char *name, enum dtype dtype, size_t n, struct tensor *out,
                        oriel_error *err)
{
    oriel_status status = container_tensor(c, name, dtype, 1, out, err);
    if (status == ORIEL_OK && out->shape[0] != n)
        return error_at(err, ORIEL_EFORMAT, container_name(c), 0,
                        "damaged checkpoint: tensor %s: expected %zu numbers, found %zu", name, n, out->shape[0]);
    return status;
}

static oriel_status read_counts(struct trainer *t, const struct container *c, oriel_error *err)
{
    struct tensor stored;
    size_t *counts[COUNTS];
    size_t epochs = t->progress.epochs;
    oriel_status status = get(c, "counts", DTYPE_U64, COUNTS + 1, &stored, err);
    if (status != ORIEL_OK)
        return status;
    const uint64_t *from = stored.data;
    list_counts(counts, t);
    for (size_t i = 0; i < COUNTS; i++)
        *counts[i] = (size_t)from[i];
    t->stepper.optimizer.step = from[COUNTS];
    const oriel_progress *p = &t->progress;
    if (p->epochs != epochs || p->epoch > epochs || p->best_epoch > p->epoch || (p->epoch > 0) != (p->best_epoch > 0))
        return bad(c, "it counts epochs that cannot be", err);
    t->m->info.best_epoch = p->best_epoch;
    return ORIEL_OK;
}

static oriel_status read_reals(struct trainer *t, const struct container *c, oriel_error *err)
{
    struct tensor stored;
    double *reals[REALS];
    oriel_status status = get(c, "reals", DTYPE_F64, REALS, &stored, err);
    if (status != ORIEL_OK)
        return status;
    const double *from = stored.data;
    list_reals(reals, t);
    for (size_t i = 0; i < REALS; i++) {
        double least = i + 1 < REALS ? 0 : -1; /* the last tells with -1 that nothing is averaged yet */
        if (!isfinite(from[i]) || from[i] < least || (i < SHARES && from[i] > 1))
            return bad(c, "its progress is none that can be", err);
        *reals[i] = from[i];
    }
    return ORIEL_OK;
}

static oriel_status read_order(struct trainer *t, const struct container *c, oriel_error *err)
{
    struct tensor at;
    struct tensor random;
    size_t n_done = t->order.n_done; /* as read_counts put it there */
    oriel_status status = get(c, "random", DTYPE_U64, RANDOM_WORDS, &random, err);
    if (status == ORIEL_OK)
        status = container_tensor(c, "order", DTYPE_I32, 1, &at, err);
    if (status != ORIEL_OK)
        return status;
    const struct random *r = random.data;
    t->stepper.random = r[2];
    if (!order_resume(&t->order, &r[0], &r[1], at.data, at.shape[0], n_done))
        return bad(c, "its order is none of this corpus", err);
    bool is_over = order_is_over(&t->order);
    if (t->progress.epoch == t->progress.epochs && !is_over)
        return bad(c, "it is in an epoch behind the last", err);
    t->progress.done = is_over ? 0 : (double)n_done / (double)t->order.n;
    return ORIEL_OK;
}

static oriel_status read_array(const struct array *a, const struct container *c, oriel_error *err)
{
    struct tensor stored;
    oriel_status status = get(c, a->name, DTYPE_F32, a->n, &stored, err);
    if (status != ORIEL_OK)
        return status;
    const real *from = stored.data;
    for (size_t i = 0; i < a->n; i++)
        if (!isfinite(from[i]) || (a->is_square && from[i] < 0))
            return bad(c, a->name, err);
    memcpy(a->at, from, a->n * sizeof *from);
    return ORIEL_OK;
}

static oriel_status read_arrays(struct trainer *t, const struct container *c, oriel_error *err)
{
    struct arrays *a = mem_alloc(1, sizeof *a);
    bool has_best = t->progress.best_epoch > 0;
    if (!a || (has_best && !weights_save(&t->best, t->m, &t->d))) {
        mem_free(a);
        return error_memory(err);
    }
    list_arrays(a, t);
    oriel_status status = ORIEL_OK;
    for (size_t i = 0; i < a->n && status == ORIEL_OK; i++)
        status = read_array(&a->of[i], c, err);
    mem_free(a);
    return status;
}

static oriel_status resume(struct trainer *t, const struct container *c, oriel_error *err)
{
    oriel_status status = fingerprint_check(&t->made, c, err);
    if (status == ORIEL_OK)
        status = read_counts(t, c, err);
    if (status == ORIEL_OK)
        status = read_reals(t, c, err);
    if (status == ORIEL_OK)
        status = read_order(t, c, err);
    if (status == ORIEL_OK)
        status = read_arrays(t, c, err);
    t->began = clock_seconds() - t->progress.seconds;
    return status;
}

oriel_status checkpoint_begin(struct trainer *t, const struct container *from, oriel_error *err)
{
    if (!t->o->checkpoint)
        return ORIEL_OK;
    if (!fingerprint_take(&t->made, t->o, t->m, &t->d))
        return error_memory(err);
    return from ? resume(t, from, err) : ORIEL_OK;
}
