#include "learn/word_step.h"

/* See net/pair_step.h.  A row that moves by more than 1 over its curvature, from where it was a step ago, swings wider and wider; but
 * curvatures are seldom as large as their bounds (docs/vectors.md). */
#define STEP_LIMIT ((real)1.25)
#define SOFTMAX_LIMIT 2 /* no other step is in flight */

enum {
    LOSS_EVERY = 16, /* steps: of one of them the loss is computed, for the last tile */
    APPLY_BLOCKS = 16
};

/* ---- shares ---- */

/* Of a half. */
static size_t n_parts(const struct word_trainer *t)
{
    size_t n = workers_count(t->crew) / PAIRS_HALVES;
    return n < t->shape.n_tiles ? n : t->shape.n_tiles;
}

size_t word_shares(const struct word_trainer *t)
{
    size_t n = n_parts(t);
    return n > 0 ? PAIRS_HALVES * n : 1;
}

struct word_share word_share_of(const struct word_trainer *t, size_t number)
{
    size_t n = n_parts(t);
    if (n == 0)
        return (struct word_share){{0, PAIRS_HALVES}, 0, 1};
    return (struct word_share){{number / n, 1}, number % n, n};
}

size_t word_share_across(const struct word_trainer *t, size_t number)
{
    size_t n = n_parts(t);
    return n == 0 ? number : (number + n) % (PAIRS_HALVES * n);
}

static size_t begin_of(const struct word_share *s, size_t n)
{
    return n * s->part / s->n_parts;
}

static size_t end_of(const struct word_share *s, size_t n)
{
    return n * (s->part + 1) / s->n_parts;
}

/* ---- a step with negatives ---- */

void word_step_forward(struct word_trainer *t, const struct word_share *s, const struct word_step *step, size_t worker)
{
    size_t n = pair_plan_tiles(&step->plan);
    pair_plan_expect_words(&step->plan, &t->shape);
    for (size_t tile = begin_of(s, n); tile < end_of(s, n); tile++)
        pair_forward(&t->work, &step->plan, &t->shape, &t->tables, s->halves, tile, worker);
}

/* Pairs of centre i that its loss is a sum over. */
static uint64_t pairs_of(const struct word_trainer *t, const struct pair_plan *p, size_t i)
{
    size_t n = (size_t)(p->left[i] + p->right[i]);
    return t->shape.is_cbow ? n > 0 : n;
}

static void add_loss(struct word_trainer *t, const struct pair_plan *p)
{
    size_t tile = pair_plan_tiles(p) - 1;
    t->loss_sum += t->work.loss[tile];
    for (size_t i = tile * PAIRS_TILE; i < p->n_centres; i++)
        t->n_losses += pairs_of(t, p, i);
}

/* Where two shares have halves of the columns, each has half of the part's tiles.  The last one has the last tile, and fewer columns than
 * others: so the loss is its work. */
void word_step_delta(struct word_trainer *t, const struct word_share *s, const struct word_step *step, size_t worker)
{
    const struct pair_plan *p = &step->plan;
    size_t n = pair_plan_tiles(p);
    size_t k = PAIRS_HALVES / s->halves.n;
    struct word_share half = {s->halves, k * s->part + s->halves.first, k * s->n_parts};
    bool wants_loss = p->number % LOSS_EVERY == 0 && half.part + 1 == half.n_parts;
    for (size_t tile = begin_of(&half, n); tile < end_of(&half, n); tile++)
        pair_delta(&t->work, p, &t->shape, &t->tables, tile, worker, wants_loss && tile + 1 == n);
    if (wants_loss)
        add_loss(t, p);
}

void word_step_back(struct word_trainer *t, const struct word_share *s, const struct word_step *step, size_t worker)
{
    size_t n = pair_plan_tiles(&step->plan);
    pair_plan_expect_groups(&step->plan);
    for (size_t tile = begin_of(s, n); tile < end_of(s, n); tile++)
        pair_back(&t->work, &step->plan, &t->shape, &t->tables, s->halves, tile, worker);
}

void word_step_apply(struct word_trainer *t, const struct word_share *s, const struct word_step *step)
{
    const struct pair_plan *p = &step->plan;
    pair_apply_outer(&t->tables, &t->work, p, &t->shape, s->halves, begin_of(s, p->outer.n), end_of(s, p->outer.n),
                     step->eta, STEP_LIMIT);
    pair_apply_inner(&t->tables, &t->work, p, &t->shape, s->halves, begin_of(s, p->inner.n), end_of(s, p->inner.n),
                     step->eta, STEP_LIMIT);
}

/* ---- a step under the full softmax ---- */

struct softmax_step {
    struct word_trainer *t;
    const struct word_step *step;
};

static void softmax_vectors(void *context, size_t block, size_t worker)
{
    const struct softmax_step *s = context;
    struct word_trainer *t = s->t;
    pair_softmax_vectors(&t->work, &s->step->plan, &t->shape, &t->tables, block, worker);
}

static void softmax_scores(void *context, size_t block, size_t worker)
{
    const struct softmax_step *s = context;
    struct word_trainer *t = s->t;
    (void)worker;
    pair_softmax_scores(&t->softmax, &t->work, &s->step->plan, &t->tables, block);
}

static void softmax_cost(void *context, size_t block, size_t worker)
{
    const struct softmax_step *s = context;
    struct word_trainer *t = s->t;
    (void)worker;
    pair_softmax_cost(&t->softmax, &s->step->plan, &t->shape, block);
}

static void softmax_outer(void *context, size_t block, size_t worker)
{
    const struct softmax_step *s = context;
    struct word_trainer *t = s->t;
    (void)worker;
    pair_softmax_outer(&t->softmax, &t->work, &s->step->plan, &t->tables, block, s->step->eta, SOFTMAX_LIMIT);
}

static void softmax_inner(void *context, size_t block, size_t worker)
{
    const struct softmax_step *s = context;
    struct word_trainer *t = s->t;
    pair_softmax_inner(&t->softmax, &t->work, &s->step->plan, &t->shape, &t->tables, block, worker);
}

static void softmax_apply(void *context, size_t block, size_t worker)
{
    const struct softmax_step *s = context;
    struct word_trainer *t = s->t;
    struct word_share share = {{0, PAIRS_HALVES}, block, APPLY_BLOCKS};
    size_t n = s->step->plan.inner.n;
    (void)worker;
    pair_apply_inner(&t->tables, &t->work, &s->step->plan, &t->shape, share.halves, begin_of(&share, n),
                     end_of(&share, n), s->step->eta, SOFTMAX_LIMIT);
}

void word_step_softmax(struct word_trainer *t, const struct word_step *step)
{
    struct softmax_step s = {t, step};
    size_t n_tiles = pair_plan_tiles(&step->plan);
    workers_run(t->crew, n_tiles, softmax_vectors, &s);
    workers_run(t->crew, t->softmax.n_blocks, softmax_scores, &s);
    workers_run(t->crew, step->plan.n_centres, softmax_cost, &s);
    workers_run(t->crew, t->softmax.n_blocks, softmax_outer, &s);
    workers_run(t->crew, n_tiles, softmax_inner, &s);
    workers_run(t->crew, APPLY_BLOCKS, softmax_apply, &s);
    for (size_t i = 0; i < step->plan.n_centres; i++) {
        t->loss_sum += t->softmax.loss[i];
        t->n_losses += pairs_of(t, &step->plan, i);
    }
}
