/*
 * What decides the bytes of a model: the program, its options, and the data as training has it before its first step (tokens,
 * gold, first weights).  Files count by what was read from them, so a corpus may come from a pipe, or be packed; the
 * number of threads does not count.
 */
#ifndef ORIEL_LEARN_FINGERPRINT_H
#define ORIEL_LEARN_FINGERPRINT_H

#include "base/bytes.h"
#include "learn/data.h"
#include "learn/text_ids.h"

/* Names and values in turn, a NUL after each: "--window", "5", ...  Appends them to *out for a training before its first step.
 * false: no memory. */
bool fingerprint_take(struct bytes *out, const oriel_train_options *o, const oriel_model *m, const struct data *d);

/* The same of word vectors: options, words with their counts, and the text's ids, which are read and rewound.  rate: eta at the
 * beginning.  ORIEL_EIO, ORIEL_ENOMEM. */
oriel_status fingerprint_take_text(struct bytes *out, const oriel_vectors_options *o, struct text_ids *text,
                                   double rate, oriel_error *err);

/* ORIEL_EARG says what differs between this training and the one whose fingerprint a checkpoint has (its tensor "made"); as
 * container_tensor when there is none. */
oriel_status fingerprint_check(const struct bytes *here, const struct container *c, oriel_error *err);

#endif
