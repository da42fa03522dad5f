#include "support/gen.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double CORNER = 0.01; /* a derivative's step moves no z of a relu net as far as this */

static void *allocate(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);
    if (!p)
        abort();
    return p;
}

void gen_reals(struct random *r, real *out, size_t n, double low, double high)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (real)(low + (high - low) * random_uniform(r));
}

size_t gen_size(struct random *r, size_t low, size_t high)
{
    return low + (size_t)random_below(r, high - low + 1);
}

void gen_sentence(struct random *r, int32_t *ids, size_t n_tokens, size_t n_ids)
{
    for (size_t i = 0; i < n_tokens; i++)
        if (i > 0 && random_below(r, 3) == 0)
            ids[i] = ids[i - gen_size(r, 1, i < 3 ? i : 3)];
        else
            ids[i] = (int32_t)gen_size(r, GEN_FIRST_WORD, n_ids - 1);
}

static void add_sentences(struct gen_case *c, const struct gen_sentences *s)
{
    const int32_t *ids = s->ids;
    for (size_t i = 0; i < s->n; i++) {
        ref_windows(c->windows + c->n * c->net.window, ids, s->n_tokens[i], 0, s->n_tokens[i], c->net.window,
                    GEN_BEFORE, GEN_AFTER);
        if (!window_plan_add(&c->plan, ids, s->n_tokens[i], 0, s->n_tokens[i], GEN_BEFORE, GEN_AFTER))
            abort();
        c->n += s->n_tokens[i];
        ids += s->n_tokens[i];
    }
}

/* What window_plan_finish makes of a plan for which sharing does not pay. */
static void lay_out(struct gen_case *c)
{
    size_t n_rows = c->n * c->net.window;
    int32_t *ids = mem_grow(c->plan.ids, &c->plan.cap_rows, n_rows, sizeof *ids);
    if (!ids)
        abort();
    for (size_t r = 0; r < c->plan.n_rows; r++)
        c->plan.slot_of[ids[r]] = -1;
    for (size_t i = 0; i < n_rows; i++) {
        ids[i] = c->windows[i];
        c->plan.slots[i] = (int32_t)i;
    }
    c->plan.ids = ids;
    c->plan.n_rows = n_rows;
    c->plan.is_shared = false;
}

/* The plan's own choice where it is what is wanted, else the same plan brought into the other form: an unfinished one is
 * shared. */
static void choose_form(struct gen_case *c, enum gen_form form)
{
    bool is_shared = c->plan.n_rows < c->n;
    c->plan.is_shared = true;
    if (is_shared == (form == GEN_SHARED)) {
        if (!window_plan_finish(&c->plan))
            abort();
    } else if (form == GEN_DENSE) {
        lay_out(c);
    }
}

static size_t count_tokens(const struct gen_sentences *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->n_tokens[i];
    return n;
}

static void draw_numbers(struct gen_case *c, struct random *r)
{
    gen_reals(r, c->params.block, network_count(&c->net), -0.9, 0.9);
    gen_reals(r, c->table, c->n_ids * c->net.width, -0.9, 0.9);
}

static double corner(const struct gen_case *c)
{
    double *scores = allocate(c->n * c->net.n_outputs, sizeof *scores);
    struct ref_case by_ids = gen_by_ids(c);
    double nearest = ref_scores(scores, &by_ids);
    free(scores);
    return nearest;
}

void gen_case_init(struct gen_case *c, struct random *r, const struct blueprint *net, size_t n_ids,
                   const struct gen_sentences *s, enum gen_form form)
{
    size_t n = count_tokens(s);
    *c = (struct gen_case){.net = *net, .n_ids = n_ids};
    c->table = allocate(n_ids * net->width, sizeof *c->table);
    c->windows = allocate(n * net->window, sizeof *c->windows);
    c->gold = allocate(n, sizeof *c->gold);
    c->rows = allocate(n * net->window * net->width, sizeof *c->rows);
    if (!params_init(&c->params, net) || !window_plan_init(&c->plan, net->window, n_ids))
        abort();
    add_sentences(c, s);
    choose_form(c, form);
    for (size_t i = 0; i < n; i++)
        c->gold[i] = (int32_t)gen_size(r, 0, net->n_outputs) - 1;
    do
        draw_numbers(c, r);
    while (net->activation == ACTIVATION_RELU && corner(c) < CORNER);
    gen_case_gather(c);
}

void gen_case_gather(struct gen_case *c)
{
    window_gather(c->rows, &c->plan, c->table, c->net.width);
    c->input = (struct net_input){
        .rows = c->rows, .n_rows = c->plan.n_rows, .slots = c->plan.is_shared ? c->plan.slots : NULL, .n = c->plan.n};
}

void gen_case_clear(struct gen_case *c)
{
    params_clear(&c->params);
    window_plan_clear(&c->plan);
    net_work_clear(&c->work);
    free(c->table);
    free(c->windows);
    free(c->gold);
    free(c->rows);
}

struct ref_case gen_by_ids(const struct gen_case *c)
{
    return (struct ref_case){
        .net = &c->net, .params = &c->params, .table = c->table, .windows = c->windows, .gold = c->gold, .n = c->n};
}

struct ref_case gen_by_rows(const struct gen_case *c)
{
    struct ref_case by_rows = gen_by_ids(c);
    by_rows.table = c->rows;
    by_rows.windows = c->plan.slots;
    return by_rows;
}
