/*
 * Which words have rows in a model that was trained with vectors: those that training sees, and those of the vectors' file
 * that the options keep; never more or fewer because of dev.
 */
#include "support/test.h"

#include <stdlib.h>

#include "support/tiny_corpus.h"
#include "support/tiny_vectors.h"

static const char train_text[] = "Ada\tB-PER\nmet\tO\nRome\tB-LOC\n\nthe\tO\nend\tO\n\n";
static const char vectors_text[] = "the 1 2\nof 3 4\nada 5 6\nparis 7 8\nend 9 10\ndon 11 12\n";

static oriel_model *trained(const char *dev_text, size_t max_vectors, size_t keep_vectors)
{
    static const char *train;
    train = tiny_file("train.conll", train_text);
    oriel_train_options o = tiny_options(&train);
    if (dev_text)
        o.dev = tiny_file("dev.conll", dev_text);
    o.vectors = tiny_file("vectors", vectors_text);
    o.max_vectors = max_vectors;
    o.keep_vectors = keep_vectors;
    return tiny_trained(&o);
}

/* The words in the order of their rows: falling count, then as they came. */
static void assert_words(const oriel_model *m, const char *expected)
{
    char found[200] = "";
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_of_model(&v, m, &err), err);
    for (size_t i = 0; i < oriel_vectors_count(v); i++) {
        strcat(found, i ? " " : "");
        strcat(found, oriel_vectors_word(v, i));
    }
    oriel_vectors_free(v);
    assert_string_equal(found, expected);
}

static void check_words(const char *dev, size_t max_vectors, size_t keep_vectors, const char *expected)
{
    oriel_model *m = trained(dev, max_vectors, keep_vectors);
    assert_words(m, expected);
    oriel_model_free(m);
}

static void test_all_words_of_the_vectors_have_rows(void **state)
{
    (void)state;
    check_words(NULL, 0, SIZE_MAX, "Ada met Rome the end of ada paris don");
    check_words(NULL, 400000, 6, "Ada met Rome the end of ada paris don");
}

static void test_no_more_than_the_first_words_are_read(void **state)
{
    (void)state;
    check_words(NULL, 3, SIZE_MAX, "Ada met Rome the end of ada");
}

static void test_pruned_are_words_behind_the_first_that_training_does_not_see(void **state)
{
    (void)state;
    check_words(NULL, 0, 3, "Ada met Rome the end of ada");
    check_words(NULL, 0, 0, "Ada met Rome the end");
}

/* Dev is full of words that the vectors have and training does not see, or has none of them. */
static void test_rows_do_not_depend_on_dev(void **state)
{
    (void)state;
    static const char *const devs[] = {"paris\tB-LOC\ndon\tB-PER\nzoe\tB-PER\n", "Ada\tB-PER\nParis\tB-LOC\n", NULL};
    static const struct {
        size_t max, keep;
        const char *words;
    } cases[] = {{0, SIZE_MAX, "Ada met Rome the end of ada paris don"},
                 {2, SIZE_MAX, "Ada met Rome the end of"},
                 {0, 1, "Ada met Rome the end"}};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++)
            check_words(devs[i], cases[k].max, cases[k].keep, cases[k].words);
}

/* Not even that of "end", which stands behind the first three and is kept because training sees it. */
static void test_pruning_changes_no_row_that_stays(void **state)
{
    (void)state;
    oriel_model *whole = trained(NULL, 0, SIZE_MAX);
    oriel_model *pruned = trained(NULL, 0, 3);
    oriel_vectors *a;
    oriel_vectors *b;
    oriel_error err;
    assert_ok(oriel_vectors_of_model(&a, whole, &err), err);
    assert_ok(oriel_vectors_of_model(&b, pruned, &err), err);
    for (size_t i = 0; i < oriel_vectors_count(b); i++)
        assert_memory_equal(oriel_vectors_row(b, i),
                            oriel_vectors_row(a, oriel_vectors_find(a, oriel_vectors_word(b, i))), 2 * sizeof(float));
    oriel_vectors_free(a);
    oriel_vectors_free(b);
    oriel_model_free(whole);
    oriel_model_free(pruned);
}

/* Rows that hardly learn: "met" and "Rome" are not in the file, which has letter groups for them. */
static void test_unknown_words_begin_as_their_letter_groups(void **state)
{
    (void)state;
    static const float rows[] = {0.5F, -0.25F, 0.125F, 0.375F, 0.625F, -0.5F};
    static const char *train;
    static const char *const words[] = {"met", "Rome"};
    train = tiny_file("train.conll", train_text);
    oriel_train_options o = tiny_options(&train);
    oriel_vectors *v = tiny_vectors(vectors_text);
    oriel_vectors *learned;
    oriel_error err;
    tiny_groups(v, rows, 3, false);
    assert_ok(oriel_vectors_save(v, test_path("v.safetensors"), ORIEL_SAFETENSORS, 1, &err), err);
    o.vectors = test_path("v.safetensors");
    o.learning_rate = 1e-7;
    o.epochs = 1;
    oriel_model *m = tiny_trained(&o);
    assert_ok(oriel_vectors_of_model(&learned, m, &err), err);
    for (size_t i = 0; i < 2; i++) {
        float x[2];
        size_t n;
        const float *row = oriel_vectors_row(learned, oriel_vectors_find(learned, words[i]));
        assert_ok(oriel_vectors_compose(v, words[i], x, &n, &err), err);
        for (size_t k = 0; k < 2; k++)
            assert_close(&(double){(double)row[k]}, &(double){(double)x[k]}, 1, 0, 1e-4);
    }
    oriel_vectors_free(learned);
    oriel_model_free(m);
    oriel_vectors_free(v);
}

static void test_both_need_vectors(void **state)
{
    (void)state;
    const char *train = tiny_file("train.conll", train_text);
    oriel_train_options o = tiny_options(&train);
    oriel_error err;
    o.keep_vectors = 10;
    assert_int_equal(oriel_train_options_check(&o, &err), ORIEL_EARG);
    assert_non_null(strstr(err.text, "--prune-vectors"));
    o = tiny_options(&train);
    o.max_vectors = 10;
    assert_int_equal(oriel_train_options_check(&o, &err), ORIEL_EARG);
    assert_non_null(strstr(err.text, "--max-vectors"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_words_of_the_vectors_have_rows),
        cmocka_unit_test(test_no_more_than_the_first_words_are_read),
        cmocka_unit_test(test_pruned_are_words_behind_the_first_that_training_does_not_see),
        cmocka_unit_test(test_rows_do_not_depend_on_dev),
        cmocka_unit_test(test_pruning_changes_no_row_that_stays),
        cmocka_unit_test(test_unknown_words_begin_as_their_letter_groups),
        cmocka_unit_test(test_both_need_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
