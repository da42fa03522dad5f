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
    mem_free(g->row);
    mem_free(g->n);
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
static bool slots_reserve(struct pair_grouping *g, size_t n)
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
    for (size_t i = 0; i < g->n_groups; i++)
        *find_slot(g, g->row[i]) = (struct pair_slot){g->row[i], (int32_t)i};
    return true;
}

/* ---- groups ---- */

static void groups_begin(struct pair_grouping *g)
{
    g->n_entries = 0;
    g->n_groups = 0;
    g->n_single = 0;
}

/* Room for n more entries, each of which may begin a group. */
static bool groups_reserve(struct pair_grouping *g, size_t n)
{
    int32_t **const arrays[] = {&g->source, &g->of, &g->row, &g->n};
    n += g->n_entries;
    return reserve(arrays, 4, &g->cap, n) && slots_reserve(g, n);
}

/* Room is there. */
static void groups_add(struct pair_grouping *g, int32_t row, int32_t source)
{
    struct pair_slot *slot = find_slot(g, row);
    if (slot->group < 0) {
        *slot = (struct pair_slot){row, (int32_t)g->n_groups++};
        g->row[slot->group] = row;
        g->n[slot->group] = 0;
    }
    int32_t n = ++g->n[slot->group];
    g->n_single += (size_t)(n == 1) - (size_t)(n == 2);
    g->of[g->n_entries] = slot->group;
    g->source[g->n_entries++] = source;
}

/* Where the groups go.  `n` becomes where the next entry of a group does. */
static void place_groups(struct pair_groups *out, struct pair_grouping *g)
{
    size_t single = 0;
    size_t other = g->n_single;
    int32_t begin = (int32_t)g->n_single;
    for (size_t i = 0; i < g->n_groups; i++) {
        bool is_single = g->n[i] == 1;
        size_t at = is_single ? single : other;
        int32_t first = is_single ? (int32_t)single : begin;
        int32_t end = first + g->n[i];
        begin = is_single ? begin : end;
        single += is_single;
        other += !is_single;
        out->row[at] = g->row[i];
        out->end[at] = end;
        g->n[i] = first;
    }
}

/* All are added: those of a row stand side by side, in their order. */
static bool groups_complete(struct pair_groups *out, struct pair_grouping *g)
{
    int32_t **const arrays[] = {&out->row, &out->end, &out->source};
    bool is_good = reserve(arrays, 3, &out->cap, g->n_entries);
    if (is_good) {
        out->n = g->n_groups;
        out->n_entries = g->n_entries;
        place_groups(out, g);
        for (size_t e = 0; e < g->n_entries; e++)
            out->source[g->n[g->of[e]]++] = g->source[e];
    }
    empty_slots(g);
    return is_good;
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

static bool add_words(struct pair_grouping *g, const struct tile_words *w)
{
    if (!groups_reserve(g, w->n))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->words[i] >= 0)
            groups_add(g, w->words[i], source_of(w, i));
    return true;
}

/* The same for words of several rows. */
static bool add_parts(struct pair_grouping *g, const struct pair_tables *t, const struct tile_words *w)
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

static bool group_outer(struct pair_plan *p, struct pair_grouping *g, const struct pair_shape *s)
{
    bool is_good = true;
    groups_begin(g);
    for (size_t tile = 0; tile < pair_plan_tiles(p) && is_good; tile++) {
        size_t group = tile * PAIRS_GROUPS;
        pair_plan_outer(g->words, p, s, tile);
        struct tile_words text = {g->words, s->n_text, 0, group, s->outer_of_group};
        struct tile_words negatives = {g->words + s->n_text, s->n_negatives, s->n_text, group, SIZE_MAX};
        is_good = add_words(g, &text) && add_words(g, &negatives);
    }
    return groups_complete(&p->outer, g) && is_good;
}

static bool group_inner(struct pair_plan *p, struct pair_grouping *g, const struct pair_shape *s,
                        const struct pair_tables *t)
{
    bool is_good = true;
    groups_begin(g);
    for (size_t tile = 0; tile < pair_plan_tiles(p) && is_good; tile++) {
        pair_plan_inner(g->words, p, s, tile);
        struct tile_words inner = {g->words, s->n_inner, 0, tile * PAIRS_GROUPS, s->inner_of_group};
        is_good = t->part_ends ? add_parts(g, t, &inner) : add_words(g, &inner);
    }
    return groups_complete(&p->inner, g) && is_good;
}

bool pair_plan_group(struct pair_plan *p, struct pair_grouping *g, const struct pair_shape *s,
                     const struct pair_tables *t)
{
    return group_outer(p, g, s) && group_inner(p, g, s, t);
}
