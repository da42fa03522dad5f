/*
 * What a step of word vectors is about: the words of its tiles, who stands around whom, and the rows that are touched.
 */
#ifndef ORIEL_NET_PAIR_PLAN_H
#define ORIEL_NET_PAIR_PLAN_H

#include "net/pair_tables.h"

enum { PAIRS_MAX_REACH = 100, PAIRS_GROUPS = PAIRS_TILE / PAIRS_GROUP };

/* The rows that a step touches, each with its entries, in order. */
struct pair_groups {
    size_t n, n_entries;
    int32_t *row;    /* [n] */
    int32_t *end;    /* [n] of its entries, which begin where those of the row before it end */
    int32_t *source; /* [n_entries] which word of which tile it is: pair_source */
    int32_t *slot;   /* [rows of the table] group of a row, -1: none */
    int32_t *added;  /* [n_entries] sources in the order of the tiles, and */
    int32_t *of;     /* [n_entries] their groups, while rows are grouped */
    size_t cap;      /* entries that there is room for */
};

/* Rows of a tile's entries: skip-gram has TILE inner words, and as outer words each of its groups with `reach` words before and
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

/* A word of a tile: the number of its group, over all tiles, and its own in the tile. */
static inline int32_t pair_source(size_t group, size_t word)
{
    return (int32_t)(group << 16 | word);
}
static inline size_t pair_source_group(int32_t source)
{
    return (size_t)source >> 16;
}
static inline size_t pair_source_word(int32_t source)
{
    return (size_t)source & 0xffff;
}

/* What a step is about. */
struct pair_plan {
    size_t number;         /* of the step, in its epoch */
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

size_t pair_plan_tiles(const struct pair_plan *p);

/* words [n_inner] of a tile, and [n_out], the negatives behind the others; -1: none. */
void pair_plan_inner(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile);
void pair_plan_outer(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile);

#endif
