#include "learn/update.h"

#include "net/clip.h"

enum { UPDATE_BLOCK = 1 << 15 }; /* weights of the dense block to one thread at a time */

bool update_is_plain(const oriel_train_options *o)
{
    return o->optimizer == ORIEL_SGD && o->row_optimizer == ORIEL_SGD && !o->average && o->head != ORIEL_HEAD_CRF &&
           o->clip <= 0;
}

static struct weights_run run_of(real *at, const struct beside *b, size_t first, size_t n)
{
    return (struct weights_run){.at = at,
                                .first = b->first ? b->first + first : NULL,
                                .second = b->second ? b->second + first : NULL,
                                .history = b->history ? b->history + first : NULL,
                                .n = n};
}

/* Plain descent adds the gradient as it comes; the others take the sums of the touched rows. */
static void update_table(struct stepper *s, size_t k)
{
    const struct row_sums *sums = &s->sums.of[k];
    const struct table *t = &s->m->tables.table[k];
    for (size_t i = 0; i < sums->n; i++) {
        size_t first = (size_t)sums->touched[i] * t->width;
        const real *gradient = sums->sums + i * t->width;
        struct weights_run run = run_of(t->at + first, &s->tables[k], first, t->width);
        if (update_is_plain(s->o))
            vector_add(run.at, gradient, (real)-s->optimizer.rate, t->width);
        else
            optimizer_update(&s->of_rows, &run, gradient);
    }
}

/* Blocks of the dense weights, and behind them the tables. */
static size_t n_dense_blocks(const struct stepper *s)
{
    return update_is_plain(s->o) ? 0 : (s->dense.n + UPDATE_BLOCK - 1) / UPDATE_BLOCK;
}

static void update_block(void *context, size_t block, size_t worker)
{
    struct stepper *s = context;
    (void)worker;
    if (block >= n_dense_blocks(s)) {
        update_table(s, block - n_dense_blocks(s));
        return;
    }
    size_t first = block * UPDATE_BLOCK;
    size_t n = s->dense.n - first < UPDATE_BLOCK ? s->dense.n - first : UPDATE_BLOCK;
    struct weights_run run = run_of(s->m->params.block + first, &s->dense, first, n);
    optimizer_update(&s->optimizer, &run, s->gradient.block + first);
}

/* The penalty's gradient, lambda/M times the weights; biases, rows and transitions have none. */
static void add_penalty(struct stepper *s)
{
    if (s->decay <= 0)
        return;
    for (size_t l = 0; l <= s->m->net.n_hidden; l++)
        vector_add(s->gradient.weight[l], s->m->params.weight[l], (real)s->decay,
                   network_in(&s->m->net, l) * network_out(&s->m->net, l));
}

void update_weights(struct stepper *s)
{
    if (!update_is_plain(s->o))
        add_penalty(s);
    if (s->o->clip > 0)
        gradient_clip(s->gradient.block, s->dense.n, &s->sums, &s->m->tables, s->o->clip);
    workers_run(s->crew, n_dense_blocks(s) + s->m->tables.n, update_block, s);
}

/* ---- averages ---- */

void stepper_begin_average(struct stepper *s)
{
    s->is_averaging = true;
}

void stepper_use_average(const struct stepper *s)
{
    if (s->optimizer.average < 0)
        return;
    double n_steps = s->optimizer.average + 1;
    struct weights_run dense = run_of(s->m->params.block, &s->dense, 0, s->dense.n);
    optimizer_average(dense.at, &dense, n_steps);
    for (size_t k = 0; k < s->m->tables.n; k++) {
        struct weights_run rows = run_of(s->m->tables.table[k].at, &s->tables[k], 0, s->tables[k].n);
        optimizer_average(rows.at, &rows, n_steps);
    }
}
