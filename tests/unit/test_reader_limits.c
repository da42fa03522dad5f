/*
 * Whatever comes goes through, in pieces of bounded size.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "text/reader.h"

static oriel_reader *opened(const char *text, size_t n, oriel_reader_options o)
{
    struct source *s;
    oriel_reader *r;
    oriel_error err;
    assert_ok(source_from_memory(&s, text, n, "mem", &err), err);
    assert_ok(reader_new(&r, NULL, s, &o, &err), err);
    return r;
}

static bool next(oriel_reader *r, oriel_sentence *s)
{
    bool more;
    oriel_error err;
    assert_ok(oriel_reader_next(r, s, &more, &err), err);
    return more;
}

static const oriel_reader_options text = {.format = ORIEL_INPUT_TEXT};
static const oriel_reader_options tokens = {.format = ORIEL_INPUT_TOKENS};
static const oriel_reader_options conll = {.format = ORIEL_INPUT_CONLL};

/* s [n], count times; the caller frees. */
static char *repeated(const char *s, size_t count, size_t *n)
{
    size_t n_s = strlen(s);
    char *out = malloc(count * n_s + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(out + i * n_s, s, n_s);
    *n = count * n_s;
    return out;
}

struct seen {
    size_t n_sentences, n_empty, n_tokens, most_tokens, most_bytes, most_before, most_token, n_bytes;
};

/* Reads to the end and compares what comes with the input. */
static struct seen all_of(const char *bytes, size_t n, oriel_reader_options o)
{
    oriel_reader *r = opened(bytes, n, o);
    struct seen seen = {0};
    oriel_sentence s;
    bool more = true;
    while (more) {
        more = next(r, &s);
        assert_true(seen.n_bytes + s.n_before + s.n_text <= n);
        assert_memory_equal(s.before, bytes + seen.n_bytes, s.n_before);
        if (o.format != ORIEL_INPUT_CONLL)
            assert_memory_equal(s.text, bytes + seen.n_bytes + s.n_before, s.n_text);
        seen.n_bytes += s.n_before + s.n_text;
        seen.n_sentences += s.n_tokens > 0;
        seen.n_empty += more && s.n_tokens == 0;
        seen.n_tokens += s.n_tokens;
        seen.most_tokens = s.n_tokens > seen.most_tokens ? s.n_tokens : seen.most_tokens;
        seen.most_bytes = s.n_text > seen.most_bytes ? s.n_text : seen.most_bytes;
        seen.most_before = s.n_before > seen.most_before ? s.n_before : seen.most_before;
        for (size_t i = 0; i < s.n_tokens; i++) {
            size_t n_token = s.tokens[i].end - s.tokens[i].begin;
            seen.most_token = n_token > seen.most_token ? n_token : seen.most_token;
        }
    }
    oriel_reader_free(r);
    return seen;
}

static void test_a_sentence_that_never_ends_is_cut_after_1024_tokens(void **state)
{
    (void)state;
    static const oriel_input formats[] = {ORIEL_INPUT_TEXT, ORIEL_INPUT_TOKENS};
    size_t n;
    char *bytes = repeated("word ", 100000, &n);
    for (size_t i = 0; i < 2; i++) {
        struct seen seen = all_of(bytes, n, (oriel_reader_options){.format = formats[i]});
        assert_int_equal(seen.n_bytes, n);
        assert_int_equal(seen.n_tokens, 100000);
        assert_int_equal(seen.n_sentences, 98); /* 97 * 1024 + 672 */
        assert_int_equal(seen.most_tokens, 1024);
        assert_int_equal(seen.most_before, 1);
    }
    free(bytes);
    bytes = repeated("w O\n", 3000, &n);
    oriel_reader *r = opened(bytes, n, conll);
    oriel_sentence s;
    static const size_t expected[] = {1024, 1024, 952};
    for (size_t i = 0; i < 3; i++) {
        assert_true(next(r, &s));
        assert_int_equal(s.n_tokens, expected[i]);
        assert_int_equal(s.n_before, 0);
        assert_int_equal(s.line, 1 + 1024 * i);
    }
    assert_false(next(r, &s));
    oriel_reader_free(r);
    free(bytes);
}

static void test_a_token_without_end_is_cut_at_4096_bytes(void **state)
{
    (void)state;
    static const oriel_input formats[] = {ORIEL_INPUT_TEXT, ORIEL_INPUT_TOKENS};
    size_t n;
    char *bytes = repeated("\xC3\xA9", 300000, &n);
    for (size_t i = 0; i < 2; i++) {
        struct seen seen = all_of(bytes, n, (oriel_reader_options){.format = formats[i]});
        assert_int_equal(seen.n_bytes, n);
        assert_int_equal(seen.n_tokens, 147); /* 600000 / 4096, rounded up */
        assert_int_equal(seen.most_token, 4096);
        assert_int_equal(seen.most_bytes, 1 << 16);
        assert_int_equal(seen.n_sentences, 10);
    }
    memcpy(bytes + 5000, " O", 2);
    oriel_reader *r = opened(bytes, 5002, conll);
    oriel_sentence s;
    assert_true(next(r, &s));
    assert_int_equal(s.n_text, 4096);
    assert_int_equal(s.lines[0].end, 5002);
    oriel_reader_free(r);
    free(bytes);
}

static void test_endless_blanks_are_passed_on_in_parts(void **state)
{
    (void)state;
    static const oriel_input formats[] = {ORIEL_INPUT_TEXT, ORIEL_INPUT_TOKENS, ORIEL_INPUT_CONLL};
    static const char *const blank[] = {" ", "\n", "\xE3\x80\x80", "# c\n"};
    size_t n;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 4; j++) {
            if ((i == 1 && j == 2) || (j == 3) != (i == 2))
                continue;
            char *bytes = repeated(blank[j], 500000 / strlen(blank[j]), &n);
            struct seen seen = all_of(bytes, n, (oriel_reader_options){.format = formats[i]});
            assert_int_equal(seen.n_bytes, n);
            assert_int_equal(seen.n_tokens, 0);
            assert_int_equal(seen.n_empty, 7); /* 500000 / 65536 */
            assert_true(seen.most_before < (1 << 16) + 4);
            free(bytes);
        }
}

/* 80 bytes a token, so that 64 KiB are reached before 1024 tokens. */
static void test_a_long_sentence_is_cut_before_a_token_64_kib_from_its_start(void **state)
{
    (void)state;
    size_t n;
    char word[82];
    memset(word, 'x', 79);
    strcpy(word + 79, " ");
    char *bytes = repeated(word, 5000, &n);
    struct seen seen = all_of(bytes, n, tokens);
    assert_int_equal(seen.n_bytes, n);
    assert_int_equal(seen.most_tokens, 820); /* token i begins at 80 i < 65536 */
    assert_int_equal(seen.most_bytes, 820 * 80 - 1);
    free(bytes);
}

static void test_a_sentence_end_inside_a_long_line_is_found(void **state)
{
    (void)state;
    size_t n;
    char *bytes = repeated("It is so. ", 50000, &n);
    struct seen seen = all_of(bytes, n, text);
    assert_int_equal(seen.n_sentences, 50000);
    assert_int_equal(seen.n_tokens, 200000);
    assert_int_equal(seen.n_bytes, n);
    free(bytes);
}

static void test_a_large_conll_sentence_ends_after_a_mebibyte(void **state)
{
    (void)state;
    size_t n;
    char *line = repeated("x", 400000, &n);
    line[n] = 0;
    char *bytes = malloc(4 * (n + 3) + 1);
    size_t n_bytes = 0;
    for (int i = 0; i < 4; i++)
        n_bytes += (size_t)sprintf(bytes + n_bytes, "a %s\n", line);
    oriel_reader *r = opened(bytes, n_bytes, conll);
    oriel_sentence s;
    assert_true(next(r, &s));
    assert_int_equal(s.n_tokens, 3); /* 1200009 bytes */
    assert_true(next(r, &s));
    assert_int_equal(s.n_tokens, 1);
    assert_int_equal(s.n_before, 0);
    assert_false(next(r, &s));
    oriel_reader_free(r);
    free(bytes);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sentence_that_never_ends_is_cut_after_1024_tokens),
        cmocka_unit_test(test_a_token_without_end_is_cut_at_4096_bytes),
        cmocka_unit_test(test_endless_blanks_are_passed_on_in_parts),
        cmocka_unit_test(test_a_long_sentence_is_cut_before_a_token_64_kib_from_its_start),
        cmocka_unit_test(test_a_sentence_end_inside_a_long_line_is_found),
        cmocka_unit_test(test_a_large_conll_sentence_ends_after_a_mebibyte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
