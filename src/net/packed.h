/*
 * A matrix that is multiplied many times, laid out once in the order in which tiles read it.
 *
 * Each element of a product is one chain of fused multiply-adds over k, in ascending order and from 0, and does not depend on
 * which rows stand beside its own.  So a row's product is the same in any batch, on any number of threads, and on all instruction
 * sets that have fused multiply-adds (net/tile.h); a processor that has none rounds twice at each step.
 */
#ifndef ORIEL_NET_PACKED_H
#define ORIEL_NET_PACKED_H

#include "net/kernel.h"

enum { PANEL_COLS = 48 };

struct packed {
    size_t k, n; /*             the matrix is [n][k] */
    real *at;    /* [ceil(n / PANEL_COLS)][k][PANEL_COLS]  columns beyond n are 0 */
};

/* Lays out b [n][k].  false: no memory. */
bool packed_init(struct packed *p, struct matrix b);
void packed_clear(struct packed *p);

/* c [m][n] = a [m][k] bᵀ + bias [n] (NULL: none), added last.  Thread safe. */
void packed_product(struct matrix c, struct matrix a, const struct packed *b, const real *bias);

#endif
