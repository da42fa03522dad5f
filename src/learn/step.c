#include "learn/step.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "net/clip.h"

enum { UPDATE_BLOCK = 1 << 15 }; /* weights of the dense block to one thread at a time */

/* Descent that needs no gradient in memory: nothing is kept beside the weights. */
static bool is_plain_descent(const oriel_train_options *o)
{
    return o->optimizer == ORIEL_SGD && o->row_optimizer == ORIEL_SGD && !o->average && o->head != ORIEL_HEAD_CRF &&
           o->clip <= 0;
}

/* ---- memory ---- */

static bool beside_init(struct beside *b, size_t n, enum optimizer_kind kind, const oriel_train_options *o)
{
    *b = (struct beside){.n = n};
    if (is_plain_descent(o))
        return true;
    size_t n_moments = optimizer_moments(kind);
    b->history = mem_zero(n, sizeof(real));
    b->first = n_moments > 0 ? mem_zero(n, sizeof(real)) : NULL;
    b->second = n_moments > 1 ? mem_zero(n, sizeof(real)) : NULL;
    return b->history && (b->first || n_moments < 1) && (b->second || n_moments < 2);
}

static void beside_clear(struct beside *b)
{
    mem_free(b->first);
    mem_free(b->second);
    mem_free(b->history);
}

static bool init_weights(struct stepper *s)
{
    const oriel_train_options *o = s->o;
    bool is_done = beside_init(&s->dense, network_count(&s->m->net), s->optimizer.kind, o);
    for (size_t k = 0; k < s->m->tables.n && is_done; k++)
        is_done = beside_init(&s->tables[k], s->d->n_active[k] * s->m->tables.table[k].width, s->of_rows.kind, o);
    if (is_done && !is_plain_descent(o))
        is_done = params_init(&s->gradient, &s->m->net);
    return is_done && table_sums_init(&s->sums, &s->m->tables);
}

oriel_status stepper_init(struct stepper *s, const oriel_train_options *o, oriel_model *m, const struct data *d,
                          oriel_error *err)
{
    *s = (struct stepper){.o = o, .m = m, .d = d, .random = random_seeded(o->seed ^ 0x64726f70)};
    s->optimizer = (struct optimizer){.kind = (enum optimizer_kind)o->optimizer, .average = -1};
    s->of_rows = (struct optimizer){.kind = (enum optimizer_kind)o->row_optimizer, .average = -1};
    s->decay = o->lambda / (double)d->n_examples;
    s->crew = workers_new(o->threads);
    s->work.crew = o->threads > 1 ? s->crew : NULL;
    s->chain = m->net.head == HEAD_CRF ? crf_work_new(m->net.n_outputs) : NULL;
    if (!s->crew || (m->net.head == HEAD_CRF && !s->chain) || !init_weights(s) ||
        !window_plan_init(&s->plan, m->net.window, d->types.made_of.ids.n)) {
        stepper_clear(s);
        return error_memory(err);
    }
    return ORIEL_OK;
}

void stepper_clear(struct stepper *s)
{
    workers_free(s->crew);
    window_plan_clear(&s->plan);
    net_work_clear(&s->work);
    table_sums_clear(&s->sums);
    crf_work_free(s->chain);
    mem_free(s->rows);
    mem_free(s->d_rows);
    mem_free(s->mask);
    mem_free(s->left_out);
    mem_free(s->gold);
    names_swapped_clear(&s->swapped);
    for (size_t l = 0; l < NETWORK_MAX_HIDDEN; l++)
        mem_free(s->hidden_mask[l]);
    params_clear(&s->gradient);
    beside_clear(&s->dense);
    for (size_t k = 0; k < TABLES_MAX; k++)
        beside_clear(&s->tables[k]);
    *s = (struct stepper){0};
}

static bool grow(real **at, size_t *cap, size_t need)
{
    real *grown = mem_grow(*at, cap, need, sizeof **at);
    if (grown)
        *at = grown;
    return grown;
}

/* Room for the batch that the plan holds. */
static bool reserve(struct stepper *s)
{
    size_t n = s->plan.n_rows * s->m->net.width;
    if (!grow(&s->rows, &s->cap_rows, n) || !grow(&s->d_rows, &s->cap_d_rows, n))
        return false;
    if (s->o->input_dropout > 0 && !grow(&s->mask, &s->cap_mask, n))
        return false;
    for (size_t l = 0; s->o->hidden_dropout > 0 && l < s->m->net.n_hidden; l++)
        if (!grow(&s->hidden_mask[l], &s->cap_hidden[l], s->plan.n * s->m->net.hidden[l]))
            return false;
    uint32_t *left_out = mem_grow(s->left_out, &s->cap_left_out, s->plan.n_rows, sizeof *left_out);
    if (left_out)
        s->left_out = left_out;
    return left_out;
}

/* ---- the batch ---- */

static bool plan_batch(struct stepper *s, const struct item *items, size_t n)
{
    const struct sentences *sentences = &s->d->train_corpus.s;
    window_plan_empty(&s->plan);
    for (size_t i = 0; i < n; i++) {
        size_t start = sentences->starts[items[i].sentence];
        size_t end = sentences->starts[items[i].sentence + 1];
        size_t first = (size_t)items[i].first;
        size_t last = (size_t)items[i].last;
        int32_t *gold = mem_grow(s->gold, &s->cap_gold, s->plan.n + last - first, sizeof *gold);
        if (!gold)
            return false;
        s->gold = gold;
        memcpy(gold + s->plan.n, s->d->gold.at + start + first, (last - first) * sizeof *gold);
        const int32_t *ids = names_swap(&s->d->names, &s->swapped, (size_t)items[i].sentence,
                                        s->d->tokens[items[i].spelling], &s->random);
        if (!ids || !window_plan_add(&s->plan, ids, end - start, first, last, TYPE_BEFORE, TYPE_AFTER))
            return false;
    }
    return window_plan_finish(&s->plan);
}

/* mask [n]: 0 with the given probability (to one part in 256), else 1 / (1 - probability). */
static void draw_mask(struct random *r, real *mask, size_t n, double drop)
{
    uint64_t limit = (uint64_t)(drop * 256 + 0.5);
    real kept = (real)(256.0 / (256.0 - (double)limit));
    for (size_t i = 0; i < n;) {
        uint64_t bits = random_next(r);
        for (size_t k = 0; k < 8 && i < n; k++, bits >>= 8)
            mask[i++] = (bits & 255) < limit ? 0 : kept;
    }
}

/* Which values this step takes as unknown, once per distinct token. */
static void draw_left_out(struct stepper *s)
{
    size_t n_channels = s->m->channels.n;
    for (size_t i = 0; i < s->plan.n_rows; i++) {
        const float *doubt = s->d->doubt + (size_t)s->plan.ids[i] * n_channels;
        s->left_out[i] = 0;
        for (size_t k = 0; k < n_channels; k++)
            if (doubt[k] > 0 && random_uniform(&s->random) < (double)doubt[k])
                s->left_out[i] |= (uint32_t)1 << k;
    }
}

static struct left_out left_out_of(const struct stepper *s)
{
    return (struct left_out){.channels = s->left_out, .unknown = s->d->types.unknown};
}

/* The batch's rows, with values and numbers dropped: once per distinct token, so that sharing stays possible. */
static void gather(struct stepper *s)
{
    size_t n = s->plan.n_rows;
    struct left_out out = left_out_of(s);
    if (s->d->doubt)
        draw_left_out(s);
    tables_gather(s->rows, &s->m->tables, &s->d->types.made_of.ids, s->plan.ids, n, s->d->doubt ? &out : NULL);
    if (s->o->input_dropout <= 0)
        return;
    draw_mask(&s->random, s->mask, n * s->m->net.width, s->o->input_dropout);
    vector_multiply(s->rows, s->mask, n * s->m->net.width);
}

static const struct dropout *draw_hidden(struct stepper *s, struct dropout *out)
{
    if (s->o->hidden_dropout <= 0)
        return NULL;
    uint64_t limit = (uint64_t)(s->o->hidden_dropout * 256 + 0.5);
    *out = (struct dropout){.keep = (real)((256.0 - (double)limit) / 256.0)};
    for (size_t l = 0; l < s->m->net.n_hidden; l++) {
        draw_mask(&s->random, s->hidden_mask[l], s->plan.n * s->m->net.hidden[l], s->o->hidden_dropout);
        out->masks[l] = s->hidden_mask[l];
    }
    return out;
}

/* ---- loss ---- */

/* What an item counts for: E = (1/N) Σ weight loss, so that a sentence of weight 2 is worth two that are alike. */
static double weight_of(const struct stepper *s, const struct item *item)
{
    return (double)s->d->train_corpus.weights[item->sentence];
}

/* The chain's loss over the sentences of the batch; delta in the scores' place, its own gradients are kept in the work. */
static bool chain_loss(struct stepper *s, const struct item *items, size_t n, real *scores, double *loss)
{
    struct crf chain = model_chain(s->m);
    crf_prepare(s->chain, &chain);
    size_t n_outputs = s->m->net.n_outputs;
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t n_tokens = (size_t)(items[i].last - items[i].first);
        struct crf_gold gold = {.tags = s->gold + at, .sets = s->d->gold.sets};
        bool ok;
        real *here = scores + at * n_outputs;
        double weight = weight_of(s, &items[i]);
        *loss += weight * crf_loss(s->chain, here, here, n_tokens, &gold, weight / (double)n, &ok);
        if (!ok)
            return false;
        at += n_tokens;
    }
    return true;
}

/* Each token alone: rows [first, first + n) of the batch. */
static double rows_loss(struct stepper *s, real *scores, size_t first, size_t n, double scale)
{
    size_t n_outputs = s->m->net.n_outputs;
    real *here = scores + first * n_outputs;
    const int32_t *gold = s->gold + first;
    if (s->m->net.head == HEAD_SOFTMAX)
        return softmax_loss(here, here, gold, s->d->gold.sets, n, n_outputs, scale);
    return sigmoid_loss(here, here, gold, s->d->gold.sets, n, n_outputs, scale);
}

static bool loss_of(struct stepper *s, const struct item *items, size_t n, double *loss, size_t *n_examples)
{
    real *scores = network_scores(&s->m->net, &s->work);
    double share = 1.0 / (double)s->plan.n;
    *n_examples += s->m->net.head == HEAD_CRF ? n : s->plan.n;
    if (s->m->net.head == HEAD_CRF)
        return chain_loss(s, items, n, scores, loss);
    if (!s->d->has_weights)
        *loss += rows_loss(s, scores, 0, s->plan.n, share);
    for (size_t i = 0, at = 0; s->d->has_weights && i < n; i++) {
        size_t n_tokens = (size_t)(items[i].last - items[i].first);
        double weight = weight_of(s, &items[i]);
        *loss += weight * rows_loss(s, scores, at, n_tokens, share * weight);
        at += n_tokens;
    }
    return true;
}

/* ---- update ---- */

static struct weights_run run_of(real *at, const struct beside *b, size_t first, size_t n)
{
    return (struct weights_run){.at = at,
                                .first = b->first ? b->first + first : NULL,
                                .second = b->second ? b->second + first : NULL,
                                .history = b->history ? b->history + first : NULL,
                                .n = n};
}

/* Plain descent adds the gradient as it comes; the others take the sums of the touched rows. */
static void update_rows(struct stepper *s, double rate)
{
    for (size_t k = 0; k < s->m->tables.n; k++) {
        const struct row_sums *sums = &s->sums.of[k];
        const struct table *t = &s->m->tables.table[k];
        for (size_t i = 0; i < sums->n; i++) {
            size_t first = (size_t)sums->touched[i] * t->width;
            const real *gradient = sums->sums + i * t->width;
            struct weights_run run = run_of(t->at + first, &s->tables[k], first, t->width);
            if (is_plain_descent(s->o))
                vector_add(run.at, gradient, (real)-rate, t->width);
            else
                optimizer_update(&s->of_rows, &run, gradient);
        }
    }
}

static void update_block(void *context, size_t block, size_t worker)
{
    struct stepper *s = context;
    (void)worker;
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

static void update_dense(struct stepper *s)
{
    workers_run(s->crew, (s->dense.n + UPDATE_BLOCK - 1) / UPDATE_BLOCK, update_block, s);
}

/* Back through the network: into the weights themselves for plain descent, else into the gradient. */
static void back(struct stepper *s, const struct net_input *x, double rate)
{
    oriel_model *m = s->m;
    const real *delta = network_scores(&m->net, &s->work);
    struct net_back to = {.into = &m->params, .scale = (real)-rate, .keep = (real)(1 - rate * s->decay)};
    if (!is_plain_descent(s->o)) {
        memset(s->gradient.block, 0, s->dense.n * sizeof(real));
        to = (struct net_back){.into = &s->gradient, .scale = 1, .keep = 0};
    }
    network_back(&m->net, &m->params, x, &s->work, delta, &to, s->d_rows);
    if (s->o->input_dropout > 0)
        vector_multiply(s->d_rows, s->mask, s->plan.n_rows * m->net.width);
    if (!s->chain)
        return;
    crf_take(s->chain, s->gradient.start, s->gradient.end, s->gradient.trans);
}

/* Rows follow the schedule of the learning rate at a rate of their own. */
static void begin_step(struct stepper *s, double rate)
{
    s->optimizer.step++;
    s->optimizer.rate = rate;
    s->optimizer.average = s->is_averaging ? s->optimizer.average + 1 : -1;
    enum optimizer_kind kind = s->of_rows.kind;
    s->of_rows = s->optimizer;
    s->of_rows.kind = kind;
    s->of_rows.rate = s->o->row_rate > 0 ? rate / s->o->learning_rate * s->o->row_rate : rate;
}

bool stepper_step(struct stepper *s, const struct item *items, size_t n, double rate, double *loss, size_t *n_examples)
{
    oriel_model *m = s->m;
    if (!plan_batch(s, items, n) || !reserve(s))
        return false;
    gather(s);
    struct dropout dropout;
    struct net_input x = {.rows = s->rows,
                          .n_rows = s->plan.n_rows,
                          .slots = s->plan.is_shared ? s->plan.slots : NULL,
                          .n = s->plan.n,
                          .dropout = draw_hidden(s, &dropout)};
    if (!network_forward(&m->net, &m->params, &x, &s->work) || !loss_of(s, items, n, loss, n_examples))
        return false;
    begin_step(s, rate);
    back(s, &x, rate);
    struct left_out out = left_out_of(s);
    if (!tables_scatter(&s->sums, &m->tables, &s->d->types.made_of.ids, s->plan.ids, s->plan.n_rows,
                        s->d->doubt ? &out : NULL, s->d_rows))
        return false;
    if (!is_plain_descent(s->o))
        add_penalty(s);
    if (s->o->clip > 0)
        gradient_clip(s->gradient.block, s->dense.n, &s->sums, &m->tables, s->o->clip);
    update_rows(s, rate);
    if (!is_plain_descent(s->o))
        update_dense(s);
    return true;
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
