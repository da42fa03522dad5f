/*
 * A step of a training of word vectors, as blocks for its threads.  With negative sampling a run of the threads is the second half of a
 * step and the first half of the next one, and a block of it prepares the one after these; under the full softmax a step is six runs.
 */
#ifndef ORIEL_LEARN_WORD_STEP_H
#define ORIEL_LEARN_WORD_STEP_H

#include "learn/word_trainer.h"

/* Plans `now` and `next`, at the beginning of the text. */
void word_step_plan(struct word_trainer *t);

/* Before the first step, of an epoch or after a break, with now and next planned. */
void word_step_begin(struct word_trainer *t);

/* The step `now` with this rate; afterwards `later` is planned, and the caller moves on to `next`.  What fails while planning is in
 * the status of `later`.  Adds to the loss.  ORIEL_ENOMEM: the tables are lost. */
oriel_status word_step_take(struct word_trainer *t, real eta, oriel_error *err);

#endif
