/*
 * What a model takes from its files: types, scheme, held-out sentences, words and vectors.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "learn/data.h"
#include "support/tiny_corpus.h"

/* ---- types and schemes ------------------------------------------------------------------------------------------ */

/* The words and rows of two models are equal, bit for bit. */
static void assert_same_rows(const oriel_model *a, const oriel_model *b)
{
    oriel_vectors *v[2];
    oriel_error err;
    assert_ok(oriel_vectors_of_model(&v[0], a, &err), err);
    assert_ok(oriel_vectors_of_model(&v[1], b, &err), err);
    assert_int_equal(oriel_vectors_count(v[0]), oriel_vectors_count(v[1]));
    for (size_t i = 0; i < oriel_vectors_count(v[0]); i++)
        assert_string_equal(oriel_vectors_word(v[0], i), oriel_vectors_word(v[1], i));
    assert_memory_equal(oriel_vectors_row(v[0], 0), oriel_vectors_row(v[1], 0),
                        oriel_vectors_count(v[0]) * oriel_vectors_dim(v[0]) * sizeof(float));
    oriel_vectors_free(v[0]);
    oriel_vectors_free(v[1]);
}

/* Tags of "New York met Ada", with a blank after each. */
static void assert_tags(const oriel_model *m, const char *expected)
{
    static const oriel_range tokens[] = {{0, 3}, {4, 8}, {9, 12}, {13, 16}};
    oriel_sentence s = {.text = "New York met Ada", .n_text = 16, .tokens = tokens, .n_tokens = 4};
    oriel_tagger *t;
    oriel_tags tags;
    oriel_error err;
    char found[128] = "";
    assert_ok(oriel_tagger_new(&t, m, NULL, &err), err);
    assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
    for (size_t i = 0; i < 4; i++) {
        strcat(found, oriel_model_tag_name(m, tags.tags[i]));
        strcat(found, " ");
    }
    oriel_tagger_free(t);
    assert_string_equal(found, expected);
}

struct scheme_case {
    const char *scheme;
    const char *corpus, *as_iob2; /* the same entities */
    const char *tags;             /* of "New York met Ada" */
};

#define NEW_YORK(b, e, s) "New\t" b "\nYork\t" e "\nmet\tO\nAda\t" s "\n\n"

/* Where no neighbours are of one type, IO says all; IOB1 is told from it by neighbours alone. */
static const struct scheme_case scheme_cases[] = {
    {"IO", NEW_YORK("I-LOC", "I-LOC", "I-PER"), NEW_YORK("B-LOC", "I-LOC", "B-PER"), "I-LOC I-LOC O I-PER "},
    {"IO", NEW_YORK("LOC", "LOC", "PER"), NEW_YORK("B-LOC", "I-LOC", "B-PER"), "LOC LOC O PER "},
    {"IOB1", NEW_YORK("I-LOC", "I-LOC", "I-PER") "Bob\tI-PER\nAda\tB-PER\n",
     NEW_YORK("B-LOC", "I-LOC", "B-PER") "Bob\tB-PER\nAda\tB-PER\n", "I-LOC I-LOC O I-PER "},
    {"IOBES", NEW_YORK("B-LOC", "E-LOC", "S-PER"), NEW_YORK("B-LOC", "I-LOC", "B-PER"), "B-LOC E-LOC O S-PER "},
};

static oriel_model *trained_on(const char *corpus)
{
    const char *train = tiny_file("scheme.conll", corpus);
    oriel_train_options o = tiny_options(&train);
    o.dev = tiny_file("iob2.conll", NEW_YORK("B-LOC", "I-LOC", "B-PER")); /* has no neighbours, which would merge */
    o.epochs = 200;
    return tiny_trained(&o);
}

static void test_all_schemes_make_the_same_model_which_spells_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scheme_cases / sizeof *scheme_cases; i++) {
        oriel_model *m = trained_on(scheme_cases[i].corpus);
        oriel_model *iob2 = trained_on(scheme_cases[i].as_iob2);
        assert_string_equal(tiny_info(m).scheme, scheme_cases[i].scheme);
        assert_string_equal(tiny_info(iob2).scheme, "IOB2");
        assert_same_rows(m, iob2);
        assert_tags(m, scheme_cases[i].tags);
        assert_tags(iob2, "B-LOC I-LOC O B-PER ");
        oriel_model_free(m);
        oriel_model_free(iob2);
    }
}

static void test_one_type_is_one_output(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.epochs = 200;
    o.type = "LOC";
    oriel_model *m = tiny_trained(&o);
    assert_int_equal(tiny_info(m).n_outputs, 1);
    assert_int_equal(tiny_info(m).n_types, 1);
    assert_string_equal(oriel_model_type_name(m, 0), "LOC");
    assert_tags(m, "B-LOC I-LOC O O ");
    assert_true(tiny_f1(m, train) == 1.0); /* other types are not missed */
    oriel_model_free(m);
}

static void test_any_type_is_one_output(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.epochs = 200;
    o.type = "any";
    oriel_model *m = tiny_trained(&o);
    assert_int_equal(tiny_info(m).n_outputs, 1);
    assert_string_equal(oriel_model_type_name(m, 0), "any");
    assert_tags(m, "B-any I-any O B-any ");
    oriel_model_free(m);
}

static void test_a_type_that_is_not_there_is_an_argument_error(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.type = "ORG";
    oriel_model *m;
    oriel_error err;
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EARG);
    assert_null(m);
    assert_non_null(strstr(err.text, "ORG"));
}

static void test_a_corpus_of_o_alone_is_refused(void **state)
{
    (void)state;
    const char *train = tiny_file("o.conll", "x\tO\ny\tO\n\n");
    oriel_train_options o = tiny_options(&train);
    oriel_model *m;
    oriel_error err;
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EFORMAT);
    assert_null(m);
    assert_non_null(strstr(err.text, "o.conll"));
}

static void test_plain_labels_are_learned(void **state)
{
    (void)state;
    const char *train =
        tiny_file("plain.conll", "the\tDET\ndog\tNOUN\nruns\tVERB\n\nthe\tDET\nruns\tNOUN\nend\tVERB\n\n");
    oriel_train_options o = tiny_options(&train);
    o.epochs = 200;
    oriel_model *m = tiny_trained(&o);
    assert_string_equal(tiny_info(m).scheme, "plain");
    assert_int_equal(tiny_info(m).n_outputs, 3);
    assert_string_equal(oriel_model_type_name(m, 2), "VERB");
    assert_true(tiny_f1(m, train) == 1.0);
    oriel_model_free(m);
}

/* ---- what is held out ------------------------------------------------------------------------------------------- */

/* Sentence i is held out: is_dev[i].  Each is in one part only; returns how many are held out. */
static size_t parts_of(bool *is_dev, size_t n, uint64_t seed)
{
    char text[200 * 24] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "word%zu\tB-PER\nx\tO\n\n", i);
    const char *train = tiny_file("parts.conll", text);
    oriel_train_options o = tiny_options(&train);
    o.dev = NULL;
    o.seed = seed;
    struct data d;
    oriel_model *m;
    oriel_error err;
    assert_ok(data_prepare(&d, &m, &o, &err), err);
    assert_int_equal(d.train.n + d.dev.n, n);
    assert_int_equal(d.n_examples, d.train.n_tokens);
    assert_true(d.facts.dev_was_held_out);
    assert_int_equal(d.facts.n_sentences, d.train.n);
    assert_int_equal(d.facts.n_dev_sentences, d.dev.n);
    assert_int_equal(d.facts.n_words, 7 + 1 + d.train.n); /* words of what is held out have no rows */
    size_t *seen = calloc(n, sizeof *seen);
    assert_non_null(seen);
    for (size_t i = 0; i < d.train.n; i++)
        seen[d.train.sentences[i]]++;
    memset(is_dev, 0, n);
    for (size_t i = 0; i < d.dev.n; i++) {
        seen[d.dev.sentences[i]]++;
        is_dev[d.dev.sentences[i]] = true;
    }
    for (size_t i = 0; i < n; i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(d.n_items, d.n_examples); /* classic: a token an item */
    for (size_t i = 0; i < d.n_items; i++)
        assert_false(is_dev[d.items[i].sentence]);
    size_t n_dev = d.dev.n;
    free(seen);
    oriel_model_free(m);
    data_clear(&d);
    return n_dev;
}

static void test_a_tenth_is_held_out_by_seed(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{2, 1}, {3, 1}, {9, 1}, {10, 1}, {19, 1}, {20, 2}, {100, 10}};
    bool one[100];
    bool again[100];
    bool other[100];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_int_equal(parts_of(one, sizes[i][0], 5), sizes[i][1]);
    assert_int_equal(parts_of(again, 100, 5), 10);
    assert_memory_equal(one, again, sizeof one);
    assert_int_equal(parts_of(other, 100, 6), 10);
    assert_memory_not_equal(one, other, sizeof one);
}

/* Each sentence has the same chance, roughly: of 20 sentences in 200 draws of 2, each is drawn 20 times on average, with a
 * deviation of 4.2. */
static void test_any_sentence_may_be_held_out(void **state)
{
    (void)state;
    size_t drawn[20] = {0};
    for (uint64_t seed = 0; seed < 200; seed++) {
        bool is_dev[20];
        parts_of(is_dev, 20, seed);
        for (size_t i = 0; i < 20; i++)
            drawn[i] += is_dev[i];
    }
    for (size_t i = 0; i < 20; i++)
        assert_in_range(drawn[i], 3, 37);
}

/* ---- words and vectors ------------------------------------------------------------------------------------------ */

/* Words of the corpus that are rarer than min_count share the unknown rows; those of the vectors stay. */
static void test_rare_words_have_no_row(void **state)
{
    (void)state;
    const char *train = tiny_file("rare.conll", "ada\tB-PER\nran\tO\n\nada\tB-PER\nsat\tO\n\n");
    oriel_train_options o = tiny_options(&train);
    oriel_model *m = tiny_trained(&o);
    assert_int_equal(tiny_info(m).n_words, 7 + 3);
    oriel_model_free(m);
    o.min_count = 2;
    m = tiny_trained(&o);
    assert_int_equal(tiny_info(m).n_words, 7 + 1);
    oriel_model_free(m);
    o.vectors = tiny_file("rare.txt", "sat 1 2\nbob 3 4\n");
    m = tiny_trained(&o);
    assert_int_equal(tiny_info(m).n_words, 7 + 3);
    oriel_model_free(m);
}

static const float *row_of(const oriel_vectors *v, const char *word)
{
    for (size_t i = 0; i < oriel_vectors_count(v); i++)
        if (strcmp(oriel_vectors_word(v, i), word) == 0)
            return oriel_vectors_row(v, i);
    fail_msg("no row for %s", word);
    return NULL;
}

static void assert_row(const oriel_vectors *v, const char *word, double a, double b, double bound)
{
    const float *row = row_of(v, word);
    const double found[] = {(double)row[0], (double)row[1]};
    const double expected[] = {a, b};
    assert_close(found, expected, 2, 0, bound);
}

/* At a rate of 1e-9 nothing moves that single precision can tell.  "Ada" has no vector but its lower-case form has. */
static void test_vectors_are_the_first_rows(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.vectors = tiny_file("first.txt", "ada 0.25 -2\nmet 3 4\nRome 5 6\nunused 7.5 8\nété 9 10\n");
    o.learning_rate = 1e-9;
    oriel_model *m = tiny_trained(&o);
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_of_model(&v, m, &err), err);
    assert_int_equal(oriel_vectors_dim(v), 2);
    assert_int_equal(oriel_vectors_count(v), 16 + 3); /* ada, unused and été are in no sentence */
    assert_row(v, "ada", 0.25, -2, 0);
    assert_row(v, "unused", 7.5, 8, 0);
    assert_row(v, "été", 9, 10, 0);
    assert_row(v, "met", 3, 4, 1e-6);
    assert_row(v, "Rome", 5, 6, 1e-6);
    assert_row(v, "Ada", 0.25, -2, 1e-6);
    const float *other = row_of(v, "Bob"); /* at random, within a half */
    assert_true(fabs((double)other[0]) <= 0.5 && fabs((double)other[1]) <= 0.5);
    oriel_vectors_free(v);
    oriel_model_free(m);
}

/* Of 21 running words have vectors: Ada three times, met three times, Rome once. */
static int note_share(void *user, const oriel_progress *p)
{
    *(double *)user = p->facts->has_vectors ? p->facts->share_with_vectors : -1;
    return 0;
}

static void test_the_share_of_words_with_vectors_is_told(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.vectors = tiny_file("share.txt", "ada 0.25 -2\nmet 3 4\nRome 5 6\nunused 7.5 8\n");
    double share = 0;
    const double expected = 7.0 / 21;
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_train(&m, &o, note_share, &share, &err), err);
    assert_close(&share, &expected, 1, 1e-12, 0);
    oriel_model_free(m);
}

/* Rows of words that training does not meet stay what they were; those it meets move. */
static void test_only_rows_in_windows_are_learned(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.vectors = tiny_file("moved.txt", "met 3 4\nunused 7.5 8\n");
    oriel_model *m = tiny_trained(&o);
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_of_model(&v, m, &err), err);
    assert_row(v, "unused", 7.5, 8, 0);
    assert_true(row_of(v, "met")[0] != 3.0F);
    oriel_vectors_free(v);
    oriel_model_free(m);
}

static void test_files_that_are_missing_are_named(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    const char *absent = test_path("absent");
    for (size_t i = 0; i < 4; i++) {
        oriel_train_options o = tiny_options(&train);
        const char *files[] = {train, absent};
        o.dev = i == 0 ? absent : train;
        o.vectors = i == 1 ? absent : NULL;
        o.tokenizer = i == 2 ? absent : NULL;
        o.train = files;
        o.n_train = i == 3 ? 2 : 1;
        oriel_model *m;
        oriel_error err;
        assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EIO);
        assert_null(m);
        assert_non_null(strstr(err.text, absent));
    }
}

static void test_a_tokenizer_file_that_is_no_text_is_refused(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    oriel_model *m;
    o.tokenizer = test_path("nul.rules");
    test_write(o.tokenizer, "token.a = a\0", 12);
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, NULL), ORIEL_EENCODING);
    test_write(o.tokenizer, "token.a = (", 11);
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, NULL), ORIEL_EFORMAT);
    test_write(o.tokenizer, "", 0); /* no rules: what stands between blanks */
    oriel_error err;
    assert_ok(oriel_train(&m, &o, NULL, NULL, &err), err);
    assert_string_equal(oriel_model_tokenizer(m), "");
    oriel_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_schemes_make_the_same_model_which_spells_its_own),
        cmocka_unit_test(test_one_type_is_one_output),
        cmocka_unit_test(test_any_type_is_one_output),
        cmocka_unit_test(test_a_type_that_is_not_there_is_an_argument_error),
        cmocka_unit_test(test_a_corpus_of_o_alone_is_refused),
        cmocka_unit_test(test_plain_labels_are_learned),
        cmocka_unit_test(test_a_tenth_is_held_out_by_seed),
        cmocka_unit_test(test_any_sentence_may_be_held_out),
        cmocka_unit_test(test_rare_words_have_no_row),
        cmocka_unit_test(test_vectors_are_the_first_rows),
        cmocka_unit_test(test_the_share_of_words_with_vectors_is_told),
        cmocka_unit_test(test_only_rows_in_windows_are_learned),
        cmocka_unit_test(test_files_that_are_missing_are_named),
        cmocka_unit_test(test_a_tokenizer_file_that_is_no_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
