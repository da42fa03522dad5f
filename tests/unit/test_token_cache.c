/*
 * The cache of tokens against a list that remembers everything.
 */
#include "support/test.h"

#include <stdio.h>

#include "base/random.h"
#include "model/token_cache.h"

enum { SLOTS = 50, PASS = SLOTS - CACHE_EDGES, STRINGS = 400 };

/* A string for each number, some of them longer than what is kept. */
static size_t string_of(char *out, size_t size, size_t number)
{
    int n = snprintf(out, size, "%zu", number);
    if (number % 17 == 0)
        n += snprintf(out + n, size - (size_t)n, "-%0*d", CACHED_TOKEN_BYTES, 0);
    return (size_t)n;
}

/* Whatever is asked for, a slot holds one string within a pass, and a slot that is not new holds the string that was put
 * there. */
static void test_slots_hold_what_was_put_there(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(21));
    struct token_cache c;
    size_t held[SLOTS] = {0}; /* number + 1 */
    assert_true(token_cache_init(&c, SLOTS));
    for (size_t pass = 0; pass < 3000; pass++) {
        bool is_taken[SLOTS] = {[SLOT_BEFORE] = true, [SLOT_AFTER] = true};
        for (size_t i = 0; i < PASS; i++) {
            char text[128];
            bool is_new;
            size_t number = random_below(&r, pass % 2 && random_below(&r, 4) ? 20 : STRINGS);
            size_t n = string_of(text, sizeof text, number);
            uint32_t slot = token_cache_find(&c, token_cache_hash(&c, text, n), text, n, &is_new);
            assert_true(slot >= CACHE_EDGES && slot < SLOTS);
            if (is_new) {
                assert_false(is_taken[slot]);
                held[slot] = number + 1;
            }
            assert_int_equal(held[slot], number + 1);
            is_taken[slot] = true;
        }
        token_cache_next_pass(&c);
        if (pass % 1000 == 999)
            token_cache_empty(&c);
    }
    token_cache_clear(&c);
}

static bool is_known(struct token_cache *c, const char *token)
{
    bool is_new;
    uint64_t hash = token_cache_hash(c, token, strlen(token));
    token_cache_expect(c, hash);
    token_cache_find(c, hash, token, strlen(token), &is_new);
    return !is_new;
}

/* What is asked for again and again outlives any number of tokens that are seen once. */
static void test_frequent_tokens_stay(void **state)
{
    (void)state;
    struct token_cache c;
    assert_true(token_cache_init(&c, SLOTS));
    assert_false(is_known(&c, "the"));
    for (size_t i = 0; i < 10 * SLOTS; i++) {
        char text[128];
        string_of(text, sizeof text, i);
        assert_true(is_known(&c, "the"));
        assert_false(is_known(&c, text));
        token_cache_next_pass(&c);
    }
    assert_false(is_known(&c, "0")); /* it went long ago */
    token_cache_clear(&c);
}

static void test_strings_are_compared_whole(void **state)
{
    (void)state;
    struct token_cache c;
    assert_true(token_cache_init(&c, SLOTS));
    char longest[CACHED_TOKEN_BYTES + 2];
    memset(longest, 'x', sizeof longest);
    longest[CACHED_TOKEN_BYTES] = 0;
    assert_false(is_known(&c, "ab"));
    assert_false(is_known(&c, "abc"));
    assert_false(is_known(&c, "a"));
    assert_true(is_known(&c, "ab"));
    assert_false(is_known(&c, longest));
    assert_true(is_known(&c, longest));
    longest[CACHED_TOKEN_BYTES] = 'x';
    longest[CACHED_TOKEN_BYTES + 1] = 0;
    assert_false(is_known(&c, longest));
    assert_false(is_known(&c, longest)); /* too long to be kept */
    token_cache_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots_hold_what_was_put_there),
        cmocka_unit_test(test_frequent_tokens_stay),
        cmocka_unit_test(test_strings_are_compared_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
