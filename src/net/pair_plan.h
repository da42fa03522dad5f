/*
 * What a step of word vectors is about: the words of its tiles, who stands around whom, and negatives.
 */
#ifndef ORIEL_NET_PAIR_PLAN_H
#define ORIEL_NET_PAIR_PLAN_H

#include "net/pair_tables.h"

enum { PAIRS_MAX_REACH = 100, PAIRS_GROUPS = PAIRS_TILE / PAIRS_GROUP };

/* Words of a tile: skip-gram has TILE inner words, and as outer words each of its groups with `reach` words before and
 * after, and M negatives; CBOW the groups and what is around as inner ones, and the TILE words and M negatives as outer ones.
 * Outer words of the text have scores with the centres of their group, negatives with all. */
struct pair_shape {
    bool is_cbow;
    size_t reach;       /* c, words on each side at most */
    size_t n_negatives; /* M, drawn for a tile and shared by its words */
    real share;         /* how many negatives a pair counts: its k, spread over the M */
    size_t n_tiles;     /* at most, in a step */
    /* What follows is of pair_shape_complete. */
    size_t span, n_around;                 /* words of a group, and of a tile's groups, with those around */
    size_t n_inner, n_out;                 /* words of a tile */
    size_t n_text;                         /* outer words of the text, the first of n_out */
    size_t inner_of_group, outer_of_group; /* words of the text */
    size_t inner_width;                    /* centres that an inner word may belong to */
    size_t n_scores;                       /* [n_text][GROUP] and then [M][TILE] */
    size_t n_sums;                         /* and squares of the r's and of the outer rows; a multiple of TILE */
};
void pair_shape_complete(struct pair_shape *s);

/* Where centre i stands in the words of a plan. */
static inline size_t pair_place(const struct pair_shape *s, size_t i)
{
    return i / PAIRS_GROUP * s->span + s->reach + i % PAIRS_GROUP;
}

/* Rows of a table that a step touches, each with its entries, in order (net/pair_rows.h). */
struct pair_groups {
    size_t n, n_entries;
    int32_t *row;    /* [n] first those of one entry, so that it can be foretold where most loops end */
    int32_t *end;    /* [n] of its entries, which begin where those of the row before it end */
    int32_t *source; /* [n_entries] which word of which tile it is: pair_source */
    size_t cap;      /* entries that there is room for */
};

/* What a step is about. */
struct pair_plan {
    size_t number;         /* of the step, in its epoch */
    size_t n_centres;      /* N, at most n_tiles * TILE; some may be no words, with nothing around them */
    int32_t *words;        /* [groups][reach + GROUP + reach] centres with what stands around them; -1: none */
    uint8_t *left, *right; /* [n_tiles * TILE] how many words on each side belong to a centre */
    int32_t *negatives;    /* [n_tiles][M] */
    struct pair_groups inner, outer;
};

bool pair_plan_init(struct pair_plan *p, const struct pair_shape *s); /* false: no memory */
void pair_plan_clear(struct pair_plan *p);

size_t pair_plan_tiles(const struct pair_plan *p);

/* words [n_inner] of a tile, and [n_out], the negatives behind the others; -1: none. */
void pair_plan_inner(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile);
void pair_plan_outer(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile);

/* Asks for what another processor may have written, or will read: for words and negatives; for the groups; and for all, before it is
 * planned anew. */
void pair_plan_expect_words(const struct pair_plan *p, const struct pair_shape *s);
void pair_plan_expect_groups(const struct pair_plan *p);
void pair_plan_expect_to_write(const struct pair_plan *p, const struct pair_shape *s);

#endif
