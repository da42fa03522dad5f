/*
 * What the model that training goes on from says of types that the new corpus does not label.  Its own answers as labels hold
 * the old outputs where they are while what lies below them changes (Li and Hoiem 2016, "Learning without Forgetting"); leaving
 * the types open would let them drift.
 *
 * A model that finds fewer entities than there are, because it is careful, would teach itself to find fewer still, and so on.
 * So it answers with a constant off the score of "outside" at which it finds as many as there should be: what it finds by
 * itself, times its precision and by its recall on the dev corpus that it was made with.
 */
#ifndef ORIEL_LEARN_RECALL_H
#define ORIEL_LEARN_RECALL_H

#include "learn/known.h"
#include "model/model.h"

/* tags [T of c] begin as those of c.  Where a file leaves types of `old` open, and says "outside" of all tokens of an entity
 * that old finds, the entity is put in; then the file counts as labelling those types.  The types of old come first in tags
 * and k.  ORIEL_ENOMEM. */
oriel_status recall(int32_t *tags, struct known *k, const struct corpus *c, const oriel_model *old, oriel_error *err);

#endif
