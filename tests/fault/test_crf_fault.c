/*
 * The n-th allocation fails, for every n, while a chain is made and used: the call says so and can be made again, or the
 * result is what it would have been; nothing leaks.
 */
#include "support/test.h"

#include "net/crf.h"
#include "support/memory_failing.h"

enum { Y = 3, T = 4, N = 2 };

static const real weights[Y * Y] = {1, 0, 2, 0, -1, 1, 0, 2, 1};
static const real scores[T * Y] = {1, 2, 3, 0, 1, 1, 3, 2, 1, 0, 0, 2};
static const int32_t gold[T] = {0, 1, -1, 2};

struct results {
    double loss, log_z, best, n_best[N];
    real delta[T * Y], p[T * Y];
    int32_t tags[(1 + N) * T];
};

/* All calls, each until it succeeds; false: no work could be made.  *n_failures: calls that said they had no memory. */
static bool use_chain(struct results *r, size_t *n_failures)
{
    struct crf_work *w = crf_work_new(Y);
    *n_failures = w ? 0 : 1;
    if (!w)
        return false;
    crf_prepare(w, &(struct crf){.n = Y, .start = weights, .end = weights, .trans = weights});
    bool ok = false;
    for (; !ok; *n_failures += !ok)
        r->loss = crf_loss(w, r->delta, scores, T, &(struct crf_gold){gold, NULL}, 1, &ok);
    for (ok = false; !ok; *n_failures += !ok)
        r->log_z = crf_marginals(w, r->p, scores, T, &ok);
    for (ok = false; !ok; *n_failures += !ok)
        r->best = crf_best_path(w, r->tags, scores, T, &ok);
    for (ok = false; !ok; *n_failures += !ok)
        crf_n_best(w, r->tags + T, r->n_best, N, scores, T, &ok);
    crf_work_free(w);
    return true;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    struct results expected = {0};
    size_t n_failures;
    mem_fail_at(0);
    assert_true(use_chain(&expected, &n_failures));
    assert_int_equal(n_failures, 0);
    for (size_t n = 1;; n++) {
        struct results r = {0};
        mem_fail_at(n);
        bool is_made = use_chain(&r, &n_failures);
        bool was_met = mem_calls() >= n;
        assert_int_equal(n_failures, was_met);
        assert_int_equal(mem_live(), 0);
        if (is_made)
            assert_memory_equal(&r, &expected, sizeof r);
        if (!was_met)
            break;
    }
}

static void test_a_free_of_nothing_is_nothing(void **state)
{
    (void)state;
    crf_work_free(NULL);
    mem_fail_at(0);
    assert_null(crf_work_new(SIZE_MAX));
    assert_null(crf_work_new((size_t)INT32_MAX));
    assert_int_equal(mem_live(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_a_free_of_nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
