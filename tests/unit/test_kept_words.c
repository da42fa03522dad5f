/*
 * A text cut into steps: every word is a centre once, among its own neighbours, after those that stand close before it.  The texts
 * have no word twice, so that an id tells a place.
 */
#include "support/test.h"

#include <stdlib.h>

#include "learn/kept_words.h"

enum { REACH = 5, N_TILES = 2, MOST_WORDS = 700 };

struct bench {
    oriel_vectors_options options;
    const char *path;
    struct text_ids text;
    struct kept_words kept;
    struct pair_shape shape;
    struct pair_tables tables;
    struct pair_plan plan;
    int32_t ids[MOST_WORDS], sentences[MOST_WORDS]; /* [n] of the text */
    int32_t places[MOST_WORDS];                     /* [n] of the ids */
    size_t n;
};

static void read_places(struct bench *b)
{
    oriel_error err;
    int32_t id = 0;
    int32_t sentence = 0;
    b->n = 0;
    while (id != ID_TEXT_END) {
        assert_ok(text_ids_next(&b->text, &id, &err), err);
        if (id >= 0) {
            b->places[id] = (int32_t)b->n;
            b->sentences[b->n] = sentence;
            b->ids[b->n++] = id;
        }
        sentence += id == ID_SENTENCE_END;
    }
    assert_ok(text_ids_rewind(&b->text, &err), err);
}

/* n words in lines of some; as many may be left at the end of a block as there are. */
static void bench_init(struct bench *b, struct random *r, size_t n)
{
    char text[MOST_WORDS * 8];
    size_t length = 0;
    oriel_error err;
    *b = (struct bench){.path = test_path("words.txt")};
    for (size_t i = 0; i < n; i++)
        length += (size_t)sprintf(text + length, "w%zu%c", i, random_below(r, 9) ? ' ' : '\n');
    test_write(b->path, text, length);
    oriel_vectors_options_default(&b->options);
    b->options.text = &b->path;
    b->options.n_text = 1;
    b->options.min_count = 1;
    b->options.sample = 0;
    struct workers *crew = workers_new(1);
    assert_ok(text_ids_make(&b->text, &b->options, crew, &err), err);
    workers_free(crew);
    read_places(b);
    assert_int_equal(b->n, n);
    b->shape = (struct pair_shape){.reach = REACH, .n_negatives = 3, .n_tiles = N_TILES};
    pair_shape_complete(&b->shape);
    b->tables = (struct pair_tables){.V = n, .n_rows = n};
    assert_true(pair_plan_init(&b->plan, &b->shape));
    assert_ok(kept_words_init(&b->kept, &b->text, &b->options, N_TILES, &err), err);
}

static void bench_clear(struct bench *b)
{
    kept_words_clear(&b->kept);
    text_ids_clear(&b->text);
    pair_plan_clear(&b->plan);
}

/* What belongs to a centre stands beside it in the text, in its sentence; its place in the text, -1: it is no word. */
static int32_t check_centre(const struct bench *b, size_t i)
{
    const int32_t *word = b->plan.words + pair_place(&b->shape, i);
    ptrdiff_t left = b->plan.left[i];
    ptrdiff_t right = b->plan.right[i];
    assert_true(left <= REACH && right <= REACH);
    if (*word < 0) {
        assert_true(left == 0 && right == 0);
        return -1;
    }
    ptrdiff_t place = b->places[*word];
    for (ptrdiff_t k = -left; k <= right; k++) {
        assert_true(place + k >= 0 && place + k < (ptrdiff_t)b->n);
        assert_int_equal(word[k], b->ids[place + k]);
        assert_int_equal(b->sentences[place + k], b->sentences[place]);
    }
    return (int32_t)place;
}

/* steps [n]: in which step each place was a centre. */
static void check_step(const struct bench *b, size_t step, size_t *steps)
{
    int32_t places[N_TILES * PAIRS_TILE];
    for (size_t i = 0; i < b->plan.n_centres; i++) {
        places[i] = check_centre(b, i);
        if (places[i] < 0)
            continue;
        assert_int_equal(steps[places[i]], SIZE_MAX);
        steps[places[i]] = step;
        for (size_t k = 0; k < i / PAIRS_GROUP * PAIRS_GROUP; k++)
            if (places[k] >= 0)
                assert_true(abs(places[i] - places[k]) > SEGMENT_WORDS - PAIRS_GROUP);
    }
    for (size_t i = 0; i < pair_plan_tiles(&b->plan) * b->shape.n_negatives; i++)
        assert_true(b->plan.negatives[i] >= 0 && (size_t)b->plan.negatives[i] < b->n);
    for (size_t i = b->plan.n_centres / PAIRS_GROUP * b->shape.span; i < pair_plan_tiles(&b->plan) * b->shape.n_around;
         i++)
        assert_int_equal(b->plan.words[i], -1);
}

static void check_epoch(struct bench *b)
{
    size_t steps[MOST_WORDS];
    oriel_error err;
    memset(steps, 0xff, sizeof steps);
    assert_ok(kept_words_restart(&b->kept, &err), err);
    size_t step = 0;
    do {
        assert_ok(kept_words_plan(&b->kept, &b->plan, &b->shape, &err), err);
        check_step(b, step++, steps);
    } while (b->plan.n_centres > 0);
    for (size_t i = 0; i < b->n; i++) {
        assert_true(steps[i] < step);
        if (i % SEGMENT_WORDS >= PAIRS_GROUP)
            assert_true(steps[i] == steps[i - PAIRS_GROUP] + 1);
    }
    assert_int_equal(b->kept.n_read, b->n);
}

static void test_every_word_is_a_centre_once_after_its_neighbours(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(71));
    static const size_t block = N_TILES * PAIRS_TILE * SEGMENT_TURNS;
    static const size_t sizes[] = {1, 3, 4, 5, 16, 17, block - 1, block, block + 1, block + REACH, 3 * block + 77};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct bench b;
        bench_init(&b, &r, sizes[i]);
        check_epoch(&b);
        check_epoch(&b); /* again from the beginning */
        bench_clear(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_word_is_a_centre_once_after_its_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
