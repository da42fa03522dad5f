/*
 * A step with negative sampling, cut into shares for threads: forward, delta, back and apply, which a share goes through in this order.
 */
#ifndef ORIEL_LEARN_WORD_STEP_H
#define ORIEL_LEARN_WORD_STEP_H

#include "learn/word_trainer.h"

/* Some of the columns, and a part of the tiles or rows.  A thread alone has all; of more, each has the same half of the columns in every
 * step (net/pair_step.h), so that the rows that it changes are its own, and an odd one has none. */
struct word_share {
    struct pair_halves halves;
    size_t part, n_parts;
};

size_t word_shares(const struct word_trainer *t);
struct word_share word_share_of(const struct word_trainer *t, size_t number);

/* The same part of the other half: its forward is to come before this one's delta, and its delta before this one's back. */
size_t word_share_across(const struct word_trainer *t, size_t number);

/* worker: for scratch memory.  delta adds to the loss of the epoch, in the last share alone. */
void word_step_forward(struct word_trainer *t, const struct word_share *s, const struct word_step *step, size_t worker);
void word_step_delta(struct word_trainer *t, const struct word_share *s, const struct word_step *step, size_t worker);
void word_step_back(struct word_trainer *t, const struct word_share *s, const struct word_step *step, size_t worker);

/* When all parts of the half are back. */
void word_step_apply(struct word_trainer *t, const struct word_share *s, const struct word_step *step);

/* A whole step under the full softmax, as runs of the crew. */
void word_step_softmax(struct word_trainer *t, const struct word_step *step);

#endif
