/*
 * What is drawn, against the distribution that was asked for.
 */
#include "support/test.h"

#include <math.h>

#include "net/sampler.h"

enum { N_DRAWS = 1000000 };

/* Pearson's sum of (found - expected)² / expected. */
static double chi_squared(const uint64_t *found, const double *expected, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double apart = (double)found[i] - expected[i];
        sum += apart * apart / expected[i];
    }
    return sum;
}

/* A sum of n squared normal values is within 5 standard deviations, sqrt(2 n), of n. */
static void assert_plausible(double chi, size_t n)
{
    double freedom = (double)n - 1;
    if (fabs(chi - freedom) > 5 * sqrt(2 * freedom))
        fail_msg("chi squared is %g with %g degrees of freedom", chi, freedom);
}

/* Counts as they are in text, 1000 / rank, and all draws of a million. */
static void test_draws_follow_counts_to_the_power(void **state)
{
    (void)state;
    enum { N = 200 };
    uint64_t counts[N];
    uint64_t found[N] = {0};
    double expected[N];
    double sum = 0;
    for (size_t i = 0; i < N; i++) {
        counts[i] = 1000 / (i + 1);
        sum += expected[i] = pow((double)counts[i], 0.75);
    }
    for (size_t i = 0; i < N; i++)
        expected[i] *= N_DRAWS / sum;
    struct sampler s;
    assert_true(sampler_init(&s, counts, N, 0.75));
    struct random r = random_seeded(test_seed(5));
    for (size_t i = 0; i < N_DRAWS; i++)
        found[sampler_draw(&s, &r)]++;
    assert_plausible(chi_squared(found, expected, N), N);
    sampler_clear(&s);
}

/* 81^(3/4) = 27 and 16^(3/4) = 8, of 35. */
static void test_shares_by_hand(void **state)
{
    (void)state;
    const uint64_t counts[] = {81, 16, 0};
    uint64_t found[3] = {0};
    struct sampler s;
    assert_true(sampler_init(&s, counts, 3, 0.75));
    struct random r = random_seeded(test_seed(6));
    for (size_t i = 0; i < N_DRAWS; i++)
        found[sampler_draw(&s, &r)]++;
    assert_int_equal(found[2], 0);
    const double expected[] = {N_DRAWS * 27.0 / 35, N_DRAWS * 8.0 / 35};
    assert_plausible(chi_squared(found, expected, 2), 2);
    sampler_clear(&s);
}

static void test_one_word_is_always_drawn(void **state)
{
    (void)state;
    const uint64_t counts[] = {3};
    struct sampler s;
    assert_true(sampler_init(&s, counts, 1, 0.75));
    struct random r = random_seeded(1);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(sampler_draw(&s, &r), 0);
    sampler_clear(&s);
}

/* t = 0.01: f = 0.04 stays with sqrt(1/4) + 1/4 = 3/4, f = 0.16 with 1/4 + 1/16; f = t and rarer always; t = 0: all. */
static void test_frequent_words_stay_less_often(void **state)
{
    (void)state;
    const double found[] = {sampler_keeps(0.04, 0.01), sampler_keeps(0.16, 0.01), sampler_keeps(0.01, 0.01),
                            sampler_keeps(0.0001, 0.01), sampler_keeps(0.5, 0)};
    const double expected[] = {0.75, 0.3125, 1, 1, 1};
    assert_close(found, expected, 5, 1e-14, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draws_follow_counts_to_the_power),
        cmocka_unit_test(test_shares_by_hand),
        cmocka_unit_test(test_one_word_is_always_drawn),
        cmocka_unit_test(test_frequent_words_stay_less_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
