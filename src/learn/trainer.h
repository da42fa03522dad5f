/*
 * A training on its way: what its parts share.
 */
#ifndef ORIEL_LEARN_TRAINER_H
#define ORIEL_LEARN_TRAINER_H

#include "learn/order.h"
#include "learn/step.h"
#include "learn/weights.h"

struct trainer {
    const oriel_train_options *o;
    oriel_model *m; /* its weights are what is trained */
    struct data d;
    struct order order;
    struct stepper stepper;
    struct weights best; /* of the best epoch so far; empty: none was judged yet */
    struct weights now;  /* while averages stand in their place */
    oriel_progress progress;
    oriel_on_progress *on_progress;
    void *user;
    double began;         /* when this training would have begun, were it of one piece */
    double last_report;   /* seconds, as clock_seconds gives them */
    double train_seconds; /* without scoring, up to the last look at the clock */
    double n_trained;     /* tokens of the corpus up to then */
    double clock;         /* when that was */
    size_t n_counted;     /* items of this epoch up to then */
    double loss_sum;      /* of this epoch */
    size_t n_losses;      /* what it is the sum of */
    bool is_stopped;
    struct bytes made;      /* fingerprint, for checkpoints */
    double last_checkpoint; /* seconds */
};

/* Tells whoever watches; his answer may stop the training. */
void trainer_report(struct trainer *t, oriel_moment moment);

#endif
