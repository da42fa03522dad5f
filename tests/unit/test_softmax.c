#include "support/test.h"

#include <math.h>

#include "net/heads.h"
#include "support/gen.h"

enum { N = 6, Y = 4 };

static void to_double(double *out, const real *in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (double)in[i];
}

/* The definitions, for moderate scores of one example. */
static void plain_outputs(enum head h, double *p, const double *s)
{
    double sum = 0;
    for (size_t k = 0; k < Y; k++)
        sum += exp(s[k]);
    for (size_t k = 0; k < Y; k++)
        if (h == HEAD_SOFTMAX)
            p[k] = exp(s[k]) / sum;
        else if (h == HEAD_SIGMOID || h == HEAD_SQUARED_SIGMOID)
            p[k] = 1 / (1 + exp(-s[k]));
        else
            p[k] = h == HEAD_SQUARED_TANH ? (exp(2 * s[k]) - 1) / (exp(2 * s[k]) + 1) : s[k];
}

/* ---- outputs ---- */

/* e^0 : e^log 2 : e^log 5 : e^0 = 1 : 2 : 5 : 1 */
static void test_softmax_by_hand(void **state)
{
    (void)state;
    static const real scores[Y] = {0, (real)0.6931471805599453, (real)1.6094379124341003, 0};
    static const double expected[Y] = {1 / 9.0, 2 / 9.0, 5 / 9.0, 1 / 9.0};
    static const double expected_delta[Y] = {0.5 / 9, -3.5 / 9, 2.5 / 9, 0.5 / 9};
    static const int32_t gold = 1;
    real p[Y];
    double wide[Y];
    head_outputs(HEAD_SOFTMAX, p, scores, 1, Y);
    to_double(wide, p, Y);
    assert_close(wide, expected, Y, 1e-6, 0);
    double loss = softmax_loss(p, scores, &gold, NULL, 1, Y, 0.5);
    to_double(wide, p, Y);
    assert_true(fabs(loss - 1.5040773967762742) < 1e-7); /* log 4.5 */
    assert_close(wide, expected_delta, Y, 1e-6, 0);
}

/* Document 003, (1) and (2).  Scores and shifts are sums of few powers of two, so that adding is exact. */
static void test_a_constant_added_to_all_scores_changes_nothing(void **state)
{
    (void)state;
    static const real shifts[] = {1, (real)-0.25, 77, -100, 4096, -5000};
    static const real scores[Y] = {(real)0.25, -2, (real)1.5, -1};
    static const int32_t gold = 3;
    real p[Y];
    real delta[Y];
    double loss = softmax_loss(delta, scores, &gold, NULL, 1, Y, 1);
    head_outputs(HEAD_SOFTMAX, p, scores, 1, Y);
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        real shifted[Y];
        real out[Y];
        double expected[Y];
        double found[Y];
        for (size_t k = 0; k < Y; k++)
            shifted[k] = scores[k] + shifts[i];
        head_outputs(HEAD_SOFTMAX, out, shifted, 1, Y);
        to_double(found, out, Y);
        to_double(expected, p, Y);
        assert_close(found, expected, Y, 1e-6, 0);
        assert_true(fabs(softmax_loss(out, shifted, &gold, NULL, 1, Y, 1) - loss) < 1e-10);
        to_double(found, out, Y);
        to_double(expected, delta, Y);
        assert_close(found, expected, Y, 1e-6, 0);
    }
}

static void test_huge_scores_neither_overflow_nor_vanish(void **state)
{
    (void)state;
    static const real scores[3][3] = {{1000, 1000, -1000}, {-1000, -1000, -1000}, {0, -1000, 1000}};
    static const int32_t gold[] = {2, 0, 1};
    static const double expected[] = {0.5, 0.5, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 0, 0, 1};
    static const double losses[] = {2000.6931471805599, 1.0986122886681098, 2000};
    real p[9];
    double wide[9];
    head_outputs(HEAD_SOFTMAX, p, scores[0], 3, 3);
    to_double(wide, p, 9);
    assert_close(wide, expected, 9, 1e-6, 0);
    for (size_t i = 0; i < 3; i++) {
        real delta[3];
        double loss = softmax_loss(delta, scores[i], &gold[i], NULL, 1, 3, 1);
        assert_close(&loss, &losses[i], 1, 1e-12, 0);
        for (size_t k = 0; k < 3; k++)
            wide[k] = (double)delta[k] + (gold[i] == (int32_t)k);
        assert_close(wide, expected + 3 * i, 3, 0, 1e-6);
    }
    static const real largest[] = {(real)3e38, (real)-3e38};
    assert_true(isfinite(softmax_loss(p, largest, &gold[2], NULL, 1, 2, 1)));
    assert_true(p[0] == 1 && p[1] == -1);
}

static void test_outputs_may_lie_where_the_scores_are(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(4));
    for (int h = 0; h < HEADS; h++) {
        if (h == HEAD_CRF)
            continue;
        real scores[N * Y];
        real p[N * Y];
        double found[N * Y];
        double expected[N * Y];
        double s[N * Y];
        gen_reals(&r, scores, N * Y, -4, 4);
        to_double(s, scores, N * Y);
        for (size_t i = 0; i < N; i++)
            plain_outputs((enum head)h, expected + i * Y, s + i * Y);
        head_outputs((enum head)h, p, scores, N, Y);
        head_outputs((enum head)h, scores, scores, N, Y);
        assert_memory_equal(p, scores, sizeof p);
        to_double(found, p, N * Y);
        assert_close(found, expected, N * Y, 1e-6, 1e-7);
    }
}

/* ---- softmax_loss ---- */

/* Document 003, (8): -Σ y log p, and 001, (4): p - y. */
static void test_softmax_loss_is_that_of_the_plain_loop(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(5));
    static const int32_t gold[N] = {0, 3, 2, 1, 3, 3};
    real scores[N * Y];
    real delta[N * Y];
    double s[N * Y];
    double found[N * Y];
    double expected[N * Y];
    double loss = 0;
    gen_reals(&r, scores, N * Y, -6, 6);
    to_double(s, scores, N * Y);
    for (size_t i = 0; i < N; i++) {
        plain_outputs(HEAD_SOFTMAX, expected + i * Y, s + i * Y);
        loss -= log(expected[i * Y + (size_t)gold[i]]);
        expected[i * Y + (size_t)gold[i]] -= 1;
    }
    for (size_t i = 0; i < N * Y; i++)
        expected[i] /= N;
    double found_loss = softmax_loss(delta, scores, gold, NULL, N, Y, 1.0 / N);
    to_double(found, delta, N * Y);
    assert_close(&found_loss, &loss, 1, 1e-12, 0);
    assert_close(found, expected, N * Y, 1e-6, 1e-7);
}

static void test_unknown_gold_costs_nothing_and_pulls_nowhere(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(6));
    static const int32_t known[] = {2, 1, 0};
    static const int32_t gold[] = {GOLD_UNKNOWN, 2, GOLD_UNKNOWN, 1, 0, GOLD_UNKNOWN};
    static const size_t known_rows[] = {1, 3, 4};
    real scores[N * Y];
    real delta[N * Y];
    double expected = 0;
    gen_reals(&r, scores, N * Y, -6, 6);
    for (size_t i = 0; i < N * Y; i++)
        delta[i] = NAN;
    double loss = softmax_loss(delta, scores, gold, NULL, N, Y, 0.5);
    for (size_t i = 0; i < 3; i++) {
        real alone[Y];
        expected += softmax_loss(alone, scores + known_rows[i] * Y, &known[i], NULL, 1, Y, 0.5);
        assert_memory_equal(alone, delta + known_rows[i] * Y, sizeof alone);
    }
    for (size_t i = 0; i < N * Y; i++)
        assert_true(gold[i / Y] != GOLD_UNKNOWN || delta[i] == 0);
    assert_true(loss == expected && loss > 0);
}

static void test_softmax_delta_may_lie_where_the_scores_are(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(7));
    static const int32_t gold[N] = {1, GOLD_UNKNOWN, 2, 0, 3, 1};
    real scores[N * Y];
    real delta[N * Y];
    gen_reals(&r, scores, N * Y, -5, 5);
    double apart = softmax_loss(delta, scores, gold, NULL, N, Y, 1.0 / N);
    double in_place = softmax_loss(scores, scores, gold, NULL, N, Y, 1.0 / N);
    assert_true(apart == in_place);
    assert_memory_equal(scores, delta, sizeof delta);
}

/* ---- the general way: dloss/dp, then the Jacobian ---- */

/* Shares of each example that sum to 1; the sigmoid's need not. */
static void draw_targets(struct random *r, real *targets, enum head h)
{
    gen_reals(r, targets, N * Y, 0, 1);
    for (size_t i = 0; h == HEAD_SOFTMAX && i < N; i++) {
        real *row = targets + i * Y;
        real sum = row[0] + row[1] + row[2] + row[3];
        for (size_t k = 0; k < Y; k++)
            row[k] /= sum;
    }
}

/* Documents 003, (17) and (18), 002, (10): for hard targets and for shares. */
static void test_jacobian_and_cross_entropy_make_p_minus_y(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(8));
    static const real hard[N * Y] = {1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0};
    for (int h = HEAD_SIGMOID; h <= HEAD_SOFTMAX; h++)
        for (int is_hard = 0; is_hard <= 1; is_hard++) {
            real scores[N * Y];
            real p[N * Y];
            real targets[N * Y];
            real delta[N * Y];
            double found[N * Y];
            double expected[N * Y];
            gen_reals(&r, scores, N * Y, -3, 3);
            draw_targets(&r, targets, (enum head)h);
            if (is_hard)
                memcpy(targets, hard, sizeof hard);
            head_outputs((enum head)h, p, scores, N, Y);
            head_loss((enum head)h, delta, p, targets, N, Y);
            head_back((enum head)h, delta, p, delta, N, Y);
            for (size_t i = 0; i < N * Y; i++)
                expected[i] = (double)p[i] - (double)targets[i];
            to_double(found, delta, N * Y);
            assert_close(found, expected, N * Y, 0, 1e-5);
        }
}

static void test_general_loss_is_that_of_the_short_way(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(9));
    static const int32_t gold[] = {2, 0};
    static const real targets[2 * Y] = {0, 0, 1, 0, 1, 0, 0, 0};
    real scores[2 * Y];
    real p[2 * Y];
    real d_p[2 * Y];
    gen_reals(&r, scores, 2 * Y, -3, 3);
    head_outputs(HEAD_SOFTMAX, p, scores, 2, Y);
    double general = head_loss(HEAD_SOFTMAX, d_p, p, targets, 2, Y);
    double direct = softmax_loss(d_p, scores, gold, NULL, 2, Y, 1);
    assert_close(&general, &direct, 1, 1e-6, 0);
    head_outputs(HEAD_SIGMOID, p, scores, 2, Y);
    general = head_loss(HEAD_SIGMOID, d_p, p, targets, 2, Y);
    direct = sigmoid_loss(d_p, scores, gold, NULL, 2, Y, 1);
    assert_close(&general, &direct, 1, 1e-6, 0);
}

/* Σ_i weights_i p_i(s), or half the squared error of p(s) against the weights. */
static double cost_of(enum head h, const double *s, const real *weights, bool is_squared)
{
    double p[Y];
    double sum = 0;
    plain_outputs(h, p, s);
    for (size_t k = 0; k < Y; k++) {
        double gap = p[k] - (double)weights[k];
        sum += is_squared ? gap * gap / 2 : p[k] * (double)weights[k];
    }
    return sum;
}

static void slopes_of(enum head h, double *slopes, const real *scores, const real *weights, bool is_squared)
{
    static const double step = 1e-4;
    for (size_t k = 0; k < Y; k++) {
        double s[Y];
        to_double(s, scores, Y);
        s[k] = (double)scores[k] + step;
        double above = cost_of(h, s, weights, is_squared);
        s[k] = (double)scores[k] - step;
        slopes[k] = (above - cost_of(h, s, weights, is_squared)) / (2 * step);
    }
}

/* Document 003, (16): whatever dE/dp is, delta is what differences of the definition say. */
static void test_any_gradient_of_outputs_goes_back_through_the_jacobian(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(10));
    for (int h = 0; h < HEADS; h++) {
        if (h == HEAD_CRF)
            continue;
        real scores[N * Y];
        real d_p[N * Y];
        real p[N * Y];
        real delta[N * Y];
        double slopes[N * Y];
        double found[N * Y];
        gen_reals(&r, scores, N * Y, -2, 2);
        gen_reals(&r, d_p, N * Y, -2, 2);
        head_outputs((enum head)h, p, scores, N, Y);
        head_back((enum head)h, delta, p, d_p, N, Y);
        for (size_t i = 0; i < N; i++)
            slopes_of((enum head)h, slopes + i * Y, scores + i * Y, d_p + i * Y, false);
        to_double(found, delta, N * Y);
        assert_close(found, slopes, N * Y, 0, 2e-6);
    }
}

static void test_squared_error_is_half_the_square_and_its_slope(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(11));
    for (int h = HEAD_SQUARED_IDENTITY; h <= HEAD_SQUARED_TANH; h++) {
        real scores[N * Y];
        real targets[N * Y];
        real p[N * Y];
        real delta[N * Y];
        double slopes[N * Y];
        double found[N * Y];
        double expected = 0;
        gen_reals(&r, scores, N * Y, -2, 2);
        gen_reals(&r, targets, N * Y, -1, 1);
        head_outputs((enum head)h, p, scores, N, Y);
        double loss = head_loss((enum head)h, delta, p, targets, N, Y);
        head_back((enum head)h, delta, p, delta, N, Y);
        for (size_t i = 0; i < N; i++) {
            double s[Y];
            to_double(s, scores + i * Y, Y);
            expected += cost_of((enum head)h, s, targets + i * Y, true);
            slopes_of((enum head)h, slopes + i * Y, scores + i * Y, targets + i * Y, true);
        }
        to_double(found, delta, N * Y);
        assert_close(&loss, &expected, 1, 1e-6, 0);
        assert_close(found, slopes, N * Y, 0, 3e-6);
    }
}

static void test_every_head_is_found_by_its_name(void **state)
{
    (void)state;
    for (int h = 0; h < HEADS; h++) {
        enum head found = HEADS;
        assert_true(head_from_name(head_name((enum head)h), &found));
        assert_int_equal(found, h);
    }
    enum head untouched = HEAD_CRF;
    assert_false(head_from_name("soft", &untouched));
    assert_false(head_from_name("", &untouched));
    assert_false(head_from_name("softmax ", &untouched));
    assert_int_equal(untouched, HEAD_CRF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_softmax_by_hand),
        cmocka_unit_test(test_a_constant_added_to_all_scores_changes_nothing),
        cmocka_unit_test(test_huge_scores_neither_overflow_nor_vanish),
        cmocka_unit_test(test_outputs_may_lie_where_the_scores_are),
        cmocka_unit_test(test_softmax_loss_is_that_of_the_plain_loop),
        cmocka_unit_test(test_unknown_gold_costs_nothing_and_pulls_nowhere),
        cmocka_unit_test(test_softmax_delta_may_lie_where_the_scores_are),
        cmocka_unit_test(test_jacobian_and_cross_entropy_make_p_minus_y),
        cmocka_unit_test(test_general_loss_is_that_of_the_short_way),
        cmocka_unit_test(test_any_gradient_of_outputs_goes_back_through_the_jacobian),
        cmocka_unit_test(test_squared_error_is_half_the_square_and_its_slope),
        cmocka_unit_test(test_every_head_is_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
