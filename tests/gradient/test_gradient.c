/*
 * Every gradient against central differences of the cost, which the oracle computes without any of the code under test.
 * Built with double; relative error below 1e-6.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/heads.h"
#include "support/gen.h"
#include "support/ref.h"

static const double STEP = 3e-4;
static const double RELATIVE = 1e-6;
static const double ROUNDING = 2e-11; /* of a difference quotient: a few units in the cost's last place over STEP */
static const double M = 50;           /* examples in the imagined training set */

/* dE/d(everything) by the network. */
struct gradient {
    struct params params; /* penalty included */
    double *d_rows;       /* [R][d] */
    double *d_table;      /* [V][d] */
};

static void *zeros(size_t n)
{
    void *p = calloc(n + 1, sizeof(double));
    assert_non_null(p);
    return p;
}

static void gradient_init(struct gradient *g, struct gen_case *c, double lambda)
{
    size_t n_scores = c->n * c->net.n_outputs;
    double *delta = zeros(n_scores);
    g->d_rows = zeros(c->plan.n_rows * c->net.width);
    g->d_table = zeros(c->n_ids * c->net.width);
    assert_true(params_init(&g->params, &c->net));
    assert_true(network_forward(&c->net, &c->params, &c->input, &c->work));
    double loss = sigmoid_loss(delta, network_scores(&c->net, &c->work), c->gold, NULL, c->n, c->net.n_outputs,
                               1.0 / (double)c->n);
    double cost = loss / (double)c->n + lambda / (2 * M) * network_weight_squares(&c->net, &c->params);
    struct ref_case by_ids = gen_by_ids(c);
    double expected = ref_cost(&by_ids, lambda, M);
    assert_close(&cost, &expected, 1, 1e-13, 0);

    for (size_t l = 0; l <= c->net.n_hidden; l++)
        memcpy(g->params.weight[l], c->params.weight[l],
               network_in(&c->net, l) * network_out(&c->net, l) * sizeof(double));
    struct net_back to = {.into = &g->params, .scale = 1, .keep = lambda / M};
    network_back(&c->net, &c->params, &c->input, &c->work, delta, &to, g->d_rows);
    window_scatter(g->d_table, &c->plan, g->d_rows, 1, c->net.width);
    free(delta);
}

static void gradient_clear(struct gradient *g)
{
    params_clear(&g->params);
    free(g->d_rows);
    free(g->d_table);
}

/* dE/d(*at) by four costs around it; the error falls with STEP⁴. */
static double slope(const struct ref_case *c, double *at, double lambda)
{
    double kept = *at;
    double cost[4];
    static const double steps[] = {-2, -1, 1, 2};
    for (size_t i = 0; i < 4; i++) {
        *at = kept + steps[i] * STEP;
        cost[i] = ref_cost(c, lambda, M);
    }
    *at = kept;
    return (cost[0] - 8 * cost[1] + 8 * cost[2] - cost[3]) / (12 * STEP);
}

static void compare(const struct ref_case *c, double *values, const double *gradient, size_t n, double lambda,
                    const char *what, const char *where)
{
    char name[200];
    snprintf(name, sizeof name, "d%s (%s)", what, where);
    double *slopes = zeros(n);
    for (size_t i = 0; i < n; i++)
        slopes[i] = slope(c, &values[i], lambda);
    test_close(gradient, slopes, n, RELATIVE, ROUNDING, name, "central difference", __FILE__, __LINE__);
    free(slopes);
}

static void check_case(struct gen_case *c, double lambda, const char *where)
{
    static const char *const weights[] = {"A_1", "A_2", "A_3"};
    static const char *const biases[] = {"b_1", "b_2", "b_3"};
    struct gradient g;
    gradient_init(&g, c, lambda);
    struct ref_case by_ids = gen_by_ids(c);
    for (size_t l = 0; l <= c->net.n_hidden; l++) {
        bool is_last = l == c->net.n_hidden;
        size_t n_out = network_out(&c->net, l);
        compare(&by_ids, c->params.weight[l], g.params.weight[l], n_out * network_in(&c->net, l), lambda,
                is_last ? "U" : weights[l], where);
        compare(&by_ids, c->params.bias[l], g.params.bias[l], n_out, lambda, is_last ? "c" : biases[l], where);
    }
    compare(&by_ids, c->table, g.d_table, c->n_ids * c->net.width, lambda, "L", where);
    struct ref_case by_rows = gen_by_rows(c);
    compare(&by_rows, c->rows, g.d_rows, c->plan.n_rows * c->net.width, lambda, "x", where);
    gradient_clear(&g);
}

/* A word twice in a window, twice in a row, a sentence of one word (all the rest of its window is edge), and a word that
 * never comes (id 5). */
static const int32_t one_word[] = {4};
static const int32_t few_words[] = {2, 3, 2, 4};
static const int32_t many_words[] = {2, 3, 2, 2, 3, 4, 2, 4};

static const struct {
    const char *name;
    struct gen_sentences sentences;
} batches[] = {
    {"N = 1", {one_word, (const size_t[]){1}, 1}},
    {"N = 4", {few_words, (const size_t[]){3, 1}, 2}},
    {"N = 8", {many_words, (const size_t[]){7, 1}, 2}},
};

static void check_layers(size_t n_hidden, enum activation activation)
{
    struct blueprint net = {
        .width = 3, .window = 3, .n_hidden = n_hidden, .hidden = {4, 3, 5}, .n_outputs = 3, .activation = activation};
    struct random r = random_seeded(test_seed(1) + 10 * n_hidden + (uint64_t)activation);
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++)
        for (int form = GEN_SHARED; form <= GEN_DENSE; form++)
            for (int penalised = 0; penalised <= 1; penalised++) {
                char where[100];
                snprintf(where, sizeof where, "%zu hidden %s layers, %s, %s%s", n_hidden, activation_name(activation),
                         batches[i].name, form == GEN_SHARED ? "shared" : "dense", penalised ? ", penalty" : "");
                struct gen_case c;
                gen_case_init(&c, &r, &net, 6, &batches[i].sentences, (enum gen_form)form);
                check_case(&c, penalised ? 0.7 : 0, where);
                gen_case_clear(&c);
            }
}

static void test_gradients_without_hidden_layer(void **state)
{
    (void)state;
    check_layers(0, ACTIVATION_TANH);
    check_layers(0, ACTIVATION_SIGMOID);
    check_layers(0, ACTIVATION_RELU);
}

static void test_gradients_with_tanh(void **state)
{
    (void)state;
    for (size_t n_hidden = 1; n_hidden <= 3; n_hidden++)
        check_layers(n_hidden, ACTIVATION_TANH);
}

static void test_gradients_with_sigmoid(void **state)
{
    (void)state;
    for (size_t n_hidden = 1; n_hidden <= 3; n_hidden++)
        check_layers(n_hidden, ACTIVATION_SIGMOID);
}

static void test_gradients_with_relu(void **state)
{
    (void)state;
    for (size_t n_hidden = 1; n_hidden <= 3; n_hidden++)
        check_layers(n_hidden, ACTIVATION_RELU);
}

static void test_gradients_of_random_nets_and_sentences(void **state)
{
    (void)state;
    uint64_t seed = test_seed(1);
    for (uint64_t round = 0; round < 40; round++) {
        struct random r = random_seeded(seed * 1000 + round);
        struct blueprint net = {.width = gen_size(&r, 1, 4),
                                .window = 2 * gen_size(&r, 0, 3) + 1,
                                .n_hidden = gen_size(&r, 0, 3),
                                .hidden = {gen_size(&r, 1, 5), gen_size(&r, 1, 5), gen_size(&r, 1, 5)},
                                .n_outputs = gen_size(&r, 1, 4),
                                .activation = (enum activation)random_below(&r, 3)};
        int32_t ids[12];
        size_t n_tokens[] = {gen_size(&r, 1, 6), gen_size(&r, 1, 6)};
        size_t n_ids = gen_size(&r, 3, 9);
        gen_sentence(&r, ids, n_tokens[0] + n_tokens[1], n_ids);
        struct gen_sentences sentences = {ids, n_tokens, gen_size(&r, 1, 2)};
        enum gen_form form = (enum gen_form)random_below(&r, 2);
        double lambda = random_uniform(&r);
        char where[50];
        snprintf(where, sizeof where, "random net %llu", (unsigned long long)round);
        struct gen_case c;
        gen_case_init(&c, &r, &net, n_ids, &sentences, form);
        check_case(&c, lambda, where);
        gen_case_clear(&c);
    }
}

static void test_only_rows_in_the_window_get_a_gradient(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(1));
    struct blueprint net = {
        .width = 4, .window = 5, .n_hidden = 1, .hidden = {6}, .n_outputs = 2, .activation = ACTIVATION_TANH};
    for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
        static const int32_t ids[] = {7, 3, 7, 11};
        struct gen_case c;
        gen_case_init(&c, &r, &net, 20, &(struct gen_sentences){ids, (const size_t[]){4}, 1}, (enum gen_form)form);
        struct gradient g;
        gradient_init(&g, &c, 0.5);
        for (size_t id = 0; id < 20; id++) {
            bool is_there = id == GEN_BEFORE || id == GEN_AFTER || id == 3 || id == 7 || id == 11;
            for (size_t k = 0; k < net.width; k++)
                assert_true(is_there == (g.d_table[id * net.width + k] != 0));
        }
        gradient_clear(&g);
        gen_case_clear(&c);
    }
}

/* Score 2 x_0 + 3 x_1 + 5 x_2 + 7 x_3 + 11 x_4 of width-1 rows and dE/ds = 1: every number can be read off. */
static void rows_of_linear_net(const int32_t *ids, size_t n_tokens, size_t token, bool is_shared, double *d_table)
{
    struct blueprint net = {.width = 1, .window = 5, .n_outputs = 1};
    struct params p;
    struct window_plan plan;
    struct net_work work = {0};
    double rows[5];
    double d_rows[5];
    static const double table[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    assert_true(params_init(&p, &net));
    assert_true(window_plan_init(&plan, 5, 8));
    memcpy(p.weight[0], (const double[]){2, 3, 5, 7, 11}, 5 * sizeof(double));
    assert_true(window_plan_add(&plan, ids, n_tokens, token, token + 1, GEN_BEFORE, GEN_AFTER));
    if (!is_shared)
        assert_true(window_plan_finish(&plan)); /* one window: rows side by side */
    window_gather(rows, &plan, table, 1);
    struct net_input x = {.rows = rows, .n_rows = plan.n_rows, .slots = is_shared ? plan.slots : NULL, .n = 1};
    assert_true(network_forward(&net, &p, &x, &work));
    double delta = 1;
    network_back(&net, &p, &x, &work, &delta, &(struct net_back){&p, 0, 1}, d_rows);
    memset(d_table, 0, 8 * sizeof *d_table);
    window_scatter(d_table, &plan, d_rows, 1, 1);
    net_work_clear(&work);
    window_plan_clear(&plan);
    params_clear(&p);
}

static void test_a_word_twice_in_a_window_gets_the_sum(void **state)
{
    (void)state;
    static const int32_t ids[] = {4, 5, 4, 6, 4};
    static const double expected[8] = {0, 0, 0, 0, 2 + 5 + 11, 3, 7, 0};
    for (int is_shared = 0; is_shared <= 1; is_shared++) {
        double d_table[8];
        rows_of_linear_net(ids, 5, 2, is_shared, d_table);
        assert_close(d_table, expected, 8, 1e-15, 0);
    }
}

static void test_edge_rows_get_the_gradient_of_every_place_beyond_the_edge(void **state)
{
    (void)state;
    static const int32_t ids[] = {4, 5};
    static const double at_start[8] = {2 + 3, 11, 0, 0, 5, 7, 0, 0}; /* before before 4 5 after */
    static const double at_end[8] = {2, 7 + 11, 0, 0, 3, 5, 0, 0};   /* before 4 5 after after */
    for (int is_shared = 0; is_shared <= 1; is_shared++) {
        double d_table[8];
        rows_of_linear_net(ids, 2, 0, is_shared, d_table);
        assert_close(d_table, at_start, 8, 1e-15, 0);
        rows_of_linear_net(ids, 2, 1, is_shared, d_table);
        assert_close(d_table, at_end, 8, 1e-15, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients_without_hidden_layer),
        cmocka_unit_test(test_gradients_with_tanh),
        cmocka_unit_test(test_gradients_with_sigmoid),
        cmocka_unit_test(test_gradients_with_relu),
        cmocka_unit_test(test_gradients_of_random_nets_and_sentences),
        cmocka_unit_test(test_only_rows_in_the_window_get_a_gradient),
        cmocka_unit_test(test_a_word_twice_in_a_window_gets_the_sum),
        cmocka_unit_test(test_edge_rows_get_the_gradient_of_every_place_beyond_the_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
