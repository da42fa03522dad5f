/*
 * A training on disk, to go on with after a kill, to the same bytes as without one: weights, what the optimizer keeps beside
 * them, the best weights so far, the generators, the place in the order of the epoch, progress, and the fingerprint of
 * what it is a training of.  Options and data themselves are not in it: they are given again and must be the same.
 *
 * The file is a container (model/container.h) of the kind "checkpoint".  Tensors: "made" the fingerprint; "counts", "reals" and
 * "random" (generators: before the epoch, of the order, of dropout); "order" the items of the epoch as they are to come;
 * "dense.weights" and "rows.K.weights" with their ".first", ".second", ".history" where there are any, and ".best" once an
 * epoch was judged.
 */
#ifndef ORIEL_LEARN_CHECKPOINT_H
#define ORIEL_LEARN_CHECKPOINT_H

#include "learn/trainer.h"

/* Can o->checkpoint be written, and is what stands there to be used?  *out: the file to go on from, or NULL when training
 * begins at its beginning.  ORIEL_EARG: a checkpoint is there and o->resume was not asked for; as container_open,
 * container_write_check. */
oriel_status checkpoint_open(struct container **out, const oriel_train_options *o, oriel_error *err);

/* The same of a file of that kind. */
oriel_status checkpoint_open_file(struct container **out, const char *path, const char *kind, bool resume,
                                  oriel_error *err);

/* Takes the fingerprint of t, which is before its first step, and puts t where `from`, if not NULL, says it was.  ORIEL_EARG says
 * what differs between the two trainings; ORIEL_EFORMAT: numbers that no training has; ORIEL_ENOMEM. */
oriel_status checkpoint_begin(struct trainer *t, const struct container *from, oriel_error *err);

/* Writes t, between two steps, to t->o->checkpoint.  ORIEL_EIO, ORIEL_ENOMEM: what stood there is as it was. */
oriel_status checkpoint_write(struct trainer *t, oriel_error *err);

#endif
