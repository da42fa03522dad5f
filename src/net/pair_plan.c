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
    s->n_sums = pairs_whole_tiles(s->n_scores + s->n_out + TILE);
}

size_t pair_plan_tiles(const struct pair_plan *p)
{
    return pairs_whole_tiles(p->n_centres) / TILE;
}

/* ---- words ---- */

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

bool pair_plan_init(struct pair_plan *p, const struct pair_shape *s)
{
    size_t n = s->n_tiles * TILE;
    *p = (struct pair_plan){0};
    p->words = mem_alloc(s->n_tiles * s->n_around, sizeof *p->words);
    p->left = mem_zero(n, sizeof *p->left);
    p->right = mem_zero(n, sizeof *p->right);
    p->negatives = mem_zero(s->n_tiles, s->n_negatives * sizeof *p->negatives);
    if (p->words && p->left && p->right && p->negatives)
        return true;
    pair_plan_clear(p);
    return false;
}

static void groups_clear(struct pair_groups *g)
{
    mem_free(g->row);
    mem_free(g->end);
    mem_free(g->source);
}

void pair_plan_clear(struct pair_plan *p)
{
    groups_clear(&p->inner);
    groups_clear(&p->outer);
    mem_free(p->words);
    mem_free(p->left);
    mem_free(p->right);
    mem_free(p->negatives);
    *p = (struct pair_plan){0};
}

/* ---- memory ---- */

typedef void expect_fn(const void *p, size_t n);

static void expect_words(expect_fn *expect, const struct pair_plan *p, const struct pair_shape *s, size_t n_tiles)
{
    expect(p->words, n_tiles * s->n_around * sizeof *p->words);
    expect(p->left, n_tiles * TILE * sizeof *p->left);
    expect(p->right, n_tiles * TILE * sizeof *p->right);
    expect(p->negatives, n_tiles * s->n_negatives * sizeof *p->negatives);
}

static void expect_groups(expect_fn *expect, const struct pair_groups *g)
{
    expect(g->row, g->n * sizeof *g->row);
    expect(g->end, g->n * sizeof *g->end);
    expect(g->source, g->n_entries * sizeof *g->source);
}

void pair_plan_expect_words(const struct pair_plan *p, const struct pair_shape *s)
{
    expect_words(mem_expect, p, s, pair_plan_tiles(p));
}

void pair_plan_expect_groups(const struct pair_plan *p)
{
    expect_groups(mem_expect, &p->inner);
    expect_groups(mem_expect, &p->outer);
}

void pair_plan_expect_to_write(const struct pair_plan *p, const struct pair_shape *s)
{
    expect_words(mem_expect_to_write, p, s, s->n_tiles);
    expect_groups(mem_expect_to_write, &p->inner);
    expect_groups(mem_expect_to_write, &p->outer);
}
