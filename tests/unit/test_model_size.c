/*
 * How large a model is: word rows of a byte a number, and words that there is no room for.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "model/model.h"
#include "support/gen.h"
#include "support/tiny_runs.h"
#include "support/tiny_tagger.h"

/* Each number is within half a step of what it was, a step being 1/127 of the row's largest; zeros and the largest stay. */
static void test_narrow_rows_are_near(void **state)
{
    (void)state;
    enum { ROWS = 40, WIDTH = 7 };
    struct random r = random_seeded(test_seed(41));
    real before[ROWS * WIDTH];
    gen_reals(&r, before, ROWS * WIDTH, -3, 3);
    memset(before, 0, WIDTH * sizeof *before);
    before[WIDTH] = 1e-42F; /* a row of next to nothing has a scale of nothing */
    for (size_t j = 1; j < WIDTH; j++)
        before[WIDTH + j] = 0;
    struct table t = {.at = mem_alloc(ROWS, WIDTH * sizeof(real)), .rows = ROWS, .width = WIDTH};
    assert_non_null(t.at);
    memcpy(t.at, before, sizeof before);
    assert_true(table_narrow(&t));
    assert_null(t.at);
    for (size_t row = 0; row < ROWS; row++) {
        real after[WIDTH];
        real most = 0;
        for (size_t j = 0; j < WIDTH; j++)
            most = fmaxf(most, fabsf(before[row * WIDTH + j]));
        table_row(after, &t, row);
        for (size_t j = 0; j < WIDTH; j++) {
            real way = fabsf(after[j] - before[row * WIDTH + j]);
            assert_true(way <= 0.5001F * most / 127 + 1e-40F);
            assert_true(fabsf(before[row * WIDTH + j]) < most || way <= 1e-6F * most + 1e-40F);
        }
    }
    table_clear(&t);
}

static oriel_model *trained(oriel_size size, const char *file)
{
    oriel_train_options o = tiny_standard(&file, file);
    o.size = size;
    return tiny_trained(&o);
}

/* The file holds what was trained: saved, read and saved again it is the same, and it tags the same. */
static void test_a_narrow_model_is_saved_as_it_is(void **state)
{
    (void)state;
    const char *file = tiny_thirty("train.conll", 7);
    oriel_model *m = trained(ORIEL_SIZE_STANDARD, file);
    oriel_model *read;
    oriel_error err;
    size_t n[2];
    char *bytes[2] = {tiny_saved(m, "first.oriel", &n[0])};
    assert_ok(oriel_model_load(&read, test_path("first.oriel"), &err), err);
    bytes[1] = tiny_saved(read, "second.oriel", &n[1]);
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(bytes[0], bytes[1], n[0]);
    assert_true(tiny_f1(read, file) == tiny_info(m).dev_f1);
    for (size_t row = 0; row < m->tables.table[0].rows; row++) {
        real a[6], b[6];
        table_row(a, &m->tables.table[0], row);
        table_row(b, &read->tables.table[0], row);
        assert_memory_equal(a, b, sizeof a);
    }
    free(bytes[0]);
    free(bytes[1]);
    oriel_model_free(read);
    oriel_model_free(m);
}

/* Vectors of a narrow model are its rows. */
static void test_vectors_of_a_narrow_model(void **state)
{
    (void)state;
    oriel_model *m = trained(ORIEL_SIZE_STANDARD, tiny_thirty("train.conll", 7));
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_of_model(&v, m, &err), err);
    for (size_t i = 0; i < oriel_vectors_count(v); i++) {
        real row[6];
        table_row(row, &m->tables.table[0], VOCAB_SPECIAL + i);
        assert_memory_equal(row, oriel_vectors_row(v, i), sizeof row);
    }
    oriel_vectors_free(v);
    oriel_model_free(m);
}

/* A small model keeps the most frequent words; of equals those that came first. */
static void test_small_models_have_fewer_words(void **state)
{
    (void)state;
    enum { WORDS = 61000 };
    char *text = malloc(WORDS * 16);
    assert_non_null(text);
    size_t n = 0;
    for (size_t i = 0; i < WORDS; i++)
        n += (size_t)sprintf(text + n, "w%c%zu\tO\n%s", (int)('a' + i % 26), i, i % 50 == 49 ? "\n" : "");
    n += (size_t)sprintf(text + n, "\nzz\tB-PER\nzz\tB-PER\n\n");
    const char *file = tiny_file("many.conll", text);
    oriel_train_options o = tiny_standard(&file, file);
    o.features = "word";
    o.case_copies = 0;
    o.min_count = 1;
    o.epochs = 1;
    o.size = ORIEL_SIZE_SMALL;
    oriel_model *m = tiny_trained(&o);
    assert_int_equal(vocab_size(model_words(m)), VOCAB_SPECIAL + 60000);
    assert_int_equal(vocab_find(model_words(m), "zz", 2), VOCAB_SPECIAL);
    assert_true(vocab_find(model_words(m), "wa0", 3) > 0);
    assert_true(vocab_find(model_words(m), "wd60999", 7) < 0);
    oriel_model_free(m);
    free(text);
}

static void assert_refused(const struct tiny_tensor *steps, const struct tiny_tensor *scales, const char *message)
{
    struct tiny_model file = tiny_model();
    tiny_set_tensor(&file, &(struct tiny_tensor){.name = "channel.0.rows"});
    file.tensors[file.n_tensors++] = *steps;
    if (scales)
        file.tensors[file.n_tensors++] = *scales;
    size_t n;
    char *bytes = tiny_bytes(&file, &n);
    oriel_model *m;
    oriel_error err;
    oriel_status status = oriel_model_parse(&m, bytes, n, &err);
    if (message && (status != ORIEL_EFORMAT || !strstr(err.text, message)))
        fail_msg("%s: %s, expected %s", oriel_status_name(status), status ? err.text : "", message);
    if (!message)
        assert_ok(status, err);
    oriel_model_free(m);
    free(bytes);
}

static void test_narrow_rows_of_a_file_are_checked(void **state)
{
    (void)state;
    static const signed char steps[13 * 3] = {-128, 127, 1};
    static const float scales[13] = {0.5F};
    static const float bad[12] = {NAN};
    const struct tiny_tensor good = {"channel.0.steps", "I8", 2, {12, 3}, steps, 36};
    const struct tiny_tensor good_scales = {"channel.0.scales", "F32", 1, {12}, scales, 48};
    assert_refused(&good, &good_scales, NULL);
    assert_refused(&good, NULL, "channel.0.scales: expected, not found");
    assert_refused(&good, &(struct tiny_tensor){"channel.0.scales", "F32", 1, {11}, scales, 44}, "a scale for each");
    assert_refused(&good, &(struct tiny_tensor){"channel.0.scales", "F32", 1, {12}, bad, 48}, "finite numbers");
    assert_refused(&(struct tiny_tensor){"channel.0.steps", "U8", 2, {12, 3}, steps, 36}, &good_scales, "expected I8");
    assert_refused(&(struct tiny_tensor){"channel.0.steps", "I8", 2, {13, 3}, steps, 39},
                   &(struct tiny_tensor){"channel.0.scales", "F32", 1, {13}, scales, 52}, "a row for each value");
    assert_refused(&(struct tiny_tensor){"channel.0.steps", "I8", 2, {12, 0}, steps, 0}, &good_scales,
                   "a row for each");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_narrow_rows_are_near),
        cmocka_unit_test(test_a_narrow_model_is_saved_as_it_is),
        cmocka_unit_test(test_vectors_of_a_narrow_model),
        cmocka_unit_test(test_small_models_have_fewer_words),
        cmocka_unit_test(test_narrow_rows_of_a_file_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
