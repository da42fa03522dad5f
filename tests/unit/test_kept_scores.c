#include "support/test.h"

#include <stdlib.h>

#include "model/eval.h"
#include "model/score.h"
#include "support/tiny_corpus.h"

/* A little model, and the sentences that it is scored on: all but the first. */
struct scene {
    oriel_model *m;
    struct corpus corpus;
    struct tagset *tags;
    size_t sentences[4];
    oriel_tagger_options tagger;
    struct eval_part part;
};

static void open_scene(struct scene *s)
{
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o;
    oriel_error err;
    oriel_train_options_default(&o, ORIEL_STANDARD);
    o.train = &train;
    o.n_train = 1;
    o.dev = train;
    o.epochs = 2;
    o.min_count = 1;
    *s = (struct scene){.m = tiny_trained(&o), .sentences = {1, 2, 3, 4}, .tagger = {.threshold = -1}};
    s->tags = tagset_copy(s->m->tags);
    assert_non_null(s->tags);
    assert_ok(corpus_read(&s->corpus, s->tags, true, &train, 1, &o.columns, &err), err);
    s->part = (struct eval_part){
        .corpus = &s->corpus, .sentences = s->sentences, .n = 4, .tags = s->tags, .tagger = &s->tagger, .threads = 2};
}

static void close_scene(struct scene *s)
{
    oriel_model_free(s->m);
    corpus_clear(&s->corpus);
    tagset_free(s->tags);
}

/* How surprising what is said of the entities is: moves with every constant. */
static double loss_of(const struct scene *s, struct kept_scores *kept, size_t *n_predicted)
{
    oriel_scores *scores;
    oriel_error err;
    assert_ok(eval_sentences(&scores, s->m, &s->part, kept, &err), err);
    double loss = scores_log_loss(scores);
    *n_predicted = oriel_scores_micro(scores, ORIEL_ENTITIES).predicted;
    oriel_scores_free(scores);
    return loss;
}

static void test_what_is_kept_is_decoded_as_if_it_were_scored_anew(void **state)
{
    (void)state;
    struct scene s;
    struct kept_scores kept;
    open_scene(&s);
    assert_true(kept_scores_init(&kept, &s.corpus, s.sentences, 4, s.m->net.n_outputs, KEPT_SCORES_MOST));
    static const double temperatures[] = {1, 0.5, 3};
    for (size_t i = 0; i < 9; i++) {
        s.m->o_bias = (double)(i / 3) * 2 - 3;
        s.m->temperature = temperatures[i % 3];
        size_t n_anew;
        size_t n_again;
        double anew = loss_of(&s, NULL, &n_anew);
        assert_true(loss_of(&s, &kept, &n_again) == anew && n_again == n_anew);
        assert_true(kept.is_filled);
    }
    kept_scores_clear(&kept);
    close_scene(&s);
}

/* Weights that became zero would give every token the same scores; nobody looked at them. */
static void test_the_network_is_not_asked_again(void **state)
{
    (void)state;
    struct scene s;
    struct kept_scores kept;
    size_t n_before;
    size_t n_after;
    open_scene(&s);
    assert_true(kept_scores_init(&kept, &s.corpus, s.sentences, 4, s.m->net.n_outputs, KEPT_SCORES_MOST));
    s.m->o_bias = 3;
    double before = loss_of(&s, &kept, &n_before);
    memset(s.m->params.weight[0], 0, network_in(&s.m->net, 0) * network_out(&s.m->net, 0) * sizeof(real));
    assert_true(loss_of(&s, &kept, &n_after) == before && n_after == n_before);
    assert_true(loss_of(&s, NULL, &n_after) != before);
    kept_scores_clear(&kept);
    close_scene(&s);
}

/* 4 + 5 + 3 + 5 tokens: one byte less than they need, and nothing is kept. */
static void test_what_is_too_large_is_not_kept(void **state)
{
    (void)state;
    struct scene s;
    struct kept_scores kept;
    size_t n;
    size_t again;
    open_scene(&s);
    size_t need = 17 * s.m->net.n_outputs * sizeof(real);
    assert_true(kept_scores_init(&kept, &s.corpus, s.sentences, 4, s.m->net.n_outputs, need));
    assert_ptr_equal(kept_scores_of(&kept, 0), kept.at);
    assert_ptr_equal(kept_scores_of(&kept, 3), kept.at + 12 * s.m->net.n_outputs);
    kept_scores_clear(&kept);
    assert_true(kept_scores_init(&kept, &s.corpus, s.sentences, 4, s.m->net.n_outputs, need - 1));
    assert_null(kept_scores_of(&kept, 0));
    assert_true(loss_of(&s, &kept, &n) == loss_of(&s, &kept, &again) && n == again);
    kept_scores_clear(&kept);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_kept_is_decoded_as_if_it_were_scored_anew),
        cmocka_unit_test(test_the_network_is_not_asked_again),
        cmocka_unit_test(test_what_is_too_large_is_not_kept),
    };
    return cmocka_run_group_tests_name("kept_scores", tests, NULL, NULL);
}
