/*
 * A training that was cut off and goes on from its checkpoint ends in the same bytes as one without a break, wherever it was cut.
 */
#include "support/test.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "support/tiny_runs.h"

enum { MOST_CHECKPOINTS = 200 };

struct copy {
    char *bytes;
    size_t n;
};

/* What a run does at its checkpoints. */
struct watched {
    const char *checkpoint;
    size_t n_checkpoints, n_epochs;
    struct copy *copies; /* [MOST_CHECKPOINTS] of each as it is on disk then, as a kill would leave it; NULL: none */
    size_t stop_at;      /* asks to stop at the n-th; 0: not */
    size_t first_epoch;
    double first_done;
};

static int watch(void *user, const oriel_progress *p)
{
    struct watched *w = user;
    if (p->moment == ORIEL_AT_START) {
        w->first_epoch = p->epoch;
        w->first_done = p->done;
    }
    w->n_epochs += p->moment == ORIEL_AT_EPOCH;
    if (p->moment != ORIEL_AT_CHECKPOINT)
        return 0;
    if (p->checkpoint_error)
        fail_msg("%s", p->checkpoint_error);
    if (w->copies) {
        assert_true(w->n_checkpoints < MOST_CHECKPOINTS);
        struct copy *copy = &w->copies[w->n_checkpoints];
        copy->bytes = test_read(w->checkpoint, &copy->n);
    }
    return ++w->n_checkpoints == w->stop_at;
}

/* The model's bytes; the caller frees with free(). */
static char *run(const oriel_train_options *o, struct watched *w, size_t *n)
{
    oriel_model *m;
    oriel_error err;
    w->checkpoint = o->checkpoint;
    assert_ok(oriel_train(&m, o, watch, w, &err), err);
    char *bytes = tiny_saved(m, "run.oriel", n);
    oriel_model_free(m);
    return bytes;
}

static void assert_same_model(const char *what, const oriel_train_options *o, const char *whole, size_t n_whole,
                              struct watched *w)
{
    size_t n;
    char *bytes = run(o, w, &n);
    if (n != n_whole || memcmp(bytes, whole, n) != 0)
        fail_msg("%s: another model", what);
    free(bytes);
}

static const char *train_file, *dev_file;

static void make_files(void)
{
    train_file = tiny_thirty("train.conll", 3);
    dev_file = tiny_thirty("dev.conll", 4);
}

/* A checkpoint after every step, and after every epoch. */
static oriel_train_options with_checkpoints(size_t k, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s", test_path(name));
    remove(path);
    oriel_train_options o = tiny_run(k, &train_file, dev_file);
    o.checkpoint = path;
    o.checkpoint_seconds = 1e-9;
    return o;
}

/* ---- where it was cut ------------------------------------------------------------------------------------------- */

/* Every other checkpoint of a run, each time with another number of threads. */
static void kill_everywhere(size_t k, const char *whole, size_t n_whole)
{
    static struct copy copies[MOST_CHECKPOINTS];
    char what[128];
    oriel_train_options o = with_checkpoints(k, "killed");
    struct watched w = {.copies = copies};
    assert_same_model("with checkpoints", &o, whole, n_whole, &w);
    size_t n = w.n_checkpoints;
    assert_true(n > 8);
    o.checkpoint_seconds = 0;
    o.resume = true;
    for (size_t i = 0; i < n; i += 2) {
        snprintf(what, sizeof what, "run %zu, killed after checkpoint %zu of %zu", k, i, n);
        test_write(o.checkpoint, copies[i].bytes, copies[i].n);
        o.threads = 1 + i / 2 % 2;
        w = (struct watched){0};
        assert_same_model(what, &o, whole, n_whole, &w);
        assert_true(w.first_epoch > 0 || w.first_done > 0);
        assert_int_equal(w.n_checkpoints, w.n_epochs);
    }
    for (size_t i = 0; i < n; i++)
        free(copies[i].bytes);
    remove(o.checkpoint);
}

static void test_a_kill_at_any_checkpoint_changes_nothing(void **state)
{
    (void)state;
    make_files();
    for (size_t k = 0; k < TINY_RUNS; k++) {
        size_t n;
        struct watched w = {0};
        oriel_train_options o = tiny_run(k, &train_file, dev_file);
        char *whole = run(&o, &w, &n);
        kill_everywhere(k, whole, n);
        free(whole);
    }
}

/* A stopped training scores what it has, and keeps it if it is the best; whoever goes on must not see that. */
static void test_a_stop_after_every_few_steps_changes_nothing(void **state)
{
    (void)state;
    make_files();
    for (size_t k = 0; k < TINY_RUNS; k++) {
        size_t n_whole;
        struct watched w = {0};
        oriel_train_options o = tiny_run(k, &train_file, dev_file);
        char *whole = run(&o, &w, &n_whole);
        o = with_checkpoints(k, "stopped");
        o.resume = true;
        size_t n_stops = 0;
        for (bool is_stopped = true; is_stopped; n_stops++) {
            size_t n;
            w = (struct watched){.stop_at = 3};
            char *bytes = run(&o, &w, &n);
            is_stopped = w.n_checkpoints >= 3;
            if (!is_stopped && (n != n_whole || memcmp(bytes, whole, n) != 0))
                fail_msg("run %zu, stopped %zu times: another model", k, n_stops);
            free(bytes);
        }
        assert_true(n_stops > 4);
        free(whole);
        remove(o.checkpoint);
    }
}

static void test_without_a_checkpoint_it_begins(void **state)
{
    (void)state;
    make_files();
    size_t n_whole;
    struct watched w = {0};
    oriel_train_options o = tiny_run(5, &train_file, dev_file);
    char *whole = run(&o, &w, &n_whole);
    assert_int_equal(w.n_checkpoints, 0);
    o = with_checkpoints(5, "none-yet");
    o.checkpoint_seconds = 0;
    o.resume = true;
    w = (struct watched){0};
    assert_same_model("no file", &o, whole, n_whole, &w);
    assert_true(w.first_epoch == 0 && w.first_done == 0);
    assert_int_equal(w.n_checkpoints, 4); /* the ends of epochs alone */
    test_write(o.checkpoint, "", 0);
    w = (struct watched){0};
    assert_same_model("an empty file", &o, whole, n_whole, &w);
    free(whole);
    remove(o.checkpoint);
}

/* What was trained to its end gives its model again without a step. */
static void test_the_end_can_be_come_back_to(void **state)
{
    (void)state;
    make_files();
    oriel_train_options o = with_checkpoints(6, "ended");
    o.resume = true;
    size_t n_whole;
    struct watched w = {0};
    char *whole = run(&o, &w, &n_whole);
    w = (struct watched){0};
    assert_same_model("again", &o, whole, n_whole, &w);
    assert_int_equal(w.first_epoch, 4);
    assert_int_equal(w.n_epochs + w.n_checkpoints, 0);
    free(whole);
    remove(o.checkpoint);
}

/* ---- what cannot be written -------------------------------------------------------------------------------------- */

struct failures {
    size_t n, n_epochs;
};

static int count_failures(void *user, const oriel_progress *p)
{
    struct failures *f = user;
    f->n_epochs += p->moment == ORIEL_AT_EPOCH;
    assert_true(!p->checkpoint_error || p->moment == ORIEL_AT_CHECKPOINT);
    if (p->moment == ORIEL_AT_CHECKPOINT) {
        assert_non_null(p->checkpoint_error);
        assert_non_null(strstr(p->checkpoint_error, "/dev/full: cannot be written: No space left"));
        f->n++;
    }
    return 0;
}

static void test_training_goes_on_without_its_checkpoints(void **state)
{
    (void)state;
    make_files();
    struct stat full;
    if (stat("/dev/full", &full) != 0)
        skip();
    size_t n_whole;
    size_t n;
    struct watched w = {0};
    oriel_train_options o = tiny_run(4, &train_file, dev_file);
    char *whole = run(&o, &w, &n_whole);
    struct failures f = {0};
    o.checkpoint = "/dev/full";
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_train(&m, &o, count_failures, &f, &err), err);
    char *bytes = tiny_saved(m, "without.oriel", &n);
    assert_int_equal(n, n_whole);
    assert_memory_equal(bytes, whole, n);
    assert_true(f.n == 4 && f.n_epochs == 4);
    oriel_model_free(m);
    free(bytes);
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_kill_at_any_checkpoint_changes_nothing),
        cmocka_unit_test(test_a_stop_after_every_few_steps_changes_nothing),
        cmocka_unit_test(test_without_a_checkpoint_it_begins),
        cmocka_unit_test(test_the_end_can_be_come_back_to),
        cmocka_unit_test(test_training_goes_on_without_its_checkpoints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
