/*
 * Word vectors with the n-th allocation failing: the right status, nothing given out, nothing leaked.
 */
#include "support/test.h"

#include "support/memory_failing.h"

static const char *text(void)
{
    static const char lines[] = "the cat sat on the mat\nthe dog sat on the log\ncats and dogs sat\n";
    const char *path = test_path("text.txt");
    test_write(path, lines, sizeof lines - 1);
    return path;
}

static oriel_vectors_options options_for(const char *const *texts)
{
    oriel_vectors_options o;
    oriel_vectors_options_default(&o);
    o.text = texts;
    o.n_text = 1;
    o.dim = 4;
    o.min_count = 1;
    o.sample = 0;
    o.epochs = 1;
    return o;
}

static void check_options(const oriel_vectors_options *o)
{
    size_t n_live = mem_live();
    oriel_status status = ORIEL_ENOMEM;
    for (size_t n = 1; status != ORIEL_OK; n++) {
        oriel_vectors *v;
        oriel_error err;
        mem_fail_at(n);
        status = oriel_vectors_train(&v, o, NULL, NULL, &err);
        size_t n_calls = mem_calls();
        mem_fail_at(0);
        assert_int_equal(status, n_calls < n ? ORIEL_OK : ORIEL_ENOMEM);
        assert_true((status == ORIEL_OK) == (v != NULL));
        oriel_vectors_free(v);
        assert_int_equal(mem_live(), n_live);
    }
}

static void check(oriel_vectors_method method, oriel_vectors_loss loss, bool subwords)
{
    const char *texts[] = {text()};
    oriel_vectors_options o = options_for(texts);
    o.method = method;
    o.loss = loss;
    o.subwords = subwords;
    o.buckets = 10;
    check_options(&o);
}

static void test_training_survives_any_failed_allocation(void **state)
{
    (void)state;
    check(ORIEL_SKIPGRAM, ORIEL_NEGATIVE, false);
    check(ORIEL_CBOW, ORIEL_SOFTMAX, false);
    check(ORIEL_SKIPGRAM, ORIEL_NEGATIVE, true);
}

/* Nine words, room for two: the text is read twice. */
static void test_reading_in_threads_and_forgetting_survive_any_failed_allocation(void **state)
{
    (void)state;
    const char *texts[] = {text()};
    oriel_vectors_options o = options_for(texts);
    for (o.threads = 1; o.threads <= 2; o.threads++)
        for (o.max_words = 2; o.max_words <= 20; o.max_words += 18)
            check_options(&o);
}

static int stop_at_once(void *user, const oriel_vectors_progress *p)
{
    (void)user;
    return p->moment == ORIEL_AT_CHECKPOINT;
}

/* Writing a checkpoint may fail without an end of the training; going on from one may not. */
static void test_going_on_survives_any_failed_allocation(void **state)
{
    (void)state;
    const char *texts[] = {text()};
    oriel_vectors_options o = options_for(texts);
    oriel_vectors *v;
    oriel_error err;
    o.epochs = 2;
    o.checkpoint = test_path("checkpoint");
    o.checkpoint_seconds = 1e-9;
    size_t n_live = mem_live();
    assert_ok(oriel_vectors_train(&v, &o, stop_at_once, NULL, &err), err);
    oriel_vectors_free(v);
    o.checkpoint_seconds = 0;
    o.resume = true;
    size_t n_calls = 1;
    for (size_t n = 1; n <= n_calls; n++) {
        mem_fail_at(n);
        oriel_status status = oriel_vectors_train(&v, &o, NULL, NULL, &err);
        n_calls = mem_calls();
        mem_fail_at(0);
        assert_true(status == ORIEL_OK || status == ORIEL_ENOMEM);
        assert_true((status == ORIEL_OK) == (v != NULL));
        oriel_vectors_free(v);
        assert_int_equal(mem_live(), n_live);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training_survives_any_failed_allocation),
        cmocka_unit_test(test_reading_in_threads_and_forgetting_survive_any_failed_allocation),
        cmocka_unit_test(test_going_on_survives_any_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
