#include "net/pair_step.h"

#include "base/memory.h"
#include "net/clones.h"
#include "net/pair_scratch.h"

enum { TILE = PAIRS_TILE, GROUP = PAIRS_GROUP };

/* ---- memory ---- */

static bool scratch_init(struct pair_scratch *c, const struct pair_shape *s, size_t stride)
{
    c->x = mem_zero(s->n_inner, stride * sizeof *c->x);
    c->rt = mem_zero(TILE, stride * sizeof *c->rt);
    c->s = mem_zero(s->n_text, TILE * sizeof *c->s);
    c->pos = mem_zero(s->n_scores, sizeof *c->pos);
    c->neg = mem_zero(s->n_scores, sizeof *c->neg);
    c->curve = mem_zero(s->n_scores, sizeof *c->curve);
    c->squares = mem_zero(s->n_out + TILE, sizeof *c->squares);
    c->around = mem_zero(s->n_around, GROUP * sizeof *c->around);
    c->inner = mem_zero(s->n_inner, sizeof *c->inner);
    c->outer = mem_zero(s->n_out, sizeof *c->outer);
    c->inner_words = mem_zero(s->n_inner, sizeof *c->inner_words);
    c->outer_words = mem_zero(s->n_out, sizeof *c->outer_words);
    return c->x && c->rt && c->s && c->pos && c->neg && c->curve && c->squares && c->around && c->inner && c->outer &&
           c->inner_words && c->outer_words;
}

static void scratch_clear(struct pair_scratch *c)
{
    mem_free(c->x);
    mem_free(c->rt);
    mem_free(c->s);
    mem_free(c->pos);
    mem_free(c->neg);
    mem_free(c->curve);
    mem_free(c->squares);
    mem_free(c->around);
    mem_free(c->inner);
    mem_free(c->outer);
    mem_free(c->inner_words);
    mem_free(c->outer_words);
}

static bool deltas_init(struct pair_deltas *d, const struct pair_shape *s)
{
    d->delta = mem_zero(s->n_tiles, s->n_scores * sizeof *d->delta);
    d->weights = mem_zero(s->n_tiles, s->n_inner * s->inner_width * sizeof *d->weights);
    d->h_inner = mem_zero(s->n_tiles, s->n_inner * sizeof *d->h_inner);
    d->h_outer = mem_zero(s->n_tiles, s->n_out * sizeof *d->h_outer);
    return d->delta && d->weights && d->h_inner && d->h_outer;
}

static void deltas_clear(struct pair_deltas *d)
{
    mem_free(d->delta);
    mem_free(d->weights);
    mem_free(d->h_inner);
    mem_free(d->h_outer);
}

static bool half_init(struct pair_half_work *h, const struct pair_shape *s, size_t stride)
{
    h->dr = mem_zero(s->n_tiles * TILE, stride * sizeof *h->dr);
    bool is_good = h->dr;
    for (size_t i = 0; i < PAIRS_IN_FLIGHT; i++) {
        h->r[i] = mem_zero(s->n_tiles * TILE, stride * sizeof *h->r[i]);
        h->sums[i] = mem_zero(s->n_tiles, s->n_sums * sizeof *h->sums[i]);
        is_good = is_good && h->r[i] && h->sums[i];
    }
    return is_good;
}

static void half_clear(struct pair_half_work *h)
{
    for (size_t i = 0; i < PAIRS_IN_FLIGHT; i++) {
        mem_free(h->r[i]);
        mem_free(h->sums[i]);
    }
    mem_free(h->dr);
}

bool pair_work_init(struct pair_work *w, const struct pair_shape *s, const struct pair_tables *t, size_t n_threads)
{
    *w = (struct pair_work){.n_threads = n_threads};
    w->loss = mem_zero(s->n_tiles, sizeof *w->loss);
    w->each = mem_zero(n_threads, sizeof *w->each);
    bool is_good = w->loss && w->each;
    for (size_t i = 0; i < PAIRS_HALVES && is_good; i++)
        is_good = half_init(&w->half[i], s, t->half[i].stride);
    for (size_t i = 0; i < PAIRS_IN_FLIGHT && is_good; i++)
        is_good = deltas_init(&w->deltas[i], s);
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
    for (size_t i = 0; i < PAIRS_HALVES; i++)
        half_clear(&w->half[i]);
    for (size_t i = 0; i < PAIRS_IN_FLIGHT; i++)
        deltas_clear(&w->deltas[i]);
    mem_free(w->loss);
    mem_free(w->each);
    *w = (struct pair_work){0};
}

/* ---- taking a step ---- */

/* Rows to be changed, and where the terms of their gradients are. */
struct side {
    const struct pair_groups *groups;
    const struct pair_shape *shape;
    const real *curvatures; /* [n_tiles][n_words] */
    const real *weights;
    size_t n_words;
    size_t n_halves;
    struct {
        real *rows;
        const real *vectors; /* [n_tiles * TILE][stride] that are weighed */
        size_t stride;
    } half[PAIRS_HALVES];
};

/* The term of an entry. */
typedef void term_fn(struct pair_term *out, const struct side *s, int32_t source);

INLINE void outer_term(struct pair_term *out, const struct side *s, int32_t source)
{
    size_t n_text = s->shape->n_text;
    size_t group = pair_source_group(source);
    size_t word = pair_source_word(source);
    const real *weights = s->weights + group / PAIRS_GROUPS * s->shape->n_scores;
    out->weights = weights + (word < n_text ? word * GROUP : n_text * GROUP + (word - n_text) * TILE);
    out->first = group * GROUP; /* negatives are of the first group */
    out->n = word < n_text ? GROUP : TILE;
}

INLINE void inner_term(struct pair_term *out, const struct side *s, int32_t source)
{
    size_t n = s->shape->inner_width;
    size_t group = pair_source_group(source);
    size_t tile = group / PAIRS_GROUPS;
    size_t word = pair_source_word(source);
    out->weights = s->weights + (tile * s->n_words + word) * n;
    out->first = n == 1 ? tile * TILE + word : group * GROUP;
    out->n = n;
}

enum { AHEAD = 4, MOST_TERMS = 64 };

INLINE real curvature_of(const struct side *s, size_t begin, size_t end)
{
    real h = 0;
    for (size_t e = begin; e < end; e++) {
        int32_t source = s->groups->source[e];
        h += s->curvatures[pair_source_group(source) / PAIRS_GROUPS * s->n_words + pair_source_word(source)];
    }
    return h;
}

INLINE void take_step(const struct side *s, term_fn *term, size_t row, size_t begin, size_t end, real step)
{
    struct pair_term terms[MOST_TERMS];
    while (begin < end) {
        size_t n = 0;
        for (; begin < end && n < MOST_TERMS; begin++)
            term(&terms[n++], s, s->groups->source[begin]);
        for (size_t i = 0; i < s->n_halves; i++)
            pairs_take(s->half[i].rows + row * s->half[i].stride, step, terms, n, s->half[i].vectors,
                       s->half[i].stride);
    }
}

static void expect_row(const struct side *s, size_t row)
{
    for (size_t i = 0; i < s->n_halves; i++)
        mem_expect(s->half[i].rows + row * s->half[i].stride, s->half[i].stride * sizeof(real));
}

/* term is a constant where this is called: each thread does this for each row, whatever few columns it has. */
INLINE void apply(const struct side *s, term_fn *term, size_t begin, size_t end, real eta, real limit)
{
    const struct pair_groups *groups = s->groups;
    size_t entry = begin > 0 && begin < end ? (size_t)groups->end[begin - 1] : 0;
    for (size_t g = begin; g < end; g++) {
        if (g + AHEAD < end)
            expect_row(s, (size_t)groups->row[g + AHEAD]);
        size_t next = (size_t)groups->end[g];
        real h = curvature_of(s, entry, next);
        take_step(s, term, (size_t)groups->row[g], entry, next, eta * h > limit ? limit / h : eta);
        entry = next;
    }
}

static void find_halves(struct side *s, const struct pair_tables *t, const struct pair_work *w,
                        const struct pair_plan *p, struct pair_halves halves, bool is_inner)
{
    s->n_halves = halves.n;
    for (size_t i = 0; i < halves.n; i++) {
        const struct pair_half *of = &t->half[halves.first + i];
        const struct pair_half_work *work = &w->half[halves.first + i];
        s->half[i].rows = is_inner ? of->inner : of->outer;
        s->half[i].vectors = is_inner ? work->dr : pair_centres(work, p);
        s->half[i].stride = of->stride;
    }
}

void pair_apply_inner(const struct pair_tables *t, const struct pair_work *w, const struct pair_plan *p,
                      const struct pair_shape *s, struct pair_halves halves, size_t begin, size_t end, real eta,
                      real limit)
{
    struct pair_deltas d = pair_deltas_of(w, p, s, 0);
    struct side side = {&p->inner, s, d.h_inner, d.weights, s->n_inner, 0, {{0}}};
    find_halves(&side, t, w, p, halves, true);
    apply(&side, inner_term, begin, end, eta, limit);
}

void pair_apply_outer(const struct pair_tables *t, const struct pair_work *w, const struct pair_plan *p,
                      const struct pair_shape *s, struct pair_halves halves, size_t begin, size_t end, real eta,
                      real limit)
{
    struct pair_deltas d = pair_deltas_of(w, p, s, 0);
    struct side side = {&p->outer, s, d.h_outer, d.delta, s->n_out, 0, {{0}}};
    find_halves(&side, t, w, p, halves, false);
    apply(&side, outer_term, begin, end, eta, limit);
}
