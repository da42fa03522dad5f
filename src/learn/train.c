/*
 * Training: epochs over examples in random order, a step of gradient descent for each batch, scoring on dev after each
 * epoch, the best model kept.  Document 000; plain stochastic gradient descent as 001 and 004 (section 3) write it.
 */
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/status.h"
#include "learn/calibrate.h"
#include "learn/step.h"
#include "learn/weights.h"
#include "model/eval.h"

#define SECONDS_BETWEEN_REPORTS 0.2

#define O_BIAS_STEP 0.25
#define O_BIAS_MOST 4

/* Where the options leave the number of epochs open: as many as usually suffice, and for a small corpus so many that there
 * are enough steps. */
enum { USUAL_EPOCHS = 25, MOST_EPOCHS = 200, FEWEST_STEPS = 1500 };

struct trainer {
    const oriel_train_options *o;
    oriel_model *m;
    struct data d;
    struct random random; /* of the order */
    struct stepper stepper;
    struct item *items; /* [n_items] of this epoch, with its case copies */
    int32_t *order;     /* [n_items] */
    size_t n_items;
    struct weights best; /* of the best epoch so far */
    struct weights now;  /* while averages stand in their place */
    oriel_progress progress;
    oriel_on_progress *on_progress;
    void *user;
    double last_report;   /* seconds */
    double train_seconds; /* without scoring */
    size_t n_trained;     /* tokens in all */
    double loss_sum;      /* of this epoch */
    size_t n_losses;      /* what it is the sum of */
    bool is_stopped;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- progress ---- */

static void report(struct trainer *t, oriel_moment moment)
{
    t->progress.moment = moment;
    if (t->on_progress && t->on_progress(t->user, &t->progress) != 0)
        t->is_stopped = true;
}

/* Tokens per second are of the corpus; case copies are work that they cost. */
static void report_step(struct trainer *t, size_t n_done, double seconds)
{
    oriel_progress *p = &t->progress;
    double total = t->train_seconds + seconds;
    p->done = (double)n_done / (double)t->n_items;
    double n_tokens = p->done * (double)t->d.n_examples;
    double n_left = (double)(p->epochs - p->epoch + 1) * (double)t->d.n_examples - n_tokens;
    p->loss = t->n_losses > 0 ? t->loss_sum / (double)t->n_losses : 0;
    p->words_per_second = total > 0 ? ((double)t->n_trained + n_tokens) / total : 0;
    p->seconds_left = p->words_per_second > 0 ? n_left / p->words_per_second : 0;
    report(t, ORIEL_AT_STEP);
}

/* ---- an epoch ---- */

/* Lower case is what text without capitals mostly is; the two others are headlines. */
static enum spelling draw_copy(struct trainer *t)
{
    double share = t->o->case_copies;
    double at = random_uniform(&t->random);
    if (at < share)
        return SPELLING_LOWER;
    if (at < share + share / 6)
        return SPELLING_UPPER;
    return at < share + share / 3 ? SPELLING_CAPITAL : SPELLING_AS_IS;
}

/* The items of an epoch in random order, with the case copies drawn anew. */
static void shuffle_items(struct trainer *t)
{
    t->n_items = t->d.n_items;
    memcpy(t->items, t->d.items, t->n_items * sizeof *t->items);
    for (size_t i = 0; t->o->case_copies > 0 && i < t->d.n_items; i++) {
        enum spelling how = draw_copy(t);
        if (how == SPELLING_AS_IS)
            continue;
        t->items[t->n_items] = t->items[i];
        t->items[t->n_items++].spelling = how;
    }
    for (size_t i = 0; t->o->case_copies > 0 && i < t->n_items; i++)
        t->order[i] = (int32_t)i; /* as many as there are this time */
    random_shuffle(&t->random, t->order, t->n_items);
}

/* The rate falls linearly to zero at the end of the last epoch. */
static double rate_at(const struct trainer *t, size_t n_done)
{
    double done = ((double)(t->progress.epoch - 1) + (double)n_done / (double)t->n_items) / (double)t->progress.epochs;
    return t->o->learning_rate * (1 - done);
}

static bool next_step(struct trainer *t, struct item *batch, size_t n_done, size_t n, double rate)
{
    for (size_t i = 0; i < n; i++)
        batch[i] = t->items[t->order[n_done + i]];
    return stepper_step(&t->stepper, batch, n, rate, &t->loss_sum, &t->n_losses);
}

static oriel_status train_epoch(struct trainer *t, oriel_error *err)
{
    double begin = now();
    struct item *batch = t->items + 2 * t->d.n_items;
    size_t n_done = 0;
    size_t n_steps = 0;
    t->loss_sum = 0;
    t->n_losses = 0;
    shuffle_items(t);
    while (n_done < t->n_items && !t->is_stopped) {
        size_t n = t->n_items - n_done < t->o->batch ? t->n_items - n_done : t->o->batch;
        double rate = rate_at(t, n_done);
        if (!next_step(t, batch, n_done, n, rate))
            return error_memory(err);
        n_done += n;
        if (t->o->batch < 8 && ++n_steps % 64 != 0 && n_done < t->n_items)
            continue;
        if (!isfinite(t->loss_sum))
            return error_at(err, ORIEL_EDIVERGED, NULL, 0,
                            "the loss is not finite any more in epoch %zu at a learning rate of %g; try a smaller one",
                            t->progress.epoch, rate);
        if (now() - t->last_report > SECONDS_BETWEEN_REPORTS) {
            t->last_report = now();
            report_step(t, n_done, t->last_report - begin);
        }
    }
    report_step(t, n_done, now() - begin);
    t->train_seconds += now() - begin;
    t->n_trained += (size_t)(t->progress.done * (double)t->d.n_examples);
    return ORIEL_OK;
}

/* The loss is of the weights before a step, so an epoch's last step can spoil them unseen. */
static oriel_status check_weights(const struct trainer *t, oriel_error *err)
{
    const oriel_model *m = t->m;
    bool are_finite = reals_are_finite(m->params.block, network_count(&m->net));
    for (size_t k = 0; k < m->tables.n && are_finite; k++)
        are_finite = reals_are_finite(m->tables.table[k].at, t->d.n_active[k] * m->tables.table[k].width);
    if (are_finite)
        return ORIEL_OK;
    return error_at(err, ORIEL_EDIVERGED, NULL, 0,
                    "the weights are not finite any more after epoch %zu at a learning rate of %g; try a smaller one",
                    t->progress.epoch, t->o->learning_rate);
}

/* ---- the best so far ---- */

static oriel_status score_dev(struct trainer *t, oriel_error *err)
{
    oriel_scores *scores = NULL;
    oriel_tagger_options tagger = {.threshold = -1, .types = t->o->dev_types};
    oriel_status status = eval_sentences(&scores, t->m, t->d.dev.corpus, t->d.dev.sentences, t->d.dev.n, t->d.dev_tags,
                                         &tagger, t->o->threads, err);
    if (status != ORIEL_OK)
        return status;
    oriel_score micro = oriel_scores_micro(scores, ORIEL_ENTITIES);
    t->progress.dev_precision = micro.precision;
    t->progress.dev_recall = micro.recall;
    t->progress.dev_f1 = micro.f1;
    oriel_scores_free(scores);
    return ORIEL_OK;
}

/* Without a sentence to score (a corpus of one), the latest is the best. */
static bool is_best(const struct trainer *t)
{
    return !t->best.block || t->d.dev.n == 0 || t->progress.dev_f1 > t->progress.best_f1;
}

static void note_scores(struct trainer *t)
{
    oriel_info *i = &t->m->info;
    i->dev_precision = t->progress.dev_precision;
    i->dev_recall = t->progress.dev_recall;
    i->dev_f1 = t->progress.dev_f1;
}

static bool keep_best(struct trainer *t)
{
    if (!weights_save(&t->best, t->m, &t->d))
        return false;
    oriel_info *i = &t->m->info;
    oriel_progress *p = &t->progress;
    p->best_f1 = p->dev_f1;
    p->best_epoch = p->epoch;
    i->best_epoch = p->epoch;
    i->loss = p->loss;
    note_scores(t);
    return true;
}

/* Scores the averaged weights, if there are any, and keeps them if they are the best; training goes on with its own. */
static oriel_status judge(struct trainer *t, oriel_error *err)
{
    bool has_average = t->stepper.is_averaging;
    if (has_average && !weights_save(&t->now, t->m, &t->d))
        return error_memory(err);
    if (has_average)
        stepper_use_average(&t->stepper);
    oriel_status status = score_dev(t, err);
    if (status == ORIEL_OK && is_best(t) && !keep_best(t))
        status = error_memory(err);
    if (has_average)
        weights_restore(&t->now, t->m, &t->d);
    return status;
}

/* The best constant off the score of "outside", by dev F1; the smallest of equals.  Recall is what a corpus with few names
 * costs most. */
static oriel_status tune_outside(struct trainer *t, oriel_error *err)
{
    oriel_model *m = t->m;
    double best = m->o_bias;
    for (double bias = O_BIAS_STEP; bias <= O_BIAS_MOST; bias += O_BIAS_STEP) {
        m->o_bias = bias;
        oriel_status status = score_dev(t, err);
        if (status != ORIEL_OK)
            return status;
        if (t->progress.dev_f1 <= m->info.dev_f1)
            continue;
        best = bias;
        note_scores(t);
    }
    m->o_bias = best;
    m->info.o_bias = best;
    return ORIEL_OK;
}

static bool is_patient(const struct trainer *t)
{
    return t->o->patience == 0 || t->progress.epoch - t->progress.best_epoch < t->o->patience;
}

/* Epochs until the last, or until dev is no better for a while, or until someone says stop.  An epoch that was stopped in its
 * middle is scored like any other: what it learned may be the best there is. */
static size_t epochs_for(const struct trainer *t)
{
    if (t->o->epochs > 0)
        return t->o->epochs;
    size_t steps = (t->d.n_items + t->o->batch - 1) / t->o->batch;
    size_t epochs = (FEWEST_STEPS + steps - 1) / steps;
    return epochs < USUAL_EPOCHS ? USUAL_EPOCHS : epochs > MOST_EPOCHS ? MOST_EPOCHS : epochs;
}

static oriel_status run(struct trainer *t, oriel_error *err)
{
    t->progress.epochs = epochs_for(t);
    report(t, ORIEL_AT_START);
    if (t->is_stopped)
        return error_at(err, ORIEL_ESTOPPED, NULL, 0, "stopped before the first step");
    do {
        t->progress.epoch++;
        if (t->o->average && t->progress.epoch > t->progress.epochs / 2)
            stepper_begin_average(&t->stepper);
        oriel_status status = train_epoch(t, err);
        if (status == ORIEL_OK)
            status = check_weights(t, err);
        if (status == ORIEL_OK)
            status = judge(t, err);
        if (status != ORIEL_OK)
            return status;
        report(t, ORIEL_AT_EPOCH);
    } while (t->progress.epoch < t->progress.epochs && is_patient(t) && !t->is_stopped);
    t->m->info.epochs = t->progress.epoch;
    weights_restore(&t->best, t->m, &t->d);
    bool has_outside = t->m->net.head != HEAD_SIGMOID && !model_is_plain(t->m);
    oriel_status status = ORIEL_OK;
    if (t->o->tune_outside && has_outside && !t->is_stopped)
        status = tune_outside(t, err);
    oriel_tagger_options tagger = {.threshold = -1, .types = t->o->dev_types};
    if (status == ORIEL_OK && has_outside && !t->is_stopped)
        status = calibrate(t->m, &t->d, &tagger, t->o->threads, err);
    return status;
}

static oriel_status trainer_init(struct trainer *t, oriel_error *err)
{
    size_t most = 2 * t->d.n_items;                       /* each with a copy */
    t->random = random_seeded(t->o->seed ^ 0x6f72646572); /* apart from the generator of the first weights */
    t->progress.facts = &t->d.facts;
    t->items = mem_alloc(most + t->o->batch, sizeof *t->items);
    t->order = mem_alloc(most, sizeof *t->order);
    if (!t->items || !t->order)
        return error_memory(err);
    for (size_t i = 0; i < most; i++)
        t->order[i] = (int32_t)i;
    return stepper_init(&t->stepper, t->o, t->m, &t->d, err);
}

static void trainer_clear(struct trainer *t)
{
    stepper_clear(&t->stepper);
    mem_free(t->items);
    mem_free(t->order);
    weights_clear(&t->best);
    weights_clear(&t->now);
    data_clear(&t->d);
}

oriel_status oriel_train(oriel_model **out, const oriel_train_options *o, oriel_on_progress *on_progress, void *user,
                         oriel_error *err)
{
    *out = NULL;
    struct trainer t = {.o = o, .on_progress = on_progress, .user = user};
    oriel_status status = oriel_train_options_check(o, err);
    if (status == ORIEL_OK)
        status = data_prepare(&t.d, &t.m, o, err);
    if (status == ORIEL_OK)
        status = trainer_init(&t, err);
    if (status == ORIEL_OK)
        status = run(&t, err);
    trainer_clear(&t);
    if (status == ORIEL_OK)
        *out = t.m;
    else
        oriel_model_free(t.m);
    return status;
}
