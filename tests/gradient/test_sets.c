/*
 * Losses of outputs that are one of a set, against their definitions and central differences.
 */
#include "support/test.h"

#include <math.h>

#include "base/random.h"
#include "net/heads.h"

enum { N = 3, Y = 5, N_SETS = 2, ROUNDS = 50 };

static const double STEP = 1e-3;

static const bool SETS[N_SETS][Y] = {{true, false, true, false, false}, {false, false, false, true, true}};

static double log_sum(const double *s, const bool *set)
{
    double sum = 0;
    for (size_t k = 0; k < Y; k++)
        sum += !set || set[k] ? exp(s[k]) : 0;
    return log(sum);
}

/* log Z - log Z_set for each row. */
static double softmax_by_hand(const double *scores, const int32_t *gold)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++) {
        const double *s = scores + i * Y;
        sum += log_sum(s, NULL) - (gold[i] < Y ? s[gold[i]] : log_sum(s, SETS[gold[i] - Y]));
    }
    return sum;
}

/* -log (1 - p) for each output that is known to be 0; nothing for those of the set. */
static double sigmoid_by_hand(const double *scores, const int32_t *gold)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < Y; k++) {
            double p = 1 / (1 + exp(-scores[i * Y + k]));
            bool is_known = gold[i] < Y || !SETS[gold[i] - Y][k];
            sum -= !is_known ? 0 : gold[i] == (int32_t)k ? log(p) : log(1 - p);
        }
    return sum;
}

typedef double by_hand_fn(const double *scores, const int32_t *gold);
typedef double loss_fn(real *delta, const real *scores, const int32_t *gold, const bool *sets, size_t n,
                       size_t n_outputs, double scale);

static void check(loss_fn *loss, by_hand_fn *by_hand, uint64_t seed)
{
    struct random r = random_seeded(test_seed(seed));
    for (size_t round = 0; round < ROUNDS; round++) {
        double scores[N * Y];
        double delta[N * Y];
        double slopes[N * Y];
        int32_t gold[N];
        for (size_t i = 0; i < N * Y; i++)
            scores[i] = 6 * random_uniform(&r) - 3;
        for (size_t i = 0; i < N; i++)
            gold[i] = (int32_t)random_below(&r, Y + N_SETS);
        double found = loss(delta, scores, gold, SETS[0], N, Y, 0.5);
        double expected = by_hand(scores, gold);
        assert_close(&found, &expected, 1, 1e-12, 1e-14);
        for (size_t i = 0; i < N * Y; i++) {
            double kept = scores[i];
            scores[i] = kept + STEP;
            double above = by_hand(scores, gold);
            scores[i] = kept - STEP;
            double below = by_hand(scores, gold);
            scores[i] = kept;
            slopes[i] = 0.5 * (above - below) / (2 * STEP);
        }
        assert_close(delta, slopes, N * Y, 1e-5, 1e-8);
        loss(scores, scores, gold, SETS[0], N, Y, 0.5);
        assert_close(scores, delta, N * Y, 0, 0);
    }
}

static void test_softmax_over_a_set_is_the_difference_of_two_log_sums(void **state)
{
    (void)state;
    check(softmax_loss, softmax_by_hand, 5);
}

static void test_sigmoid_outputs_of_a_set_cost_nothing(void **state)
{
    (void)state;
    check(sigmoid_loss, sigmoid_by_hand, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_softmax_over_a_set_is_the_difference_of_two_log_sums),
        cmocka_unit_test(test_sigmoid_outputs_of_a_set_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
