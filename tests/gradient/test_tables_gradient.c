/*
 * The whole way of a training step, in every combination: tokens of several channels, one with several rows to a token, words
 * taken as unknown, numbers dropped at the input and in the hidden layers, every head, sentences that weigh differently
 * and gold that is known in part.  Every gradient against central differences of the cost by its definition.  Built with
 * double; relative error below 1e-6.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>

#include "support/gen.h"
#include "support/ref_way.h"
#include "support/scatter.h"

enum { TOKENS = 6, N = 8, SENTENCES = 3, Y = 3, N_SETS = 2, MAX_HIDDEN = 3, K = 3, MAX_NUMBERS = 250 };
enum {
    WORDS = 6,
    SHAPES = 3,
    GRAMS = 5,
    WORD_WIDTH = 2,
    SHAPE_WIDTH = 1,
    GRAM_WIDTH = 2,
    D = 5,
    W = 3,
    WIDEST = W * D
};

static const double STEP = 3e-4;
static const double RELATIVE = 1e-6;
static const double ROUNDING = 3e-11; /* of a difference quotient: a few units in the cost's last place over STEP */
static const double CORNER = 0.01;    /* no step moves a unit as far as this from relu's corner */
static const double DECAY = 0.02;     /* lambda/M */

/* ---- what does not change: sentences, tokens, gold ---- */

static const int32_t sentence_tokens[N] = {2, 3, 2, 4, 5, 4, 2, 3};
static const size_t lengths[SENTENCES] = {4, 1, 3};
static const double weights[SENTENCES] = {0.5, 2, 1.25};
static const struct gen_sentences sentences = {sentence_tokens, lengths, SENTENCES};

/* Tokens 0 and 1 are the edges.  Token 3 has the same n-gram twice, 4 and 5 share their shape. */
static int32_t token_parts[] = {0, 0, 0, 1, 0, 0, 2, 1, 1, 2, 3, 1, 4, 4, 2, 4, 2, 1, 5, 2, 3, 4, 2, 1};
static size_t token_starts[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 15, 16, 17, 18, 19, 20, 24};
static const struct token_ids tokens_of = {token_parts, token_starts, TOKENS};
static const int32_t unknown_word[TOKENS] = {0, 0, 0, 1, 0, 1};

static const bool SETS[N_SETS][Y] = {{true, false, true}, {false, true, true}};
static const int32_t GOLD[N] = {0, Y, 2, -1, 1, Y + 1, 2, 0}; /* -1: none (sigmoid), any (crf); softmax: unknown */

enum drops { DROPS_NOTHING, DROPS_INPUT, DROPS_HIDDEN, DROPS_ALL, N_DROPS };

struct way {
    struct gen_case net; /* its blueprint, weights and plan; the rows are made of tables */
    enum head head;
    enum drops drops;
    real words[WORDS * WORD_WIDTH], shapes[SHAPES * SHAPE_WIDTH], grams[GRAMS * GRAM_WIDTH];
    struct tables tables;
    uint32_t left_out[N * W]; /* [R] */
    real mask[N * W * D];     /* [R][D] */
    real rows[N * W * D];     /* [R][D] */
    real targets[N * Y];      /* of squared errors */
    int32_t gold[N];
    real masks[MAX_HIDDEN][N * WIDEST];
    struct dropout dropout;
    struct crf chain;
    struct ref_way by_definition;
};

static bool drops_input(const struct way *w)
{
    return w->drops == DROPS_INPUT || w->drops == DROPS_ALL;
}

static bool drops_hidden(const struct way *w)
{
    return w->drops == DROPS_HIDDEN || w->drops == DROPS_ALL;
}

/* ---- cases ---- */

/* Some are kept and others dropped. */
static void draw_mask(struct random *r, real *mask, size_t n, double keep)
{
    for (size_t i = 0; i < n; i++)
        mask[i] = random_uniform(r) < keep ? 1 / keep : 0;
}

static void draw_numbers(struct way *w, struct random *r)
{
    gen_reals(r, w->net.params.block, network_count(&w->net.net), -0.9, 0.9);
    gen_reals(r, w->words, WORDS * WORD_WIDTH, -0.9, 0.9);
    gen_reals(r, w->shapes, SHAPES * SHAPE_WIDTH, -0.9, 0.9);
    gen_reals(r, w->grams, GRAMS * GRAM_WIDTH, -0.9, 0.9);
    draw_mask(r, w->mask, w->net.plan.n_rows * D, 0.625);
    w->dropout.keep = 0.75;
    for (size_t l = 0; l < w->net.net.n_hidden; l++) {
        draw_mask(r, w->masks[l], N * w->net.net.hidden[l], w->dropout.keep);
        w->dropout.masks[l] = w->masks[l];
    }
}

/* The case as the oracle sees it. */
static void define(struct way *w)
{
    const struct params *p = &w->net.params;
    w->chain = (struct crf){.n = Y, .start = p->start, .end = p->end, .trans = p->trans};
    w->by_definition = (struct ref_way){.net = &w->net.net,
                                        .params = p,
                                        .chain = &w->chain,
                                        .tables = &w->tables,
                                        .ids = &tokens_of,
                                        .tokens = w->net.plan.ids,
                                        .slots = w->net.plan.slots,
                                        .left_out = w->left_out,
                                        .unknown = unknown_word,
                                        .mask = drops_input(w) ? w->mask : NULL,
                                        .gold = w->gold,
                                        .sets = SETS[0],
                                        .targets = w->targets,
                                        .lengths = lengths,
                                        .weights = weights,
                                        .n_sentences = SENTENCES,
                                        .mean_over = N,
                                        .decay = DECAY};
    for (size_t l = 0; drops_hidden(w) && l < w->net.net.n_hidden; l++)
        w->by_definition.hidden_masks[l] = w->masks[l];
}

static void way_init(struct way *w, struct random *r, const struct blueprint *net, enum gen_form form, enum drops drops)
{
    double corner;
    *w = (struct way){.head = net->head, .drops = drops};
    gen_case_init(&w->net, r, net, TOKENS, &sentences, form);
    w->tables = (struct tables){
        .table = {{w->words, WORDS, WORD_WIDTH}, {w->shapes, SHAPES, SHAPE_WIDTH}, {w->grams, GRAMS, GRAM_WIDTH}},
        .n = K,
        .width = D};
    for (size_t i = 0; i < w->net.plan.n_rows; i++)
        for (size_t k = 0; k < K; k++)
            w->left_out[i] |= (uint32_t)(w->net.plan.ids[i] > 1 && random_below(r, 3) == 0) << k;
    for (size_t i = 0; i < N; i++)
        w->gold[i] = GOLD[i] < 0 && net->head == HEAD_SOFTMAX ? GOLD_UNKNOWN : GOLD[i];
    if (net->head == HEAD_SIGMOID)
        w->gold[N - 1] = GOLD_UNKNOWN;
    gen_reals(r, w->targets, N * Y, -1, 1);
    define(w);
    do {
        draw_numbers(w, r);
        ref_way_cost(&w->by_definition, &corner);
    } while (net->activation == ACTIVATION_RELU && corner < CORNER);
}

/* ---- the step's gradient ---- */

struct gradient {
    struct params params;
    struct table_sums tables;
};

/* delta of some examples, each loss times scale; returns the sum of the losses. */
static double delta_of(const struct way *w, struct crf_work *chain, real *delta, size_t first, size_t n, double scale)
{
    real *at = delta + first * Y;
    if (w->head == HEAD_SIGMOID)
        return sigmoid_loss(at, at, w->gold + first, SETS[0], n, Y, scale);
    if (w->head == HEAD_SOFTMAX)
        return softmax_loss(at, at, w->gold + first, SETS[0], n, Y, scale);
    if (w->head == HEAD_CRF) {
        bool ok;
        return crf_loss(chain, at, at, n, &(struct crf_gold){w->gold + first, SETS[0]}, scale, &ok);
    }
    real p[N * Y];
    real d_p[N * Y];
    head_outputs(w->head, p, at, n, Y);
    double loss = head_loss(w->head, d_p, p, w->targets + first * Y, n, Y);
    head_back(w->head, at, p, d_p, n, Y);
    for (size_t i = 0; i < n * Y; i++)
        at[i] *= scale;
    return loss;
}

static double all_deltas(const struct way *w, real *delta, struct params *gradient)
{
    struct crf_work *work = w->head == HEAD_CRF ? crf_work_new(Y) : NULL;
    double cost = 0;
    size_t at = 0;
    if (work)
        crf_prepare(work, &w->chain);
    for (size_t i = 0; i < SENTENCES; i++) {
        cost += weights[i] / N * delta_of(w, work, delta, at, lengths[i], weights[i] / N);
        at += lengths[i];
    }
    if (work)
        crf_take(work, gradient->start, gradient->end, gradient->trans);
    crf_work_free(work);
    return cost;
}

/* Forward and back as training does it; returns the cost. */
static double run(struct way *w, struct gradient *g)
{
    struct blueprint *net = &w->net.net;
    size_t n_numbers = w->net.plan.n_rows * D;
    real d_rows[N * W * D];
    struct left_out out = {.channels = w->left_out, .unknown = unknown_word};
    tables_gather(w->rows, &w->tables, &tokens_of, w->net.plan.ids, w->net.plan.n_rows, &out);
    if (drops_input(w))
        vector_multiply(w->rows, w->mask, n_numbers);
    struct net_input x = w->net.input;
    x.rows = w->rows;
    x.dropout = drops_hidden(w) ? &w->dropout : NULL;
    assert_true(network_forward(net, &w->net.params, &x, &w->net.work));
    real *delta = network_scores(net, &w->net.work);
    double cost = all_deltas(w, delta, &g->params);
    cost += DECAY / 2 * network_weight_squares(net, &w->net.params);
    for (size_t l = 0; l <= net->n_hidden; l++)
        memcpy(g->params.weight[l], w->net.params.weight[l], network_in(net, l) * network_out(net, l) * sizeof(real));
    network_back(net, &w->net.params, &x, &w->net.work, delta, &(struct net_back){&g->params, 1, DECAY}, d_rows);
    if (drops_input(w))
        vector_multiply(d_rows, w->mask, n_numbers);
    assert_true(tables_scatter(&g->tables, &w->tables, &tokens_of, w->net.plan.ids, w->net.plan.n_rows, &out, d_rows));
    return cost;
}

/* ---- comparing ---- */

static void compare(const struct way *w, real *values, const real *gradient, size_t n, const char *what,
                    const char *where)
{
    char name[200];
    double slopes[MAX_NUMBERS];
    assert_true(n <= MAX_NUMBERS);
    snprintf(name, sizeof name, "d%s (%s)", what, where);
    for (size_t i = 0; i < n; i++)
        slopes[i] = ref_way_slope(&w->by_definition, &values[i], STEP);
    test_close(gradient, slopes, n, RELATIVE, ROUNDING, name, "central difference", __FILE__, __LINE__);
}

static void compare_table(const struct way *w, const struct gradient *g, size_t k, const char *where)
{
    static const char *const names[K] = {"words", "shapes", "n-grams"};
    const struct table *t = &w->tables.table[k];
    real whole[MAX_NUMBERS] = {0};
    for (size_t i = 0; i < g->tables.of[k].n; i++)
        memcpy(whole + (size_t)g->tables.of[k].touched[i] * t->width, g->tables.of[k].sums + i * t->width,
               t->width * sizeof *whole);
    compare(w, t->at, whole, t->rows * t->width, names[k], where);
}

static void check_way(struct random *r, const struct blueprint *net, enum gen_form form, enum drops drops)
{
    static const char *const dropped[N_DROPS] = {"nothing", "input", "hidden", "input and hidden"};
    struct way w;
    struct gradient g;
    char where[120];
    double corner;
    snprintf(where, sizeof where, "%s, %zu hidden %s layers, %s, %s dropped", head_name(net->head), net->n_hidden,
             activation_name(net->activation), form == GEN_SHARED ? "shared" : "dense", dropped[drops]);
    way_init(&w, r, net, form, drops);
    assert_true(params_init(&g.params, net) && table_sums_init(&g.tables, &w.tables));
    double cost = run(&w, &g);
    double expected = ref_way_cost(&w.by_definition, &corner);
    assert_close(&cost, &expected, 1, 1e-12, 0);
    compare(&w, w.net.params.block, g.params.block, network_count(net), "weights", where);
    for (size_t k = 0; k < K; k++)
        compare_table(&w, &g, k, where);
    params_clear(&g.params);
    table_sums_clear(&g.tables);
    gen_case_clear(&w.net);
}

static void check_head(enum head head)
{
    struct random r = random_seeded(test_seed(7) * 10 + (uint64_t)head);
    struct blueprint net = {.width = D, .window = W, .hidden = {4, 3, 4}, .n_outputs = Y, .head = head};
    for (net.n_hidden = 0; net.n_hidden <= MAX_HIDDEN; net.n_hidden++)
        for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++)
            for (int drops = DROPS_NOTHING; drops < N_DROPS; drops++)
                for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
                    net.activation = (enum activation)f;
                    check_way(&r, &net, (enum gen_form)form, (enum drops)drops);
                }
}

static void test_the_whole_way_under_the_sigmoid(void **state)
{
    (void)state;
    check_head(HEAD_SIGMOID);
}

static void test_the_whole_way_under_the_softmax(void **state)
{
    (void)state;
    check_head(HEAD_SOFTMAX);
}

static void test_the_whole_way_under_the_crf(void **state)
{
    (void)state;
    check_head(HEAD_CRF);
}

static void test_the_whole_way_under_squared_errors(void **state)
{
    (void)state;
    check_head(HEAD_SQUARED_IDENTITY);
    check_head(HEAD_SQUARED_SIGMOID);
    check_head(HEAD_SQUARED_TANH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_whole_way_under_the_sigmoid),
        cmocka_unit_test(test_the_whole_way_under_the_softmax),
        cmocka_unit_test(test_the_whole_way_under_the_crf),
        cmocka_unit_test(test_the_whole_way_under_squared_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
