/*
 * Memory of one thread while it computes a tile: shared by the parts of the step, not for others.
 */
#ifndef ORIEL_NET_PAIR_SCRATCH_H
#define ORIEL_NET_PAIR_SCRATCH_H

#include "net/pair_step.h"

struct pair_scratch {
    real *x;              /* [n_inner][stride] vectors of the inner words */
    real *r;              /* [TILE][stride] CBOW: their means */
    real *dr;             /* [TILE][stride] */
    real *rt;             /* [stride][TILE] */
    real *s;              /* [n_out][TILE] scores, then their delta */
    real *pos, *neg;      /* [n_out][TILE] */
    real *curve;          /* [n_out][TILE] */
    real *around;         /* [n_around][TILE] 1 where a word stands around a centre; CBOW: 1 / how many do */
    const real **inner;   /* [n_inner] */
    const real **outer;   /* [n_out] */
    int32_t *inner_words; /* [n_inner] */
    int32_t *outer_words; /* [n_out] */
};

/* The first half of a tile: its words, their rows, who stands around whom, and r [TILE][stride], which is on loan until
 * the next tile of this thread.  n_around [TILE]: how many words stand around each centre. */
const real *pair_tile_forward(struct pair_scratch *c, const struct pair_plan *p, const struct pair_shape *s,
                              const struct pair_tables *t, size_t tile, real *n_around);

/* The second half, after pair_tile_forward of the same tile: d_inner [n_inner][stride] from dr [TILE][stride], which may be
 * d_inner itself for skip-gram; and the curvature h_inner [n_inner] from that of the r's, h [TILE]. */
void pair_tile_back(real *d_inner, real *h_inner, const real *dr, const real *h, const struct pair_scratch *c,
                    const struct pair_shape *s, const struct pair_tables *t);

#endif
