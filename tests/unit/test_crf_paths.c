#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "net/crf.h"
#include "support/gen.h"
#include "support/gen_crf.h"
#include "support/ref_crf.h"

enum { FEW = 4, CELLS = FEW * FEW, ALL = FEW * FEW * FEW * FEW, ROUNDS = 500 };

/* Whole numbers: sums are exact, and many paths are equal. */
static void round_all(struct gen_chain *c)
{
    real *const arrays[] = {c->start, c->end, c->trans, c->scores};
    const size_t sizes[] = {c->n_tags, c->n_tags, c->n_tags * c->n_tags, c->n_tokens * c->n_tags};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            arrays[i][k] = (real)(int)arrays[i][k];
    gen_chain_prepare(c);
}

/* Both searches against the list of all paths, which has n. */
static void check_paths(struct gen_chain *c, const struct ref_paths *all, size_t n_best)
{
    int32_t tags[ALL * FEW];
    double scores[ALL];
    bool ok;
    size_t n_tags_bytes = c->n_tokens * sizeof *tags;
    size_t n_found = crf_n_best(c->work, tags, scores, n_best, c->scores, c->n_tokens, &ok);
    assert_true(ok);
    assert_int_equal(n_found, n_best < all->n ? n_best : all->n);
    assert_close(scores, all->scores, n_found, 1e-12, 1e-12);
    assert_memory_equal(tags, all->tags, n_found * n_tags_bytes);
    double best = crf_best_path(c->work, tags, c->scores, c->n_tokens, &ok);
    assert_true(ok);
    if (all->n == 0) {
        assert_true(best == -INFINITY);
        return;
    }
    assert_close(&best, all->scores, 1, 1e-12, 1e-12);
    assert_memory_equal(tags, all->tags, n_tags_bytes);
}

static void check_chains(uint64_t seed, bool is_whole)
{
    struct random r = random_seeded(test_seed(seed));
    for (size_t round = 0; round < ROUNDS; round++) {
        struct gen_chain c;
        struct ref_paths all;
        gen_chain_any(&c, &r, FEW, FEW, 3);
        if (is_whole)
            round_all(&c);
        ref_paths_init(&all, &c.crf, c.scores, c.n_tokens, NULL);
        ref_paths_sort(&all);
        check_paths(&c, &all, gen_size(&r, 1, 10));
        check_paths(&c, &all, ALL);
        ref_paths_clear(&all);
        gen_chain_clear(&c);
    }
}

static void test_n_best_are_the_first_of_all_paths(void **state)
{
    (void)state;
    check_chains(1, false);
}

static void test_equal_paths_come_in_the_order_of_their_last_tags(void **state)
{
    (void)state;
    check_chains(2, true);
}

static void test_searches_never_break_a_rule(void **state)
{
    (void)state;
    enum { T = 60, N = 8 };
    struct random r = random_seeded(test_seed(3));
    for (size_t round = 0; round < 200; round++) {
        struct gen_chain c;
        int32_t best[T];
        int32_t tags[N * T];
        double scores[N];
        bool ok;
        gen_chain_any(&c, &r, 19, T, round % 2 ? 3 : 1e30);
        double score = crf_best_path(c.work, best, c.scores, c.n_tokens, &ok);
        size_t n_found = crf_n_best(c.work, tags, scores, N, c.scores, c.n_tokens, &ok);
        assert_true(n_found > 0 || score == -INFINITY);
        for (size_t i = 0; i < n_found; i++) {
            assert_true(gen_chain_allows(&c, tags + i * c.n_tokens));
            assert_true(i == 0 || scores[i] <= scores[i - 1]);
        }
        if (n_found > 0) {
            assert_memory_equal(best, tags, c.n_tokens * sizeof *tags);
            assert_true(scores[0] == score);
        }
        gen_chain_clear(&c);
    }
}

/* Two tags that may only take turns, from 0 to 1: four tokens have one path, three have none. */
static void test_paths_that_are_not_there_are_not_made_up(void **state)
{
    (void)state;
    static const real zero[8] = {0};
    static const bool may_start[2] = {true, false};
    static const bool may_end[2] = {false, true};
    static const bool may_follow[4] = {false, true, true, false};
    static const int32_t turns[4] = {0, 1, 0, 1};
    struct crf_work *w = crf_work_new(2);
    crf_prepare(w, &(struct crf){2, zero, zero, zero, may_start, may_end, may_follow});
    int32_t tags[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    double scores[2] = {5, 5};
    bool ok;
    assert_int_equal(crf_n_best(w, tags, scores, 2, zero, 4, &ok), 1);
    assert_memory_equal(tags, turns, sizeof turns);
    assert_true(scores[0] == 0 && scores[1] == 5 && tags[4] == 9);
    assert_int_equal(crf_n_best(w, tags, scores, 2, zero, 3, &ok), 0);
    assert_true(crf_best_path(w, tags, zero, 3, &ok) == -INFINITY);
    assert_true(tags[0] == 0 && tags[1] == 0 && tags[2] == 0);
    crf_work_free(w);
}

static void test_no_tokens_have_no_paths(void **state)
{
    (void)state;
    struct random r = random_seeded(4);
    struct gen_chain c;
    double score;
    bool ok = false;
    gen_chain_init(&c, &r, 3, 0, 1);
    assert_int_equal(crf_n_best(c.work, NULL, &score, 1, c.scores, 0, &ok), 0);
    assert_true(ok);
    assert_true(crf_best_path(c.work, NULL, c.scores, 0, &ok) == 0 && ok);
    gen_chain_clear(&c);
}

static void test_no_best_are_none(void **state)
{
    (void)state;
    struct random r = random_seeded(5);
    struct gen_chain c;
    bool ok = false;
    gen_chain_init(&c, &r, 3, 3, 1);
    assert_int_equal(crf_n_best(c.work, NULL, NULL, 0, c.scores, 3, &ok), 0);
    assert_true(ok);
    gen_chain_clear(&c);
}

static void test_more_best_than_memory_holds_is_said(void **state)
{
    (void)state;
    static const size_t many[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 8, (size_t)1 << 60};
    struct random r = random_seeded(6);
    struct gen_chain c;
    gen_chain_init(&c, &r, 3, 3, 1);
    for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
        bool ok = true;
        assert_int_equal(crf_n_best(c.work, NULL, NULL, many[i], c.scores, 3, &ok), 0);
        assert_false(ok);
    }
    gen_chain_clear(&c);
}

static void test_searches_take_scores_that_are_no_numbers(void **state)
{
    (void)state;
    static const double strange[] = {NAN, INFINITY, -INFINITY};
    struct random r = random_seeded(test_seed(7));
    for (size_t round = 0; round < 300; round++) {
        struct gen_chain c;
        int32_t tags[5 * FEW];
        double scores[5];
        bool ok;
        gen_chain_any(&c, &r, FEW, FEW, 3);
        for (size_t i = 0; i < c.n_tokens * c.n_tags; i++)
            if (random_below(&r, 3) == 0)
                c.scores[i] = (real)strange[random_below(&r, 3)];
        crf_best_path(c.work, tags, c.scores, c.n_tokens, &ok);
        for (size_t t = 0; t < c.n_tokens; t++)
            assert_in_range(tags[t], 0, c.n_tags - 1);
        size_t n_found = crf_n_best(c.work, tags, scores, 5, c.scores, c.n_tokens, &ok);
        for (size_t i = 0; i < n_found; i++)
            assert_true(gen_chain_allows(&c, tags + i * c.n_tokens));
        gen_chain_clear(&c);
    }
}

static void test_searches_leave_the_marginals_for_segments_alone(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(8));
    for (size_t round = 0; round < 50; round++) {
        struct gen_chain c;
        real p[CELLS];
        int32_t tags[2 * FEW];
        double scores[2];
        bool ok;
        gen_chain_init(&c, &r, FEW, FEW, 3);
        crf_marginals(c.work, p, c.scores, FEW, &ok);
        static const int32_t segment[FEW] = {1, 2, 0, 3};
        double before = crf_segment_probability(c.work, segment, 1, FEW);
        crf_best_path(c.work, tags, c.scores, FEW, &ok);
        crf_n_best(c.work, tags, scores, 2, c.scores, FEW, &ok);
        assert_true(crf_segment_probability(c.work, segment, 1, FEW) == before);
        gen_chain_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_n_best_are_the_first_of_all_paths),
        cmocka_unit_test(test_equal_paths_come_in_the_order_of_their_last_tags),
        cmocka_unit_test(test_searches_never_break_a_rule),
        cmocka_unit_test(test_paths_that_are_not_there_are_not_made_up),
        cmocka_unit_test(test_no_tokens_have_no_paths),
        cmocka_unit_test(test_no_best_are_none),
        cmocka_unit_test(test_more_best_than_memory_holds_is_said),
        cmocka_unit_test(test_searches_take_scores_that_are_no_numbers),
        cmocka_unit_test(test_searches_leave_the_marginals_for_segments_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
