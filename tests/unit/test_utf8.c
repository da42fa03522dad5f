#include "support/test.h"

#include <ctype.h>
#include <stdio.h>

#include "text/utf8.h"

/* ---- oracles: by arithmetic, one character at a time ---- */

/* The definition: assemble the value, then ask whether it has this length and may be encoded at all. */
static size_t slow_length(const unsigned char *s, size_t n)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    for (size_t length = 1; length <= 4; length++) {
        if ((s[0] & forms[length - 1].mask) != forms[length - 1].lead)
            continue;
        if (length > n)
            return 0;
        uint32_t c = s[0] & (unsigned char)~forms[length - 1].mask;
        for (size_t i = 1; i < length; i++) {
            if (s[i] / 64 != 2)
                return 0;
            c = c * 64 + s[i] % 64;
        }
        bool is_character = c >= forms[length - 1].least && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        return is_character ? length : 0;
    }
    return 0;
}

static bool is_character(int32_t c)
{
    return c < 0xD800 || c > 0xDFFF;
}

static void assert_bytes(const struct bytes *b, const char *expected, size_t n)
{
    assert_int_equal(b->n, n);
    assert_memory_equal(b->at, expected, n);
}

typedef bool form_fn(struct bytes *out, const char *s, size_t n);

static void check_form(form_fn *f, const char *text, const char *expected)
{
    struct bytes out = {0};
    assert_true(f(&out, "leftover of the call before", 10));
    assert_true(f(&out, text, strlen(text)));
    assert_bytes(&out, expected, strlen(expected));
    bytes_clear(&out);
}

/* ---- sequences ---- */

static void test_every_character_is_encoded_and_decoded(void **state)
{
    (void)state;
    for (int32_t c = 0; c <= 0x10FFFF; c++) {
        if (!is_character(c))
            continue;
        char s[4];
        size_t n = utf8_encode(c, s);
        int32_t back = -1;
        if (n != (c < 0x80      ? 1u
                  : c < 0x800   ? 2u
                  : c < 0x10000 ? 3u
                                : 4u) ||
            slow_length((unsigned char *)s, n) != n || utf8_decode(s, n, &back) != n || back != c ||
            utf8_valid_prefix(s, n) != n)
            fail_msg("U+%04X", (unsigned)c);
    }
}

static void test_encoding_by_hand(void **state)
{
    (void)state;
    char s[4];
    assert_int_equal(utf8_encode(0xE9, s), 2);
    assert_memory_equal(s, "\xC3\xA9", 2);
    assert_int_equal(utf8_encode(0x20AC, s), 3);
    assert_memory_equal(s, "\xE2\x82\xAC", 3);
    assert_int_equal(utf8_encode(0x1F600, s), 4);
    assert_memory_equal(s, "\xF0\x9F\x98\x80", 4);
    assert_int_equal(utf8_encode(0xD800, s), 3);
    assert_memory_equal(s, "\xEF\xBF\xBD", 3);
    assert_int_equal(utf8_encode(0x110000, s), 3);
    assert_memory_equal(s, "\xEF\xBF\xBD", 3);
}

static void test_validity_of_every_three_bytes_is_that_of_the_definition(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 1u << 24; bits++) {
        const unsigned char s[3] = {(unsigned char)(bits >> 16), (unsigned char)(bits >> 8), (unsigned char)bits};
        if (utf8_decode((const char *)s, 3, NULL) != slow_length(s, 3))
            fail_msg("%02X %02X %02X", s[0], s[1], s[2]);
    }
}

static void test_validity_of_four_bytes_is_that_of_the_definition(void **state)
{
    (void)state;
    const unsigned char last[] = {0x00, 0x7F, 0x80, 0xA5, 0xBF, 0xC0, 0xFF};
    for (uint32_t bits = 0xE0u << 16; bits < 1u << 24; bits += 3) {
        for (size_t i = 0; i < sizeof last; i++) {
            const unsigned char s[4] = {(unsigned char)(bits >> 16), (unsigned char)(bits >> 8), (unsigned char)bits,
                                        last[i]};
            if (utf8_decode((const char *)s, 4, NULL) != slow_length(s, 4))
                fail_msg("%02X %02X %02X %02X", s[0], s[1], s[2], s[3]);
        }
    }
}

/* A fault at every place and alignment of a long ASCII run, which is read eight bytes at a time. */
static void test_valid_prefix_ends_at_the_first_fault(void **state)
{
    (void)state;
    char s[64];
    for (size_t n = 0; n < sizeof s; n++) {
        memset(s, 'x', sizeof s);
        assert_int_equal(utf8_valid_prefix(s, n), n);
        for (size_t i = 0; i < n; i++) {
            s[i] = (char)0xFF;
            assert_int_equal(utf8_valid_prefix(s, n), i);
            s[i] = 'x';
        }
    }
    assert_int_equal(utf8_valid_prefix("a\0b", 3), 3);
    assert_int_equal(utf8_valid_prefix("\xE2\x82\xACx\xE2\x82", 6), 4);
}

static void test_open_tail_is_a_character_that_may_go_on(void **state)
{
    (void)state;
    for (int32_t c = 0; c <= 0x10FFFF; c += 1 + (c > 0x3000)) {
        char s[5] = "-";
        if (!is_character(c))
            continue;
        size_t n = utf8_encode(c, s + 1);
        for (size_t cut = 0; cut < n; cut++)
            assert_int_equal(utf8_open_tail(s, 1 + cut), cut);
        assert_int_equal(utf8_open_tail(s, 1 + n), 0);
    }
    const char *closed[] = {"",     "\xE0\x80", "\xED\xA0",     "\xF4\x90",    "\xF0\x80\x80",
                            "\xC0", "\xFF",     "\x80\x80\x80", "\xC3\xA9\x80"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        assert_int_equal(utf8_open_tail(closed[i], strlen(closed[i])), 0);
}

/* ---- repair ---- */

#define R "\xEF\xBF\xBD"

static void check_repair(const char *text, size_t n, const char *expected, size_t n_put)
{
    struct bytes out = {0};
    assert_true(bytes_append(&out, ">", 1));
    assert_int_equal(utf8_repair(&out, text, n), n_put);
    assert_int_equal(out.n, 1 + strlen(expected));
    assert_memory_equal(out.at, ">", 1);
    assert_memory_equal(out.at + 1, expected, strlen(expected));
    bytes_clear(&out);
}

/* The Unicode standard's own examples, tables 3-8 to 3-11. */
static void test_each_maximal_invalid_part_is_replaced_once(void **state)
{
    (void)state;
    check_repair("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 9, R R R R R R R R "A", 8);
    check_repair("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 9, R R R R R R R R "A", 8);
    check_repair("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 9, R R R R R "A" R R "B", 7);
    check_repair("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9, R R R R "A", 4);
}

static void test_repair_replaces_nul_and_keeps_the_rest(void **state)
{
    (void)state;
    check_repair("a\0\0b", 4, "a" R R "b", 2);
    check_repair("na\xC3\xAFve \xE2\x82\xAC", 10, "na\xC3\xAFve \xE2\x82\xAC", 0);
    check_repair("cut \xE2\x82", 6, "cut " R, 1);
    check_repair("", 0, "", 0);
}

/* ---- forms ---- */

static void test_nfc_composes_and_orders(void **state)
{
    (void)state;
    check_form(utf8_nfc, "cafe\xCC\x81", "caf\xC3\xA9");
    check_form(utf8_nfc, "\xE2\x84\xAB", "\xC3\x85");                 /* Angstrom sign: A with ring */
    check_form(utf8_nfc, "\xE1\x84\x80\xE1\x85\xA1", "\xEA\xB0\x80"); /* Hangul letters: a syllable */
    check_form(utf8_nfc, "\xE0\xA5\x98", "\xE0\xA4\x95\xE0\xA4\xBC"); /* U+0958 is excluded from composition */
    check_form(utf8_nfc, "q\xCC\x87\xCC\xA3", "q\xCC\xA3\xCC\x87");   /* the dot below goes first */
    check_form(utf8_nfc, "plain", "plain");
    check_form(utf8_nfc, "", "");
}

/* U+0390 becomes three characters and goes back to one: the decomposed form needs more room than the text. */
static void test_nfc_of_text_that_grows_in_between(void **state)
{
    (void)state;
    char text[2 * 2000 + 1] = {0};
    for (size_t i = 0; i < 2000; i++)
        memcpy(text + 2 * i, "\xCE\x90", 2);
    check_form(utf8_nfc, text, text);
}

/* What is waved through must not be changed, nor change its place among marks.  An emoji or a mark beside the character
 * forces the whole way. */
static void test_what_is_surely_nfc_takes_no_part_in_composition(void **state)
{
    (void)state;
    static const char *const around[][2] = {{"", "\xF0\x9F\x98\x80"},
                                            {"q\xCC\x81", ""},
                                            {"q", "\xCC\xA3"},
                                            {"\xCE\xB7\xF0\x9F\x98\x80"
                                             "e",
                                             ""}};
    struct bytes out = {0};
    size_t n_sure = 0;
    for (int32_t c = 1; c < 0x10FFFF; c++) {
        char one[4];
        size_t n = is_character(c) ? utf8_encode(c, one) : 0;
        if (n == 0 || !utf8_surely_nfc(one, n))
            continue;
        n_sure++;
        for (size_t i = 0; i < 4; i++) {
            char text[32];
            size_t n_text = (size_t)snprintf(text, sizeof text, "%s%.*s%s", around[i][0], (int)n, one, around[i][1]);
            bool may_compose = i == 2; /* with the mark after it: then only the order is looked at, below */
            assert_true(utf8_nfc(&out, text, n_text));
            if (!may_compose && (out.n != n_text || memcmp(out.at, text, n_text) != 0))
                fail_msg("U+%04X changes", (unsigned)c);
            if (may_compose && out.n > 3 && memcmp(out.at, "q\xCC\xA3", 3) == 0)
                fail_msg("U+%04X is a mark", (unsigned)c);
        }
    }
    assert_true(n_sure > 0x300 + 0x80 + 0x5000);
    bytes_clear(&out);
}

static void test_lower_case_is_by_character(void **state)
{
    (void)state;
    check_form(utf8_lower, "McDONALD-7 @[`{", "mcdonald-7 @[`{");
    check_form(utf8_lower, "\xC3\x89T\xC3\x89", "\xC3\xA9t\xC3\xA9");
    check_form(utf8_lower, "\xD0\x9C\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\x90",
               "\xD0\xBC\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0");
    check_form(utf8_lower, "\xC8\xBA\xC8\xBA", "\xE2\xB1\xA5\xE2\xB1\xA5"); /* U+023A grows from 2 bytes to 3 */
    check_form(utf8_lower, "", "");
}

static void test_every_decimal_digit_becomes_zero(void **state)
{
    (void)state;
    check_form(utf8_fold_digits, "A-1909/x9", "A-0000/x0");
    check_form(utf8_fold_digits, "\xD9\xA3\xEF\xBC\x95.", "00.");                 /* Arabic-Indic 3, full-width 5 */
    check_form(utf8_fold_digits, "\xC2\xBD\xE2\x91\xA0", "\xC2\xBD\xE2\x91\xA0"); /* a half, circled one: no digits */
}

/* ---- classes ---- */

static void test_classes_by_hand(void **state)
{
    (void)state;
    assert_true(utf8_is_upper('A') && utf8_is_upper(0x416) && utf8_is_upper(0x1C5));
    assert_false(utf8_is_upper('a') || utf8_is_upper('1') || utf8_is_upper(0x4E2D) || utf8_is_upper(-1));
    assert_true(utf8_is_lower('a') && utf8_is_lower(0xDF) && utf8_is_lower(0x436));
    assert_false(utf8_is_lower('A') || utf8_is_lower('-') || utf8_is_lower(0x110000));
    assert_true(utf8_is_letter('x') && utf8_is_letter(0x4E2D) && utf8_is_letter(0x5D0) && utf8_is_letter(0x2B0));
    assert_false(utf8_is_letter('_') || utf8_is_letter('7') || utf8_is_letter(0x301));
    assert_true(utf8_is_digit('0') && utf8_is_digit('9') && utf8_is_digit(0x663));
    assert_false(utf8_is_digit('a') || utf8_is_digit(0xBD) || utf8_is_digit(0x2460));
    assert_true(utf8_is_mark(0x301) && utf8_is_mark(0x93F) && utf8_is_mark(0x20DD) && utf8_is_mark(0xFE0F));
    for (int c = 0; c < 0x80; c++) /* by the C locale */
        assert_true(utf8_is_upper(c) == !!isupper(c) && utf8_is_lower(c) == !!islower(c) &&
                    utf8_is_letter(c) == !!isalpha(c) && utf8_is_digit(c) == !!isdigit(c));
    assert_false(utf8_is_mark('a') || utf8_is_mark('^') || utf8_is_mark(0xE9) || utf8_is_mark(0x200D));
}

/* The whole list of White_Space in PropList.txt. */
static void test_space_is_the_property_white_space(void **state)
{
    (void)state;
    static const int32_t spaces[] = {0x9,    0xA,    0xB,    0xC,    0xD,    0x20,   0x85,   0xA0,   0x1680,
                                     0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
                                     0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
    size_t n = sizeof spaces / sizeof *spaces;
    size_t i = 0;
    for (int32_t c = -1; c <= 0x10FFFF; c++) {
        bool expected = i < n && spaces[i] == c;
        i += expected;
        if (utf8_is_space(c) != expected)
            fail_msg("U+%04X", (unsigned)c);
    }
    assert_int_equal(i, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_character_is_encoded_and_decoded),
        cmocka_unit_test(test_encoding_by_hand),
        cmocka_unit_test(test_validity_of_every_three_bytes_is_that_of_the_definition),
        cmocka_unit_test(test_validity_of_four_bytes_is_that_of_the_definition),
        cmocka_unit_test(test_valid_prefix_ends_at_the_first_fault),
        cmocka_unit_test(test_open_tail_is_a_character_that_may_go_on),
        cmocka_unit_test(test_each_maximal_invalid_part_is_replaced_once),
        cmocka_unit_test(test_repair_replaces_nul_and_keeps_the_rest),
        cmocka_unit_test(test_nfc_composes_and_orders),
        cmocka_unit_test(test_nfc_of_text_that_grows_in_between),
        cmocka_unit_test(test_what_is_surely_nfc_takes_no_part_in_composition),
        cmocka_unit_test(test_lower_case_is_by_character),
        cmocka_unit_test(test_every_decimal_digit_becomes_zero),
        cmocka_unit_test(test_classes_by_hand),
        cmocka_unit_test(test_space_is_the_property_white_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
