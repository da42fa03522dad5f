/*
 * The learning rate over a training: hand-computed points of each schedule, and that steps get the rate of their moment.
 */
#include "support/test.h"

#include "learn/schedule.h"
#include "support/tiny_corpus.h"

static void assert_factors(oriel_schedule schedule, const double *done, const double *expected, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double found = schedule_factor(schedule, done[i]);
        assert_close(&found, &expected[i], 1, 0, 1e-15);
    }
}

static void test_each_schedule_has_its_shape(void **state)
{
    (void)state;
    static const double done[] = {0, 0.25, 1.0 / 3, 0.5, 0.7, 0.75, 1};
    assert_factors(ORIEL_LINEAR, done, (const double[]){1, 0.75, 2.0 / 3, 0.5, 0.3, 0.25, 0}, 7);
    assert_factors(ORIEL_CONSTANT, done, (const double[]){1, 1, 1, 1, 1, 1, 1}, 7);
    assert_factors(ORIEL_STEPS, done, (const double[]){1, 1, 1, 0.1, 0.1, 0.01, 0.01}, 7);
    /* cos of pi/4, pi/3, pi/2 and pi */
    assert_factors(ORIEL_COSINE, (const double[]){0, 0.25, 1.0 / 3, 0.5, 1},
                   (const double[]){1, 0.5 + 0.25 * 1.4142135623730951, 0.75, 0.5, 0}, 5);
}

struct rates {
    double at_epoch[8];
    size_t n;
    double seconds;
};

static int note_rate(void *user, const oriel_progress *p)
{
    struct rates *r = user;
    assert_true(p->seconds >= r->seconds);
    r->seconds = p->seconds;
    if (p->moment == ORIEL_AT_EPOCH)
        r->at_epoch[r->n++] = p->learning_rate;
    return 0;
}

/* One step an epoch, so four steps at 0, 1/4, 1/2 and 3/4 of the way. */
static void test_a_step_has_the_rate_of_its_moment(void **state)
{
    (void)state;
    static const double expected[][4] = {
        [ORIEL_LINEAR] = {0.1, 0.075, 0.05, 0.025},
        [ORIEL_CONSTANT] = {0.1, 0.1, 0.1, 0.1},
        [ORIEL_COSINE] = {0.1, 0.1 * (0.5 + 0.25 * 1.4142135623730951), 0.05, 0.1 * (0.5 - 0.25 * 1.4142135623730951)},
        [ORIEL_STEPS] = {0.1, 0.1, 0.01, 0.001}};
    const char *train = tiny_file("five.conll", TINY_FIVE);
    for (oriel_schedule s = ORIEL_LINEAR; s <= ORIEL_STEPS; s++) {
        oriel_train_options o = tiny_options(&train);
        o.epochs = 4;
        o.batch = 1000;
        o.schedule = s;
        struct rates r = {0};
        oriel_model *m;
        oriel_error err;
        assert_ok(oriel_train(&m, &o, note_rate, &r, &err), err);
        oriel_model_free(m);
        assert_int_equal(r.n, 4);
        assert_close(r.at_epoch, expected[s], 4, 0, 1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_schedule_has_its_shape),
        cmocka_unit_test(test_a_step_has_the_rate_of_its_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
