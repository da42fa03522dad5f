/*
 * Vectors as safetensors: ours, with words and checksum, and those that others made, with a words file beside.
 */
#include "support/test.h"

#include <stdlib.h>

#include "model/container.h"
#include "model/vectors.h"
#include "support/forge.h"
#include "support/tiny_vectors.h"

static const char sample[] = "the 0.5 -1\nnorth 2 0.25\n\xC3\xA9t\xC3\xA9 0 0.001\n";

static void save_sample(void)
{
    oriel_error err;
    oriel_vectors *v = tiny_vectors(sample);
    assert_ok(oriel_vectors_save(v, test_path("v.safetensors"), ORIEL_FORMAT_BY_NAME, 1, &err), err);
    oriel_vectors_free(v);
}

static void refuse(const char *path, oriel_status expected, const char *message)
{
    oriel_vectors *v;
    oriel_error err;
    oriel_status status = oriel_vectors_load(&v, path, 0, &err);
    if (status != expected || !strstr(err.text, message))
        fail_msg("expected \"%s\", found %s: %s", message, oriel_status_name(status), status ? err.text : "");
    assert_null(v);
}

/* ---- ours ---- */

static void test_a_file_of_ours_is_a_container_with_rows_and_words(void **state)
{
    (void)state;
    static const float rows[] = {0.5F, -1, 2, 0.25F, 0, 0.001F};
    static const uint64_t ends[] = {3, 8, 13};
    struct container *c;
    struct tensor t;
    oriel_error err;
    save_sample();
    assert_ok(container_open(&c, test_path("v.safetensors"), KIND_VECTORS, &err), err);
    assert_ok(container_tensor(c, "vectors", DTYPE_F32, 2, &t, &err), err);
    assert_int_equal(t.shape[0], 3);
    assert_int_equal(t.shape[1], 2);
    assert_memory_equal(t.data, rows, sizeof rows);
    assert_ok(container_tensor(c, "words.text", DTYPE_U8, 1, &t, &err), err);
    assert_int_equal(t.shape[0], 13);
    assert_memory_equal(t.data, "thenorth\xC3\xA9t\xC3\xA9", 13);
    assert_ok(container_tensor(c, "words.ends", DTYPE_U64, 1, &t, &err), err);
    assert_memory_equal(t.data, ends, sizeof ends);
    container_close(c);
}

static void test_only_the_first_words_are_kept(void **state)
{
    (void)state;
    oriel_vectors *v;
    oriel_error err;
    save_sample();
    assert_ok(oriel_vectors_load(&v, test_path("v.safetensors"), 2, &err), err);
    assert_int_equal(oriel_vectors_count(v), 2);
    assert_int_equal(oriel_vectors_find(v, "north"), 1);
    assert_true(oriel_vectors_find(v, "\xC3\xA9t\xC3\xA9") == SIZE_MAX);
    oriel_vectors_free(v);
}

static void test_any_flipped_or_missing_byte_of_ours_is_noticed(void **state)
{
    (void)state;
    save_sample();
    tiny_damage(test_path("v.safetensors"));
}

static void test_a_model_is_no_vectors_file_and_is_not_overwritten(void **state)
{
    (void)state;
    oriel_error err;
    struct container_writer *w = container_writer_new();
    assert_non_null(w);
    assert_ok(container_write(w, test_path("model"), &err), err);
    container_writer_free(w);
    refuse(test_path("model"), ORIEL_EFORMAT, "not an Oriel vectors file: it says that it is a model");
    oriel_vectors *v = tiny_vectors(sample);
    assert_int_equal(oriel_vectors_save(v, test_path("model"), ORIEL_SAFETENSORS, 1, &err), ORIEL_EFORMAT);
    assert_non_null(strstr(err.text, "is there and is not an Oriel vectors file; not overwritten"));
    assert_int_equal(oriel_vectors_save(v, "-", ORIEL_SAFETENSORS, 1, &err), ORIEL_EARG);
    oriel_vectors_free(v);
}

static void test_the_second_of_two_equal_words_is_refused(void **state)
{
    (void)state;
    static const float rows[] = {1, 2};
    static const uint64_t ends[] = {1, 2};
    struct container_writer *w = container_writer_new();
    oriel_error err;
    assert_true(container_put_string(w, "oriel.kind", KIND_VECTORS));
    const struct tensor tensors[] = {
        {.name = "vectors", .dtype = DTYPE_F32, .n_dims = 2, .shape = {2, 1}, .data = rows},
        {.name = "words.text", .dtype = DTYPE_U8, .n_dims = 1, .shape = {2}, .data = "aa"},
        {.name = "words.ends", .dtype = DTYPE_U64, .n_dims = 1, .shape = {2}, .data = ends}};
    for (size_t i = 0; i < 3; i++)
        assert_true(container_put_tensor(w, &tensors[i]));
    assert_ok(container_write(w, test_path("twice"), &err), err);
    container_writer_free(w);
    refuse(test_path("twice"), ORIEL_EFORMAT, "twice: vocabulary: word 1 stands there twice");
}

/* ---- those of others ---- */

/* Without padding or checksum, as their writers make it: the first bytes of the data are 8 bytes off. */
static void write_foreign(const char *header, const void *data, size_t n_data)
{
    unsigned char bytes[1024] = {0};
    size_t n = strlen(header);
    bytes[0] = (unsigned char)n;
    bytes[1] = (unsigned char)(n >> 8);
    memcpy(bytes + 8, header, n);
    memcpy(bytes + 8 + n, data, n_data);
    test_write(test_path("f.safetensors"), bytes, 8 + n + n_data);
}

#define TABLE "\"emb.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}"

static const float table[] = {1, 2, 3, 4};

static void test_a_table_of_others_is_read_with_its_words_beside(void **state)
{
    (void)state;
    static const char *const headers[] = {"{" TABLE "}", "{" TABLE "} ", "{" TABLE "}  ",
                                          "{\"__metadata__\":{\"format\":\"pt\"}," TABLE "}"};
    test_write(test_path("f.words"), "New York\nb\n", 11);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        oriel_vectors *v;
        oriel_error err;
        write_foreign(headers[i], table, sizeof table);
        assert_ok(oriel_vectors_load(&v, test_path("f.safetensors"), 0, &err), err);
        assert_int_equal(oriel_vectors_count(v), 2);
        assert_string_equal(oriel_vectors_word(v, 0), "New York");
        assert_memory_equal(oriel_vectors_row(v, 0), table, sizeof table);
        oriel_vectors_free(v);
    }
}

static void test_others_without_one_good_table_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *message;
    } wrong[] = {
        {"{}", "expected 0 bytes of tensors, found 16"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
         "two dimensions, the word vectors, found 0"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
         "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[8,16]}}",
         "found 2"},
        {"{\"a\":{\"dtype\":\"I64\",\"shape\":[2,1],\"data_offsets\":[0,16]}}",
         "tensor a: expected F32, F64, F16 or BF16"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}", "or these not the file"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[0,9223372036854775807],\"data_offsets\":[0,0]}}",
         "expected 0 bytes of tensors"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4,1],\"data_offsets\":[0,16]}}", "f.words:2: expected 4 words"},
        {"{\"a\":7}", "two data_offsets"},
        {"{\"a\"", "not a safetensors file: its header is not JSON"},
    };
    test_write(test_path("f.words"), "a\nb\n", 4);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_foreign(wrong[i].header, table, sizeof table);
        refuse(test_path("f.safetensors"), ORIEL_EFORMAT, wrong[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_of_ours_is_a_container_with_rows_and_words),
        cmocka_unit_test(test_only_the_first_words_are_kept),
        cmocka_unit_test(test_any_flipped_or_missing_byte_of_ours_is_noticed),
        cmocka_unit_test(test_a_model_is_no_vectors_file_and_is_not_overwritten),
        cmocka_unit_test(test_the_second_of_two_equal_words_is_refused),
        cmocka_unit_test(test_a_table_of_others_is_read_with_its_words_beside),
        cmocka_unit_test(test_others_without_one_good_table_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
