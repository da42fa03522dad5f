/*
 * Word vectors from text: epochs of steps.  While the tiles of a step are computed, one block of the same run prepares the next
 * step; then the rows are changed.
 */
#include <math.h>

#include "base/clock.h"
#include "base/status.h"
#include "learn/word_checkpoint.h"
#include "learn/word_tables.h"

#define SECONDS_BETWEEN_REPORTS 0.2
#define LEAST_RATE 1e-4 /* of the first, at the end */

/* Where the options leave it open.  A word of CBOW's mean gets a share of the gradient only. */
#define SKIPGRAM_RATE 0.1
#define CBOW_RATE 0.5

enum {
    NEGATIVES_PER_TILE = 32,
    MOST_TILES = 8,        /* of a step */
    MOST_SCORES = 1 << 24, /* of all words for all centres of a step */
    LEAST_STEPS = 256,     /* of an epoch, if the text has so many words */
    LOSS_EVERY = 8,        /* tiles: for one of them the loss is computed */
    APPLY_BLOCKS = 16
};

#define STEP_LIMIT 2 /* see net/pair_step.h */

/* ---- the beginning ---- */

static oriel_status read_text(struct word_trainer *t, oriel_error *err)
{
    t->crew = workers_new(t->o->threads);
    return t->crew ? text_ids_make(&t->text, t->o, t->crew, err) : error_memory(err);
}

static size_t at_most(size_t x, size_t most)
{
    return x < most ? x : most;
}

/* A short text is cut into smaller steps, so that there are enough of them.  Under the full softmax there are scores of all
 * words for each centre. */
static struct pair_shape shape_of(const oriel_vectors_options *o, const struct text_ids *text)
{
    struct pair_shape s = {.is_cbow = o->method == ORIEL_CBOW, .reach = o->context};
    size_t n_tiles = at_most((size_t)(text->n_words / LEAST_STEPS / PAIRS_TILE), MOST_TILES);
    if (o->loss == ORIEL_SOFTMAX) {
        n_tiles = at_most(n_tiles, PAIRS_SOFTMAX_TILES);
        n_tiles = at_most(n_tiles, MOST_SCORES / PAIRS_TILE / text->V);
    } else {
        s.n_negatives = NEGATIVES_PER_TILE;
        s.share = (real)o->negatives / (real)s.n_negatives;
    }
    s.n_tiles = n_tiles > 0 ? n_tiles : 1;
    pair_shape_complete(&s);
    return s;
}

static oriel_status prepare(struct word_trainer *t, oriel_error *err)
{
    t->shape = shape_of(t->o, &t->text);
    oriel_status status = kept_words_init(&t->kept, &t->text, t->o, t->shape.n_tiles, err);
    if (status == ORIEL_OK)
        status = word_tables_make(&t->tables, &t->text, t->o, err);
    if (status == ORIEL_OK)
        status = word_average_init(&t->average, &t->tables, err);
    if (status)
        return status;
    t->rate = t->o->learning_rate > 0 ? t->o->learning_rate : t->shape.is_cbow ? CBOW_RATE : SKIPGRAM_RATE;
    t->now = &t->steps[0];
    t->next = &t->steps[1];
    if (!pair_work_init(&t->work, &t->shape, &t->tables, t->o->threads) ||
        (t->o->loss == ORIEL_SOFTMAX && !pair_softmax_init(&t->softmax, &t->shape, &t->tables)) ||
        !pair_plan_init(&t->now->plan, &t->shape, &t->tables) || !pair_plan_init(&t->next->plan, &t->shape, &t->tables))
        return error_memory(err);
    return ORIEL_OK;
}

/* ---- a step ---- */

static void plan_step(struct word_trainer *t, struct word_step *s)
{
    s->status = kept_words_plan(&t->kept, &s->plan, &t->shape, &s->err);
    s->n_read = t->kept.n_read;
    if (s->status == ORIEL_OK && !pair_plan_group(&s->plan, &t->shape, &t->tables))
        s->status = error_memory(&s->err);
}

/* Block 0 is the next step, which must be there when this one is done; the others are tiles. */
static void compute_block(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    if (block == 0)
        plan_step(t, t->next);
    else
        pair_tile(&t->work, &t->now->plan, &t->shape, &t->tables, block - 1, worker, (block - 1) % LOSS_EVERY == 0);
}

/* Outer and inner rows in turn: a thread's share of these blocks is of the tiles that it computed, more or less, and what it
 * computed is near. */
static void apply_block(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    const struct pair_plan *p = &t->now->plan;
    (void)worker;
    bool is_outer = block % 2 == 0;
    size_t part = block / 2;
    size_t n = is_outer ? p->outer.n : p->inner.n;
    size_t begin = n * part / APPLY_BLOCKS;
    size_t end = n * (part + 1) / APPLY_BLOCKS;
    if (is_outer)
        pair_apply_outer(&t->tables, &t->work, p, begin, end, t->eta, STEP_LIMIT);
    else
        pair_apply_inner(&t->tables, &t->work, p, begin, end, t->eta, STEP_LIMIT);
}

/* Pairs of centre i that its loss is a sum over. */
static uint64_t pairs_of(const struct word_trainer *t, size_t i)
{
    size_t n = (size_t)(t->now->plan.left[i] + t->now->plan.right[i]);
    return t->shape.is_cbow ? n > 0 : n;
}

static void add_losses(struct word_trainer *t)
{
    size_t n_centres = t->now->plan.n_centres;
    for (size_t tile = 0; tile * PAIRS_TILE < n_centres; tile += LOSS_EVERY) {
        t->loss_sum += t->work.loss[tile];
        for (size_t i = tile * PAIRS_TILE; i < (tile + 1) * PAIRS_TILE && i < n_centres; i++)
            t->n_losses += pairs_of(t, i);
    }
}

static void step_by_negatives(struct word_trainer *t)
{
    workers_run(t->crew, 1 + pair_plan_tiles(&t->now->plan), compute_block, t);
    workers_run(t->crew, 2 * APPLY_BLOCKS, apply_block, t);
    add_losses(t);
}

/* ---- a step under the full softmax ---- */

static void softmax_vectors(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    if (block == 0)
        plan_step(t, t->next);
    else
        pair_softmax_vectors(&t->softmax, &t->work, &t->now->plan, &t->shape, &t->tables, block - 1, worker);
}

static void softmax_scores(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    (void)worker;
    pair_softmax_scores(&t->softmax, &t->now->plan, &t->tables, block);
}

static void softmax_cost(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    (void)worker;
    pair_softmax_cost(&t->softmax, &t->now->plan, &t->shape, block);
}

static void softmax_outer(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    (void)worker;
    pair_softmax_outer(&t->softmax, &t->now->plan, &t->tables, block, t->eta, STEP_LIMIT);
}

static void softmax_inner(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    pair_softmax_inner(&t->softmax, &t->work, &t->now->plan, &t->shape, &t->tables, block, worker);
}

static void apply_inner(void *context, size_t block, size_t worker)
{
    apply_block(context, 2 * block + 1, worker);
}

static void step_by_softmax(struct word_trainer *t)
{
    size_t n_tiles = pair_plan_tiles(&t->now->plan);
    workers_run(t->crew, 1 + n_tiles, softmax_vectors, t);
    workers_run(t->crew, t->softmax.n_blocks, softmax_scores, t);
    workers_run(t->crew, t->now->plan.n_centres, softmax_cost, t);
    workers_run(t->crew, t->softmax.n_blocks, softmax_outer, t);
    workers_run(t->crew, n_tiles, softmax_inner, t);
    workers_run(t->crew, APPLY_BLOCKS, apply_inner, t);
    for (size_t i = 0; i < t->now->plan.n_centres; i++) {
        t->loss_sum += t->softmax.loss[i];
        t->n_losses += pairs_of(t, i);
    }
}

static double part_done(const struct word_trainer *t)
{
    return ((double)(t->progress.epoch - 1) + t->progress.done) / (double)t->o->epochs;
}

static void take_step(struct word_trainer *t)
{
    double done = part_done(t);
    t->eta = (real)(t->rate * (done < 1 - LEAST_RATE ? 1 - done : LEAST_RATE));
    if (t->o->loss == ORIEL_SOFTMAX)
        step_by_softmax(t);
    else
        step_by_negatives(t);
}

/* ---- epochs ---- */

static void report(struct word_trainer *t, oriel_moment moment)
{
    oriel_vectors_progress *p = &t->progress;
    double seconds = clock_seconds() - t->begin;
    if (moment == ORIEL_AT_STEP && t->begin + seconds < t->last_report + SECONDS_BETWEEN_REPORTS)
        return;
    t->last_report = t->begin + seconds;
    double n_epochs = (double)p->epoch - (double)(p->epoch > 0 && moment != ORIEL_AT_START) + p->done;
    double n_done = n_epochs * (double)p->n_words;
    p->moment = moment;
    p->loss = t->n_losses > 0 ? t->loss_sum / (double)t->n_losses : 0;
    p->words_per_second = seconds > 0 ? n_done / seconds : 0;
    p->seconds_left = n_done > 0 ? seconds * ((double)p->epochs * (double)p->n_words - n_done) / n_done : 0;
    if (t->on_progress && t->on_progress(t->user, p) != 0)
        t->is_stopped = true;
}

/* Where a checkpoint cannot be written, training goes on: to end it would lose what the checkpoint was to save. */
static void keep_checkpoint(struct word_trainer *t)
{
    oriel_error why;
    if (!t->o->checkpoint)
        return;
    t->progress.checkpoint_error = word_checkpoint_write(t, &why) == ORIEL_OK ? NULL : why.text;
    report(t, ORIEL_AT_CHECKPOINT);
    t->progress.checkpoint_error = NULL;
    t->last_checkpoint = clock_seconds();
}

static bool checkpoint_is_due(const struct word_trainer *t)
{
    double seconds = t->o->checkpoint_seconds;
    return seconds > 0 && t->is_within && clock_seconds() - t->last_checkpoint >= seconds;
}

/* Another step is planned; is it one? */
static oriel_status look_ahead(struct word_trainer *t, oriel_error *err)
{
    t->is_within = t->now->status == ORIEL_OK && t->now->plan.n_centres > 0;
    if (t->now->status && err)
        *err = t->now->err;
    return t->now->status;
}

static oriel_status begin_epoch(struct word_trainer *t, oriel_error *err)
{
    oriel_status status = kept_words_restart(&t->kept, err);
    if (status)
        return status;
    t->progress.epoch++;
    t->progress.done = 0;
    t->loss_sum = 0;
    t->n_losses = 0;
    plan_step(t, t->now);
    return look_ahead(t, err);
}

static oriel_status next_step(struct word_trainer *t, oriel_error *err)
{
    take_step(t);
    t->progress.done = (double)t->now->n_read / (double)t->progress.n_words;
    if (!isfinite(t->loss_sum))
        return error_at(err, ORIEL_EDIVERGED, NULL, 0,
                        "the loss is not finite any more in epoch %zu: try a smaller --learning-rate than %g",
                        t->progress.epoch, t->rate);
    word_average_step(&t->average, &t->tables, part_done(t));
    struct word_step *done = t->now;
    t->now = t->next;
    t->next = done;
    return look_ahead(t, err);
}

/* To the end of the epoch, or until someone says stop. */
static oriel_status train_epoch(struct word_trainer *t, oriel_error *err)
{
    oriel_status status = t->is_within ? ORIEL_OK : begin_epoch(t, err);
    while (status == ORIEL_OK && t->is_within && !t->is_stopped) {
        status = next_step(t, err);
        if (status != ORIEL_OK)
            return status;
        report(t, ORIEL_AT_STEP);
        if (checkpoint_is_due(t))
            keep_checkpoint(t);
    }
    if (status != ORIEL_OK)
        return status;
    keep_checkpoint(t);
    if (!t->is_stopped)
        report(t, ORIEL_AT_EPOCH);
    return ORIEL_OK;
}

static oriel_status train(struct word_trainer *t, const struct container *from, oriel_error *err)
{
    t->progress = (oriel_vectors_progress){
        .n_tokens = t->text.n_tokens, .n_words = t->text.n_words, .V = t->text.V, .epochs = t->o->epochs};
    t->begin = clock_seconds();
    oriel_status status = word_checkpoint_begin(t, from, err);
    if (status != ORIEL_OK)
        return status;
    t->last_checkpoint = clock_seconds();
    t->progress.epoch -= t->is_within; /* those that are done */
    report(t, ORIEL_AT_START);
    t->progress.epoch += t->is_within;
    while (status == ORIEL_OK && !t->is_stopped && (t->is_within || t->progress.epoch < t->o->epochs))
        status = train_epoch(t, err);
    return status;
}

/* ---- the end ---- */

static void trainer_clear(struct word_trainer *t)
{
    workers_free(t->crew);
    pair_work_clear(&t->work);
    pair_softmax_clear(&t->softmax);
    pair_plan_clear(&t->steps[0].plan);
    pair_plan_clear(&t->steps[1].plan);
    kept_words_clear(&t->kept);
    text_ids_clear(&t->text);
    word_tables_clear(&t->tables);
    word_average_clear(&t->average);
    bytes_clear(&t->made);
}

oriel_status oriel_vectors_train(oriel_vectors **out, const oriel_vectors_options *o,
                                 oriel_on_vectors_progress *on_progress, void *user, oriel_error *err)
{
    struct word_trainer t = {.o = o, .on_progress = on_progress, .user = user};
    struct container *from = NULL;
    *out = NULL;
    oriel_status status = oriel_vectors_options_check(o, err);
    if (status == ORIEL_OK)
        status = word_checkpoint_open(&from, o, err);
    if (status == ORIEL_OK)
        status = read_text(&t, err);
    if (status == ORIEL_OK)
        status = prepare(&t, err);
    if (status == ORIEL_OK)
        status = train(&t, from, err);
    container_close(from);
    if (status == ORIEL_OK) {
        word_average_give(&t.average, &t.tables);
        status = word_tables_give(out, &t.tables, &t.text, o->lower_case, err);
    }
    trainer_clear(&t);
    return status;
}
