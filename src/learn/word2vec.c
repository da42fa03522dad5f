/*
 * Word vectors from text: epochs of steps.
 */
#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "learn/word_checkpoint.h"
#include "learn/word_stretch.h"
#include "learn/word_tables.h"

#define SECONDS_BETWEEN_REPORTS 0.2

/* Where the options leave it open.  A word of CBOW's mean gets a share of the gradient only. */
#define SKIPGRAM_RATE 0.1
#define CBOW_RATE 0.5

enum {
    NEGATIVES_PER_TILE = 32,
    MOST_TILES = 4,        /* of a step */
    MOST_SCORES = 1 << 24, /* of all words for all centres of a step */
    LEAST_STEPS = 512,     /* of an epoch, if the text has so many words */
    LEAST_STRETCHES = 64,  /* likewise */
    MOST_STRETCH = 256     /* steps */
};

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

static size_t stretch_of(const struct word_trainer *t)
{
    if (t->o->loss == ORIEL_SOFTMAX)
        return 1;
    size_t n = at_most((size_t)(t->text.n_words / LEAST_STRETCHES / PAIRS_TILE) / t->shape.n_tiles, MOST_STRETCH);
    return n > 0 ? n : 1;
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
    t->stretch = stretch_of(t);
    t->places = mem_zero(t->o->threads, sizeof *t->places);
    t->grouping = mem_zero(t->o->threads, sizeof *t->grouping);
    bool is_good = t->places && t->grouping && pair_work_init(&t->work, &t->shape, &t->tables, t->o->threads) &&
                   (t->o->loss != ORIEL_SOFTMAX || pair_softmax_init(&t->softmax, &t->shape, &t->tables));
    for (size_t i = 0; i < t->o->threads && is_good; i++)
        is_good = pair_grouping_init(&t->grouping[i], &t->shape);
    for (size_t i = 0; i < WORD_STEPS && is_good; i++)
        is_good = pair_plan_init(&t->steps[i].plan, &t->shape);
    return is_good ? ORIEL_OK : error_memory(err);
}

/* ---- epochs ---- */

static double part_done(const struct word_trainer *t)
{
    return ((double)(t->progress.epoch - 1) + t->progress.done) / (double)t->o->epochs;
}

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

static oriel_status begin_epoch(struct word_trainer *t, oriel_error *err)
{
    oriel_status status = kept_words_restart(&t->kept, err);
    if (status)
        return status;
    t->progress.epoch++;
    t->progress.done = 0;
    t->loss_sum = 0;
    t->n_losses = 0;
    t->is_within = true;
    return ORIEL_OK;
}

static oriel_status next_stretch(struct word_trainer *t, oriel_error *err)
{
    oriel_status status = word_stretch_take(t, err);
    if (status)
        return status;
    t->progress.done = (double)t->kept.n_read / (double)t->progress.n_words;
    if (!isfinite(t->loss_sum))
        return error_at(err, ORIEL_EDIVERGED, NULL, 0,
                        "the loss is not finite any more in epoch %zu: try a smaller --learning-rate than %g",
                        t->progress.epoch, t->rate);
    word_average_step(&t->average, &t->tables, part_done(t), t->crew);
    return ORIEL_OK;
}

/* To the end of the epoch, or until someone says stop. */
static oriel_status train_epoch(struct word_trainer *t, oriel_error *err)
{
    oriel_status status = t->is_within ? ORIEL_OK : begin_epoch(t, err);
    while (status == ORIEL_OK && t->is_within && !t->is_stopped) {
        status = next_stretch(t, err);
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
    for (size_t i = 0; t->grouping && i < t->o->threads; i++)
        pair_grouping_clear(&t->grouping[i]);
    mem_free(t->grouping);
    pair_softmax_clear(&t->softmax);
    for (size_t i = 0; i < WORD_STEPS; i++)
        pair_plan_clear(&t->steps[i].plan);
    kept_words_clear(&t->kept);
    text_ids_clear(&t->text);
    pair_tables_clear(&t->tables);
    word_average_clear(&t->average);
    bytes_clear(&t->made);
    mem_free(t->places);
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
        word_average_give(&t.average, &t.tables, t.crew);
        status = word_tables_give(out, &t.tables, &t.text, o->lower_case, err);
    }
    trainer_clear(&t);
    return status;
}
