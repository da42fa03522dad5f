/*
 * Word vectors, document 003: gradients by r and by every w_j, of skip-gram and CBOW under negative sampling and the full
 * softmax, against central differences of the costs as they are defined, one pair at a time.
 */
#include "support/test.h"

#include <math.h>

#include "base/memory.h"
#include "net/pair_softmax.h"
#include "support/gen.h"

enum { V = 9, DIM = 21, STRIDE = 32, REACH = 3, N = 20, M = 6, K = 4, N_ROWS = 14 };

static const double STEP = 1e-4;
static const double ETA = 0x1p-6; /* no number may move too far */

struct bench {
    struct pair_tables tables;
    struct pair_shape shape;
    struct pair_plan plan, other; /* the step, and one that is in flight with it */
    struct pair_work work;
    struct pair_grouping grouping;
    bool is_softmax;
    bool is_by_halves;
};

/* ---- the costs by their definitions ---- */

static double dot(const struct pair_tables *t, size_t outer, const real *r)
{
    double sum = 0;
    for (size_t k = 0; k < DIM; k++)
        sum += *pair_outer_at(t, outer, k) * r[k];
    return sum;
}

/* r: the word's vector, or the mean of those around it. */
static void find_r(real *r, const struct bench *b, size_t centre, const int32_t *around, size_t n)
{
    const int32_t *words = b->shape.is_cbow ? around : &b->plan.words[pair_place(&b->shape, centre)];
    n = b->shape.is_cbow ? n : 1;
    memset(r, 0, DIM * sizeof *r);
    for (size_t c = 0; c < n; c++) {
        size_t begin = words[c] > 0 && b->tables.part_ends ? b->tables.part_ends[words[c] - 1] : 0;
        size_t n_parts = b->tables.part_ends ? b->tables.part_ends[words[c]] - begin : 1;
        for (size_t i = 0; i < n_parts; i++) {
            size_t row = (size_t)(b->tables.part_ends ? b->tables.parts[begin + i] : words[c]);
            for (size_t k = 0; k < DIM; k++)
                r[k] += *pair_inner_at(&b->tables, row, k) / sqrt((double)n_parts) / (double)n;
        }
    }
}

/* (25) and (32) for one outer word; a negative that is the word itself is not one. */
static double cost_of_pair(const struct bench *b, const real *r, int32_t outer, size_t tile)
{
    const struct pair_tables *t = &b->tables;
    double cost;
    if (b->is_softmax) {
        double sum = 0;
        for (size_t j = 0; j < V; j++)
            sum += exp(dot(t, j, r));
        return -dot(t, (size_t)outer, r) + log(sum);
    }
    cost = log(1 + exp(-dot(t, (size_t)outer, r)));
    for (size_t m = 0; m < M; m++) {
        int32_t negative = b->plan.negatives[tile * M + m];
        if (negative != outer)
            cost += (double)K / M * log(1 + exp(dot(t, (size_t)negative, r)));
    }
    return cost;
}

static double cost(const struct bench *b)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++) {
        int32_t around[2 * REACH];
        real r[DIM];
        size_t n = 0;
        const int32_t *word = &b->plan.words[pair_place(&b->shape, i)];
        for (size_t k = 1; k <= b->plan.left[i]; k++)
            around[n++] = *(word - k);
        for (size_t k = 1; k <= b->plan.right[i]; k++)
            around[n++] = word[k];
        if (n == 0)
            continue;
        find_r(r, b, i, around, n);
        for (size_t c = 0; c < (b->shape.is_cbow ? 1 : n); c++)
            sum += cost_of_pair(b, r, b->shape.is_cbow ? *word : around[c], i / PAIRS_TILE);
    }
    return sum;
}

/* ---- the gradients, from what a step takes off ---- */

/* Both halves together, or one after the other as two threads have them. */
static void forward(struct bench *b, const struct pair_plan *p, struct pair_halves halves)
{
    for (size_t tile = 0; tile < pair_plan_tiles(p); tile++)
        pair_forward(&b->work, p, &b->shape, &b->tables, halves, tile, tile % 2);
}

/* Another step is as far ahead as it may be: what it leaves in memory must not be taken for this one's. */
static double step_by_negatives(struct bench *b)
{
    static const struct pair_halves both[] = {{0, 2}};
    static const struct pair_halves each[] = {{0, 1}, {1, 1}};
    const struct pair_halves *halves = b->is_by_halves ? each : both;
    size_t n_halves = b->is_by_halves ? 2 : 1;
    size_t n_tiles = pair_plan_tiles(&b->plan);
    double loss = 0;
    for (size_t i = 0; i < n_halves; i++) {
        forward(b, &b->plan, halves[i]);
        forward(b, &b->other, halves[i]);
    }
    for (size_t tile = 0; tile < n_tiles; tile++) {
        pair_delta(&b->work, &b->plan, &b->shape, &b->tables, tile, tile % 2, true);
        loss += b->work.loss[tile];
    }
    for (size_t tile = 0; tile < n_tiles; tile++)
        pair_delta(&b->work, &b->other, &b->shape, &b->tables, tile, tile % 2, false);
    for (size_t i = 0; i < n_halves * n_tiles; i++)
        pair_back(&b->work, &b->plan, &b->shape, &b->tables, halves[i / n_tiles], i % n_tiles, i % 2);
    for (size_t i = 0; i < n_halves; i++) {
        pair_apply_outer(&b->tables, &b->work, &b->plan, &b->shape, halves[i], 0, b->plan.outer.n, ETA, INFINITY);
        pair_apply_inner(&b->tables, &b->work, &b->plan, &b->shape, halves[i], 0, b->plan.inner.n, ETA, INFINITY);
    }
    return loss;
}

static double step_by_softmax(struct bench *b)
{
    struct pair_softmax x;
    double loss = 0;
    size_t n_tiles = pair_plan_tiles(&b->plan);
    assert_true(pair_softmax_init(&x, &b->shape, &b->tables));
    for (size_t tile = 0; tile < n_tiles; tile++)
        pair_softmax_vectors(&b->work, &b->plan, &b->shape, &b->tables, tile, 0);
    for (size_t block = 0; block < x.n_blocks; block++)
        pair_softmax_scores(&x, &b->work, &b->plan, &b->tables, block);
    for (size_t i = 0; i < N; i++) {
        pair_softmax_cost(&x, &b->plan, &b->shape, i);
        loss += x.loss[i];
    }
    for (size_t block = 0; block < x.n_blocks; block++)
        pair_softmax_outer(&x, &b->work, &b->plan, &b->tables, block, ETA, INFINITY);
    for (size_t tile = 0; tile < n_tiles; tile++)
        pair_softmax_inner(&x, &b->work, &b->plan, &b->shape, &b->tables, tile, 1);
    pair_apply_inner(&b->tables, &b->work, &b->plan, &b->shape, (struct pair_halves){0, 2}, 0, b->plan.inner.n, ETA,
                     INFINITY);
    pair_softmax_clear(&x);
    return loss;
}

/* ---- cases ---- */

static void fill_rows(struct random *r, const struct pair_tables *t)
{
    real row[DIM];
    for (size_t i = 0; i < t->n_rows + t->V; i++) {
        gen_reals(r, row, DIM, -0.9, 0.9);
        for (size_t k = 0; k < DIM; k++)
            *(i < t->n_rows ? pair_inner_at(t, i, k) : pair_outer_at(t, i - t->n_rows, k)) = row[k];
    }
}

/* Rows of a word: its own, then some that other words have too. */
static void give_parts(struct bench *b, struct random *r)
{
    size_t n = 0;
    b->tables.part_ends = mem_alloc(V, sizeof *b->tables.part_ends);
    b->tables.parts = mem_alloc(V * (1 + N_ROWS - V), sizeof *b->tables.parts);
    for (size_t word = 0; word < V; word++) {
        b->tables.parts[n++] = (int32_t)word;
        for (size_t row = V; row < N_ROWS; row++)
            if (random_below(r, 2))
                b->tables.parts[n++] = (int32_t)row;
        b->tables.part_ends[word] = n;
    }
}

/* Groups of a text each: nothing before the first word of one, and the last group has no last word. */
static void fill_plan(const struct bench *b, struct pair_plan *p, struct random *r)
{
    p->n_centres = N;
    for (size_t i = 0; i < b->shape.n_tiles * b->shape.n_around; i++)
        p->words[i] = i < N / PAIRS_GROUP * b->shape.span ? (int32_t)random_below(r, V) : -1;
    for (size_t i = 0; i < N; i++) {
        size_t before = i < PAIRS_GROUP ? i : REACH;
        size_t after = i < N - PAIRS_GROUP ? REACH : i < N - 1 ? N - 2 - i : 0;
        p->left[i] = (uint8_t)random_below(r, 1 + before);
        p->right[i] = (uint8_t)random_below(r, 1 + after);
    }
    memset(p->words, 0xff, REACH * sizeof *p->words);
    p->left[N - 1] = 0;
    p->words[pair_place(&b->shape, N - 1)] = -1;
    for (size_t i = 0; i < b->shape.n_tiles * b->shape.n_negatives; i++)
        p->negatives[i] = (int32_t)random_below(r, V);
    if (b->shape.n_negatives > 1)
        p->negatives[1] = p->negatives[0]; /* drawn twice */
}

static void bench_init(struct bench *b, struct random *r, bool is_cbow, bool is_softmax, bool has_parts)
{
    *b = (struct bench){.is_softmax = is_softmax};
    assert_true(pair_tables_init(&b->tables, V, N_ROWS, DIM));
    assert_int_equal(b->tables.stride, STRIDE);
    fill_rows(r, &b->tables);
    if (has_parts)
        give_parts(b, r);
    b->shape = (struct pair_shape){
        .is_cbow = is_cbow, .reach = REACH, .n_negatives = is_softmax ? 0 : M, .share = (real)K / M, .n_tiles = 2};
    pair_shape_complete(&b->shape);
    assert_true(pair_plan_init(&b->plan, &b->shape) && pair_plan_init(&b->other, &b->shape));
    assert_true(pair_work_init(&b->work, &b->shape, &b->tables, 2));
    fill_plan(b, &b->plan, r);
    fill_plan(b, &b->other, r);
    b->other.number = 1;
    assert_true(pair_grouping_init(&b->grouping, &b->shape));
    assert_true(pair_plan_group(&b->plan, &b->grouping, &b->shape, &b->tables));
}

static void bench_clear(struct bench *b)
{
    pair_work_clear(&b->work);
    pair_grouping_clear(&b->grouping);
    pair_plan_clear(&b->plan);
    pair_plan_clear(&b->other);
    pair_tables_clear(&b->tables);
}

static double slope(struct bench *b, real *at)
{
    real kept = *at;
    *at = kept + STEP;
    double above = cost(b);
    *at = kept - STEP;
    double below = cost(b);
    *at = kept;
    return (above - below) / (2 * STEP);
}

/* Every number of the tables; beyond the width, and in the row of no word, nothing changes. */
static void check_step(struct bench *b)
{
    size_t n_inner = b->tables.n_rows * STRIDE;
    size_t n_outer = (V + 1) * STRIDE;
    double slopes[(N_ROWS + V + 1) * STRIDE] = {0};
    double change[(N_ROWS + V + 1) * STRIDE];
    for (size_t i = 0; i < b->tables.n_rows + V; i++)
        for (size_t k = 0; k < DIM; k++) {
            bool is_inner = i < b->tables.n_rows;
            real *at = is_inner ? pair_inner_at(&b->tables, i, k) : pair_outer_at(&b->tables, i - b->tables.n_rows, k);
            slopes[is_inner ? (size_t)(at - b->tables.inner) : n_inner + (size_t)(at - b->tables.outer)] = slope(b, at);
        }
    memcpy(change, b->tables.inner, n_inner * sizeof *change);
    memcpy(change + n_inner, b->tables.outer, n_outer * sizeof *change);
    double expected = cost(b);
    double found = b->is_softmax ? step_by_softmax(b) : step_by_negatives(b);
    assert_close(&found, &expected, 1, 1e-10, 1e-12);
    for (size_t i = 0; i < n_inner + n_outer; i++)
        change[i] = (change[i] - (i < n_inner ? b->tables.inner[i] : b->tables.outer[i - n_inner])) / ETA;
    assert_close(change, slopes, n_inner + n_outer, 1e-6, 1e-7);
}

static void check(bool is_cbow, bool is_softmax, bool has_parts)
{
    struct random r = random_seeded(test_seed(3));
    for (int round = 0; round < 6; round++) {
        struct bench b;
        bench_init(&b, &r, is_cbow, is_softmax, has_parts);
        b.is_by_halves = round % 2;
        check_step(&b);
        bench_clear(&b);
    }
}

static void test_gradients_of_skipgram_with_negatives(void **state)
{
    (void)state;
    check(false, false, false);
}

static void test_gradients_of_cbow_with_negatives(void **state)
{
    (void)state;
    check(true, false, false);
}

static void test_gradients_of_skipgram_under_the_softmax(void **state)
{
    (void)state;
    check(false, true, false);
}

static void test_gradients_of_cbow_under_the_softmax(void **state)
{
    (void)state;
    check(true, true, false);
}

static void test_gradients_of_words_of_several_rows(void **state)
{
    (void)state;
    check(false, false, true);
    check(true, false, true);
    check(false, true, true);
}

/* Two equal negatives against one: the cost of a negative, and its gradient, twice. */
static void test_a_negative_drawn_twice_counts_twice(void **state)
{
    (void)state;
    const real pos[] = {0, 0};
    const real once[] = {1, 0};
    const real twice[] = {2, 0};
    real a[] = {0.7, 0};
    real curve[2];
    real b[] = {0.7, 0};
    double one = pairs_negative_loss(a, pos, once, 2);
    double two = pairs_negative_loss(b, pos, twice, 2);
    double expected[] = {log(1 + exp(0.7)), 2 * log(1 + exp(0.7))};
    assert_close(((double[]){one, two}), expected, 2, 1e-14, 0);
    pairs_negative_delta(a, curve, pos, once, 2);
    pairs_negative_delta(b, curve, pos, twice, 2);
    double sigmoid = 1 / (1 + exp(-0.7));
    assert_close(((double[]){a[0], b[0]}), ((double[]){sigmoid, 2 * sigmoid}), 2, 1e-12, 0);
}

/* J(x) <= J(s) + delta (x - s) + curve (x - s)² / 2 everywhere, also next to 0 and far out. */
static void test_the_parabola_lies_above_the_cost(void **state)
{
    (void)state;
    for (double at = -12; at <= 12; at += 0.37)
        for (double x = -30; x <= 30; x += 0.71) {
            const real pos[] = {1.5};
            const real neg[] = {0.4};
            real s = at;
            real delta = at;
            real curve;
            pairs_negative_delta(&delta, &curve, pos, neg, 1);
            double bound = pairs_negative_loss(&s, pos, neg, 1) + delta * (x - at) + curve / 2 * (x - at) * (x - at);
            s = x;
            assert_true(pairs_negative_loss(&s, pos, neg, 1) <= bound * (1 + 1e-6));
        }
    real near[] = {0, 1e-9, -1e-3, 0.0101};
    const real once[] = {1, 1, 1, 1};
    const real never[] = {0, 0, 0, 0};
    real curve[4];
    pairs_negative_delta(near, curve, once, never, 4);
    assert_close(curve, ((double[]){0.25, 0.25, 0.25, 0.25}), 4, 2e-4, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients_of_skipgram_with_negatives),
        cmocka_unit_test(test_gradients_of_cbow_with_negatives),
        cmocka_unit_test(test_gradients_of_skipgram_under_the_softmax),
        cmocka_unit_test(test_gradients_of_cbow_under_the_softmax),
        cmocka_unit_test(test_gradients_of_words_of_several_rows),
        cmocka_unit_test(test_a_negative_drawn_twice_counts_twice),
        cmocka_unit_test(test_the_parabola_lies_above_the_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
