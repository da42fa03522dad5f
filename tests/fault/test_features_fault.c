/*
 * Channels counted and asked with the n-th allocation failing, for n = 1, 2, ... until all goes through: the calls say so,
 * nothing leaks, and ids that are there already stay as they are.
 */
#include "support/test.h"

#include "base/memory.h"
#include "support/memory_failing.h"
#include "text/features.h"

static const char *const names[] = {"word", "shape", "coarse", "prefix2", "suffix3", "ngrams3"};
static const char *const tokens[] = {"Ada", "MOSCOW-2025", "Москва", "Rene\u0301", "b\u0303x\u0302", "東京都庁舎", "",
                                     "😀"};
enum { N_NAMES = sizeof names / sizeof *names, N_TOKENS = sizeof tokens / sizeof *tokens };

struct found {
    int32_t *ids;
    size_t n, cap;
};

static bool count_all(struct channels *c, struct feature_scratch *s)
{
    for (size_t i = 0; i < N_NAMES; i++) {
        struct channel *one = &c->at[c->n++];
        *one = (struct channel){.n_buckets = 10};
        assert_true(feature_from_name(&one->feature, names[i], strlen(names[i])));
        one->values = vocab_new();
        for (size_t k = 0; k < N_TOKENS; k++) {
            if (!one->values || !channel_count(one, s, tokens[k], strlen(tokens[k]), 1))
                return false;
        }
        if (!vocab_freeze(one->values, 1))
            return false;
    }
    return true;
}

static bool ask_all(const struct channels *c, struct feature_scratch *s, struct found *f)
{
    for (size_t i = 0; i < c->n; i++) {
        for (size_t k = 0; k < N_TOKENS; k++) {
            size_t n_before = f->n;
            if (!channel_ids(&c->at[i], s, tokens[k], strlen(tokens[k]), &f->ids, &f->n, &f->cap)) {
                assert_int_equal(f->n, n_before);
                return false;
            }
            assert_true(f->n > n_before && f->n <= f->cap);
        }
    }
    return true;
}

/* Each token for itself with new scratch, so that each needs memory of its own. */
static bool ask_one(const struct channels *c, size_t channel, const char *token)
{
    struct feature_scratch s = {0};
    struct found f = {0};
    bool is_done = channel_ids(&c->at[channel], &s, token, strlen(token), &f.ids, &f.n, &f.cap);
    mem_free(f.ids);
    feature_scratch_clear(&s);
    return is_done;
}

static bool try_all(void)
{
    struct channels c = {0};
    struct feature_scratch s = {0};
    struct found f = {0};
    bool is_done = count_all(&c, &s) && ask_all(&c, &s, &f);
    for (size_t i = 0; i < c.n && is_done; i++) {
        for (size_t k = 0; k < N_TOKENS && is_done; k++)
            is_done = ask_one(&c, i, tokens[k]);
    }
    mem_free(f.ids);
    feature_scratch_clear(&s);
    channels_clear(&c);
    return is_done;
}

static void test_channels_survive_every_failure(void **state)
{
    (void)state;
    size_t n_live = mem_live();
    for (size_t n = 1;; n++) {
        mem_fail_at(n);
        bool is_done = try_all();
        size_t n_calls = mem_calls();
        mem_fail_at(0);
        assert_int_equal(mem_live(), n_live);
        assert_int_equal(is_done, n_calls < n);
        if (is_done) {
            assert_true(n > N_NAMES);
            return;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channels_survive_every_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
