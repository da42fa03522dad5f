/*
 * Packed products: each element one chain of fused multiply-adds, whatever stands beside it and whatever the processor.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "net/packed.h"
#include "net/tile.h"
#include "support/gen.h"

/* The definition: a[i] · b[j] by fused multiply-adds from 0, in ascending order, then the bias. */
static void assert_is_chain(struct matrix c, struct matrix a, struct matrix b, const real *bias)
{
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < b.rows; j++) {
            float sum = 0;
            for (size_t p = 0; p < a.cols; p++)
                sum = fmaf(a.at[i * a.stride + p], b.at[j * b.stride + p], sum);
            if (bias)
                sum += bias[j];
            if (memcmp(&sum, &c.at[i * c.stride + j], sizeof sum) != 0)
                fail_msg("(%zu, %zu) is %.9g, expected %.9g", i, j, (double)c.at[i * c.stride + j], (double)sum);
        }
}

/* Sizes around the edges of tiles, matrices inside larger ones. */
static void test_products_are_chains(void **state)
{
    (void)state;
    if (!tile_kernel_best())
        skip(); /* rounds twice */
    struct random r = random_seeded(test_seed(11));
    for (size_t round = 0; round < 60; round++) {
        enum { GAP = 3 };
        size_t m = gen_size(&r, 1, 2 * 8 + 1);
        size_t n = gen_size(&r, 1, 3 * PANEL_COLS + 1);
        size_t k = gen_size(&r, 1, 70);
        real *block = malloc((m * (k + GAP) + n * (k + GAP) + m * (n + GAP) + n) * sizeof *block);
        assert_non_null(block);
        struct matrix a = {.at = block, .rows = m, .cols = k, .stride = k + GAP};
        struct matrix b = {.at = a.at + m * a.stride, .rows = n, .cols = k, .stride = k + GAP};
        struct matrix c = {.at = b.at + n * b.stride, .rows = m, .cols = n, .stride = n + GAP};
        real *bias = c.at + m * c.stride;
        gen_reals(&r, block, (size_t)(bias - block) + n, -1, 1);
        real outside = c.at[n];
        struct packed p;
        assert_true(packed_init(&p, b));
        packed_product(c, a, &p, round % 2 ? bias : NULL);
        assert_is_chain(c, a, b, round % 2 ? bias : NULL);
        assert_true(c.at[n] == outside);
        packed_clear(&p);
        free(block);
    }
}

/* A row is multiplied the same, alone and in the midst of others. */
static void test_a_row_does_not_depend_on_its_neighbours(void **state)
{
    (void)state;
    enum { M = 23, N = 45, K = 31 };
    struct random r = random_seeded(test_seed(13));
    static real a[M * K], b[N * K], c[M * N], alone[N];
    gen_reals(&r, a, M * K, -2, 2);
    gen_reals(&r, b, N * K, -2, 2);
    struct packed p;
    assert_true(packed_init(&p, matrix_of(b, N, K)));
    packed_product(matrix_of(c, M, N), matrix_of(a, M, K), &p, NULL);
    for (size_t i = 0; i < M; i++) {
        packed_product(matrix_of(alone, 1, N), matrix_of(a + i * K, 1, K), &p, NULL);
        assert_memory_equal(alone, c + i * N, sizeof alone);
    }
    packed_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products_are_chains),
        cmocka_unit_test(test_a_row_does_not_depend_on_its_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
