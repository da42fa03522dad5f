#include "support/test.h"

#include <stdio.h>

#include "text/vocabulary.h"

static int32_t find(const struct vocab *v, const char *word)
{
    return vocab_find(v, word, strlen(word));
}

static void add(struct vocab *v, const char *word, uint64_t count)
{
    assert_true(vocab_add(v, word, strlen(word), count) >= VOCAB_SPECIAL);
}

static void assert_word(const struct vocab *v, int32_t id, const char *word, uint64_t count)
{
    size_t n;
    assert_string_equal(vocab_word(v, id, &n), word);
    assert_int_equal(n, strlen(word));
    assert_int_equal(vocab_word_count(v, id), count);
}

static void test_empty_vocabulary_has_only_special_rows(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    assert_int_equal(find(v, "a"), -1);
    assert_true(vocab_freeze(v, 1));
    assert_int_equal(vocab_size(v), 7);
    assert_int_equal(find(v, "a"), -1);
    assert_int_equal(find(v, ""), -1);
    for (int32_t id = 0; id < 3; id++)
        assert_word(v, id, "", 0);
    vocab_free(v);
    vocab_free(NULL);
}

static void test_counts_add_up_while_open(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    int32_t first = vocab_add(v, "cat", 3, 1);
    int32_t other = vocab_add(v, "dog", 3, 5);
    assert_int_not_equal(first, other);
    assert_int_equal(vocab_add(v, "cat", 3, 2), first);
    assert_int_equal(find(v, "cat"), first);
    assert_int_equal(vocab_word_count(v, first), 3);
    assert_int_equal(vocab_add(v, "cat", 3, UINT64_MAX), first);
    assert_int_equal(vocab_word_count(v, first), UINT64_MAX);
    assert_int_equal(find(v, "ca"), -1);
    assert_int_equal(find(v, "cats"), -1);
    vocab_free(v);
}

/* b 7, d 7, a 2, c 1: rows 3, 4, 5, 6 by count, b before d because it came first. */
static void test_freezing_orders_by_count_then_arrival(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    add(v, "a", 2);
    add(v, "b", 7);
    add(v, "c", 1);
    add(v, "d", 7);
    assert_true(vocab_freeze(v, 1));
    assert_int_equal(vocab_size(v), 11);
    assert_word(v, 7, "b", 7);
    assert_word(v, 8, "d", 7);
    assert_word(v, 9, "a", 2);
    assert_word(v, 10, "c", 1);
    assert_int_equal(find(v, "d"), 8);
    assert_int_equal(find(v, "c"), 10);
    vocab_free(v);
}

static void test_rare_words_go_kept_ones_stay(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    add(v, "rare", 1);
    add(v, "frequent", 2);
    vocab_keep(v, "kept", 4);
    add(v, "both", 1);
    vocab_keep(v, "both", 4);
    add(v, "zero", 0);
    assert_true(vocab_freeze(v, 2));
    assert_int_equal(vocab_size(v), VOCAB_SPECIAL + 3);
    assert_word(v, 7, "frequent", 2);
    assert_word(v, 8, "both", 1);
    assert_word(v, 9, "kept", 0);
    assert_int_equal(find(v, "rare"), -1);
    assert_int_equal(find(v, "zero"), -1);
    vocab_free(v);
}

/* a 2, b 7, c 1, d 7, e 2: two stay, and e, which is kept. */
static void test_freezing_tells_new_ids(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    add(v, "a", 2);
    add(v, "b", 7);
    add(v, "c", 1);
    add(v, "d", 7);
    vocab_keep(v, "e", 1);
    add(v, "e", 2);
    int32_t ids[VOCAB_SPECIAL + 5];
    static const int32_t expected[] = {0, 1, 2, 3, 4, 5, 6, -1, 7, -1, 8, 9};
    assert_true(vocab_freeze_most(v, 2, 3, ids));
    assert_int_equal(vocab_size(v), VOCAB_SPECIAL + 3);
    assert_memory_equal(ids, expected, sizeof ids);
    vocab_free(v);
}

static void test_a_minimum_of_zero_keeps_all(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    add(v, "zero", 0);
    assert_true(vocab_freeze(v, 0));
    assert_int_equal(find(v, "zero"), 7);
    vocab_free(v);
}

/* Word i is the decimal spelling of i, counted 100000 - i times: frozen, its row is i + 3. */
static void test_many_words_are_all_found(void **state)
{
    (void)state;
    enum { N = 50000 };
    struct vocab *v = vocab_new();
    char word[16];
    for (int k = 0; k < N; k++) {
        int i = (int)((long)k * 7919 % N); /* 7919 is prime: every i once, mixed up */
        snprintf(word, sizeof word, "%d", i);
        add(v, word, (uint64_t)(100000 - i));
    }
    for (int is_frozen = 0; is_frozen < 2; is_frozen++) {
        for (int i = 0; i < N; i++) {
            snprintf(word, sizeof word, "%d", i);
            int32_t id = find(v, word);
            assert_true(id >= VOCAB_SPECIAL);
            if (is_frozen)
                assert_int_equal(id, i + VOCAB_SPECIAL);
            assert_word(v, id, word, (uint64_t)(100000 - i));
        }
        assert_int_equal(find(v, "50000"), -1);
        assert_true(is_frozen || vocab_freeze(v, 1));
    }
    assert_int_equal(vocab_size(v), N + VOCAB_SPECIAL);
    vocab_free(v);
}

/* XXH3-64 of these two agrees in its upper 32 bits and in the lowest 6: same slot of the smallest table, same mark. */
static void test_words_of_one_hash_are_told_apart(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    add(v, "w2820790", 2);
    assert_int_equal(find(v, "w5082777"), -1);
    add(v, "w5082777", 1);
    assert_true(vocab_freeze(v, 1));
    assert_int_equal(find(v, "w2820790"), 7);
    assert_int_equal(find(v, "w5082777"), 8);
    vocab_free(v);
}

/* ---- look-up ---- */

struct look_up {
    const char *token, *word; /* NULL: unknown */
    int32_t unknown;          /* row of a token without a word */
};

static void test_forms_are_tried_in_turn(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    add(v, "Apple", 1);
    add(v, "apple", 1);
    add(v, "pear", 1);
    add(v, "caf\xC3\xA9", 1);
    add(v, "0000", 1);
    add(v, "1984", 1);
    add(v, "b00", 1);
    add(v, "B-52", 1);
    add(v, "\xD0\xBC\xD0\xB8\xD1\x80", 1);
    assert_true(vocab_freeze(v, 1));
    static const struct look_up table[] = {
        {"Apple", "Apple", 0}, /* exact, though the lower-case form is known too */
        {"apple", "apple", 0},
        {"APPLE", "apple", 0},
        {"Pear", "pear", 0},
        {"cafe\xCC\x81", "caf\xC3\xA9", 0},                          /* by NFC */
        {"CAFE\xCC\x81", "caf\xC3\xA9", 0},                          /* by NFC, then lower case */
        {"\xD0\x9C\xD0\x98\xD0\xA0", "\xD0\xBC\xD0\xB8\xD1\x80", 0}, /* Cyrillic */
        {"1984", "1984", 0},
        {"2024", "0000", 0},
        {"\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4", "0000", 0},
        {"B47", "b00", 0}, /* lower case first, digits then */
        {"B-52", "B-52", 0},
        {"b-52", NULL, VOCAB_UNKNOWN_DIGIT}, /* there is no upper-casing */
        {"appl", NULL, VOCAB_UNKNOWN},
        {"Appl", NULL, VOCAB_UNKNOWN_CAPITAL},
        {"ApPL", NULL, VOCAB_UNKNOWN_CAPITAL},
        {"A", NULL, VOCAB_UNKNOWN_CAPITAL},
        {"APPL", NULL, VOCAB_UNKNOWN_UPPER},
        {"A.P.", NULL, VOCAB_UNKNOWN_UPPER},
        {"iPod", NULL, VOCAB_UNKNOWN},
        {"\xD0\x9C\xD0\xB8", NULL, VOCAB_UNKNOWN_CAPITAL},
        {"\xD0\x9C\xD0\x98", NULL, VOCAB_UNKNOWN_UPPER},
        {"\xE4\xB8\xAD", NULL, VOCAB_UNKNOWN}, /* a letter without case */
        {"B7x", NULL, VOCAB_UNKNOWN_DIGIT},
        {"--", NULL, VOCAB_UNKNOWN_SYMBOL},
        {"12345", NULL, VOCAB_UNKNOWN_DIGIT},
        {"", NULL, VOCAB_UNKNOWN_SYMBOL},
    };
    struct vocab_scratch scratch = {0};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int32_t id = vocab_look_up(v, &scratch, table[i].token, strlen(table[i].token));
        int32_t expected = table[i].word ? find(v, table[i].word) : table[i].unknown;
        if (id != expected || expected < 0)
            fail_msg("\"%s\" gives %d, expected %d", table[i].token, id, expected);
    }
    vocab_scratch_clear(&scratch);
    vocab_free(v);
}

static void test_rare_words_pass_their_counts_to_the_next_form(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    add(v, "Rare", 1);
    add(v, "RARE", 1);
    add(v, "Common", 2);
    add(v, "1984", 1);
    add(v, "1985", 1);
    add(v, "B12", 1);
    add(v, "b13", 1);
    assert_true(vocab_pass_on_rare(v, 2));
    assert_true(vocab_freeze(v, 2));
    static const struct {
        const char *word;
        uint64_t count;
    } kept[] = {{"rare", 2}, {"Common", 2}, {"0000", 2}, {"b00", 2}};
    assert_int_equal(vocab_size(v), VOCAB_SPECIAL + 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(vocab_word_count(v, find(v, kept[i].word)), kept[i].count);
    vocab_free(v);
}

/* ---- stored form ---- */

static const uint64_t STORED_ENDS[] = {3, 4, 6};
static const uint64_t STORED_COUNTS[] = {5, 1, 9};

static void test_stored_words_keep_their_order(void **state)
{
    (void)state;
    struct vocab *v;
    oriel_error err;
    assert_ok(vocab_from_stored(&v, "thea\xC3\xA9", 6, STORED_ENDS, STORED_COUNTS, 3, &err), err);
    assert_int_equal(vocab_size(v), 10);
    assert_word(v, 7, "the", 5);
    assert_word(v, 8, "a", 1);
    assert_word(v, 9, "\xC3\xA9", 9);
    assert_int_equal(find(v, "a"), 8);
    vocab_free(v);
    assert_ok(vocab_from_stored(&v, "thea\xC3\xA9", 6, STORED_ENDS, NULL, 3, &err), err);
    assert_word(v, 7, "the", 0);
    vocab_free(v);
    assert_ok(vocab_from_stored(&v, NULL, 0, NULL, NULL, 0, &err), err);
    assert_int_equal(vocab_size(v), 7);
    vocab_free(v);
}

static void refuse(const char *strings, size_t n_bytes, const uint64_t *ends, size_t n_words)
{
    struct vocab *v = (struct vocab *)-1;
    oriel_error err;
    assert_int_equal(vocab_from_stored(&v, strings, n_bytes, ends, NULL, n_words, &err), ORIEL_EFORMAT);
    assert_null(v);
    assert_non_null(strstr(err.text, "vocabulary: "));
}

static void test_damaged_stored_words_are_refused(void **state)
{
    (void)state;
    refuse("abcdef", 6, (const uint64_t[]){3, 2, 6}, 3);          /* goes back */
    refuse("abcdef", 6, (const uint64_t[]){3, 4, 5}, 3);          /* ends too early */
    refuse("abcdef", 6, (const uint64_t[]){3, 4, 7}, 3);          /* too late */
    refuse("abcdef", 6, (const uint64_t[]){3, UINT64_MAX, 6}, 3); /* wraps */
    refuse("abcabc", 6, (const uint64_t[]){3, 6}, 2);             /* twice */
    refuse("a\xC3\xA9", 3, (const uint64_t[]){2, 3}, 2);          /* a character cut in two */
    refuse("a\xFF", 2, (const uint64_t[]){1, 2}, 2);              /* not UTF-8 */
    refuse("a\0b", 3, (const uint64_t[]){3}, 1);                  /* NUL */
    refuse("abcdef", 6, NULL, 0);                                 /* no words for the bytes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_vocabulary_has_only_special_rows),
        cmocka_unit_test(test_counts_add_up_while_open),
        cmocka_unit_test(test_freezing_orders_by_count_then_arrival),
        cmocka_unit_test(test_rare_words_go_kept_ones_stay),
        cmocka_unit_test(test_freezing_tells_new_ids),
        cmocka_unit_test(test_a_minimum_of_zero_keeps_all),
        cmocka_unit_test(test_many_words_are_all_found),
        cmocka_unit_test(test_words_of_one_hash_are_told_apart),
        cmocka_unit_test(test_forms_are_tried_in_turn),
        cmocka_unit_test(test_rare_words_pass_their_counts_to_the_next_form),
        cmocka_unit_test(test_stored_words_keep_their_order),
        cmocka_unit_test(test_damaged_stored_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
