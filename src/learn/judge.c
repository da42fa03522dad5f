#include "learn/judge.h"

#include "base/status.h"
#include "learn/calibrate.h"
#include "model/eval.h"

#define O_BIAS_STEP 0.25
#define O_BIAS_MOST 4

/* ---- the epoch ---- */

static struct eval_part dev_of(const struct trainer *t, const oriel_tagger_options *tagger)
{
    return (struct eval_part){.corpus = t->d.dev.corpus,
                              .sentences = t->d.dev.sentences,
                              .n = t->d.dev.n,
                              .tags = t->d.dev_tags,
                              .tagger = tagger,
                              .threads = t->o->threads};
}

static oriel_status score_dev(struct trainer *t, struct kept_scores *kept, oriel_error *err)
{
    oriel_scores *scores = NULL;
    oriel_tagger_options tagger = {.threshold = -1, .types = t->d.dev_types};
    struct eval_part dev = dev_of(t, &tagger);
    oriel_status status = eval_sentences(&scores, t->m, &dev, kept, err);
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

oriel_status judge_epoch(struct trainer *t, oriel_error *err)
{
    bool has_average = t->stepper.is_averaging;
    if (has_average && !weights_save(&t->now, t->m, &t->d))
        return error_memory(err);
    if (has_average)
        stepper_use_average(&t->stepper);
    oriel_status status = score_dev(t, NULL, err);
    if (status == ORIEL_OK && is_best(t) && !keep_best(t))
        status = error_memory(err);
    if (has_average)
        weights_restore(&t->now, t->m, &t->d);
    return status;
}

/* ---- after training ---- */

/* The best constant off the score of "outside", by dev F1; the smallest of equals.  Recall is what a corpus with few names
 * costs most. */
static oriel_status tune_outside(struct trainer *t, struct kept_scores *kept, oriel_error *err)
{
    oriel_model *m = t->m;
    double best = m->o_bias;
    for (double bias = O_BIAS_STEP; bias <= O_BIAS_MOST; bias += O_BIAS_STEP) {
        m->o_bias = bias;
        oriel_status status = score_dev(t, kept, err);
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

/* The network sees dev once for all the constants that are tried. */
oriel_status judge_end(struct trainer *t, oriel_error *err)
{
    weights_restore(&t->best, t->m, &t->d);
    if (t->m->net.head == HEAD_SIGMOID || model_is_plain(t->m) || t->is_stopped)
        return ORIEL_OK;
    struct kept_scores kept;
    oriel_tagger_options tagger = {.threshold = -1, .types = t->d.dev_types};
    struct eval_part dev = dev_of(t, &tagger);
    if (!kept_scores_init(&kept, dev.corpus, dev.sentences, dev.n, t->m->net.n_outputs, KEPT_SCORES_MOST))
        return error_memory(err);
    oriel_status status = t->o->tune_outside ? tune_outside(t, &kept, err) : ORIEL_OK;
    if (status == ORIEL_OK)
        status = calibrate(t->m, &dev, &kept, err);
    kept_scores_clear(&kept);
    return status;
}
