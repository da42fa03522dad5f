/*
 * What the standard recipe decides for itself (how many epochs, how much is taken off "outside"), what its rules allow
 * whatever the weights say, and what of it is refused: lists of features that mean nothing, chains of transitions that
 * do not fit their labels.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "support/tiny_corpus.h"
#include "support/tiny_model.h"

static oriel_train_options small(const char *const *train)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_STANDARD);
    o.train = train;
    o.n_train = 1;
    o.dev = *train;
    o.window = 3;
    o.dim = 8;
    o.feature_dim = 4;
    o.hidden[0] = 8;
    o.epochs = 1;
    return o;
}

/* ---- features --------------------------------------------------------------------------------------------------- */

static void test_lists_of_features_that_mean_nothing_are_refused(void **state)
{
    (void)state;
    static const char *const lists[][2] = {
        {"word,colour", "\"colour\""},    {"word,shape,prefix9", "\"prefix9\""},
        {"word,,shape", "\"\""},          {"word, shape", "\" shape\""},
        {"words", "\"words\""},           {"shape,word", "begin with word"},
        {"", "begin with word"},          {"ngrams3", "begin with word"},
        {"word3", "\"word3\""},           {"word,Shape", "\"Shape\""},
        {"word;shape", "\"word;shape\""}, {NULL, "begin with word"},
    };
    const char *train = tiny_file("five.conll", TINY_FIVE);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        oriel_train_options o = small(&train);
        o.features = lists[i][0];
        oriel_model *m;
        oriel_error err = {0};
        oriel_status status = oriel_train(&m, &o, NULL, NULL, &err);
        if (status != ORIEL_EARG || m || !strstr(err.text, "--features") || !strstr(err.text, lists[i][1]))
            fail_msg("%s: %s: %s", lists[i][0] ? lists[i][0] : "none", oriel_status_name(status), err.text);
    }
}

/* Word, two shapes, and eight sizes of each of three others. */
static void test_all_features_together_are_room_enough_and_none_stands_twice(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = small(&train);
    char list[27 * 12] = "word,shape,coarse";
    for (int size = 1; size <= 8; size++)
        sprintf(list + strlen(list), ",prefix%d,suffix%d,ngrams%d", size, size, size);
    o.features = list;
    oriel_model_free(tiny_trained(&o));
    strcat(list, ",coarse");
    oriel_model *m;
    oriel_error err = {0};
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EARG);
    assert_null(m);
    assert_non_null(strstr(err.text, "coarse stands there twice"));
}

/* ---- epochs ----------------------------------------------------------------------------------------------------- */

static int note_epochs(void *user, const oriel_progress *p)
{
    *(size_t *)user = p->epochs;
    return 1;
}

/* How many epochs it would run on so many sentences. */
static size_t epochs_for(size_t n_sentences, size_t batch)
{
    static char text[200 * 16];
    *text = 0;
    for (size_t i = 0; i < n_sentences; i++)
        strcat(text, "Ada\tB-PER\n\n");
    const char *train = tiny_file("many.conll", text);
    oriel_train_options o = small(&train);
    o.epochs = 0;
    o.batch = batch;
    size_t epochs = 0;
    oriel_model *m;
    assert_int_equal(oriel_train(&m, &o, note_epochs, &epochs, NULL), ORIEL_ESTOPPED);
    return epochs;
}

/* Enough for 1500 steps, but 12 at least and 200 at most. */
static void test_a_small_corpus_has_more_epochs(void **state)
{
    (void)state;
    assert_int_equal(epochs_for(5, 16), 200);
    assert_int_equal(epochs_for(7, 1), 200);
    assert_int_equal(epochs_for(30, 1), 50);
    assert_int_equal(epochs_for(31, 1), 49); /* 48 are 1488 steps */
    assert_int_equal(epochs_for(60, 2), 50);
    assert_int_equal(epochs_for(59, 2), 50); /* the last step of an epoch is a smaller one */
    assert_int_equal(epochs_for(60, 1), 25);
    assert_int_equal(epochs_for(125, 1), 12);
    assert_int_equal(epochs_for(200, 1), 12);
}

/* ---- the score of outside --------------------------------------------------------------------------------------- */

/* One token in six is a name, so the first that an unfinished model learns is that all is outside. */
static void test_tuning_outside_never_costs_f1(void **state)
{
    (void)state;
    static const char *const rare =
        "x\tO\nin\tO\nAda\tB-PER\nsaid\tO\nof\tO\ny\tO\n\nz\tO\nin\tO\nRome\tB-LOC\nsaid\tO\n"
        "of\tO\nw\tO\n\n";
    const char *train = tiny_file("rare.conll", rare);
    size_t n_better = 0;
    for (size_t i = 0; i < 24; i++) {
        oriel_train_options o = small(&train);
        o.head = i % 2 ? ORIEL_HEAD_CRF : ORIEL_HEAD_SOFTMAX;
        o.learning_rate = 0.02;
        o.epochs = 1 + i;
        o.seed = i;
        o.tune_outside = false;
        oriel_model *without = tiny_trained(&o);
        o.tune_outside = true;
        oriel_model *with = tiny_trained(&o);
        oriel_info a = tiny_info(without);
        oriel_info b = tiny_info(with);
        assert_true(fabs(a.o_bias) <= 0 && b.o_bias >= 0 && b.o_bias <= 4);
        assert_true(b.dev_f1 >= a.dev_f1);
        assert_true((b.dev_f1 > a.dev_f1) == (b.o_bias > 0)); /* of equals the smallest */
        assert_true(fabs(tiny_f1(with, train) - b.dev_f1) <= 0);
        n_better += b.o_bias > 0;
        size_t n;
        char *bytes = tiny_saved(with, "bias.oriel", &n);
        oriel_model *loaded;
        oriel_error err;
        assert_ok(oriel_model_parse(&loaded, bytes, n, &err), err);
        assert_true(fabs(tiny_info(loaded).o_bias - b.o_bias) <= 0);
        assert_true(fabs(tiny_f1(loaded, train) - b.dev_f1) <= 0);
        oriel_model_free(loaded);
        free(bytes);
        oriel_model_free(with);
        oriel_model_free(without);
    }
    assert_true(n_better > 0);
}

/* ---- chains in a file ------------------------------------------------------------------------------------------- */

/* The tiny model with two types in nine labels and a chain of zeros. */
static const float zeros[9 * 9];

static struct tiny_model chained(void)
{
    struct tiny_model m = tiny_model();
    tiny_set_text(&m, "head", "crf");
    tiny_set_tensor(&m, &(struct tiny_tensor){"layer.1.weight", "F32", 2, {9, 2}, zeros, 9 * 2 * 4});
    tiny_set_tensor(&m, &(struct tiny_tensor){"layer.1.bias", "F32", 1, {9}, zeros, 9 * 4});
    m.tensors[m.n_tensors++] = (struct tiny_tensor){"crf.start", "F32", 1, {9}, zeros, 9 * 4};
    m.tensors[m.n_tensors++] = (struct tiny_tensor){"crf.end", "F32", 1, {9}, zeros, 9 * 4};
    m.tensors[m.n_tensors++] = (struct tiny_tensor){"crf.trans", "F32", 2, {9, 9}, zeros, 9 * 9 * 4};
    return m;
}

static oriel_status parse(const struct tiny_model *file, oriel_model **out, oriel_error *err)
{
    size_t n;
    char *bytes = tiny_bytes(file, &n);
    oriel_status status = oriel_model_parse(out, bytes, n, err);
    free(bytes);
    return status;
}

static void expect_refusal(const struct tiny_model *file, const char *message)
{
    oriel_model *m;
    oriel_error err = {0};
    oriel_status status = parse(file, &m, &err);
    if (status != ORIEL_EFORMAT || m || !strstr(err.text, message) || strncmp(err.text, "model: ", 7) != 0)
        fail_msg("expected %s, found %s: %s", message, oriel_status_name(status), err.text);
}

static void test_a_chain_that_fits_is_read(void **state)
{
    (void)state;
    struct tiny_model file = chained();
    oriel_model *m;
    oriel_error err;
    assert_ok(parse(&file, &m, &err), err);
    assert_int_equal(tiny_info(m).n_chain_weights, 9 * (9 + 2));
    assert_string_equal(tiny_info(m).head, "crf");
    oriel_model_free(m);
}

static void test_a_chain_without_one_of_its_parts_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"crf.start", "crf.end", "crf.trans"};
    for (size_t i = 0; i < 3; i++) {
        struct tiny_model file = chained();
        tiny_set_tensor(&file, &(struct tiny_tensor){.name = names[i]});
        expect_refusal(&file, names[i]);
    }
}

static void test_a_chain_of_other_sizes_is_refused(void **state)
{
    (void)state;
    static const float infinite[9 * 9] = {[40] = INFINITY};
    static const struct {
        struct tiny_tensor tensor;
        const char *message;
    } cases[] = {
        {{"crf.start", "F32", 1, {8}, zeros, 8 * 4}, "transition"},
        {{"crf.end", "F32", 1, {10}, zeros, 10 * 4}, "transition"},
        {{"crf.trans", "F32", 2, {9, 8}, zeros, 72 * 4}, "transition"},
        {{"crf.trans", "F32", 2, {8, 9}, zeros, 72 * 4}, "transition"},
        {{"crf.trans", "F32", 1, {81}, zeros, 81 * 4}, "crf.trans"},
        {{"crf.start", "F32", 2, {1, 9}, zeros, 9 * 4}, "crf.start"},
        {{"crf.end", "U8", 1, {9}, zeros, 9}, "crf.end"},
        {{"crf.trans", "F32", 2, {9, 9}, infinite, 81 * 4}, "crf.trans"},
        {{"layer.1.bias", "F32", 1, {8}, zeros, 8 * 4}, "fit each other"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tiny_model file = chained();
        tiny_set_tensor(&file, &cases[i].tensor);
        expect_refusal(&file, cases[i].message);
    }
}

/* An output a type is what a sigmoid head has; the exclusive labels of two types are nine. */
static void test_outputs_of_another_head_are_refused(void **state)
{
    (void)state;
    struct tiny_model file = tiny_model();
    tiny_set_text(&file, "head", "softmax");
    expect_refusal(&file, "an output for each type");
    file = chained();
    tiny_set_text(&file, "head", "sigmoid");
    expect_refusal(&file, "an output for each type");
}

/* ---- rules and weights that disagree ---------------------------------------------------------------------------- */

/* The spelled tags of n tokens "x", whose scores are the last bias, as all other weights are zero. */
static void expect_tags(const struct tiny_model *file, size_t n, const char *expected)
{
    static const char text[] = "x x x";
    static const oriel_range tokens[] = {{0, 1}, {2, 3}, {4, 5}};
    oriel_sentence s = {.text = text, .n_text = 2 * n - 1, .tokens = tokens, .n_tokens = n};
    char found[64] = "";
    oriel_model *m;
    oriel_tagger *t;
    oriel_tags tags;
    oriel_error err;
    assert_ok(parse(file, &m, &err), err);
    assert_ok(oriel_tagger_new(&t, m, NULL, &err), err);
    assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
    for (size_t i = 0; i < n; i++) {
        strcat(found, i ? " " : "");
        strcat(found, oriel_model_tag_name(m, tags.tags[i]));
    }
    assert_string_equal(found, expected);
    oriel_tagger_free(t);
    oriel_model_free(m);
}

/* Labels: outside 0; begin, inside, end, single of PER 1 to 4.  Inside at the start, between two outsides and at the end
 * has 100 for it and the rules against it; what they allow has 1 for each outside. */
static void test_transitions_cannot_buy_what_is_forbidden(void **state)
{
    (void)state;
    static const float bias[9] = {1};
    static const float edge[9] = {[2] = 100};
    static const float trans[9 * 9] = {[0 * 9 + 2] = 100, [2 * 9 + 0] = 100};
    struct tiny_model file = chained();
    tiny_set_tensor(&file, &(struct tiny_tensor){"layer.1.bias", "F32", 1, {9}, bias, sizeof bias});
    tiny_set_tensor(&file, &(struct tiny_tensor){"crf.start", "F32", 1, {9}, edge, sizeof edge});
    tiny_set_tensor(&file, &(struct tiny_tensor){"crf.end", "F32", 1, {9}, edge, sizeof edge});
    tiny_set_tensor(&file, &(struct tiny_tensor){"crf.trans", "F32", 2, {9, 9}, trans, sizeof trans});
    expect_tags(&file, 1, "O");
    expect_tags(&file, 2, "O O");
    expect_tags(&file, 3, "O O O");
}

/* Inside has 5, outside 1.  One token and two cannot be inside; of three the middle one can: 0 + 5 + 0 beats 1 + 1 + 1. */
static void test_softmax_takes_the_best_that_is_allowed(void **state)
{
    (void)state;
    static const float bias[9] = {1, 0, 5};
    struct tiny_model file = chained();
    file.n_tensors -= 3; /* the chain, which was added last */
    tiny_set_text(&file, "head", "softmax");
    tiny_set_tensor(&file, &(struct tiny_tensor){"layer.1.bias", "F32", 1, {9}, bias, sizeof bias});
    expect_tags(&file, 1, "O");
    expect_tags(&file, 2, "O O");
    expect_tags(&file, 3, "B-PER I-PER I-PER");
}

/* Outside has 1 and PER's single 0.5: 0.25 off leaves it ahead, 0.75 does not. */
static void test_the_constant_is_taken_off_outside(void **state)
{
    (void)state;
    static const float bias[9] = {[0] = 1, [4] = 0.5F};
    struct tiny_model file = chained();
    tiny_set_tensor(&file, &(struct tiny_tensor){"layer.1.bias", "F32", 1, {9}, bias, sizeof bias});
    expect_tags(&file, 2, "O O");
    tiny_set_text(&file, "o_bias", "0.25");
    expect_tags(&file, 2, "O O");
    tiny_set_text(&file, "o_bias", "0.75");
    expect_tags(&file, 2, "B-PER B-PER");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_of_features_that_mean_nothing_are_refused),
        cmocka_unit_test(test_all_features_together_are_room_enough_and_none_stands_twice),
        cmocka_unit_test(test_a_small_corpus_has_more_epochs),
        cmocka_unit_test(test_tuning_outside_never_costs_f1),
        cmocka_unit_test(test_a_chain_that_fits_is_read),
        cmocka_unit_test(test_a_chain_without_one_of_its_parts_is_refused),
        cmocka_unit_test(test_a_chain_of_other_sizes_is_refused),
        cmocka_unit_test(test_outputs_of_another_head_are_refused),
        cmocka_unit_test(test_transitions_cannot_buy_what_is_forbidden),
        cmocka_unit_test(test_softmax_takes_the_best_that_is_allowed),
        cmocka_unit_test(test_the_constant_is_taken_off_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
