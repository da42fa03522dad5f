#include "learn/word_stretch.h"

#include "base/status.h"
#include "learn/word_step.h"

#define LEAST_RATE 1e-4 /* of the first, at the end */

enum { LEAST_AHEAD = 3 }; /* steps that are planned when their first one begins */

/* ---- planning ---- */

static struct word_step *step_number(struct word_trainer *t, size_t i)
{
    return &t->steps[i % WORD_STEPS];
}

/* The rate falls with the words that were read. */
static real rate_now(const struct word_trainer *t)
{
    const oriel_vectors_progress *p = &t->progress;
    double done = (double)(p->epoch - 1) + (double)t->kept.n_read / (double)p->n_words;
    double left = 1 - done / (double)p->epochs;
    return (real)(t->rate * (left > LEAST_RATE ? left : LEAST_RATE));
}

/* A step's place is free again when all shares are through with the one that had it before: they find the deltas of a step when
 * they have applied the one before it. */
static bool has_room(struct word_trainer *t)
{
    size_t i = atomic_load(&t->n_planned);
    if (i >= atomic_load(&t->end))
        return false;
    for (size_t share = 0; share < word_shares(t); share++)
        if (i + 1 >= atomic_load(&t->places[share].done[WORD_DELTA]) + WORD_STEPS)
            return false;
    return true;
}

static oriel_status make_plan(struct word_trainer *t, struct pair_plan *p, size_t worker)
{
    pair_plan_expect_to_write(p, &t->shape);
    oriel_status status = kept_words_plan(&t->kept, p, &t->shape, &t->err);
    bool is_good = pair_plan_group(p, &t->grouping[worker], &t->shape, &t->tables);
    return status || is_good ? status : error_memory(&t->err);
}

static void plan_step(struct word_trainer *t, size_t worker)
{
    size_t i = atomic_load(&t->n_planned);
    struct word_step *s = step_number(t, i);
    s->eta = rate_now(t);
    t->status = make_plan(t, &s->plan, worker);
    if (t->status == ORIEL_OK && s->plan.n_centres > 0) {
        atomic_store(&t->n_planned, i + 1);
    } else {
        t->is_within = false;
        atomic_store(&t->end, i);
    }
    workers_tell(t->crew);
}

/* false: there is none to be planned, or somebody is at it. */
static bool plan_one(struct word_trainer *t, size_t worker)
{
    if (!has_room(t) || atomic_flag_test_and_set(&t->is_planning))
        return false;
    bool is_due = has_room(t);
    if (is_due)
        plan_step(t, worker);
    atomic_flag_clear(&t->is_planning);
    return is_due;
}

/* ---- waiting ---- */

/* Who goes a share's way. */
struct walker {
    struct word_trainer *t;
    struct word_share share;
    size_t number, worker;
};

/* For a number to be reached. */
struct wanted {
    struct word_trainer *t;
    atomic_size_t *what;
    size_t least;
};

static bool is_reached(void *context)
{
    struct wanted *w = context;
    return atomic_load(w->what) >= w->least;
}

static bool is_planned_or_over(void *context)
{
    struct wanted *w = context;
    return is_reached(w) || atomic_load(&w->t->end) < w->least;
}

static bool is_room_or_over(void *context)
{
    struct word_trainer *t = context;
    return has_room(t) || atomic_load(&t->n_planned) >= atomic_load(&t->end);
}

static void await(const struct walker *w, workers_condition *is_there, void *context)
{
    while (!is_there(context))
        if (!plan_one(w->t, w->worker))
            workers_wait(w->t->crew, is_there, context);
}

/* Step i, once it is planned; NULL: the stretch has none. */
static const struct word_step *await_step(const struct walker *w, size_t i)
{
    struct word_trainer *t = w->t;
    struct wanted wanted = {t, &t->n_planned, i + 1};
    await(w, is_planned_or_over, &wanted);
    return i < atomic_load(&t->end) ? step_number(t, i) : NULL;
}

static void await_share(const struct walker *w, size_t share, enum word_phase phase, size_t i)
{
    struct wanted wanted = {w->t, &w->t->places[share].done[phase], i + 1};
    await(w, is_reached, &wanted);
}

static void tell(const struct walker *w, enum word_phase phase, size_t i)
{
    atomic_store(&w->t->places[w->number].done[phase], i + 1);
    workers_tell(w->t->crew);
}

/* All parts of the half have done it. */
static void meet(const struct walker *w, enum word_phase phase, size_t i)
{
    size_t first = w->number - w->share.part;
    if (w->share.n_parts == 1)
        return;
    tell(w, phase, i);
    for (size_t part = 0; part < w->share.n_parts; part++)
        await_share(w, first + part, phase, i);
}

/* ---- a share's way ---- */

/* Where few steps are planned, the next to come plans one: if both came and found none, one of them would wait for the other's. */
static void keep_ahead(const struct walker *w, size_t i)
{
    if (atomic_load(&w->t->n_planned) < i + LEAST_AHEAD)
        plan_one(w->t, w->worker);
}

static void go_forward(const struct walker *w, size_t i)
{
    keep_ahead(w, i);
    const struct word_step *step = await_step(w, i);
    if (!step)
        return;
    word_step_forward(w->t, &w->share, step, w->worker);
    tell(w, WORD_FORWARD, i);
}

/* After forward, here and across. */
static void find_deltas(const struct walker *w, size_t i)
{
    const struct word_step *step = await_step(w, i);
    if (!step)
        return;
    await_share(w, word_share_across(w->t, w->number), WORD_FORWARD, i);
    word_step_delta(w->t, &w->share, step, w->worker);
    tell(w, WORD_DELTA, i);
}

/* After the deltas, here and across. */
static void go_back(const struct walker *w, size_t i, const struct word_step *step)
{
    await_share(w, word_share_across(w->t, w->number), WORD_DELTA, i);
    word_step_back(w->t, &w->share, step, w->worker);
    meet(w, WORD_BACK, i);
    word_step_apply(w->t, &w->share, step);
    meet(w, WORD_APPLY, i);
}

/* What is waited for was done some time ago: between a share's deltas and back, for which another's deltas are needed, stands forward;
 * and between forward and the deltas stands all else. */
static void go_way(const struct walker *w, size_t i)
{
    go_forward(w, i);
    find_deltas(w, i);
    go_forward(w, i + 1);
    for (const struct word_step *step; (step = await_step(w, i)); i++) {
        go_back(w, i, step);
        find_deltas(w, i + 1);
        go_forward(w, i + 2);
    }
}

static void go_block(void *context, size_t block, size_t worker)
{
    struct word_trainer *t = context;
    if (block < word_shares(t)) {
        size_t first = atomic_load(&t->places[block].done[WORD_FORWARD]);
        go_way(&(struct walker){t, word_share_of(t, block), block, worker}, first);
        return;
    }
    while (atomic_load(&t->n_planned) < atomic_load(&t->end))
        if (!plan_one(t, worker))
            workers_wait(t->crew, is_room_or_over, t);
}

/* ---- a stretch ---- */

/* Steps under the full softmax are long, and their stretch is one of them. */
static void take_softmax(struct word_trainer *t, size_t i)
{
    plan_step(t, 0);
    if (i < atomic_load(&t->end))
        word_step_softmax(t, step_number(t, i));
}

oriel_status word_stretch_take(struct word_trainer *t, oriel_error *err)
{
    size_t first = t->kept.n_planned;
    for (size_t i = 0; i < workers_count(t->crew); i++)
        for (size_t phase = 0; phase < WORD_PHASES; phase++)
            atomic_store(&t->places[i].done[phase], first);
    atomic_store(&t->n_planned, first);
    atomic_store(&t->end, first + t->stretch);
    if (t->o->loss == ORIEL_SOFTMAX)
        take_softmax(t, first);
    else
        workers_run(t->crew, workers_count(t->crew), go_block, t);
    if (t->status && err)
        *err = t->err;
    return t->status;
}
