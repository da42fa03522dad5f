/*
 * A step of word vectors: many tiles of words are computed against the same frozen tables, each on its own, and then the
 * gradients of each row are added in the order of the tiles.  So neither the schedule nor any sum knows how many threads
 * there are.
 *
 * Threads have halves of the rows' columns (net/pair_tables.h).  Only scores are sums over both halves: a half's share of them is
 * found first (pair_forward), and when both are there, each goes on alone (pair_back, pair_apply).
 *
 * Gradients of many pairs, all taken at one place, overshoot where they are added and the row's cost is steep: for the commonest
 * words, or when vectors are long.  So a row's step is eta, but at most `limit` over its curvature, the largest slope that
 * its gradient can have; up to 1 the row does not go beyond the bottom of a cost that is as curved as here.
 */
#ifndef ORIEL_NET_PAIR_STEP_H
#define ORIEL_NET_PAIR_STEP_H

#include "net/pair_rows.h"

/* What is computed by columns. */
struct pair_half_work {
    real *r, *dr;  /* [n_tiles * TILE][stride] of the centres */
    real *sums[2]; /* [n_tiles][n_sums] what the half adds to scores and squares, of two steps in turn */
};

/* What the scores of all tiles come to. */
struct pair_deltas {
    real *delta;             /* [n_tiles][n_scores] dJ/ds */
    real *weights;           /* [n_tiles][n_inner][inner_width] of the dr that the rows of an inner word get */
    real *h_inner, *h_outer; /* [n_tiles][n_inner or n_out] curvature of the cost in each row */
};

struct pair_work {
    struct pair_half_work half[PAIRS_HALVES];
    struct pair_deltas deltas[PAIRS_HALVES]; /* the same in both, so that nobody needs what another's processor has */
    struct pair_rows_touched touched[PAIRS_HALVES]; /* likewise */
    double *loss;                                   /* [n_tiles] of those whose loss is wanted */
    struct pair_scratch *each;                      /* [n_threads] */
    size_t n_threads;
};
bool pair_work_init(struct pair_work *w, const struct pair_shape *s, const struct pair_tables *t, size_t n_threads);
void pair_work_clear(struct pair_work *w);

/* Some of the halves: {0, 1}, {1, 1}, or both, {0, 2}.  Who computes a step takes the same ones in all its parts. */
struct pair_halves {
    size_t first, n;
};

/* The r's of one tile and its sums, for any thread with a number of its own.  The sums of a step stay until the step after the next
 * one: so who is ready with a step may begin the next. */
void pair_forward(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s,
                  const struct pair_tables *t, struct pair_halves halves, size_t tile, size_t thread);

/* After the forward of both halves: deltas, dr; the loss too, if wanted. */
void pair_back(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t,
               struct pair_halves halves, size_t tile, size_t thread, bool wants_loss);

/* After pair_back of all tiles for these halves and with the rows grouped in touched[halves.first], takes the gradients off the rows
 * of groups [begin, end): row -= min(eta, limit / h) * sum. */
void pair_apply_inner(const struct pair_tables *t, const struct pair_work *w, const struct pair_shape *s,
                      struct pair_halves halves, size_t begin, size_t end, real eta, real limit);
void pair_apply_outer(const struct pair_tables *t, const struct pair_work *w, const struct pair_shape *s,
                      struct pair_halves halves, size_t begin, size_t end, real eta, real limit);

#endif
