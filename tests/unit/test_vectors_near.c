/*
 * Finding a word's row, and the rows near to one.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "model/vectors.h"
#include "support/tiny_vectors.h"

static void test_a_word_is_found_exactly_then_lower_case_then_with_digits_folded(void **state)
{
    (void)state;
    /* the last word is "e" with a combining acute accent, which is not its normal form */
    oriel_vectors *v = tiny_vectors("Apple 1\napple 2\n0000 3\n\xC3\xA9 4\nstra\xC3\x9F"
                                    "e 5\ne\xCC\x81 6\n");
    assert_int_equal(oriel_vectors_find(v, "Apple"), 0);
    assert_int_equal(oriel_vectors_find(v, "apple"), 1);
    assert_int_equal(oriel_vectors_find(v, "APPLE"), 1);
    assert_int_equal(oriel_vectors_find(v, "1984"), 2);
    assert_int_equal(oriel_vectors_find(v, "\xC3\x89"), 3);
    assert_int_equal(oriel_vectors_find(v, "Stra\xC3\x9F"
                                           "e"),
                     4);
    assert_int_equal(oriel_vectors_find(v, "e\xCC\x81"), 5);
    assert_true(oriel_vectors_find(v, "pear") == SIZE_MAX);
    assert_true(oriel_vectors_find(v, "") == SIZE_MAX);
    assert_true(oriel_vectors_find(v, "\xFF") == SIZE_MAX);
    oriel_vectors_free(v);
}

/* Angles of the query (1,0): a 0, b 45 and c -45 degrees, d 90, e 180; z has none. */
static void test_neighbours_come_best_first_with_ties_by_row(void **state)
{
    (void)state;
    static const size_t rows[] = {3, 2, 4, 5, 6, 1};
    static const double cosines[] = {1, 0.70710678, 0.70710678, 0, 0, -1};
    oriel_vectors *v = tiny_vectors("q 1 0\ne -3 0\nb 2 2\na 5 0\nc 0.1 -0.1\nd 0 7\nz 0 0\n");
    for (size_t k = 0; k <= 8; k++) {
        oriel_neighbour out[8];
        size_t n = 99;
        oriel_error err;
        assert_ok(oriel_vectors_near(v, 0, out, k, &n, &err), err);
        assert_int_equal(n, k < 6 ? k : 6);
        for (size_t i = 0; i < n; i++) {
            double similarity = out[i].similarity;
            assert_int_equal(out[i].row, rows[i]);
            assert_close(&similarity, &cosines[i], 1, 0, 1e-7);
        }
    }
    oriel_vectors_free(v);
}

static void test_a_row_that_is_not_there_is_refused(void **state)
{
    (void)state;
    oriel_vectors *v = tiny_vectors("a 1\n");
    oriel_neighbour out[1];
    size_t n = 99;
    oriel_error err;
    assert_int_equal(oriel_vectors_near(v, 1, out, 1, &n, &err), ORIEL_EARG);
    assert_int_equal(n, 0);
    assert_ok(oriel_vectors_near(v, 0, out, 1, &n, &err), err);
    assert_int_equal(n, 0);
    oriel_vectors_free(v);
}

/* The query of the test above, at another length and without a row: "q" itself comes first beside a, by row. */
static void test_any_vector_has_neighbours(void **state)
{
    (void)state;
    static const float query[] = {0.5F, 0};
    static const size_t rows[] = {0, 3, 2, 4, 5, 6, 1};
    oriel_vectors *v = tiny_vectors("q 1 0\ne -3 0\nb 2 2\na 5 0\nc 0.1 -0.1\nd 0 7\nz 0 0\n");
    oriel_neighbour out[8];
    size_t n;
    oriel_error err;
    assert_ok(oriel_vectors_near_vector(v, query, out, 8, &n, &err), err);
    assert_int_equal(n, 7);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(out[i].row, rows[i]);
    assert_int_equal(oriel_vectors_near_vector(v, (float[]){1, NAN}, out, 8, &n, &err), ORIEL_EARG);
    assert_int_equal(n, 0);
    oriel_vectors_free(v);
}

static void test_tiny_and_huge_rows_have_directions_too(void **state)
{
    (void)state;
    oriel_vectors *v = tiny_vectors("q 1e-44 1e-44\na 3e38 3e38\nb 3e38 -3e38\n");
    oriel_neighbour out[2];
    size_t n;
    oriel_error err;
    assert_ok(oriel_vectors_near(v, 0, out, 2, &n, &err), err);
    assert_true(out[0].row == 1 && fabsf(out[0].similarity - 1) < 1e-6F);
    assert_true(out[1].row == 2 && fabsf(out[1].similarity) < 1e-6F);
    oriel_vectors_free(v);
}

static int by_similarity(const void *a, const void *b)
{
    const oriel_neighbour *x = a;
    const oriel_neighbour *y = b;
    if (x->similarity != y->similarity)
        return x->similarity > y->similarity ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

enum { N = 300, D = 3 };

/* The oracle sorts all rows; small whole numbers make many ties. */
static void test_neighbours_are_those_of_sorting_all_rows(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(5));
    char text[N * 32];
    size_t at = 0;
    for (size_t i = 0; i < N; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "w%zu %d %d %d\n", i, (int)random_below(&r, 5) - 2,
                               (int)random_below(&r, 5) - 2, (int)random_below(&r, 5) - 2);
    oriel_vectors *v = tiny_vectors(text);
    for (size_t k = 1; k < N; k += 37) {
        oriel_neighbour all[N];
        oriel_neighbour best[N];
        size_t n;
        oriel_error err;
        size_t query = (size_t)random_below(&r, N);
        assert_ok(oriel_vectors_near(v, query, all, N, &n, &err), err);
        assert_int_equal(n, N - 1);
        qsort(all, n, sizeof *all, by_similarity);
        assert_ok(oriel_vectors_near(v, query, best, k, &n, &err), err);
        assert_int_equal(n, k);
        for (size_t i = 0; i < k; i++)
            assert_true(best[i].row == all[i].row && best[i].similarity == all[i].similarity);
    }
    oriel_vectors_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_word_is_found_exactly_then_lower_case_then_with_digits_folded),
        cmocka_unit_test(test_neighbours_come_best_first_with_ties_by_row),
        cmocka_unit_test(test_any_vector_has_neighbours),
        cmocka_unit_test(test_a_row_that_is_not_there_is_refused),
        cmocka_unit_test(test_tiny_and_huge_rows_have_directions_too),
        cmocka_unit_test(test_neighbours_are_those_of_sorting_all_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
