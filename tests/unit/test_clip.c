/*
 * The bound on a step's gradient: its norm is that of all weights that the step touches, and only its length changes.
 */
#include "support/test.h"

#include <math.h>

#include "base/random.h"
#include "model/model.h"
#include "net/clip.h"
#include "support/tiny_corpus.h"

/* 3 dense weights, a row of one table and two of another: squares 1 + 4 + 4, 16, 144 + 36. */
struct example {
    real dense[3], first[1], second[4];
    struct table_sums sums;
    struct tables tables;
};

static void make(struct example *e)
{
    *e = (struct example){.dense = {1, -2, 2}, .first = {4}, .second = {12, 0, 0, -6}};
    e->tables = (struct tables){.table = {{.width = 1}, {.width = 2}}, .n = 2};
    e->sums.of[0] = (struct row_sums){.sums = e->first, .n = 1};
    e->sums.of[1] = (struct row_sums){.sums = e->second, .n = 2};
}

static void test_the_norm_is_of_dense_weights_and_touched_rows(void **state)
{
    (void)state;
    struct example e;
    make(&e);
    double norm = gradient_norm(e.dense, 3, &e.sums, &e.tables);
    const double expected = sqrt(9 + 16 + 180);
    assert_close(&norm, &expected, 1, 1e-15, 0);
    e.sums.of[1].n = 1; /* the last row is not touched */
    e.second[0] = 0;
    norm = gradient_norm(e.dense, 3, &e.sums, &e.tables);
    assert_true(norm == 5);
}

/* Any number of weights, against one sum after the other. */
static void test_the_norm_is_that_of_a_plain_loop(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(5));
    static real x[100];
    struct tables none = {0};
    struct table_sums no_sums = {0};
    for (size_t n = 0; n <= 100; n++) {
        double squares = 0;
        for (size_t i = 0; i < n; i++) {
            x[i] = (real)(random_uniform(&r) - 0.5);
            squares += (double)x[i] * (double)x[i];
        }
        double found = gradient_norm(x, n, &no_sums, &none);
        double expected = sqrt(squares);
        assert_close(&found, &expected, 1, 1e-14, 0);
    }
}

static void test_a_long_gradient_is_shortened_and_a_short_one_is_not(void **state)
{
    (void)state;
    struct example e;
    make(&e);
    double norm = gradient_norm(e.dense, 3, &e.sums, &e.tables);
    gradient_clip(e.dense, 3, &e.sums, &e.tables, norm);
    assert_true(e.dense[1] == -2 && e.first[0] == 4 && e.second[3] == -6);
    gradient_clip(e.dense, 3, &e.sums, &e.tables, norm / 4);
    const double expected[] = {0.25, -0.5, 0.5, 1, 3, 0, 0, -1.5};
    const double found[] = {(double)e.dense[0],  (double)e.dense[1],  (double)e.dense[2],  (double)e.first[0],
                            (double)e.second[0], (double)e.second[1], (double)e.second[2], (double)e.second[3]};
    assert_close(found, expected, 8, 1e-6, 0);
}

static void test_a_gradient_that_is_not_finite_is_left_to_be_found(void **state)
{
    (void)state;
    struct example e;
    make(&e);
    e.first[0] = (real)INFINITY;
    gradient_clip(e.dense, 3, &e.sums, &e.tables, 1);
    assert_true(e.dense[1] == -2 && isinf(e.first[0]) && e.second[3] == -6);
}

/* ---- in training ---- */

/* The square of the distance between all weights of two models. */
static double distance(const oriel_model *a, const oriel_model *b)
{
    double squares = 0;
    for (size_t i = 0; i < network_count(&a->net); i++)
        squares += pow((double)a->params.block[i] - (double)b->params.block[i], 2);
    for (size_t k = 0; k < a->tables.n; k++)
        for (size_t i = 0; i < a->tables.table[k].rows * a->tables.table[k].width; i++)
            squares += pow((double)a->tables.table[k].at[i] - (double)b->tables.table[k].at[i], 2);
    return sqrt(squares);
}

/* One step of plain descent at rate 0.5 takes the weights 0.5 times the norm of the gradient away. */
static void assert_step_length(const char *what, oriel_train_options o)
{
    o.optimizer = ORIEL_SGD;
    o.row_optimizer = ORIEL_SGD;
    o.row_rate = 0;
    o.case_copies = o.swap_names = o.input_dropout = o.hidden_dropout = o.word_dropout = o.feature_dropout = 0;
    o.average = false;
    o.batch = 1000;
    o.epochs = 1;
    o.learning_rate = 1e-9;
    oriel_model *first = tiny_trained(&o);
    o.learning_rate = 0.5;
    oriel_model *whole = tiny_trained(&o);
    double norm = distance(whole, first) / 0.5;
    assert_true(norm > 0.02); /* else this shows nothing */
    for (double clip = 0.01; clip < 100; clip *= 10) {
        o.clip = clip;
        oriel_model *m = tiny_trained(&o);
        double found = distance(m, first) / 0.5;
        double expected = clip < norm ? clip : norm;
        if (fabs(found - expected) > 1e-3 * expected)
            fail_msg("%s, clip %g: expected a step of %g, found %g", what, clip, expected, found);
        oriel_model_free(m);
    }
    oriel_model_free(first);
    oriel_model_free(whole);
}

static void test_a_step_is_no_longer_than_the_rate_allows(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    assert_step_length("classic", o);
    oriel_train_options_default(&o, ORIEL_STANDARD);
    o.size = ORIEL_SIZE_LARGE;
    o.train = &train;
    o.n_train = 1;
    o.dev = train;
    assert_step_length("standard", o);
    o.head = ORIEL_HEAD_SOFTMAX;
    assert_step_length("softmax", o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_norm_is_of_dense_weights_and_touched_rows),
        cmocka_unit_test(test_the_norm_is_that_of_a_plain_loop),
        cmocka_unit_test(test_a_long_gradient_is_shortened_and_a_short_one_is_not),
        cmocka_unit_test(test_a_gradient_that_is_not_finite_is_left_to_be_found),
        cmocka_unit_test(test_a_step_is_no_longer_than_the_rate_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
