/*
 * Model files that someone made on purpose: the container is right and its checksum too, but the parts contradict each
 * other.  Each is refused as ORIEL_EFORMAT with a message that says which part it is.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "support/tiny_model.h"

static oriel_status parse(const struct tiny_model *file, oriel_model **out, oriel_error *err)
{
    size_t n;
    char *bytes = tiny_bytes(file, &n);
    oriel_status status = oriel_model_parse(out, bytes, n, err);
    free(bytes);
    return status;
}

static void expect_refusal(const struct tiny_model *file, const char *what, const char *value, const char *message)
{
    oriel_model *m;
    oriel_error err = {0};
    oriel_status status = parse(file, &m, &err);
    if (status != ORIEL_EFORMAT || m || !strstr(err.text, message) || strncmp(err.text, "model: ", 7) != 0)
        fail_msg("%s %s: %s: %s", what, value, oriel_status_name(status), err.text);
}

static void test_metadata_out_of_its_range_is_refused(void **state)
{
    (void)state;
    static const char *const values[][3] = {
        {"recipe", "modern", "recipe"},
        {"recipe", "", "recipe"},
        {"head", "squared", "head"},
        {"activation", "gelu", "activation"},
        {"scheme", "BILOU", "scheme"},
        {"scheme", "", "scheme"},
        {"scope", "some", "scope"},
        {"scope", "one", "scope"}, /* but two types */
        {"scope", "any", "scope"},
        {"bare_names", "2", "bare_names"},
        {"window", "0", "window"},
        {"window", "2", "window"},
        {"window", "1", "fit each other"},
        {"window", "5", "fit each other"},
        {"window", "33", "window"},
        {"window", "-1", "window"},
        {"window", " 3", "window"},
        {"window", "+3", "window"},
        {"window", "3.0", "window"},
        {"window", "0x3", "window"},
        {"window", "", "window"},
        {"window", "18446744073709551619", "window"}, /* 3 beyond 64 bits */
        {"layers", "9", "layers"},
        {"layers", "2", "layer.2.weight"},
        {"layers", "18446744073709551615", "layers"},
        {"seed", "18446744073709551616", "seed"},
        {"seed", "seven", "seed"},
        {"epochs", "-1", "epochs"},
        {"best_epoch", "1e3", "best_epoch"},
        {"dev_was_held_out", "true", "dev_was_held_out"},
        {"loss", "nan", "loss"},
        {"loss", "inf", "loss"},
        {"loss", "1e999", "loss"},
        {"loss", "-1", "loss"},
        {"dev_f1", "1.5", "dev_f1"},
        {"dev_recall", "", "dev_recall"},
        {"dev_precision", "0.5 ", "dev_precision"},
        {"threshold", "1.01", "threshold"},
        {"threshold", "-0.01", "threshold"},
        {"threshold", "half", "threshold"},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct tiny_model file = tiny_model();
        tiny_set_text(&file, values[i][0], values[i][1]);
        expect_refusal(&file, values[i][0], values[i][1], values[i][2]);
    }
}

static void test_whatever_is_missing_is_named(void **state)
{
    (void)state;
    struct tiny_model whole = tiny_model();
    for (size_t i = 1; i < whole.n_texts; i++) { /* the first is the format */
        struct tiny_model file = whole;
        tiny_set_text(&file, whole.texts[i].key, NULL);
        expect_refusal(&file, "without", whole.texts[i].key, whole.texts[i].key);
    }
    for (size_t i = 0; i < whole.n_tensors; i++) {
        struct tiny_model file = whole;
        tiny_set_tensor(&file, &(struct tiny_tensor){.name = whole.tensors[i].name});
        expect_refusal(&file, "without", whole.tensors[i].name, whole.tensors[i].name);
    }
}

static const uint64_t numbers[8] = {4, 6, 9, 13, 17, 18, 19, 20};
static const uint64_t not_rising[5] = {4, 9, 6, 13, 17};
static const uint64_t beyond[5] = {4, 6, 9, 13, UINT64_MAX};
static const uint64_t wraps[5] = {4, 6, UINT64_MAX, 13, 17};
static const uint64_t early[5] = {4, 6, 9, 13, 16};
static const uint64_t equal[2] = {10, 10};
static const uint64_t falling[2] = {20, 10};
static const float zeros[64];
static const float not_a_number[36] = {[35] = NAN};
static const float infinite[18] = {[0] = -INFINITY};
static const float one_nan[2] = {0, NAN};
static const double doubles[36];

struct contradiction {
    struct tiny_tensor t;
    const char *message; /* a part of it */
};

#define BYTES(name, text, message)                                                                                     \
    {                                                                                                                  \
        {name, "U8", 1, {sizeof text - 1}, text, sizeof text - 1}, message                                             \
    }
#define U64S(name, list, n, message)                                                                                   \
    {                                                                                                                  \
        {name, "U64", 1, {n}, list, (n) * sizeof(uint64_t)}, message                                                   \
    }
#define FLOATS(name, list, rows, cols, message)                                                                        \
    {                                                                                                                  \
        {name, "F32", 2, {rows, cols}, list, (rows) * (cols) * sizeof(float)}, message                                 \
    }
#define FLOAT_ROW(name, list, n, message)                                                                              \
    {                                                                                                                  \
        {name, "F32", 1, {n}, list, (n) * sizeof(float)}, message                                                      \
    }

static const struct contradiction contradictions[] = {
    BYTES("types", "PER\0LOC", "a NUL after each"),
    BYTES("types", "PER\0\0LOC\0", "a NUL after each"),
    BYTES("types", "\0", "a NUL after each"),
    BYTES("types", "PER\0L\xFF\0", "a NUL after each"),
    BYTES("types", "PER\0PER\0", "each type once, found PER"),
    BYTES("types", "", "as many types"),
    BYTES("types", "PER\0", "an output for each type"),
    BYTES("types", "PER\0LOC\0ORG\0", "an output for each type"),
    FLOATS("types", zeros, 2, 2, "tensor types: expected U8"),
    BYTES("channel.0.text", "saidinadaromezo\xC3", "vocabulary"),      /* shorter by one */
    BYTES("channel.0.text", "saidinadaromezo\xC3\xAB!", "vocabulary"), /* longer */
    BYTES("channel.0.text", "saidinadaromezo\xC3(", "vocabulary: word 4 is not UTF-8"),
    BYTES("channel.0.text", "saidinadarom\0zo\xC3\xAB", "vocabulary: word 3 is not UTF-8"),
    BYTES("channel.0.text", "", "vocabulary"),
    U64S("channel.0.ends", not_rising, 5, "vocabulary: word 2 ends outside"),
    U64S("channel.0.ends", beyond, 5, "vocabulary: word 4 ends outside"),
    U64S("channel.0.ends", wraps, 5, "vocabulary: word 2 ends outside"),
    U64S("channel.0.ends", early, 5, "expected 17 bytes of words, found 16"),
    U64S("channel.0.ends", numbers, 4, "as many counts as words"),
    U64S("channel.0.ends", numbers, 8, "as many counts as words"),
    BYTES("channel.0.ends", "12345", "tensor channel.0.ends: expected U64"),
    U64S("channel.0.counts", numbers, 4, "as many counts as words"),
    U64S("channel.0.counts", numbers, 0, "as many counts as words"),
    FLOATS("channel.0.rows", zeros, 11, 3, "a row for each value"),
    FLOATS("channel.0.rows", zeros, 13, 3, "a row for each value"),
    FLOATS("channel.0.rows", zeros, 12, 0, "a row for each value"),
    FLOATS("channel.0.rows", zeros, 12, 2, "layers that fit each other"),
    FLOATS("channel.0.rows", not_a_number, 12, 3, "finite numbers, found channel.0.rows"),
    FLOAT_ROW("channel.0.rows", zeros, 36, "with 2 dimensions, found F32 with 1"),
    {{"channel.0.rows", "F64", 2, {12, 3}, doubles, sizeof doubles}, "expected F32"},
    {{"channel.0.rows", "BF16", 2, {12, 3}, doubles, 72}, "expected F32"},
    FLOATS("layer.0.weight", zeros, 2, 8, "layers that fit each other"),
    FLOATS("layer.0.weight", zeros, 9, 2, "layers that fit each other"),
    FLOATS("layer.0.weight", zeros, 3, 9, "layers that fit each other"), /* two biases */
    FLOATS("layer.0.weight", zeros, 0, 9, "layers that fit each other"),
    FLOATS("layer.0.weight", infinite, 2, 9, "finite numbers, found layer.0.weight"),
    {{"layer.0.weight", "F32", 3, {2, 9, 1}, zeros, 72}, "with 2 dimensions, found F32 with 3"},
    FLOAT_ROW("layer.0.bias", zeros, 1, "layers that fit each other"),
    FLOAT_ROW("layer.0.bias", zeros, 3, "layers that fit each other"),
    FLOAT_ROW("layer.0.bias", one_nan, 2, "finite numbers, found layer.0.bias"),
    FLOATS("layer.0.bias", zeros, 2, 1, "with 1 dimensions, found F32 with 2"),
    FLOATS("layer.1.weight", zeros, 2, 3, "layers that fit each other"),
    FLOATS("layer.1.weight", zeros, 1, 2, "layers that fit each other"),
    FLOATS("layer.1.weight", zeros, 3, 2, "layers that fit each other"),
    FLOATS("layer.1.weight", zeros, 0, 2, "layers that fit each other"),
    FLOAT_ROW("layer.1.bias", zeros, 3, "layers that fit each other"),
    FLOAT_ROW("layer.1.bias", one_nan, 2, "finite numbers, found layer.1.bias"),
    U64S("names.seen", equal, 2, "rising hashes"),
    U64S("names.seen", falling, 2, "rising hashes"),
    BYTES("names.seen", "0123456789abcdef", "tensor names.seen: expected U64"),
    BYTES("tokenizer", "token.word = \\p{L}\0", "a NUL"),
    BYTES("tokenizer", "token.word = (", "tokenizer rules:1"),
    BYTES("tokenizer", "token.word = \xFF", "tokenizer rules"),
    BYTES("tokenizer", "what", "tokenizer rules:1"),
};

static void test_tensors_that_contradict_each_other_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions; i++) {
        struct tiny_model file = tiny_model();
        tiny_set_tensor(&file, &contradictions[i].t);
        char number[16];
        snprintf(number, sizeof number, "%zu", i);
        expect_refusal(&file, contradictions[i].t.name, number, contradictions[i].message);
    }
}

/* What two tensors say together. */
static void test_a_word_that_stands_twice_is_refused(void **state)
{
    (void)state;
    static const char text[] = "saidinadaadazoe";
    static const uint64_t word_ends[5] = {4, 6, 9, 12, 15};
    struct tiny_model file = tiny_model();
    tiny_set_tensor(&file, &(struct tiny_tensor){"channel.0.text", "U8", 1, {15}, text, 15});
    tiny_set_tensor(&file, &(struct tiny_tensor){"channel.0.ends", "U64", 1, {5}, word_ends, sizeof word_ends});
    expect_refusal(&file, "ada", "twice", "vocabulary: word 3 stands there twice");
}

static void test_rules_that_are_too_long_are_refused(void **state)
{
    (void)state;
    size_t n = 70000;
    char *rules = malloc(n);
    assert_non_null(rules);
    memset(rules, '\n', n);
    struct tiny_model file = tiny_model();
    tiny_set_tensor(&file, &(struct tiny_tensor){"tokenizer", "U8", 1, {n}, rules, n});
    expect_refusal(&file, "rules", "70000", "tokenizer rules");
    free(rules);
}

/* One or any: one type. */
static void test_scopes_of_one_type_are_read(void **state)
{
    (void)state;
    static const char *const scopes[] = {"all", "one", "any"};
    static const float output[2] = {1, 0};
    for (size_t i = 0; i < 3; i++) {
        struct tiny_model file = tiny_model();
        tiny_set_text(&file, "scope", scopes[i]);
        tiny_set_tensor(&file, &(struct tiny_tensor){"types", "U8", 1, {4}, "PER", 4});
        tiny_set_tensor(&file, &(struct tiny_tensor){"layer.1.weight", "F32", 2, {1, 2}, output, sizeof output});
        tiny_set_tensor(&file, &(struct tiny_tensor){"layer.1.bias", "F32", 1, {1}, zeros, sizeof *zeros});
        oriel_model *m;
        oriel_error err;
        assert_ok(parse(&file, &m, &err), err);
        oriel_model_free(m);
    }
}

static void test_a_later_format_is_another_version(void **state)
{
    (void)state;
    oriel_model *m;
    oriel_error err;
    struct tiny_model file = tiny_model();
    tiny_set_text(&file, "oriel.format", "2");
    assert_int_equal(parse(&file, &m, &err), ORIEL_EVERSION);
    assert_null(m);
}

/* Bytes changed at random and the checksum made right again: what is read may be nonsense, but never a crash, and it can be
 * saved. */
static void test_nonsense_with_a_right_checksum_does_no_harm(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(2));
    for (size_t round = 0; round < 1000; round++) {
        struct tiny_model file = tiny_model();
        char *changed[2];
        for (size_t k = 0; k < 2; k++) {
            struct tiny_tensor *t = &file.tensors[random_below(&r, file.n_tensors)];
            changed[k] = malloc(t->n_bytes);
            assert_non_null(changed[k]);
            memcpy(changed[k], t->data, t->n_bytes);
            changed[k][random_below(&r, t->n_bytes)] = (char)random_next(&r);
            t->data = changed[k];
        }
        oriel_model *m;
        oriel_status status = parse(&file, &m, NULL);
        assert_true(status == ORIEL_OK ? m != NULL : status == ORIEL_EFORMAT && !m);
        oriel_model_free(m);
        free(changed[0]);
        free(changed[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metadata_out_of_its_range_is_refused),
        cmocka_unit_test(test_whatever_is_missing_is_named),
        cmocka_unit_test(test_tensors_that_contradict_each_other_are_refused),
        cmocka_unit_test(test_a_word_that_stands_twice_is_refused),
        cmocka_unit_test(test_rules_that_are_too_long_are_refused),
        cmocka_unit_test(test_scopes_of_one_type_are_read),
        cmocka_unit_test(test_a_later_format_is_another_version),
        cmocka_unit_test(test_nonsense_with_a_right_checksum_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
