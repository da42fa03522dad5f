/*
 * The n-th allocation fails, for every n, while rules are compiled and a stream is read: the status says so, or the
 * result is what it would have been (the matcher does without its fast form); nothing leaks.
 */
#include "support/test.h"

#include <stdlib.h>

#include "support/memory_failing.h"
#include "text/reader.h"

static const char stream[] = "# c\nAda O\nleft O\n\nDr. Bob \xFF O\n\nCy. No, he isn't. O";

/* Reads all of the stream; *n_tokens is only right when ORIEL_OK is returned. */
static oriel_status read_stream(const oriel_reader_options *o, size_t *n_tokens, oriel_error *err)
{
    struct source *s;
    oriel_reader *r = NULL;
    oriel_sentence sentence;
    bool more = true;
    *n_tokens = 0;
    oriel_status status = source_from_memory(&s, stream, sizeof stream - 1, "stream", err);
    if (status == ORIEL_OK) {
        status = reader_new(&r, NULL, s, o, err);
        assert_true((r != NULL) == (status == ORIEL_OK));
    }
    while (status == ORIEL_OK && more) {
        oriel_reader_would_block(r);
        status = oriel_reader_next(r, &sentence, &more, err);
        *n_tokens += sentence.n_tokens;
    }
    oriel_reader_free(r);
    return status;
}

static void fail_everywhere(const oriel_reader_options *o)
{
    size_t expected;
    size_t n_tokens;
    oriel_error err;
    mem_fail_at(0);
    assert_ok(read_stream(o, &expected, &err), err);
    assert_true(expected > 0);
    assert_int_equal(mem_live(), 0);
    size_t n_failed = 0;
    for (size_t n = 1;; n++) {
        mem_fail_at(n);
        oriel_status status = read_stream(o, &n_tokens, &err);
        assert_int_equal(mem_live(), 0);
        if (mem_calls() < n)
            break;
        n_failed += status == ORIEL_ENOMEM;
        assert_true(status == ORIEL_ENOMEM || status == ORIEL_OK);
        assert_int_equal(status == ORIEL_OK ? n_tokens : expected, expected);
    }
    mem_fail_at(0);
    assert_true(n_failed >= 5);
}

static void test_raw_text(void **state)
{
    (void)state;
    fail_everywhere(&(oriel_reader_options){.format = ORIEL_INPUT_TEXT});
    fail_everywhere(&(oriel_reader_options){.format = ORIEL_INPUT_TEXT, .wrapped = true});
}

static void test_token_lines(void **state)
{
    (void)state;
    fail_everywhere(&(oriel_reader_options){.format = ORIEL_INPUT_TOKENS});
}

static void test_columns(void **state)
{
    (void)state;
    fail_everywhere(&(oriel_reader_options){.format = ORIEL_INPUT_CONLL});
}

static void test_bad_rules(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct tokenizer *t;
        mem_fail_at(n);
        oriel_status status = tokenizer_new(&t, "token.a = a\ntoken.b = (", "rules", NULL);
        assert_null(t);
        assert_int_equal(mem_live(), 0);
        if (mem_calls() < n) {
            assert_int_equal(status, ORIEL_EFORMAT);
            break;
        }
        assert_int_equal(status, ORIEL_ENOMEM);
    }
    mem_fail_at(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_text),
        cmocka_unit_test(test_token_lines),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_bad_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
