/*
 * Training: epochs over examples in random order, a step of gradient descent for each batch, scoring on dev after each
 * epoch, the best model kept.  Document 000; plain stochastic gradient descent as 001 and 004 (section 3) write it.
 */
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/status.h"
#include "learn/data.h"
#include "model/eval.h"
#include "net/window.h"

#define SECONDS_BETWEEN_REPORTS 0.2

struct trainer {
    const oriel_train_options *o;
    oriel_model *m;
    struct data d;
    struct random random;
    struct window_plan plan;
    struct net_work work;
    real *rows, *d_rows; /* [R][d] */
    size_t cap_rows, cap_d_rows;
    int32_t *gold;    /* [batch] */
    real *best_block; /* weights of the best epoch so far */
    real *best_table;
    oriel_progress progress;
    oriel_on_progress *on_progress;
    void *user;
    double last_report;   /* seconds */
    double train_seconds; /* without scoring */
    size_t n_trained;     /* examples in all */
    double loss_sum;      /* of this epoch */
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

static void report_step(struct trainer *t, size_t n_done, double seconds)
{
    oriel_progress *p = &t->progress;
    double total = t->train_seconds + seconds;
    size_t n_left = (p->epochs - p->epoch + 1) * t->d.n_examples - n_done;
    p->done = (double)n_done / (double)t->d.n_examples;
    p->loss = t->loss_sum / (double)n_done;
    p->words_per_second = total > 0 ? (double)(t->n_trained + n_done) / total : 0;
    p->seconds_left = p->words_per_second > 0 ? (double)n_left / p->words_per_second : 0;
    report(t, ORIEL_AT_STEP);
}

/* ---- one step ---- */

static bool add_example(struct trainer *t, size_t at, int32_t token)
{
    const struct sentences *s = &t->d.train_corpus.s;
    size_t start = s->starts[t->d.sentence_of[token]];
    size_t end = s->starts[t->d.sentence_of[token] + 1];
    size_t place = (size_t)token - start;
    t->gold[at] = t->d.gold[token];
    return window_plan_add(&t->plan, t->d.words + start, end - start, place, place + 1, VOCAB_BEFORE, VOCAB_AFTER);
}

static bool reserve_rows(struct trainer *t)
{
    size_t n = t->plan.n_rows * t->m->net.width;
    real *rows = mem_grow(t->rows, &t->cap_rows, n, sizeof *rows);
    if (rows)
        t->rows = rows;
    real *d_rows = mem_grow(t->d_rows, &t->cap_d_rows, n, sizeof *d_rows);
    if (d_rows)
        t->d_rows = d_rows;
    return rows && d_rows;
}

/* Forward, back, and the update of A, b, U, c and of the rows in the windows, at the given rate. */
static bool step(struct trainer *t, const int32_t *examples, size_t n, double rate)
{
    oriel_model *m = t->m;
    window_plan_empty(&t->plan);
    for (size_t i = 0; i < n; i++)
        if (!add_example(t, i, examples[i]))
            return false;
    if (!window_plan_finish(&t->plan) || !reserve_rows(t))
        return false;
    window_gather(t->rows, &t->plan, m->table, m->net.width);
    struct net_input x = {
        .rows = t->rows, .n_rows = t->plan.n_rows, .slots = t->plan.is_shared ? t->plan.slots : NULL, .n = n};
    if (!network_forward(&m->net, &m->params, &x, &t->work))
        return false;
    real *scores = network_scores(&m->net, &t->work);
    t->loss_sum += sigmoid_loss(scores, scores, t->gold, n, m->net.n_outputs);
    double decay = rate * t->o->lambda / (double)t->d.n_examples;
    struct net_back to = {.into = &m->params, .scale = (real)-rate, .keep = (real)(1 - decay)};
    network_back(&m->net, &m->params, &x, &t->work, scores, &to, t->d_rows);
    window_scatter(m->table, &t->plan, t->d_rows, (real)-rate, m->net.width);
    return true;
}

/* The rate falls linearly to zero at the end of the last epoch. */
static double rate_at(const struct trainer *t, size_t n_done)
{
    double done = ((double)(t->progress.epoch - 1) + (double)n_done / (double)t->d.n_examples) / (double)t->o->epochs;
    return t->o->learning_rate * (1 - done);
}

static oriel_status train_epoch(struct trainer *t, oriel_error *err)
{
    double begin = now();
    t->loss_sum = 0;
    random_shuffle(&t->random, t->d.examples, t->d.n_examples);
    size_t n_done = 0;
    size_t n_steps = 0;
    while (n_done < t->d.n_examples && !t->is_stopped) {
        size_t n = t->d.n_examples - n_done < t->o->batch ? t->d.n_examples - n_done : t->o->batch;
        double rate = rate_at(t, n_done);
        if (!step(t, t->d.examples + n_done, n, rate))
            return error_memory(err);
        n_done += n;
        if (++n_steps % 64 != 0 && n_done < t->d.n_examples)
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
    t->n_trained += n_done;
    return ORIEL_OK;
}

/* The loss is of the weights before a step, so an epoch's last step can spoil them unseen. */
static oriel_status check_weights(const struct trainer *t, oriel_error *err)
{
    const oriel_model *m = t->m;
    if (reals_are_finite(m->params.block, network_count(&m->net)) &&
        reals_are_finite(m->table, vocab_size(m->words) * m->net.width))
        return ORIEL_OK;
    return error_at(err, ORIEL_EDIVERGED, NULL, 0,
                    "the weights are not finite any more after epoch %zu at a learning rate of %g; try a smaller one",
                    t->progress.epoch, t->o->learning_rate);
}

/* ---- the best so far ---- */

static oriel_status score_dev(struct trainer *t, oriel_error *err)
{
    oriel_scores *scores = NULL;
    oriel_status status = eval_sentences(&scores, t->m, t->d.dev.corpus, t->d.dev.sentences, t->d.dev.n, t->d.dev_tags,
                                         -1, t->o->threads, err);
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
    return !t->best_block || t->d.dev.n == 0 || t->progress.dev_f1 > t->progress.best_f1;
}

static bool keep_best(struct trainer *t)
{
    size_t n_block = network_count(&t->m->net);
    size_t n_table = vocab_size(t->m->words) * t->m->net.width;
    if (!t->best_block)
        t->best_block = mem_alloc(n_block, sizeof(real));
    if (!t->best_table)
        t->best_table = mem_alloc(n_table, sizeof(real));
    if (!t->best_block || !t->best_table)
        return false;
    memcpy(t->best_block, t->m->params.block, n_block * sizeof(real));
    memcpy(t->best_table, t->m->table, n_table * sizeof(real));
    oriel_info *i = &t->m->info;
    oriel_progress *p = &t->progress;
    p->best_f1 = p->dev_f1;
    p->best_epoch = p->epoch;
    i->best_epoch = p->epoch;
    i->loss = p->loss;
    i->dev_precision = p->dev_precision;
    i->dev_recall = p->dev_recall;
    i->dev_f1 = p->dev_f1;
    return true;
}

static void use_best(struct trainer *t)
{
    memcpy(t->m->params.block, t->best_block, network_count(&t->m->net) * sizeof(real));
    memcpy(t->m->table, t->best_table, vocab_size(t->m->words) * t->m->net.width * sizeof(real));
}

static bool is_patient(const struct trainer *t)
{
    return t->o->patience == 0 || t->progress.epoch - t->progress.best_epoch < t->o->patience;
}

/* Epochs until the last, or until dev is no better for a while, or until someone says stop.  An epoch that was stopped in its
 * middle is scored like any other: what it learned may be the best there is. */
static oriel_status run(struct trainer *t, oriel_error *err)
{
    t->progress.epochs = t->o->epochs;
    report(t, ORIEL_AT_START);
    if (t->is_stopped)
        return error_at(err, ORIEL_ESTOPPED, NULL, 0, "stopped before the first step");
    do {
        t->progress.epoch++;
        oriel_status status = train_epoch(t, err);
        if (status == ORIEL_OK)
            status = check_weights(t, err);
        if (status == ORIEL_OK)
            status = score_dev(t, err);
        if (status != ORIEL_OK)
            return status;
        if (is_best(t) && !keep_best(t))
            return error_memory(err);
        report(t, ORIEL_AT_EPOCH);
    } while (t->progress.epoch < t->o->epochs && is_patient(t) && !t->is_stopped);
    t->m->info.epochs = t->progress.epoch;
    use_best(t);
    return ORIEL_OK;
}

static oriel_status trainer_init(struct trainer *t, oriel_error *err)
{
    t->random = random_seeded(t->o->seed ^ 0x6f72646572); /* apart from the generator of the first weights */
    t->progress.facts = &t->d.facts;
    t->gold = mem_alloc(t->o->batch, sizeof *t->gold);
    if (!t->gold || !window_plan_init(&t->plan, t->m->net.window, vocab_size(t->m->words)))
        return error_memory(err);
    return ORIEL_OK;
}

static void trainer_clear(struct trainer *t)
{
    window_plan_clear(&t->plan);
    net_work_clear(&t->work);
    mem_free(t->rows);
    mem_free(t->d_rows);
    mem_free(t->gold);
    mem_free(t->best_block);
    mem_free(t->best_table);
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
