/*
 * Laws of the backward pass that need no differences: batches are means, a step in place is a step, the penalty takes off
 * its share, delta is what the chain rule says.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "net/heads.h"
#include "support/gen.h"
#include "support/ref.h"

enum { N_IDS = 7, MAX_SCORES = 64 };

static const int32_t words[] = {2, 3, 2, 2, 5, 4, 2, 4, 6, 4};
static const struct gen_sentences sentences = {words, (const size_t[]){6, 1, 3}, 3};

static void draw_case(struct gen_case *c, size_t n_hidden, enum gen_form form)
{
    struct blueprint net = {.width = 3,
                            .window = 3,
                            .n_hidden = n_hidden,
                            .hidden = {5, 4, 6},
                            .n_outputs = 3,
                            .activation = (enum activation)(n_hidden % 3)};
    struct random r = random_seeded(test_seed(2) + n_hidden);
    gen_case_init(c, &r, &net, N_IDS, &sentences, form);
}

/* into = keep into + scale dE/dθ; d_rows may be NULL. */
static void forward_and_back(struct gen_case *c, const struct net_input *x, const int32_t *gold, struct params *into,
                             double scale, double keep, double *d_rows)
{
    double delta[MAX_SCORES];
    assert_true(x->n * c->net.n_outputs <= MAX_SCORES);
    assert_true(network_forward(&c->net, &c->params, x, &c->work));
    sigmoid_loss(delta, network_scores(&c->net, &c->work), gold, NULL, x->n, c->net.n_outputs, 1.0 / (double)x->n);
    network_back(&c->net, &c->params, x, &c->work, delta, &(struct net_back){into, scale, keep}, d_rows);
}

static void test_batch_gradient_is_the_mean_of_single_gradients(void **state)
{
    (void)state;
    for (size_t n_hidden = 0; n_hidden <= 3; n_hidden++)
        for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
            struct gen_case c;
            struct params batch;
            struct params mean;
            draw_case(&c, n_hidden, (enum gen_form)form);
            assert_true(params_init(&batch, &c.net) && params_init(&mean, &c.net));
            forward_and_back(&c, &c.input, c.gold, &batch, 1, 0, NULL);
            for (size_t i = 0; i < c.n; i++) {
                double x[9];
                for (size_t j = 0; j < 3; j++)
                    memcpy(x + 3 * j, c.table + 3 * c.windows[3 * i + j], 3 * sizeof *x);
                struct net_input single = {.rows = x, .n_rows = 3, .slots = NULL, .n = 1};
                forward_and_back(&c, &single, &c.gold[i], &mean, 1 / (double)c.n, 1, NULL);
            }
            assert_close(batch.block, mean.block, network_count(&c.net), 1e-12, 1e-16);
            params_clear(&batch);
            params_clear(&mean);
            gen_case_clear(&c);
        }
}

static void test_step_in_place_is_gradient_first_then_subtraction(void **state)
{
    (void)state;
    const double eta = 0.3;
    const double lambda_by_m = 0.02;
    for (size_t n_hidden = 0; n_hidden <= 3; n_hidden++)
        for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
            struct gen_case c;
            struct params gradient;
            draw_case(&c, n_hidden, (enum gen_form)form);
            size_t n_rows = c.plan.n_rows * c.net.width;
            double *d_rows = calloc(2 * n_rows, sizeof *d_rows);
            assert_true(d_rows && params_init(&gradient, &c.net));
            forward_and_back(&c, &c.input, c.gold, &gradient, 1, 0, d_rows);
            for (size_t l = 0; l <= n_hidden; l++) {
                for (size_t i = 0; i < network_in(&c.net, l) * network_out(&c.net, l); i++)
                    gradient.weight[l][i] =
                        c.params.weight[l][i] - eta * (gradient.weight[l][i] + lambda_by_m * c.params.weight[l][i]);
                for (size_t i = 0; i < network_out(&c.net, l); i++)
                    gradient.bias[l][i] = c.params.bias[l][i] - eta * gradient.bias[l][i];
            }
            forward_and_back(&c, &c.input, c.gold, &c.params, -eta, 1 - eta * lambda_by_m, d_rows + n_rows);
            assert_close(c.params.block, gradient.block, network_count(&c.net), 1e-13, 1e-15);
            assert_close(d_rows + n_rows, d_rows, n_rows, 1e-13, 1e-16);
            free(d_rows);
            params_clear(&gradient);
            gen_case_clear(&c);
        }
}

static void test_shared_and_dense_rows_give_the_same_gradients(void **state)
{
    (void)state;
    for (size_t n_hidden = 0; n_hidden <= 3; n_hidden++) {
        struct params g[2];
        double tables[2][N_IDS * 3] = {{0}};
        size_t n = 0;
        for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
            struct gen_case c;
            double d_rows[30 * 3];
            draw_case(&c, n_hidden, (enum gen_form)form);
            n = network_count(&c.net);
            assert_true(params_init(&g[form], &c.net));
            forward_and_back(&c, &c.input, c.gold, &g[form], 1, 0, d_rows);
            window_scatter(tables[form], &c.plan, d_rows, 1, 3);
            gen_case_clear(&c);
        }
        assert_close(g[GEN_SHARED].block, g[GEN_DENSE].block, n, 1e-12, 1e-16);
        assert_close(tables[GEN_SHARED], tables[GEN_DENSE], sizeof tables[0] / sizeof(double), 1e-12, 1e-16);
        params_clear(&g[0]);
        params_clear(&g[1]);
    }
}

/* Without an error (delta = 0) a step only shrinks the weights: 000, (8), (9); biases are not penalised. */
static void test_penalty_shrinks_weights_and_leaves_biases(void **state)
{
    (void)state;
    for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
        struct gen_case c;
        struct params before;
        static const double nothing[MAX_SCORES];
        draw_case(&c, 2, (enum gen_form)form);
        size_t n = network_count(&c.net);
        assert_true(params_init(&before, &c.net));
        memcpy(before.block, c.params.block, n * sizeof(double));
        assert_true(network_forward(&c.net, &c.params, &c.input, &c.work));
        network_back(&c.net, &c.params, &c.input, &c.work, nothing, &(struct net_back){&c.params, -0.1, 0.75}, NULL);
        for (size_t l = 0; l <= 2; l++) {
            size_t n_weights = network_in(&c.net, l) * network_out(&c.net, l);
            for (size_t i = 0; i < n_weights; i++)
                before.weight[l][i] *= 0.75;
            assert_close(c.params.weight[l], before.weight[l], n_weights, 1e-15, 0);
            assert_close(c.params.bias[l], before.bias[l], network_out(&c.net, l), 0, 0);
        }
        params_clear(&before);
        gen_case_clear(&c);
    }
}

/* 001, (17): the bias gradient is the product of a row of ones with the deltas. */
static void test_bias_gradient_is_a_product_with_ones(void **state)
{
    (void)state;
    struct gen_case c;
    struct params g;
    double ones[MAX_SCORES];
    double delta[MAX_SCORES];
    double product[3];
    draw_case(&c, 1, GEN_DENSE);
    assert_true(params_init(&g, &c.net));
    assert_true(network_forward(&c.net, &c.params, &c.input, &c.work));
    sigmoid_loss(delta, network_scores(&c.net, &c.work), c.gold, NULL, c.n, 3, 1.0 / (double)c.n);
    network_back(&c.net, &c.params, &c.input, &c.work, delta, &(struct net_back){&g, 1, 0}, NULL);
    for (size_t i = 0; i < c.n; i++)
        ones[i] = 1;
    product_nn(matrix_of(product, 1, 3), matrix_of(ones, 1, c.n), matrix_of(delta, c.n, 3), 1, 0);
    assert_close(g.bias[1], product, 3, 1e-14, 1e-16);
    params_clear(&g);
    gen_case_clear(&c);
}

/* 000, (12); 002, (10); 004, 3.1: dloss/dp g'(s) is p - y. */
static void test_general_delta_is_p_minus_y(void **state)
{
    (void)state;
    for (int i = -60; i <= 60; i++)
        for (int y = 0; y <= 1; y++) {
            double s = i / 10.0;
            double p = 1 / (1 + exp(-s));
            double by_chain = (-y / p + (1 - y) / (1 - p)) * ref_slope(ACTIVATION_SIGMOID, s);
            double delta;
            int32_t gold = y ? 0 : -1;
            double loss = sigmoid_loss(&delta, &s, &gold, NULL, 1, 1, 1);
            double expected_loss = ref_sigmoid_loss(s, y);
            double difference = p - y;
            assert_close(&delta, &by_chain, 1, 1e-11, 0);
            assert_close(&delta, &difference, 1, 1e-11, 0);
            assert_close(&loss, &expected_loss, 1, 1e-11, 0);
        }
}

/* 000, (5), (6); 001, (23): slopes told from h alone are those told from z. */
static void test_slopes_from_outputs_are_slopes_from_inputs(void **state)
{
    (void)state;
    for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++)
        for (int i = -50; i <= 50; i++) {
            double z = i / 10.0 + 0.05;
            double h = ref_activation((enum activation)f, z);
            double slope = 3;
            double expected = 3 * ref_slope((enum activation)f, z);
            activate_back((enum activation)f, &slope, &h, 1);
            assert_close(&slope, &expected, 1, 1e-11, 0);
        }
    double at_corner = 3;
    activate_back(ACTIVATION_RELU, &at_corner, &(double){0}, 1);
    assert_true(at_corner == 0); /* 001, (23): 0 at s = 0 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batch_gradient_is_the_mean_of_single_gradients),
        cmocka_unit_test(test_step_in_place_is_gradient_first_then_subtraction),
        cmocka_unit_test(test_shared_and_dense_rows_give_the_same_gradients),
        cmocka_unit_test(test_penalty_shrinks_weights_and_leaves_biases),
        cmocka_unit_test(test_bias_gradient_is_a_product_with_ones),
        cmocka_unit_test(test_general_delta_is_p_minus_y),
        cmocka_unit_test(test_slopes_from_outputs_are_slopes_from_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
