/*
 * Memory of one thread while it computes a tile: shared by the parts of the step, not for others.
 */
#ifndef ORIEL_NET_PAIR_SCRATCH_H
#define ORIEL_NET_PAIR_SCRATCH_H

#include "net/pair_step.h"

struct pair_scratch {
    real *x;         /* [n_inner][stride] CBOW: vectors of the inner words */
    real *rt;        /* [stride][TILE] */
    real *s;         /* [n_text][TILE] scores, also of pairs that are none */
    real *pos, *neg; /* [n_scores] */
    real *curve;     /* [n_scores] */
    real *squares;   /* [TILE + n_out] of the r's and of the outer rows */
    real *around;    /* [n_around][GROUP] 1 where a word stands around a centre; CBOW: 1 / how many do */
    real n_around[PAIRS_TILE];
    const real **inner;   /* [n_inner] */
    const real **outer;   /* [n_out] */
    int32_t *inner_words; /* [n_inner] */
    int32_t *outer_words; /* [n_out] */
};

/* A step's deltas, from a tile on. */
static inline struct pair_deltas pair_deltas_of(const struct pair_work *w, const struct pair_plan *p,
                                                const struct pair_shape *s, size_t tile)
{
    const struct pair_deltas *d = &w->deltas[p->number % PAIRS_IN_FLIGHT];
    return (struct pair_deltas){
        .delta = d->delta + tile * s->n_scores,
        .weights = d->weights + tile * s->n_inner * s->inner_width,
        .h_inner = d->h_inner + tile * s->n_inner,
        .h_outer = d->h_outer + tile * s->n_out,
    };
}

/* A step's r's. */
static inline real *pair_centres(const struct pair_half_work *h, const struct pair_plan *p)
{
    return h->r[p->number % PAIRS_IN_FLIGHT];
}

/* The r's of a tile, into w. */
void pair_vectors(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s,
                  const struct pair_tables *t, struct pair_halves halves, size_t tile, size_t thread);

/* Fills around and n_around. */
void pair_look_around(struct pair_scratch *c, const struct pair_plan *p, const struct pair_shape *s, size_t tile);

/* After that, in a tile's deltas, what the rows of its inner words get of dr, and their curvature from that of the r's, h [TILE]. */
void pair_hand_on(const struct pair_deltas *d, const real *h, struct pair_scratch *c, const struct pair_plan *p,
                  const struct pair_shape *s, const struct pair_tables *t, size_t tile);

#endif
