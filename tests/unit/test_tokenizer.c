#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "text/tokenizer.h"

static struct tokenizer *built_in;
static struct tokenizer_scratch *scratch;

static int make_built_in(void **state)
{
    (void)state;
    scratch = tokenizer_scratch_new();
    return scratch && tokenizer_new(&built_in, tokenizer_default_rules(), "built-in", NULL) == ORIEL_OK ? 0 : -1;
}

static int free_built_in(void **state)
{
    (void)state;
    tokenizer_free(built_in);
    tokenizer_scratch_free(scratch);
    return 0;
}

static struct tokenizer *made_of(const char *rules)
{
    struct tokenizer *t;
    oriel_error err;
    assert_ok(tokenizer_new(&t, rules, "rules", &err), err);
    return t;
}

/* Writes the tokens with blanks between them, and " /" where a sentence ends. */
static void show(const struct tokenizer *t, const char *text, size_t n, char *out, size_t size)
{
    oriel_range token;
    bool ends;
    size_t n_out = 0;
    for (size_t from = 0; tokenizer_next(t, scratch, text, n, from, &token, &ends); from = token.end) {
        assert_true(token.begin >= from && token.begin < token.end && token.end <= n);
        assert_true(n_out + token.end - token.begin + 4 < size);
        n_out += (size_t)sprintf(out + n_out, "%s%.*s%s", n_out ? " " : "", (int)(token.end - token.begin),
                                 text + token.begin, ends ? " /" : "");
    }
    out[n_out] = 0;
}

static void check(const struct tokenizer *t, const char *text, const char *expected)
{
    char shown[4096];
    show(t, text, strlen(text), shown, sizeof shown);
    assert_string_equal(shown, expected);
}

/* The tokens alone. */
static void check_tokens(const char *text, const char *expected)
{
    char shown[4096];
    show(built_in, text, strlen(text), shown, sizeof shown);
    for (char *slash = shown; (slash = strstr(slash, " /")) != NULL;)
        memmove(slash, slash + 2, strlen(slash + 2) + 1);
    assert_string_equal(shown, expected);
}

static void test_addresses_are_one_token_without_the_mark_that_follows(void **state)
{
    (void)state;
    check_tokens("See http://a.org/b?c=1&d=2.", "See http://a.org/b?c=1&d=2 .");
    check_tokens("(https://a.org/b_(c), x)", "( https://a.org/b_(c) , x )");
    check_tokens("www.example.com!", "www.example.com !");
    check_tokens("Ada.L+x@mail.example.org, no", "Ada.L+x@mail.example.org , no");
    check_tokens("at example.com. Or x.pdf", "at example.com . Or x.pdf");
    check_tokens("by @ada_l on #Topic1, #1", "by @ada_l on #Topic1 , # 1");
    check_tokens("a@b", "a @ b");
}

static void test_numbers_keep_the_marks_inside(void **state)
{
    (void)state;
    check_tokens("1,000.50 at 10:30 on 11/28/2000.", "1,000.50 at 10:30 on 11/28/2000 .");
    check_tokens("713-853-3989, 3.5% of $5", "713-853-3989 , 3.5 % of $ 5");
    check_tokens("the 1990s, 20th, -5 and +1", "the 1990s , 20th , -5 and +1");
    check_tokens("5-4 F-16 2-foot US$5", "5-4 F-16 2-foot US$ 5");
    check_tokens("am 3. Mai um 5:00pm", "am 3. Mai um 5:00 pm");
}

static void test_english_contractions_are_split_as_in_the_corpora(void **state)
{
    (void)state;
    check_tokens("I don't", "I do n't");
    check_tokens("can't won't DIDN'T isn\xE2\x80\x99t", "ca n't wo n't DID N'T is n\xE2\x80\x99t");
    check_tokens("we'll you're I've Ada's I'm he'd", "we 'll you 're I 've Ada 's I 'm he 'd");
    check_tokens("Ada\xE2\x80\x99s cannot gonna", "Ada \xE2\x80\x99s can not gon na");
    check_tokens("cannons want gotten", "cannons want gotten");
}

static void test_hyphens_and_inner_apostrophes_join_words(void **state)
{
    (void)state;
    check_tokens("Jean-Claude O'Neal d'\xC3\x93"
                 "bidos",
                 "Jean-Claude O'Neal d'\xC3\x93"
                 "bidos");
    check_tokens("AT&T x - y -- z a_b", "AT&T x - y -- z a_b");
    check_tokens("'quoted'", "' quoted '");
}

static void test_abbreviations_keep_their_dot(void **state)
{
    (void)state;
    check_tokens("Mr. Smith, Dr. Who, Acme Inc. in the U.S. army", "Mr. Smith , Dr. Who , Acme Inc. in the U.S. army");
    check_tokens("e.g. J. R. R. Tolkien at 5 p.m. etc.", "e.g. J. R. R. Tolkien at 5 p.m. etc.");
    check_tokens("No. 5, Dec. 24, no. Sunday", "No. 5 , Dec. 24 , no . Sunday");
}

static void test_letters_of_any_script_are_words(void **state)
{
    (void)state;
    check_tokens("\xD0\x90\xD0\xB4\xD0\xB0 cafe\xCC\x81, x", "\xD0\x90\xD0\xB4\xD0\xB0 cafe\xCC\x81 , x");
    check_tokens("\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87!",
                 "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87 !"); /* with marks inside */
    check_tokens("\xE4\xB8\xAD\xE6\x96\x87", "\xE4\xB8\xAD \xE6\x96\x87");
    check_tokens("\xE3\x82\xAB\xE3\x83\x8A\xE3\x81\xA7\xE3\x81\x99",
                 "\xE3\x82\xAB\xE3\x83\x8A \xE3\x81\xA7\xE3\x81\x99");
}

static void test_an_emoji_sequence_is_one_token(void **state)
{
    (void)state;
    const char *family = "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"; /* joined by ZWJ */
    check_tokens(family, family);
    check_tokens("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBDok",
                 "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD ok"); /* thumb with a skin tone */
    check_tokens("\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA\xF0\x9F\x87\xAB\xF0\x9F\x87\xB7",
                 "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA \xF0\x9F\x87\xAB\xF0\x9F\x87\xB7"); /* flags DE, FR */
}

static void test_marks_that_belong_together_are_one_token(void **state)
{
    (void)state;
    check_tokens("so... what?! (**) ==== <3 :-)", "so ... what ?! ( ** ) ==== <3 :-)");
    check_tokens("((a)),,;", "( ( a ) ) , , ;");
}

static void test_sentences_end_at_end_marks_and_what_closes_behind_them(void **state)
{
    (void)state;
    check(built_in, "It is. We go! Do we? Yes\xE2\x80\xA6 No", "It is . / We go ! / Do we ? / Yes \xE2\x80\xA6 / No");
    check(built_in, "\"Go.\" He went (far.) Why", "\" Go . \" / He went ( far . ) / Why");
    check(built_in, "\xE5\xA5\xBD\xE3\x80\x82\xE5\xA5\xBD", "\xE5\xA5\xBD \xE3\x80\x82 / \xE5\xA5\xBD");
    check(built_in, "The end.", "The end . /");
}

static void test_abbreviations_and_small_letters_do_not_end_a_sentence(void **state)
{
    (void)state;
    check(built_in, "Mr. J. Smith of the U.S. Army", "Mr. J. Smith of the U.S. Army");
    check(built_in, "\"Really?\" he asked. So", "\" Really ? \" he asked . / So");
    check(built_in, "Apples etc. The rest", "Apples etc. / The rest");
    check(built_in, "Apples etc. and 3.5 or a.b", "Apples etc. and 3.5 or a.b");
    check(built_in, "1. One", "1 . One");
}

static void test_rules_can_be_replaced(void **state)
{
    (void)state;
    struct tokenizer *t = made_of("# three letters at most\r\ntoken.a = [a-z]\r\n  {1,3}\r\n\nsentence.end = end\n");
    check(t, "letters at endend", "let ter s at end / end /");
    check(t, "XYZabc 12", "XYZabc 12"); /* no rule: up to the next white space */
    assert_string_equal(tokenizer_rules(t),
                        "# three letters at most\r\ntoken.a = [a-z]\r\n  {1,3}\r\n\nsentence.end = end\n");
    tokenizer_free(t);
    t = made_of("");
    check(t,
          " a-b\tc.\xC2\xA0"
          "d\xE2\x80\xA8",
          "a-b c. d");
    tokenizer_free(t);
}

static void test_a_match_of_nothing_or_over_white_space_does_not_stop_the_text(void **state)
{
    (void)state;
    struct tokenizer *t = made_of("token.empty = x*\ntoken.far = (?=a)\ntoken.wide = b.*\ntoken.k = c\\Kd");
    check(t, "aa bb cc xx cd b", "aa bb cc xx cd b");
    tokenizer_free(t);
    t = made_of("token.ahead = (?=abc)a(*ACCEPT)\ntoken.no = (*COMMIT)(*FAIL)");
    check(t, "abc d", "a bc d");
    tokenizer_free(t);
}

static void check_refused(const char *rules, oriel_status status, const char *message)
{
    struct tokenizer *t;
    oriel_error err;
    assert_int_equal(tokenizer_new(&t, rules, "my.rules", &err), status);
    assert_null(t);
    if (!strstr(err.text, message))
        fail_msg("\"%s\" is not in \"%s\"", message, err.text);
}

static void test_bad_rules_are_refused_with_file_and_line(void **state)
{
    (void)state;
    check_refused("token.a = a\n\nword = b\n", ORIEL_EFORMAT, "my.rules:3: ");
    check_refused("token. = b\n", ORIEL_EFORMAT, "my.rules:1: ");
    check_refused("token.a = a\nnothing\n", ORIEL_EFORMAT, "my.rules:2: ");
    check_refused("token.a =\n", ORIEL_EFORMAT, "my.rules:1: ");
    check_refused("token.a = a\ntoken.a = b\n", ORIEL_EFORMAT, "my.rules:2: ");
    check_refused("  a\n", ORIEL_EFORMAT, "my.rules:1: ");
    check_refused("# \xFF\n", ORIEL_EENCODING, "my.rules:1: ");
}

static void test_what_pcre2_says_of_a_pattern_is_told(void **state)
{
    (void)state;
    check_refused("token.a = a\ntoken.b = (ab\n", ORIEL_EFORMAT, "my.rules:2: token.b: missing closing parenthesis");
    check_refused("token.a = x|\n   +\n", ORIEL_EFORMAT, "my.rules:2: token.a: quantifier does not follow");
    check_refused("token.a = # all is a comment\n", ORIEL_EFORMAT, "my.rules:1: ");
    check_refused("token.a = (?<year>\\d+)\n", ORIEL_EFORMAT, "my.rules:1: ");
    check_refused("token.a = (a)\\1\n", ORIEL_EFORMAT, "my.rules:1: ");
}

static void test_rules_cannot_raise_limits_or_use_bytes(void **state)
{
    (void)state;
    check_refused("token.a = (*LIMIT_MATCH=4000000000)a\n", ORIEL_EFORMAT, "my.rules:1: ");
    check_refused("token.a = (*LIMIT_HEAP=4000000000)a\n", ORIEL_EFORMAT, "my.rules:1: ");
    check_refused("token.a = (*NO_JIT)a\n", ORIEL_EFORMAT, "my.rules:1: ");
    check_refused("token.a = a\\C\n", ORIEL_EFORMAT, "my.rules:1: ");
    struct tokenizer *t = made_of("token.a = a(?C1)b(?C'x')"); /* there is nothing to call */
    check(t, "abab", "ab ab");
    tokenizer_free(t);
}

static void test_what_a_rule_leaves_open_does_not_reach_the_next(void **state)
{
    (void)state;
    struct tokenizer *t = made_of("token.a = \\Qa.\ntoken.b = (?i)b\ntoken.c = c|d");
    check(t, "a.BbCcd", "a. B b Ccd");
    tokenizer_free(t);
}

static void test_a_long_token_is_cut_between_characters(void **state)
{
    (void)state;
    enum { N = 3 * ORIEL_MAX_TOKEN_BYTES };
    char *text = malloc(N + 1);
    text[0] = 'x';
    for (size_t i = 1; i + 1 < N; i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    oriel_range token;
    bool ends;
    assert_true(tokenizer_next(built_in, scratch, text, N - 1, 0, &token, &ends));
    assert_int_equal(token.end, ORIEL_MAX_TOKEN_BYTES - 1); /* a two-byte character lies across the limit */
    assert_true(tokenizer_next(built_in, scratch, text, N - 1, token.end, &token, &ends));
    assert_int_equal(token.begin, ORIEL_MAX_TOKEN_BYTES - 1);
    assert_int_equal(token.end, 2 * ORIEL_MAX_TOKEN_BYTES - 1);
    free(text);
}

static void test_what_lies_beyond_the_view_changes_nothing(void **state)
{
    (void)state;
    struct tokenizer *t = made_of("token.a = a(?=x*y)|a");
    char *text = malloc(2 * TOKENIZER_VIEW);
    memset(text, 'x', 2 * TOKENIZER_VIEW);
    text[0] = 'a';
    oriel_range one, other;
    bool ends;
    text[TOKENIZER_VIEW] = 'y';
    assert_true(tokenizer_next(t, scratch, text, 2 * TOKENIZER_VIEW, 0, &one, &ends));
    text[TOKENIZER_VIEW] = 'z';
    assert_true(tokenizer_next(t, scratch, text, TOKENIZER_VIEW, 0, &other, &ends));
    assert_int_equal(one.end, other.end);
    assert_int_equal(one.end, 1);
    free(text);
    tokenizer_free(t);
}

static double seconds_of_cpu(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* A rule that tries every way to divide the text: without limits, longer than anyone lives. */
static void test_a_rule_that_explodes_gives_the_run_up_to_white_space(void **state)
{
    (void)state;
    struct tokenizer *t = made_of("token.bad = (?:(?:x+)+)+y\nsentence.end = (?:x+x+)+y");
    char text[200];
    memset(text, 'x', sizeof text);
    text[100] = ' ';
    oriel_range token;
    bool ends;
    double start = seconds_of_cpu();
    assert_true(tokenizer_next(t, scratch, text, sizeof text, 0, &token, &ends));
    assert_int_equal(token.end, 100);
    assert_false(ends);
    assert_true(tokenizer_next(t, scratch, text, sizeof text, token.end, &token, &ends));
    assert_int_equal(token.begin, 101);
    assert_true(seconds_of_cpu() - start < 5);
    tokenizer_free(t);
}

static void test_white_space_alone_has_no_token(void **state)
{
    (void)state;
    oriel_range token;
    bool ends;
    assert_false(tokenizer_next(built_in, scratch, "", 0, 0, &token, &ends));
    assert_false(tokenizer_next(built_in, scratch, " \t\r\n\xC2\xA0\xE3\x80\x80\xE2\x80\xA9", 12, 0, &token, &ends));
    assert_int_equal(tokenizer_space_at("\xC2\x85", 2), 2);
    assert_int_equal(tokenizer_space_at("\xE2\x80\x8B", 3), 0); /* zero width: not white space */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_one_token_without_the_mark_that_follows),
        cmocka_unit_test(test_numbers_keep_the_marks_inside),
        cmocka_unit_test(test_english_contractions_are_split_as_in_the_corpora),
        cmocka_unit_test(test_hyphens_and_inner_apostrophes_join_words),
        cmocka_unit_test(test_abbreviations_keep_their_dot),
        cmocka_unit_test(test_letters_of_any_script_are_words),
        cmocka_unit_test(test_an_emoji_sequence_is_one_token),
        cmocka_unit_test(test_marks_that_belong_together_are_one_token),
        cmocka_unit_test(test_sentences_end_at_end_marks_and_what_closes_behind_them),
        cmocka_unit_test(test_abbreviations_and_small_letters_do_not_end_a_sentence),
        cmocka_unit_test(test_rules_can_be_replaced),
        cmocka_unit_test(test_a_match_of_nothing_or_over_white_space_does_not_stop_the_text),
        cmocka_unit_test(test_bad_rules_are_refused_with_file_and_line),
        cmocka_unit_test(test_what_pcre2_says_of_a_pattern_is_told),
        cmocka_unit_test(test_rules_cannot_raise_limits_or_use_bytes),
        cmocka_unit_test(test_what_a_rule_leaves_open_does_not_reach_the_next),
        cmocka_unit_test(test_a_long_token_is_cut_between_characters),
        cmocka_unit_test(test_what_lies_beyond_the_view_changes_nothing),
        cmocka_unit_test(test_a_rule_that_explodes_gives_the_run_up_to_white_space),
        cmocka_unit_test(test_white_space_alone_has_no_token),
    };
    return cmocka_run_group_tests(tests, make_built_in, free_built_in);
}
