#include "net/pair_rows.h"

#include <string.h>

#include "base/memory.h"

enum { LEAST_SLOTS = 256 };

/* ---- memory ---- */

bool pair_grouping_init(struct pair_grouping *g, const struct pair_shape *s)
{
    *g = (struct pair_grouping){.words = mem_alloc(s->n_inner + s->n_out, sizeof *g->words)};
    return g->words != NULL;
}

void pair_grouping_clear(struct pair_grouping *g)
{
    mem_free(g->slots);
    mem_free(g->source);
    mem_free(g->of);
    mem_free(g->words);
    *g = (struct pair_grouping){0};
}

/* For arrays of *cap that shall have n places. */
static bool reserve(int32_t **const *arrays, size_t n_arrays, size_t *cap, size_t n)
{
    size_t grown = *cap;
    for (size_t i = 0; i < n_arrays && n > *cap; i++) {
        grown = *cap;
        int32_t *moved = mem_grow(*arrays[i], &grown, n, sizeof *moved);
        if (!moved)
            return false;
        *arrays[i] = moved;
    }
    *cap = grown;
    return true;
}

/* ---- slots ---- */

/* That of a row, or the empty one where it is to stand. */
static struct pair_slot *find_slot(const struct pair_grouping *g, int32_t row)
{
    size_t i = ((uint32_t)row * 0x9e3779b9U >> 16) & (g->n_slots - 1);
    while (g->slots[i].group >= 0 && g->slots[i].row != row)
        i = (i + 1) & (g->n_slots - 1);
    return &g->slots[i];
}

static void empty_slots(struct pair_grouping *g)
{
    for (size_t i = 0; i < g->n_slots; i++)
        g->slots[i].group = -1;
}

/* At most half of the slots are full. */
static bool slots_reserve(struct pair_grouping *g, const struct pair_groups *groups, size_t n)
{
    if (2 * n <= g->n_slots)
        return true;
    size_t more = g->n_slots > 0 ? g->n_slots : LEAST_SLOTS;
    while (more < 2 * n)
        more *= 2;
    struct pair_slot *slots = mem_alloc(more, sizeof *slots);
    if (!slots)
        return false;
    mem_free(g->slots);
    g->slots = slots;
    g->n_slots = more;
    empty_slots(g);
    for (size_t i = 0; i < groups->n; i++)
        *find_slot(g, groups->row[i]) = (struct pair_slot){groups->row[i], (int32_t)i};
    return true;
}

/* ---- groups ---- */

static void groups_begin(struct pair_groups *g)
{
    g->n = 0;
    g->n_entries = 0;
}

/* Room for n more entries, each of which may begin a group. */
static bool groups_reserve(struct pair_groups *g, struct pair_grouping *work, size_t n)
{
    int32_t **const kept[] = {&g->row, &g->end, &g->source};
    int32_t **const own[] = {&work->source, &work->of};
    n += g->n_entries;
    return reserve(kept, 3, &g->cap, n) && reserve(own, 2, &work->cap, n) && slots_reserve(work, g, n);
}

/* Room is there.  `end` counts the entries meanwhile. */
static void groups_add(struct pair_groups *g, struct pair_grouping *work, int32_t row, int32_t source)
{
    struct pair_slot *slot = find_slot(work, row);
    if (slot->group < 0) {
        *slot = (struct pair_slot){row, (int32_t)g->n++};
        g->row[slot->group] = row;
        g->end[slot->group] = 0;
    }
    g->end[slot->group]++;
    work->of[g->n_entries] = slot->group;
    work->source[g->n_entries++] = source;
}

/* All are added: those of a row stand side by side, in their order.  `end` is where its next one goes, and so becomes the end. */
static void groups_complete(struct pair_groups *g, struct pair_grouping *work)
{
    int32_t begin = 0;
    for (size_t i = 0; i < g->n; i++) {
        int32_t n = g->end[i];
        g->end[i] = begin;
        begin += n;
    }
    for (size_t e = 0; e < g->n_entries; e++)
        g->source[g->end[work->of[e]]++] = work->source[e];
    empty_slots(work);
}

/* ---- words of a step ---- */

/* Words of a tile, the first of them number `first` in it, so many in each of its groups from `group` on. */
struct tile_words {
    const int32_t *words; /* [n]; -1: none */
    size_t n, first, group, of_group;
};

static int32_t source_of(const struct tile_words *w, size_t i)
{
    return pair_source(w->group + i / w->of_group, w->first + i);
}

static bool add_words(struct pair_groups *g, struct pair_grouping *work, const struct tile_words *w)
{
    if (!groups_reserve(g, work, w->n))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->words[i] >= 0)
            groups_add(g, work, w->words[i], source_of(w, i));
    return true;
}

/* The same for words of several rows. */
static bool add_parts(struct pair_groups *g, struct pair_grouping *work, const struct pair_tables *t,
                      const struct tile_words *w)
{
    for (size_t i = 0; i < w->n; i++) {
        if (w->words[i] < 0)
            continue;
        const int32_t *parts;
        size_t n_parts = pair_word_parts(t, w->words[i], &parts);
        if (!groups_reserve(g, work, n_parts))
            return false;
        for (size_t k = 0; k < n_parts; k++)
            groups_add(g, work, parts[k], source_of(w, i));
    }
    return true;
}

static bool group_outer(struct pair_plan *p, struct pair_grouping *work, const struct pair_shape *s)
{
    bool is_good = true;
    groups_begin(&p->outer);
    for (size_t tile = 0; tile < pair_plan_tiles(p) && is_good; tile++) {
        size_t group = tile * PAIRS_GROUPS;
        pair_plan_outer(work->words, p, s, tile);
        struct tile_words text = {work->words, s->n_text, 0, group, s->outer_of_group};
        struct tile_words negatives = {work->words + s->n_text, s->n_negatives, s->n_text, group, SIZE_MAX};
        is_good = add_words(&p->outer, work, &text) && add_words(&p->outer, work, &negatives);
    }
    groups_complete(&p->outer, work);
    return is_good;
}

static bool group_inner(struct pair_plan *p, struct pair_grouping *work, const struct pair_shape *s,
                        const struct pair_tables *t)
{
    bool is_good = true;
    groups_begin(&p->inner);
    for (size_t tile = 0; tile < pair_plan_tiles(p) && is_good; tile++) {
        pair_plan_inner(work->words, p, s, tile);
        struct tile_words inner = {work->words, s->n_inner, 0, tile * PAIRS_GROUPS, s->inner_of_group};
        is_good = t->part_ends ? add_parts(&p->inner, work, t, &inner) : add_words(&p->inner, work, &inner);
    }
    groups_complete(&p->inner, work);
    return is_good;
}

bool pair_plan_group(struct pair_plan *p, struct pair_grouping *work, const struct pair_shape *s,
                     const struct pair_tables *t)
{
    return group_outer(p, work, s) && group_inner(p, work, s, t);
}
