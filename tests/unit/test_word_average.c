/*
 * The mean of rows over the last part of training, by hand.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "learn/word_average.h"

enum { N_ROWS = 70000, STRIDE = 32 }; /* more than one block of the sum */

static void fill(struct pair_tables *t, real x)
{
    for (size_t i = 0; i < t->n_rows * t->stride; i++)
        t->inner[i] = x + (real)(i % 1024);
}

static void assert_filled(const struct pair_tables *t, real x)
{
    for (size_t i = 0; i < t->n_rows * t->stride; i++)
        if (t->inner[i] != x + (real)(i % 1024))
            fail_msg("number %zu: %g, expected %g", i, (double)t->inner[i], (double)x + (double)(i % 1024));
}

/* Rows are added at 0.725, 0.775 .. 0.975 of the training, or as soon after as there is a step. */
static void test_the_mean_is_of_six_moments_and_the_end(void **state)
{
    (void)state;
    static const struct {
        double done;
        real row;
        size_t n_added;
    } steps[] = {{0, 64, 0},     {0.5, 64, 0}, {0.724, 64, 0}, {0.726, 1, 1}, {0.774, 64, 1}, {0.776, 2, 2},
                 {0.824, 64, 2}, {0.9, 4, 3},  {0.901, 8, 4},  {0.93, 16, 5}, {0.98, 32, 6},  {0.99, 64, 6}};
    struct pair_tables t = {.n_rows = N_ROWS, .stride = STRIDE, .dim = STRIDE};
    struct word_average a;
    oriel_error err;
    t.inner = mem_alloc(N_ROWS, STRIDE * sizeof *t.inner);
    struct workers *crew = workers_new(3);
    assert_non_null(crew);
    assert_non_null(t.inner);
    assert_ok(word_average_init(&a, &t, &err), err);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        fill(&t, steps[i].row);
        word_average_step(&a, &t, steps[i].done, crew);
        assert_int_equal(a.n_added, steps[i].n_added);
        assert_filled(&t, steps[i].row);
    }
    fill(&t, 7);
    word_average_give(&a, &t, crew);
    assert_filled(&t, 10); /* (1 + 2 + 4 + 8 + 16 + 32 + 7) / 7 */
    word_average_clear(&a);
    workers_free(crew);
    mem_free(t.inner);
}

/* A training that is stopped before has what its rows are. */
static void test_nothing_added_changes_nothing(void **state)
{
    (void)state;
    struct pair_tables t = {.n_rows = 3, .stride = 16, .dim = 16};
    struct word_average a;
    oriel_error err;
    t.inner = mem_alloc(3, 16 * sizeof *t.inner);
    struct workers *crew = workers_new(1);
    assert_non_null(crew);
    assert_non_null(t.inner);
    assert_ok(word_average_init(&a, &t, &err), err);
    fill(&t, 5);
    word_average_step(&a, &t, 0.7, crew);
    word_average_give(&a, &t, crew);
    assert_filled(&t, 5);
    word_average_clear(&a);
    workers_free(crew);
    mem_free(t.inner);
}

static void test_without_room_it_says_so(void **state)
{
    (void)state;
    struct pair_tables t = {.n_rows = 3, .stride = 16, .dim = 16};
    struct word_average a;
    oriel_error err;
    char kept[4096] = "";
    snprintf(kept, sizeof kept, "%s", getenv("TMPDIR") ? getenv("TMPDIR") : "");
    setenv("TMPDIR", "/no/such/folder", 1);
    assert_int_equal(word_average_init(&a, &t, &err), ORIEL_EIO);
    assert_non_null(strstr(err.text, "temporary file"));
    word_average_clear(&a);
    if (*kept)
        setenv("TMPDIR", kept, 1);
    else
        unsetenv("TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_mean_is_of_six_moments_and_the_end),
        cmocka_unit_test(test_nothing_added_changes_nothing),
        cmocka_unit_test(test_without_room_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
