/*
 * A step of word vectors: many tiles of words are computed against the same tables, each on its own, and then the gradients of each row
 * are added in the order of the tiles.  So neither the schedule nor any sum knows how many threads there are.
 *
 * Threads have halves of the rows' columns (net/pair_tables.h).  Only scores are sums over both halves: a half's share of them is
 * found first (pair_forward); when both are there, some thread finds a tile's deltas for both (pair_delta); and with these each goes on
 * alone (pair_back, pair_apply).
 *
 * Gradients of many pairs, all taken at one place, overshoot where they are added and the row's cost is steep: for the commonest
 * words, or when vectors are long.  So a row's step is eta, but at most `limit` over its curvature, the largest slope that
 * its gradient can have; up to 1 the row does not go beyond the bottom of a cost that is as curved as here.
 */
#ifndef ORIEL_NET_PAIR_STEP_H
#define ORIEL_NET_PAIR_STEP_H

#include "net/pair_rows.h"

/* Forward of step i goes before the back of step i - 1, and so what one half has to have of the other was ready some time ago.  Scores of
 * step i do not know the rows of step i - 1; dr, which is found later, does.  What is told the other half is of two steps in turn, by
 * their numbers. */
enum { PAIRS_IN_FLIGHT = 2 };

/* What is computed by columns. */
struct pair_half_work {
    real *r[PAIRS_IN_FLIGHT];    /* [n_tiles * TILE][stride] of the centres; step i has i % PAIRS_IN_FLIGHT */
    real *dr;                    /* [n_tiles * TILE][stride] */
    real *sums[PAIRS_IN_FLIGHT]; /* [n_tiles][n_sums] what the half adds to scores and squares, likewise */
};

/* What the scores of all tiles come to. */
struct pair_deltas {
    real *delta;             /* [n_tiles][n_scores] dJ/ds */
    real *weights;           /* [n_tiles][n_inner][inner_width] of the dr that the rows of an inner word get */
    real *h_inner, *h_outer; /* [n_tiles][n_inner or n_out] curvature of the cost in each row */
};

struct pair_work {
    struct pair_half_work half[PAIRS_HALVES];
    struct pair_deltas deltas[PAIRS_IN_FLIGHT]; /* likewise */
    double *loss;                               /* [n_tiles] of those whose loss is wanted */
    struct pair_scratch *each;                  /* [n_threads] */
    size_t n_threads;
};
bool pair_work_init(struct pair_work *w, const struct pair_shape *s, const struct pair_tables *t, size_t n_threads);
void pair_work_clear(struct pair_work *w);

/* Some of the halves: {0, 1}, {1, 1}, or both, {0, 2}.  Who computes a step takes the same ones in all its parts. */
struct pair_halves {
    size_t first, n;
};

/* The r's of one tile and its sums, for any thread with a number of its own. */
void pair_forward(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s,
                  const struct pair_tables *t, struct pair_halves halves, size_t tile, size_t thread);

/* After the forward of both halves, for both: deltas; the loss too, if wanted. */
void pair_delta(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t,
                size_t tile, size_t thread, bool wants_loss);

/* After that, dr. */
void pair_back(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t,
               struct pair_halves halves, size_t tile, size_t thread);

/* After pair_back of all tiles for these halves, takes the gradients off the rows of the plan's groups [begin, end):
 * row -= min(eta, limit / h) * sum. */
void pair_apply_inner(const struct pair_tables *t, const struct pair_work *w, const struct pair_plan *p,
                      const struct pair_shape *s, struct pair_halves halves, size_t begin, size_t end, real eta,
                      real limit);
void pair_apply_outer(const struct pair_tables *t, const struct pair_work *w, const struct pair_plan *p,
                      const struct pair_shape *s, struct pair_halves halves, size_t begin, size_t end, real eta,
                      real limit);

#endif
