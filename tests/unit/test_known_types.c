/*
 * Corpora that label some types only train one model together, sentences count for what their weights say, and a tagger can
 * look for some types only.
 */
#include "support/test.h"

#include <stdlib.h>

#include "support/tiny_corpus.h"

/* "Ada" is a person and "Rome" a place, but each file has one of the two types only. */
#define PERSONS "Ada\tB-PER\nsaw\tO\nRome\tO\n\nBob\tB-PER\nslept\tO\n\nold\tO\nRome\tO\n\n"
#define PLACES "Ada\tO\nsaw\tO\nRome\tB-LOC\n\nBob\tO\nslept\tO\n\nold\tO\nRome\tB-LOC\n\n"
#define BOTH "Ada\tB-PER\nsaw\tO\nRome\tB-LOC\n\nBob\tB-PER\nslept\tO\n\nold\tO\nRome\tB-LOC\n\n"

static oriel_train_options options_for(const char *const *train, size_t n_train, oriel_head head)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_STANDARD);
    o.train = train;
    o.n_train = n_train;
    o.head = head;
    o.dim = 8;
    o.feature_dim = 4;
    o.hidden[0] = 16;
    o.learning_rate = 0.02;
    o.case_copies = 0;
    o.tune_outside = false;
    o.epochs = 150;
    o.input_dropout = 0.1; /* as there is so little of it */
    o.hidden_dropout = 0.1;
    o.word_dropout = 0;
    return o;
}

static double f1_of(const oriel_train_options *o, const char *gold, const char *types)
{
    oriel_scores *scores;
    oriel_error err;
    oriel_model *m = tiny_trained(o);
    oriel_eval_options e = {.threshold = -1, .types = types};
    assert_ok(oriel_eval_model(&scores, m, &gold, 1, &e, &err), err);
    double f1 = oriel_scores_micro(scores, ORIEL_ENTITIES).f1;
    oriel_scores_free(scores);
    oriel_model_free(m);
    return f1;
}

static void test_two_files_with_a_type_each_train_a_model_of_both(void **state)
{
    (void)state;
    const char *places = tiny_file("places.conll", PLACES);
    const char *train[] = {tiny_file("persons.conll", PERSONS), places, places};
    const char *const known[] = {"PER", "LOC", "LOC"};
    const char *both = tiny_file("both.conll", BOTH);
    for (oriel_head head = ORIEL_HEAD_SIGMOID; head <= ORIEL_HEAD_CRF; head++) {
        oriel_train_options o = options_for(train, 3, head);
        o.dev = both;
        assert_true(f1_of(&o, both, NULL) < 1); /* two files against one say that Ada is none */
        o.known_types = known;
        assert_true(f1_of(&o, both, NULL) == 1);
    }
}

static void test_only_the_types_that_are_asked_for_are_said_and_counted(void **state)
{
    (void)state;
    const char *train = tiny_file("both.conll", BOTH);
    const char *persons = tiny_file("persons.conll", PERSONS);
    for (oriel_head head = ORIEL_HEAD_SIGMOID; head <= ORIEL_HEAD_CRF; head++) {
        oriel_train_options o = options_for(&train, 1, head);
        o.dev = train;
        assert_true(f1_of(&o, persons, NULL) < 1); /* its places are spurious there */
        assert_true(f1_of(&o, persons, "PER") == 1);
        assert_true(f1_of(&o, train, "PER") == 1);
    }
}

/* Two files call the same things by different names; each is found by the names that are asked for, and a file tells the same. */
#define OTHER_NAMES "Ada\tB-person\nsaw\tO\nRome\tB-place\n\nBob\tB-person\nslept\tO\n\nold\tO\nRome\tB-place\n\n"
static void test_names_of_another_corpus_are_not_in_the_way(void **state)
{
    (void)state;
    const char *both = tiny_file("both.conll", BOTH);
    const char *other = tiny_file("other.conll", OTHER_NAMES);
    const char *train[] = {both, other};
    static const char *const known[] = {"PER,LOC", "person,place"};
    for (oriel_head head = ORIEL_HEAD_SOFTMAX; head <= ORIEL_HEAD_CRF; head++) {
        oriel_train_options o = options_for(train, 2, head);
        o.known_types = known;
        o.dev = both;
        o.dev_types = known[0];
        oriel_error err;
        oriel_model *read;
        size_t n;
        oriel_model *m = tiny_trained(&o);
        free(tiny_saved(m, "together.oriel", &n));
        assert_ok(oriel_model_load(&read, test_path("together.oriel"), &err), err);
        for (size_t k = 0; k < 4; k++) {
            oriel_scores *scores;
            oriel_eval_options e = {.threshold = -1, .types = known[k % 2]};
            const char *gold = k % 2 ? other : both;
            assert_ok(oriel_eval_model(&scores, k < 2 ? m : read, &gold, 1, &e, &err), err);
            double f1 = oriel_scores_micro(scores, ORIEL_ENTITIES).f1;
            if (f1 < 0.85)
                fail_msg("head %u, %s: F1 %g", head, known[k % 2], f1);
            oriel_scores_free(scores);
        }
        oriel_model_free(read);
        oriel_model_free(m);
    }
}

static void test_all_types_known_is_no_option_to_the_byte(void **state)
{
    (void)state;
    const char *train = tiny_file("both.conll", BOTH);
    const char *const known[] = {"LOC,PER"};
    oriel_train_options o = options_for(&train, 1, ORIEL_HEAD_CRF);
    size_t n[2];
    oriel_model *without = tiny_trained(&o);
    o.known_types = known;
    oriel_model *with = tiny_trained(&o);
    char *bytes[] = {tiny_saved(without, "without.oriel", &n[0]), tiny_saved(with, "with.oriel", &n[1])};
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(bytes[0], bytes[1], n[0]);
    free(bytes[0]);
    free(bytes[1]);
    oriel_model_free(without);
    oriel_model_free(with);
}

static void test_a_type_that_no_file_labels_is_none(void **state)
{
    (void)state;
    const char *train = tiny_file("both.conll", BOTH);
    const char *const known[] = {"LOC"};
    oriel_train_options o = options_for(&train, 1, ORIEL_HEAD_CRF);
    o.known_types = known;
    oriel_model *m = tiny_trained(&o);
    assert_int_equal(tiny_info(m).n_types, 1);
    assert_string_equal(oriel_model_type_name(m, 0), "LOC");
    oriel_model_free(m);
}

static void test_names_that_are_no_types_are_refused(void **state)
{
    (void)state;
    const char *train = tiny_file("both.conll", BOTH);
    const char *const known[] = {"LOC,ORG"};
    oriel_train_options o = options_for(&train, 1, ORIEL_HEAD_CRF);
    oriel_model *m;
    oriel_tagger *t;
    oriel_error err;
    o.known_types = known;
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EARG);
    assert_non_null(strstr(err.text, "ORG"));
    o.known_types = NULL;
    m = tiny_trained(&o);
    oriel_tagger_options to = {.threshold = -1, .types = "PERS"};
    assert_int_equal(oriel_tagger_new(&t, m, &to, &err), ORIEL_EARG);
    assert_null(t);
    oriel_model_free(m);
}

static size_t count_spans(const oriel_model *m, double min_confidence, float *least, size_t *n_tagged)
{
    static const char text[] = "Ada saw Rome";
    const oriel_range tokens[] = {{0, 3}, {4, 7}, {8, 12}};
    const oriel_sentence s = {.text = text, .n_text = 12, .tokens = tokens, .n_tokens = 3};
    oriel_tagger_options o = {.threshold = -1, .min_confidence = min_confidence};
    oriel_tagger *t;
    oriel_tags tags;
    oriel_error err;
    assert_ok(oriel_tagger_new(&t, m, &o, &err), err);
    assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
    *n_tagged = 0;
    for (size_t i = 0; i < 3; i++)
        *n_tagged += strcmp(oriel_model_tag_name(m, tags.tags[i]), "O") != 0;
    for (size_t i = 0, n_inside = 0; i < tags.n_spans; i++) { /* spans and tags say the same */
        n_inside += tags.spans[i].last - tags.spans[i].first;
        assert_true(i + 1 < tags.n_spans || n_inside == *n_tagged);
    }
    *least = 1;
    for (size_t i = 0; i < tags.n_spans; i++)
        *least = tags.spans[i].confidence < *least ? tags.spans[i].confidence : *least;
    size_t n_spans = tags.n_spans;
    oriel_tagger_free(t);
    return n_spans;
}

static void test_entities_of_too_little_confidence_are_left_out(void **state)
{
    (void)state;
    const char *train = tiny_file("both.conll", BOTH);
    for (oriel_head head = ORIEL_HEAD_SIGMOID; head <= ORIEL_HEAD_CRF; head++) {
        oriel_train_options o = options_for(&train, 1, head);
        o.dev = train;
        oriel_model *m = tiny_trained(&o);
        float least, rest;
        size_t n;
        assert_int_equal(count_spans(m, 0, &least, &n), 2);
        assert_int_equal(count_spans(m, (double)least, &rest, &n), 2);
        assert_true(count_spans(m, (double)least + 1e-6, &rest, &n) < 2);
        assert_true(rest > least);
        oriel_model_free(m);
    }
}

/* The constant decides how much is found, is stored, and is left alone when it is given. */
static void test_a_larger_constant_off_outside_finds_more(void **state)
{
    (void)state;
    const char *train = tiny_file("both.conll", BOTH);
    oriel_train_options o = options_for(&train, 1, ORIEL_HEAD_CRF);
    float least;
    size_t n_tagged;
    o.dev = train;
    oriel_model *m = tiny_trained(&o);
    assert_true(tiny_info(m).o_bias == 0);
    assert_int_equal(count_spans(m, 0, &least, &n_tagged), 2);
    assert_int_equal(n_tagged, 2);
    oriel_model_free(m);
    o.o_bias = 50;
    m = tiny_trained(&o);
    assert_true(tiny_info(m).o_bias == 50);
    count_spans(m, 0, &least, &n_tagged);
    assert_int_equal(n_tagged, 3); /* "saw" too */
    oriel_model_free(m);
}

/* The same words with contradicting tags: the weights decide, not how many there are. */
#define RIGHT "Ada\tB-PER\nsaw\tO\nRome\tB-LOC\n\n"
#define WRONG "Ada\tB-LOC\nsaw\tO\nRome\tB-PER\n\n"

static void test_a_sentence_counts_for_its_weight(void **state)
{
    (void)state;
    const char *right = tiny_file("right.conll", RIGHT);
    const char *wrong = tiny_file("wrong.conll", WRONG);
    const char *mixed[] = {tiny_file("a.conll", "# weight = 1\n" RIGHT "# weight = 0.1\n" WRONG "# weight = 0.1\n" WRONG
                                                "# weight = 0.1\n" WRONG),
                           tiny_file("b.conll", "# weight = 0\n" RIGHT "# weight = 0\n" RIGHT "# weight = 0\n" RIGHT
                                                "# weight = 2\n" WRONG)};
    for (oriel_head head = ORIEL_HEAD_SIGMOID; head <= ORIEL_HEAD_CRF; head++)
        for (size_t i = 0; i < 2; i++) {
            oriel_train_options o = options_for(&mixed[i], 1, head);
            o.dev = i == 0 ? right : wrong;
            assert_true(f1_of(&o, i == 0 ? right : wrong, NULL) == 1);
            assert_true(f1_of(&o, i == 0 ? wrong : right, NULL) == 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_files_with_a_type_each_train_a_model_of_both),
        cmocka_unit_test(test_only_the_types_that_are_asked_for_are_said_and_counted),
        cmocka_unit_test(test_names_of_another_corpus_are_not_in_the_way),
        cmocka_unit_test(test_all_types_known_is_no_option_to_the_byte),
        cmocka_unit_test(test_a_type_that_no_file_labels_is_none),
        cmocka_unit_test(test_names_that_are_no_types_are_refused),
        cmocka_unit_test(test_entities_of_too_little_confidence_are_left_out),
        cmocka_unit_test(test_a_larger_constant_off_outside_finds_more),
        cmocka_unit_test(test_a_sentence_counts_for_its_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
