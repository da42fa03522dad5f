/*
 * Going on from a model with new data: it keeps what it knows and learns what is new.
 *
 * Tokenizer, features, sizes and old types are the old model's.  Its words and other values stay, whatever the new corpus
 * has, and new ones join them; a new word begins with the row that the old model would have looked up for it, or with a given
 * vector where that would have been a row for unknown words.  The labels of a new type begin as copies of "outside" whose
 * scores are lower by a constant: so the model tags as the old one did until its first step, and what it learns of the
 * new type it takes from "outside" and not from the old types.
 *
 * Training files label the types that occur in any of them, unless --known-types says otherwise; for the other old types the old
 * model's own answers are the labels (recall.h), so that "outside" does not unlearn them.
 */
#ifndef ORIEL_LEARN_CONTINUE_H
#define ORIEL_LEARN_CONTINUE_H

#include "model/model.h"
#include "model/vectors.h"

/* ORIEL_EARG: an option contradicts the model that o goes on from. */
oriel_status continue_check(const oriel_train_options *o, oriel_error *err);

/* Adds the old model's values to the channels, which are open and have the new corpus's.  false: no memory. */
bool continue_values(struct channels *c, const oriel_model *old);

/* Puts the old weights into m, which is complete and random but for rows of given vectors (NULL: none).  false: no memory. */
bool continue_weights(oriel_model *m, const oriel_model *old, const oriel_vectors *vectors);

/* Adds the names that the old model had seen, and what it tells of its origin.  false: no memory. */
bool continue_notes(oriel_model *m, const oriel_model *old);

#endif
