/*
 * Products of whole numbers: exact sums, the same on every processor, and near the product of the numbers they were rounded from.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "net/whole.h"
#include "support/gen.h"

enum { MOST_K = 301, MOST_ROWS = 8 };

static const struct whole_kernel *kernel_of(size_t i)
{
    const struct whole_kernel *const kernels[] = {whole_kernel_plain(), whole_kernel_avx2(), whole_kernel_avx512(),
                                                  whole_kernel_vnni()};
    return kernels[i];
}

/* Against sums in 64 bits, at every number of rows, with numbers so large that the sums only just fit. */
static void test_kernels_add_up_exactly(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(71));
    static int16_t a[MOST_ROWS * (MOST_K + 1)], b[(MOST_K + 1) * WHOLE_COLS];
    static int32_t sums[MOST_ROWS * WHOLE_COLS];
    for (size_t round = 0; round < 40; round++) {
        size_t n_pairs = gen_size(&r, 1, (MOST_K + 1) / 2);
        int most = (int)sqrt((double)INT32_MAX / (double)(2 * n_pairs));
        most = most < INT16_MAX ? most : INT16_MAX;
        for (size_t i = 0; i < MOST_ROWS * 2 * n_pairs; i++)
            a[i] = (int16_t)(round % 2 ? most : (int)random_below(&r, 2 * (size_t)most + 1) - most);
        for (size_t i = 0; i < 2 * n_pairs * WHOLE_COLS; i++)
            b[i] = (int16_t)(round % 2 ? -most : (int)random_below(&r, 2 * (size_t)most + 1) - most);
        for (size_t which = 0; which < 4; which++) {
            const struct whole_kernel *kernel = kernel_of(which);
            for (size_t rows = 1; kernel && rows <= kernel->rows; rows++) {
                memset(sums, 77, sizeof sums);
                kernel->run(sums, a, b, n_pairs, rows);
                for (size_t i = 0; i < rows * WHOLE_COLS; i++) {
                    int64_t sum = 0;
                    for (size_t k = 0; k < 2 * n_pairs; k++)
                        sum += (int64_t)a[i / WHOLE_COLS * 2 * n_pairs + k] *
                               b[(k / 2 * WHOLE_COLS + i % WHOLE_COLS) * 2 + k % 2];
                    assert_int_equal(sums[i], sum);
                }
                if (rows < MOST_ROWS)
                    assert_int_equal(sums[rows * WHOLE_COLS], 0x4D4D4D4D); /* 77 in each byte */
            }
        }
    }
}

/* c [m][n] and what rounding may have changed: half a step on either side of each product. */
static void assert_is_near(struct matrix c, const real *x, struct matrix b, const struct whole *w)
{
    for (size_t i = 0; i < c.rows; i++)
        for (size_t j = 0; j < c.cols; j++) {
            double sum = 0;
            double error = 1e-6;
            double step_x = (double)vector_largest(x + i * b.cols, b.cols) / w->most;
            double step_b = (double)vector_largest(b.at + j * b.stride, b.cols) / w->most;
            for (size_t k = 0; k < b.cols; k++) {
                double p = (double)x[i * b.cols + k];
                double q = (double)b.at[j * b.stride + k];
                sum += p * q;
                error += 0.51 * (fabs(p) * step_b + fabs(q) * step_x + step_b * step_x);
            }
            if (!(fabs((double)c.at[i * c.stride + j] - sum) <= error))
                fail_msg("(%zu, %zu) of [%zu][%zu] is %g, expected %g +- %g", i, j, c.cols, b.cols,
                         (double)c.at[i * c.stride + j], sum, error);
        }
}

/* Sizes around the edges of panels and tiles; columns of a larger matrix; what lies beside the result stays. */
static void test_products_are_near_those_of_the_numbers(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(72));
    for (size_t round = 0; round < 40; round++) {
        enum { GAP = 3 };
        size_t m = gen_size(&r, 1, 15);
        size_t n = gen_size(&r, 1, 2 * WHOLE_COLS + 2);
        size_t k = gen_size(&r, 1, 70);
        real *block = malloc((n * (k + GAP) + m * (n + GAP) + m * k + m) * sizeof *block);
        int16_t *rows = malloc(m * (k + 1) * sizeof *rows);
        assert_true(block && rows);
        struct matrix b = {.at = block, .rows = n, .cols = k, .stride = k + GAP};
        struct matrix c = {.at = block + n * b.stride, .rows = m, .cols = n, .stride = n + GAP};
        real *x = c.at + m * c.stride;
        real *scales = x + m * k;
        gen_reals(&r, block, (size_t)(scales - block), -1, 1);
        if (round % 5 == 0)
            memset(x, 0, k * sizeof *x);
        real outside = c.at[n];
        struct whole w;
        assert_true(whole_init(&w, b));
        for (size_t i = 0; i < m; i++)
            scales[i] = whole_row(rows + i * whole_row_size(&w), &w, x + i * k);
        whole_product(c, rows, scales, &w);
        assert_is_near(c, x, b, &w);
        assert_true(c.at[n] == outside);
        whole_clear(&w);
        free(rows);
        free(block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernels_add_up_exactly),
        cmocka_unit_test(test_products_are_near_those_of_the_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
