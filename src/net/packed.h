/*
 * A matrix that is multiplied many times, laid out once in the order in which a product reads it.
 *
 * Each element of a product is one chain of fused multiply-adds over k, in ascending order and from 0, and does not depend on
 * which rows stand beside its own.  So a row's product is the same in any batch, on any number of threads, and on all instruction
 * sets that have fused multiply-adds (AVX2 with FMA, AVX-512, NEON); a processor that has none rounds twice at each step.
 */
#ifndef ORIEL_NET_PACKED_H
#define ORIEL_NET_PACKED_H

#include "net/kernel.h"

/* Rows and columns that are multiplied at once. */
enum { TILE_ROWS = 6, TILE_COLS = 32 };

struct packed {
    size_t k, n; /*             the matrix is [n][k] */
    real *at;    /* [ceil(n / TILE_COLS)][k][TILE_COLS]  columns beyond n are 0 */
};

/* Lays out b [n][k].  false: no memory. */
bool packed_init(struct packed *p, struct matrix b);
void packed_clear(struct packed *p);

/* c [m][n] = a [m][k] bᵀ + bias [n] (NULL: none), added last.  Thread safe. */
void packed_product(struct matrix c, struct matrix a, const struct packed *b, const real *bias);

/* ---- for packed.c, packed_tile.c and tests ---- */

/* tile [TILE_ROWS][TILE_COLS] = the products of rows a[i] [k] with a panel [k][TILE_COLS]. */
typedef void tile_fn(real *tile, const real *const *a, const real *panel, size_t k);

/* The ways that this build has, the best first; the last, plain, runs everywhere. */
struct tile_way {
    const char *name; /* "avx512", "avx2", "neon", "plain" */
    bool (*is_there)(void);
    tile_fn *run;
};
extern const struct tile_way tile_ways[];
extern const size_t n_tile_ways;

#endif
