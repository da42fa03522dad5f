/*
 * Training: epochs over examples in random order, a step of gradient descent for each batch, scoring on dev after each
 * epoch, the best model kept.  Document 000; plain stochastic gradient descent as 001 and 004 (section 3) write it.
 */
#include <math.h>

#include "base/clock.h"
#include "base/status.h"
#include "learn/checkpoint.h"
#include "learn/judge.h"
#include "learn/schedule.h"
#include "learn/trainer.h"

#define SECONDS_BETWEEN_REPORTS 0.2

/* Where the options leave the number of epochs open: as many as usually suffice, and for a small corpus so many that there
 * are enough steps. */
enum { USUAL_EPOCHS = 12, MOST_EPOCHS = 200, FEWEST_STEPS = 1500 };

/* ---- progress ---- */

void trainer_report(struct trainer *t, oriel_moment moment)
{
    t->progress.moment = moment;
    t->progress.seconds = clock_seconds() - t->began;
    if (t->on_progress && t->on_progress(t->user, &t->progress) != 0)
        t->is_stopped = true;
}

static double share_done(const struct trainer *t)
{
    return (double)t->order.n_done / (double)t->order.n;
}

/* Tokens are those of the corpus; case copies are work that they cost. */
static void look_at_clock(struct trainer *t)
{
    double now = clock_seconds();
    size_t n = t->order.n_done - t->n_counted;
    t->train_seconds += now - t->clock;
    t->n_trained += (double)n / (double)t->order.n * (double)t->d.n_examples;
    t->clock = now;
    t->n_counted = t->order.n_done;
}

static void report_step(struct trainer *t)
{
    oriel_progress *p = &t->progress;
    look_at_clock(t);
    p->done = share_done(t);
    double n_tokens = p->done * (double)t->d.n_examples;
    double n_left = (double)(p->epochs - p->epoch + 1) * (double)t->d.n_examples - n_tokens;
    p->loss = t->n_losses > 0 ? t->loss_sum / (double)t->n_losses : 0;
    p->words_per_second = t->train_seconds > 0 ? t->n_trained / t->train_seconds : 0;
    p->seconds_left = p->words_per_second > 0 ? n_left / p->words_per_second : 0;
    trainer_report(t, ORIEL_AT_STEP);
}

/* ---- an epoch ---- */

static double rate_now(const struct trainer *t)
{
    double done = ((double)(t->progress.epoch - 1) + share_done(t)) / (double)t->progress.epochs;
    return t->o->learning_rate * schedule_factor(t->o->schedule, done);
}

static void begin_epoch(struct trainer *t)
{
    t->loss_sum = 0;
    t->n_losses = 0;
    order_begin(&t->order);
}

static oriel_status next_step(struct trainer *t, oriel_error *err)
{
    t->progress.learning_rate = rate_now(t);
    size_t n = order_take(&t->order, t->o->batch);
    if (!stepper_step(&t->stepper, t->order.batch, n, t->progress.learning_rate, &t->loss_sum, &t->n_losses))
        return error_memory(err);
    return ORIEL_OK;
}

/* Where a checkpoint cannot be written, training goes on: to end it would lose what the checkpoint was to save. */
static void keep_checkpoint(struct trainer *t)
{
    oriel_error why;
    if (!t->o->checkpoint)
        return;
    t->progress.done = share_done(t);
    t->progress.checkpoint_error = checkpoint_write(t, &why) == ORIEL_OK ? NULL : why.text;
    trainer_report(t, ORIEL_AT_CHECKPOINT);
    t->progress.checkpoint_error = NULL;
    t->last_checkpoint = clock_seconds();
}

static bool checkpoint_is_due(const struct trainer *t)
{
    double seconds = t->o->checkpoint_seconds;
    return seconds > 0 && clock_seconds() - t->last_checkpoint >= seconds && !order_is_over(&t->order);
}

static oriel_status check_loss(const struct trainer *t, oriel_error *err)
{
    if (isfinite(t->loss_sum))
        return ORIEL_OK;
    return error_at(err, ORIEL_EDIVERGED, NULL, 0,
                    "the loss is not finite any more in epoch %zu at a learning rate of %g; try a smaller one",
                    t->progress.epoch, t->progress.learning_rate);
}

static oriel_status train_epoch(struct trainer *t, oriel_error *err)
{
    size_t n_steps = 0;
    oriel_status status = ORIEL_OK;
    if (order_is_over(&t->order))
        begin_epoch(t);
    t->clock = clock_seconds();
    t->n_counted = t->order.n_done;
    while (!order_is_over(&t->order) && !t->is_stopped) {
        status = next_step(t, err);
        if (status == ORIEL_OK && t->o->batch < 8 && ++n_steps % 64 != 0 && !order_is_over(&t->order))
            continue;
        if (status == ORIEL_OK)
            status = check_loss(t, err);
        if (status != ORIEL_OK)
            return status;
        if (clock_seconds() - t->last_report > SECONDS_BETWEEN_REPORTS) {
            t->last_report = clock_seconds();
            report_step(t);
        }
        if (checkpoint_is_due(t)) {
            look_at_clock(t);
            keep_checkpoint(t);
        }
    }
    report_step(t);
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

/* ---- all of it ---- */

static size_t epochs_for(const struct trainer *t)
{
    if (t->o->epochs > 0)
        return t->o->epochs;
    size_t steps = (t->d.n_items + t->o->batch - 1) / t->o->batch;
    size_t epochs = (FEWEST_STEPS + steps - 1) / steps;
    return epochs < USUAL_EPOCHS ? USUAL_EPOCHS : epochs > MOST_EPOCHS ? MOST_EPOCHS : epochs;
}

/* Until the last epoch, or until dev is no better for a while, or until someone says stop. */
static bool is_over(const struct trainer *t)
{
    const oriel_progress *p = &t->progress;
    bool is_patient = t->o->patience == 0 || p->epoch - p->best_epoch < t->o->patience;
    return p->epoch >= p->epochs || !is_patient || t->is_stopped;
}

/* An epoch that was stopped in its middle is scored like any other: what it learned may be the best there is.  But its
 * checkpoint must not know of that, for who goes on from there will come by without having been judged. */
static oriel_status run_epoch(struct trainer *t, oriel_error *err)
{
    t->progress.epoch++;
    if (t->o->average && t->progress.epoch > t->progress.epochs / 2)
        stepper_begin_average(&t->stepper);
    oriel_status status = train_epoch(t, err);
    if (status == ORIEL_OK)
        status = check_weights(t, err);
    if (status == ORIEL_OK && !order_is_over(&t->order))
        keep_checkpoint(t);
    if (status == ORIEL_OK)
        status = judge_epoch(t, err);
    if (status != ORIEL_OK)
        return status;
    trainer_report(t, ORIEL_AT_EPOCH);
    if (order_is_over(&t->order))
        keep_checkpoint(t);
    return ORIEL_OK;
}

static oriel_status run(struct trainer *t, oriel_error *err)
{
    oriel_status status = ORIEL_OK;
    t->last_checkpoint = clock_seconds();
    trainer_report(t, ORIEL_AT_START);
    if (t->is_stopped)
        return error_at(err, ORIEL_ESTOPPED, NULL, 0, "stopped before the first step");
    while (status == ORIEL_OK && !is_over(t))
        status = run_epoch(t, err);
    if (status != ORIEL_OK)
        return status;
    t->m->info.epochs = t->progress.epoch;
    return judge_end(t, err);
}

static oriel_status trainer_init(struct trainer *t, oriel_error *err)
{
    t->began = clock_seconds();
    t->progress.facts = &t->d.facts;
    t->progress.epochs = epochs_for(t);
    if (!order_init(&t->order, &t->d, t->o->case_copies, t->o->batch, t->o->seed))
        return error_memory(err);
    return stepper_init(&t->stepper, t->o, t->m, &t->d, err);
}

static void trainer_clear(struct trainer *t)
{
    stepper_clear(&t->stepper);
    order_clear(&t->order);
    weights_clear(&t->best);
    weights_clear(&t->now);
    bytes_clear(&t->made);
    data_clear(&t->d);
}

oriel_status oriel_train(oriel_model **out, const oriel_train_options *o, oriel_on_progress *on_progress, void *user,
                         oriel_error *err)
{
    *out = NULL;
    struct trainer t = {.o = o, .on_progress = on_progress, .user = user};
    struct container *from = NULL;
    oriel_status status = oriel_train_options_check(o, err);
    if (status == ORIEL_OK)
        status = checkpoint_open(&from, o, err);
    if (status == ORIEL_OK)
        status = data_prepare(&t.d, &t.m, o, err);
    if (status == ORIEL_OK)
        status = trainer_init(&t, err);
    if (status == ORIEL_OK)
        status = checkpoint_begin(&t, from, err);
    container_close(from);
    if (status == ORIEL_OK)
        status = run(&t, err);
    trainer_clear(&t);
    if (status == ORIEL_OK)
        *out = t.m;
    else
        oriel_model_free(t.m);
    return status;
}
