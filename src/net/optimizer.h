/*
 * Steps down the gradient: plain, with momentum, AdaGrad (Duchi, Hazan and Singer 2011), Adam (Kingma and Ba 2015).  Works on
 * a run of weights at a time, so that dense blocks and single touched rows go the same way; what is not touched costs
 * nothing, and its moments stay as they are until it is touched again.
 */
#ifndef ORIEL_NET_OPTIMIZER_H
#define ORIEL_NET_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/real.h"

enum optimizer_kind { OPTIMIZER_SGD, OPTIMIZER_MOMENTUM, OPTIMIZER_ADAGRAD, OPTIMIZER_ADAM };
const char *optimizer_name(enum optimizer_kind k); /* "sgd", "momentum", "adagrad", "adam" */
bool optimizer_from_name(const char *name, enum optimizer_kind *out);

/* How many moments [n] each weight has: 0, 1 (momentum, AdaGrad) or 2 (Adam). */
size_t optimizer_moments(enum optimizer_kind k);

/* A step, the same for all runs of a batch. */
struct optimizer {
    enum optimizer_kind kind;
    double rate;    /* eta of this step */
    uint64_t step;  /* 1 for the first: Adam's moments begin at zero and are corrected for it */
    double average; /* steps averaged before this one; negative: weights are not averaged yet */
};

/* A run of weights and what belongs to each. */
struct weights_run {
    real *at;      /* [n] */
    real *first;   /* [n] first moment, or NULL */
    real *second;  /* [n] second moment, or NULL */
    real *history; /* [n] what turns weights into averaged weights (optimizer_average) */
    size_t n;
};

/* One step of a run with its gradient [n]. */
void optimizer_update(const struct optimizer *o, const struct weights_run *w, const real *gradient);

/* out [n] = the mean of the weights over n_steps steps since averaging began.  (history holds Σ (t-1) (w_t - w_{t-1}); so the
 * mean is w_T - history / T, and rows that no step touched need no work.) */
void optimizer_average(real *out, const struct weights_run *w, double n_steps);

#endif
