#include "support/test.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "net/kernel.h"
#include "support/gen.h"
#include "support/ref.h"

/* ---- products ---- */

enum kind { NN, NT, TN };

static const size_t sizes[] = {1, 2, 3, 7, 16, 33};
enum { N_SIZES = sizeof sizes / sizeof *sizes, LARGEST = 33, GAP = 3, CELLS = LARGEST * (LARGEST + GAP) };

static const real UNTOUCHED = 12345; /* between the rows of a matrix inside a larger one */

static struct matrix inside(real *cells, size_t rows, size_t cols, size_t gap)
{
    return (struct matrix){cells, rows, cols, cols + gap};
}

static void run(enum kind kind, struct matrix c, struct matrix a, struct matrix b, real scale, real keep)
{
    if (kind == NN)
        product_nn(c, a, b, scale, keep);
    else if (kind == NT)
        product_nt(c, a, b, scale, keep);
    else
        product_tn(c, a, b, scale, keep);
}

/* c [m][n] = keep c + scale op(a) op(b) in both ways; the gaps of all three matrices must survive. */
static void check_product(struct random *r, enum kind kind, size_t m, size_t n, size_t k, size_t gap, real keep)
{
    static real a_cells[CELLS];
    static real b_cells[CELLS];
    static real c_cells[CELLS];
    static double expected[CELLS];
    const real scale = (real)-0.75;
    gen_reals(r, a_cells, CELLS, -1, 1);
    gen_reals(r, b_cells, CELLS, -1, 1);
    struct matrix a = kind == TN ? inside(a_cells, k, m, gap) : inside(a_cells, m, k, gap);
    struct matrix b = kind == NT ? inside(b_cells, n, k, gap) : inside(b_cells, k, n, gap);
    struct matrix c = inside(c_cells, m, n, gap);
    for (size_t i = 0; i < CELLS; i++)
        c_cells[i] = i % c.stride >= n || i >= m * c.stride ? UNTOUCHED : keep == 0 ? NAN : (real)(i % 7) - 3;
    for (size_t i = 0; i < CELLS; i++)
        expected[i] = (double)c_cells[i];
    struct ref_product reference = {.m = m,
                                    .n = n,
                                    .k = k,
                                    .a = a_cells,
                                    .b = b_cells,
                                    .a_row = kind == TN ? 1 : a.stride,
                                    .a_col = kind == TN ? a.stride : 1,
                                    .b_row = kind == NT ? 1 : b.stride,
                                    .b_col = kind == NT ? b.stride : 1,
                                    .c = expected,
                                    .c_stride = c.stride,
                                    .scale = (double)scale,
                                    .keep = (double)keep};
    ref_multiply(&reference);
    run(kind, c, a, b, scale, keep);
    for (size_t i = 0; i < CELLS; i++)
        if (!(fabs((double)c_cells[i] - expected[i]) <= 1e-5))
            fail_msg("kind %d [%zu][%zu] over %zu, gap %zu, keep %g: cell %zu is %g, should be %g", (int)kind, m, n, k,
                     gap, (double)keep, i, (double)c_cells[i], expected[i]);
}

static void check_kind(enum kind kind)
{
    static const real keeps[] = {0, 1, (real)0.5};
    struct random r = random_seeded(test_seed(1));
    for (size_t shape = 0; shape < N_SIZES * N_SIZES * N_SIZES; shape++)
        for (size_t gap = 0; gap <= GAP; gap += GAP)
            for (size_t i = 0; i < 3; i++)
                check_product(&r, kind, sizes[shape % N_SIZES], sizes[shape / N_SIZES % N_SIZES],
                              sizes[shape / N_SIZES / N_SIZES], gap, keeps[i]);
}

static void test_product_nn_is_the_plain_loop(void **state)
{
    (void)state;
    check_kind(NN);
}

static void test_product_nt_is_the_plain_loop(void **state)
{
    (void)state;
    check_kind(NT);
}

static void test_product_tn_is_the_plain_loop(void **state)
{
    (void)state;
    check_kind(TN);
}

static void test_products_of_empty_matrices_touch_nothing(void **state)
{
    (void)state;
    for (int kind = NN; kind <= TN; kind++) {
        real cell = 7;
        real one = 1;
        run((enum kind)kind, (struct matrix){&cell, 0, 1, 1}, matrix_of(&one, kind == TN ? 1 : 0, kind == TN ? 0 : 1),
            matrix_of(&one, 1, 1), 1, 0);
        assert_true(cell == 7);
    }
}

static void test_this_blas_is_correct(void **state)
{
    (void)state;
    blas_single_thread();
    assert_true(blas_is_correct());
    assert_non_null(blas_core());
    assert_non_null(strstr(blas_version(), "OpenBLAS"));
}

static void test_columns_are_a_part_of_their_matrix(void **state)
{
    (void)state;
    static const real cells[] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct matrix part = matrix_columns(matrix_of(cells, 2, 4), 1, 2);
    assert_int_equal(part.rows, 2);
    assert_int_equal(part.cols, 2);
    assert_true(part.at[0] == 2 && part.at[part.stride] == 6 && part.at[part.stride + 1] == 7);
}

/* ---- rows and vectors ---- */

static void test_rows_are_filled_and_summed_between_the_gaps(void **state)
{
    (void)state;
    real cells[] = {0, 0, 9, 0, 0, 9, 0, 0, 9};
    struct matrix m = {cells, 3, 2, 3};
    static const real row[] = {4, -1};
    rows_fill(m, row);
    static const real filled[] = {4, -1, 9, 4, -1, 9, 4, -1, 9};
    assert_memory_equal(cells, filled, sizeof filled);
    cells[3] = 10;
    real out[] = {100, 200};
    rows_sum(out, m, 2);
    assert_true(out[0] == 100 + 2 * (4 + 10 + 4));
    assert_true(out[1] == 200 + 2 * (-1 - 1 - 1));
}

static void test_vector_add_adds_exactly_n(void **state)
{
    (void)state;
    for (size_t n = 0; n < 40; n++) {
        real x[41];
        real y[41];
        for (size_t i = 0; i < 41; i++) {
            x[i] = (real)i;
            y[i] = 1000;
        }
        vector_add(y, x, (real)0.5, n);
        for (size_t i = 0; i < 41; i++)
            assert_true(y[i] == (i < n ? 1000 + (real)i / 2 : 1000));
    }
}

static void test_squares_and_dots_are_summed_in_double(void **state)
{
    (void)state;
    static const real x[] = {3, -4, 12};
    static const real y[] = {1, 10, -2};
    assert_true(vector_squares(x, 3) == 169);
    assert_true(vector_dot(x, y, 3) == 3 - 40 - 24);
    static const real apart[] = {16777216, 1, 1}; /* 2^24: the ones are lost in a float's sum */
    static const real ones[] = {1, 1, 1};
    assert_true(vector_dot(apart, ones, 3) == 16777218);
    assert_true(vector_squares(x, 0) == 0);
}

/* ---- activations ---- */

enum { N_GRID = 20001 };

/* -100 to 100 by hundredths, and finer around zero. */
static void fill_grid(real *x)
{
    for (size_t i = 0; i < N_GRID; i++)
        x[i] = (real)((double)i / 100 - 100);
    for (size_t i = 0; i < 1000; i++)
        x[i] = (real)(((double)i - 500) / 5000);
}

static void check_exact(enum activation f, const real *x, size_t n, double error)
{
    real *h = malloc(n * sizeof *h);
    assert_non_null(h);
    memcpy(h, x, n * sizeof *h);
    activate(f, h, n);
    for (size_t i = 0; i < n; i++)
        if (!(fabs((double)h[i] - ref_activation(f, (double)x[i])) <= error))
            fail_msg("%s of %.9g is %.9g, should be %.9g", activation_name(f), (double)x[i], (double)h[i],
                     ref_activation(f, (double)x[i]));
    free(h);
}

static void test_activations_are_exact_to_2e_7(void **state)
{
    (void)state;
    static real x[N_GRID];
    static const real small[] = {0,           (real)-0.0,   FLT_MIN,   -FLT_MIN, (real)1e-40, (real)-1e-40,
                                 (real)1e-45, (real)-1e-45, (real)1e-7};
    fill_grid(x);
    for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++) {
        double error = f == ACTIVATION_RELU ? 0 : 2e-7;
        check_exact((enum activation)f, x, N_GRID, error);
        check_exact((enum activation)f, small, sizeof small / sizeof *small, error);
    }
}

static void test_activations_saturate_at_their_limits(void **state)
{
    (void)state;
    static const real x[] = {INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 1000, -1000};
    real h[6];
    memcpy(h, x, sizeof x);
    activate(ACTIVATION_TANH, h, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(h[i] == (x[i] > 0 ? 1 : -1));
    memcpy(h, x, sizeof x);
    activate(ACTIVATION_SIGMOID, h, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(x[i] > 0 ? h[i] == 1 : h[i] >= 0 && h[i] < (real)1e-30);
    memcpy(h, x, sizeof x);
    activate(ACTIVATION_RELU, h, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(h[i] == (x[i] > 0 ? x[i] : 0));
}

static void test_activations_stay_within_their_range(void **state)
{
    (void)state;
    static real x[N_GRID];
    for (int f = ACTIVATION_TANH; f <= ACTIVATION_SIGMOID; f++) {
        fill_grid(x);
        activate((enum activation)f, x, N_GRID);
        for (size_t i = 0; i < N_GRID; i++)
            assert_true(x[i] <= 1 && x[i] >= (f == ACTIVATION_TANH ? -1 : 0));
    }
}

static void test_what_is_not_a_number_stays_so(void **state)
{
    (void)state;
    for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++) {
        real x[37];
        for (size_t i = 0; i < 37; i++)
            x[i] = i % 3 == 0 ? NAN : 1;
        activate((enum activation)f, x, 37);
        for (size_t i = 0; i < 37; i++)
            assert_true(!isnan(x[i]) == (i % 3 != 0));
    }
}

/* A vector loop and what it leaves over for the plain one must not differ in a bit. */
static void test_an_activation_does_not_depend_on_its_neighbours(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(3));
    for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++) {
        real x[50];
        real together[50];
        gen_reals(&r, x, 50, -8, 8);
        memcpy(together, x, sizeof x);
        activate((enum activation)f, together, 50);
        for (size_t i = 0; i < 50; i++)
            activate((enum activation)f, &x[i], 1);
        assert_memory_equal(x, together, sizeof x);
    }
}

static void test_slopes_are_those_of_the_activations(void **state)
{
    (void)state;
    for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++)
        for (int i = -40; i <= 40; i++) {
            double z = i / 10.0 + 0.05;
            real h = (real)ref_activation((enum activation)f, z);
            real delta = -2;
            activate_back((enum activation)f, &delta, &h, 1);
            assert_true(fabs((double)delta + 2 * ref_slope((enum activation)f, z)) < 1e-6);
        }
    real at_corner[] = {5};
    static const real zero[] = {0};
    activate_back(ACTIVATION_RELU, at_corner, zero, 1);
    assert_true(at_corner[0] == 0);
}

static void test_activation_names_lead_back(void **state)
{
    (void)state;
    enum activation f;
    for (int i = ACTIVATION_TANH; i <= ACTIVATION_RELU; i++)
        assert_true(activation_from_name(activation_name((enum activation)i), &f) && f == (enum activation)i);
    assert_string_equal(activation_name(ACTIVATION_TANH), "tanh");
    assert_string_equal(activation_name(ACTIVATION_SIGMOID), "sigmoid");
    assert_string_equal(activation_name(ACTIVATION_RELU), "relu");
    assert_false(activation_from_name("Tanh", &f));
    assert_false(activation_from_name("", &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_product_nn_is_the_plain_loop),
        cmocka_unit_test(test_product_nt_is_the_plain_loop),
        cmocka_unit_test(test_product_tn_is_the_plain_loop),
        cmocka_unit_test(test_products_of_empty_matrices_touch_nothing),
        cmocka_unit_test(test_this_blas_is_correct),
        cmocka_unit_test(test_columns_are_a_part_of_their_matrix),
        cmocka_unit_test(test_rows_are_filled_and_summed_between_the_gaps),
        cmocka_unit_test(test_vector_add_adds_exactly_n),
        cmocka_unit_test(test_squares_and_dots_are_summed_in_double),
        cmocka_unit_test(test_activations_are_exact_to_2e_7),
        cmocka_unit_test(test_activations_saturate_at_their_limits),
        cmocka_unit_test(test_activations_stay_within_their_range),
        cmocka_unit_test(test_what_is_not_a_number_stays_so),
        cmocka_unit_test(test_an_activation_does_not_depend_on_its_neighbours),
        cmocka_unit_test(test_slopes_are_those_of_the_activations),
        cmocka_unit_test(test_activation_names_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
