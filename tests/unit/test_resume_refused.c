/*
 * A checkpoint is only for the training that it is of: what differs is named; and it is not mistaken for a model, nor lost by
 * oversight.
 */
#include "support/test.h"

#include <stdlib.h>

#include "support/tiny_runs.h"

static const char *train_file, *dev_file;

static void make_files(void)
{
    train_file = tiny_thirty("train.conll", 3);
    dev_file = tiny_thirty("dev.conll", 4);
}

/* Stops at the n-th checkpoint; notes whether there was something to go on from. */
struct watched {
    size_t stop_at, n_checkpoints;
    bool is_resumed;
};

static int watch(void *user, const oriel_progress *p)
{
    struct watched *w = user;
    w->is_resumed = w->is_resumed || (p->moment == ORIEL_AT_START && (p->epoch > 0 || p->done > 0));
    w->n_checkpoints += p->moment == ORIEL_AT_CHECKPOINT;
    return w->n_checkpoints > 0 && w->n_checkpoints == w->stop_at;
}

static void run(const oriel_train_options *o, struct watched *w)
{
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_train(&m, o, watch, w, &err), err);
    oriel_model_free(m);
}

static void refuse(const oriel_train_options *o, oriel_status expected, const char *message)
{
    oriel_model *m;
    oriel_error err = {0};
    oriel_status status = oriel_train(&m, o, NULL, NULL, &err);
    if (status != expected || m || !strstr(err.text, message))
        fail_msg("expected \"%s\", found %s: %s", message, oriel_status_name(status), err.text);
}

/* A run that was stopped in the middle of an epoch. */
static oriel_train_options begun(size_t k, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s", test_path(name));
    oriel_train_options o = tiny_run(k, &train_file, dev_file);
    o.checkpoint = path;
    o.checkpoint_seconds = 1e-9;
    struct watched w = {.stop_at = 6};
    run(&o, &w);
    o.resume = true;
    return o;
}

static void test_other_options_are_refused_by_name(void **state)
{
    (void)state;
    make_files();
    const oriel_train_options o = begun(4, "begun");
    size_t n;
    char *before = test_read(o.checkpoint, &n);
#define REFUSED(field, value, message)                                                                                 \
    do {                                                                                                               \
        oriel_train_options other = o;                                                                                 \
        other.field = value;                                                                                           \
        refuse(&other, ORIEL_EARG, "begun: was made with " message);                                                   \
    } while (0)
    REFUSED(window, 3, "--window 5, not 3");
    REFUSED(dim, 7, "--dim 6, not 7");
    REFUSED(hidden[0], 9, "--hidden 8, not 9");
    REFUSED(n_hidden, 0, "--hidden 8, not none");
    REFUSED(activation, ORIEL_TANH, "--activation relu, not tanh");
    REFUSED(head, ORIEL_HEAD_CRF, "--head softmax, not crf");
    REFUSED(features, "word,shape", "--features word,shape,suffix2,ngrams3, not word,shape");
    REFUSED(feature_dim, 4, "--feature-dim 3, not 4");
    REFUSED(optimizer, ORIEL_MOMENTUM, "--optimizer adam, not momentum");
    REFUSED(input_dropout, 0.25, "--input-dropout 0.5, not 0.25");
    REFUSED(hidden_dropout, 0, "--hidden-dropout 0.3, not 0");
    REFUSED(word_dropout, 0.5, "--word-dropout 0.25, not 0.5");
    REFUSED(swap_names, 0.5, "--swap-names 0.3, not 0.5");
    REFUSED(case_copies, 0.5, "--case-copies 0.4, not 0.5");
    REFUSED(average, false, "--average yes, not no");
    REFUSED(sentences, false, "--batch-of sentences, not tokens");
    REFUSED(tune_outside, false, "--o-bias auto, not 0");
    REFUSED(learning_rate, 0.03, "--learning-rate 0.02, not 0.03");
    REFUSED(learning_rate, 0.020000000000000004, "--learning-rate 0.02, not 0.020000000000000004");
    REFUSED(lambda, 0.1, "--lambda 0, not 0.1");
    REFUSED(threshold, 0.4, "--threshold 0.5, not 0.4");
    REFUSED(epochs, 5, "--epochs 4, not 5");
    REFUSED(patience, 2, "--patience 0, not 2");
    REFUSED(batch, 9, "--batch 8, not 9");
    REFUSED(min_count, 2, "--min-count 1, not 2");
    REFUSED(seed, 2, "--seed 1, not 2");
    REFUSED(schedule, ORIEL_STEPS, "--schedule linear, not steps");
    REFUSED(clip, 1, "--clip 0, not 1");
    REFUSED(type, "PER", "--type (all), not PER");
    REFUSED(dev_types, "PER", "--dev-types (all), not PER");
    REFUSED(about, "a note", "--about , not a note");
    REFUSED(dev, NULL, "the corpus train.conll (30 sentences, 150 tokens), not train.conll (27 sentences");
    char *after = test_read(o.checkpoint, &n);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
    remove(o.checkpoint);
}

static void test_other_data_are_refused(void **state)
{
    (void)state;
    make_files();
    const oriel_train_options o = begun(4, "begun");
    oriel_train_options other = o;
    other.dev = tiny_thirty("another-dev.conll", 5);
    refuse(&other, ORIEL_EARG, "begun: was made with another dev corpus");
    other = o;
    other.tokenizer = tiny_file("rules", "token.other = \\X\n");
    refuse(&other, ORIEL_EARG, "begun: was made with another set of tokenizer rules");
    other = o;
    other.vectors = tiny_file("vectors", "ada 1 2 3 4 5 6\n");
    refuse(&other, ORIEL_EARG, "begun: was made with another set of vectors or first weights");
    other = o;
    const char *renamed = tiny_thirty("renamed.conll", 3);
    other.train = &renamed;
    refuse(&other, ORIEL_EARG, "the corpus train.conll (30 sentences, 150 tokens), not renamed.conll (30");
    tiny_thirty("train.conll", 6); /* as many tokens, other ones */
    refuse(&o, ORIEL_EARG, "begun: was made with another training corpus");
    make_files();
    const char *known = "PER,LOC";
    other = o;
    other.known_types = &known; /* says no more than the file does */
    struct watched w = {0};
    run(&other, &w);
    assert_true(w.is_resumed);
    remove(o.checkpoint);
}

static void test_a_checkpoint_is_not_begun_anew_by_oversight(void **state)
{
    (void)state;
    make_files();
    oriel_train_options o = begun(0, "precious");
    o.resume = false;
    refuse(&o, ORIEL_EARG, "precious: a checkpoint is there: --resume goes on from it");
    o.resume = true;
    o.checkpoint = NULL;
    refuse(&o, ORIEL_EARG, "--resume goes on from the file of --checkpoint, which is missing");
    remove(test_path("precious"));
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static void test_models_and_checkpoints_are_not_mistaken_for_each_other(void **state)
{
    (void)state;
    make_files();
    oriel_train_options o = begun(0, "a-checkpoint");
    oriel_error err;
    oriel_model *m;
    assert_int_equal(oriel_model_load(&m, o.checkpoint, &err), ORIEL_EFORMAT);
    assert_non_null(strstr(err.text, "a-checkpoint: not an Oriel model: it says that it is a checkpoint"));
    o = tiny_run(0, &train_file, dev_file);
    m = tiny_trained(&o);
    assert_int_equal(oriel_model_save(m, test_path("a-checkpoint"), &err), ORIEL_EFORMAT);
    assert_non_null(strstr(err.text, "a-checkpoint: is there and is not an Oriel model; not overwritten"));
    assert_int_equal(oriel_model_save_check(test_path("a-checkpoint"), &err), ORIEL_EFORMAT);
    size_t n;
    free(tiny_saved(m, "a-model", &n));
    oriel_model_free(m);
    o.checkpoint = test_path("a-model");
    refuse(&o, ORIEL_EFORMAT, "a-model: is there and is not an Oriel checkpoint; not overwritten");
    o.resume = true;
    refuse(&o, ORIEL_EFORMAT, "a-model: is there and is not an Oriel checkpoint; not overwritten");
    o.checkpoint = train_file;
    refuse(&o, ORIEL_EFORMAT, "train.conll: is there and is not an Oriel checkpoint; not overwritten");
    o.checkpoint = test_path("no/folder");
    refuse(&o, ORIEL_EIO, "no/folder");
    remove(test_path("a-checkpoint"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_options_are_refused_by_name),
        cmocka_unit_test(test_other_data_are_refused),
        cmocka_unit_test(test_a_checkpoint_is_not_begun_anew_by_oversight),
        cmocka_unit_test(test_models_and_checkpoints_are_not_mistaken_for_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
