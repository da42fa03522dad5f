/*
 * Training as its caller watches it: what it says of the corpus and of itself on its way, which epoch is kept, and how it
 * ends.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "support/tiny_corpus.h"

/* What a run told on its way, and when it is to stop. */
struct watched {
    size_t n_starts, n_steps, n_epochs;
    size_t stop_at_epoch, stop_at_step; /* 0: never */
    bool stops_at_start;
    double f1[200];
    oriel_progress last;
    oriel_corpus_facts facts;
    char types[64], scheme[16];
};

static int watch(void *user, const oriel_progress *p)
{
    struct watched *w = user;
    w->facts = *p->facts;
    snprintf(w->types, sizeof w->types, "%s", p->facts->types);
    snprintf(w->scheme, sizeof w->scheme, "%s", p->facts->scheme);
    w->last = *p;
    if (p->moment == ORIEL_AT_START) {
        w->n_starts++;
        return w->stops_at_start;
    }
    assert_true(w->n_starts == 1 && p->epoch >= 1 && p->epoch <= p->epochs);
    if (p->moment == ORIEL_AT_STEP) {
        assert_true(p->done > 0 && p->done <= 1 && isfinite(p->loss) && p->seconds_left >= 0);
        return ++w->n_steps == w->stop_at_step;
    }
    assert_int_equal(p->epoch, w->n_epochs + 1);
    w->f1[w->n_epochs++] = p->dev_f1;
    return w->n_epochs == w->stop_at_epoch;
}

static oriel_model *watched_training(const oriel_train_options *o, struct watched *w)
{
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_train(&m, o, watch, w, &err), err);
    return m;
}

/* ---- what it says ----------------------------------------------------------------------------------------------- */

static void test_facts_are_those_of_the_corpus(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.seed = 99;
    struct watched w = {0};
    oriel_model_free(watched_training(&o, &w));
    assert_int_equal(w.facts.n_sentences, 5);
    assert_int_equal(w.facts.n_tokens, 21);
    assert_int_equal(w.facts.n_entities, 8);
    assert_int_equal(w.facts.n_types, 2);
    assert_string_equal(w.types, "PER LOC"); /* five and three */
    assert_string_equal(w.scheme, "IOB2");
    assert_int_equal(w.facts.n_dev_sentences, 5);
    assert_int_equal(w.facts.n_dev_tokens, 21);
    assert_int_equal(w.facts.n_words, 7 + 16);
    assert_int_equal(w.facts.n_bad_tags, 0);
    assert_false(w.facts.dev_was_held_out);
    assert_false(w.facts.has_vectors);
    assert_true(w.facts.share_with_vectors == 0);
    assert_int_equal(w.facts.seed, 99);
}

static void test_bad_tags_are_counted_with_their_place(void **state)
{
    (void)state;
    const char *files[] = {tiny_file("five.conll", TINY_FIVE),
                           tiny_file("bad.conll", "a\tO\n\nAda\tO\nBob\tI-PER\n\nRome\tI-LOC\n")};
    oriel_train_options o = tiny_options(files);
    o.n_train = 2;
    struct watched w = {0};
    oriel_model_free(watched_training(&o, &w));
    assert_int_equal(w.facts.n_bad_tags, 2);
    assert_int_equal(w.facts.first_bad_line, 4);
    assert_string_equal(w.facts.first_bad_file, files[1]);
    oriel_model *m;
    o.columns.refuse_bad_tags = true;
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, NULL), ORIEL_EFORMAT);
    assert_null(m);
}

/* One entity that training has seen, one of a type that it has not: recall is a half. */
static void test_types_that_only_dev_has_are_missed(void **state)
{
    (void)state;
    const char *train = tiny_file("per.conll", "Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n\n");
    oriel_train_options o = tiny_options(&train);
    o.dev = tiny_file("per-loc.conll", "Ada\tB-PER\nran\tO\n\nran\tB-LOC\n\n");
    o.epochs = 100;
    struct watched w = {0};
    oriel_model *m = watched_training(&o, &w);
    assert_int_equal(tiny_info(m).n_types, 1);
    assert_true(w.last.dev_precision == 1.0);
    assert_true(w.last.dev_recall == 0.5);
    const double two_thirds = 2.0 / 3;
    assert_close(&w.last.dev_f1, &two_thirds, 1, 1e-12, 0);
    oriel_model_free(m);
}

/* The best epoch's weights are kept: those of the same run stopped there. */
static void test_the_best_epoch_is_kept(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.dev = tiny_file("other.conll", "Rome\tB-PER\nmet\tO\nBob\tB-LOC\n\nAda\tB-PER\nslept\tO\n\n"); /* against train */
    o.epochs = 40;
    struct watched w = {0};
    oriel_model *m = watched_training(&o, &w);
    size_t best = 0;
    for (size_t i = 1; i < w.n_epochs; i++)
        if (w.f1[i] > w.f1[best])
            best = i;
    assert_true(best > 0 && best + 1 < w.n_epochs); /* else this shows nothing */
    assert_int_equal(tiny_info(m).epochs, 40);
    assert_int_equal(tiny_info(m).best_epoch, best + 1);
    assert_true(tiny_info(m).dev_f1 == w.f1[best]);
    assert_true(w.last.best_f1 == w.f1[best]);
    assert_int_equal(w.last.best_epoch, best + 1);
    struct watched until = {.stop_at_epoch = best + 1};
    oriel_model *stopped = watched_training(&o, &until);
    oriel_vectors *a;
    oriel_vectors *b;
    oriel_error err;
    assert_ok(oriel_vectors_of_model(&a, m, &err), err);
    assert_ok(oriel_vectors_of_model(&b, stopped, &err), err);
    assert_memory_equal(oriel_vectors_row(a, 0), oriel_vectors_row(b, 0),
                        oriel_vectors_count(a) * oriel_vectors_dim(a) * sizeof(float));
    oriel_vectors_free(a);
    oriel_vectors_free(b);
    oriel_model_free(m);
    oriel_model_free(stopped);
}

/* ---- how it ends ------------------------------------------------------------------------------------------------ */

/* Dev has no entity, so no epoch is better than the first. */
static void test_patience_ends_it(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.dev = tiny_file("empty-handed.conll", "x\tO\ny\tO\n\n");
    o.epochs = 50;
    static const size_t ends[] = {50, 2, 3, 8}; /* patience 0, 1, 2, 7 after epoch 1 */
    static const size_t patience[] = {0, 1, 2, 7};
    for (size_t i = 0; i < 4; i++) {
        o.patience = patience[i];
        struct watched w = {0};
        oriel_model *m = watched_training(&o, &w);
        assert_int_equal(w.n_epochs, ends[i]);
        assert_int_equal(tiny_info(m).epochs, ends[i]);
        assert_int_equal(tiny_info(m).best_epoch, 1);
        oriel_model_free(m);
    }
}

/* With one sentence there is none to hold out; what was learned last is kept. */
static void test_a_corpus_of_one_sentence_is_learned(void **state)
{
    (void)state;
    const char *train = tiny_file("one.conll", "Ada\tB-PER\nran\tO\nhome\tO\n");
    oriel_train_options o = tiny_options(&train);
    o.dev = NULL;
    o.epochs = 100;
    o.patience = 5;
    struct watched w = {0};
    oriel_model *m = watched_training(&o, &w);
    assert_int_equal(w.facts.n_dev_sentences, 0);
    assert_int_equal(tiny_info(m).best_epoch, 100);
    assert_true(tiny_f1(m, train) == 1.0);
    oriel_model_free(m);
}

static void test_stopped_after_an_epoch_gives_the_best_so_far(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.epochs = 100;
    struct watched w = {.stop_at_epoch = 2};
    oriel_model *m = watched_training(&o, &w);
    assert_int_equal(w.n_epochs, 2);
    assert_int_equal(tiny_info(m).epochs, 2);
    assert_in_range(tiny_info(m).best_epoch, 1, 2);
    oriel_model_free(m);
}

static void test_stopped_within_an_epoch_gives_a_model(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.epochs = 100;
    struct watched w = {.stop_at_step = 1};
    oriel_model *m = watched_training(&o, &w);
    assert_int_equal(w.n_epochs, 1);
    assert_int_equal(tiny_info(m).epochs, 1);
    size_t n;
    free(tiny_saved(m, "stopped.oriel", &n));
    oriel_model_free(m);
}

static void test_stopped_before_the_first_step_there_is_no_model(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    struct watched w = {.stops_at_start = true};
    oriel_model *m;
    oriel_error err;
    assert_int_equal(oriel_train(&m, &o, watch, &w, &err), ORIEL_ESTOPPED);
    assert_null(m);
    assert_int_equal(err.code, ORIEL_ESTOPPED);
    assert_int_equal(w.n_steps + w.n_epochs, 0);
}

/* Rows so large that the first layers overflow after a step or two. */
static void assert_diverges(const char *number, size_t epochs, size_t batch, const char *message)
{
    char text[256];
    snprintf(text, sizeof text, "Ada %s %s\nmet %s -%s\nBob -%s %s\n", number, number, number, number, number, number);
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = tiny_options(&train);
    o.vectors = tiny_file("large.txt", text);
    o.activation = ORIEL_RELU;
    o.learning_rate = 1000;
    o.epochs = epochs;
    o.batch = batch;
    oriel_model *m;
    oriel_error err;
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EDIVERGED);
    assert_null(m);
    if (!strstr(err.text, message))
        fail_msg("%s", err.text);
    assert_non_null(strstr(err.text, "learning rate of "));
}

static void test_a_loss_that_is_not_finite_says_epoch_and_rate(void **state)
{
    (void)state;
    assert_diverges("1e30", 10, 1, "the loss is not finite any more in epoch 1 ");
    assert_diverges("1e30", 10, 1000, "in epoch 2 ");
}

/* The only step there is spoils the weights; its loss was still a number. */
static void test_weights_that_the_last_step_spoiled_are_no_model(void **state)
{
    (void)state;
    assert_diverges("1e37", 1, 1000, "the weights are not finite any more after epoch 1 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_are_those_of_the_corpus),
        cmocka_unit_test(test_bad_tags_are_counted_with_their_place),
        cmocka_unit_test(test_types_that_only_dev_has_are_missed),
        cmocka_unit_test(test_the_best_epoch_is_kept),
        cmocka_unit_test(test_patience_ends_it),
        cmocka_unit_test(test_a_corpus_of_one_sentence_is_learned),
        cmocka_unit_test(test_stopped_after_an_epoch_gives_the_best_so_far),
        cmocka_unit_test(test_stopped_within_an_epoch_gives_a_model),
        cmocka_unit_test(test_stopped_before_the_first_step_there_is_no_model),
        cmocka_unit_test(test_a_loss_that_is_not_finite_says_epoch_and_rate),
        cmocka_unit_test(test_weights_that_the_last_step_spoiled_are_no_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
