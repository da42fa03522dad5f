/*
 * The end of a step: every weight that a batch touched is moved by its gradient.
 */
#ifndef ORIEL_LEARN_UPDATE_H
#define ORIEL_LEARN_UPDATE_H

#include "learn/step.h"

/* Descent that needs no gradient in memory: nothing is kept beside the weights. */
bool update_is_plain(const oriel_train_options *o);

/* Takes s->gradient and s->sums to the weights, by the optimizers and their rates; all threads share the work, a block of
 * dense weights or a table each. */
void update_weights(struct stepper *s);

#endif
