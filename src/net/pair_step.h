/*
 * A step of word vectors: many tiles of words are computed against the same frozen tables, each on its own, and then the
 * gradients of each row are added in the order of the tiles.  So neither the schedule nor any sum knows how many threads
 * there are.
 *
 * Gradients of many pairs, all taken at one place, overshoot where they are added and the row's cost is steep: for the commonest
 * words, or when vectors are long.  So a row's step is eta, but at most `limit` over its curvature, the largest slope that
 * its gradient can have; up to 1 the row does not go beyond the bottom of a cost that is as curved as here.
 */
#ifndef ORIEL_NET_PAIR_STEP_H
#define ORIEL_NET_PAIR_STEP_H

#include <stdbool.h>

#include "net/pairs.h"

/* Centres of a tile that are neighbours in the text.  What stands around neighbours is nearly the same, and gradients taken at one
 * place push it too far: so a tile has groups of few of them, from places apart. */
enum { PAIRS_MAX_REACH = 100, PAIRS_GROUP = 4 };

/* Inner rows are of words, and with subwords also of letter groups: a word's vector is the sum of its rows by
 * 1 / sqrt(their number). */
struct pair_tables {
    size_t V, n_rows;  /* words; rows of L, at least V */
    size_t dim;        /* d */
    size_t stride;     /* d, rounded up to a multiple of PAIRS_TILE; what is beyond d is zero */
    real *inner;       /* [n_rows][stride] L */
    real *outer;       /* [V + 1][stride] the w_j; the last row is zero and stands for no word */
    size_t *part_ends; /* [V] NULL: a word's only row is its own */
    int32_t *parts;    /* rows of the words, one word after the other; the word's own first */
};

/* The rows that a step touches, each with its entries, in order. */
struct pair_groups {
    size_t n, n_entries;
    int32_t *row;          /* [n] */
    int32_t *first, *last; /* [n] entries */
    int32_t *next;         /* [n_entries] the next entry of the same row, -1: none */
    int32_t *source;       /* [n_entries] which gradient it is */
    int32_t *slot;         /* [rows of the table] group of a row, -1: none */
    size_t cap_entries;    /* that the arrays above have room for */
};

/* Rows of a tile's entries: skip-gram has TILE inner words, and as outer words each of its groups with `reach` words before and
 * after, and M negatives; CBOW the groups and what is around as inner ones, and the TILE words and M negatives as outer ones. */
struct pair_shape {
    bool is_cbow;
    size_t reach;          /* c, words on each side at most */
    size_t n_negatives;    /* M, drawn for a tile and shared by its words */
    real share;            /* how many negatives a pair counts: its k, spread over the M */
    size_t n_tiles;        /* at most, in a step */
    size_t span, n_around; /* words of a group, of a tile's groups, with those around; from pair_shape_complete */
    size_t n_inner, n_out; /* of a tile; likewise */
};
void pair_shape_complete(struct pair_shape *s);

/* Where centre i stands in the words of a plan. */
static inline size_t pair_place(const struct pair_shape *s, size_t i)
{
    return i / PAIRS_GROUP * s->span + s->reach + i % PAIRS_GROUP;
}

/* What a step is about. */
struct pair_plan {
    size_t n_centres;      /* N, at most n_tiles * TILE; some may be no words, with nothing around them */
    size_t n_pairs;        /* of a centre and a word around it */
    int32_t *words;        /* [groups][reach + GROUP + reach] centres with what stands around them; -1: none */
    uint8_t *left, *right; /* [n_tiles * TILE] how many words on each side belong to a centre */
    int32_t *negatives;    /* [n_tiles][M] */
    int32_t *of_tile;      /* [n_inner + n_out] words of one, while rows are grouped */
    struct pair_groups inner, outer;
};

bool pair_plan_init(struct pair_plan *p, const struct pair_shape *s,
                    const struct pair_tables *t); /* false: no memory */
void pair_plan_clear(struct pair_plan *p);

/* Fills inner and outer from the words and negatives.  false: no memory. */
bool pair_plan_group(struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t);

/* What is computed: gradients of the tiles. */
struct pair_work {
    real *d_inner, *d_outer;   /* [n_tiles][n_inner or n_out][stride] */
    real *h_inner, *h_outer;   /* [n_tiles][n_inner or n_out] curvature of the cost in each of them */
    double *loss;              /* [n_tiles] of those whose loss is wanted */
    struct pair_scratch *each; /* [n_threads] */
    size_t n_threads;
};
bool pair_work_init(struct pair_work *w, const struct pair_shape *s, const struct pair_tables *t, size_t n_threads);
void pair_work_clear(struct pair_work *w);

size_t pair_plan_tiles(const struct pair_plan *p);

/* words [n_inner] of a tile, and [n_out], the negatives behind the others; -1: none. */
void pair_plan_inner(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile);
void pair_plan_outer(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile);

/* The gradients of one tile, for any thread with a number of its own; the loss too, if wanted. */
void pair_tile(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t,
               size_t tile, size_t thread, bool wants_loss);

/* Takes the gradients off the rows of groups [begin, end): row -= min(eta, limit / h) * sum. */
void pair_apply_inner(const struct pair_tables *t, const struct pair_work *w, const struct pair_plan *p, size_t begin,
                      size_t end, real eta, real limit);
void pair_apply_outer(const struct pair_tables *t, const struct pair_work *w, const struct pair_plan *p, size_t begin,
                      size_t end, real eta, real limit);

/* x [stride] = the vector of a word: its row, or the sum of its rows. */
void pair_word_vector(real *x, const struct pair_tables *t, int32_t word);

#endif
