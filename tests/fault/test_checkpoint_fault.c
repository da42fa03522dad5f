/*
 * A training with checkpoints, begun and gone on with, with the n-th allocation failing: it says ORIEL_ENOMEM and gives nothing,
 * or goes on without that checkpoint and ends in the same bytes; nothing leaks, and the checkpoint that was there is whole.
 * And what an epoch allocates: nothing.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/memory_failing.h"
#include "support/tiny_runs.h"

static const char *train_file, *dev_file;
static char checkpoint[256];
static oriel_train_options options;

static void prepare(size_t k)
{
    train_file = tiny_thirty("train.conll", 3);
    dev_file = tiny_thirty("dev.conll", 4);
    options = tiny_run(k, &train_file, dev_file);
    options.epochs = 2;
    options.features = options.recipe == ORIEL_STANDARD ? "word,suffix2" : "word";
    options.tokenizer = tiny_file("rules", "token.other = \\X\n");
    snprintf(checkpoint, sizeof checkpoint, "%s", test_path("checkpoint"));
    options.checkpoint = checkpoint;
    options.resume = true;
}

/* ---- failing allocations ---- */

static int stop_after_the_first(void *user, const oriel_progress *p)
{
    (void)user;
    return p->moment == ORIEL_AT_CHECKPOINT && p->epoch == 1;
}

/* One run with a failure from what stands at the checkpoint; false: it went through without meeting it. */
static bool run_with_failure(size_t n, const char *whole, size_t n_whole)
{
    oriel_model *m;
    size_t n_live = mem_live();
    mem_fail_at(n);
    oriel_status status = oriel_train(&m, &options, NULL, NULL, NULL);
    bool has_met = mem_calls() >= n;
    mem_fail_at(0);
    if ((status != ORIEL_OK && status != ORIEL_ENOMEM) || (m != NULL) != (status == ORIEL_OK))
        fail_msg("allocation %zu: %s", n, oriel_status_name(status));
    if (m) {
        size_t n_bytes;
        char *bytes = tiny_saved(m, "m.oriel", &n_bytes);
        if (n_bytes != n_whole || memcmp(bytes, whole, n_whole) != 0)
            fail_msg("allocation %zu: another model", n);
        free(bytes);
    }
    oriel_model_free(m);
    assert_int_equal(mem_live(), n_live);
    return has_met;
}

/* What a failed run left behind can be gone on from, too. */
static void fail_everywhere(size_t k, bool from_the_middle)
{
    prepare(k);
    remove(checkpoint);
    oriel_model *m = tiny_trained(&options);
    size_t n_whole;
    char *whole = tiny_saved(m, "m.oriel", &n_whole);
    oriel_model_free(m);
    size_t n_middle = 0;
    char *middle = NULL;
    if (from_the_middle) {
        oriel_error err;
        remove(checkpoint);
        assert_ok(oriel_train(&m, &options, stop_after_the_first, NULL, &err), err);
        oriel_model_free(m);
        middle = test_read(checkpoint, &n_middle);
    }
    bool has_met = true;
    for (size_t n = 1; has_met; n++) {
        if (middle)
            test_write(checkpoint, middle, n_middle);
        else
            remove(checkpoint);
        has_met = run_with_failure(n, whole, n_whole);
        if (n % 16 == 0)
            run_with_failure(SIZE_MAX, whole, n_whole);
    }
    free(middle);
    free(whole);
    remove(checkpoint);
}

static void test_a_training_with_checkpoints_survives_failing_allocations(void **state)
{
    (void)state;
    fail_everywhere(0, false);
    fail_everywhere(6, false);
}

static void test_going_on_survives_failing_allocations(void **state)
{
    (void)state;
    fail_everywhere(6, true);
}

/* ---- what an epoch allocates ---- */

enum { MOST_EPOCHS = 300 };

struct counted {
    size_t at_epoch[MOST_EPOCHS]; /* allocations of its steps */
    size_t n;
};

/* Scoring lies between the two moments and allocates. */
static int count_allocations(void *user, const oriel_progress *p)
{
    struct counted *c = user;
    if (p->moment == ORIEL_AT_STEP && p->done == 1)
        c->at_epoch[(c->n = p->epoch) - 1] = mem_calls();
    else if (p->moment != ORIEL_AT_STEP)
        mem_fail_at(0);
    return 0;
}

static void count_epochs(struct counted *c, const oriel_train_options *o)
{
    oriel_model *m;
    oriel_error err;
    *c = (struct counted){0};
    assert_ok(oriel_train(&m, o, count_allocations, c, &err), err);
    oriel_model_free(m);
    assert_int_equal(c->n, o->epochs);
}

/* The first epoch of one batch meets the largest batch that there is; nothing is left to grow after it. */
static void test_an_epoch_of_the_same_batches_allocates_nothing(void **state)
{
    (void)state;
    for (size_t k = 0; k < TINY_RUNS; k++) {
        struct counted c;
        prepare(k);
        options.checkpoint = NULL;
        options.resume = false;
        options.case_copies = 0;
        options.word_dropout = 0;
        options.batch = 1000;
        options.epochs = 6;
        options.patience = 0;
        options.threads = 2;
        count_epochs(&c, &options);
        assert_true(c.at_epoch[0] > 0);
        for (size_t e = 1; e < c.n; e++)
            if (c.at_epoch[e] > 0)
                fail_msg("run %zu, epoch %zu: %zu allocations", k, e + 1, c.at_epoch[e]);
    }
}

/* Batches of chance grow what they need by halves, ever more rarely: not once an epoch, which has four steps or more. */
static void test_epochs_of_other_batches_allocate_almost_nothing(void **state)
{
    (void)state;
    for (size_t k = 0; k < TINY_RUNS; k++) {
        struct counted c;
        prepare(k);
        options.checkpoint = NULL;
        options.resume = false;
        options.epochs = MOST_EPOCHS;
        options.patience = 0;
        count_epochs(&c, &options);
        size_t n = 0;
        for (size_t e = MOST_EPOCHS / 2; e < c.n; e++)
            n += c.at_epoch[e];
        if (n > MOST_EPOCHS / 10)
            fail_msg("run %zu: %zu allocations in the later epochs", k, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_training_with_checkpoints_survives_failing_allocations),
        cmocka_unit_test(test_going_on_survives_failing_allocations),
        cmocka_unit_test(test_an_epoch_of_the_same_batches_allocates_nothing),
        cmocka_unit_test(test_epochs_of_other_batches_allocate_almost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
