/*
 * Readings and marginals at their limits: who has none, how many there may be, sentences of every length one after the other.
 */
#include "support/test.h"

#include "support/gen_model.h"

enum { N_WORDS = 5 };

static void test_a_sigmoid_head_has_neither(void **state)
{
    (void)state;
    struct random r = random_seeded(1);
    oriel_model *m = gen_model(&(struct gen_model){HEAD_SIGMOID, SCHEME_IOB2, 2, 2}, &r, 1);
    oriel_tagger *t;
    oriel_error err;
    assert_int_equal(oriel_tagger_new(&t, m, &(oriel_tagger_options){.n_best = 1}, &err), ORIEL_EARG);
    assert_non_null(strstr(err.text, "--n-best"));
    assert_null(t);
    assert_int_equal(oriel_tagger_new(&t, m, &(oriel_tagger_options){.marginals = true}, &err), ORIEL_EARG);
    assert_non_null(strstr(err.text, "--marginals"));
    oriel_model_free(m);
}

static void test_more_readings_than_the_limit_are_refused(void **state)
{
    (void)state;
    struct random r = random_seeded(1);
    oriel_model *m = gen_model(&(struct gen_model){HEAD_CRF, SCHEME_IOB2, 1, 2}, &r, 1);
    oriel_tagger *t;
    oriel_error err;
    assert_int_equal(oriel_tagger_new(&t, m, &(oriel_tagger_options){.n_best = ORIEL_MAX_READINGS + 1}, &err),
                     ORIEL_EARG);
    assert_ok(oriel_tagger_new(&t, m, &(oriel_tagger_options){.n_best = ORIEL_MAX_READINGS}, &err), err);
    oriel_tagger_free(t);
    oriel_model_free(m);
}

static void test_a_sentence_of_no_tokens_has_no_readings(void **state)
{
    (void)state;
    struct random r = random_seeded(1);
    oriel_model *m = gen_model(&(struct gen_model){HEAD_CRF, SCHEME_IOB2, 1, 2}, &r, 1);
    oriel_tagger_options o = {.threshold = -1, .n_best = 3, .marginals = true};
    oriel_tagger *t;
    oriel_tags found;
    oriel_error err;
    assert_ok(oriel_tagger_new(&t, m, &o, &err), err);
    assert_ok(oriel_tag_sentence(t, &(oriel_sentence){.text = ""}, &found, &err), err);
    assert_int_equal(found.n_readings, 0);
    assert_int_equal(found.n_spans, 0);
    oriel_tagger_free(t);
    oriel_model_free(m);
}

/* One tagger for sentences of all lengths, one after the other: none sees what is left of another. */
static void test_sentences_do_not_see_each_other(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(34));
    oriel_model *m = gen_model(&(struct gen_model){HEAD_CRF, SCHEME_IOB1, 2, N_WORDS}, &r, 3);
    oriel_tagger_options o = {.threshold = -1, .n_best = 4, .marginals = true};
    oriel_tagger *used;
    oriel_error err;
    assert_ok(oriel_tagger_new(&used, m, &o, &err), err);
    for (size_t round = 0; round < 30; round++) {
        char text[100];
        oriel_range tokens[50];
        oriel_tags a;
        oriel_tags b;
        gen_model_text(&r, text, gen_size(&r, 1, 50), N_WORDS);
        oriel_sentence s = gen_model_sentence(text, tokens);
        oriel_tagger *fresh;
        assert_ok(oriel_tagger_new(&fresh, m, &o, &err), err);
        assert_ok(oriel_tag_sentence(used, &s, &a, &err), err);
        assert_ok(oriel_tag_sentence(fresh, &s, &b, &err), err);
        assert_int_equal(a.n_readings, b.n_readings);
        assert_memory_equal(a.marginals, b.marginals, s.n_tokens * oriel_model_tags(m) * sizeof *a.marginals);
        for (size_t k = 0; k < a.n_readings; k++) {
            assert_memory_equal(a.readings[k].tags, b.readings[k].tags, s.n_tokens * sizeof *a.tags);
            assert_true(a.readings[k].probability == b.readings[k].probability);
        }
        oriel_tagger_free(fresh);
    }
    oriel_tagger_free(used);
    oriel_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sigmoid_head_has_neither),
        cmocka_unit_test(test_more_readings_than_the_limit_are_refused),
        cmocka_unit_test(test_a_sentence_of_no_tokens_has_no_readings),
        cmocka_unit_test(test_sentences_do_not_see_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
