/*
 * Word-vector files, text and binary, read and written; and the neighbours of a word.  The public calls are in oriel.h;
 * here is what the rest of the library needs besides.
 */
#ifndef ORIEL_MODEL_VECTORS_H
#define ORIEL_MODEL_VECTORS_H

#include "base/source.h"
#include "oriel.h"
#include "text/vocabulary.h"

#define VECTORS_MAX_DIM 65536 /* d of a file */

/* Vectors with the words (ids from VOCAB_SPECIAL on, frozen, taken) and rows [V - VOCAB_SPECIAL][d] (taken, from mem_*).
 * Both are freed also when this call fails.  ORIEL_ENOMEM; ORIEL_EFORMAT: a number is not finite. */
oriel_status vectors_from_parts(oriel_vectors **out, struct vocab *take_words, float *take_rows, size_t dim,
                                oriel_error *err);

struct blob;

/* The same of rows that lie in a file's bytes; these are taken when it succeeds, and *take_file is empty then. */
oriel_status vectors_from_mapped(oriel_vectors **out, struct vocab *take_words, const float *rows, size_t dim,
                                 struct blob *take_file, oriel_error *err);

/* Rows of letter groups, of which words that are not in the set are made; model/vectors_groups.h uses them. */
struct letter_rows {
    const float *at; /* [n][d] finite; NULL: the set has none */
    size_t n;        /* buckets that the groups are hashed into, at least 1 */
    bool is_lower;   /* they were learned from words in lower case */
};

/* The rows are taken (from mem_*); or they lie in the file that the set has taken. */
void vectors_take_groups(oriel_vectors *v, struct letter_rows take);
void vectors_map_groups(oriel_vectors *v, struct letter_rows groups);
const struct letter_rows *vectors_groups(const oriel_vectors *v);

double vectors_length(const oriel_vectors *v, size_t row); /* Euclidean */
double vectors_measure(const float *x, size_t dim);        /* that of any numbers */

/* Of x and y [dim] with their lengths, -1..1; 0 if one of them is zero. */
float vectors_cosine(const float *x, double x_length, const float *y, double y_length, size_t dim);

/* oriel_vectors_load from a source, which is not closed and may be read beyond the last row. */
oriel_status vectors_read(oriel_vectors **out, struct source *s, size_t limit, oriel_error *err);

/* The rows [n][d], which are the caller's from now on; the words stay, and nothing else is to be asked of the set.  NULL: no
 * memory for a copy of those that lie in a file. */
float *vectors_take_rows(oriel_vectors *v);

/* oriel_vectors_find of a word (valid UTF-8) that can tell what is missing: its id, below VOCAB_SPECIAL: it has none, -1: no memory. */
int32_t vectors_find_id(const oriel_vectors *v, struct vocab_scratch *s, const char *word, size_t n);

/* The words of a set, ids from VOCAB_SPECIAL on: row = id - VOCAB_SPECIAL. */
const struct vocab *vectors_words(const oriel_vectors *v);

#endif
