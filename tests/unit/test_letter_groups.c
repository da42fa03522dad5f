#include "support/test.h"

#include "text/letter_groups.h"

enum { BUCKETS = 1000003 };

/* FNV-1a by its definition. */
static int32_t bucket_of(const char *s)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
    return (int32_t)(h % BUCKETS);
}

static void check(const char *word, const char *const *groups, size_t n)
{
    int32_t found[256];
    struct bytes scratch = {0};
    assert_int_equal(letter_groups(found, &scratch, word, strlen(word), BUCKETS), n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(found[i], bucket_of(groups[i]));
    assert_true(n <= LETTER_GROUPS_MOST(strlen(word)));
    bytes_clear(&scratch);
}

#define CHECK(word, ...)                                                                                               \
    check(word, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void test_groups_are_runs_of_three_to_six_between_the_marks(void **state)
{
    (void)state;
    CHECK("where", "\xFEwh", "whe", "her", "ere", "re\xFF", "\xFEwhe", "wher", "here", "ere\xFF", "\xFEwher", "where",
          "here\xFF", "\xFEwhere", "where\xFF");
}

static void test_groups_count_characters(void **state)
{
    (void)state;
    CHECK("\xC3\xA9t\xC3\xA9", "\xFE\xC3\xA9t", "\xC3\xA9t\xC3\xA9", "t\xC3\xA9\xFF", "\xFE\xC3\xA9t\xC3\xA9",
          "\xC3\xA9t\xC3\xA9\xFF");
}

static void test_the_whole_word_is_no_group_and_short_ones_have_none(void **state)
{
    (void)state;
    int32_t found[64];
    struct bytes scratch = {0};
    assert_int_equal(letter_groups(found, &scratch, "a", 1, BUCKETS), 0);
    assert_int_equal(letter_groups(found, &scratch, "", 0, BUCKETS), 0);
    bytes_clear(&scratch);
    CHECK("ab",
          "\xFE"
          "ab",
          "ab\xFF");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_are_runs_of_three_to_six_between_the_marks),
        cmocka_unit_test(test_groups_count_characters),
        cmocka_unit_test(test_the_whole_word_is_no_group_and_short_ones_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
