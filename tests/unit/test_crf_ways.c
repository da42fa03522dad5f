#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "net/crf.h"
#include "net/crf_work.h"
#include "support/gen.h"
#include "support/gen_crf.h"

enum { FEW = 4, CELLS = FEW * FEW };

static double *copy_of(const double *x, size_t n)
{
    double *copy = malloc(n * sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, x, n * sizeof *copy);
    return copy;
}

/* Both ways over what gold allows; false: the scaled one refuses. */
static bool check_both_ways(struct gen_chain *c, const struct crf_gold *gold)
{
    struct crf_work *w = c->work;
    size_t n_cells = w->n * w->stride;
    assert_true(crf_reserve(w, c->n_tokens));
    memset(w->d_trans, 0, n_cells * sizeof(double));
    if (!crf_forward_scaled(w, c->scores, c->n_tokens, gold))
        return false;
    double log_sum = w->log_sum;
    crf_backward_scaled(w, c->n_tokens, 1);
    double *alpha = copy_of(w->alpha, c->n_tokens * w->stride);
    double *beta = copy_of(w->beta, c->n_tokens * w->stride);
    double *steps = copy_of(w->d_trans, n_cells);
    memset(w->d_trans, 0, n_cells * sizeof(double));
    crf_forward_plain(w, c->scores, c->n_tokens, gold);
    assert_close(&log_sum, &w->log_sum, 1, 1e-12, 1e-12);
    crf_backward_plain(w, c->n_tokens, 1);
    for (size_t t = 0; t < c->n_tokens; t++)
        for (size_t y = 0; y < w->n; y++) {
            size_t i = t * w->stride + y;
            double scaled = alpha[i] * beta[i];
            double plain = exp(w->alpha[i] + w->beta[i] - w->log_sum);
            assert_close(&scaled, &plain, 1, 1e-8, 1e-300);
        }
    for (size_t a = 0; a < w->n; a++)
        assert_close(steps + a * w->stride, w->d_trans + a * w->stride, w->n, 1e-8, 1e-300);
    free(alpha);
    free(beta);
    free(steps);
    return true;
}

static void test_both_ways_agree_up_to_the_widest_gap(void **state)
{
    (void)state;
    static const double gaps[] = {1, 90, 99, 100, 101, 110, 1000};
    struct random r = random_seeded(test_seed(6));
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        for (size_t round = 0; round < 20; round++) {
            struct gen_chain c;
            gen_chain_init(&c, &r, 5, 12, gaps[i] / 2);
            c.crf.may_start = c.crf.may_end = c.crf.may_follow = NULL;
            c.scores[25] = (real)(-gaps[i] / 2);
            c.scores[28] = (real)(gaps[i] / 2);
            gen_chain_prepare(&c);
            assert_true(check_both_ways(&c, NULL) == (gaps[i] <= 100));
            for (size_t k = 0; k < 5 * 12; k++)
                c.scores[k] /= (real)gaps[i];
            real *weights[] = {&c.start[2], &c.end[1], &c.trans[7]};
            *weights[round % 3] = (real)(round % 2 ? gaps[i] : -gaps[i]);
            gen_chain_prepare(&c);
            assert_true(check_both_ways(&c, NULL) == (gaps[i] <= 100));
            gen_chain_clear(&c);
        }
}

static void test_both_ways_agree_on_long_sentences(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 2, 3, 4, 5, 8, 63, 64, 65, 66, 130, 3000};
    struct random r = random_seeded(test_seed(7));
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t n_tags = 7; n_tags <= 17; n_tags += i + 1) {
            struct gen_chain c;
            gen_chain_init(&c, &r, n_tags, lengths[i], 8);
            for (size_t y = 0; y < n_tags; y++)
                c.may_follow[y * n_tags] = c.may_follow[y] = c.may_start[y] = c.may_end[y] = true;
            gen_chain_prepare(&c);
            assert_true(check_both_ways(&c, NULL));
            for (size_t t = 0; t < lengths[i]; t++) {
                c.tags[t] = t % 2 ? (int32_t)(n_tags + t) : c.tags[t] < (int32_t)n_tags ? -1 : c.tags[t];
                c.sets[t * n_tags] = true;
            }
            assert_true(check_both_ways(&c, &c.gold));
            gen_chain_clear(&c);
        }
}

/* The rules of IOBES for many types: "outside" is tag 0, then B, I, E and S of each type. */
static void forbid_as_iobes(struct gen_chain *c)
{
    size_t n = c->crf.n;
    c->crf.may_start = c->may_start;
    c->crf.may_end = c->may_end;
    c->crf.may_follow = c->may_follow;
    for (size_t a = 0; a < n; a++) {
        bool is_open = a > 0 && (a - 1) % 4 < 2;
        c->may_end[a] = !is_open;
        for (size_t b = 0; b < n; b++) {
            bool begins = b == 0 || (b - 1) % 4 == 0 || (b - 1) % 4 == 3;
            c->may_follow[a * n + b] = is_open ? !begins && (a - 1) / 4 == (b - 1) / 4 : begins;
        }
        c->may_start[a] = a == 0 || (a - 1) % 4 == 0 || (a - 1) % 4 == 3;
    }
}

/* Where half of the rows forbid nearly all, columns are left out: sums and best path are those of the ways that look at all. */
static void test_ways_agree_on_many_types(void **state)
{
    (void)state;
    static const size_t types[] = {2, 10, 12, 17, 39};
    struct random r = random_seeded(test_seed(8));
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        for (size_t round = 0; round < 5; round++) {
            struct gen_chain c;
            size_t n = 4 * types[i] + 1;
            size_t length = 1 + 7 * round;
            gen_chain_init(&c, &r, n, length, 8);
            forbid_as_iobes(&c);
            gen_chain_prepare(&c);
            assert_true(c.work->is_sparse == (types[i] >= 10));
            assert_true(check_both_ways(&c, NULL));
            int32_t best[40];
            int32_t listed[40];
            double score;
            bool ok;
            double found = crf_best_path(c.work, best, c.scores, length, &ok);
            assert_int_equal(crf_n_best(c.work, listed, &score, 1, c.scores, length, &ok), 1);
            assert_true(found == score);
            assert_memory_equal(best, listed, length * sizeof *best);
            gen_chain_clear(&c);
        }
}

/* Tag 0 only follows itself and may not end; the others follow one another to the last.  The one path that may end becomes
 * e^-99 times less likely at every token, until its share is smaller than any double. */
static void test_the_only_path_counts_however_small_its_share(void **state)
{
    (void)state;
    enum { Y = 10, T = Y - 1 };
    struct random r = random_seeded(5);
    struct gen_chain c;
    gen_chain_init(&c, &r, Y, T, 1);
    real p[T * Y];
    bool ok;
    memset(c.may_follow, false, Y * Y);
    memset(c.may_end, false, Y);
    for (size_t a = 0; a < Y; a++) {
        c.start[a] = c.end[a] = 0;
        c.may_start[a] = a <= 1;
        for (size_t b = 0; b < Y; b++) {
            c.trans[a * Y + b] = 0;
            c.may_follow[a * Y + b] = a == 0 ? b == 0 : b == a + 1;
        }
    }
    c.may_end[Y - 1] = true;
    for (size_t i = 0; i < T * Y; i++)
        c.scores[i] = i % Y == 0 ? 0 : -99;
    c.crf.may_start = c.may_start;
    c.crf.may_end = c.may_end;
    c.crf.may_follow = c.may_follow;
    gen_chain_prepare(&c);
    assert_true(crf_marginals(c.work, p, c.scores, T, &ok) == -99.0 * T);
    for (size_t i = 0; i < T * Y; i++)
        assert_true(p[i] == (i % Y == i / Y + 1));
    gen_chain_clear(&c);
}

/* Tag 1 is by far the better one at every token, and follows itself, but nothing leads to it. */
static void test_tags_that_no_path_reaches_do_not_matter(void **state)
{
    (void)state;
    enum { T = 30 };
    static const real zero[4] = {0};
    static const bool may_start[2] = {true, false};
    static const bool may_follow[4] = {true, false, true, true};
    struct crf_work *w = crf_work_new(2);
    crf_prepare(w, &(struct crf){2, zero, zero, zero, may_start, NULL, may_follow});
    real scores[2 * T];
    real p[2 * T];
    bool ok;
    for (size_t i = 0; i < 2 * T; i++)
        scores[i] = i % 2 ? 0 : -90;
    double log_z = crf_marginals(w, p, scores, T, &ok);
    assert_close(&log_z, (const double[]){-90.0 * T}, 1, 1e-14, 0);
    for (size_t i = 0; i < 2 * T; i++)
        assert_true(p[i] == (real)(i % 2 ? 0 : 1));
    crf_work_free(w);
}

static void test_log_z_is_no_less_than_the_best_paths_score(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(9));
    for (size_t round = 0; round < 200; round++) {
        struct gen_chain c;
        bool ok;
        int32_t tags[60];
        real p[60 * 9];
        gen_chain_any(&c, &r, 9, 60, round % 2 ? 5 : 80);
        double best = crf_best_path(c.work, tags, c.scores, c.n_tokens, &ok);
        double log_z = crf_marginals(c.work, p, c.scores, c.n_tokens, &ok);
        assert_true(log_z >= best - 1e-11 * fabs(best) || best == -INFINITY);
        assert_true(log_z <= best + (double)c.n_tokens * log((double)c.n_tags) + 1e-9 || best == -INFINITY);
        gen_chain_clear(&c);
    }
}

static void test_scores_that_are_no_numbers_show_in_the_loss(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(12));
    for (size_t round = 0; round < 300; round++) {
        struct gen_chain c;
        real delta[CELLS];
        bool ok;
        gen_chain_any(&c, &r, FEW, FEW, 5);
        c.crf.may_start = c.crf.may_end = c.crf.may_follow = NULL;
        gen_chain_prepare(&c);
        for (size_t t = 0; t < c.n_tokens; t++)
            c.sets[t * c.n_tags] = true;
        c.scores[random_below(&r, c.n_tokens * c.n_tags)] = round % 2 ? NAN : INFINITY;
        assert_true(!isfinite(crf_loss(c.work, delta, c.scores, c.n_tokens, &c.gold, 1, &ok)));
        c.crf.may_start = c.may_start;
        c.crf.may_end = c.may_end;
        c.crf.may_follow = c.may_follow;
        gen_chain_prepare(&c);
        double log_z = crf_marginals(c.work, delta, c.scores, c.n_tokens, &ok);
        assert_true(isnan(log_z) || log_z == INFINITY);
        gen_chain_clear(&c);
    }
}

static void test_minus_infinity_is_a_tag_of_no_probability(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(13));
    for (size_t round = 0; round < 300; round++) {
        struct gen_chain c;
        real p[CELLS];
        bool ok;
        gen_chain_any(&c, &r, FEW, FEW, 5);
        size_t i = (size_t)random_below(&r, c.n_tokens * c.n_tags);
        c.scores[i] = -10000;
        double log_z = crf_marginals(c.work, p, c.scores, c.n_tokens, &ok);
        c.scores[i] = -INFINITY;
        double without = crf_marginals(c.work, p, c.scores, c.n_tokens, &ok);
        assert_true(without == log_z || log_z < -9000);
        assert_true(p[i] == 0);
        gen_chain_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways_agree_up_to_the_widest_gap),
        cmocka_unit_test(test_both_ways_agree_on_long_sentences),
        cmocka_unit_test(test_ways_agree_on_many_types),
        cmocka_unit_test(test_the_only_path_counts_however_small_its_share),
        cmocka_unit_test(test_tags_that_no_path_reaches_do_not_matter),
        cmocka_unit_test(test_log_z_is_no_less_than_the_best_paths_score),
        cmocka_unit_test(test_scores_that_are_no_numbers_show_in_the_loss),
        cmocka_unit_test(test_minus_infinity_is_a_tag_of_no_probability),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
