#include "net/pair_step.h"

#include "base/memory.h"
#include "net/clones.h"
#include "net/pair_scratch.h"

enum { TILE = PAIRS_TILE };

void pair_shape_complete(struct pair_shape *s)
{
    s->span = PAIRS_GROUP + 2 * s->reach;
    s->n_around = TILE / PAIRS_GROUP * s->span;
    s->n_inner = s->is_cbow ? s->n_around : TILE;
    s->n_out = (s->is_cbow ? TILE : s->n_around) + s->n_negatives;
}

size_t pair_plan_tiles(const struct pair_plan *p)
{
    return (p->n_centres + TILE - 1) / TILE;
}

/* ---- memory ---- */

static bool scratch_init(struct pair_scratch *c, const struct pair_shape *s, size_t stride)
{
    c->x = mem_zero(s->n_inner, stride * sizeof *c->x);
    c->r = mem_zero(TILE, stride * sizeof *c->r);
    c->dr = mem_zero(TILE, stride * sizeof *c->dr);
    c->rt = mem_zero(TILE, stride * sizeof *c->rt);
    c->s = mem_zero(s->n_out, TILE * sizeof *c->s);
    c->pos = mem_zero(s->n_out, TILE * sizeof *c->pos);
    c->neg = mem_zero(s->n_out, TILE * sizeof *c->neg);
    c->curve = mem_zero(s->n_out, TILE * sizeof *c->curve);
    c->around = mem_zero(s->n_around, TILE * sizeof *c->around);
    c->inner = mem_zero(s->n_inner, sizeof *c->inner);
    c->outer = mem_zero(s->n_out, sizeof *c->outer);
    c->inner_words = mem_zero(s->n_inner, sizeof *c->inner_words);
    c->outer_words = mem_zero(s->n_out, sizeof *c->outer_words);
    return c->x && c->r && c->dr && c->rt && c->s && c->pos && c->neg && c->curve && c->around && c->inner &&
           c->outer && c->inner_words && c->outer_words;
}

static void scratch_clear(struct pair_scratch *c)
{
    mem_free(c->x);
    mem_free(c->r);
    mem_free(c->dr);
    mem_free(c->rt);
    mem_free(c->s);
    mem_free(c->pos);
    mem_free(c->neg);
    mem_free(c->curve);
    mem_free(c->around);
    mem_free(c->inner);
    mem_free(c->outer);
    mem_free(c->inner_words);
    mem_free(c->outer_words);
}

bool pair_work_init(struct pair_work *w, const struct pair_shape *s, const struct pair_tables *t, size_t n_threads)
{
    *w = (struct pair_work){.n_threads = n_threads};
    w->d_inner = mem_alloc(s->n_tiles * s->n_inner, t->stride * sizeof *w->d_inner);
    w->d_outer = mem_alloc(s->n_tiles * s->n_out, t->stride * sizeof *w->d_outer);
    w->h_inner = mem_alloc(s->n_tiles, s->n_inner * sizeof *w->h_inner);
    w->h_outer = mem_alloc(s->n_tiles, s->n_out * sizeof *w->h_outer);
    w->loss = mem_zero(s->n_tiles, sizeof *w->loss);
    w->each = mem_zero(n_threads, sizeof *w->each);
    bool is_good = w->d_inner && w->d_outer && w->h_inner && w->h_outer && w->loss && w->each;
    for (size_t i = 0; i < n_threads && is_good; i++)
        is_good = scratch_init(&w->each[i], s, t->stride);
    if (!is_good)
        pair_work_clear(w);
    return is_good;
}

void pair_work_clear(struct pair_work *w)
{
    for (size_t i = 0; w->each && i < w->n_threads; i++)
        scratch_clear(&w->each[i]);
    mem_free(w->d_inner);
    mem_free(w->d_outer);
    mem_free(w->h_inner);
    mem_free(w->h_outer);
    mem_free(w->loss);
    mem_free(w->each);
    *w = (struct pair_work){0};
}

/* ---- taking a step ---- */

struct side {
    real *rows;
    const real *gradients, *curvatures;
    const struct pair_groups *groups;
};

FOR_EACH_CPU static void take_step(real *restrict row, const struct side *s, int32_t entry, size_t stride, real eta,
                                   real limit)
{
    real h = 0;
    for (int32_t e = entry; e >= 0; e = s->groups->next[e])
        h += s->curvatures[s->groups->source[e]];
    real step = eta * h > limit ? limit / h : eta;
    for (int32_t e = entry; e >= 0; e = s->groups->next[e]) {
        const real *restrict g = s->gradients + (size_t)s->groups->source[e] * stride;
        for (size_t k = 0; k < stride; k++)
            row[k] -= step * g[k];
    }
}

enum { AHEAD = 4 };

/* What group g will need: its row, and its first gradient, which another processor may have computed. */
static void expect_group(const struct side *s, size_t g, size_t stride)
{
    mem_expect(s->rows + (size_t)s->groups->row[g] * stride, stride * sizeof(real));
    mem_expect(s->gradients + (size_t)s->groups->source[s->groups->first[g]] * stride, stride * sizeof(real));
}

static void apply(const struct side *s, size_t begin, size_t end, size_t stride, real eta, real limit)
{
    for (size_t g = begin; g < end; g++) {
        if (g + AHEAD < end)
            expect_group(s, g + AHEAD, stride);
        take_step(s->rows + (size_t)s->groups->row[g] * stride, s, s->groups->first[g], stride, eta, limit);
    }
}

void pair_apply_inner(const struct pair_tables *t, const struct pair_work *w, const struct pair_plan *p, size_t begin,
                      size_t end, real eta, real limit)
{
    struct side s = {t->inner, w->d_inner, w->h_inner, &p->inner};
    apply(&s, begin, end, t->stride, eta, limit);
}

void pair_apply_outer(const struct pair_tables *t, const struct pair_work *w, const struct pair_plan *p, size_t begin,
                      size_t end, real eta, real limit)
{
    struct side s = {t->outer, w->d_outer, w->h_outer, &p->outer};
    apply(&s, begin, end, t->stride, eta, limit);
}
