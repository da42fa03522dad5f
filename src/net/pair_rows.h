/*
 * Which rows a step touches, each with the words of tiles that touch it.  These stand in the order of the tiles, which is the order in
 * which their gradients are added.
 */
#ifndef ORIEL_NET_PAIR_ROWS_H
#define ORIEL_NET_PAIR_ROWS_H

#include "net/pair_plan.h"

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

struct pair_rows_touched {
    struct pair_groups inner, outer;
    int32_t *of_tile; /* [n_inner + n_out] words of one, while rows are grouped */
    bool is_bad;      /* there was no memory */
};

bool pair_rows_init(struct pair_rows_touched *x, const struct pair_shape *s, const struct pair_tables *t);
void pair_rows_clear(struct pair_rows_touched *x);

/* Those of a plan; sets is_bad. */
void pair_rows_group(struct pair_rows_touched *x, const struct pair_plan *p, const struct pair_shape *s,
                     const struct pair_tables *t);

#endif
