#include "support/test.h"

#include <stdio.h>

#include "text/columns.h"

static struct columns_state state_with(size_t n_columns, bool in_sentence)
{
    return (struct columns_state){n_columns, in_sentence};
}

static enum column_line kind_of(struct columns_state state, const char *text)
{
    struct line line = {.at = text, .n = strlen(text), .raw_n = strlen(text), .number = 1};
    struct columns c;
    return columns_split(&state, &line, &c);
}

/* Splits a token line and expects these columns. */
static void check_split(const char *text, const char *const *expected, size_t n)
{
    struct columns_state state = {0};
    struct line line = {.at = text, .n = strlen(text), .raw_n = strlen(text), .number = 1};
    struct columns c;
    assert_int_equal(columns_split(&state, &line, &c), COLUMNS_TOKEN);
    assert_int_equal(c.n, n);
    assert_int_equal(state.n_columns, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(c.column[i].end - c.column[i].begin, strlen(expected[i]));
        assert_memory_equal(text + c.column[i].begin, expected[i], strlen(expected[i]));
    }
    assert_int_equal(c.last.begin, c.column[n - 1].begin);
    assert_int_equal(c.last.end, c.column[n - 1].end);
}

#define CHECK_SPLIT(text, ...)                                                                                         \
    check_split(text, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void test_columns_are_separated_by_tabs_and_ascii_blanks_only(void **state)
{
    (void)state;
    CHECK_SPLIT("Ada\tB-PER", "Ada", "B-PER");
    CHECK_SPLIT("Ada NNP  O", "Ada", "NNP", "O");
    CHECK_SPLIT(" \tAda \t O \t", "Ada", "O");
    CHECK_SPLIT("Ada", "Ada");
    CHECK_SPLIT("10\xC2\xA0"
                "000\tO",
                "10\xC2\xA0"
                "000",
                "O");                                    /* a no-break space */
    CHECK_SPLIT("\xE3\x80\x80\tO", "\xE3\x80\x80", "O"); /* an ideographic space is a token */
    CHECK_SPLIT("a\vb\fc\rd O", "a\vb\fc\rd", "O");
}

static void test_a_line_of_white_space_is_blank_and_ends_the_sentence(void **unused)
{
    (void)unused;
    static const char *const blank[] = {"", " ", "\t", " \t \r", "\f"};
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) {
        struct columns_state state = state_with(2, true);
        struct line line = {.at = blank[i], .n = strlen(blank[i]), .number = 1};
        struct columns c;
        assert_int_equal(columns_split(&state, &line, &c), COLUMNS_BLANK);
        assert_false(state.in_sentence);
        assert_int_equal(c.n, 0);
    }
}

static void test_a_document_mark_stands_in_the_first_column(void **state)
{
    (void)state;
    assert_int_equal(kind_of(state_with(0, false), "-DOCSTART-"), COLUMNS_DOCUMENT);
    assert_int_equal(kind_of(state_with(4, true), "-DOCSTART- -X- -X- O"), COLUMNS_DOCUMENT);
    assert_int_equal(kind_of(state_with(2, false), "-DOCSTART-x O"), COLUMNS_TOKEN);
    assert_int_equal(kind_of(state_with(2, false), "x -DOCSTART-"), COLUMNS_TOKEN);
}

static void test_comments_stand_before_a_sentence(void **state)
{
    (void)state;
    assert_int_equal(kind_of(state_with(0, false), "# text = Ada left"), COLUMNS_COMMENT);
    assert_int_equal(kind_of(state_with(2, false), "#"), COLUMNS_COMMENT);
    assert_int_equal(kind_of(state_with(2, false), "# newdoc"), COLUMNS_COMMENT);
    assert_int_equal(kind_of(state_with(2, true), "# newdoc"), COLUMNS_TOKEN);
}

static void test_the_token_number_sign_is_told_from_a_comment(void **state)
{
    (void)state;
    assert_int_equal(kind_of(state_with(0, false), "#\tO"), COLUMNS_TOKEN);
    assert_int_equal(kind_of(state_with(2, false), "# O"), COLUMNS_TOKEN);
    assert_int_equal(kind_of(state_with(2, false), "#music\tB-MISC"), COLUMNS_TOKEN);
    assert_int_equal(kind_of(state_with(3, false), "# SYM S-X"), COLUMNS_TOKEN);
    assert_int_equal(kind_of(state_with(3, false), "# O"), COLUMNS_COMMENT);
    assert_int_equal(kind_of(state_with(0, false), "# O"), COLUMNS_COMMENT);
    assert_int_equal(kind_of(state_with(2, false), "# B-"), COLUMNS_COMMENT);
    assert_int_equal(kind_of(state_with(2, false), "# X-PER"), COLUMNS_COMMENT);
}

static void test_the_first_token_line_sets_the_number_of_columns(void **unused)
{
    (void)unused;
    struct columns_state state = {0};
    struct columns c;
    static const char *const text[] = {"# a b", "Ada NNP O", "left O"};
    for (size_t i = 0; i < 3; i++)
        columns_split(&state, &(struct line){.at = text[i], .n = strlen(text[i]), .number = i + 1}, &c);
    assert_int_equal(state.n_columns, 3);
    assert_true(state.in_sentence);
}

static void test_a_column_is_picked_from_the_front_or_it_is_the_last(void **unused)
{
    (void)unused;
    struct columns_state state = {0};
    struct columns c;
    oriel_range r;
    columns_split(&state, &(struct line){.at = "a b c", .n = 5, .number = 1}, &c);
    assert_true(columns_pick(&c, 0, false, &r));
    assert_int_equal(r.begin, 0);
    assert_true(columns_pick(&c, 0, true, &r));
    assert_int_equal(r.begin, 4);
    assert_true(columns_pick(&c, 2, true, &r));
    assert_int_equal(r.begin, 2);
    assert_int_equal(r.end, 3);
    assert_false(columns_pick(&c, 4, false, &r));
}

static void test_of_many_columns_the_first_64_and_the_last_are_known(void **unused)
{
    (void)unused;
    char text[2 * 70];
    for (size_t i = 0; i < 70; i++)
        memcpy(text + 2 * i, "x ", 2);
    struct columns_state state = {0};
    struct columns c;
    oriel_range r;
    columns_split(&state, &(struct line){.at = text, .n = sizeof text, .number = 1}, &c);
    assert_int_equal(c.n, 70);
    assert_true(columns_pick(&c, 64, false, &r));
    assert_int_equal(r.begin, 126);
    assert_false(columns_pick(&c, 65, false, &r));
    assert_true(columns_pick(&c, 70, false, &r));
    assert_int_equal(r.begin, 138);
    assert_true(columns_pick(&c, 0, true, &r));
    assert_int_equal(r.begin, 138);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_are_separated_by_tabs_and_ascii_blanks_only),
        cmocka_unit_test(test_a_line_of_white_space_is_blank_and_ends_the_sentence),
        cmocka_unit_test(test_a_document_mark_stands_in_the_first_column),
        cmocka_unit_test(test_comments_stand_before_a_sentence),
        cmocka_unit_test(test_the_token_number_sign_is_told_from_a_comment),
        cmocka_unit_test(test_the_first_token_line_sets_the_number_of_columns),
        cmocka_unit_test(test_a_column_is_picked_from_the_front_or_it_is_the_last),
        cmocka_unit_test(test_of_many_columns_the_first_64_and_the_last_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
