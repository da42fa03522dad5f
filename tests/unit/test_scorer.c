/*
 * Scores by look-up against the plain way: rows gathered, windows laid out, one pass through the network.
 */
#include "support/test.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"
#include "model/token_builder.h"
#include "net/window.h"
#include "support/tiny_runs.h"
#include "support/tiny_scorer.h"

enum { MOST_SENTENCES = 40 };

struct text {
    char *bytes;
    oriel_range *tokens;
    oriel_sentence sentences[MOST_SENTENCES];
    size_t n, n_tokens;
};

/* Sentences of words that the models below know, and of others; the last is longer than a pass. */
static struct text some_text(struct random *r)
{
    static const char *const words[] = {"Ada", "Rome", "in", "said", "BOB", "x", "zebra-77", "Zoë"};
    struct text t = {.n = MOST_SENTENCES};
    size_t most = MOST_SENTENCES * 20 + 5 * PASS_SLOTS;
    size_t n_bytes = 0;
    t.bytes = malloc(most * 16);
    t.tokens = malloc(most * sizeof *t.tokens);
    assert_true(t.bytes && t.tokens);
    for (size_t i = 0; i < t.n; i++) {
        size_t n = i + 1 < t.n ? random_below(r, 20) : 4 * PASS_SLOTS + 5;
        t.sentences[i] = (oriel_sentence){.text = t.bytes, .tokens = t.tokens + t.n_tokens, .n_tokens = n};
        for (size_t k = 0; k < n; k++) {
            size_t begin = n_bytes;
            if (random_below(r, 3))
                n_bytes += (size_t)sprintf(t.bytes + n_bytes, "%s", words[random_below(r, 8)]);
            else
                n_bytes += (size_t)sprintf(t.bytes + n_bytes, "w%zu", random_below(r, 100000));
            t.tokens[t.n_tokens++] = (oriel_range){begin, n_bytes};
        }
    }
    return t;
}

static void text_clear(struct text *t)
{
    free(t->bytes);
    free(t->tokens);
}

/* Scores of one sentence, to out [n_tokens][Y]. */
static void plain_scores(real *out, const oriel_model *m, const oriel_sentence *s)
{
    struct token_builder b = {0};
    struct window_plan plan;
    struct net_work work = {0};
    int32_t *ids = malloc((s->n_tokens + 1) * sizeof *ids);
    assert_true(ids && window_plan_init(&plan, m->net.window, s->n_tokens + 2));
    assert_true(token_builder_add_edge(&b, &m->channels, VOCAB_BEFORE));
    assert_true(token_builder_add_edge(&b, &m->channels, VOCAB_AFTER));
    for (size_t i = 0; i < s->n_tokens; i++) {
        ids[i] = (int32_t)(2 + i);
        assert_true(
            token_builder_add(&b, &m->channels, s->text + s->tokens[i].begin, s->tokens[i].end - s->tokens[i].begin));
    }
    assert_true(window_plan_add(&plan, ids, s->n_tokens, 0, s->n_tokens, 0, 1) && window_plan_finish(&plan));
    real *rows = malloc((plan.n_rows + 1) * m->net.width * sizeof *rows);
    assert_non_null(rows);
    tables_gather(rows, &m->tables, &b.ids, plan.ids, plan.n_rows, NULL);
    struct net_input x = {
        .rows = rows, .n_rows = plan.n_rows, .slots = plan.is_shared ? plan.slots : NULL, .n = plan.n};
    assert_true(network_forward(&m->net, &m->params, &x, &work));
    if (s->n_tokens > 0)
        memcpy(out, network_scores(&m->net, &work), s->n_tokens * m->net.n_outputs * sizeof *out);
    free(rows);
    free(ids);
    net_work_clear(&work);
    window_plan_clear(&plan);
    token_builder_clear(&b);
}

/* Each kind of model: heads, features, depths from 0 to 2. */
static oriel_model *model_of(size_t k)
{
    const char *file = tiny_thirty("train.conll", 5);
    oriel_train_options o = tiny_run(k % TINY_RUNS, &file, file);
    o.epochs = 2;
    o.n_hidden = k % 3;
    o.hidden[1] = 5;
    o.window = k % 2 ? 5 : 1;
    return tiny_trained(&o);
}

static void test_scores_are_those_of_the_plain_way(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(31));
    for (size_t k = 0; k < 2 * TINY_RUNS; k++) {
        oriel_model *m = model_of(k);
        struct text t = some_text(&r);
        struct scorer s;
        size_t n_outputs = m->net.n_outputs;
        real *plain = malloc(t.n_tokens * n_outputs * sizeof *plain);
        assert_true(plain && scorer_alone(&s, m, 0) && scorer_run(&s, t.sentences, t.n));
        assert_int_equal(s.n_scored, t.n_tokens);
        real *at = plain;
        for (size_t i = 0; i < t.n; at += t.sentences[i++].n_tokens * n_outputs)
            plain_scores(at, m, &t.sentences[i]);
        for (size_t i = 0; i < t.n_tokens * n_outputs; i++)
            if (!(fabsf(s.scores[i] - plain[i]) <= 5e-4F + 5e-5F * fabsf(plain[i])))
                fail_msg("model %zu, token %zu, output %zu: %g, the plain way %g", k, i / n_outputs, i % n_outputs,
                         (double)s.scores[i], (double)plain[i]);
        free(plain);
        scorer_clear(&s);
        text_clear(&t);
        oriel_model_free(m);
    }
}

/* To the bit the same: all at once, one by one, in another order, with a cache that holds next to nothing. */
static void test_scores_do_not_depend_on_what_else_is_tagged(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(32));
    oriel_model *m = model_of(5);
    struct text t = some_text(&r);
    struct scorer together, small;
    size_t n_outputs = m->net.n_outputs;
    assert_true(scorer_alone(&together, m, 0) && scorer_alone(&small, m, 1));
    assert_int_equal(small.shared->cache.n_slots, PASS_SLOTS + CACHE_EDGES);
    assert_true(scorer_run(&together, t.sentences, t.n));
    const real *end = together.scores + t.n_tokens * n_outputs;
    const real *expected = end;
    for (size_t k = 2 * t.n; k-- > 0;) {
        size_t i = k % t.n;
        size_t n = t.sentences[i].n_tokens * n_outputs;
        expected = (i == t.n - 1 ? end : expected) - n;
        assert_true(scorer_run(&small, &t.sentences[i], 1));
        if (n)
            assert_memory_equal(small.scores, expected, n * sizeof *expected);
    }
    assert_true(small.stats.n_computed > together.stats.n_computed);
    scorer_clear(&together);
    scorer_clear(&small);
    text_clear(&t);
    oriel_model_free(m);
}

/* A thread that scores all sentences, from one of them on, and compares. */
struct reader {
    struct scorer scorer;
    const struct text *text;
    size_t first;
    const real *expected; /* of all tokens */
    size_t n_wrong;       /* sentences */
};

static void *score_all(void *of)
{
    struct reader *r = of;
    for (size_t k = 0; k < 3 * r->text->n; k++) {
        const oriel_sentence *s = &r->text->sentences[(r->first + k) % r->text->n];
        size_t n_outputs = r->scorer.m->net.n_outputs;
        const real *expected = r->expected + (size_t)(s->tokens - r->text->tokens) * n_outputs;
        bool is_right =
            scorer_run(&r->scorer, s, 1) && r->scorer.n_scored == s->n_tokens &&
            (s->n_tokens == 0 || memcmp(r->scorer.scores, expected, s->n_tokens * n_outputs * sizeof *expected) == 0);
        r->n_wrong += !is_right;
    }
    return NULL;
}

/* Threads that share a cache, with hardly any room or enough, have the scores that one has alone. */
static void test_threads_may_share_what_is_kept(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    struct random r = random_seeded(test_seed(34));
    oriel_model *m = model_of(2);
    struct text t = some_text(&r);
    struct scorer alone;
    assert_true(scorer_alone(&alone, m, 0) && scorer_run(&alone, t.sentences, t.n));
    for (size_t cache_bytes = 0; cache_bytes < 2; cache_bytes++) {
        struct reader readers[THREADS];
        pthread_t threads[THREADS];
        struct scoring *shared = scoring_new(m, cache_bytes, THREADS);
        assert_non_null(shared);
        for (size_t i = 0; i < THREADS; i++) {
            readers[i] = (struct reader){.text = &t, .first = i * 7, .expected = alone.scores};
            assert_true(scorer_init(&readers[i].scorer, m, shared, i));
        }
        for (size_t i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, score_all, &readers[i]), 0);
        scoring_done(shared);
        for (size_t i = 0; i < THREADS; i++) {
            pthread_join(threads[i], NULL);
            assert_int_equal(readers[i].n_wrong, 0);
            scorer_clear(&readers[i].scorer);
        }
    }
    scorer_clear(&alone);
    text_clear(&t);
    oriel_model_free(m);
}

/* What one has computed is not computed again by another. */
static void test_what_one_has_computed_others_have(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(35));
    oriel_model *m = model_of(4);
    struct text t = some_text(&r);
    struct scoring *shared = scoring_new(m, 0, 2);
    struct scorer one, other;
    assert_true(shared && scorer_init(&one, m, shared, 0) && scorer_init(&other, m, shared, 1));
    scoring_done(shared);
    assert_true(scorer_run(&one, t.sentences, t.n) && one.stats.n_computed > 0);
    scorer_clear(&one);
    assert_true(scorer_run(&other, t.sentences, t.n));
    assert_int_equal(other.stats.n_computed, 0);
    scorer_clear(&other);
    text_clear(&t);
    oriel_model_free(m);
}

/* Weights of a file may be so large that sums are infinite: scores then are no numbers, and nothing else happens. */
static void test_scores_of_huge_weights(void **state)
{
    (void)state;
    oriel_model *m = model_of(1);
    struct random r = random_seeded(test_seed(33));
    struct text t = some_text(&r);
    for (size_t i = 0; i < network_out(&m->net, 0) * network_in(&m->net, 0); i++)
        m->params.weight[0][i] = i % 2 ? 3e38F : -3e38F;
    struct scorer s;
    assert_true(scorer_alone(&s, m, 0) && scorer_run(&s, t.sentences, t.n));
    assert_int_equal(s.n_scored, t.n_tokens);
    scorer_clear(&s);
    text_clear(&t);
    oriel_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scores_are_those_of_the_plain_way),
        cmocka_unit_test(test_scores_do_not_depend_on_what_else_is_tagged),
        cmocka_unit_test(test_threads_may_share_what_is_kept),
        cmocka_unit_test(test_what_one_has_computed_others_have),
        cmocka_unit_test(test_scores_of_huge_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
