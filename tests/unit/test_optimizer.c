#include "support/test.h"

#include <math.h>

#include "net/optimizer.h"
#include "support/gen.h"

enum { N = 37, T = 12, KINDS = OPTIMIZER_ADAM + 1 };

/* One weight by the published formulas, in double. */
struct plain {
    double weight, first, second;
};

static void plain_step(struct plain *w, enum optimizer_kind kind, double rate, int t, double g)
{
    switch (kind) {
    case OPTIMIZER_SGD:
        w->weight -= rate * g;
        break;
    case OPTIMIZER_MOMENTUM:
        w->first = 0.9 * w->first + g;
        w->weight -= rate * w->first;
        break;
    case OPTIMIZER_ADAGRAD:
        w->first += g * g;
        w->weight -= rate * g / (sqrt(w->first) + 1e-8);
        break;
    case OPTIMIZER_ADAM: /* Kingma and Ba 2015, algorithm 1 */
        w->first = 0.9 * w->first + 0.1 * g;
        w->second = 0.999 * w->second + 0.001 * g * g;
        double m = w->first / (1 - pow(0.9, t));
        double v = w->second / (1 - pow(0.999, t));
        w->weight -= rate * m / (sqrt(v) + 1e-8);
        break;
    }
}

/* Weights with all that any kind needs. */
struct block {
    real at[N], first[N], second[N], history[N];
    struct weights_run run;
};

static void block_init(struct block *b, struct random *r)
{
    *b = (struct block){.run = {.n = N}};
    gen_reals(r, b->at, N, -1, 1);
    b->run.at = b->at;
    b->run.first = b->first;
    b->run.second = b->second;
    b->run.history = b->history;
}

static void to_double(double *out, const real *in)
{
    for (size_t i = 0; i < N; i++)
        out[i] = (double)in[i];
}

/* The rate changes from step to step, as schedules do; the gradients' sizes range over several powers of ten. */
static void draw_step(struct random *r, real *gradient, double *rate)
{
    gen_reals(r, gradient, N, -1, 1);
    for (size_t i = 0; i < N; i++)
        gradient[i] *= (real)pow(10, (double)(i % 4) - 2);
    *rate = 0.01 + 0.1 * random_uniform(r);
}

static void check_kind(enum optimizer_kind kind)
{
    struct random r = random_seeded(test_seed(1) + (uint64_t)kind);
    struct block b;
    struct plain plain[N];
    block_init(&b, &r);
    for (size_t i = 0; i < N; i++)
        plain[i] = (struct plain){.weight = (double)b.at[i]};
    for (int t = 1; t <= T; t++) {
        real gradient[N];
        real kept[N];
        double found[N];
        double expected[N];
        struct optimizer o = {.kind = kind, .step = (uint64_t)t, .average = -1};
        draw_step(&r, gradient, &o.rate);
        memcpy(kept, gradient, sizeof kept);
        optimizer_update(&o, &b.run, gradient);
        assert_memory_equal(kept, gradient, sizeof kept);
        for (size_t i = 0; i < N; i++) {
            plain_step(&plain[i], kind, o.rate, t, (double)gradient[i]);
            expected[i] = plain[i].weight;
        }
        to_double(found, b.at);
        assert_close(found, expected, N, 3e-6, 3e-6);
    }
}

static void test_gradient_descent_subtracts_rate_times_gradient(void **state)
{
    (void)state;
    check_kind(OPTIMIZER_SGD);
}

static void test_momentum_keeps_nine_tenths_of_its_speed(void **state)
{
    (void)state;
    check_kind(OPTIMIZER_MOMENTUM);
}

static void test_adagrad_divides_by_the_root_of_all_squares(void **state)
{
    (void)state;
    check_kind(OPTIMIZER_ADAGRAD);
}

static void test_adam_is_that_of_its_paper(void **state)
{
    (void)state;
    check_kind(OPTIMIZER_ADAM);
}

/* Moments begin at zero; without their correction the first step would be a third of the rate, 0.1 / sqrt(0.001). */
static void test_adams_first_step_is_the_rate_whatever_the_gradient(void **state)
{
    (void)state;
    static const real gradients[] = {1000, (real)-0.001, (real)0.5, 0};
    static const double expected[] = {-0.125, 0.125, -0.125, 0};
    real at[4] = {0};
    real first[4] = {0};
    real second[4] = {0};
    real history[4] = {0};
    double found[4];
    struct weights_run run = {at, first, second, history, 4};
    optimizer_update(&(struct optimizer){OPTIMIZER_ADAM, 0.125, 1, -1}, &run, gradients);
    for (size_t i = 0; i < 4; i++)
        found[i] = (double)at[i];
    assert_close(found, expected, 4, 2e-5, 0);
}

static void test_a_weight_without_gradient_stays(void **state)
{
    (void)state;
    static const real zero[N] = {0};
    struct random r = random_seeded(test_seed(2));
    for (int kind = 0; kind < KINDS; kind++) {
        struct block b;
        real before[N];
        block_init(&b, &r);
        memcpy(before, b.at, sizeof before);
        optimizer_update(&(struct optimizer){(enum optimizer_kind)kind, 0.1, 1, 3}, &b.run, zero);
        assert_memory_equal(before, b.at, sizeof before);
        assert_memory_equal(zero, b.history, sizeof zero);
    }
}

/* A row of a block, updated alone, gets what it gets inside the block, and its neighbours get nothing. */
static void test_a_run_is_updated_as_within_a_larger_one(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(3));
    for (int kind = 0; kind < KINDS; kind++) {
        struct block whole;
        struct block part;
        block_init(&whole, &r);
        part = whole;
        part.run = (struct weights_run){part.at + 5, part.first + 5, part.second + 5, part.history + 5, 9};
        for (uint64_t t = 1; t <= 3; t++) {
            real gradient[N];
            struct optimizer o = {.kind = (enum optimizer_kind)kind, .step = t, .average = (double)t - 1};
            draw_step(&r, gradient, &o.rate);
            memset(gradient, 0, 5 * sizeof *gradient);
            memset(gradient + 14, 0, (N - 14) * sizeof *gradient);
            optimizer_update(&o, &whole.run, gradient);
            optimizer_update(&o, &part.run, gradient + 5);
        }
        assert_memory_equal(whole.at, part.at, sizeof part.at);
        assert_memory_equal(whole.first, part.first, sizeof part.first);
        assert_memory_equal(whole.second, part.second, sizeof part.second);
        assert_memory_equal(whole.history, part.history, sizeof part.history);
    }
}

/* ---- averaging ---- */

/* Averaging begins after a few steps; the mean is over the weights after each later step.  With `gap`, a step in two has
 * no gradient for this row, and then nothing is called at all. */
static void check_average(enum optimizer_kind kind, uint64_t n_before, bool has_gaps)
{
    struct random r = random_seeded(test_seed(4) + (uint64_t)kind);
    struct block b;
    double sum[N] = {0};
    real mean[N];
    double found[N];
    block_init(&b, &r);
    for (uint64_t t = 1; t <= T; t++) {
        real gradient[N];
        struct optimizer o = {.kind = kind, .step = t, .average = t > n_before ? (double)(t - n_before - 1) : -1};
        draw_step(&r, gradient, &o.rate);
        if (!has_gaps || t % 2 == 1)
            optimizer_update(&o, &b.run, gradient);
        for (size_t i = 0; t > n_before && i < N; i++)
            sum[i] += (double)b.at[i] / (double)(T - n_before);
    }
    optimizer_average(mean, &b.run, (double)(T - n_before));
    to_double(found, mean);
    assert_close(found, sum, N, 2e-6, 2e-6);
    optimizer_average(b.at, &b.run, (double)(T - n_before)); /* in place */
    assert_memory_equal(b.at, mean, sizeof mean);
}

static void test_averaged_weights_are_the_mean_over_the_steps(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        check_average((enum optimizer_kind)kind, 0, false);
}

static void test_steps_before_averaging_do_not_count(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (uint64_t n_before = 1; n_before < T; n_before += 5)
            check_average((enum optimizer_kind)kind, n_before, false);
}

static void test_rows_that_rest_are_averaged_without_work(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        check_average((enum optimizer_kind)kind, 0, true);
        check_average((enum optimizer_kind)kind, 3, true);
    }
}

static void test_weights_that_never_moved_are_their_own_average(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(5));
    struct block b;
    real mean[N];
    block_init(&b, &r);
    optimizer_average(mean, &b.run, 1000);
    assert_memory_equal(mean, b.at, sizeof mean);
    optimizer_average(mean, &b.run, 0);
    assert_memory_equal(mean, b.at, sizeof mean);
}

/* ---- names ---- */

static void test_kinds_have_names_and_moments(void **state)
{
    (void)state;
    static const char *const names[KINDS] = {"sgd", "momentum", "adagrad", "adam"};
    static const size_t moments[KINDS] = {0, 1, 1, 2};
    enum optimizer_kind found;
    for (int kind = 0; kind < KINDS; kind++) {
        found = (enum optimizer_kind)(KINDS - 1 - kind);
        assert_string_equal(optimizer_name((enum optimizer_kind)kind), names[kind]);
        assert_true(optimizer_from_name(names[kind], &found));
        assert_int_equal(found, kind);
        assert_int_equal(optimizer_moments((enum optimizer_kind)kind), moments[kind]);
    }
    assert_false(optimizer_from_name("ada", &found));
    assert_false(optimizer_from_name("", &found));
    assert_int_equal(found, OPTIMIZER_ADAM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradient_descent_subtracts_rate_times_gradient),
        cmocka_unit_test(test_momentum_keeps_nine_tenths_of_its_speed),
        cmocka_unit_test(test_adagrad_divides_by_the_root_of_all_squares),
        cmocka_unit_test(test_adam_is_that_of_its_paper),
        cmocka_unit_test(test_adams_first_step_is_the_rate_whatever_the_gradient),
        cmocka_unit_test(test_a_weight_without_gradient_stays),
        cmocka_unit_test(test_a_run_is_updated_as_within_a_larger_one),
        cmocka_unit_test(test_averaged_weights_are_the_mean_over_the_steps),
        cmocka_unit_test(test_steps_before_averaging_do_not_count),
        cmocka_unit_test(test_rows_that_rest_are_averaged_without_work),
        cmocka_unit_test(test_weights_that_never_moved_are_their_own_average),
        cmocka_unit_test(test_kinds_have_names_and_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
