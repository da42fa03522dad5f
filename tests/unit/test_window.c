#include "support/test.h"

#include "base/random.h"
#include "net/window.h"
#include "support/gen.h"
#include "support/ref.h"

enum { BEFORE = GEN_BEFORE, AFTER = GEN_AFTER, N_IDS = 12, MAX_TOKENS = 40 };

static struct window_plan plan_of(size_t window, const int32_t *ids, size_t n_tokens)
{
    struct window_plan p;
    assert_true(window_plan_init(&p, window, N_IDS));
    assert_true(window_plan_add(&p, ids, n_tokens, 0, n_tokens, BEFORE, AFTER));
    return p;
}

static int32_t id_at(const struct window_plan *p, size_t example, size_t place)
{
    return p->ids[p->slots[example * p->window + place]];
}

static void assert_windows(const struct window_plan *p, const int32_t *expected, size_t n)
{
    assert_int_equal(p->n, n);
    for (size_t i = 0; i < n * p->window; i++)
        assert_int_equal(id_at(p, i / p->window, i % p->window), expected[i]);
}

static void assert_distinct(const struct window_plan *p)
{
    for (size_t i = 0; i < p->n_rows; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(p->ids[i], p->ids[j]);
}

static void assert_side_by_side(const struct window_plan *p)
{
    assert_int_equal(p->n_rows, p->n * p->window);
    for (size_t i = 0; i < p->n_rows; i++)
        assert_int_equal(p->slots[i], i);
}

static void test_padding_appears_only_at_edges(void **state)
{
    (void)state;
    static const int32_t ids[] = {7, 8, 9, 7};
    static const int32_t expected[] = {
        BEFORE, BEFORE, 7, 8,     9,     /* two places stick out at the start */
        BEFORE, 7,      8, 9,     7,     /* one */
        7,      8,      9, 7,     AFTER, /* one at the end */
        8,      9,      7, AFTER, AFTER,
    };
    struct window_plan p = plan_of(5, ids, 4);
    assert_windows(&p, expected, 4);
    assert_true(window_plan_finish(&p));
    assert_windows(&p, expected, 4);
    window_plan_clear(&p);
}

static void test_a_window_wider_than_its_sentence_is_padded_on_both_sides(void **state)
{
    (void)state;
    static const int32_t ids[] = {5};
    static const int32_t expected[] = {BEFORE, BEFORE, BEFORE, 5, AFTER, AFTER, AFTER};
    struct window_plan p = plan_of(7, ids, 1);
    assert_windows(&p, expected, 1);
    window_plan_clear(&p);
}

static void test_a_window_of_one_is_the_token(void **state)
{
    (void)state;
    static const int32_t ids[] = {5, 6, 5};
    struct window_plan p = plan_of(1, ids, 3);
    assert_windows(&p, ids, 3);
    window_plan_clear(&p);
}

/* A part of a sentence still sees the tokens around it; sentences never see each other. */
static void test_a_part_of_a_sentence_sees_its_neighbours(void **state)
{
    (void)state;
    static const int32_t ids[] = {2, 3, 4, 5, 6};
    static const int32_t other[] = {9};
    static const int32_t expected[] = {2, 3, 4, 3, 4, 5, BEFORE, 9, AFTER, 5, 6, AFTER};
    struct window_plan p;
    assert_true(window_plan_init(&p, 3, N_IDS));
    assert_true(window_plan_add(&p, ids, 5, 1, 3, BEFORE, AFTER));
    assert_true(window_plan_add(&p, other, 1, 0, 1, BEFORE, AFTER));
    assert_true(window_plan_add(&p, ids, 5, 2, 2, BEFORE, AFTER)); /* nothing */
    assert_true(window_plan_add(&p, ids, 5, 4, 5, BEFORE, AFTER));
    assert_windows(&p, expected, 4);
    window_plan_clear(&p);
}

static void test_rows_are_shared_when_there_are_fewer_than_examples(void **state)
{
    (void)state;
    static const int32_t ids[] = {2, 2, 2, 2};
    struct window_plan p = plan_of(3, ids, 4); /* rows: before, 2, after */
    assert_true(window_plan_finish(&p));
    assert_true(p.is_shared);
    assert_int_equal(p.n_rows, 3);
    assert_distinct(&p);
    window_plan_clear(&p);
    p = plan_of(3, ids, 3); /* three rows for three examples: nothing saved */
    assert_true(window_plan_finish(&p));
    assert_false(p.is_shared);
    assert_side_by_side(&p);
    window_plan_clear(&p);
}

/* One plan, used again and again as in training, agrees with the definition every time. */
static void test_random_plans_hold_their_windows_however_often_reused(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(1));
    struct window_plan p;
    size_t n_shared = 0;
    assert_true(window_plan_init(&p, 5, N_IDS));
    for (size_t round = 0; round < 300; round++) {
        int32_t expected[2 * MAX_TOKENS * 5];
        size_t n = 0;
        window_plan_empty(&p);
        for (size_t sentence = gen_size(&r, 1, 2); sentence > 0; sentence--) {
            int32_t ids[MAX_TOKENS];
            size_t n_tokens = gen_size(&r, 1, round % 2 ? MAX_TOKENS : 4);
            size_t first = gen_size(&r, 0, n_tokens - 1);
            size_t last = gen_size(&r, first, n_tokens);
            gen_sentence(&r, ids, n_tokens, N_IDS);
            ref_windows(expected + n * 5, ids, n_tokens, first, last, 5, BEFORE, AFTER);
            assert_true(window_plan_add(&p, ids, n_tokens, first, last, BEFORE, AFTER));
            n += last - first;
        }
        assert_windows(&p, expected, n);
        assert_distinct(&p);
        assert_true(window_plan_finish(&p));
        assert_windows(&p, expected, n);
        if (p.is_shared)
            assert_distinct(&p);
        else
            assert_side_by_side(&p);
        n_shared += p.is_shared;
    }
    assert_in_range(n_shared, 50, 250); /* both forms were there */
    window_plan_clear(&p);
}

static void fill_table(real *table)
{
    for (size_t i = 0; i < N_IDS * 2; i++)
        table[i] = (real)(10 * (i / 2) + i % 2); /* row 4 is 40, 41 */
}

static void test_gathered_rows_are_the_rows_of_the_table(void **state)
{
    (void)state;
    static const int32_t ids[] = {4, 3, 4, 4, 3, 3};
    real table[N_IDS * 2];
    fill_table(table);
    for (size_t n_tokens = 2; n_tokens <= 6; n_tokens += 4) {
        real rows[6 * 3 * 2];
        struct window_plan p = plan_of(3, ids, n_tokens);
        assert_true(window_plan_finish(&p));
        assert_true(p.is_shared == (n_tokens == 6));
        window_gather(rows, &p, table, 2);
        for (size_t i = 0; i < p.n_rows; i++) {
            assert_true(rows[2 * i] == (real)(10 * p.ids[i]));
            assert_true(rows[2 * i + 1] == (real)(10 * p.ids[i] + 1));
        }
        window_plan_clear(&p);
    }
}

/* Two windows of three around 4 3: before 4 3, 4 3 after.  Rows 4 and 3 occur twice, before and after once. */
static void test_scattered_rows_are_added_as_often_as_they_occur(void **state)
{
    (void)state;
    static const int32_t ids[] = {4, 3};
    static const real d_rows[] = {1, 100, 2, 200, 4, 400, 8, 800, 16, 1600, 32, 3200};
    real table[N_IDS * 2];
    real expected[N_IDS * 2];
    fill_table(table);
    fill_table(expected);
    struct window_plan p = plan_of(3, ids, 2);
    assert_true(window_plan_finish(&p));
    assert_side_by_side(&p);
    window_scatter(table, &p, d_rows, -2, 2);
    expected[2 * BEFORE] -= 2 * 1;
    expected[2 * BEFORE + 1] -= 2 * 100;
    expected[2 * AFTER] -= 2 * 32;
    expected[2 * AFTER + 1] -= 2 * 3200;
    expected[2 * 4] -= 2 * (2 + 8);
    expected[2 * 4 + 1] -= 2 * (200 + 800);
    expected[2 * 3] -= 2 * (4 + 16);
    expected[2 * 3 + 1] -= 2 * (400 + 1600);
    assert_memory_equal(table, expected, sizeof table); /* all the other rows too: not a bit of them changed */
    window_plan_clear(&p);
}

static void test_an_empty_plan_has_no_rows(void **state)
{
    (void)state;
    struct window_plan p;
    assert_true(window_plan_init(&p, 3, N_IDS));
    assert_true(window_plan_finish(&p));
    assert_int_equal(p.n, 0);
    assert_int_equal(p.n_rows, 0);
    window_plan_clear(&p);
    window_plan_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_padding_appears_only_at_edges),
        cmocka_unit_test(test_a_window_wider_than_its_sentence_is_padded_on_both_sides),
        cmocka_unit_test(test_a_window_of_one_is_the_token),
        cmocka_unit_test(test_a_part_of_a_sentence_sees_its_neighbours),
        cmocka_unit_test(test_rows_are_shared_when_there_are_fewer_than_examples),
        cmocka_unit_test(test_random_plans_hold_their_windows_however_often_reused),
        cmocka_unit_test(test_gathered_rows_are_the_rows_of_the_table),
        cmocka_unit_test(test_scattered_rows_are_added_as_often_as_they_occur),
        cmocka_unit_test(test_an_empty_plan_has_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
