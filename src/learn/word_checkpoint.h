/*
 * A training of word vectors on disk, to go on with after a kill, to the same bytes as without one: both tables, the generator, and
 * within an epoch the step that is to come and the words behind it.  The text and the options are not in it: they are given again
 * and must be the same, of which the fingerprint sees to it.
 *
 * The file is a container (model/container.h) of the kind "vectors checkpoint".  Tensors: "made" the fingerprint; "counts", "reals",
 * "random"; "inner" and "outer" the tables, with their stride; "kept.words" and "kept.sentences" the words read ahead;
 * "plan.words", "plan.left", "plan.right", "plan.negatives" the next step, all of them empty between two epochs.
 */
#ifndef ORIEL_LEARN_WORD_CHECKPOINT_H
#define ORIEL_LEARN_WORD_CHECKPOINT_H

#include "learn/word_trainer.h"
#include "model/container.h"

/* As checkpoint_open. */
oriel_status word_checkpoint_open(struct container **out, const oriel_vectors_options *o, oriel_error *err);

/* Takes the fingerprint of t, which is before its first step, and puts it where `from`, if not NULL, says it was.  Nothing
 * without o->checkpoint.  ORIEL_EARG says what differs between the two trainings; ORIEL_EFORMAT: numbers that no training has;
 * ORIEL_EIO, ORIEL_ENOMEM. */
oriel_status word_checkpoint_begin(struct word_trainer *t, const struct container *from, oriel_error *err);

/* Writes t, between two steps, to o->checkpoint.  ORIEL_EIO, ORIEL_ENOMEM: what stood there is as it was. */
oriel_status word_checkpoint_write(struct word_trainer *t, oriel_error *err);

#endif
