/*
 * Which rows a step touches.  A row's entries stand in the order of the tiles, which is the order in which their gradients are
 * added.
 */
#include <string.h>

#include "base/memory.h"
#include "net/pair_plan.h"

enum { TILE = PAIRS_TILE, GROUP = PAIRS_GROUP };

/* ---- shape ---- */

void pair_shape_complete(struct pair_shape *s)
{
    s->span = GROUP + 2 * s->reach;
    s->n_around = PAIRS_GROUPS * s->span;
    s->inner_of_group = s->is_cbow ? s->span : GROUP;
    s->outer_of_group = s->is_cbow ? GROUP : s->span;
    s->n_inner = PAIRS_GROUPS * s->inner_of_group;
    s->n_text = PAIRS_GROUPS * s->outer_of_group;
    s->n_out = s->n_text + s->n_negatives;
    s->inner_width = s->is_cbow ? GROUP : 1;
    s->n_scores = s->n_text * GROUP + s->n_negatives * TILE;
    s->n_sums = (s->n_scores + s->n_out + TILE + TILE - 1) / TILE * TILE;
}

size_t pair_plan_tiles(const struct pair_plan *p)
{
    return (p->n_centres + TILE - 1) / TILE;
}

/* ---- rows ---- */

static bool groups_init(struct pair_groups *g, size_t n_rows)
{
    g->slot = mem_alloc(n_rows, sizeof *g->slot);
    if (g->slot)
        memset(g->slot, 0xff, n_rows * sizeof *g->slot);
    return g->slot != NULL;
}

static void groups_clear(struct pair_groups *g)
{
    mem_free(g->row);
    mem_free(g->end);
    mem_free(g->source);
    mem_free(g->slot);
    mem_free(g->added);
    mem_free(g->of);
    *g = (struct pair_groups){0};
}

/* Room for n more entries, each of which may begin a group. */
static bool groups_reserve(struct pair_groups *g, size_t n)
{
    size_t need = g->n_entries + n;
    if (need <= g->cap)
        return true;
    size_t cap = g->cap;
    int32_t **arrays[] = {&g->row, &g->end, &g->source, &g->added, &g->of};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        cap = g->cap;
        int32_t *moved = mem_grow(*arrays[i], &cap, need, sizeof *moved);
        if (!moved)
            return false;
        *arrays[i] = moved;
    }
    g->cap = cap;
    return true;
}

static void groups_restart(struct pair_groups *g)
{
    for (size_t i = 0; i < g->n; i++)
        g->slot[g->row[i]] = -1;
    g->n = 0;
    g->n_entries = 0;
}

/* Room is there.  `end` counts the entries meanwhile. */
static void groups_add(struct pair_groups *g, int32_t row, int32_t source)
{
    int32_t group = g->slot[row];
    if (group < 0) {
        group = (int32_t)g->n++;
        g->slot[row] = group;
        g->row[group] = row;
        g->end[group] = 0;
    }
    g->end[group]++;
    g->of[g->n_entries] = group;
    g->added[g->n_entries++] = source;
}

/* All are added: those of a row stand side by side, in their order.  `end` is where its next one goes, and so becomes the end. */
static void groups_complete(struct pair_groups *g)
{
    int32_t begin = 0;
    for (size_t i = 0; i < g->n; i++) {
        int32_t n = g->end[i];
        g->end[i] = begin;
        begin += n;
    }
    for (size_t e = 0; e < g->n_entries; e++)
        g->source[g->end[g->of[e]]++] = g->added[e];
}

/* Words of a tile, the first of them number `first` in it, so many in each of its groups from `group` on. */
struct tile_words {
    const int32_t *words; /* [n]; -1: none */
    size_t n, first, group, of_group;
};

static int32_t source_of(const struct tile_words *w, size_t i)
{
    return pair_source(w->group + i / w->of_group, w->first + i);
}

static bool add_words(struct pair_groups *g, const struct tile_words *w)
{
    if (!groups_reserve(g, w->n))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->words[i] >= 0)
            groups_add(g, w->words[i], source_of(w, i));
    return true;
}

/* The same for words of several rows. */
static bool add_parts(struct pair_groups *g, const struct pair_tables *t, const struct tile_words *w)
{
    for (size_t i = 0; i < w->n; i++) {
        int32_t word = w->words[i];
        if (word < 0)
            continue;
        size_t begin = word > 0 ? t->part_ends[word - 1] : 0;
        size_t n_parts = t->part_ends[word] - begin;
        if (!groups_reserve(g, n_parts))
            return false;
        for (size_t k = 0; k < n_parts; k++)
            groups_add(g, t->parts[begin + k], source_of(w, i));
    }
    return true;
}

/* Those of a tile that are centres, and those with what is around them. */
static void copy_centres(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile)
{
    for (size_t i = 0; i < TILE; i++)
        words[i] = p->words[pair_place(s, tile * TILE + i)];
}

static void copy_around(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile)
{
    memcpy(words, p->words + tile * s->n_around, s->n_around * sizeof *words);
}

void pair_plan_inner(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile)
{
    if (s->is_cbow)
        copy_around(words, p, s, tile);
    else
        copy_centres(words, p, s, tile);
}

void pair_plan_outer(int32_t *words, const struct pair_plan *p, const struct pair_shape *s, size_t tile)
{
    if (s->is_cbow)
        copy_centres(words, p, s, tile);
    else
        copy_around(words, p, s, tile);
    memcpy(words + s->n_out - s->n_negatives, p->negatives + tile * s->n_negatives, s->n_negatives * sizeof *words);
}

bool pair_plan_group(struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t)
{
    size_t n_tiles = pair_plan_tiles(p);
    groups_restart(&p->inner);
    groups_restart(&p->outer);
    for (size_t tile = 0; tile < n_tiles; tile++) {
        size_t group = tile * PAIRS_GROUPS;
        pair_plan_outer(p->of_tile, p, s, tile);
        struct tile_words text = {p->of_tile, s->n_text, 0, group, s->outer_of_group};
        struct tile_words negatives = {p->of_tile + s->n_text, s->n_negatives, s->n_text, group, SIZE_MAX};
        if (!add_words(&p->outer, &text) || !add_words(&p->outer, &negatives))
            return false;
        pair_plan_inner(p->of_tile, p, s, tile);
        struct tile_words inner = {p->of_tile, s->n_inner, 0, group, s->inner_of_group};
        bool is_good = t->part_ends ? add_parts(&p->inner, t, &inner) : add_words(&p->inner, &inner);
        if (!is_good)
            return false;
    }
    groups_complete(&p->inner);
    groups_complete(&p->outer);
    return true;
}

bool pair_plan_init(struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t)
{
    size_t n = s->n_tiles * TILE;
    *p = (struct pair_plan){0};
    p->words = mem_alloc(s->n_tiles * s->n_around, sizeof *p->words);
    p->of_tile = mem_alloc(s->n_inner + s->n_out, sizeof *p->of_tile);
    p->left = mem_zero(n, sizeof *p->left);
    p->right = mem_zero(n, sizeof *p->right);
    p->negatives = mem_zero(s->n_tiles, s->n_negatives * sizeof *p->negatives);
    bool is_good = p->words && p->of_tile && p->left && p->right && p->negatives && groups_init(&p->inner, t->n_rows) &&
                   groups_init(&p->outer, t->V);
    if (!is_good)
        pair_plan_clear(p);
    return is_good;
}

void pair_plan_clear(struct pair_plan *p)
{
    mem_free(p->words);
    mem_free(p->of_tile);
    mem_free(p->left);
    mem_free(p->right);
    mem_free(p->negatives);
    groups_clear(&p->inner);
    groups_clear(&p->outer);
    *p = (struct pair_plan){0};
}
