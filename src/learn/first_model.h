/*
 * The model that training begins with: words of the corpus and of the given vectors, random weights.
 */
#ifndef ORIEL_LEARN_FIRST_MODEL_H
#define ORIEL_LEARN_FIRST_MODEL_H

#include "learn/data.h"

/* Fills m, whose tags are there, for a training part.  *share_with_vectors: of its running words, 0 without vectors.  On
 * failure m may be half filled and is for the caller to free. */
oriel_status first_model(oriel_model *m, const struct part *train, const oriel_train_options *o,
                         double *share_with_vectors, oriel_error *err);

/* A word in the vectors' vocabulary: exactly, else by its forms; below VOCAB_SPECIAL: none; -1: no memory, which
 * oriel_vectors_find cannot tell. */
int32_t first_vector(const oriel_vectors *vectors, struct vocab_scratch *scratch, const char *word, size_t n);

#endif
