/*
 * Decimal numbers: reading agrees with strtof bit for bit, and what is written reads back, in any locale.
 */
#include "support/test.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/random.h"

enum { N_RANDOM = 200000 };

static void assert_same_bits(float found, float expected, const char *text)
{
    if (memcmp(&found, &expected, sizeof found) != 0)
        fail_msg("%s is %a, expected %a", text, (double)found, (double)expected);
}

static void assert_reads_as_strtof(const char *text)
{
    float found = -1;
    char *end;
    float expected = strtof(text, &end);
    assert_int_equal(decimal_read(text, strlen(text), &found), (size_t)(end - text));
    assert_same_bits(found, expected, text);
}

static void test_reading_agrees_with_strtof_on_known_hard_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0", "-0", "0.0", "-.0e5", "1", "+1.5", ".5", "5.", "-5.e2", "1e22", "1e-22", "1e23", "3.4028235e38",
        /* halfway between two floats: to the even one; a last digit far away decides */
        "16777217", "16777219", "16777217.0000000000000000000000000000000000000001", "16777216.9999999999999999999999",
        "1.00000005960464477539062", "1.000000059604644775390625", "1.0000000596046447753906250000000000000000001",
        /* the largest float and the first number that is too large, the smallest and half of it */
        "3.4028235677973366e38", "3.40282356779733661637539395458142568448e38", "1e39", "-1e400", "1e-45",
        "7.006492321624085354618e-46", "7.0064923216240853546186479164495806564013097093825788587853e-46", "1e-400",
        "1.17549435e-38", "1.1754942e-38", "9.8e-40", "00000000000000000000000000000000000000000012.5",
        "0.00000000000000000000000000000000000000000000000125e44", "123456789012345678901234567890e-25",
        "99999999999999999999", "0.1e1000000000000", "1e-1000000000000", "0e99999999999"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_reads_as_strtof(texts[i]);
}

/* A number with 1 to 30 digits, a point somewhere and perhaps an exponent. */
static void random_text(struct random *r, char *out)
{
    size_t n_digits = 1 + (size_t)random_below(r, 30);
    size_t point = (size_t)random_below(r, n_digits + 1);
    if (random_below(r, 2))
        *out++ = '-';
    for (size_t i = 0; i < n_digits; i++) {
        if (i == point)
            *out++ = '.';
        *out++ = (char)('0' + random_below(r, 10));
    }
    *out = 0;
    if (random_below(r, 2))
        sprintf(out, "%c%d", random_below(r, 2) ? 'e' : 'E', (int)random_below(r, 110) - 60);
}

static void test_reading_agrees_with_strtof_on_random_numbers(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(1));
    char text[64];
    for (size_t i = 0; i < N_RANDOM; i++) {
        random_text(&r, text);
        assert_reads_as_strtof(text);
    }
}

static float random_float(struct random *r)
{
    uint32_t bits = (uint32_t)random_next(r);
    float x;
    memcpy(&x, &bits, sizeof x);
    return isfinite(x) ? x : 0;
}

/* The middle of two neighbours is exact in double, and printed to its last digit. */
static void test_reading_rounds_halfway_to_even(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(2));
    char text[400];
    for (size_t i = 0; i < N_RANDOM / 4; i++) {
        float a = random_float(&r);
        float b = nextafterf(a, 0);
        snprintf(text, sizeof text, "%.160g", ((double)a + (double)b) / 2);
        assert_reads_as_strtof(text);
    }
}

static void test_what_is_no_number_takes_no_bytes(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "-", "+", ".", "-.", "e5", ".e5", "nan", "inf", "-inf", " 1", "x", "--1"};
    float x;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(decimal_read(texts[i], strlen(texts[i]), &x), 0);
}

static void test_a_number_ends_where_it_stops_being_one(void **state)
{
    (void)state;
    float x;
    assert_int_equal(decimal_read("1.5e", 4, &x), 3);
    assert_int_equal(decimal_read("1.5e+", 5, &x), 3);
    assert_int_equal(decimal_read("1.5.5", 5, &x), 3);
    assert_int_equal(decimal_read("0x10", 4, &x), 1);
    assert_int_equal(decimal_read("1234", 2, &x), 2);
    assert_true(x == 12);
}

static void test_numbers_are_spelled_briefly(void **state)
{
    (void)state;
    static const struct {
        float x;
        const char *text;
    } table[] = {{0, "0"},
                 {-0.0F, "-0"},
                 {1, "1"},
                 {-0.5F, "-0.5"},
                 {0.1F, "0.1"},
                 {1234.5F, "1234.5"},
                 {100000, "100000"},
                 {16777216, "16777216"},
                 {1e9F, "1e9"},
                 {0.0001F, "0.0001"},
                 {0.00001F, "1e-5"},
                 {-2.5e-7F, "-2.5e-7"},
                 {1e-45F, "1.4013e-45"}, /* six digits are the fewest that are tried */
                 {3.4028235e38F, "3.4028235e38"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[DECIMAL_MAX + 1];
        text[decimal_write(text, table[i].x)] = 0;
        assert_string_equal(text, table[i].text);
    }
}

static void test_what_is_written_reads_back(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(3));
    for (size_t i = 0; i < 2 * N_RANDOM; i++) {
        float x = i % 2 ? random_float(&r) : (float)(random_uniform(&r) - 0.5);
        char text[DECIMAL_MAX + 1] = {0};
        size_t n = decimal_write(text, x);
        assert_true(n > 0 && n <= DECIMAL_MAX);
        text[n] = 0;
        assert_same_bits(strtof(text, NULL), x, text);
        assert_reads_as_strtof(text);
    }
}

/* With a comma for a point, strtof itself would stop at ours. */
static void test_the_locale_does_not_matter(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "pt_BR.UTF-8", "de_DE"};
    char *old = strdup(setlocale(LC_ALL, NULL));
    bool is_set = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !is_set; i++)
        is_set = setlocale(LC_ALL, names[i]) != NULL && strcmp(localeconv()->decimal_point, ",") == 0;
    if (!is_set) {
        free(old);
        print_message("skipped: no locale with a decimal comma is installed\n");
        skip();
    }
    float hard = 0;
    float easy = 0;
    decimal_read("16777217.5e0", 12, &hard);
    decimal_read("0.25", 4, &easy);
    char text[DECIMAL_MAX];
    size_t n = decimal_write(text, 1e-45F);
    setlocale(LC_ALL, old);
    free(old);
    assert_true(hard == 16777218 && easy == 0.25F);
    assert_int_equal(n, 10);
    assert_memory_equal(text, "1.4013e-45", 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading_agrees_with_strtof_on_known_hard_numbers),
        cmocka_unit_test(test_reading_agrees_with_strtof_on_random_numbers),
        cmocka_unit_test(test_reading_rounds_halfway_to_even),
        cmocka_unit_test(test_what_is_no_number_takes_no_bytes),
        cmocka_unit_test(test_a_number_ends_where_it_stops_being_one),
        cmocka_unit_test(test_numbers_are_spelled_briefly),
        cmocka_unit_test(test_what_is_written_reads_back),
        cmocka_unit_test(test_the_locale_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
