/*
 * What confidence is worth: how it is counted, and the temperature that training fits to dev.
 */
#include "support/test.h"

#include <math.h>

#include "model/score.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_calibration_error_is_the_mean_distance_of_confidence_and_truth),
        cmocka_unit_test(test_a_model_that_is_too_sure_is_cooled_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
