/*
 * Rows of letter groups in a safetensors file: the same bits come back; what does not fit is refused.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "model/container.h"
#include "support/tiny_vectors.h"

static const float group_rows[] = {0.25F, 1e-40F, -3, 0.1F, 7, -0.0F};

static oriel_vectors *sample(bool is_lower)
{
    oriel_vectors *v = tiny_vectors("the 0.5 -1\nnorth 2 0.25\n");
    tiny_groups(v, group_rows, 3, is_lower);
    return v;
}

static void save(const oriel_vectors *v, const char *name)
{
    oriel_error err;
    assert_ok(oriel_vectors_save(v, test_path(name), ORIEL_FORMAT_BY_NAME, 1, &err), err);
}

static oriel_vectors *load(const char *name, size_t limit)
{
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_load(&v, test_path(name), limit, &err), err);
    return v;
}

static void assert_groups(const oriel_vectors *v, bool is_lower)
{
    const struct letter_rows *groups = vectors_groups(v);
    assert_int_equal(groups->n, 3);
    assert_int_equal(groups->is_lower, is_lower);
    assert_memory_equal(groups->at, group_rows, sizeof group_rows);
}

static void test_groups_come_back_bit_by_bit(void **state)
{
    (void)state;
    for (int is_lower = 0; is_lower < 2; is_lower++) {
        size_t n;
        size_t n_again;
        oriel_vectors *v = sample(is_lower);
        save(v, "a.safetensors");
        oriel_vectors_free(v);
        v = load("a.safetensors", 0);
        assert_groups(v, is_lower);
        assert_int_equal(oriel_vectors_count(v), 2);
        save(v, "b.safetensors");
        oriel_vectors_free(v);
        char *bytes = test_read(test_path("a.safetensors"), &n);
        char *again = test_read(test_path("b.safetensors"), &n_again);
        assert_int_equal(n, n_again);
        assert_memory_equal(bytes, again, n);
        free(again);
        free(bytes);
    }
}

/* Where they may be found in the file; fewer words have the same groups; a compressed file is read. */
static void test_groups_stay_whatever_is_read(void **state)
{
    (void)state;
    struct container *c;
    struct tensor t;
    oriel_error err;
    oriel_vectors *v = sample(true);
    save(v, "a.safetensors");
    oriel_vectors_free(v);
    v = load("a.safetensors", 1);
    assert_int_equal(oriel_vectors_count(v), 1);
    assert_groups(v, true);
    oriel_vectors_free(v);
    size_t n;
    char *bytes = test_read(test_path("a.safetensors"), &n);
    gzFile file = gzopen(test_path("a.gz"), "wb");
    assert_int_equal(gzwrite(file, bytes, (unsigned)n), n);
    gzclose(file);
    free(bytes);
    v = load("a.gz", 0);
    assert_groups(v, true);
    oriel_vectors_free(v);
    assert_ok(container_open(&c, test_path("a.safetensors"), KIND_VECTORS, &err), err);
    assert_ok(container_tensor(c, "groups", DTYPE_F32, 2, &t, &err), err);
    assert_string_equal(container_string(c, "oriel.groups"), "fnv1a-3-6");
    assert_string_equal(container_string(c, "oriel.groups.case"), "lower");
    container_close(c);
}

/* Rows that training takes are gone then, but words are still made of groups. */
static void test_groups_outlive_the_rows(void **state)
{
    (void)state;
    oriel_vectors *v = sample(false);
    save(v, "a.safetensors");
    for (int is_mapped = 0; is_mapped < 2; is_mapped++) {
        float *rows = vectors_take_rows(v);
        assert_non_null(rows);
        assert_groups(v, false);
        mem_free(rows);
        oriel_vectors_free(v);
        v = load("a.safetensors", 0);
    }
    oriel_vectors_free(v);
}

static void test_other_formats_leave_groups_out(void **state)
{
    (void)state;
    static const char *const names[] = {"a.vec", "a.npy", "a.bin", "a.txt"};
    static const oriel_vector_format formats[] = {ORIEL_FORMAT_BY_NAME, ORIEL_FORMAT_BY_NAME, ORIEL_WORD2VEC_BINARY,
                                                  ORIEL_GLOVE_TEXT};
    oriel_vectors *v = sample(false);
    for (size_t i = 0; i < 4; i++) {
        oriel_error err;
        assert_false(oriel_vectors_keeps_groups(names[i], formats[i]));
        assert_ok(oriel_vectors_save(v, test_path(names[i]), formats[i], 1, &err), err);
        oriel_vectors *read = load(names[i], 0);
        assert_int_equal(oriel_vectors_letter_groups(read), 0);
        assert_memory_equal(oriel_vectors_row(read, 0), oriel_vectors_row(v, 0), 4 * sizeof(float));
        oriel_vectors_free(read);
    }
    assert_true(oriel_vectors_keeps_groups("a.safetensors", ORIEL_FORMAT_BY_NAME));
    assert_true(oriel_vectors_keeps_groups("a.vec", ORIEL_SAFETENSORS));
    assert_false(oriel_vectors_keeps_groups("a.safetensors", ORIEL_GLOVE_TEXT));
    oriel_vectors_free(v);
}

static void test_any_flipped_or_missing_byte_is_noticed(void **state)
{
    (void)state;
    oriel_vectors *v = sample(false);
    save(v, "a.safetensors");
    oriel_vectors_free(v);
    tiny_damage(test_path("a.safetensors"));
}

/* ---- what a right checksum does not tell ---- */

/* A set of one word "a", 2 wide, with a tensor of groups and two strings (NULL: without it). */
static void forge_groups(const struct tensor *groups, const char *name, const char *spelling)
{
    static const float row[] = {1, 2};
    static const uint64_t end = 1;
    struct container_writer *w = container_writer_new();
    oriel_error err;
    assert_true(container_put_string(w, "oriel.kind", KIND_VECTORS));
    assert_true(!name || container_put_string(w, "oriel.groups", name));
    assert_true(!spelling || container_put_string(w, "oriel.groups.case", spelling));
    const struct tensor tensors[] = {
        {.name = "vectors", .dtype = DTYPE_F32, .n_dims = 2, .shape = {1, 2}, .data = row},
        {.name = "words.text", .dtype = DTYPE_U8, .n_dims = 1, .shape = {1}, .data = "a"},
        {.name = "words.ends", .dtype = DTYPE_U64, .n_dims = 1, .shape = {1}, .data = &end},
        *groups};
    for (size_t i = 0; i < 4; i++)
        assert_true(container_put_tensor(w, &tensors[i]));
    assert_ok(container_write(w, test_path("forged"), &err), err);
    container_writer_free(w);
}

static void refuse(const char *message)
{
    oriel_vectors *v;
    oriel_error err;
    assert_int_equal(oriel_vectors_load(&v, test_path("forged"), 0, &err), ORIEL_EFORMAT);
    if (!strstr(err.text, message))
        fail_msg("expected \"%s\", found %s", message, err.text);
    assert_null(v);
}

static void test_groups_of_another_shape_or_hash_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum dtype dtype;
        size_t n_dims, shape[2];
        const char *name, *spelling, *message;
    } wrong[] = {
        {DTYPE_F32,
         2,
         {2, 3},
         "fnv1a-3-6",
         "lower",
         ": tensor groups: expected 1 to 2147483647 rows 2 wide, found 2, 3 wide"},
        {DTYPE_F32, 2, {0, 2}, "fnv1a-3-6", "lower", "rows 2 wide, found 0, 2 wide"},
        {DTYPE_F32, 1, {6}, "fnv1a-3-6", "lower", "tensor groups: expected F32 with 2 dimensions, found F32 with 1"},
        {DTYPE_F16, 2, {3, 2}, "fnv1a-3-6", "lower", "tensor groups: expected F32 with 2 dimensions, found F16 with 2"},
        {DTYPE_F32, 2, {3, 2}, NULL, "lower", "oriel.groups: expected \"fnv1a-3-6\", found nothing"},
        {DTYPE_F32, 2, {3, 2}, "fnv1a-2-7", "lower", "oriel.groups: expected \"fnv1a-3-6\", found \"fnv1a-2-7\""},
        {DTYPE_F32,
         2,
         {3, 2},
         "fnv1a-3-6",
         "upper",
         "oriel.groups.case: expected \"lower\" or \"as it is\", found \"upper\""},
        {DTYPE_F32, 2, {3, 2}, "fnv1a-3-6", NULL, "found nothing"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tensor t = {.name = "groups",
                           .dtype = wrong[i].dtype,
                           .n_dims = wrong[i].n_dims,
                           .shape = {wrong[i].shape[0], wrong[i].shape[1]},
                           .data = group_rows};
        forge_groups(&t, wrong[i].name, wrong[i].spelling);
        refuse(wrong[i].message);
    }
}

static void test_a_number_that_is_not_finite_is_refused_where_it_stands(void **state)
{
    (void)state;
    float rows[] = {1, 2, 3, INFINITY};
    struct tensor t = {.name = "groups", .dtype = DTYPE_F32, .n_dims = 2, .shape = {2, 2}, .data = rows};
    forge_groups(&t, "fnv1a-3-6", "lower");
    size_t n;
    size_t at = 0;
    char *bytes = test_read(test_path("forged"), &n);
    while (memcmp(bytes + at, rows, sizeof rows) != 0)
        at++;
    free(bytes);
    char message[128];
    snprintf(message, sizeof message, "byte %zu: expected finite numbers (letter group 2 of 2)", at + 12);
    refuse(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_come_back_bit_by_bit),
        cmocka_unit_test(test_groups_stay_whatever_is_read),
        cmocka_unit_test(test_groups_outlive_the_rows),
        cmocka_unit_test(test_other_formats_leave_groups_out),
        cmocka_unit_test(test_any_flipped_or_missing_byte_is_noticed),
        cmocka_unit_test(test_groups_of_another_shape_or_hash_are_refused),
        cmocka_unit_test(test_a_number_that_is_not_finite_is_refused_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
