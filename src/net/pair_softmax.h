/*
 * A step under the full softmax (document 003, (24)-(31)): every centre is scored against all outer words, so all of this is a
 * few large products.  Its parts are runs of independent blocks, in this order, with nothing of the next before the last is
 * done: vectors of tiles, scores of blocks of words, costs of centres, gradients of blocks of words, gradients of tiles.
 */
#ifndef ORIEL_NET_PAIR_SOFTMAX_H
#define ORIEL_NET_PAIR_SOFTMAX_H

#include "net/pair_step.h"

enum { PAIRS_SOFTMAX_TILES = 4 }; /* n_tiles of the shape, at most */

struct pair_softmax {
    size_t V, stride, n_blocks;
    real *s;      /* [N][V] scores, then their delta */
    real *dr;     /* [n_blocks][N][stride] what the words of each block add to dJ/dr */
    real *h;      /* [n_blocks][N] and to the curvature in r */
    double *loss; /* [N] */
    size_t cap;   /* N at most */
};

bool pair_softmax_init(struct pair_softmax *x, const struct pair_shape *s, const struct pair_tables *t);
void pair_softmax_clear(struct pair_softmax *x);

void pair_softmax_vectors(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s,
                          const struct pair_tables *t, size_t tile, size_t thread);
void pair_softmax_scores(struct pair_softmax *x, const struct pair_work *w, const struct pair_plan *p,
                         const struct pair_tables *t, size_t block);
void pair_softmax_cost(struct pair_softmax *x, const struct pair_plan *p, const struct pair_shape *s, size_t centre);

/* dJ/dr of the block, and its outer rows take their step: row -= min(eta, limit / h) dJ/dw. */
void pair_softmax_outer(struct pair_softmax *x, const struct pair_work *w, const struct pair_plan *p,
                        const struct pair_tables *t, size_t block, real eta, real limit);

/* The gradients of the r's into w, for pair_apply_inner of both halves. */
void pair_softmax_inner(const struct pair_softmax *x, struct pair_work *w, const struct pair_plan *p,
                        const struct pair_shape *s, const struct pair_tables *t, size_t tile, size_t thread);

#endif
