#include "support/test.h"

#include "text/sentences.h"

static void assert_token(const struct sentences *s, size_t i, const char *expected)
{
    oriel_range r = s->tokens[i];
    assert_int_equal(r.end - r.begin, strlen(expected));
    assert_memory_equal(s->text.at + r.begin, expected, strlen(expected));
}

static void test_tokens_and_sentences_are_ranges(void **state)
{
    (void)state;
    struct sentences s = {0};
    assert_true(sentences_add_token(&s, "Ada", 3));
    assert_true(sentences_add_token(&s, "wrote", 5));
    assert_true(sentences_end(&s, 4));
    assert_true(sentences_add_token(&s, "Yes", 3));
    assert_true(sentences_end(&s, 9));
    assert_int_equal(s.n_tokens, 3);
    assert_int_equal(s.n_sentences, 2);
    assert_token(&s, 0, "Ada");
    assert_token(&s, 1, "wrote");
    assert_token(&s, 2, "Yes");
    assert_int_equal(s.starts[0], 0);
    assert_int_equal(s.starts[1], 2);
    assert_int_equal(s.starts[2], 3);
    assert_int_equal(s.lines[0], 4);
    assert_int_equal(s.lines[1], 9);
    sentences_clear(&s);
    assert_null(s.tokens);
}

static void test_a_sentence_without_tokens_is_none(void **state)
{
    (void)state;
    struct sentences s = {0};
    assert_true(sentences_end(&s, 1));
    assert_int_equal(s.n_sentences, 0);
    sentences_add_token(&s, "a", 1);
    sentences_end(&s, 2);
    assert_true(sentences_end(&s, 3));
    assert_int_equal(s.n_sentences, 1);
    sentences_clear(&s);
}

static void test_emptied_it_starts_anew_in_the_same_memory(void **state)
{
    (void)state;
    struct sentences s = {0};
    sentences_add_token(&s, "old", 3);
    sentences_end(&s, 1);
    oriel_range *tokens = s.tokens;
    sentences_empty(&s);
    assert_int_equal(s.n_sentences, 0);
    assert_int_equal(s.n_tokens, 0);
    sentences_add_token(&s, "newer", 5);
    sentences_end(&s, 7);
    assert_ptr_equal(s.tokens, tokens);
    assert_token(&s, 0, "newer");
    assert_int_equal(s.starts[0], 0);
    assert_int_equal(s.starts[1], 1);
    assert_int_equal(s.lines[0], 7);
    sentences_clear(&s);
}

/* Sentence i has i % 4 + 1 tokens, so its first token is 10 * (i / 4) + 0, 1, 3 or 6. */
static void test_growth_keeps_everything(void **state)
{
    (void)state;
    const size_t within[4] = {0, 1, 3, 6};
    struct sentences s = {0};
    char token[2] = {0};
    for (size_t i = 0; i < 5000; i++) {
        for (size_t k = 0; k <= i % 4; k++) {
            token[0] = (char)('a' + k);
            assert_true(sentences_add_token(&s, token, 1));
        }
        assert_true(sentences_end(&s, i + 1));
    }
    assert_int_equal(s.n_tokens, 12500);
    for (size_t i = 0; i < 5000; i++) {
        assert_int_equal(s.starts[i], 10 * (i / 4) + within[i % 4]);
        assert_int_equal(s.lines[i], i + 1);
        assert_token(&s, s.starts[i], "a");
    }
    assert_int_equal(s.starts[5000], 12500);
    sentences_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens_and_sentences_are_ranges),
        cmocka_unit_test(test_a_sentence_without_tokens_is_none),
        cmocka_unit_test(test_emptied_it_starts_anew_in_the_same_memory),
        cmocka_unit_test(test_growth_keeps_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
