#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "net/crf.h"
#include "support/gen.h"
#include "support/gen_crf.h"
#include "support/ref_crf.h"

enum { FEW = 4, CELLS = FEW * FEW, ROUNDS = 1500 };

/* Sums are made in double; what is handed out is rounded to `real`. */
static const double SUM = 1e-11;
static const double HANDED_OUT = sizeof(real) == sizeof(double) ? 1e-12 : 1e-6;

/* Delta and the weights' gradients, [T][Y], [Y], [Y], [Y][Y], side by side. */
struct gradient {
    real cells[4][CELLS];
};

static void assert_gradient(const struct gradient *g, double expected[4][CELLS])
{
    for (size_t part = 0; part < 4; part++)
        for (size_t i = 0; i < CELLS; i++)
            if (!(fabs((double)g->cells[part][i] - expected[part][i]) <= HANDED_OUT))
                fail_msg("%s %zu is %.9g, should be %.9g", (const char *[]){"delta", "start", "end", "trans"}[part], i,
                         (double)g->cells[part][i], expected[part][i]);
}

/* Loss and gradients by the work; delta lies where the scores are if in_place. */
static double loss_of(struct gen_chain *c, struct gradient *g, double scale, bool in_place)
{
    size_t n = c->n_tokens * c->n_tags;
    bool ok;
    memset(g, 0, sizeof *g);
    if (in_place)
        memcpy(g->cells[0], c->scores, n * sizeof(real));
    double loss = crf_loss(c->work, g->cells[0], in_place ? g->cells[0] : c->scores, c->n_tokens, &c->gold, scale, &ok);
    assert_true(ok);
    crf_take(c->work, g->cells[1], g->cells[2], g->cells[3]);
    return loss;
}

/* The same by all paths.  False: gold allows none. */
static bool loss_by_paths(const struct gen_chain *c, double *loss, double expected[4][CELLS], double scale)
{
    struct ref_paths all;
    struct ref_paths gold;
    struct ref_expected to = {expected[0], expected[1], expected[2], expected[3]};
    ref_paths_init(&all, &c->crf, c->scores, c->n_tokens, NULL);
    ref_paths_init(&gold, &c->crf, c->scores, c->n_tokens, &c->gold);
    bool is_there = gold.n > 0;
    memset(expected, 0, 4 * sizeof *expected);
    *loss = is_there ? ref_log_sum(&all) - ref_log_sum(&gold) : 0;
    if (is_there) {
        ref_expect(&to, &all, scale);
        ref_expect(&to, &gold, -scale);
    }
    ref_paths_clear(&all);
    ref_paths_clear(&gold);
    return is_there;
}

/* One weight so large that only plain sums will do; nothing else is changed. */
static void force_plain(struct gen_chain *c)
{
    c->start[0] = -150;
    gen_chain_prepare(c);
}

/* ---- against all paths ---- */

static void check_loss(struct random *r, bool is_plain)
{
    struct gen_chain c;
    struct gradient g;
    double expected[4][CELLS];
    double by_paths;
    gen_chain_any(&c, r, FEW, FEW, 5);
    double scale = random_uniform(r);
    if (is_plain)
        force_plain(&c);
    if (random_below(r, 2) == 0)
        for (size_t t = 0; t < c.n_tokens; t++)
            c.tags[t] = (int32_t)random_below(r, c.n_tags);
    loss_by_paths(&c, &by_paths, expected, scale);
    double loss = loss_of(&c, &g, scale, random_below(r, 2) == 0);
    assert_close(&loss, &by_paths, 1, SUM, SUM);
    assert_gradient(&g, expected);
    gen_chain_clear(&c);
}

static void test_loss_and_gradients_are_those_of_all_paths(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(1));
    for (size_t round = 0; round < ROUNDS; round++)
        check_loss(&r, false);
}

static void test_plain_loss_and_gradients_are_those_of_all_paths(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(2));
    for (size_t round = 0; round < ROUNDS; round++)
        check_loss(&r, true);
}

static void check_steps(const struct gen_chain *c, const struct ref_paths *all)
{
    for (size_t t = 1; t < c->n_tokens; t++)
        for (int32_t a = 0; (size_t)a < c->n_tags; a++)
            for (int32_t b = 0; (size_t)b < c->n_tags; b++) {
                int32_t tags[FEW];
                tags[t - 1] = a;
                tags[t] = b;
                double share = all->n > 0 ? ref_share(all, tags, t - 1, t + 1) : 0;
                double step = crf_step_probability(c->work, t, a, b);
                assert_close(&step, &share, 1, 1e-9, 1e-13);
            }
}

static void check_marginals(struct gen_chain *c, struct random *r)
{
    real p[CELLS];
    double expected[4][CELLS] = {{0}};
    bool ok;
    struct ref_paths all;
    ref_paths_init(&all, &c->crf, c->scores, c->n_tokens, NULL);
    double by_paths = ref_log_sum(&all);
    double log_z = crf_marginals(c->work, p, c->scores, c->n_tokens, &ok);
    assert_true(ok);
    if (all.n == 0)
        assert_true(log_z == by_paths);
    else
        assert_close(&log_z, &by_paths, 1, SUM, SUM);
    ref_expect(&(struct ref_expected){expected[0], expected[1], expected[2], expected[3]}, &all, 1);
    for (size_t t = 0; t < c->n_tokens; t++) {
        double sum = 0;
        for (size_t y = 0; y < c->n_tags; y++) {
            size_t i = t * c->n_tags + y;
            assert_true(fabs((double)p[i] - expected[0][i]) <= HANDED_OUT);
            sum += (double)p[i];
        }
        assert_true(fabs(sum - (all.n > 0)) <= FEW * HANDED_OUT);
    }
    for (size_t i = 0; i < 10; i++) {
        int32_t tags[FEW];
        for (size_t t = 0; t < c->n_tokens; t++)
            tags[t] = (int32_t)random_below(r, c->n_tags);
        size_t first = gen_size(r, 0, c->n_tokens - 1);
        size_t last = gen_size(r, first + 1, c->n_tokens);
        double share = all.n > 0 ? ref_share(&all, tags, first, last) : 0;
        double segment = crf_segment_probability(c->work, tags, first, last);
        assert_close(&segment, &share, 1, 1e-9, 1e-13);
        assert_true(segment <= 1);
    }
    check_steps(c, &all);
    ref_paths_clear(&all);
}

static void test_marginals_and_segments_are_shares_of_all_paths(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(3));
    for (size_t round = 0; round < ROUNDS; round++) {
        struct gen_chain c;
        gen_chain_any(&c, &r, FEW, FEW, 5);
        check_marginals(&c, &r);
        force_plain(&c);
        check_marginals(&c, &r);
        gen_chain_clear(&c);
    }
}

static void test_numbers_far_apart_are_summed_right(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(4));
    for (size_t round = 0; round < ROUNDS; round++) {
        struct gen_chain c;
        gen_chain_any(&c, &r, FEW, FEW, 1);
        double wide = gen_size(&r, 0, 1) ? 51 : 700;
        gen_reals(&r, c.scores, c.n_tokens * c.n_tags, -wide, wide);
        gen_reals(&r, c.trans, c.n_tags * c.n_tags, -101, 101);
        gen_chain_prepare(&c);
        check_marginals(&c, &r);
        gen_chain_clear(&c);
    }
}

/* One token, two tags: e^-x / (1 + e^-x), to the last places. */
static void test_exponentials_are_exact(void **state)
{
    (void)state;
    static const real zero[4] = {0};
    static const int32_t second = 1;
    struct crf_work *w = crf_work_new(2);
    crf_prepare(w, &(struct crf){.n = 2, .start = zero, .end = zero, .trans = zero});
    for (size_t i = 0; i <= 100 * 64; i++) {
        real scores[2] = {0, -(real)i / 64};
        real p[2];
        bool ok;
        crf_marginals(w, p, scores, 1, &ok);
        double share = crf_segment_probability(w, &second, 0, 1);
        double expected = 1 / (1 + exp((double)i / 64));
        assert_close(&share, &expected, 1, 2e-15, 0);
    }
    crf_work_free(w);
}

/* ---- laws ---- */

static void test_constant_on_all_scores_of_a_token_changes_nothing(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(8));
    for (size_t round = 0; round < 200; round++) {
        struct gen_chain c;
        struct gradient before;
        struct gradient after;
        gen_chain_any(&c, &r, FEW, FEW, 5);
        for (size_t i = 0; i < c.n_tokens * c.n_tags; i++)
            c.scores[i] = (real)((int)(8 * c.scores[i])) / 8;
        double loss = loss_of(&c, &before, 1, false);
        for (size_t i = 0; i < c.n_tokens * c.n_tags; i++)
            c.scores[i] += 100 * (real)(i / c.n_tags) - 150;
        double shifted = loss_of(&c, &after, 1, false);
        assert_close(&loss, &shifted, 1, SUM, SUM);
        for (size_t part = 0; part < 4; part++)
            for (size_t i = 0; i < CELLS; i++)
                assert_true(fabs((double)(before.cells[part][i] - after.cells[part][i])) <= HANDED_OUT);
        gen_chain_clear(&c);
    }
}

static void test_gold_that_says_nothing_costs_nothing(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(10));
    struct gen_chain c;
    struct gradient g;
    gen_chain_init(&c, &r, FEW, FEW, 5);
    c.crf.may_start = c.crf.may_end = c.crf.may_follow = NULL;
    gen_chain_prepare(&c);
    for (size_t t = 0; t < FEW; t++)
        c.tags[t] = -1;
    assert_true(loss_of(&c, &g, 1, false) == 0);
    for (size_t i = 0; i < CELLS; i++)
        assert_true(g.cells[0][i] == 0 && g.cells[3][i] == 0);
    gen_chain_clear(&c);
}

/* Two tags; 1 may not follow 0. */
static void test_gold_that_the_rules_forbid_teaches_nothing(void **state)
{
    (void)state;
    static const real weights[4] = {1, 2, 3, 4};
    static const bool may_follow[4] = {true, false, true, true};
    static const int32_t golds[][2] = {{0, 1}, {0, 2}, {3, -1}};
    static const bool sets[4] = {false, true, false, false};
    struct crf chain = {.n = 2, .start = weights, .end = weights, .trans = weights, .may_follow = may_follow};
    struct crf_work *w = crf_work_new(2);
    crf_prepare(w, &chain);
    for (size_t i = 0; i < 3; i++) {
        real scores[4] = {1, -1, 2, 5};
        struct gradient g = {{{9, 9, 9, 9}}};
        bool ok;
        assert_true(crf_loss(w, g.cells[0], scores, 2, &(struct crf_gold){golds[i], sets}, 1, &ok) == 0 && ok);
        crf_take(w, g.cells[1], g.cells[2], g.cells[3]);
        for (size_t part = 0; part < 4; part++)
            for (size_t k = 0; k < CELLS; k++)
                assert_true(g.cells[part][k] == 0);
    }
    crf_work_free(w);
}

/* Both tags that the token may have have lost all probability: the network's doing, not the rules'. */
static void test_gold_that_the_scores_forbid_shows_in_the_loss(void **state)
{
    (void)state;
    static const real zero[9] = {0};
    static const bool sets[3] = {true, true, false};
    static const real scores[3] = {-INFINITY, -INFINITY, 1};
    static const int32_t golds[] = {0, 3};
    struct crf_work *w = crf_work_new(3);
    crf_prepare(w, &(struct crf){.n = 3, .start = zero, .end = zero, .trans = zero});
    for (size_t i = 0; i < 2; i++) {
        real delta[3];
        bool ok;
        assert_true(crf_loss(w, delta, scores, 1, &(struct crf_gold){&golds[i], sets}, 1, &ok) == INFINITY);
    }
    crf_work_free(w);
}

static void test_gradients_add_up_until_they_are_taken(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(11));
    struct gen_chain c;
    struct gradient once;
    real delta[CELLS];
    bool ok;
    gen_chain_init(&c, &r, FEW, FEW, 5);
    c.crf.may_start = c.crf.may_end = c.crf.may_follow = NULL;
    gen_chain_prepare(&c);
    loss_of(&c, &once, 1, false);
    real start[FEW] = {7, 7, 7, 7};
    real end[FEW] = {-7, -7, -7, -7};
    real trans[CELLS] = {0};
    crf_loss(c.work, delta, c.scores, FEW, &c.gold, 2, &ok);
    crf_loss(c.work, delta, c.scores, FEW, &c.gold, 0.5, &ok);
    for (size_t i = 0; i < 2; i++)
        crf_take(c.work, start, end, trans);
    for (size_t i = 0; i < CELLS; i++) {
        assert_true(fabs((double)trans[i] - 2.5 * (double)once.cells[3][i]) < 1e-5);
        if (i < FEW) {
            assert_true(fabs((double)start[i] - 7 - 2.5 * (double)once.cells[1][i]) < 1e-5);
            assert_true(fabs((double)end[i] + 7 - 2.5 * (double)once.cells[2][i]) < 1e-5);
        }
    }
    gen_chain_clear(&c);
}

/* ---- edges ---- */

static void test_one_tag_is_certain(void **state)
{
    (void)state;
    static const real two = 2;
    static const int32_t gold[3] = {0, 0, 0};
    struct crf_work *w = crf_work_new(1);
    crf_prepare(w, &(struct crf){.n = 1, .start = &two, .end = &two, .trans = &two});
    real scores[3] = {1, 10, 100};
    bool ok;
    real p[3];
    assert_true(crf_marginals(w, p, scores, 3, &ok) == 119);
    assert_true(p[0] == 1 && p[1] == 1 && p[2] == 1);
    assert_true(crf_segment_probability(w, gold, 0, 3) == 1);
    assert_true(crf_segment_probability(w, gold, 1, 1) == 1);
    assert_true(crf_loss(w, p, scores, 3, &(struct crf_gold){gold, NULL}, 1, &ok) == 0);
    assert_true(p[0] == 0 && p[1] == 0 && p[2] == 0);
    crf_work_free(w);
}

static void test_no_tokens_cost_nothing(void **state)
{
    (void)state;
    struct random r = random_seeded(1);
    struct gen_chain c;
    struct gradient g;
    bool ok = false;
    gen_chain_init(&c, &r, 3, 0, 1);
    assert_true(loss_of(&c, &g, 1, false) == 0);
    assert_true(crf_marginals(c.work, g.cells[0], c.scores, 0, &ok) == 0 && ok);
    for (size_t i = 0; i < CELLS; i++)
        assert_true(g.cells[1][i] == 0 && g.cells[3][i] == 0);
    gen_chain_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loss_and_gradients_are_those_of_all_paths),
        cmocka_unit_test(test_plain_loss_and_gradients_are_those_of_all_paths),
        cmocka_unit_test(test_marginals_and_segments_are_shares_of_all_paths),
        cmocka_unit_test(test_numbers_far_apart_are_summed_right),
        cmocka_unit_test(test_exponentials_are_exact),
        cmocka_unit_test(test_constant_on_all_scores_of_a_token_changes_nothing),
        cmocka_unit_test(test_gold_that_says_nothing_costs_nothing),
        cmocka_unit_test(test_gold_that_the_rules_forbid_teaches_nothing),
        cmocka_unit_test(test_gold_that_the_scores_forbid_shows_in_the_loss),
        cmocka_unit_test(test_gradients_add_up_until_they_are_taken),
        cmocka_unit_test(test_one_tag_is_certain),
        cmocka_unit_test(test_no_tokens_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
