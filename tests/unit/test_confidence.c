/*
 * What confidence is worth: how it is counted, and what training fits to dev.
 */
#include "support/test.h"

#include <math.h>

#include "learn/calibrate.h"
#include "model/score.h"
#include "support/gen_model.h"
#include "support/tiny_corpus.h"

/* Three predicted entities: right at 0.95, wrong at 0.85, right at 0.25; each in a tenth of its own:
 * (|1 - 0.95| + |0 - 0.85| + |1 - 0.25|) / 3. */
static void test_the_calibration_error_is_the_mean_distance_of_confidence_and_truth(void **state)
{
    (void)state;
    struct tagset *types = tagset_new();
    oriel_error err;
    assert_int_equal(tagset_add_type(types, "PER", 3), 0);
    oriel_scores *s = scores_new(types, NULL, &err);
    const int32_t gold[] = {tag_begin(0), TAG_OUTSIDE, TAG_OUTSIDE, TAG_OUTSIDE, tag_begin(0), tag_inside(0)};
    const int32_t predicted[] = {tag_begin(0), TAG_OUTSIDE, tag_begin(0), TAG_OUTSIDE, tag_begin(0), tag_inside(0)};
    const float confidence[] = {0.95F, -1, 0.85F, -1, 0.25F, -1};
    assert_true(scores_add(s, NULL, NULL, 6, gold, predicted, confidence));
    double found = oriel_scores_calibration_error(s);
    double expected = (0.05 + 0.85 + 0.75) / 3;
    assert_close(&found, &expected, 1, 0, 1e-6);
    assert_int_equal(oriel_scores_reliability(s, 9).predicted, 1);
    assert_int_equal(oriel_scores_reliability(s, 8).correct, 0);
    assert_int_equal(oriel_scores_reliability(s, 2).correct, 1);
    assert_int_equal(oriel_scores_reliability(s, 5).predicted, 0);
    assert_int_equal(oriel_scores_reliability(s, 10).predicted, 0);
    found = scores_log_loss(s);
    expected = -log(0.95) - log(0.15) - log(0.25);
    assert_close(&found, &expected, 1, 1e-6, 0);
    oriel_scores_free(s);
    tagset_free(types);
}

/* Trains on names that are always right, for one long epoch, so that dev has none to choose from, and scores on a dev whose
 * gold is right or contradicts them. */
static double temperature_for(const char *dev, oriel_head head)
{
    static char text[200 * 40];
    *text = 0;
    for (size_t i = 0; i < 200; i++)
        strcat(text, "Ada\tB-PER\nslept\tO\n\nBob\tB-PER\nslept\tO\n\n");
    const char *train = tiny_file("sure.conll", text);
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_STANDARD);
    o.train = &train;
    o.n_train = 1;
    o.dev = dev;
    o.head = head;
    o.dim = 8;
    o.feature_dim = 4;
    o.hidden[0] = 8;
    o.learning_rate = 0.02;
    o.tune_outside = false;
    o.batch = 1;
    o.epochs = 1;
    oriel_model *m = tiny_trained(&o);
    double temperature = tiny_info(m).temperature;
    oriel_model_free(m);
    return temperature;
}

static void test_a_model_that_is_too_sure_is_cooled_down(void **state)
{
    (void)state;
    const char *right = tiny_file("right.conll", "Ada\tB-PER\nslept\tO\n\nBob\tB-PER\nslept\tO\n\n");
    const char *half = tiny_file("half.conll", "Ada\tB-PER\nslept\tO\n\nBob\tO\nslept\tO\n\n");
    for (oriel_head head = ORIEL_HEAD_SOFTMAX; head <= ORIEL_HEAD_CRF; head++) {
        assert_true(temperature_for(right, head) < 1);
        assert_true(temperature_for(half, head) > 1);
    }
    assert_true(temperature_for(half, ORIEL_HEAD_SIGMOID) == 1);
}

/* ---- odds ---- */

/* n entities of one confidence, a share of them right, behind those that are there. */
static size_t add(struct judged *out, size_t at, size_t n, double confidence, double share_right)
{
    for (size_t i = 0; i < n; i++)
        out[at + i] = (struct judged){(float)confidence, (double)i < share_right * (double)n};
    return at + n;
}

static double calibrated(double p, struct odds o)
{
    double odds = o.factor * pow(p / (1 - p), o.power);
    return o.ceiling * odds / (1 + odds);
}

/* Ten thousand entities outweigh the start at 1: two confidences become what is right of them. */
static void test_odds_are_moved_to_what_is_right(void **state)
{
    (void)state;
    static struct judged entities[20000];
    size_t n = add(entities, 0, 10000, 0.95, 0.9);
    n = add(entities, n, 10000, 0.3, 0.4);
    struct odds o = calibrate_odds(entities, n);
    assert_true(fabs(calibrated(0.95, o) - 0.9) < 0.002);
    assert_true(fabs(calibrated(0.3, o) - 0.4) < 0.002);
    n = add(entities, 0, 10000, 0.95, 0.95);
    n = add(entities, n, 10000, 0.3, 0.3);
    o = calibrate_odds(entities, n);
    assert_true(fabs(o.power - 1) < 0.002 && fabs(o.factor - 1) < 0.002 && o.ceiling == 1);
}

static void test_few_entities_move_the_odds_little(void **state)
{
    (void)state;
    struct judged entities[3];
    add(entities, 0, 3, 0.95, 2.0 / 3);
    struct odds o = calibrate_odds(entities, 3);
    if (!(o.power > 0.4 && o.power < 1 && o.factor > 0.6 && o.factor < 1 && o.ceiling == 1))
        fail_msg("%g %g %g", o.power, o.factor, o.ceiling);
    o = calibrate_odds(entities, 0);
    assert_true(o.power == 1 && o.factor == 1 && o.ceiling == 1);
}

/* Right and wrong can be told apart without a mistake, or are the wrong way round; confidence is 0 or 1. */
static void test_odds_stay_numbers_and_keep_their_order(void **state)
{
    (void)state;
    struct judged entities[200];
    size_t n = add(entities, 0, 100, 0.9, 1);
    n = add(entities, n, 100, 0.8, 0);
    struct odds o = calibrate_odds(entities, n);
    assert_true(isfinite(o.power) && o.power > 1 && o.factor > 0 && o.factor < 1 && o.ceiling == 1);
    n = add(entities, 0, 100, 1, 0);
    n = add(entities, n, 100, 0, 1);
    o = calibrate_odds(entities, n);
    assert_true(o.power == 0.1 && isfinite(o.factor) && o.factor > 0);
}

/* At the least of the sum no small step in any direction makes it smaller; the sum as its definition has it. */
static double sum_of(const struct judged *entities, size_t n, struct odds o)
{
    double sum = 1.5 * ((o.power - 1) * (o.power - 1) + log(o.factor) * log(o.factor));
    for (size_t i = 0; i < n; i++) {
        double p = calibrated((double)entities[i].confidence, o);
        sum -= log(entities[i].is_right ? p : 1 - p);
    }
    return sum;
}

static void test_odds_are_where_surprise_is_least(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(8));
    for (size_t round = 0; round < 50; round++) {
        struct judged entities[60];
        size_t n = 1 + (size_t)random_below(&r, 60);
        for (size_t i = 0; i < n; i++) {
            entities[i].confidence = (float)(0.02 + 0.96 * random_uniform(&r));
            entities[i].is_right = random_uniform(&r) < 0.2 + 0.6 * (double)entities[i].confidence;
        }
        struct odds o = calibrate_odds(entities, n);
        double least = sum_of(entities, n, o);
        for (int k = 0; k < 4; k++) {
            double step = k % 2 ? 0.001 : -0.001;
            struct odds other = o;
            other.power += k < 2 ? step : 0;
            other.factor *= k < 2 ? 1 : exp(step);
            assert_true(sum_of(entities, n, other) >= least - 1e-9);
        }
    }
}

/* The surest are right no more often than nine times of ten, and the others are sure enough: a ceiling says so, where no power
 * and factor can. */
static void test_a_ceiling_is_found(void **state)
{
    (void)state;
    static struct judged entities[4000];
    size_t n = add(entities, 0, 1000, 0.999, 0.9);
    n = add(entities, n, 1000, 0.9, 0.868); /* at a power of 1.5 */
    n = add(entities, n, 1000, 0.5, 0.45);
    n = add(entities, n, 1000, 0.2, 0.1);
    struct odds o = calibrate_odds(entities, n);
    assert_true(fabs(o.ceiling - 0.9) < 0.021);
    assert_true(fabs(calibrated(0.999, o) - 0.9) < 0.015 && fabs(calibrated(0.5, o) - 0.45) < 0.015);
}

/* The same entities at power and factor 1, and at others. */
static void test_confidence_has_the_odds_of_the_model(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(9));
    oriel_model *m = gen_model(&(struct gen_model){HEAD_CRF, SCHEME_IOB2, 2, 4}, &r, 2);
    const struct odds o = {.power = 0.7, .factor = 1.4, .ceiling = 0.9};
    for (size_t round = 0; round < 50; round++) {
        char text[20];
        oriel_range tokens[10];
        float before[10];
        oriel_tagger *t;
        oriel_tags tags;
        oriel_error err;
        gen_model_text(&r, text, 10, 4);
        oriel_sentence s = gen_model_sentence(text, tokens);
        assert_ok(oriel_tagger_new(&t, m, NULL, &err), err);
        m->confidence_power = m->confidence_factor = m->confidence_ceiling = 1;
        assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
        for (size_t i = 0; i < tags.n_spans; i++)
            before[i] = tags.spans[i].confidence;
        m->confidence_power = o.power;
        m->confidence_factor = o.factor;
        m->confidence_ceiling = o.ceiling;
        assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
        for (size_t i = 0; i < tags.n_spans; i++) {
            double found = (double)tags.spans[i].confidence;
            double expected = before[i] < 1 ? calibrated((double)before[i], o) : o.ceiling;
            assert_close(&found, &expected, 1, 1e-6, 0);
        }
        oriel_tagger_free(t);
    }
    oriel_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_calibration_error_is_the_mean_distance_of_confidence_and_truth),
        cmocka_unit_test(test_a_model_that_is_too_sure_is_cooled_down),
        cmocka_unit_test(test_odds_are_moved_to_what_is_right),
        cmocka_unit_test(test_few_entities_move_the_odds_little),
        cmocka_unit_test(test_odds_stay_numbers_and_keep_their_order),
        cmocka_unit_test(test_odds_are_where_surprise_is_least),
        cmocka_unit_test(test_a_ceiling_is_found),
        cmocka_unit_test(test_confidence_has_the_odds_of_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
