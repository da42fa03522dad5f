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

struct pair_slot {
    int32_t row, group; /* group -1: empty */
};

/* Memory for grouping, small enough for the nearest cache: one for each thread that plans. */
struct pair_grouping {
    struct pair_slot *slots; /* [n_slots] rows that have a group, by their hash; all are empty between two plans */
    size_t n_slots;          /* a power of 2 */
    int32_t *source, *of;    /* [n_entries] in the order of the tiles, and their groups */
    int32_t *row, *n;        /* [n_groups] in the order of their first entries, and how many entries each has */
    size_t n_entries, n_groups, n_single; /* groups of one entry */
    size_t cap;
    int32_t *words; /* [n_inner + n_out] of a tile */
};

bool pair_grouping_init(struct pair_grouping *g, const struct pair_shape *s);
void pair_grouping_clear(struct pair_grouping *g);

/* Finds p->inner and p->outer of a plan that is complete but for them; false: no memory. */
bool pair_plan_group(struct pair_plan *p, struct pair_grouping *g, const struct pair_shape *s,
                     const struct pair_tables *t);

#endif
