#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "net/network.h"
#include "support/gen.h"
#include "support/ref.h"

enum { N_IDS = 9, MAX_TOKENS = 60, N_OUTPUTS = 3 };

/* ---- sizes and parameters ---- */

static const struct blueprint documents = {.width = 50, .window = 5, .n_hidden = 1, .hidden = {100}, .n_outputs = 4};

/* 003, Q2d: Dx Dh + Dh K + Dh + K with Dx = 5 * 50, Dh = 100, K = 4. */
static void test_count_is_that_of_document_003(void **state)
{
    (void)state;
    assert_int_equal(network_count(&documents), 25000 + 400 + 100 + 4);
}

static void test_count_of_other_depths(void **state)
{
    (void)state;
    struct blueprint b = documents;
    b.n_hidden = 0;
    assert_int_equal(network_count(&b), 250 * 4 + 4);
    b.n_hidden = 3;
    b.hidden[1] = 10;
    b.hidden[2] = 20;
    assert_int_equal(network_count(&b), 250 * 100 + 100 + 100 * 10 + 10 + 10 * 20 + 20 + 20 * 4 + 4);
}

static void test_layers_fit_each_other(void **state)
{
    (void)state;
    struct blueprint b = documents;
    b.n_hidden = 2;
    b.hidden[1] = 7;
    assert_int_equal(network_in(&b, 0), 250);
    assert_int_equal(network_out(&b, 0), 100);
    assert_int_equal(network_in(&b, 1), 100);
    assert_int_equal(network_out(&b, 1), 7);
    assert_int_equal(network_in(&b, 2), 7);
    assert_int_equal(network_out(&b, 2), 4);
}

/* Every number of the block belongs to exactly one matrix or bias, and is zero at first. */
static void test_parameters_are_one_block(void **state)
{
    (void)state;
    struct blueprint b = {.width = 2, .window = 3, .n_hidden = 2, .hidden = {4, 5}, .n_outputs = 3};
    struct params p;
    assert_true(params_init(&p, &b));
    size_t n = network_count(&b);
    for (size_t i = 0; i < n; i++)
        assert_true(p.block[i] == 0);
    for (size_t l = 0; l <= 2; l++) {
        for (size_t i = 0; i < network_in(&b, l) * network_out(&b, l); i++)
            p.weight[l][i] += 1;
        for (size_t i = 0; i < network_out(&b, l); i++)
            p.bias[l][i] += 1;
    }
    for (size_t i = 0; i < n; i++)
        assert_true(p.block[i] == 1);
    params_clear(&p);
    params_clear(&p);
}

static void test_first_weights_are_within_glorots_bound(void **state)
{
    (void)state;
    struct params p;
    assert_true(params_init(&p, &documents));
    struct random r = random_seeded(test_seed(1));
    p.bias[0][3] = 9;
    params_randomise(&p, &documents, &r);
    static const double bounds[] = {0.1309307341415954, 0.2401922307076307}; /* sqrt(6/350), sqrt(6/104) */
    for (size_t l = 0; l <= 1; l++) {
        double largest = 0;
        double sum = 0;
        size_t n = network_in(&documents, l) * network_out(&documents, l);
        for (size_t i = 0; i < n; i++) {
            largest = fmax(largest, fabs((double)p.weight[l][i]));
            sum += (double)p.weight[l][i];
        }
        assert_true(largest <= bounds[l] + 1e-7);
        assert_true(largest > 0.95 * bounds[l]);
        assert_true(fabs(sum / (double)n) < 0.15 * bounds[l]); /* five deviations of a mean of 400 */
        for (size_t i = 0; i < network_out(&documents, l); i++)
            assert_true(p.bias[l][i] == 0);
    }
    params_clear(&p);
}

static void test_same_seed_same_weights(void **state)
{
    (void)state;
    struct params p[3];
    for (size_t i = 0; i < 3; i++) {
        struct random r = random_seeded(i == 2 ? 8 : 7);
        assert_true(params_init(&p[i], &documents));
        params_randomise(&p[i], &documents, &r);
    }
    size_t n = network_count(&documents) * sizeof(real);
    assert_memory_equal(p[0].block, p[1].block, n);
    assert_memory_not_equal(p[0].block, p[2].block, n);
    for (size_t i = 0; i < 3; i++)
        params_clear(&p[i]);
}

static void test_penalty_sums_weights_of_all_layers_and_no_bias(void **state)
{
    (void)state;
    struct blueprint b = {.width = 1, .window = 1, .n_hidden = 1, .hidden = {2}, .n_outputs = 1};
    struct params p;
    assert_true(params_init(&p, &b));
    static const real block[] = {1, -2, 50, 50, 3, 4, 50}; /* A_1, b_1, U, c */
    memcpy(p.block, block, sizeof block);
    assert_true(network_weight_squares(&b, &p) == 1 + 4 + 9 + 16);
    params_clear(&p);
}

/* ---- forward ---- */

static struct blueprint some_net(size_t n_hidden, enum activation activation)
{
    return (struct blueprint){.width = 6,
                              .window = 5,
                              .n_hidden = n_hidden,
                              .hidden = {17, 8, 11},
                              .n_outputs = N_OUTPUTS,
                              .activation = activation};
}

static void draw_case(struct gen_case *c, const struct blueprint *b, size_t n_tokens, enum gen_form form)
{
    struct random r = random_seeded(test_seed(5) + n_tokens);
    int32_t ids[MAX_TOKENS];
    gen_sentence(&r, ids, n_tokens, N_IDS);
    gen_case_init(c, &r, b, N_IDS, &(struct gen_sentences){ids, &n_tokens, 1}, form);
}

static void check_scores(struct gen_case *c, struct net_work *work)
{
    double expected[MAX_TOKENS * N_OUTPUTS];
    double scores[MAX_TOKENS * N_OUTPUTS];
    struct ref_case by_ids = gen_by_ids(c);
    ref_scores(expected, &by_ids);
    assert_true(network_forward(&c->net, &c->params, &c->input, work));
    assert_true(work->cap_n >= c->n && (!c->plan.is_shared || work->cap_rows >= c->plan.n_rows));
    for (size_t i = 0; i < c->n * N_OUTPUTS; i++)
        scores[i] = (double)network_scores(&c->net, work)[i];
    assert_close(scores, expected, c->n * N_OUTPUTS, 1e-5, 1e-5);
}

/* Scores are compared with one oracle in both forms, so they agree with each other too. */
static void test_scores_are_those_of_the_plain_loops(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 2, 5, 23};
    for (size_t n_hidden = 0; n_hidden <= 3; n_hidden++)
        for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++)
            for (size_t i = 0; i < 4; i++)
                for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
                    struct gen_case c;
                    struct blueprint b = some_net(n_hidden, (enum activation)f);
                    draw_case(&c, &b, lengths[i], (enum gen_form)form);
                    check_scores(&c, &c.work);
                    gen_case_clear(&c);
                }
}

/* x = (1, 2), A_1 = (3 4; -1 1), b_1 = (-10, 0), relu, U = (2 5), c = 1/2: z = (1, 1) and s = 2 + 5 + 1/2. */
static void test_a_score_by_hand(void **state)
{
    (void)state;
    struct blueprint b = {
        .width = 2, .window = 1, .n_hidden = 1, .hidden = {2}, .n_outputs = 1, .activation = ACTIVATION_RELU};
    static const real block[] = {3, 4, -1, 1, -10, 0, 2, 5, (real)0.5};
    static const real x[] = {1, 2, 2, 1}; /* the second: z = (0, -1), s = 1/2 */
    struct params p;
    struct net_work work = {0};
    assert_true(params_init(&p, &b));
    memcpy(p.block, block, sizeof block);
    assert_true(network_forward(&b, &p, &(struct net_input){.rows = x, .n_rows = 2, .n = 2}, &work));
    assert_true(network_scores(&b, &work)[0] == (real)7.5);
    assert_true(network_scores(&b, &work)[1] == (real)0.5);
    net_work_clear(&work);
    params_clear(&p);
}

static void test_shared_and_dense_rows_give_the_same_scores(void **state)
{
    (void)state;
    struct blueprint b = some_net(2, ACTIVATION_TANH);
    double scores[2][MAX_TOKENS * N_OUTPUTS];
    for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
        struct gen_case c;
        draw_case(&c, &b, MAX_TOKENS, (enum gen_form)form);
        assert_true((c.input.slots != NULL) == (form == GEN_SHARED));
        assert_true(network_forward(&b, &c.params, &c.input, &c.work));
        for (size_t i = 0; i < MAX_TOKENS * N_OUTPUTS; i++)
            scores[form][i] = (double)network_scores(&b, &c.work)[i];
        gen_case_clear(&c);
    }
    assert_close(scores[GEN_SHARED], scores[GEN_DENSE], MAX_TOKENS * N_OUTPUTS, 0, 1e-5);
}

static void test_the_same_pass_twice_gives_the_same_bytes(void **state)
{
    (void)state;
    for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
        struct gen_case c;
        struct net_work other = {0};
        struct blueprint b = some_net(2, ACTIVATION_TANH);
        draw_case(&c, &b, 31, (enum gen_form)form);
        assert_true(network_forward(&b, &c.params, &c.input, &c.work));
        assert_true(network_forward(&b, &c.params, &c.input, &other));
        assert_true(network_forward(&b, &c.params, &c.input, &other));
        assert_memory_equal(network_scores(&b, &c.work), network_scores(&b, &other), 31 * N_OUTPUTS * sizeof(real));
        net_work_clear(&other);
        gen_case_clear(&c);
    }
}

/* One workspace for batches that grow, shrink and change their form; nothing of an earlier pass shows. */
static void test_a_workspace_serves_batches_of_any_size(void **state)
{
    (void)state;
    static const size_t lengths[] = {3, 1, 40, 2, 41, 60, 5, 60, 1};
    struct blueprint b = some_net(2, ACTIVATION_SIGMOID);
    struct net_work work = {0};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int form = GEN_SHARED; form <= GEN_DENSE; form++) {
            struct gen_case c;
            draw_case(&c, &b, lengths[i], (enum gen_form)form);
            check_scores(&c, &work);
            gen_case_clear(&c);
        }
    net_work_clear(&work);
    assert_true(work.cap_n == 0 && work.cap_rows == 0);
    net_work_clear(&work);
}

static void test_a_row_that_is_not_a_number_shows_in_its_scores_alone(void **state)
{
    (void)state;
    for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++) {
        struct blueprint b = some_net(2, (enum activation)f);
        b.window = 1;
        struct gen_case c;
        draw_case(&c, &b, 3, GEN_DENSE);
        c.rows[6 + 2] = NAN; /* of the second example */
        assert_true(network_forward(&b, &c.params, &c.input, &c.work));
        for (size_t i = 0; i < 3 * N_OUTPUTS; i++)
            assert_true(!isnan(network_scores(&b, &c.work)[i]) == (i / N_OUTPUTS != 1));
        gen_case_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_count_is_that_of_document_003),
        cmocka_unit_test(test_count_of_other_depths),
        cmocka_unit_test(test_layers_fit_each_other),
        cmocka_unit_test(test_parameters_are_one_block),
        cmocka_unit_test(test_first_weights_are_within_glorots_bound),
        cmocka_unit_test(test_same_seed_same_weights),
        cmocka_unit_test(test_penalty_sums_weights_of_all_layers_and_no_bias),
        cmocka_unit_test(test_scores_are_those_of_the_plain_loops),
        cmocka_unit_test(test_a_score_by_hand),
        cmocka_unit_test(test_shared_and_dense_rows_give_the_same_scores),
        cmocka_unit_test(test_the_same_pass_twice_gives_the_same_bytes),
        cmocka_unit_test(test_a_workspace_serves_batches_of_any_size),
        cmocka_unit_test(test_a_row_that_is_not_a_number_shows_in_its_scores_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
