/*
 * Reading what is trained on and what is scored, and settling the types: which the model has, which each file labels, which
 * are scored.
 */
#ifndef ORIEL_LEARN_DATA_READ_H
#define ORIEL_LEARN_DATA_READ_H

#include "learn/data.h"

/* d->train_corpus with tags of the model's types, m->tags, m->scope, d->known. */
oriel_status data_read_train(struct data *d, oriel_model *m, const oriel_train_options *o, oriel_error *err);

/* d->dev_corpus, if there is one of its own, with tags of d->dev_tags. */
oriel_status data_read_dev(struct data *d, const oriel_model *m, const oriel_train_options *o, oriel_error *err);

/* d->dev_types. */
oriel_status data_choose_dev_types(struct data *d, const oriel_model *m, const oriel_train_options *o,
                                   oriel_error *err);

#endif
