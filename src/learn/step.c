#include "learn/step.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "learn/update.h"
#include "net/mask.h"

enum { GATHER_BLOCK = 32 }; /* rows of a batch that one thread fetches at a time */

/* ---- memory ---- */

static bool beside_init(struct beside *b, size_t n, enum optimizer_kind kind, const oriel_train_options *o)
{
    *b = (struct beside){.n = n};
    if (update_is_plain(o))
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
    if (is_done && !update_is_plain(o))
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

/* Of the rows from `first` on. */
static struct left_out left_out_of(const struct stepper *s, size_t first)
{
    return (struct left_out){.channels = s->left_out + first, .unknown = s->d->types.unknown};
}

static void gather_block(void *context, size_t block, size_t worker)
{
    const struct stepper *s = context;
    (void)worker;
    size_t first = block * GATHER_BLOCK;
    size_t n = s->plan.n_rows - first < GATHER_BLOCK ? s->plan.n_rows - first : GATHER_BLOCK;
    size_t width = s->m->net.width;
    struct left_out out = left_out_of(s, first);
    tables_gather(s->rows + first * width, &s->m->tables, &s->d->types.made_of.ids, s->plan.ids + first, n,
                  s->d->doubt ? &out : NULL);
    if (s->o->input_dropout > 0)
        vector_multiply(s->rows + first * width, s->mask + first * width, n * width);
}

/* The batch's rows, with values and numbers dropped: once per distinct token, so that sharing stays possible. */
static void gather(struct stepper *s)
{
    if (s->d->doubt)
        draw_left_out(s);
    if (s->o->input_dropout > 0)
        mask_draw(&s->random, s->mask, s->plan.n_rows * s->m->net.width, s->o->input_dropout);
    workers_run(s->crew, (s->plan.n_rows + GATHER_BLOCK - 1) / GATHER_BLOCK, gather_block, s);
}

static const struct dropout *draw_hidden(struct stepper *s, struct dropout *out)
{
    if (s->o->hidden_dropout <= 0)
        return NULL;
    *out = (struct dropout){.keep = (real)mask_keep(s->o->hidden_dropout)};
    for (size_t l = 0; l < s->m->net.n_hidden; l++) {
        mask_draw(&s->random, s->hidden_mask[l], s->plan.n * s->m->net.hidden[l], s->o->hidden_dropout);
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

/* ---- back ---- */

static void scatter_channel(void *context, size_t channel, size_t worker)
{
    struct stepper *s = context;
    (void)worker;
    struct left_out out = left_out_of(s, 0);
    s->is_scattered[channel] = tables_scatter_channel(&s->sums, &s->m->tables, &s->d->types.made_of.ids, s->plan.ids,
                                                      s->plan.n_rows, s->d->doubt ? &out : NULL, s->d_rows, channel);
}

/* The gradients of rows, summed by tables.  false: no memory. */
static bool scatter(struct stepper *s)
{
    bool is_done = true;
    workers_run(s->crew, s->m->tables.n, scatter_channel, s);
    for (size_t k = 0; k < s->m->tables.n; k++)
        is_done = is_done && s->is_scattered[k];
    return is_done;
}

/* Back through the network: into the weights themselves for plain descent, else into the gradient. */
static void back(struct stepper *s, const struct net_input *x, double rate)
{
    oriel_model *m = s->m;
    const real *delta = network_scores(&m->net, &s->work);
    struct net_back to = {.into = &m->params, .scale = (real)-rate, .keep = (real)(1 - rate * s->decay)};
    if (!update_is_plain(s->o)) {
        params_clear_sums(&s->gradient, &m->net);
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
    if (!scatter(s))
        return false;
    update_weights(s);
    return true;
}
