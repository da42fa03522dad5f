/*
 * Rows that lie in a file as they are to be used, or need no more than another type: vectors are made of them without a copy
 * where the file has 32-bit floats.
 */
#ifndef ORIEL_MODEL_VECTORS_ROWS_H
#define ORIEL_MODEL_VECTORS_ROWS_H

#include "model/blob.h"
#include "model/dtype.h"
#include "model/vectors.h"

#define VECTORS_MAX_WORDS ((size_t)INT32_MAX - VOCAB_SPECIAL)

struct stored_rows {
    size_t offset; /* of the file's bytes */
    enum dtype dtype;
    size_t n, dim; /* [n][dim], known to lie within the file */
};

/* ORIEL_EFORMAT unless n words and the width can be. */
oriel_status stored_rows_check(const struct stored_rows *r, const char *name, oriel_error *err);

/* ORIEL_EFORMAT with the byte's offset unless the first n rows are finite; what: that a row is of, for the message. */
oriel_status stored_rows_check_finite(const struct blob *file, const struct stored_rows *r, size_t n, const char *what,
                                      oriel_error *err);

/* Vectors of the words (taken also when this fails; as many as there are of them are kept) and the file's rows; on success
 * the file is taken too, and *take_file is empty.  ORIEL_EFORMAT with the byte's offset: a number is not finite. */
oriel_status vectors_from_file(oriel_vectors **out, struct vocab *take_words, const struct stored_rows *r,
                               struct blob *take_file, oriel_error *err);

#endif
