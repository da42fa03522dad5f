/*
 * Going on from a model with new data: what it knows stays, what is new joins it, and what contradicts it is refused.
 */
#include "support/test.h"

#include <stdlib.h>

#include "learn/data.h"
#include "model/model.h"
#include "support/tiny_continue.h"

static bool check(const oriel_train_options *o)
{
    return oriel_train_options_check(o, NULL) == ORIEL_OK;
}

/* ---- what it begins with ---------------------------------------------------------------------------------------- */

/* The model before its first step, in the terms of the new corpus. */
static oriel_model *prepared(const oriel_train_options *o, struct data *d)
{
    oriel_model *m;
    oriel_error err;
    assert_ok(data_prepare(d, &m, o, &err), err);
    return m;
}

static void assert_same_tags(const oriel_model *a, const oriel_model *b, const char *file)
{
    oriel_tagger *taggers[2];
    oriel_reader *r;
    oriel_sentence s;
    bool more = true;
    oriel_reader_options columns = {.format = ORIEL_INPUT_CONLL};
    oriel_error err;
    assert_ok(oriel_tagger_new(&taggers[0], a, NULL, &err), err);
    assert_ok(oriel_tagger_new(&taggers[1], b, NULL, &err), err);
    assert_ok(oriel_reader_open(&r, a, file, &columns, &err), err);
    while (more) {
        oriel_tags tags[2];
        assert_ok(oriel_reader_next(r, &s, &more, &err), err);
        for (size_t i = 0; i < 2 && more; i++)
            assert_ok(oriel_tag_sentence(taggers[i], &s, &tags[i], &err), err);
        for (size_t i = 0; more && i < s.n_tokens; i++)
            if (tags[0].tags[i] != tags[1].tags[i])
                fail_msg("\"%.*s\", token %zu: expected %s, found %s", (int)s.n_text, s.text, i,
                         oriel_model_tag_name(a, tags[0].tags[i]), oriel_model_tag_name(b, tags[1].tags[i]));
    }
    oriel_reader_free(r);
    oriel_tagger_free(taggers[0]);
    oriel_tagger_free(taggers[1]);
}

static void test_before_its_first_step_it_tags_as_the_old_one(void **state)
{
    (void)state;
    for (unsigned head = 0; head < 3; head++) {
        oriel_model *old = old_model(head);
        oriel_train_options o = going_on(old);
        struct data d;
        oriel_model *m = prepared(&o, &d);
        assert_same_tags(old, m, old_file);
        assert_same_tags(old, m, new_file);
        oriel_model_free(m);
        data_clear(&d);
        oriel_model_free(old);
    }
}

static const real *row_of(const oriel_model *m, size_t channel, const char *value)
{
    int32_t id = vocab_find(m->channels.at[channel].values, value, strlen(value));
    return id < 0 ? NULL : m->tables.table[channel].at + (size_t)id * m->tables.table[channel].width;
}

static void test_old_values_keep_their_rows_and_new_ones_begin_as_they_were_read(void **state)
{
    (void)state;
    oriel_model *old = old_model(2);
    oriel_train_options o = going_on(old);
    o.case_copies = 0;
    struct data d;
    oriel_model *m = prepared(&o, &d);
    size_t n_bytes = 6 * sizeof(real);
    for (size_t id = VOCAB_SPECIAL; id < vocab_size(model_words(old)); id++) {
        const char *word = vocab_word(model_words(old), (int32_t)id, NULL);
        assert_memory_equal(row_of(m, 0, word), row_of(old, 0, word), n_bytes);
    }
    const real *unknown = old->tables.table[0].at;
    assert_memory_equal(m->tables.table[0].at, unknown, VOCAB_SPECIAL * n_bytes);
    assert_memory_equal(row_of(m, 0, "sold"), unknown + VOCAB_UNKNOWN * 6, n_bytes);
    assert_memory_equal(row_of(m, 0, "Initech"), unknown + VOCAB_UNKNOWN_CAPITAL * 6, n_bytes);
    assert_memory_equal(row_of(m, 0, "ACME"), unknown + VOCAB_UNKNOWN_UPPER * 6, n_bytes);
    assert_non_null(row_of(old, 2, "ob"));
    assert_memory_equal(row_of(m, 2, "ob"), row_of(old, 2, "ob"), 3 * sizeof(real));
    assert_null(row_of(old, 2, "rp"));
    assert_memory_equal(row_of(m, 2, "rp"), old->tables.table[2].at + VOCAB_UNKNOWN * 3, 3 * sizeof(real));
    size_t n_ngrams = m->tables.table[3].rows * 3 * sizeof(real);
    assert_memory_equal(m->tables.table[3].at, old->tables.table[3].at, n_ngrams);
    uint64_t count = vocab_word_count(model_words(old), vocab_find(model_words(old), "Rome", 4));
    assert_int_equal(vocab_word_count(model_words(m), vocab_find(model_words(m), "Rome", 4)), count + 1);
    oriel_model_free(m);
    data_clear(&d);
    oriel_model_free(old);
}

/* A vector is taken where the old model has nothing better than an unknown row. */
static void test_new_words_take_given_vectors(void **state)
{
    (void)state;
    oriel_model *old = old_model(2);
    oriel_train_options o = going_on(old);
    o.vectors = tiny_file("vectors", "acme 1 2 3 4 5 6\nrome 6 5 4 3 2 1\nelsewhere 1 1 1 1 1 1\n");
    struct data d;
    oriel_model *m = prepared(&o, &d);
    const real expected[] = {1, 2, 3, 4, 5, 6};
    assert_memory_equal(row_of(m, 0, "Acme"), expected, sizeof expected);
    assert_memory_equal(row_of(m, 0, "Rome"), row_of(old, 0, "Rome"), sizeof expected);
    assert_non_null(row_of(m, 0, "elsewhere"));
    oriel_model_free(m);
    data_clear(&d);
    oriel_error err;
    o.vectors = tiny_file("narrow", "acme 1 2\n");
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EARG);
    assert_non_null(strstr(err.text, "narrow: expected vectors 6 wide as in the model to go on from, found 2"));
    oriel_model_free(old);
}

/* Labels O, and begin, inside, end and single of PER, LOC and then ORG. */
static void test_labels_of_a_new_type_begin_as_outside_but_less_likely(void **state)
{
    (void)state;
    oriel_model *old = old_model(2);
    oriel_train_options o = going_on(old);
    struct data d;
    oriel_model *m = prepared(&o, &d);
    assert_int_equal(old->net.n_outputs, 9);
    assert_int_equal(m->net.n_outputs, 13);
    assert_string_equal(oriel_model_type_name(m, 0), oriel_model_type_name(old, 0));
    assert_string_equal(oriel_model_type_name(m, 1), oriel_model_type_name(old, 1));
    assert_string_equal(oriel_model_type_name(m, 2), "ORG");
    assert_memory_equal(m->params.weight[0], old->params.weight[0],
                        network_in(&m->net, 0) * network_out(&m->net, 0) * sizeof(real));
    for (size_t y = 0; y < 13; y++) {
        size_t like = y < 9 ? y : 0;
        assert_memory_equal(m->params.weight[1] + y * 8, old->params.weight[1] + like * 8, 8 * sizeof(real));
        real below = old->params.bias[1][like] - m->params.bias[1][y];
        assert_true(y < 9 ? below == 0 : below > 3);
        assert_true(m->params.start[y] == old->params.start[like] && m->params.end[y] == old->params.end[like]);
        for (size_t z = 0; z < 13; z++)
            assert_true(m->params.trans[y * 13 + z] == old->params.trans[like * 9 + (z < 9 ? z : 0)]);
    }
    oriel_model_free(m);
    data_clear(&d);
    oriel_model_free(old);
}

/* ---- where it comes from ---------------------------------------------------------------------------------------- */

static void test_it_tells_of_both_its_corpora(void **state)
{
    (void)state;
    oriel_model *old = old_model(1);
    oriel_train_options o = going_on(old);
    o.about = "new licence";
    oriel_model *m = tiny_trained(&o);
    oriel_info i = tiny_info(m);
    assert_string_equal(i.trained_on,
                        "new.conll (3 sentences, 11 tokens), before that old.conll (30 sentences, 150 tokens)");
    assert_string_equal(i.about, "new licence; old licence");
    assert_true(m->seen.n > old->seen.n);
    for (size_t k = 0; k < old->seen.n; k++)
        assert_true(seen_has(&m->seen, old->seen.hashes[k]));
    oriel_model_free(m);
    o.about = NULL;
    m = tiny_trained(&o);
    assert_string_equal(tiny_info(m).about, "old licence");
    size_t n;
    free(tiny_saved(m, "both.oriel", &n)); /* and can be written */
    oriel_model_free(m);
    oriel_model_free(old);
}

/* A model that was read from a file is as good as the one that was written. */
static void test_from_a_file_it_goes_on_to_the_same_bytes(void **state)
{
    (void)state;
    oriel_error err;
    oriel_model *old = old_model(2);
    size_t n[2];
    char *bytes[2];
    oriel_model *loaded;
    free(tiny_saved(old, "old.oriel", &n[0]));
    assert_ok(oriel_model_load(&loaded, test_path("old.oriel"), &err), err);
    for (size_t i = 0; i < 2; i++) {
        oriel_train_options o = going_on(i == 0 ? old : loaded);
        o.threads = 1 + i;
        oriel_model *m = tiny_trained(&o);
        bytes[i] = tiny_saved(m, "new.oriel", &n[i]);
        oriel_model_free(m);
    }
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(bytes[0], bytes[1], n[0]);
    free(bytes[0]);
    free(bytes[1]);
    oriel_model_free(loaded);
    oriel_model_free(old);
}

/* ---- what contradicts it ---------------------------------------------------------------------------------------- */

static void test_options_that_contradict_the_model_are_refused(void **state)
{
    (void)state;
    oriel_model *old = old_model(2);
    const oriel_train_options o = going_on(old);
    oriel_error err;
    assert_true(check(&o));
#define REFUSED(field, value, message)                                                                                 \
    do {                                                                                                               \
        oriel_train_options wrong = o;                                                                                 \
        wrong.field = value;                                                                                           \
        assert_int_equal(oriel_train_options_check(&wrong, &err), ORIEL_EARG);                                         \
        if (!strstr(err.text, message))                                                                                \
            fail_msg("expected \"%s\", found \"%s\"", message, err.text);                                              \
    } while (0)
    REFUSED(window, 3, "--window 3: the model to go on from has 5");
    REFUSED(dim, 7, "--dim 7: the model to go on from has 6");
    REFUSED(feature_dim, 16, "--feature-dim 16: the model to go on from has 3");
    REFUSED(hidden[0], 9, "--hidden is not that of the model");
    REFUSED(n_hidden, 0, "--hidden is not that of the model");
    REFUSED(features, "word", "--features is not that of the model");
    REFUSED(type, "PER", "--type is not that of the model");
    REFUSED(tokenizer, "rules", "--tokenizer: the model to go on from has its own rules");
    REFUSED(recipe, ORIEL_CLASSIC, "--recipe is not that of the model");
    REFUSED(head, ORIEL_HEAD_SOFTMAX, "--head is not that of the model");
    REFUSED(activation, ORIEL_TANH, "--activation is not that of the model");
    oriel_model_free(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_its_first_step_it_tags_as_the_old_one),
        cmocka_unit_test(test_old_values_keep_their_rows_and_new_ones_begin_as_they_were_read),
        cmocka_unit_test(test_new_words_take_given_vectors),
        cmocka_unit_test(test_labels_of_a_new_type_begin_as_outside_but_less_likely),
        cmocka_unit_test(test_it_tells_of_both_its_corpora),
        cmocka_unit_test(test_from_a_file_it_goes_on_to_the_same_bytes),
        cmocka_unit_test(test_options_that_contradict_the_model_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
