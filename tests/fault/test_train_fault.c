/*
 * The whole way (train, save, load, tag, score, vectors) with the n-th allocation failing, for n = 1, 2, ... until all goes
 * through: the step that meets the failure says ORIEL_ENOMEM and gives nothing, nothing leaks, and a model file is either
 * whole or not there.  The one thing that may be lacking is memory for the tokenizer's fast path: without it all comes out
 * the same.
 */
#include "support/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/memory_failing.h"
#include "support/tiny_corpus.h"
#include "text/tokenizer.h"

static const char rules[] = "token.word = [\\p{L}\\p{M}\\p{N}]++\ntoken.other = \\X\nsentence.end = [.!?]\n";
static const char text[] = "Ada met Zoe\xCC\x88.\nRome \xFF is old! Ada";

static char model_path[256];
static oriel_train_options options;
static const char *train_files[1];
static const char *gold; /* what is scored after training */

/* ---- the steps: each gives its status, and frees what it made ---- */

static oriel_status train(oriel_model **m)
{
    oriel_status status = oriel_train(m, &options, NULL, NULL, NULL);
    assert_int_equal(*m != NULL, status == ORIEL_OK);
    return status;
}

static oriel_status load(oriel_model **m)
{
    oriel_status status = oriel_model_load(m, model_path, NULL);
    assert_int_equal(*m != NULL, status == ORIEL_OK);
    return status;
}

static oriel_status tag(const oriel_model *m)
{
    oriel_tagger *t;
    const oriel_span *spans = NULL;
    size_t n_spans = 0;
    oriel_status status = oriel_tagger_new(&t, m, &(oriel_tagger_options){.threshold = 0}, NULL);
    assert_int_equal(t != NULL, status == ORIEL_OK);
    if (status == ORIEL_OK) {
        status = oriel_tag_text(t, text, sizeof text - 1, &spans, &n_spans, NULL);
        assert_int_equal(spans != NULL, status == ORIEL_OK);
        assert_int_equal(n_spans, status == ORIEL_OK ? 3 : 0); /* at threshold 0 all is tagged: three sentences */
    }
    oriel_tagger_free(t);
    return status;
}

/* The same tagger goes on after a failure. */
static oriel_status tag_again(const oriel_model *m)
{
    static const oriel_range tokens[] = {{0, 3}, {4, 7}};
    oriel_sentence s = {.text = text, .n_text = 7, .tokens = tokens, .n_tokens = 2};
    oriel_tagger *t;
    oriel_tags tags;
    oriel_status status = oriel_tagger_new(&t, m, NULL, NULL);
    if (status != ORIEL_OK)
        return status;
    status = oriel_tag_sentence(t, &s, &tags, NULL);
    assert_int_equal(tags.tags != NULL, status == ORIEL_OK);
    if (status != ORIEL_OK)
        assert_int_equal(oriel_tag_sentence(t, &s, &tags, NULL), ORIEL_OK); /* only one allocation fails */
    oriel_tagger_free(t);
    return status;
}

static oriel_status score(const oriel_model *m)
{
    oriel_scores *scores;
    oriel_eval_options o = {.threshold = -1, .threads = 2};
    oriel_status status = oriel_eval_model(&scores, m, &gold, 1, &o, NULL);
    assert_int_equal(scores != NULL, status == ORIEL_OK);
    oriel_scores_free(scores);
    return status;
}

static oriel_status take_vectors(const oriel_model *m)
{
    oriel_vectors *v;
    oriel_status status = oriel_vectors_of_model(&v, m, NULL);
    assert_int_equal(v != NULL, status == ORIEL_OK);
    oriel_vectors_free(v);
    return status;
}

/* ---- all of it ---- */

/* Uses a model that is there in all ways. */
static oriel_status use(const oriel_model *m)
{
    oriel_status status = tag(m);
    if (status == ORIEL_OK)
        status = tag_again(m);
    if (status == ORIEL_OK)
        status = score(m);
    if (status == ORIEL_OK)
        status = take_vectors(m);
    return status;
}

static oriel_status go_all_the_way(void)
{
    oriel_model *m;
    remove(model_path);
    oriel_status status = train(&m);
    if (status == ORIEL_OK)
        status = oriel_model_save(m, model_path, NULL);
    oriel_model_free(m);
    if (status != ORIEL_OK) {
        assert_int_not_equal(access(model_path, F_OK), 0); /* no file yet */
        return status;
    }
    status = load(&m);
    if (status == ORIEL_OK)
        status = use(m);
    oriel_model_free(m);
    return status;
}

static size_t files_in_folder(void)
{
    size_t n = 0;
    DIR *folder = opendir(test_folder());
    assert_non_null(folder);
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

/* One run with a failure; false: it went through without meeting it.  *n_lacking counts those that did without. */
static bool run_with_failure(size_t n, size_t n_files, const char *whole, size_t n_whole, size_t *n_lacking)
{
    size_t n_live = mem_live();
    mem_fail_at(n);
    oriel_status status = go_all_the_way();
    size_t n_calls = mem_calls();
    mem_fail_at(0);
    assert_int_equal(mem_live(), n_live);
    bool has_file = access(model_path, F_OK) == 0;
    assert_int_equal(files_in_folder(), n_files + has_file);
    if (has_file) {
        size_t n_bytes;
        char *bytes = test_read(model_path, &n_bytes);
        assert_int_equal(n_bytes, n_whole);
        assert_memory_equal(bytes, whole, n_whole);
        free(bytes);
    }
    if (status != ORIEL_OK && (status != ORIEL_ENOMEM || n_calls < n))
        fail_msg("allocation %zu: %s", n, oriel_status_name(status));
    *n_lacking += status == ORIEL_OK && n_calls >= n;
    return n_calls >= n;
}

/* How many allocations of the tokenizer's rules and scratch can fail without harm: it has a fast path, which takes memory,
 * and a slow one. */
static size_t lacking_in_tokenizer(void)
{
    size_t n_lacking = 0;
    bool has_met = true;
    for (size_t n = 1; has_met; n++) {
        struct tokenizer *t;
        mem_fail_at(n);
        oriel_status status = tokenizer_new(&t, rules, "rules", NULL);
        has_met = mem_calls() >= n;
        tokenizer_free(t);
        n_lacking += has_met && status == ORIEL_OK;
    }
    mem_fail_at(0);
    return n_lacking;
}

static size_t lacking_in_scratch(void)
{
    size_t n_lacking = 0;
    bool has_met = true;
    for (size_t n = 1; has_met; n++) {
        mem_fail_at(n);
        struct tokenizer_scratch *scratch = tokenizer_scratch_new();
        has_met = mem_calls() >= n;
        n_lacking += has_met && scratch;
        tokenizer_scratch_free(scratch);
    }
    mem_fail_at(0);
    return n_lacking;
}

/* Rules are compiled twice, in training and in loading; a text is read once. */
static void fail_everywhere(void)
{
    size_t n_whole;
    assert_int_equal(go_all_the_way(), ORIEL_OK);
    char *whole = test_read(model_path, &n_whole);
    remove(model_path);
    size_t n_files = files_in_folder();
    size_t n = 1;
    size_t n_lacking = 0;
    while (run_with_failure(n, n_files, whole, n_whole, &n_lacking))
        n++;
    assert_true(n > 100);
    assert_int_equal(n_lacking, 2 * lacking_in_tokenizer() + lacking_in_scratch());
    free(whole);
    remove(model_path);
}

static void prepare(void)
{
    train_files[0] = tiny_file("five.conll", TINY_FIVE);
    gold = train_files[0];
    options = tiny_options(train_files);
    options.tokenizer = tiny_file("rules", rules);
    options.epochs = 2;
    snprintf(model_path, sizeof model_path, "%s", test_path("m.oriel"));
}

static void test_a_run_with_held_out_dev_survives_failing_allocations(void **state)
{
    (void)state;
    prepare();
    options.dev = NULL;
    options.threads = 2;
    fail_everywhere();
}

static void test_a_run_with_vectors_and_one_type_survives_failing_allocations(void **state)
{
    (void)state;
    prepare();
    options.vectors = tiny_file("vectors", "ada 1 2\nzo\xC3\xAB 3 4\n");
    options.type = "PER";
    options.batch = 4;
    options.min_count = 2;
    fail_everywhere();
}

/* What classic does not have: tables, dropout, averages, case copies, a chain, and its calibration on dev. */
static void test_training_standard_survives_failing_allocations(void **state)
{
    (void)state;
    bool has_met = true;
    size_t n = 1;
    prepare();
    oriel_train_options_default(&options, ORIEL_STANDARD);
    options.train = train_files;
    options.n_train = 1;
    options.dev = gold;
    options.features = "word,shape,ngrams2";
    options.dim = options.feature_dim = options.hidden[0] = 3;
    options.vectors = tiny_file("vectors", "ada 1 2\nzo\xC3\xAB 3 4\n");
    options.keep_vectors = 1;
    options.tune_outside = false; /* scoring dev once more is no other way */
    options.epochs = 1;
    for (; has_met; n++) {
        oriel_model *m;
        size_t n_live = mem_live();
        mem_fail_at(n);
        oriel_status status = train(&m);
        has_met = mem_calls() >= n;
        if (status != ORIEL_OK && (status != ORIEL_ENOMEM || !has_met))
            fail_msg("allocation %zu: %s", n, oriel_status_name(status));
        oriel_model_free(m);
        assert_int_equal(mem_live(), n_live);
    }
    mem_fail_at(0);
    assert_true(n > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_with_held_out_dev_survives_failing_allocations),
        cmocka_unit_test(test_a_run_with_vectors_and_one_type_survives_failing_allocations),
        cmocka_unit_test(test_training_standard_survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
