/*
 * The mean of the inner rows over the last part of training.  Rows follow the text: at any moment they lie nearer to what was read
 * last, and further from its other parts, than the falling rate makes up for.  Their mean over several moments does not (Polyak
 * and Juditsky 1992, "Acceleration of stochastic approximation by averaging").  The sum lies in a temporary file, since
 * memory is for the two tables alone.
 */
#ifndef ORIEL_LEARN_WORD_AVERAGE_H
#define ORIEL_LEARN_WORD_AVERAGE_H

#include "base/workers.h"
#include "net/pair_step.h"
#include "oriel.h"

enum { WORD_AVERAGE_MOST = 6 }; /* times that rows are added, in a training */

struct word_average {
    real *sum; /* [n] mapped from a file without a name */
    size_t n;
    size_t n_added;
};

/* Room for the sum, all of it, so that training does not fail for it later.  ORIEL_EIO. */
oriel_status word_average_init(struct word_average *a, const struct pair_tables *t, oriel_error *err);
void word_average_clear(struct word_average *a);

/* Adds the inner rows to the sum, if it is time: `done` of the training, 0 to 1. */
void word_average_step(struct word_average *a, const struct pair_tables *t, double done, struct workers *crew);

/* The inner rows become the mean of themselves and of what was added. */
void word_average_give(const struct word_average *a, const struct pair_tables *t, struct workers *crew);

#endif
