#include "support/test.h"

#include <math.h>

#include "base/cpu.h"
#include "base/random.h"
#include "net/tiled.h"
#include "support/gen.h"
#include "support/tile_check.h"

static void check_kernel(const struct tile_kernel *kernel)
{
    if (!kernel) {
        print_message("not on this processor: skipped\n");
        skip();
    }
    const char *why = check_tiles(kernel);
    if (!why)
        why = check_tiled_products(kernel);
    if (why)
        fail_msg("%s", why);
}

static void test_avx512_is_the_plain_kernel(void **state)
{
    (void)state;
    check_kernel(tile_kernel_avx512());
}

static void test_avx2_is_the_plain_kernel(void **state)
{
    (void)state;
    check_kernel(tile_kernel_avx2());
}

static void test_neon_is_the_plain_kernel(void **state)
{
    (void)state;
    check_kernel(tile_kernel_neon());
}

/* By hand: fused, (1 + e)² - (1 + 2e) is e², which a rounded product loses. */
static void test_the_plain_kernel_fuses(void **state)
{
    (void)state;
    const real e = (real)(sizeof(real) == sizeof(float) ? 0x1p-13 : 0x1p-30);
    const real a[] = {-(1 + 2 * e), 1 + e};
    const real b[] = {1, 1 + e};
    real c = 5;
    struct tile t = {.c = &c, .a = a, .a_step = 1, .b = b, .b_row = 1, .rows = 1, .cols = 1, .n = 2, .scale = 4};
    tile_kernel_plain()->run(&t);
    assert_true(c == 4 * e * e);
    t.keep = 2;
    tile_kernel_plain()->run(&t);
    assert_true(c == 12 * e * e);
}

/* An element does not know what stands around it: one order of its sum, in any batch. */
static void test_a_row_has_the_same_bits_in_any_batch(void **state)
{
    (void)state;
    enum { R = 61, K = 300, C = 77 };
    static real a[R * K];
    static real b[C * K];
    static real all[R * C];
    static real some[R * C];
    const struct tile_kernel *kernel = tile_kernel_best() ? tile_kernel_best() : tile_kernel_plain();
    struct random r = random_seeded(test_seed(1));
    gen_reals(&r, a, R * K, -1, 1);
    gen_reals(&r, b, C * K, -1, 1);
    tiled_product(kernel, matrix_of(all, R, C), matrix_of(a, R, K), false, matrix_of(b, C, K), true, 1, 0);
    for (size_t first = 0; first < R; first += 10)
        for (size_t n = 1; n <= R - first; n += 13) {
            tiled_product(kernel, matrix_of(some, n, C), matrix_of(a + first * K, n, K), false, matrix_of(b, C, K),
                          true, 1, 0);
            assert_memory_equal(some, all + first * C, n * C * sizeof *some);
        }
}

/* Sums that are cut into stretches, against loops in double. */
static void test_long_sums_are_those_of_plain_loops(void **state)
{
    (void)state;
    enum { M = 5, N = 9, K = 1030 };
    static real a[M * K];
    static real b[N * K];
    real c[M * N];
    double expected[M * N];
    struct random r = random_seeded(test_seed(2));
    gen_reals(&r, a, M * K, -1, 1);
    gen_reals(&r, b, N * K, -1, 1);
    for (size_t n = 250; n <= K; n += 260) {
        gen_reals(&r, c, M * N, -1, 1);
        for (size_t i = 0; i < M * N; i++)
            expected[i] = (double)c[i];
        struct ref_product reference = {.m = M, .n = N, .k = n, .a = a, .b = b, .a_row = n, .a_col = 1, .b_row = 1};
        reference.b_col = n;
        reference.c = expected;
        reference.c_stride = N;
        reference.scale = 0.5;
        reference.keep = -2;
        ref_multiply(&reference);
        tiled_product(tile_kernel_plain(), matrix_of(c, M, N), matrix_of(a, M, n), false, matrix_of(b, N, n), true,
                      (real)0.5, -2);
        for (size_t i = 0; i < M * N; i++)
            assert_true(fabs((double)c[i] - expected[i]) <= 1e-4);
    }
}

static void test_the_best_kernel_is_that_of_the_processor(void **state)
{
    (void)state;
    if (sizeof(real) == sizeof(double)) {
        assert_ptr_equal(tile_kernel_best(), tile_kernel_plain());
    } else if (strcmp(cpu_instructions(), "plain") != 0) {
        assert_non_null(tile_kernel_best());
        assert_string_equal(tile_kernel_best()->instructions, cpu_instructions());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_avx512_is_the_plain_kernel),
        cmocka_unit_test(test_avx2_is_the_plain_kernel),
        cmocka_unit_test(test_neon_is_the_plain_kernel),
        cmocka_unit_test(test_the_plain_kernel_fuses),
        cmocka_unit_test(test_a_row_has_the_same_bits_in_any_batch),
        cmocka_unit_test(test_long_sums_are_those_of_plain_loops),
        cmocka_unit_test(test_the_best_kernel_is_that_of_the_processor),
    };
    return cmocka_run_group_tests_name("tile", tests, NULL, NULL);
}
