/*
 * The ids of a text: those of its words by falling count, whether they are found in one reading or two, by any number of threads.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "learn/text_ids.h"

#define END ID_SENTENCE_END

static const char *write_text(const char *name, const char *text, size_t n)
{
    const char *path = test_path(name);
    test_write(path, text, n);
    return path;
}

static oriel_vectors_options options_for(const char *const *text, size_t n_text, size_t min_count)
{
    oriel_vectors_options o;
    oriel_vectors_options_default(&o);
    o.text = text;
    o.n_text = n_text;
    o.min_count = min_count;
    return o;
}

static oriel_status make(struct text_ids *t, const oriel_vectors_options *o, size_t n_threads, oriel_error *err)
{
    struct workers *crew = workers_new(n_threads);
    assert_non_null(crew);
    oriel_status status = text_ids_make(t, o, crew, err);
    workers_free(crew);
    return status;
}

/* Twice, as epochs read them; nothing is behind the last. */
static void assert_ids(struct text_ids *t, const int32_t *expected, size_t n)
{
    oriel_error err;
    for (int time = 0; time < 2; time++) {
        for (size_t i = 0; i <= n; i++) {
            int32_t id;
            assert_ok(text_ids_next(t, &id, &err), err);
            if (id != (i < n ? expected[i] : ID_TEXT_END))
                fail_msg("id %zu of %zu is %d", i, n, id);
        }
        assert_ok(text_ids_rewind(t, &err), err);
    }
    assert_ok(text_ids_go_to(t, n, &err), err);
    assert_int_equal(text_ids_go_to(t, n + 1, &err), ORIEL_EFORMAT);
}

/* a 3, B and b 2, c 1; the second file goes on where the first ends.  A sentence without words that stay is one all the same. */
static void test_ids_are_of_words_by_falling_count(void **state)
{
    (void)state;
    static const char first[] = "b a c a\n\n B b";
    static const char second[] = "c2\na B\n";
    const char *text[] = {write_text("first", first, strlen(first)), write_text("second", second, strlen(second))};
    oriel_vectors_options o = options_for(text, 2, 2);
    oriel_error err;
    struct text_ids t;
    assert_ok(make(&t, &o, 1, &err), err);
    assert_int_equal(t.V, 3);
    assert_int_equal(t.n_tokens, 9);
    assert_int_equal(t.n_words, 7);
    assert_string_equal(vocab_word(t.words, VOCAB_SPECIAL + 2, NULL), "B");
    assert_ids(&t, (const int32_t[]){1, 0, 0, END, 2, 1, END, END, 0, 2, END}, 11);
    text_ids_clear(&t);
}

/* In lower case b 4, a 3, c and c2 1; two may stay, and no more than four are there. */
static void test_no_more_ids_than_may_stay(void **state)
{
    (void)state;
    static const char words[] = "b a c a\nB b\nc2\na B\n";
    const char *text[] = {write_text("words", words, strlen(words))};
    oriel_vectors_options o = options_for(text, 1, 1);
    oriel_error err;
    struct text_ids t;
    o.max_words = 2;
    o.lower_case = true;
    assert_ok(make(&t, &o, 2, &err), err);
    assert_int_equal(t.V, 2);
    assert_int_equal(t.n_words, 7);
    assert_string_equal(vocab_word(t.words, VOCAB_SPECIAL, NULL), "b");
    assert_ids(&t, (const int32_t[]){0, 1, 1, END, 0, 0, END, END, 1, 0, END}, 11);
    text_ids_clear(&t);
}

/* ---- against plain loops ---- */

enum { N_WORDS = 100000, N_FREQUENT = 30, N_IDS = 2 * N_WORDS, MIN_COUNT = 5 };

/* Frequent words are f0, f1, ...; one in four is x with a number of its own. */
struct case_text {
    char *at;
    size_t n;
    int32_t *words; /* [n_ids] the number of a frequent word, N_FREQUENT: another, END */
    size_t n_ids;
};

static void put_word(struct case_text *c, int32_t word)
{
    bool is_rare = word == N_FREQUENT;
    c->words[c->n_ids++] = word;
    c->n += (size_t)sprintf(c->at + c->n, "%c%zu ", is_rare ? 'x' : 'f', is_rare ? c->n_ids : (size_t)word);
}

static struct case_text random_text(struct random *r)
{
    struct case_text c = {.at = malloc(N_WORDS * 10), .words = malloc(N_IDS * sizeof(int32_t))};
    for (size_t i = 0, n_left = 1; i < N_WORDS; i++) {
        bool is_frequent = random_below(r, 4) > 0;
        put_word(&c, is_frequent ? (int32_t)random_below(r, random_below(r, 2) ? N_FREQUENT : 10) : N_FREQUENT);
        if (--n_left > 0 && i + 1 < N_WORDS)
            continue;
        n_left = 1 + random_below(r, random_below(r, 50) > 0 ? 20 : 900);
        c.words[c.n_ids++] = END;
        c.n += (size_t)sprintf(c.at + c.n, "\n");
    }
    return c;
}

/* What a frequent word's id is: how many there are more of, or as many that came before. */
static int32_t rank_of(const uint64_t *counts, const size_t *firsts, int32_t word)
{
    int32_t rank = 0;
    for (size_t k = 0; k < N_FREQUENT; k++)
        rank += counts[k] > counts[word] || (counts[k] == counts[word] && firsts[k] < firsts[word]);
    return rank;
}

/* Puts the ids that are expected in the place of the words. */
static void find_ids(struct case_text *c)
{
    uint64_t counts[N_FREQUENT] = {0};
    size_t firsts[N_FREQUENT];
    size_t n = 0;
    for (size_t i = c->n_ids; i-- > 0;)
        if (c->words[i] >= 0 && c->words[i] < N_FREQUENT) {
            counts[c->words[i]]++;
            firsts[c->words[i]] = i;
        }
    for (size_t k = 0; k < N_FREQUENT; k++)
        assert_true(counts[k] >= MIN_COUNT);
    for (size_t i = 0; i < c->n_ids; i++)
        if (c->words[i] != N_FREQUENT)
            c->words[n++] = c->words[i] == END ? END : rank_of(counts, firsts, c->words[i]);
    c->n_ids = n;
}

/* With room for 200 words there are soon more than 400, and rare ones are forgotten again and again; with room for all none is. */
static void test_one_reading_and_two_give_what_plain_loops_give(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(21));
    struct case_text c = random_text(&r);
    const char *text[] = {write_text("random", c.at, c.n)};
    find_ids(&c);
    for (size_t n_threads = 1; n_threads <= 3; n_threads++)
        for (int forgets = 0; forgets < 2; forgets++) {
            oriel_vectors_options o = options_for(text, 1, MIN_COUNT);
            oriel_error err;
            struct text_ids t;
            o.max_words = forgets ? 200 : N_WORDS;
            assert_ok(make(&t, &o, n_threads, &err), err);
            assert_int_equal(t.V, N_FREQUENT);
            assert_int_equal(t.n_tokens, N_WORDS);
            assert_ids(&t, c.words, c.n_ids);
            text_ids_clear(&t);
        }
    free(c.at);
    free(c.words);
}

/* ---- errors ---- */

/* Of a file that another thread comes to while words of the one before are still counted. */
static void test_a_missing_later_file_is_told(void **state)
{
    (void)state;
    struct random r = random_seeded(22);
    struct case_text c = random_text(&r);
    const char *text[] = {write_text("there", c.at, c.n), test_path("missing")};
    oriel_vectors_options o = options_for(text, 2, 1);
    for (size_t n_threads = 1; n_threads <= 2; n_threads++) {
        oriel_error err;
        struct text_ids t;
        assert_int_equal(make(&t, &o, n_threads, &err), ORIEL_EIO);
        assert_non_null(strstr(err.text, "missing"));
        text_ids_clear(&t);
    }
    free(c.at);
    free(c.words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_are_of_words_by_falling_count),
        cmocka_unit_test(test_no_more_ids_than_may_stay),
        cmocka_unit_test(test_one_reading_and_two_give_what_plain_loops_give),
        cmocka_unit_test(test_a_missing_later_file_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
