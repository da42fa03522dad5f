#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* All that the reader gives, as one line: "before" in <>, tokens with blanks between them, "|" after each sentence; LF
 * is shown as $, CR as ^. */
static char *shown(oriel_reader *r)
{
    static char out[1 << 16];
    size_t n = 0;
    oriel_sentence s;
    bool more = true;
    while (more) {
        more = next(r, &s);
        n += (size_t)snprintf(out + n, sizeof out - n, "<%.*s>", (int)s.n_before, s.n_before ? s.before : "");
        for (size_t i = 0; i < s.n_tokens; i++)
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s", i ? " " : "",
                                  (int)(s.tokens[i].end - s.tokens[i].begin), s.text + s.tokens[i].begin);
        n += (size_t)snprintf(out + n, sizeof out - n, "%s", more ? "|" : "");
    }
    oriel_reader_free(r);
    for (char *c = out; *c; c++)
        *c = *c == '\n' ? '$' : *c == '\r' ? '^' : *c;
    return out;
}

static void check(const char *text, oriel_reader_options o, const char *expected)
{
    assert_string_equal(shown(opened(text, strlen(text), o)), expected);
}

static const oriel_reader_options text = {.format = ORIEL_INPUT_TEXT};
static const oriel_reader_options wrapped = {.format = ORIEL_INPUT_TEXT, .wrapped = true};
static const oriel_reader_options tokens = {.format = ORIEL_INPUT_TOKENS};
static const oriel_reader_options conll = {.format = ORIEL_INPUT_CONLL};
static const oriel_reader_options strict = {.format = ORIEL_INPUT_TEXT, .strict = true};

/* ---- what comes out ---- */

static void test_a_line_end_ends_a_sentence(void **state)
{
    (void)state;
    check("", text, "<>");
    check("Ada left", text, "<>Ada left|<>");
    check("Ada left\nBob\n", text, "<>Ada left|<$>Bob|<$>");
    check(" One. Two!\r\n\r\n\tThree", text, "< >One .|< >Two !|<^$^$\t>Three|<>");
}

static void test_blanks_before_the_first_sentence_are_before_it(void **state)
{
    (void)state;
    check("\n\n Ada \n", text, "<$$ >Ada|< $>");
    check(" \n ", text, "< $ >");
    check("\xEF\xBB\xBF"
          "Ada",
          text, "<\xEF\xBB\xBF>Ada|<>");
    check("\xEF\xBB\xBF", tokens, "<\xEF\xBB\xBF>");
    check("a \xEF\xBB\xBF", tokens, "<>a \xEF\xBB\xBF|<>"); /* only at the start is it a mark of order */
}

static void test_wrapped_lines_go_on_to_the_blank_line(void **state)
{
    (void)state;
    check("Ada\nleft\n\nBob\n \t\nCy", wrapped, "<>Ada left|<$$>Bob|<$ \t$>Cy|<>");
    check("Ada\r\nleft. She\r\n\r\n\r\ncame", wrapped, "<>Ada left .|< >She|<^$^$^$>came|<>");
    check("Ada\nleft\n", wrapped, "<>Ada left|<$>");
}

static void test_token_lines_are_split_at_ascii_blanks_only(void **state)
{
    (void)state;
    check("Mr. Smith 's\tcat .  It is\nnot\n\n", tokens, "<>Mr. Smith 's cat . It is|<$>not|<$$>");
    check(" don't a\xC2\xA0"
          "b \xE3\x80\x80\r\n",
          tokens,
          "< >don't a\xC2\xA0"
          "b \xE3\x80\x80|<^$>");
}

static void test_conll_gives_the_tokens_of_a_column(void **state)
{
    (void)state;
    check("Ada\tB-PER\nleft\tO\n\nBob\tB-PER\n", conll, "<>Ada left|<$>Bob|<>");
    oriel_reader_options second = {.format = ORIEL_INPUT_CONLL, .token_column = 2};
    check("1 Ada O\r\n2 left O\r\n\r\n", second, "<>Ada left|<^$>");
}

static void test_conll_comments_marks_and_blank_lines_are_before_a_sentence(void **state)
{
    (void)state;
    check("\xEF\xBB\xBF# a\n-DOCSTART- O\n\nAda O\n\n\n# b\nBob O\n# O\n-DOCSTART-\nCy O\n# c", conll,
          "<\xEF\xBB\xBF# a$-DOCSTART- O$$>Ada|<$$# b$>Bob #|<-DOCSTART-$>Cy #|<>");
    check("# only\n\n", conll, "<# only$$>");
    check("", conll, "<>");
}

static void test_conll_lines_come_raw_with_their_places(void **state)
{
    (void)state;
    const char *bytes = "# x\nAda  B-PER \r\nleft\tO\n\nBob O";
    oriel_reader *r = opened(bytes, strlen(bytes), conll);
    oriel_sentence s;
    assert_true(next(r, &s));
    assert_int_equal(s.n_text, 8);
    assert_memory_equal(s.text, "Ada left", 8);
    assert_int_equal(s.offset, 4);
    assert_int_equal(s.line, 2);
    assert_int_equal(s.lines[0].begin, 0);
    assert_int_equal(s.lines[0].end, 11);
    assert_int_equal(s.lines[1].begin, 13);
    assert_int_equal(s.lines[1].end, 19);
    assert_memory_equal(s.raw, "Ada  B-PER \r\nleft\tO\n", 20);
    assert_true(next(r, &s));
    assert_int_equal(s.line, 5);
    assert_int_equal(s.raw[s.lines[0].end], 0); /* no line end at the end of the stream */
    assert_false(next(r, &s));
    assert_int_equal(s.n_before, 0);
    oriel_reader_free(r);
}

static void test_offset_and_line_are_those_of_the_first_token(void **state)
{
    (void)state;
    const char *bytes = "\nOne. Two\n\n  \xFFThree\n";
    oriel_reader *r = opened(bytes, strlen(bytes), text);
    oriel_sentence s;
    static const size_t offset[] = {1, 6, 13};
    static const size_t line[] = {2, 2, 4};
    for (size_t i = 0; i < 3; i++) {
        assert_true(next(r, &s));
        assert_int_equal(s.offset, offset[i]);
        assert_int_equal(s.line, line[i]);
        assert_null(s.lines);
    }
    assert_int_equal(s.n_text, 8); /* U+FFFD takes three bytes */
    oriel_reader_free(r);
}

static void test_invalid_bytes_and_nul_become_replacement_characters(void **state)
{
    (void)state;
    oriel_reader *r = opened("a\xFF"
                             "b \0 \xE2\x82",
                             8, tokens);
    oriel_sentence s;
    assert_true(next(r, &s));
    assert_int_equal(s.n_text, 13);
    assert_memory_equal(s.text,
                        "a\xEF\xBF\xBD"
                        "b \xEF\xBF\xBD \xEF\xBF\xBD",
                        13);
    assert_int_equal(oriel_reader_replaced(r), 3);
    oriel_reader_free(r);
    r = opened("\x80\tO\n", 4, conll);
    assert_true(next(r, &s));
    assert_memory_equal(s.raw, "\xEF\xBF\xBD\tO", 5);
    assert_int_equal(oriel_reader_replaced(r), 1);
    oriel_reader_free(r);
}

static void check_failure(const char *bytes, size_t n, oriel_reader_options o, size_t n_good, oriel_status status,
                          const char *message)
{
    oriel_reader *r = opened(bytes, n, o);
    oriel_sentence s;
    bool more;
    oriel_error err;
    for (size_t i = 0; i < n_good; i++)
        assert_true(next(r, &s));
    for (int i = 0; i < 2; i++) {
        assert_false(oriel_reader_would_block(r));
        assert_int_equal(oriel_reader_next(r, &s, &more, &err), status);
        assert_false(more);
        assert_null(s.text);
        assert_int_equal(s.n_before, 0);
        assert_int_equal(err.code, status);
        assert_string_equal(err.text, message);
    }
    oriel_reader_free(r);
}

static void test_strict_input_fails_where_it_is_not_utf8(void **state)
{
    (void)state;
    check_failure("a\nb\xFF\n", 5, strict, 1, ORIEL_EENCODING, "mem:2: expected UTF-8, found 0xFF at byte 3");
    check_failure("a\n\nb\0", 5, strict, 1, ORIEL_EENCODING, "mem:3: expected UTF-8, found 0x00 at byte 4");
    check_failure("\xE2\x82", 2, strict, 0, ORIEL_EENCODING, "mem:1: expected UTF-8, found 0xE2 at byte 0");
    oriel_reader_options o = {.format = ORIEL_INPUT_CONLL, .strict = true};
    check_failure("a O\n\nb O\n\xC0 O\n", 13, o, 1, ORIEL_EENCODING, "mem:4: expected UTF-8, found 0xC0 at byte 9");
}

static void test_a_conll_line_without_the_column_is_an_error(void **state)
{
    (void)state;
    oriel_reader_options o = {.format = ORIEL_INPUT_CONLL, .token_column = 3};
    check_failure("1 a b\n\n# c\n2 d\n", 15, o, 1, ORIEL_EFORMAT,
                  "mem:4: expected the token in column 3, found 2 columns");
}

static void test_a_conll_line_over_the_limit_is_an_error(void **state)
{
    (void)state;
    oriel_reader_options o = {.format = ORIEL_INPUT_CONLL, .max_line = 5};
    check("abc O\r\n", o, "<>abc|<>");
    check("\xEF\xBB\xBF"
          "abc O",
          o, "<\xEF\xBB\xBF>abc|<>");
    check_failure("a O\n\nabcd O\n", 12, o, 1, ORIEL_ELIMIT, "mem:3: the line is longer than 5 bytes");
    check_failure("a O\n\nabcd O", 11, o, 1, ORIEL_ELIMIT, "mem:3: the line is longer than 5 bytes");
}

/* ---- pipes ---- */

struct talk {
    oriel_reader *r;
    int to; /* the writing end */
};

static struct talk begin_talk(oriel_reader_options o)
{
    struct talk t;
    int fd[2];
    char path[32];
    struct source *s;
    oriel_error err;
    assert_int_equal(pipe(fd), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", fd[0]);
    assert_ok(source_open(&s, path, &err), err);
    close(fd[0]);
    t.to = fd[1];
    assert_ok(reader_new(&t.r, NULL, s, &o, &err), err);
    return t;
}

static void say(struct talk *t, const char *bytes)
{
    assert_int_equal(write(t->to, bytes, strlen(bytes)), strlen(bytes));
}

/* The reader has a sentence of n tokens without waiting. */
static void hears(struct talk *t, size_t n)
{
    oriel_sentence s;
    assert_false(oriel_reader_would_block(t->r));
    assert_true(next(t->r, &s));
    assert_int_equal(s.n_tokens, n);
}

static void ends(struct talk *t, size_t n_before)
{
    oriel_sentence s;
    close(t->to);
    assert_false(oriel_reader_would_block(t->r));
    assert_false(next(t->r, &s));
    assert_int_equal(s.n_before, n_before);
    assert_false(oriel_reader_would_block(t->r));
    oriel_reader_free(t->r);
}

static void test_a_line_that_has_ended_is_given_out_at_once(void **state)
{
    (void)state;
    static const oriel_input formats[] = {ORIEL_INPUT_TEXT, ORIEL_INPUT_TOKENS};
    for (size_t i = 0; i < 2; i++) {
        struct talk t = begin_talk((oriel_reader_options){.format = formats[i]});
        assert_true(oriel_reader_would_block(t.r));
        say(&t, "Ada le");
        assert_true(oriel_reader_would_block(t.r));
        say(&t, "ft\nshe \xC3");
        hears(&t, 2);
        assert_true(oriel_reader_would_block(t.r));
        say(&t, "\xA9\nx y z\n");
        hears(&t, 2);
        hears(&t, 3);
        assert_true(oriel_reader_would_block(t.r));
        ends(&t, 1);
    }
}

static void test_a_conll_sentence_is_given_out_at_its_blank_line(void **state)
{
    (void)state;
    struct talk t = begin_talk(conll);
    say(&t, "# c\nAda O\nleft");
    assert_true(oriel_reader_would_block(t.r));
    say(&t, " O\n");
    assert_true(oriel_reader_would_block(t.r));
    say(&t, "\n");
    hears(&t, 2);
    assert_true(oriel_reader_would_block(t.r));
    say(&t, "Bob O\n-DOCSTART-\n");
    hears(&t, 1);
    assert_true(oriel_reader_would_block(t.r));
    ends(&t, 11);
}

static void test_wrapped_text_is_given_out_at_the_blank_line(void **state)
{
    (void)state;
    struct talk t = begin_talk(wrapped);
    say(&t, "Ada\nleft\n");
    assert_true(oriel_reader_would_block(t.r));
    say(&t, "\n");
    hears(&t, 2);
    assert_true(oriel_reader_would_block(t.r));
    ends(&t, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_end_ends_a_sentence),
        cmocka_unit_test(test_blanks_before_the_first_sentence_are_before_it),
        cmocka_unit_test(test_wrapped_lines_go_on_to_the_blank_line),
        cmocka_unit_test(test_token_lines_are_split_at_ascii_blanks_only),
        cmocka_unit_test(test_conll_gives_the_tokens_of_a_column),
        cmocka_unit_test(test_conll_comments_marks_and_blank_lines_are_before_a_sentence),
        cmocka_unit_test(test_conll_lines_come_raw_with_their_places),
        cmocka_unit_test(test_offset_and_line_are_those_of_the_first_token),
        cmocka_unit_test(test_invalid_bytes_and_nul_become_replacement_characters),
        cmocka_unit_test(test_strict_input_fails_where_it_is_not_utf8),
        cmocka_unit_test(test_a_conll_line_without_the_column_is_an_error),
        cmocka_unit_test(test_a_conll_line_over_the_limit_is_an_error),
        cmocka_unit_test(test_a_line_that_has_ended_is_given_out_at_once),
        cmocka_unit_test(test_a_conll_sentence_is_given_out_at_its_blank_line),
        cmocka_unit_test(test_wrapped_text_is_given_out_at_the_blank_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
