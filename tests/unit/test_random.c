#include "support/test.h"

#include "base/random.h"

/* The first outputs from the state 1, 2, 3, 4; the first by hand: rotate_left(2 * 5, 7) * 9 = 1280 * 9. */
static void test_stream_is_that_of_the_published_generator(void **state)
{
    (void)state;
    struct random r = {{1, 2, 3, 4}};
    const uint64_t expected[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(random_next(&r), expected[i]);
}

/* The published first outputs of splitmix64 for the seed 1234567. */
static void test_seeding_is_by_splitmix64(void **state)
{
    (void)state;
    struct random r = random_seeded(1234567);
    assert_int_equal(r.s[0], UINT64_C(6457827717110365317));
    assert_int_equal(r.s[1], UINT64_C(3203168211198807973));
    assert_int_equal(r.s[2], UINT64_C(9817491932198370423));
    assert_int_equal(r.s[3], UINT64_C(4593380528125082431));
}

static void test_same_seed_same_numbers_other_seed_others(void **state)
{
    (void)state;
    struct random a = random_seeded(7);
    struct random b = random_seeded(7);
    struct random c = random_seeded(8);
    size_t n_different = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t x = random_next(&a);
        assert_int_equal(x, random_next(&b));
        n_different += x != random_next(&c);
    }
    assert_int_equal(n_different, 100);
}

/* Chi-squared with 9 degrees of freedom is below 33.7 in all but one of 10,000 samples.  A fixed seed: no flicker. */
static void test_below_is_even_and_in_range(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(1));
    double counts[10] = {0};
    for (int i = 0; i < 100000; i++) {
        uint64_t x = random_below(&r, 10);
        assert_true(x < 10);
        counts[x]++;
    }
    double chi2 = 0;
    for (size_t i = 0; i < 10; i++)
        chi2 += (counts[i] - 10000) * (counts[i] - 10000) / 10000;
    assert_true(chi2 < 33.7);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(random_below(&r, 1), 0);
        assert_true(random_below(&r, (UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
    }
}

/* Reaches the whole range: 3/4 of 2^64 as bound would be halved by a mask that is one bit short. */
static void test_below_reaches_large_values(void **state)
{
    (void)state;
    struct random r = random_seeded(2);
    uint64_t n = UINT64_C(3) << 62;
    bool saw_upper = false;
    for (int i = 0; i < 200; i++)
        saw_upper |= random_below(&r, n) >= UINT64_C(1) << 63;
    assert_true(saw_upper);
}

/* Mean 1/2, variance 1/12: the mean of 1e5 is within 5 standard errors, 5 * 0.2887 / 316 = 0.0046. */
static void test_uniform_is_in_the_half_open_interval(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(3));
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
        double x = random_uniform(&r);
        assert_true(x >= 0 && x < 1);
        sum += x;
    }
    assert_true(sum / 100000 > 0.4954 && sum / 100000 < 0.5046);
    struct random zero = {{0, 0, 0, 1}};
    assert_true(random_uniform(&zero) == 0);
}

/* Each of the 6 orders of 3 things is as frequent: 10,000 +- 5 standard deviations of 91. */
static void test_shuffle_gives_every_order_alike(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(4));
    int counts[27] = {0};
    for (int i = 0; i < 60000; i++) {
        int32_t a[3] = {0, 1, 2};
        random_shuffle(&r, a, 3);
        counts[a[0] * 9 + a[1] * 3 + a[2]]++;
    }
    const int orders[6] = {0 * 9 + 1 * 3 + 2, 0 * 9 + 2 * 3 + 1, 1 * 9 + 0 * 3 + 2,
                           1 * 9 + 2 * 3 + 0, 2 * 9 + 0 * 3 + 1, 2 * 9 + 1 * 3 + 0};
    for (size_t i = 0; i < 6; i++)
        assert_in_range(counts[orders[i]], 10000 - 456, 10000 + 456);
}

static void test_shuffle_of_nothing_is_nothing(void **state)
{
    (void)state;
    struct random r = random_seeded(5);
    random_shuffle(&r, NULL, 0);
    int32_t one = 42;
    random_shuffle(&r, &one, 1);
    assert_int_equal(one, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stream_is_that_of_the_published_generator),
        cmocka_unit_test(test_seeding_is_by_splitmix64),
        cmocka_unit_test(test_same_seed_same_numbers_other_seed_others),
        cmocka_unit_test(test_below_is_even_and_in_range),
        cmocka_unit_test(test_below_reaches_large_values),
        cmocka_unit_test(test_uniform_is_in_the_half_open_interval),
        cmocka_unit_test(test_shuffle_gives_every_order_alike),
        cmocka_unit_test(test_shuffle_of_nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
