/*
 * The chain's gradients against central differences of the loss by all paths, which has none of the code under test.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>

#include "support/gen.h"
#include "support/gen_crf.h"
#include "support/ref_crf.h"

enum { FEW = 4, CELLS = FEW * FEW, ROUNDS = 150 };

static const double STEP = 1e-3;
static const double RELATIVE = 1e-6;
static const double ROUNDING = 2e-10; /* of a difference quotient: a few units in the last place of log Z over STEP */

static double loss_by_paths(const struct gen_chain *c)
{
    struct ref_paths all;
    struct ref_paths gold;
    ref_paths_init(&all, &c->crf, c->scores, c->n_tokens, NULL);
    ref_paths_init(&gold, &c->crf, c->scores, c->n_tokens, &c->gold);
    double loss = gold.n > 0 ? ref_log_sum(&all) - ref_log_sum(&gold) : 0;
    ref_paths_clear(&all);
    ref_paths_clear(&gold);
    return loss;
}

/* dloss/d(*at) by four losses around it; the error falls with STEP⁴. */
static double slope(const struct gen_chain *c, real *at)
{
    static const double steps[] = {-2, -1, 1, 2};
    double loss[4];
    real kept = *at;
    for (size_t i = 0; i < 4; i++) {
        *at = kept + steps[i] * STEP;
        loss[i] = loss_by_paths(c);
    }
    *at = kept;
    return (loss[0] - 8 * loss[1] + 8 * loss[2] - loss[3]) / (12 * STEP);
}

static void compare(const struct gen_chain *c, real *values, const real *gradient, size_t n, const char *what)
{
    double slopes[CELLS];
    for (size_t i = 0; i < n; i++)
        slopes[i] = slope(c, &values[i]);
    test_close(gradient, slopes, n, RELATIVE, ROUNDING, what, "central difference", __FILE__, __LINE__);
}

/* is_plain: by one weight so low that sums of exponentials refuse. */
static void check_chains(uint64_t seed, bool is_known, bool is_plain)
{
    struct random r = random_seeded(test_seed(seed));
    for (size_t round = 0; round < ROUNDS; round++) {
        struct gen_chain c;
        real delta[CELLS];
        real d_start[FEW] = {0};
        real d_end[FEW] = {0};
        real d_trans[CELLS] = {0};
        bool ok;
        gen_chain_any(&c, &r, FEW, FEW, 4);
        for (size_t t = 0; is_known && t < c.n_tokens; t++)
            c.tags[t] = (int32_t)random_below(&r, c.n_tags);
        if (is_plain)
            c.trans[0] = -200;
        gen_chain_prepare(&c);
        crf_loss(c.work, delta, c.scores, c.n_tokens, &c.gold, 1, &ok);
        crf_take(c.work, d_start, d_end, d_trans);
        compare(&c, c.scores, delta, c.n_tokens * c.n_tags, "ds");
        compare(&c, c.start, d_start, c.n_tags, "dstart");
        compare(&c, c.end, d_end, c.n_tags, "dend");
        compare(&c, c.trans, d_trans, c.n_tags * c.n_tags, "dtrans");
        gen_chain_clear(&c);
    }
}

static void test_gradients_with_known_gold(void **state)
{
    (void)state;
    check_chains(1, true, false);
}

static void test_gradients_with_partly_known_gold(void **state)
{
    (void)state;
    check_chains(2, false, false);
}

static void test_gradients_by_plain_sums(void **state)
{
    (void)state;
    check_chains(3, true, true);
    check_chains(4, false, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients_with_known_gold),
        cmocka_unit_test(test_gradients_with_partly_known_gold),
        cmocka_unit_test(test_gradients_by_plain_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
