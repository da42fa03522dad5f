#include "support/test.h"

#include "base/status.h"

static void test_message_begins_with_file_and_line(void **state)
{
    (void)state;
    oriel_error err;
    assert_int_equal(error_at(&err, ORIEL_EFORMAT, "a.tsv", 12, "found %d column", 1), ORIEL_EFORMAT);
    assert_string_equal(err.text, "a.tsv:12: found 1 column");
    assert_int_equal(err.code, ORIEL_EFORMAT);
    assert_int_equal(err.line, 12);
    error_at(&err, ORIEL_EIO, "a.tsv", 0, "gone");
    assert_string_equal(err.text, "a.tsv: gone");
    assert_int_equal(err.line, 0);
    error_at(&err, ORIEL_EARG, NULL, 0, "--window must be odd");
    assert_string_equal(err.text, "--window must be odd");
}

static void test_no_error_wanted_still_returns_the_code(void **state)
{
    (void)state;
    assert_int_equal(error_at(NULL, ORIEL_ELIMIT, "x", 1, "y"), ORIEL_ELIMIT);
    assert_int_equal(error_memory(NULL), ORIEL_ENOMEM);
}

static void test_error_may_quote_itself(void **state)
{
    (void)state;
    oriel_error err;
    error_at(&err, ORIEL_EIO, NULL, 0, "inner");
    error_at(&err, err.code, "outer", 0, "%s", err.text);
    assert_string_equal(err.text, "outer: inner");
}

/* Room is for 1023 bytes.  With `n_before` letters in front, a run of é (2 bytes each) is cut at an odd or even place. */
static void check_cut(size_t n_before, size_t expected)
{
    char letters[8] = "aaaaaaa";
    char accents[2001];
    letters[n_before] = 0;
    for (size_t i = 0; i < 2000; i += 2)
        memcpy(accents + i, "\xC3\xA9", 2);
    accents[2000] = 0;
    oriel_error err;
    error_at(&err, ORIEL_EFORMAT, NULL, 0, "%s%s", letters, accents);
    assert_int_equal(strlen(err.text), expected);
    assert_memory_equal(err.text + expected - 2, "\xC3\xA9", 2);
}

static void test_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    assert_int_equal(sizeof(((oriel_error *)0)->text), 1024);
    check_cut(0, 1022);
    check_cut(1, 1023);
}

static void test_long_file_name_is_cut_too(void **state)
{
    (void)state;
    char name[3000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    oriel_error err;
    error_at(&err, ORIEL_EIO, name, 7, "gone");
    assert_int_equal(strlen(err.text), 1023);
}

static void test_names_of_codes(void **state)
{
    (void)state;
    assert_string_equal(oriel_status_name(ORIEL_OK), "ORIEL_OK");
    assert_string_equal(oriel_status_name(ORIEL_EENCODING), "ORIEL_EENCODING");
    assert_string_equal(oriel_status_name(ORIEL_ESTOPPED), "ORIEL_ESTOPPED");
    assert_string_equal(oriel_status_name((oriel_status)99), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message_begins_with_file_and_line),
        cmocka_unit_test(test_no_error_wanted_still_returns_the_code),
        cmocka_unit_test(test_error_may_quote_itself),
        cmocka_unit_test(test_long_message_is_cut_between_characters),
        cmocka_unit_test(test_long_file_name_is_cut_too),
        cmocka_unit_test(test_names_of_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
