#include "learn/word_step.h"

#include "base/status.h"

#define STEP_LIMIT 2 /* see net/pair_step.h */

enum {
    LOSS_EVERY = 4, /* steps: of one of them the loss is computed, for the first tile */
    APPLY_BLOCKS = 16
};

/* ---- planning ---- */

static void plan_step(struct word_trainer *t, struct word_step *s)
{
    s->status = kept_words_plan(&t->kept, &s->plan, &t->shape, &s->err);
    s->n_read = t->kept.n_read;
}

void word_step_plan(struct word_trainer *t)
{
    plan_step(t, t->now);
    plan_step(t, t->next);
}

/* ---- a step with negatives ---- */

/* What a block has: some of the columns, and a part of the tiles or rows.  A thread alone has all; of more, each has the same
 * half of the columns in every run (net/pair_step.h), so that the rows that it changes are its own. */
struct share {
    struct pair_halves halves;
    size_t part, n_parts;
};

static size_t n_shares(const struct word_trainer *t)
{
    size_t n_parts = workers_count(t->crew) / PAIRS_HALVES;
    n_parts = n_parts < t->shape.n_tiles ? n_parts : t->shape.n_tiles;
    return n_parts > 0 ? PAIRS_HALVES * n_parts : 1;
}

static struct share share_of(const struct word_trainer *t, size_t block)
{
    size_t n = n_shares(t);
    if (n == 1)
        return (struct share){{0, PAIRS_HALVES}, 0, 1};
    size_t n_parts = n / PAIRS_HALVES;
    return (struct share){{block / n_parts, 1}, block % n_parts, n_parts};
}

static size_t begin_of(const struct share *s, size_t n)
{
    return n * s->part / s->n_parts;
}

static size_t end_of(const struct share *s, size_t n)
{
    return n * (s->part + 1) / s->n_parts;
}

static void forward_share(struct word_trainer *t, const struct word_step *step, const struct share *s, size_t worker)
{
    size_t n = pair_plan_tiles(&step->plan);
    for (size_t tile = begin_of(s, n); tile < end_of(s, n); tile++)
        pair_forward(&t->work, &step->plan, &t->shape, &t->tables, s->halves, tile, worker);
}

static bool wants_loss(const struct word_trainer *t, size_t tile)
{
    return tile == 0 && t->now->plan.number % LOSS_EVERY == 0;
}

static void back_share(struct word_trainer *t, const struct share *s, size_t worker)
{
    size_t n = pair_plan_tiles(&t->now->plan);
    for (size_t tile = begin_of(s, n); tile < end_of(s, n); tile++)
        pair_back(&t->work, &t->now->plan, &t->shape, &t->tables, s->halves, tile, worker,
                  s->halves.first == 0 && wants_loss(t, tile));
}

static void apply_share(struct word_trainer *t, const struct share *s)
{
    const struct pair_rows_touched *x = &t->work.touched[s->halves.first];
    pair_apply_outer(&t->tables, &t->work, &t->shape, s->halves, begin_of(s, x->outer.n), end_of(s, x->outer.n), t->eta,
                     STEP_LIMIT);
    pair_apply_inner(&t->tables, &t->work, &t->shape, s->halves, begin_of(s, x->inner.n), end_of(s, x->inner.n), t->eta,
                     STEP_LIMIT);
}

/* Of which step. */
struct forward {
    struct word_trainer *t;
    const struct word_step *step;
};

static void forward_block(void *context, size_t block, size_t worker)
{
    const struct forward *f = context;
    struct share s = share_of(f->t, block);
    forward_share(f->t, f->step, &s, worker);
}

static void apply_block(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    struct share s = share_of(t, block);
    (void)worker;
    apply_share(t, &s);
}

/* Who has all tiles of some columns need not wait for others before the next step. */
static void half_block(struct word_trainer *t, size_t block, size_t worker)
{
    struct share s = share_of(t, block);
    back_share(t, &s, worker);
    if (s.part == 0)
        pair_rows_group(&t->work.touched[s.halves.first], &t->now->plan, &t->shape, &t->tables);
    if (s.n_parts > 1)
        return;
    apply_share(t, &s);
    forward_share(t, t->next, &s, worker);
}

/* The last block plans: the second half has fewer columns, and who is ready first takes it. */
static void step_block(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    if (block < n_shares(t))
        half_block(t, block, worker);
    else
        plan_step(t, t->later);
}

/* Pairs of centre i that its loss is a sum over. */
static uint64_t pairs_of(const struct word_trainer *t, size_t i)
{
    size_t n = (size_t)(t->now->plan.left[i] + t->now->plan.right[i]);
    return t->shape.is_cbow ? n > 0 : n;
}

static void add_losses(struct word_trainer *t)
{
    if (!wants_loss(t, 0))
        return;
    t->loss_sum += t->work.loss[0];
    for (size_t i = 0; i < PAIRS_TILE && i < t->now->plan.n_centres; i++)
        t->n_losses += pairs_of(t, i);
}

static void step_by_negatives(struct word_trainer *t)
{
    size_t n = n_shares(t);
    workers_run(t->crew, n + 1, step_block, t);
    if (n > PAIRS_HALVES) {
        workers_run(t->crew, n, apply_block, t);
        workers_run(t->crew, n, forward_block, &(struct forward){t, t->next});
    }
    add_losses(t);
}

/* ---- a step under the full softmax ---- */

static void softmax_vectors(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    if (block == 0) {
        plan_step(t, t->later);
        pair_rows_group(&t->work.touched[0], &t->now->plan, &t->shape, &t->tables);
    } else {
        pair_softmax_vectors(&t->work, &t->now->plan, &t->shape, &t->tables, block - 1, worker);
    }
}

static void softmax_scores(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    (void)worker;
    pair_softmax_scores(&t->softmax, &t->work, &t->now->plan, &t->tables, block);
}

static void softmax_cost(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    (void)worker;
    pair_softmax_cost(&t->softmax, &t->now->plan, &t->shape, block);
}

static void softmax_outer(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    (void)worker;
    pair_softmax_outer(&t->softmax, &t->work, &t->now->plan, &t->tables, block, t->eta, STEP_LIMIT);
}

static void softmax_inner(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    pair_softmax_inner(&t->softmax, &t->work, &t->now->plan, &t->shape, &t->tables, block, worker);
}

static void softmax_apply(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    struct share s = {{0, PAIRS_HALVES}, block, APPLY_BLOCKS};
    size_t n = t->work.touched[0].inner.n;
    (void)worker;
    pair_apply_inner(&t->tables, &t->work, &t->shape, s.halves, begin_of(&s, n), end_of(&s, n), t->eta, STEP_LIMIT);
}

static void step_by_softmax(struct word_trainer *t)
{
    size_t n_tiles = pair_plan_tiles(&t->now->plan);
    workers_run(t->crew, 1 + n_tiles, softmax_vectors, t);
    workers_run(t->crew, t->softmax.n_blocks, softmax_scores, t);
    workers_run(t->crew, t->now->plan.n_centres, softmax_cost, t);
    workers_run(t->crew, t->softmax.n_blocks, softmax_outer, t);
    workers_run(t->crew, n_tiles, softmax_inner, t);
    workers_run(t->crew, APPLY_BLOCKS, softmax_apply, t);
    for (size_t i = 0; i < t->now->plan.n_centres; i++) {
        t->loss_sum += t->softmax.loss[i];
        t->n_losses += pairs_of(t, i);
    }
}

/* ---- both ---- */

void word_step_begin(struct word_trainer *t)
{
    if (t->o->loss == ORIEL_NEGATIVE)
        workers_run(t->crew, n_shares(t), forward_block, &(struct forward){t, t->now});
}

oriel_status word_step_take(struct word_trainer *t, real eta, oriel_error *err)
{
    t->eta = eta;
    if (t->o->loss == ORIEL_SOFTMAX)
        step_by_softmax(t);
    else
        step_by_negatives(t);
    return t->work.touched[0].is_bad || t->work.touched[1].is_bad ? error_memory(err) : ORIEL_OK;
}
