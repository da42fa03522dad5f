/*
 * Corpora read and scored with the n-th allocation failing, for n = 1, 2, ... until all goes through: the status is
 * ORIEL_ENOMEM, nothing leaks, outputs are NULL or zero.
 */
#include "support/test.h"

#include "base/memory.h"
#include "model/score.h"
#include "support/memory_failing.h"
#include "text/corpus.h"

static const char lines[] = "-DOCSTART- O\n\n# weight = 0.5\nAda B-PER\nKing I-PER\nsaw O\n\nIBM B-ORG\n\n-DOCSTART- "
                            "O\n\nOslo B-LOC\nx I-X\ny ?\n";
static const char pair_lines[] = "Ada B-PER B-PER\nKing I-PER O\nsaw O I-ORG\n\nOslo S-LOC S-X\n";

/* What is tried: ORIEL_OK or ORIEL_ENOMEM. */
typedef oriel_status attempt(void);

static void fail_everywhere(attempt *f)
{
    size_t n_live = mem_live();
    for (size_t n = 1;; n++) {
        mem_fail_at(n);
        oriel_status status = f();
        size_t n_calls = mem_calls();
        mem_fail_at(0);
        assert_int_equal(mem_live(), n_live);
        if (n_calls < n) {
            assert_int_equal(status, ORIEL_OK);
            assert_true(n > 1);
            return;
        }
        assert_int_equal(status, ORIEL_ENOMEM);
    }
}

static oriel_status read_corpus(struct corpus *c, struct tagset *t)
{
    const struct corpus zero = {0};
    oriel_status status = corpus_read_bytes(c, t, true, lines, sizeof lines - 1, "x", &(oriel_columns){0}, NULL);
    if (status != ORIEL_OK)
        assert_memory_equal(c, &zero, sizeof zero);
    return status;
}

static oriel_status try_corpus(void)
{
    struct corpus c;
    struct tagset *t = tagset_new();
    oriel_status status = t ? read_corpus(&c, t) : ORIEL_ENOMEM;
    if (status == ORIEL_OK)
        corpus_clear(&c);
    tagset_free(t);
    return status;
}

static oriel_status try_many_types(void)
{
    struct tagset *t = tagset_new();
    bool is_done = t;
    for (size_t i = 0; i < 40 && is_done; i++)
        is_done = tagset_add_type(t, (char[]){'t', (char)('0' + i), 0}, 2) == (int32_t)i;
    struct tagset *copy = is_done ? tagset_copy(t) : NULL;
    tagset_free(t);
    tagset_free(copy);
    return copy ? ORIEL_OK : ORIEL_ENOMEM;
}

static oriel_status count(const struct corpus *c, const struct tagset *t)
{
    struct seen_names seen;
    if (!seen_from_corpus(&seen, c, t, NULL, 0))
        return ORIEL_ENOMEM;
    oriel_scores *s = scores_new(t, &seen, NULL);
    bool is_done = s && scores_add(s, c->s.text.at, c->s.tokens, c->s.starts[1], c->tags, c->tags, NULL);
    oriel_scores_free(s);
    mem_free(seen.hashes);
    return is_done ? ORIEL_OK : ORIEL_ENOMEM;
}

static oriel_status try_scores(void)
{
    struct corpus c;
    struct tagset *t = tagset_new();
    oriel_status status = t ? read_corpus(&c, t) : ORIEL_ENOMEM;
    if (status == ORIEL_OK) {
        status = count(&c, t);
        corpus_clear(&c);
    }
    tagset_free(t);
    return status;
}

static void ignore(void *user, const oriel_mistake *m)
{
    (void)user;
    (void)m;
}

static oriel_status score_files(const char *gold, const char *predicted)
{
    oriel_eval_options o = {.train = test_path("gold"), .on_mistake = ignore};
    oriel_scores *s;
    oriel_status status = oriel_eval_files(&s, gold, predicted, &o, NULL);
    assert_true((s != NULL) == (status == ORIEL_OK));
    oriel_scores_free(s);
    return status;
}

static oriel_status try_two_files(void)
{
    return score_files(test_path("gold"), test_path("predicted"));
}

static oriel_status try_pair(void)
{
    return score_files(test_path("pair"), NULL);
}

static oriel_model *model;

static oriel_status try_model(void)
{
    const char *gold = test_path("gold");
    oriel_eval_options o = {.threshold = -1, .threads = 2, .on_mistake = ignore};
    oriel_scores *s;
    oriel_status status = oriel_eval_model(&s, model, &gold, 1, &o, NULL);
    assert_true((s != NULL) == (status == ORIEL_OK));
    oriel_scores_free(s);
    return status;
}

static void test_reading_a_corpus_survives_every_failure(void **state)
{
    (void)state;
    fail_everywhere(try_corpus);
    fail_everywhere(try_many_types);
}

static void test_scoring_survives_every_failure(void **state)
{
    (void)state;
    fail_everywhere(try_scores);
    fail_everywhere(try_two_files);
    fail_everywhere(try_pair);
}

static void test_scoring_a_model_survives_every_failure(void **state)
{
    (void)state;
    const char *train = test_path("gold");
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_CLASSIC);
    o.train = &train;
    o.n_train = 1;
    o.dev = train;
    o.epochs = 1;
    oriel_error err;
    assert_ok(oriel_train(&model, &o, NULL, NULL, &err), err);
    fail_everywhere(try_model);
    oriel_model_free(model);
}

int main(void)
{
    const char predicted[] = "Ada B-PER\nKing O\nsaw O\n\nIBM B-LOC\n\nOslo O\nx I-X\ny I-X\n";
    test_write(test_path("gold"), lines, sizeof lines - 1);
    test_write(test_path("predicted"), predicted, sizeof predicted - 1);
    test_write(test_path("pair"), pair_lines, sizeof pair_lines - 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading_a_corpus_survives_every_failure),
        cmocka_unit_test(test_scoring_survives_every_failure),
        cmocka_unit_test(test_scoring_a_model_survives_every_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
