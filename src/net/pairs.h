/*
 * Pairs of an inner word and an outer one, document 003: the inner word's vector r, the outer word's row of weights w_j, the
 * score s_j = w_j · r, and two costs of the scores with their gradients.  In skip-gram r is the row of a word and the outer words are
 * those around it; in CBOW r is the mean of the rows around a word, which is the outer one.
 *
 * Work is done in tiles of PAIRS_TILE inner vectors and the outer rows that belong to them: so scores and gradients are small
 * matrix products instead of one product of two vectors for each pair (Ji, Satish, Li, Dubey 2016, "Parallelizing Word2Vec in
 * Shared and Distributed Memory"; Rengasamy et al. 2017, "Optimizing Word2Vec Performance on Multicore Systems").  A tile is
 * groups of PAIRS_GROUP centres; negatives belong to all of it, words of the text to one group.
 *
 * All rows have `stride` numbers, a multiple of PAIRS_TILE, and are aligned to that many; they may be some columns of longer rows,
 * and then scores and squares are what these columns add to them.  Nothing here allocates or fails; thread safe.
 */
#ifndef ORIEL_NET_PAIRS_H
#define ORIEL_NET_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "net/real.h"

/* PAIRS_GROUP: centres of a tile that are neighbours in the text.  What stands around neighbours is nearly the same, and gradients
 * taken at one place push it too far: so a tile has groups of few of them, from places apart. */
enum { PAIRS_TILE = 16, PAIRS_GROUP = 4 };

/* n, rounded up to a multiple of PAIRS_TILE. */
static inline size_t pairs_whole_tiles(size_t n)
{
    return (n + PAIRS_TILE - 1) / PAIRS_TILE * PAIRS_TILE;
}

/* rt [stride][TILE] = the transpose of r [TILE][stride]. */
void pairs_transpose(real *rt, const real *r, size_t stride);

/* s [m][TILE]: s[j][i] = w_j · r_i, for m outer rows w[j]. */
void pairs_scores(real *s, const real *rt, const real *const *w, size_t m, size_t stride);

/* squares [m] = |w_j|², and [TILE] = |r_i|². */
void pairs_squares(real *squares, const real *const *w, size_t m, size_t stride);
void pairs_squares_transposed(real *squares, const real *rt, size_t stride);

/* Negative sampling, document 003, (32): J = Σ pos·(-log σ(s)) + neg·(-log σ(-s)) over n scores, where pos says how often a
 * pair stands in the text and neg how often it was drawn: a negative drawn twice counts twice.  Turns s into
 * delta = dJ/ds = (pos + neg) σ(s) - pos, (33)-(35), (37), (38), and gives the curvature of the parabola that touches J there
 * and is nowhere below it, curve = (pos + neg) (σ(s) - 1/2) / s (Jaakkola and Jordan 2000, "Bayesian parameter estimation
 * via variational methods"): unlike the second derivative it does not vanish where J is steep and straight. */
void pairs_negative_delta(real *s, real *curve, const real *pos, const real *neg, size_t n);

/* The cost itself, of scores. */
double pairs_negative_loss(const real *s, const real *pos, const real *neg, size_t n);

/* Rows with weights, weights[j * step + i] for row j and centre i of a group. */
struct pair_rows {
    const real *const *rows; /* [n] */
    const real *weights;
    size_t n, step;
};

/* out [GROUP][stride] = Σ_j weights[j][i] rows[j], the sums of both; written, not added to.  With deltas as weights it is dJ/dr
 * (003, (27), (35)); with others, CBOW's means. */
void pairs_sum_group(real *out, const struct pair_rows of[2], size_t stride);

/* Some of the gradient of a row: Σ_i weights[i] vectors[first + i].  dJ/dw_j is the sum over tiles of Σ_i delta[j][i] r_i
 * (003, (31), (41)). */
struct pair_term {
    const real *weights; /* [n] */
    size_t first, n;
};

/* row [stride] -= step * Σ terms, of vectors [..][stride]; but no number moves by more than this, which is far more than it ever does
 * unless the rate is absurd. */
#define PAIRS_MOST_MOVE ((real)1)
void pairs_take(real *row, real step, const struct pair_term *terms, size_t n_terms, const real *vectors,
                size_t stride);

/* Bounds of the curvature of J in the r's and in w_j: inner [n] += Σ_j curve[j][i] |w_j|², outer [m] = Σ_i curve[j][i] |r_i|², from
 * the squares of the r's [n] and of the outer rows [m].  n: TILE or, for words of a group, GROUP. */
void pairs_curvature(real *inner, real *outer, const real *curve, const real *inner_squares, const real *outer_squares,
                     size_t m);
void pairs_curvature_group(real *inner, real *outer, const real *curve, const real *inner_squares,
                           const real *outer_squares, size_t m);

/* Full softmax, document 003: scores s [V] of one r with every outer word, and the outer words [n] that stand around it (one may
 * stand there twice).  J = Σ_i -s_outer_i + log Σ_j e^s_j, (24), (25); s becomes delta_j = n P(j) - how often j stands there,
 * (27), (31).  n = 0: no cost, delta 0.  The maximum is taken off first, (1), (2). */
double pairs_softmax(real *s, size_t V, const int32_t *outer, size_t n);

#endif
