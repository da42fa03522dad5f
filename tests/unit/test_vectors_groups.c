/*
 * Vectors of words that have no row: what they are made of, by hand and by the definition written out; and sets of chosen words.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "learn/word_tables.h"
#include "support/gen.h"
#include "support/tiny_vectors.h"

static size_t compose(float *out, const oriel_vectors *v, const char *word)
{
    size_t n = 99;
    oriel_error err;
    assert_ok(oriel_vectors_compose(v, word, out, &n, &err), err);
    return n;
}

/* One bucket, so all groups have the row (3, -1).  "ab" has two groups, and 2 / sqrt(2) = 1.41421; "abc" five: three of three
 * characters, two of four, and the whole is none; 5 / sqrt(5) = 2.23607. */
static void test_the_sum_of_the_groups_by_the_root_of_their_number(void **state)
{
    (void)state;
    static const float row[] = {3, -1};
    static const double of_two[] = {4.2426407, -1.4142136};
    static const double of_five[] = {6.7082039, -2.2360680};
    oriel_vectors *v = tiny_vectors("ab 7 7\n");
    tiny_groups(v, row, 1, false);
    float x[2];
    assert_int_equal(compose(x, v, "ab"), 2); /* its own row does not count */
    assert_close(&(double){(double)x[0]}, of_two, 1, 1e-6, 0);
    assert_close(&(double){(double)x[1]}, of_two + 1, 1, 1e-6, 0);
    assert_int_equal(compose(x, v, "abc"), 5);
    assert_close(&(double){(double)x[0]}, of_five, 1, 1e-6, 0);
    assert_close(&(double){(double)x[1]}, of_five + 1, 1, 1e-6, 0);
    assert_int_equal(oriel_vectors_letter_groups(v), 1);
    oriel_vectors_free(v);
}

static void test_words_without_groups_have_none(void **state)
{
    (void)state;
    static const float huge[] = {3e38F, 0};
    oriel_vectors *v = tiny_vectors("ab 7 7\n");
    float x[2];
    assert_int_equal(compose(x, v, "abc"), 0);
    assert_int_equal(oriel_vectors_letter_groups(v), 0);
    tiny_groups(v, huge, 1, false);
    assert_int_equal(compose(x, v, ""), 0);
    assert_int_equal(compose(x, v, "a"), 0);
    assert_int_equal(compose(x, v, "\xC3\xA9"), 0);
    assert_int_equal(compose(x, v, "ab\xFF"), 0);
    assert_int_equal(compose(x, v, "abc"), 0); /* the sum is not finite */
    oriel_vectors_free(v);
}

enum { DIM = 3, MOST_BUCKETS = 50, ROUNDS = 300 };

/* Numbers that differ from row to row. */
static void fill(float *rows, size_t n)
{
    for (size_t i = 0; i < n * DIM; i++)
        rows[i] = (float)((i * 2654435761U >> 7) % 1000) / 500 - 1;
}

static void test_words_are_taken_as_training_took_them(void **state)
{
    (void)state;
    float rows[MOST_BUCKETS * DIM], a[DIM], b[DIM];
    fill(rows, MOST_BUCKETS);
    for (int is_lower = 0; is_lower < 2; is_lower++) {
        oriel_vectors *v = tiny_vectors("w 1 2 3\n");
        tiny_groups(v, rows, MOST_BUCKETS, is_lower);
        assert_true(compose(a, v, "Walks") == compose(b, v, "walks"));
        assert_int_equal(memcmp(a, b, sizeof a) == 0, is_lower);
        assert_true(compose(a, v, "caf\xC3\xA9") == compose(b, v, "cafe\xCC\x81"));
        assert_memory_equal(a, b, sizeof a);
        oriel_vectors_free(v);
    }
}

/* ---- the definition written out ---- */

/* 32 characters of one to four bytes. */
static const char *letter(size_t i)
{
    static const char *const letters[] = {"a", "b", "c", "d", "e", "\xC3\xA9", "\xE6\x9D\xB1", "\xF0\x9F\x98\x80"};
    return letters[i % 8];
}

static uint64_t fnv1a(const char *s)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
    return h;
}

/* characters [n] between marks: every run of 3 to 6 of them but the whole, hashed; the mean row times the root of how many. */
static size_t by_definition(double *out, const float *rows, size_t n_buckets, const char *const *characters, size_t n)
{
    size_t n_groups = 0;
    memset(out, 0, DIM * sizeof *out);
    for (size_t begin = 0; begin < n; begin++)
        for (size_t length = 3; length <= 6 && begin + length <= n; length++) {
            char group[32] = "";
            for (size_t i = begin; i < begin + length; i++)
                strcat(group, characters[i]);
            for (size_t k = 0; k < DIM && length < n; k++)
                out[k] += (double)rows[fnv1a(group) % n_buckets * DIM + k];
            n_groups += length < n;
        }
    for (size_t k = 0; k < DIM && n_groups > 0; k++)
        out[k] = out[k] / (double)n_groups * sqrt((double)n_groups);
    return n_groups;
}

static void test_any_word_is_made_as_defined(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(51));
    float rows[MOST_BUCKETS * DIM];
    fill(rows, MOST_BUCKETS);
    for (size_t round = 0; round < ROUNDS; round++) {
        const char *characters[20] = {"\xFE"};
        char word[128] = "";
        size_t n_word = gen_size(&r, 0, 17);
        size_t n_buckets = gen_size(&r, 1, MOST_BUCKETS);
        for (size_t i = 0; i < n_word; i++) {
            characters[i + 1] = letter((size_t)random_below(&r, 8));
            strcat(word, characters[i + 1]);
        }
        characters[n_word + 1] = "\xFF";
        oriel_vectors *v = tiny_vectors("w 1 2 3\n");
        tiny_groups(v, rows, n_buckets, false);
        float found[DIM];
        double expected[DIM];
        size_t n_groups = by_definition(expected, rows, n_buckets, characters, n_word + 2);
        assert_int_equal(compose(found, v, word), n_groups);
        for (size_t k = 0; k < DIM && n_groups > 0; k++)
            assert_close(&(double){(double)found[k]}, &expected[k], 1, 1e-5, 1e-5);
        oriel_vectors_free(v);
    }
}

/* What training gives out for a word of g groups: (own + sum of groups) / sqrt(g + 1), and compose the sum / sqrt(g). */
static void test_a_trained_word_is_its_own_row_and_what_is_composed(void **state)
{
    (void)state;
    const char *path = test_path("text.txt");
    static const char line[] = "a walk walked walking b\xC3\xA4ume\n";
    oriel_vectors_options o;
    oriel_vectors_options_default(&o);
    o.text = &path;
    o.n_text = 1;
    o.min_count = 1;
    o.dim = DIM;
    o.subwords = true;
    o.buckets = 20;
    struct workers *crew = workers_new(1);
    struct text_ids text = {0};
    struct pair_tables t;
    oriel_vectors *v;
    oriel_error err;
    test_write(path, line, sizeof line - 1);
    assert_non_null(crew);
    assert_ok(text_ids_make(&text, &o, crew, &err), err);
    assert_ok(word_tables_make(&t, &text, &o, &err), err);
    assert_ok(word_tables_give(&v, &t, &text, false, &err), err);
    assert_int_equal(oriel_vectors_count(v), 5);
    for (size_t row = 0; row < 5; row++) {
        float x[DIM];
        size_t n = compose(x, v, oriel_vectors_word(v, row));
        for (size_t k = 0; k < DIM; k++) {
            double sum = (double)t.inner[row * t.stride + k] + (n > 0 ? (double)x[k] * sqrt((double)n) : 0);
            double whole = (double)oriel_vectors_row(v, row)[k] * sqrt((double)(n + 1));
            assert_close(&whole, &sum, 1, 1e-5, 1e-6);
        }
    }
    oriel_vectors_free(v);
    pair_tables_clear(&t);
    text_ids_clear(&text);
    workers_free(crew);
}

/* ---- chosen words ---- */

static oriel_vectors *choose(const oriel_vectors *v, const char *words, oriel_words_facts *facts)
{
    oriel_vectors *chosen;
    oriel_error err;
    test_write(test_path("words"), words, strlen(words));
    assert_ok(oriel_vectors_of_words(&chosen, v, test_path("words"), facts, &err), err);
    return chosen;
}

static void test_chosen_words_come_in_their_order(void **state)
{
    (void)state;
    static const float row[] = {3, -1};
    static const char *const expected[] = {"new york", "ab", "East", "west"};
    oriel_vectors *v = tiny_vectors("west 1 2\neast 3 4\n");
    oriel_words_facts facts;
    float x[2];
    tiny_groups(v, row, 1, false);
    oriel_vectors *chosen = choose(v, "new york\nab\nx\nEast\nwest\n", &facts);
    assert_int_equal(facts.n_words, 5);
    assert_int_equal(facts.n_composed, 2);
    assert_int_equal(facts.n_missing, 1);
    assert_int_equal(oriel_vectors_count(chosen), 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(oriel_vectors_word(chosen, i), expected[i]);
    compose(x, v, "new york");
    assert_memory_equal(oriel_vectors_row(chosen, 0), x, sizeof x);
    compose(x, v, "ab");
    assert_memory_equal(oriel_vectors_row(chosen, 1), x, sizeof x);
    assert_memory_equal(oriel_vectors_row(chosen, 2), oriel_vectors_row(v, 1), sizeof x);
    assert_memory_equal(oriel_vectors_row(chosen, 3), oriel_vectors_row(v, 0), sizeof x);
    assert_int_equal(oriel_vectors_letter_groups(chosen), 0);
    oriel_vectors_free(chosen);
    oriel_vectors_free(v);
}

static void test_without_letter_groups_unknown_words_are_left_out(void **state)
{
    (void)state;
    oriel_vectors *v = tiny_vectors("west 1 2\neast 3 4\n");
    oriel_words_facts facts;
    oriel_vectors *chosen = choose(v, "north\neast\n", &facts);
    assert_int_equal(facts.n_missing, 1);
    assert_int_equal(facts.n_composed, 0);
    assert_int_equal(oriel_vectors_count(chosen), 1);
    oriel_vectors_free(chosen);
    oriel_vectors_free(v);
}

static void test_odd_lists_of_words_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        oriel_status status;
        size_t line;
    } wrong[] = {{"a\nb\na\n", ORIEL_EFORMAT, 3},
                 {"a\n\nb\n", ORIEL_EFORMAT, 2},
                 {"a\tb\n", ORIEL_EFORMAT, 1},
                 {"a\n\xFF\n", ORIEL_EENCODING, 2}};
    oriel_vectors *v = tiny_vectors("west 1 2\n");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        oriel_vectors *chosen;
        oriel_words_facts facts;
        oriel_error err;
        test_write(test_path("words"), wrong[i].words, strlen(wrong[i].words));
        assert_int_equal(oriel_vectors_of_words(&chosen, v, test_path("words"), &facts, &err), wrong[i].status);
        assert_int_equal(err.line, wrong[i].line);
        assert_null(chosen);
    }
    oriel_vectors_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_sum_of_the_groups_by_the_root_of_their_number),
        cmocka_unit_test(test_words_without_groups_have_none),
        cmocka_unit_test(test_words_are_taken_as_training_took_them),
        cmocka_unit_test(test_any_word_is_made_as_defined),
        cmocka_unit_test(test_a_trained_word_is_its_own_row_and_what_is_composed),
        cmocka_unit_test(test_chosen_words_come_in_their_order),
        cmocka_unit_test(test_without_letter_groups_unknown_words_are_left_out),
        cmocka_unit_test(test_odd_lists_of_words_are_refused_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
