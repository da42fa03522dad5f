/*
 * Pairs of an inner word and an outer one, document 003: the inner word's vector r, the outer word's row of weights w_j, the
 * score s_j = w_j · r, and two costs of the scores with their gradients.  In skip-gram r is the row of a word and the outer words are
 * those around it; in CBOW r is the mean of the rows around a word, which is the outer one.
 *
 * Work is done in tiles of PAIRS_TILE inner vectors against m outer rows, which all of them share: so scores and gradients
 * are small matrix products instead of one product of two vectors for each pair (Ji, Satish, Li, Dubey 2016, "Parallelizing
 * Word2Vec in Shared and Distributed Memory"; Rengasamy et al. 2017, "Optimizing Word2Vec Performance on Multicore Systems").
 * Which pair counts how often is told by two matrices of weights.  All rows have `stride` numbers, a multiple of PAIRS_TILE,
 * and are aligned to that many; those beyond d are zero and stay so.  Nothing here allocates or fails; thread safe.
 */
#ifndef ORIEL_NET_PAIRS_H
#define ORIEL_NET_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "net/real.h"

enum { PAIRS_TILE = 16 };

/* rt [stride][TILE] = the transpose of r [TILE][stride]. */
void pairs_transpose(real *rt, const real *r, size_t stride);

/* s [m][TILE]: s[j][i] = w_j · r_i, for m outer rows w[j] [stride]. */
void pairs_scores(real *s, const real *rt, const real *const *w, size_t m, size_t stride);

/* Negative sampling, document 003, (32): J = Σ pos·(-log σ(s)) + neg·(-log σ(-s)) over n scores, where pos says how often a
 * pair stands in the text and neg how often it was drawn: a negative drawn twice counts twice.  Turns s into
 * delta = dJ/ds = (pos + neg) σ(s) - pos, (33)-(35), (37), (38), and gives the curvature of the parabola that touches J there
 * and is nowhere below it, curve = (pos + neg) (σ(s) - 1/2) / s (Jaakkola and Jordan 2000, "Bayesian parameter estimation
 * via variational methods"): unlike the second derivative it does not vanish where J is steep and straight. */
void pairs_negative_delta(real *s, real *curve, const real *pos, const real *neg, size_t n);

/* The cost itself, of scores. */
double pairs_negative_loss(const real *s, const real *pos, const real *neg, size_t n);

/* dJ/dr [TILE][stride] = Σ_j delta[j][i] w_j (003, (27), (35)); written, not added to.  With other weights in the place of
 * delta it makes any sums of rows: the means of CBOW. */
void pairs_by_inner(real *dr, const real *delta, const real *const *w, size_t m, size_t stride);

/* dJ/dw [m][stride] = Σ_i delta[j][i] r_i (003, (31), (41)); written, not added to.  Likewise it hands gradients of means on
 * to the rows they are of. */
void pairs_by_outer(real *dw, const real *delta, const real *r, size_t m, size_t stride);

/* Bounds of the curvature of J in r_i and in w_j: by_inner [TILE] = Σ_j curve[j][i] |w_j|²,
 * by_outer [m] = Σ_i curve[j][i] |r_i|². */
void pairs_curvature(real *by_inner, real *by_outer, const real *curve, const real *rt, const real *const *w, size_t m,
                     size_t stride);

/* Full softmax, document 003: scores s [V] of one r with every outer word, and the outer words [n] that stand around it (one may
 * stand there twice).  J = Σ_i -s_outer_i + log Σ_j e^s_j, (24), (25); s becomes delta_j = n P(j) - how often j stands there,
 * (27), (31).  n = 0: no cost, delta 0.  The maximum is taken off first, (1), (2). */
double pairs_softmax(real *s, size_t V, const int32_t *outer, size_t n);

#endif
