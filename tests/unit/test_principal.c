/*
 * Two principal components: by hand, and against what defines them.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "net/principal.h"

/* Mean (1, 1); off it (2, 2), (-2, -2), (1, -1), (-1, 1): along (1, 1) / sqrt 2 squares of 8 and 8, across 2 and 2. */
static void test_points_of_a_plane_by_hand(void **state)
{
    (void)state;
    double x[] = {3, 3, -1, -1, 2, 0, 0, 2};
    double place[8];
    double share[2];
    const double two = 2 * sqrt(2), one = sqrt(2);
    assert_true(principal_plane(place, share, x, 4, 2));
    /* signs: both entries of a direction are as large, so either may be the positive one */
    double a = place[0] < 0 ? -1 : 1, b = place[5] < 0 ? -1 : 1;
    const double expected[] = {a * two, 0, -a * two, 0, 0, b * one, 0, -b * one};
    assert_close(place, expected, 8, 0, 1e-12);
    assert_close(share, ((double[]){0.8, 0.2}), 2, 0, 1e-12);
}

static void test_a_direction_that_is_not_there_gives_zero(void **state)
{
    (void)state;
    double same[] = {1, 2, 3, 1, 2, 3};
    double line[] = {0, 0, 3, 4, 6, 8};
    double narrow[] = {1, 2, 6};
    double place[6];
    double share[2];
    assert_true(principal_plane(place, share, same, 2, 3));
    assert_close(place, ((double[]){0, 0, 0, 0}), 4, 0, 0);
    assert_close(share, ((double[]){0, 0}), 2, 0, 0);
    assert_true(principal_plane(place, share, line, 3, 2));
    assert_close(place, ((double[]){-5, 0, 0, 0, 5, 0}), 6, 0, 1e-12);
    assert_close(share, ((double[]){1, 0}), 2, 0, 1e-12);
    assert_true(principal_plane(place, share, narrow, 3, 1));
    assert_close(place, ((double[]){-2, 0, -1, 0, 3, 0}), 6, 0, 1e-12);
}

/* The directions q_j are had back from the places: X' place_j = theta_j q_j.  They are of length 1 and apart, X'X q = theta q,
 * and no direction that is tried has more variance than the first, nor, across it, than the second. */
static void test_random_rows_have_the_components_that_define_them(void **state)
{
    (void)state;
    enum { N = 60, D = 40 };
    struct random r = random_seeded(test_seed(3));
    static double x[N * D], place[2 * N], q[2 * D];
    double share[2], theta[2] = {0};
    for (size_t i = 0; i < N * D; i++)
        x[i] = (random_uniform(&r) - 0.5) * (1 + (double)(i % D % 7));
    assert_true(principal_plane(place, share, x, N, D)); /* x has no mean now */
    double all = 0;
    for (size_t i = 0; i < N * D; i++)
        all += x[i] * x[i];
    for (size_t j = 0; j < 2; j++) {
        for (size_t i = 0; i < N; i++)
            theta[j] += place[2 * i + j] * place[2 * i + j];
        for (size_t k = 0; k < D; k++) {
            q[j * D + k] = 0;
            for (size_t i = 0; i < N; i++)
                q[j * D + k] += x[i * D + k] * place[2 * i + j] / theta[j];
        }
        assert_close(&share[j], ((double[]){theta[j] / all}), 1, 1e-9, 0);
    }
    double apart = 0, lengths[2] = {0};
    for (size_t k = 0; k < D; k++) {
        apart += q[k] * q[D + k];
        lengths[0] += q[k] * q[k];
        lengths[1] += q[D + k] * q[D + k];
    }
    assert_close(&apart, ((double[]){0}), 1, 0, 1e-8);
    assert_close(lengths, ((double[]){1, 1}), 2, 1e-8, 0);
    for (size_t attempt = 0; attempt < 200; attempt++) {
        double u[D], length = 0, along = 0, variance[2] = {0};
        for (size_t k = 0; k < D; k++)
            u[k] = q[attempt % 2 * D + k] + (random_uniform(&r) - 0.5) * 0.2;
        for (size_t k = 0; k < D && attempt % 2; k++)
            along += u[k] * q[k];
        for (size_t k = 0; k < D; k++) {
            u[k] -= along * q[k];
            length += u[k] * u[k];
        }
        for (size_t i = 0; i < N; i++) {
            double y = 0;
            for (size_t k = 0; k < D; k++)
                y += x[i * D + k] * u[k];
            variance[0] += y * y / length;
        }
        assert_true(variance[0] <= theta[attempt % 2] * (1 + 1e-9));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_of_a_plane_by_hand),
        cmocka_unit_test(test_a_direction_that_is_not_there_gives_zero),
        cmocka_unit_test(test_random_rows_have_the_components_that_define_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
