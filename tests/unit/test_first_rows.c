/*
 * First rows of words, arranged inside the vectors' own block, against the plain way: one row after the other into a new
 * table.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "learn/first_rows.h"
#include "model/vectors.h"
#include "support/gen.h"
#include "support/tiny_vectors.h"

enum { DIM = 3, ROUNDS = 300, MOST_WORDS = 40, N_STRINGS = 60 };

static const double BOUND = 0.25;

/* "w0", "W1", "w2", ...: every other with a capital, so that some are found by their lower-case forms alone. */
static const char *string_of(size_t i)
{
    static char text[32];
    snprintf(text, sizeof text, "%c%zu", i % 2 ? 'W' : 'w', i / 2);
    return text;
}

static void add(struct vocab *v, const char *word, uint64_t count)
{
    assert_true((count > 0 ? vocab_add(v, word, strlen(word), count) : vocab_keep(v, word, strlen(word))) >= 0);
}

/* A set of some of the strings in any order; its row i is 100 i, 100 i + 1, ... */
static oriel_vectors *draw_vectors(struct random *r, int32_t *order, size_t n)
{
    struct vocab *words = vocab_new();
    float *rows = mem_alloc(n * DIM, sizeof *rows);
    oriel_vectors *v;
    oriel_error err;
    random_shuffle(r, order, N_STRINGS);
    for (size_t i = 0; i < n; i++)
        add(words, string_of((size_t)order[i]), 0);
    assert_true(vocab_freeze(words, 1));
    for (size_t i = 0; i < n * DIM; i++)
        rows[i] = (float)(100 * (i / DIM) + i % DIM);
    assert_ok(vectors_from_parts(&v, words, rows, DIM, &err), err);
    return v;
}

/* Words as training has them: some that were seen, with counts, and behind them the first n_kept of the vectors. */
static struct vocab *draw_words(struct random *r, const oriel_vectors *v, size_t n_kept)
{
    struct vocab *words = vocab_new();
    size_t n_seen = gen_size(r, 0, MOST_WORDS);
    for (size_t i = 0; i < n_seen; i++)
        add(words, string_of((size_t)random_below(r, N_STRINGS)), 1 + random_below(r, 5));
    for (size_t i = 0; i < n_kept; i++)
        add(words, oriel_vectors_word(v, i), 0);
    assert_true(vocab_freeze(words, 1));
    return words;
}

static real *plain_rows(const struct vocab *words, const oriel_vectors *v, struct random r)
{
    size_t n_rows = vocab_size(words);
    real *rows = calloc(n_rows * DIM, sizeof *rows);
    for (size_t id = 0; id < n_rows; id++) {
        const char *word = vocab_word(words, (int32_t)id, NULL);
        size_t row = *word ? oriel_vectors_find(v, word) : SIZE_MAX;
        size_t n_groups = 0;
        if (row == SIZE_MAX && *word)
            assert_int_equal(oriel_vectors_compose(v, word, rows + id * DIM, &n_groups, NULL), ORIEL_OK);
        if (row == SIZE_MAX && n_groups == 0)
            random_row(rows + id * DIM, DIM, BOUND, &r);
        else if (row != SIZE_MAX)
            for (size_t i = 0; i < DIM; i++)
                rows[id * DIM + i] = (real)oriel_vectors_row(v, row)[i];
    }
    return rows;
}

/* "w0" has two groups, "w10" five. */
static void check_rounds(bool has_groups)
{
    static const float group_rows[4 * DIM] = {1, 2, 3, -1, 0.5F, 0, 7, 8, 9, 0.1F, 0.2F, 0.3F};
    struct random r = random_seeded(test_seed(40));
    int32_t order[N_STRINGS];
    for (size_t i = 0; i < N_STRINGS; i++)
        order[i] = (int32_t)i;
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t n_vectors = gen_size(&r, 1, N_STRINGS);
        oriel_vectors *v = draw_vectors(&r, order, n_vectors);
        if (has_groups)
            tiny_groups(v, group_rows, 4, round % 3 == 0);
        struct vocab *words = draw_words(&r, v, round % 2 ? n_vectors : gen_size(&r, 0, n_vectors));
        struct table t = {.rows = vocab_size(words), .width = DIM};
        struct random same = random_seeded(round);
        real *expected = plain_rows(words, v, same);
        assert_true(first_word_rows(&t, words, v, BOUND, &same));
        assert_memory_equal(t.at, expected, t.rows * DIM * sizeof *expected);
        free(expected);
        mem_free(t.at);
        vocab_free(words);
        oriel_vectors_free(v);
    }
}

static void test_rows_are_those_of_the_plain_way(void **state)
{
    (void)state;
    check_rounds(false);
}

static void test_words_without_a_vector_begin_with_one_of_their_letter_groups(void **state)
{
    (void)state;
    check_rounds(true);
}

static void test_without_vectors_all_rows_are_random_within_the_bound(void **state)
{
    (void)state;
    struct vocab *words = vocab_new();
    add(words, "a", 1);
    assert_true(vocab_freeze(words, 1));
    struct table t = {.rows = vocab_size(words), .width = DIM};
    struct random r = random_seeded(1);
    assert_true(first_word_rows(&t, words, NULL, BOUND, &r));
    for (size_t i = 0; i < t.rows * DIM; i++)
        assert_true(t.at[i] != 0 && (double)t.at[i] <= BOUND && (double)t.at[i] >= -BOUND);
    mem_free(t.at);
    vocab_free(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_those_of_the_plain_way),
        cmocka_unit_test(test_words_without_a_vector_begin_with_one_of_their_letter_groups),
        cmocka_unit_test(test_without_vectors_all_rows_are_random_within_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
