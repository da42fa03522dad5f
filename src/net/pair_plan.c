/*
 * Which rows a step touches.  A row's entries are chained in the order of the tiles, which is the order in which their gradients
 * are added.
 */
#include <string.h>

#include "base/memory.h"
#include "net/pair_step.h"

enum { TILE = PAIRS_TILE };

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
    mem_free(g->first);
    mem_free(g->last);
    mem_free(g->next);
    mem_free(g->source);
    mem_free(g->slot);
    *g = (struct pair_groups){0};
}

static bool grow(int32_t **array, size_t *cap, size_t need)
{
    int32_t *moved = mem_grow(*array, cap, need, sizeof **array);
    if (!moved)
        return false;
    *array = moved;
    return true;
}

/* Room for n more entries, each of which may begin a group. */
static bool groups_reserve(struct pair_groups *g, size_t n)
{
    size_t need = g->n_entries + n;
    if (need <= g->cap_entries)
        return true;
    size_t caps[5] = {g->cap_entries, g->cap_entries, g->cap_entries, g->cap_entries, g->cap_entries};
    int32_t **arrays[] = {&g->row, &g->first, &g->last, &g->next, &g->source};
    for (size_t i = 0; i < 5; i++)
        if (!grow(arrays[i], &caps[i], need))
            return false;
    g->cap_entries = caps[0];
    return true;
}

static void groups_restart(struct pair_groups *g)
{
    for (size_t i = 0; i < g->n; i++)
        g->slot[g->row[i]] = -1;
    g->n = 0;
    g->n_entries = 0;
}

/* Room is there. */
static void groups_add(struct pair_groups *g, int32_t row, size_t source)
{
    int32_t entry = (int32_t)g->n_entries++;
    g->next[entry] = -1;
    g->source[entry] = (int32_t)source;
    int32_t group = g->slot[row];
    if (group >= 0) {
        g->next[g->last[group]] = entry;
    } else {
        group = (int32_t)g->n++;
        g->slot[row] = group;
        g->row[group] = row;
        g->first[group] = entry;
    }
    g->last[group] = entry;
}

static bool add_words(struct pair_groups *g, const int32_t *words, size_t n, size_t source)
{
    if (!groups_reserve(g, n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (words[i] >= 0)
            groups_add(g, words[i], source + i);
    return true;
}

/* The same for words of several rows. */
static bool add_parts(struct pair_groups *g, const struct pair_tables *t, const int32_t *words, size_t n, size_t source)
{
    for (size_t i = 0; i < n; i++) {
        if (words[i] < 0)
            continue;
        size_t begin = words[i] > 0 ? t->part_ends[words[i] - 1] : 0;
        size_t n_parts = t->part_ends[words[i]] - begin;
        if (!groups_reserve(g, n_parts))
            return false;
        for (size_t k = 0; k < n_parts; k++)
            groups_add(g, t->parts[begin + k], source + i);
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
        pair_plan_outer(p->of_tile, p, s, tile);
        if (!add_words(&p->outer, p->of_tile, s->n_out, tile * s->n_out))
            return false;
        pair_plan_inner(p->of_tile, p, s, tile);
        bool is_good = t->part_ends ? add_parts(&p->inner, t, p->of_tile, s->n_inner, tile * s->n_inner)
                                    : add_words(&p->inner, p->of_tile, s->n_inner, tile * s->n_inner);
        if (!is_good)
            return false;
    }
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
