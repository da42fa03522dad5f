/*
 * What is best on dev: the epoch whose weights are kept, and after training the constant off the score of "outside" and the
 * temperature.
 */
#ifndef ORIEL_LEARN_JUDGE_H
#define ORIEL_LEARN_JUDGE_H

#include "learn/trainer.h"

/* Scores the weights (averaged, if they are), and keeps them if they are the best so far; training goes on with its own. */
oriel_status judge_epoch(struct trainer *t, oriel_error *err);

/* Puts the best weights into the model, and chooses its constants unless the training was stopped. */
oriel_status judge_end(struct trainer *t, oriel_error *err);

#endif
