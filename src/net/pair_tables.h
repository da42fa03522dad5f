/*
 * The two tables of word vectors, an inner and an outer row for each word, and the vector of a word that has several rows.
 *
 * Rows are cut into two halves, which do not lie side by side: threads share columns before they share words, since a row that one
 * thread changes and another reads has to go from one processor to the other, which costs more than what is computed with it;
 * and what a processor reads ahead, of its own accord, shall be its own half too.
 */
#ifndef ORIEL_NET_PAIR_TABLES_H
#define ORIEL_NET_PAIR_TABLES_H

#include <stdbool.h>

#include "net/pairs.h"

enum { PAIRS_HALVES = 2 };

/* Columns of the tables. */
struct pair_half {
    size_t first, stride; /* its first column; how many, a multiple of PAIRS_TILE, may be 0 */
    real *inner, *outer;  /* [n_rows][stride], [V + 1][stride] */
};

/* Inner rows are of words, and with subwords also of letter groups: a word's vector is the sum of its rows by
 * 1 / sqrt(their number). */
struct pair_tables {
    size_t V, n_rows; /* words; rows of L, at least V */
    size_t dim;       /* d */
    size_t stride;    /* d, rounded up to a multiple of PAIRS_TILE; what is beyond d is zero */
    real *inner;      /* [n_rows * stride] L, half after half */
    real *outer;      /* [(V + 1) * stride] the w_j, likewise; the last row is zero and stands for no word */
    struct pair_half half[PAIRS_HALVES];
    size_t *part_ends; /* [V] NULL: a word's only row is its own */
    int32_t *parts;    /* rows of the words, one word after the other; the word's own first */
};

/* All zero, words of one row; parts may be given to it, and are its own then.  false: no memory, to be cleared all the same. */
bool pair_tables_init(struct pair_tables *t, size_t V, size_t n_rows, size_t dim);
void pair_tables_clear(struct pair_tables *t);

/* Column k of a row. */
real *pair_inner_at(const struct pair_tables *t, size_t row, size_t k);
real *pair_outer_at(const struct pair_tables *t, size_t row, size_t k);

/* How many rows a word has; *parts: which, NULL: its own alone.  word -1 has one. */
size_t pair_word_parts(const struct pair_tables *t, int32_t word, const int32_t **parts);

/* What their sum is multiplied by. */
real pair_part_scale(size_t n_parts);

/* x [stride] = the vector of a word: its row, or the sum of its rows; and the columns of a half, x [stride of it], where word -1 is
 * zero. */
void pair_word_vector(real *x, const struct pair_tables *t, int32_t word);
void pair_word_columns(real *x, const struct pair_tables *t, size_t half, int32_t word);

#endif
