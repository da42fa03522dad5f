#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/random.h"
#include "text/lines.h"

static struct source *source_of(const char *text, size_t n)
{
    struct source *s;
    oriel_error err;
    assert_ok(source_from_memory(&s, text, n, "mem", &err), err);
    return s;
}

/* Lines of text must be `expected` [n_expected], numbered from 1. */
static void check_lines(const char *text, size_t n, const char *const *expected, size_t n_expected)
{
    struct source *s = source_of(text, n);
    struct lines *l;
    struct line line;
    bool more;
    oriel_error err;
    size_t n_raw = 0;
    assert_ok(lines_new(&l, s, 0, &err), err);
    for (size_t i = 0; i < n_expected; i++) {
        assert_ok(lines_next(l, &line, &more, &err), err);
        assert_true(more);
        assert_int_equal(line.number, i + 1);
        assert_int_equal(line.n, strlen(expected[i]));
        assert_memory_equal(line.at, expected[i], line.n);
        n_raw += line.raw_n;
    }
    for (int i = 0; i < 2; i++) {
        assert_ok(lines_next(l, &line, &more, &err), err);
        assert_false(more);
    }
    assert_int_equal(n_raw, n);
    lines_free(l);
    source_close(s);
}

#define CHECK(text, ...)                                                                                               \
    check_lines(text, sizeof(text) - 1, (const char *const[]){__VA_ARGS__},                                            \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void test_lines_end_with_lf_or_crlf_or_at_the_end(void **state)
{
    (void)state;
    check_lines("", 0, NULL, 0);
    CHECK("a\n", "a");
    CHECK("a", "a");
    CHECK("a\nb", "a", "b");
    CHECK("a\r\nb\r\n", "a", "b");
    CHECK("\n\n", "", "");
    CHECK("\r\n", "");
    CHECK("a\rb\r\r\n", "a\rb\r");
    CHECK("a\r", "a\r");
}

static void test_bom_is_dropped_before_the_first_line_only(void **state)
{
    (void)state;
    CHECK("\xEF\xBB\xBF"
          "a\n\xEF\xBB\xBF"
          "b\n",
          "a",
          "\xEF\xBB\xBF"
          "b");
    CHECK("\xEF\xBB\xBF\r\nx", "", "x");
    CHECK("\xEF\xBB", "\xEF\xBB");
}

/* A line of n letters, ended as given; limit 10. */
static oriel_status read_limited(size_t n, const char *before, const char *end, oriel_error *err)
{
    char text[200];
    int n_text = snprintf(text, sizeof text, "%sok\n%.*s%s", before, (int)n, "abcdefghijklmnopqrstuvwxyz", end);
    struct source *s = source_of(text, (size_t)n_text);
    struct lines *l;
    struct line line;
    bool more;
    assert_ok(lines_new(&l, s, 10, err), *err);
    assert_ok(lines_next(l, &line, &more, err), *err);
    oriel_status status = lines_next(l, &line, &more, err);
    assert_true(more == (status == ORIEL_OK));
    assert_int_equal(line.n, status ? 0 : n);
    lines_free(l);
    source_close(s);
    return status;
}

static void test_limit_counts_the_line_without_its_end(void **state)
{
    (void)state;
    static const char *const ends[] = {"", "\n", "\r\n", "\nmore and more of it and more and more\n"};
    oriel_error err;
    for (size_t i = 0; i < 4; i++) {
        assert_ok(read_limited(10, "", ends[i], &err), err);
        assert_int_equal(read_limited(11, "", ends[i], &err), ORIEL_ELIMIT);
        assert_string_equal(err.text, "mem:2: the line is longer than 10 bytes");
        assert_int_equal(err.line, 2);
    }
}

static void test_limit_does_not_count_the_bom(void **state)
{
    (void)state;
    oriel_error err;
    struct source *s = source_of("\xEF\xBB\xBF"
                                 "0123456789\r\n",
                                 15);
    struct lines *l;
    struct line line;
    bool more;
    assert_ok(lines_new(&l, s, 10, &err), err);
    assert_ok(lines_next(l, &line, &more, &err), err);
    assert_int_equal(line.n, 10);
    assert_int_equal(line.raw_n, 15);
    lines_free(l);
    source_close(s);
}

/* The first read brings 64 KiB: the CR of the longest allowed line, but not its LF. */
static void test_longest_line_may_come_in_parts(void **state)
{
    (void)state;
    enum { FIRST = 65536, N_SHORT = (FIRST - 11) / 5 };
    char *text = malloc(FIRST + 1);
    for (size_t i = 0; i < N_SHORT; i++)
        memcpy(text + 5 * i, "abcd\n", 5);
    memcpy(text + FIRST - 11, "0123456789\r\n", 12);
    struct source *s = source_of(text, FIRST + 1);
    struct lines *l;
    struct line line;
    bool more;
    oriel_error err;
    assert_ok(lines_new(&l, s, 10, &err), err);
    for (size_t i = 0; i <= N_SHORT; i++)
        assert_ok(lines_next(l, &line, &more, &err), err);
    assert_int_equal(line.n, 10);
    assert_int_equal(line.raw_n, 12);
    lines_free(l);
    source_close(s);
    free(text);
}

/* /dev/zero has no line end at all: without the limit this would not come back. */
static void test_endless_line_is_refused_at_the_limit(void **state)
{
    (void)state;
    struct source *s;
    struct lines *l;
    struct line line;
    bool more;
    oriel_error err;
    assert_ok(source_open(&s, "/dev/zero", &err), err);
    assert_ok(lines_new(&l, s, 0, &err), err);
    assert_int_equal(lines_next(l, &line, &more, &err), ORIEL_ELIMIT);
    assert_string_equal(err.text, "/dev/zero:1: the line is longer than 1048576 bytes");
    lines_free(l);
    source_close(s);
}

/* Random lines, most short, some longer than any buffer; the oracle cuts the whole text at its LFs. */
static void test_lines_of_any_length_are_those_between_line_ends(void **state)
{
    (void)state;
    enum { N = 900000 };
    struct random r = random_seeded(test_seed(11));
    char *text = malloc(N);
    size_t n_left = 0;
    for (size_t i = 0; i < N; i++) {
        if (n_left == 0)
            n_left =
                (size_t)random_below(&r, 100) == 0 ? (size_t)random_below(&r, 200000) : (size_t)random_below(&r, 30);
        else
            n_left--;
        text[i] = n_left == 0 ? '\n' : (char)('a' + i % 26);
    }
    struct source *s = source_of(text, N);
    struct lines *l;
    struct line line;
    bool more = true;
    oriel_error err;
    size_t at = 0;
    assert_ok(lines_new(&l, s, 0, &err), err);
    for (size_t number = 1; at < N; number++) {
        const char *lf = memchr(text + at, '\n', N - at);
        size_t n = lf ? (size_t)(lf - text) - at : N - at;
        assert_ok(lines_next(l, &line, &more, &err), err);
        assert_true(more);
        assert_int_equal(line.number, number);
        assert_int_equal(line.n, n);
        assert_memory_equal(line.at, text + at, n);
        at += line.raw_n;
    }
    assert_ok(lines_next(l, &line, &more, &err), err);
    assert_false(more);
    lines_free(l);
    source_close(s);
    free(text);
}

static void test_pipe_with_half_a_line_would_block(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct source *s;
    struct lines *l;
    struct line line;
    bool more;
    oriel_error err;
    assert_ok(source_open(&s, path, &err), err);
    assert_ok(lines_new(&l, s, 0, &err), err);
    assert_true(lines_would_block(l));
    assert_int_equal(write(ends[1], "one\ntwo\nthr", 11), 11);
    for (int i = 0; i < 2; i++) {
        assert_false(lines_would_block(l));
        assert_ok(lines_next(l, &line, &more, &err), err);
        assert_int_equal(line.n, 3);
    }
    assert_true(lines_would_block(l));
    close(ends[1]);
    assert_false(lines_would_block(l));
    assert_ok(lines_next(l, &line, &more, &err), err);
    assert_memory_equal(line.at, "thr", 3);
    assert_ok(lines_next(l, &line, &more, &err), err);
    assert_false(more);
    assert_false(lines_would_block(l));
    lines_free(l);
    lines_free(NULL);
    source_close(s);
    close(ends[0]);
}

static void test_check_names_the_first_bad_byte(void **state)
{
    (void)state;
    oriel_error err;
    struct line good = {.at = "na\xC3\xAFve", .n = 6, .number = 3};
    assert_ok(line_check(&good, "f", &err), err);
    assert_ok(line_check(&(struct line){.number = 1}, "f", &err), err);
    struct line bad = {.at = "ab\xC3x\0", .n = 5, .number = 3};
    assert_int_equal(line_check(&bad, "f.tsv", &err), ORIEL_EENCODING);
    assert_string_equal(err.text, "f.tsv:3: byte 3 of the line (0xC3) is not UTF-8");
    struct line nul = {.at = "abc\0\xFF", .n = 5, .number = 8};
    assert_int_equal(line_check(&nul, "f.tsv", &err), ORIEL_EENCODING);
    assert_string_equal(err.text, "f.tsv:8: byte 4 of the line is NUL, expected text");
    assert_int_equal(err.line, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_end_with_lf_or_crlf_or_at_the_end),
        cmocka_unit_test(test_bom_is_dropped_before_the_first_line_only),
        cmocka_unit_test(test_limit_counts_the_line_without_its_end),
        cmocka_unit_test(test_limit_does_not_count_the_bom),
        cmocka_unit_test(test_longest_line_may_come_in_parts),
        cmocka_unit_test(test_endless_line_is_refused_at_the_limit),
        cmocka_unit_test(test_lines_of_any_length_are_those_between_line_ends),
        cmocka_unit_test(test_pipe_with_half_a_line_would_block),
        cmocka_unit_test(test_check_names_the_first_bad_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
