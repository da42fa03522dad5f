#include "support/test.h"

#include <stdlib.h>

#include "net/tables.h"
#include "support/gen.h"
#include "support/scatter.h"

/* Three channels: a word row of width 2, one value of width 1, several values of width 3.  All numbers are small multiples
 * of powers of two, so that sums and means of two or four are exact. */
enum { K = 3, D = 6, WORDS = 5, TOKENS = 4 };

static real words[WORDS * 2] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static real values[2] = {-1, -2};
static real grams[4 * 3] = {16, 32, 64, 0, 16, 32, 48, 0, 16, 16, 16, 16};

static const struct tables tables = {.table = {{.at = words, .rows = WORDS, .width = 2},
                                               {.at = values, .rows = 2, .width = 1},
                                               {.at = grams, .rows = 4, .width = 3}},
                                     .n = K,
                                     .width = D};

/* token 0: word 0, value 1, gram 0;  1: word 1, value 0, grams 0 and 1;  2: word 0, value 0, grams 0, 1, 2, 3;
 * 3: word 2, value 1, gram 3 twice. */
static int32_t token_parts[] = {0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 2, 3, 2, 1, 3, 3};
static size_t token_starts[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 14, 15, 17};
static const struct token_ids tokens_of = {token_parts, token_starts, TOKENS};
static const int32_t unknown[TOKENS] = {3, 4, 3, 4};

static void assert_rows(const real *found, const double *expected, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((double)found[i] != expected[i])
            fail_msg("number %zu is %g, should be %g", i, (double)found[i], expected[i]);
}

/* The gradient of one row of a table; NULL: the row was not touched.  What the sums say of themselves must fit. */
static const real *gradient_of(const struct row_sums *s, size_t width, int32_t row)
{
    int32_t slot = s->slot_of[row];
    if (slot < 0)
        return NULL;
    assert_true((size_t)slot < s->n);
    assert_int_equal(s->touched[slot], row);
    return s->sums + (size_t)slot * width;
}

/* ---- gather ---- */

static void test_a_tokens_row_is_its_channels_side_by_side(void **state)
{
    (void)state;
    static const int32_t tokens[] = {0};
    static const double expected[D] = {1, 2, -2, 16, 32, 64};
    real rows[D];
    tables_gather(rows, &tables, &tokens_of, tokens, 1, NULL);
    assert_rows(rows, expected, D);
}

static void test_several_values_of_a_channel_give_their_mean(void **state)
{
    (void)state;
    static const int32_t tokens[] = {1, 2, 3};
    static const double expected[3 * D] = {3, 4, -1, 8,  24, 48, /* (16 + 0)/2, (32 + 16)/2, (64 + 32)/2 */
                                           1, 2, -1, 20, 16, 32, /* a quarter of 80, 64, 128 */
                                           5, 6, -2, 16, 16, 16};
    real rows[3 * D];
    tables_gather(rows, &tables, &tokens_of, tokens, 3, NULL);
    assert_rows(rows, expected, 3 * D);
}

static void test_tokens_come_in_the_order_asked_for(void **state)
{
    (void)state;
    static const int32_t tokens[] = {3, 0, 3};
    static const double expected[3 * D] = {5, 6, -2, 16, 16, 16, 1, 2, -2, 16, 32, 64, 5, 6, -2, 16, 16, 16};
    real rows[3 * D + 1];
    rows[3 * D] = 77;
    tables_gather(rows, &tables, &tokens_of, tokens, 3, NULL);
    assert_rows(rows, expected, 3 * D);
    assert_true(rows[3 * D] == 77);
}

/* Only the word is replaced, only where it is asked for, and by the unknown row of that token. */
static void test_unknown_words_keep_their_other_channels(void **state)
{
    (void)state;
    static const int32_t tokens[] = {0, 1, 0, 3};
    static const uint32_t dropped[] = {1, 0, 0, 1};
    struct left_out out = {.channels = dropped, .unknown = unknown};
    static const double expected[4 * D] = {7, 8, -2, 16, 32, 64, 3, 4,  -1, 8,  24, 48,
                                           1, 2, -2, 16, 32, 64, 9, 10, -2, 16, 16, 16};
    real rows[4 * D];
    tables_gather(rows, &tables, &tokens_of, tokens, 4, &out);
    assert_rows(rows, expected, 4 * D);
}

/* Of another channel, row 0 stands for all values that the token has; its gradient goes there. */
static void test_values_that_are_left_out_have_row_zero(void **state)
{
    (void)state;
    static const int32_t tokens[] = {1, 3};
    static const uint32_t dropped[] = {4, 2 + 4};
    struct left_out out = {.channels = dropped, .unknown = unknown};
    static const double expected[2 * D] = {3, 4, -1, 16, 32, 64, 5, 6, -1, 16, 32, 64};
    real rows[2 * D];
    tables_gather(rows, &tables, &tokens_of, tokens, 2, &out);
    assert_rows(rows, expected, 2 * D);
    struct table_sums sums;
    assert_true(table_sums_init(&sums, &tables));
    assert_true(tables_scatter(&sums, &tables, &tokens_of, tokens, 2, &out, rows));
    assert_rows(gradient_of(&sums.of[1], 1, 0), (const double[]){-2}, 1);
    assert_null(gradient_of(&sums.of[1], 1, 1));
    assert_rows(gradient_of(&sums.of[2], 3, 0), (const double[]){32, 64, 128}, 3);
    assert_null(gradient_of(&sums.of[2], 3, 1));
    assert_null(gradient_of(&sums.of[2], 3, 3));
    table_sums_clear(&sums);
}

/* ---- scatter ---- */

static void test_untouched_rows_are_not_listed(void **state)
{
    (void)state;
    static const int32_t tokens[] = {1};
    static const real d_rows[D] = {1, 2, 3, 4, 8, 16};
    struct table_sums sums;
    assert_true(table_sums_init(&sums, &tables));
    assert_true(tables_scatter(&sums, &tables, &tokens_of, tokens, 1, NULL, d_rows));
    assert_int_equal(sums.of[0].n, 1);
    assert_int_equal(sums.of[1].n, 1);
    assert_int_equal(sums.of[2].n, 2);
    for (int32_t row = 0; row < WORDS; row++)
        assert_true((gradient_of(&sums.of[0], 2, row) != NULL) == (row == 1));
    assert_rows(gradient_of(&sums.of[0], 2, 1), (const double[]){1, 2}, 2);
    assert_rows(gradient_of(&sums.of[1], 1, 0), (const double[]){3}, 1);
    assert_null(gradient_of(&sums.of[1], 1, 1));
    assert_rows(gradient_of(&sums.of[2], 3, 0), (const double[]){2, 4, 8}, 3); /* half each */
    assert_rows(gradient_of(&sums.of[2], 3, 1), (const double[]){2, 4, 8}, 3);
    assert_null(gradient_of(&sums.of[2], 3, 2));
    table_sums_clear(&sums);
}

static void test_a_row_in_several_tokens_gets_the_sum_of_its_shares(void **state)
{
    (void)state;
    static const int32_t tokens[] = {0, 2, 1, 0};
    static const real d_rows[4 * D] = {1,   2,   4,   8,  8,  8,  10,  20,  40,  16, 32, 64,
                                       100, 200, 400, 80, 40, 20, 300, 600, 900, 1,  2,  3};
    struct table_sums sums;
    assert_true(table_sums_init(&sums, &tables));
    assert_true(tables_scatter(&sums, &tables, &tokens_of, tokens, 4, NULL, d_rows));
    assert_rows(gradient_of(&sums.of[0], 2, 0), (const double[]){1 + 10 + 300, 2 + 20 + 600}, 2);
    assert_rows(gradient_of(&sums.of[0], 2, 1), (const double[]){100, 200}, 2);
    assert_rows(gradient_of(&sums.of[1], 1, 1), (const double[]){4 + 900}, 1);
    assert_rows(gradient_of(&sums.of[1], 1, 0), (const double[]){40 + 400}, 1);
    assert_rows(gradient_of(&sums.of[2], 3, 0), (const double[]){8 + 4 + 40 + 1, 8 + 8 + 20 + 2, 8 + 16 + 10 + 3}, 3);
    assert_rows(gradient_of(&sums.of[2], 3, 1), (const double[]){4 + 40, 8 + 20, 16 + 10}, 3);
    assert_rows(gradient_of(&sums.of[2], 3, 2), (const double[]){4, 8, 16}, 3);
    assert_rows(gradient_of(&sums.of[2], 3, 3), (const double[]){4, 8, 16}, 3);
    assert_int_equal(sums.of[2].n, 4);
    table_sums_clear(&sums);
}

static void test_a_value_twice_in_a_token_gets_both_shares(void **state)
{
    (void)state;
    static const int32_t tokens[] = {3};
    static const real d_rows[D] = {1, 1, 1, 4, 8, 16};
    struct table_sums sums;
    assert_true(table_sums_init(&sums, &tables));
    assert_true(tables_scatter(&sums, &tables, &tokens_of, tokens, 1, NULL, d_rows));
    assert_int_equal(sums.of[2].n, 1);
    assert_rows(gradient_of(&sums.of[2], 3, 3), (const double[]){4, 8, 16}, 3);
    table_sums_clear(&sums);
}

static void test_gradients_of_unknown_words_go_to_the_unknown_row(void **state)
{
    (void)state;
    static const int32_t tokens[] = {0, 1, 2};
    static const uint32_t dropped[] = {1, 0, 1};
    struct left_out out = {.channels = dropped, .unknown = unknown};
    static const real d_rows[3 * D] = {1, 2, 4, 0, 0, 0, 10, 20, 40, 0, 0, 0, 100, 200, 400, 0, 0, 0};
    struct table_sums sums;
    assert_true(table_sums_init(&sums, &tables));
    assert_true(tables_scatter(&sums, &tables, &tokens_of, tokens, 3, &out, d_rows));
    assert_int_equal(sums.of[0].n, 2);
    assert_null(gradient_of(&sums.of[0], 2, 0));
    assert_rows(gradient_of(&sums.of[0], 2, 1), (const double[]){10, 20}, 2);
    assert_rows(gradient_of(&sums.of[0], 2, 3), (const double[]){101, 202}, 2);
    assert_rows(gradient_of(&sums.of[1], 1, 1), (const double[]){4}, 1); /* other channels as ever */
    table_sums_clear(&sums);
}

/* The second batch shares row 0 of the words with the first, leaves rows that the first touched, and is repeated. */
static void test_a_batch_forgets_the_one_before(void **state)
{
    (void)state;
    static const int32_t first[] = {0, 1, 3};
    static const int32_t second[] = {2};
    static const real big[3 * D] = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000,
                                    1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    static const real small[D] = {1, 2, 3, 4, 8, 12};
    struct table_sums sums;
    assert_true(table_sums_init(&sums, &tables));
    for (int round = 0; round < 3; round++) {
        assert_true(tables_scatter(&sums, &tables, &tokens_of, first, 3, NULL, big));
        assert_true(tables_scatter(&sums, &tables, &tokens_of, second, 1, NULL, small));
        assert_int_equal(sums.of[0].n, 1);
        assert_rows(gradient_of(&sums.of[0], 2, 0), (const double[]){1, 2}, 2);
        for (int32_t row = 1; row < WORDS; row++)
            assert_null(gradient_of(&sums.of[0], 2, row));
        assert_null(gradient_of(&sums.of[1], 1, 1));
        for (int32_t row = 0; row < 4; row++)
            assert_rows(gradient_of(&sums.of[2], 3, row), (const double[]){1, 2, 3}, 3);
    }
    assert_true(tables_scatter(&sums, &tables, &tokens_of, second, 0, NULL, small));
    for (size_t k = 0; k < K; k++)
        assert_int_equal(sums.of[k].n, 0);
    table_sums_clear(&sums);
    table_sums_clear(&sums);
}

/* Gathering is linear in the tables and scattering is its transpose: Σ rows d_rows = Σ_k Σ table_k gradient_k.  Enough
 * rows that the sums move in memory while they grow. */
static void test_scatter_is_the_transpose_of_gather(void **state)
{
    (void)state;
    enum { ROWS = 300, BATCH = 500, PARTS = 3 };
    struct random r = random_seeded(test_seed(3));
    real *table = malloc(ROWS * 2 * sizeof *table);
    int32_t *parts = malloc(ROWS * PARTS * sizeof *parts);
    size_t *starts = malloc((ROWS + 1) * sizeof *starts);
    int32_t *tokens = malloc(BATCH * sizeof *tokens);
    real *rows = malloc(BATCH * 2 * 2 * sizeof *rows);
    assert_true(table && parts && starts && tokens && rows);
    struct tables one = {.table = {{.at = table, .rows = ROWS, .width = 2}}, .n = 1, .width = 2};
    struct token_ids made_of = {parts, starts, ROWS};
    gen_reals(&r, table, ROWS * 2, -1, 1);
    gen_reals(&r, rows + BATCH * 2, BATCH * 2, -1, 1);
    starts[0] = 0;
    for (size_t i = 0; i < ROWS; i++)
        starts[i + 1] = starts[i] + gen_size(&r, 1, PARTS);
    for (size_t i = 0; i < starts[ROWS]; i++)
        parts[i] = (int32_t)random_below(&r, ROWS);
    for (size_t i = 0; i < BATCH; i++)
        tokens[i] = (int32_t)random_below(&r, ROWS);
    struct table_sums sums;
    double forward = 0;
    double back = 0;
    assert_true(table_sums_init(&sums, &one));
    tables_gather(rows, &one, &made_of, tokens, BATCH, NULL);
    assert_true(tables_scatter(&sums, &one, &made_of, tokens, BATCH, NULL, rows + BATCH * 2));
    for (size_t i = 0; i < BATCH * 2; i++)
        forward += (double)rows[i] * (double)rows[BATCH * 2 + i];
    for (size_t i = 0; i < sums.of[0].n * 2; i++)
        back += (double)sums.of[0].sums[i] * (double)table[(size_t)sums.of[0].touched[i / 2] * 2 + i % 2];
    assert_close(&forward, &back, 1, 0, 1e-4);
    table_sums_clear(&sums);
    free(table);
    free(parts);
    free(starts);
    free(tokens);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tokens_row_is_its_channels_side_by_side),
        cmocka_unit_test(test_several_values_of_a_channel_give_their_mean),
        cmocka_unit_test(test_tokens_come_in_the_order_asked_for),
        cmocka_unit_test(test_unknown_words_keep_their_other_channels),
        cmocka_unit_test(test_values_that_are_left_out_have_row_zero),
        cmocka_unit_test(test_untouched_rows_are_not_listed),
        cmocka_unit_test(test_a_row_in_several_tokens_gets_the_sum_of_its_shares),
        cmocka_unit_test(test_a_value_twice_in_a_token_gets_both_shares),
        cmocka_unit_test(test_gradients_of_unknown_words_go_to_the_unknown_row),
        cmocka_unit_test(test_a_batch_forgets_the_one_before),
        cmocka_unit_test(test_scatter_is_the_transpose_of_gather),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
