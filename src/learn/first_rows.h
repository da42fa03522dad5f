/*
 * The first rows of words: a word's vector where there is one, else one made of its letter groups, else random numbers.  The vectors' own block becomes the table,
 * so that what may be the largest thing in memory is there once.
 */
#ifndef ORIEL_LEARN_FIRST_ROWS_H
#define ORIEL_LEARN_FIRST_ROWS_H

#include "base/random.h"
#include "net/tables.h"
#include "text/vocabulary.h"

/* Uniform within ±bound. */
void random_row(real *row, size_t dim, double bound, struct random *r);

/* Makes t->at [rows][width] for the words, ids in order: that of the vectors (NULL: none have one), by the word's forms, else
 * made of letter groups if the vectors have those, else random.  The vectors lose their rows.  false: no memory. */
bool first_word_rows(struct table *t, const struct vocab *words, oriel_vectors *vectors, double bound,
                     struct random *r);

#endif
