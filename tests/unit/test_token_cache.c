/*
 * The cache of tokens against a list that remembers everything.
 */
#include "support/test.h"

#include <stdio.h>

#include "base/random.h"
#include "model/token_cache.h"

enum { ASKERS = 3, PASS = 16, SLOTS = ASKERS * PASS + CACHE_EDGES, STRINGS = 400 };

/* A string for each number, some of them longer than what is kept. */
static size_t string_of(char *out, size_t size, size_t number)
{
    int n = snprintf(out, size, "%zu", number);
    if (number % 17 == 0)
        n += snprintf(out + n, size - (size_t)n, "-%0*d", CACHED_TOKEN_BYTES, 0);
    return (size_t)n;
}

struct asker {
    uint32_t slots[PASS];
    size_t numbers[PASS]; /* of the strings that the slots are for */
    size_t n;
};

static uint32_t ask(struct token_cache *c, uint16_t asker, const char *text, size_t n, bool *is_new)
{
    token_cache_lock(c);
    uint32_t slot = token_cache_find(c, asker, token_cache_hash(c, text, n), text, n, is_new);
    token_cache_unlock(c);
    return slot;
}

/* Whose slots hold what: of each slot the string that was put there last (number + 1), and the asker who may look at it. */
struct witness {
    size_t held[SLOTS];
    size_t filler[SLOTS]; /* asker + 1; 0: all may look */
};

static void ask_for_one(struct token_cache *c, struct witness *w, struct asker *askers, size_t who, size_t number)
{
    struct asker *a = &askers[who];
    char text[128];
    bool is_new;
    size_t n = string_of(text, sizeof text, number);
    uint32_t slot = ask(c, (uint16_t)(who + 1), text, n, &is_new);
    assert_true(slot >= CACHE_EDGES && slot < SLOTS);
    if (is_new) {
        for (size_t k = 0; k < ASKERS; k++)
            for (size_t i = 0; i < askers[k].n; i++)
                assert_int_not_equal(askers[k].slots[i], slot);
        w->held[slot] = number + 1;
        w->filler[slot] = who + 1;
    }
    assert_int_equal(w->held[slot], number + 1);
    assert_true(w->filler[slot] == 0 || w->filler[slot] == who + 1);
    a->slots[a->n] = slot;
    a->numbers[a->n++] = number;
}

/* What is given back unfilled may not be met again: it holds what no string has. */
static void give_back(struct token_cache *c, struct witness *w, struct asker *a, size_t who, bool is_filled)
{
    for (size_t i = 0; i < a->n; i++) {
        uint32_t slot = a->slots[i];
        assert_int_equal(w->held[slot], a->numbers[i] + 1);
    }
    for (size_t i = 0; i < a->n; i++) {
        uint32_t slot = a->slots[i];
        if (w->filler[slot] != who + 1)
            continue;
        w->held[slot] = is_filled ? w->held[slot] : STRINGS + 1;
        w->filler[slot] = 0;
    }
    token_cache_release(c, (uint16_t)(who + 1), a->slots, a->n, is_filled);
    a->n = 0;
}

/* Passes of several askers, one in another, some of which fail: while a pass goes on its slots hold its strings, and a slot that is
 * not new holds the string that was put there, by somebody who is done with it. */
static void test_slots_hold_what_was_put_there(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(21));
    struct token_cache c;
    struct asker askers[ASKERS] = {0};
    struct witness w = {0};
    assert_true(token_cache_init(&c, 1, 1, ASKERS * PASS));
    assert_int_equal(c.n_slots, SLOTS);
    for (size_t step = 0; step < 200000; step++) {
        size_t who = random_below(&r, ASKERS);
        if (askers[who].n < PASS && random_below(&r, 20))
            ask_for_one(&c, &w, askers, who, random_below(&r, step / 1000 % 2 && random_below(&r, 4) ? 20 : STRINGS));
        else
            give_back(&c, &w, &askers[who], who, random_below(&r, 10) > 0);
    }
    token_cache_clear(&c);
}

static bool is_known(struct token_cache *c, const char *token)
{
    bool is_new;
    token_cache_expect(c, token_cache_hash(c, token, strlen(token)));
    uint32_t slot = ask(c, 1, token, strlen(token), &is_new);
    token_cache_release(c, 1, &slot, 1, true);
    return !is_new;
}

/* A new token is its asker's alone until he is done with it, and nobody's if he fails. */
static void test_a_promised_slot_is_not_seen(void **state)
{
    (void)state;
    struct token_cache c;
    bool is_new;
    assert_true(token_cache_init(&c, 1, 1, ASKERS * PASS));
    uint32_t first = ask(&c, 1, "Ada", 3, &is_new);
    assert_true(is_new);
    uint32_t other = ask(&c, 2, "Ada", 3, &is_new);
    assert_true(is_new && other != first);
    assert_int_equal(ask(&c, 1, "Ada", 3, &is_new), first);
    assert_false(is_new);
    uint32_t of_first[] = {first, SLOT_BEFORE, first};
    token_cache_release(&c, 1, of_first, 3, true);
    assert_int_equal(ask(&c, 2, "Ada", 3, &is_new), first);
    assert_false(is_new);
    uint32_t third = ask(&c, 3, "Bob", 3, &is_new);
    token_cache_release(&c, 3, &third, 1, false);
    assert_false(is_known(&c, "Bob"));
    assert_true(is_known(&c, "Bob"));
    token_cache_clear(&c);
}

/* What is asked for again and again outlives any number of tokens that are seen once. */
static void test_frequent_tokens_stay(void **state)
{
    (void)state;
    struct token_cache c;
    assert_true(token_cache_init(&c, 1, 1, SLOTS));
    assert_false(is_known(&c, "the"));
    for (size_t i = 0; i < 10 * SLOTS; i++) {
        char text[128];
        string_of(text, sizeof text, i);
        assert_true(is_known(&c, "the"));
        assert_false(is_known(&c, text));
    }
    assert_false(is_known(&c, "0")); /* it went long ago */
    token_cache_clear(&c);
}

static void test_strings_are_compared_whole(void **state)
{
    (void)state;
    struct token_cache c;
    assert_true(token_cache_init(&c, 1, 1, SLOTS));
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
        cmocka_unit_test(test_a_promised_slot_is_not_seen),
        cmocka_unit_test(test_frequent_tokens_stay),
        cmocka_unit_test(test_strings_are_compared_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
