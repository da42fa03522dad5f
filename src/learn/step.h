/*
 * One step of training: a batch forward and back, and the update of every weight that it touches.  All memory is taken before
 * the first epoch or grows to the largest batch; an epoch allocates nothing more.
 */
#ifndef ORIEL_LEARN_STEP_H
#define ORIEL_LEARN_STEP_H

#include "base/workers.h"
#include "learn/data.h"
#include "net/optimizer.h"
#include "net/window.h"

/* What an optimizer keeps beside the weights, for the dense block or for the active rows of a table: [n] each, NULL where it
 * keeps none. */
struct beside {
    real *first, *second, *history;
    size_t n;
};

struct stepper {
    const oriel_train_options *o;
    oriel_model *m; /* its weights are what is trained */
    const struct data *d;
    struct random random; /* of dropout */
    struct workers *crew;
    struct window_plan plan;
    struct net_work work;
    struct table_sums sums;
    struct crf_work *chain;     /* HEAD_CRF */
    real *rows, *d_rows, *mask; /* [R][D] */
    uint32_t *left_out;         /* [R]    bit k: the value in channel k, taken as unknown */
    real *hidden_mask[NETWORK_MAX_HIDDEN];
    int32_t *gold; /* [N] */
    struct names_swapped swapped;
    size_t cap_rows, cap_d_rows, cap_mask, cap_left_out, cap_gold, cap_hidden[NETWORK_MAX_HIDDEN];
    struct params gradient; /* none for plain descent, which needs no gradient in memory */
    struct beside dense, tables[TABLES_MAX];
    struct optimizer optimizer;    /* of the dense block; its rate is the step's */
    struct optimizer of_rows;      /* of the tables */
    double decay;                  /* lambda/M */
    bool is_scattered[TABLES_MAX]; /* false: no memory for the sums of that table */
    bool is_averaging;
};

/* Makes ready for training m on d; o, m, d on loan.  ORIEL_ENOMEM. */
oriel_status stepper_init(struct stepper *s, const oriel_train_options *o, oriel_model *m, const struct data *d,
                          oriel_error *err);
void stepper_clear(struct stepper *s);

/* One step over items [n] at a rate; *loss += the sum of their losses, *n_examples += what the sum is of (tokens, or
 * sentences for the crf).  false: no memory. */
bool stepper_step(struct stepper *s, const struct item *items, size_t n, double rate, double *loss, size_t *n_examples);

/* From now on weights are averaged. */
void stepper_begin_average(struct stepper *s);

/* Puts the mean of the weights since stepper_begin_average in their place; nothing when there was no step since. */
void stepper_use_average(const struct stepper *s);

#endif
