#include "net/pair_rows.h"

#include <string.h>

#include "base/memory.h"

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
        if (w->words[i] < 0)
            continue;
        const int32_t *parts;
        size_t n_parts = pair_word_parts(t, w->words[i], &parts);
        if (!groups_reserve(g, n_parts))
            return false;
        for (size_t k = 0; k < n_parts; k++)
            groups_add(g, parts[k], source_of(w, i));
    }
    return true;
}

bool pair_rows_init(struct pair_rows_touched *x, const struct pair_shape *s, const struct pair_tables *t)
{
    *x = (struct pair_rows_touched){.of_tile = mem_alloc(s->n_inner + s->n_out, sizeof *x->of_tile)};
    return x->of_tile && groups_init(&x->inner, t->n_rows) && groups_init(&x->outer, t->V);
}

void pair_rows_clear(struct pair_rows_touched *x)
{
    groups_clear(&x->inner);
    groups_clear(&x->outer);
    mem_free(x->of_tile);
    *x = (struct pair_rows_touched){0};
}

static bool add_tile(struct pair_rows_touched *x, const struct pair_plan *p, const struct pair_shape *s,
                     const struct pair_tables *t, size_t tile)
{
    size_t group = tile * PAIRS_GROUPS;
    pair_plan_outer(x->of_tile, p, s, tile);
    struct tile_words text = {x->of_tile, s->n_text, 0, group, s->outer_of_group};
    struct tile_words negatives = {x->of_tile + s->n_text, s->n_negatives, s->n_text, group, SIZE_MAX};
    if (!add_words(&x->outer, &text) || !add_words(&x->outer, &negatives))
        return false;
    pair_plan_inner(x->of_tile, p, s, tile);
    struct tile_words inner = {x->of_tile, s->n_inner, 0, group, s->inner_of_group};
    return t->part_ends ? add_parts(&x->inner, t, &inner) : add_words(&x->inner, &inner);
}

void pair_rows_group(struct pair_rows_touched *x, const struct pair_plan *p, const struct pair_shape *s,
                     const struct pair_tables *t)
{
    x->is_bad = false;
    groups_restart(&x->inner);
    groups_restart(&x->outer);
    for (size_t tile = 0; tile < pair_plan_tiles(p) && !x->is_bad; tile++)
        x->is_bad = !add_tile(x, p, s, t, tile);
    groups_complete(&x->inner);
    groups_complete(&x->outer);
}
