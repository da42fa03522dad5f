/*
 * Training options: the defaults are allowed, each rule has its sentence.
 */
#include "support/test.h"

#include <math.h>

static const char *const files[] = {"train.conll"};

static oriel_train_options good(void)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_CLASSIC);
    o.train = files;
    o.n_train = 1;
    return o;
}

static void test_the_defaults_are_allowed(void **state)
{
    (void)state;
    oriel_train_options o = good();
    oriel_error err;
    assert_ok(oriel_train_options_check(&o, &err), err);
    assert_ok(oriel_train_options_check(&o, NULL), err);
}

static void expect(const oriel_train_options *o, const char *message)
{
    oriel_error err = {0};
    oriel_model *m = (oriel_model *)(uintptr_t)o;
    if (oriel_train_options_check(o, &err) != ORIEL_EARG || strcmp(err.text, message) != 0)
        fail_msg("expected %s\nfound    %s", message, err.text);
    assert_int_equal(err.code, ORIEL_EARG);
    assert_int_equal(oriel_train(&m, o, NULL, NULL, NULL), ORIEL_EARG); /* nothing is read: there is no train.conll */
    assert_null(m);
}

#define EXPECT(change, message)                                                                                        \
    do {                                                                                                               \
        oriel_train_options o = good();                                                                                \
        change;                                                                                                        \
        expect(&o, message);                                                                                           \
    } while (0)

static void test_sizes_out_of_their_range_are_refused(void **state)
{
    (void)state;
    EXPECT(o.window = 0, "--window must be odd and between 1 and 31, not 0");
    EXPECT(o.window = 4, "--window must be odd and between 1 and 31, not 4");
    EXPECT(o.window = 33, "--window must be odd and between 1 and 31, not 33");
    EXPECT(o.dim = 0, "--dim must be between 1 and 4096, not 0");
    EXPECT(o.dim = 4097, "--dim must be between 1 and 4096, not 4097");
    EXPECT(o.n_hidden = 9, "--hidden must be at most 8 layers, not 9");
    EXPECT(o.hidden[0] = 0, "--hidden must be between 1 and 65536, not 0");
    EXPECT(o.hidden[0] = 65537, "--hidden must be between 1 and 65536, not 65537");
    EXPECT(o.n_hidden = 2, "--hidden must be between 1 and 65536, not 0");
    EXPECT(o.epochs = 100001, "--epochs must be between 0 and 100000, not 100001");
    EXPECT(o.patience = 100001, "--patience must be between 0 and 100000, not 100001");
    EXPECT(o.batch = 0, "--batch must be between 1 and 100000, not 0");
    EXPECT(o.batch = 100001, "--batch must be between 1 and 100000, not 100001");
    EXPECT(o.min_count = 0, "--min-count must be between 1 and 1000000000, not 0");
    EXPECT(o.min_count = 1000000001, "--min-count must be between 1 and 1000000000, not 1000000001");
    EXPECT(o.threads = 0, "--threads must be between 1 and 256, not 0");
    EXPECT(o.threads = 257, "--threads must be between 1 and 256, not 257");
}

static void test_numbers_out_of_their_range_are_refused(void **state)
{
    (void)state;
    EXPECT(o.learning_rate = 0, "--learning-rate must be between 1e-09 and 1000, not 0");
    EXPECT(o.learning_rate = -0.1, "--learning-rate must be between 1e-09 and 1000, not -0.1");
    EXPECT(o.learning_rate = 1001, "--learning-rate must be between 1e-09 and 1000, not 1001");
    EXPECT(o.learning_rate = (double)NAN, "--learning-rate must be between 1e-09 and 1000, not nan");
    EXPECT(o.learning_rate = (double)INFINITY, "--learning-rate must be between 1e-09 and 1000, not inf");
    EXPECT(o.lambda = -1, "--lambda must be between 0 and 1e+09, not -1");
    EXPECT(o.lambda = 2e9, "--lambda must be between 0 and 1e+09, not 2e+09");
    EXPECT(o.lambda = (double)NAN, "--lambda must be between 0 and 1e+09, not nan");
    EXPECT(o.threshold = -0.5, "--threshold must be between 0 and 1, not -0.5");
    EXPECT(o.threshold = 1.5, "--threshold must be between 0 and 1, not 1.5");
    EXPECT(o.threshold = (double)NAN, "--threshold must be between 0 and 1, not nan");
}

static void test_other_contradictions_are_refused(void **state)
{
    (void)state;
    EXPECT(o.n_train = 0, "no training corpus given (--train)");
    EXPECT(o.recipe = (oriel_recipe)99, "there is no such recipe");
    EXPECT(o.activation = (oriel_activation)99, "there is no such activation");
    EXPECT(o.activation = (oriel_activation)-1, "there is no such activation");
    EXPECT(o.type = "", "--type must be the name of a type, or any");
    EXPECT((o.columns.token_column = 2, o.columns.tag_column = 2), "--columns must name two columns, not 2 twice");
}

static void test_limits_are_allowed(void **state)
{
    (void)state;
    oriel_error err;
    oriel_train_options o = good();
    o.window = 31;
    o.dim = 4096;
    o.n_hidden = ORIEL_MAX_LAYERS;
    for (size_t i = 0; i < ORIEL_MAX_LAYERS; i++)
        o.hidden[i] = 65536;
    o.activation = ORIEL_RELU;
    o.learning_rate = 1000;
    o.threshold = 1;
    o.threads = 256;
    o.batch = 100000;
    o.type = "any";
    o.columns = (oriel_columns){.token_column = 1, .tag_column = 2};
    assert_ok(oriel_train_options_check(&o, &err), err);
    o.window = 1;
    o.dim = 1;
    o.n_hidden = 0;
    o.hidden[0] = 0; /* of a layer that is not there */
    o.learning_rate = 1e-9;
    o.lambda = 0;
    o.threshold = 0;
    o.patience = 0;
    o.columns = (oriel_columns){0};
    assert_ok(oriel_train_options_check(&o, &err), err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_defaults_are_allowed),
        cmocka_unit_test(test_sizes_out_of_their_range_are_refused),
        cmocka_unit_test(test_numbers_out_of_their_range_are_refused),
        cmocka_unit_test(test_other_contradictions_are_refused),
        cmocka_unit_test(test_limits_are_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
