#include "support/test.h"

#include <math.h>

#include "base/random.h"
#include "net/heads.h"
#include "support/gen.h"
#include "support/ref.h"

enum { N = 7, Y = 3 };

/* Loss and delta of one example with one output. */
static double loss_of(real score, bool is_gold, real *delta)
{
    int32_t gold = is_gold ? 0 : -1;
    return sigmoid_loss(delta, &score, &gold, NULL, 1, 1, 1);
}

static void test_undecided_score_costs_log_two(void **state)
{
    (void)state;
    real delta;
    assert_true(fabs(loss_of(0, true, &delta) - 0.6931471805599453) < 1e-15);
    assert_true(delta == (real)-0.5);
    assert_true(fabs(loss_of(0, false, &delta) - 0.6931471805599453) < 1e-15);
    assert_true(delta == (real)0.5);
}

static void test_loss_is_the_documents_cross_entropy(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(1));
    static const int32_t gold[N] = {0, -1, 2, 1, -1, 2, 2};
    real scores[N * Y];
    real delta[N * Y];
    gen_reals(&r, scores, N * Y, -8, 8);
    double loss = sigmoid_loss(delta, scores, gold, NULL, N, Y, 1.0 / N);
    double expected = 0;
    for (size_t i = 0; i < N * Y; i++) {
        double y = gold[i / Y] == (int32_t)(i % Y);
        double s = (double)scores[i];
        expected += ref_sigmoid_loss(s, y);
        assert_true(fabs((double)delta[i] - (1 / (1 + exp(-s)) - y) / N) < 1e-7);
    }
    assert_close(&loss, &expected, 1, 1e-12, 0);
}

static void test_delta_may_lie_where_the_scores_are(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(2));
    static const int32_t gold[N] = {0, 1, 2, -1, 0, 1, 2};
    real scores[N * Y];
    real delta[N * Y];
    gen_reals(&r, scores, N * Y, -5, 5);
    double apart = sigmoid_loss(delta, scores, gold, NULL, N, Y, 1.0 / N);
    double in_place = sigmoid_loss(scores, scores, gold, NULL, N, Y, 1.0 / N);
    assert_true(apart == in_place);
    assert_memory_equal(scores, delta, sizeof delta);
}

static void test_loss_is_finite_for_huge_scores(void **state)
{
    (void)state;
    real delta;
    assert_true(loss_of(1000, false, &delta) == 1000);
    assert_true(delta == 1);
    assert_true(loss_of(-1000, true, &delta) == 1000);
    assert_true(delta == -1);
    assert_true(loss_of(1000, true, &delta) == 0);
    assert_true(delta == 0);
    assert_true(loss_of(-1000, false, &delta) == 0);
    assert_true(delta == 0);
    assert_true(isfinite(loss_of((real)3e38, false, &delta)));
    assert_true(isfinite(loss_of((real)-3e38, true, &delta)));
}

static void test_loss_is_not_finite_for_what_is_not_a_number(void **state)
{
    (void)state;
    real delta;
    assert_true(isnan(loss_of(NAN, true, &delta)));
    assert_true(isnan(loss_of(NAN, false, &delta)));
}

static void test_best_output_is_the_first_of_the_largest(void **state)
{
    (void)state;
    static const real scores[] = {-3, 5, 5, 4};
    assert_int_equal(best_output(scores, 4), 1);
    assert_int_equal(best_output(scores, 1), 0);
    assert_int_equal(best_output(scores + 3, 1), 0);
    static const real ascending[] = {-9, -8, -7};
    assert_int_equal(best_output(ascending, 3), 2);
}

static void test_the_head_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(head_name(HEAD_SIGMOID), "sigmoid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_undecided_score_costs_log_two),
        cmocka_unit_test(test_loss_is_the_documents_cross_entropy),
        cmocka_unit_test(test_delta_may_lie_where_the_scores_are),
        cmocka_unit_test(test_loss_is_finite_for_huge_scores),
        cmocka_unit_test(test_loss_is_not_finite_for_what_is_not_a_number),
        cmocka_unit_test(test_best_output_is_the_first_of_the_largest),
        cmocka_unit_test(test_the_head_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
