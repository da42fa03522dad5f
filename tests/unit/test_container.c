/*
 * The file of a model: what is written reads back; whatever else is refused, one bit or one byte off as well.
 */
#include "support/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include "model/container.h"
#include "support/forge.h"

static const float numbers[6] = {1, -2, 0.5F, 3, 0, 7};
static const uint64_t counts[3] = {9, 8, UINT64_MAX};
static const char letters[] = "abc";

/* Two strings, three tensors (one of them empty, so without a byte of padding) in this order. */
static struct container_writer *sample_writer(void)
{
    struct container_writer *w = container_writer_new();
    assert_non_null(w);
    assert_true(container_put_string(w, "name", "a \"quoted\\\" line\nwith \x01, \xC3\xA9"));
    assert_true(container_put_string(w, "empty", ""));
    assert_true(container_put_tensor(w, &(struct tensor){"weights", DTYPE_F32, 2, {2, 3}, numbers}));
    assert_true(container_put_tensor(w, &(struct tensor){"nothing", DTYPE_I32, 2, {0, 5}, NULL}));
    assert_true(container_put_tensor(w, &(struct tensor){"counts", DTYPE_U64, 1, {3}, counts}));
    assert_true(container_put_tensor(w, &(struct tensor){"letters", DTYPE_U8, 1, {3}, letters}));
    return w;
}

static void write_sample(const char *path)
{
    oriel_error err;
    struct container_writer *w = sample_writer();
    assert_ok(container_write(w, path, &err), err);
    container_writer_free(w);
}

/* The smallest file there is: no tensor but the checksum. */
static char *tiny_file(size_t *n)
{
    oriel_error err;
    const char *path = test_path("tiny");
    struct container_writer *w = container_writer_new();
    assert_true(w && container_put_tensor(w, &(struct tensor){"t", DTYPE_U8, 1, {3}, letters}));
    assert_ok(container_write(w, path, &err), err);
    container_writer_free(w);
    return test_read(path, n);
}

static oriel_status parse_status(const void *bytes, size_t n)
{
    struct container *c;
    oriel_error err = {0};
    oriel_status status = container_parse(&c, bytes, n, KIND_MODEL, &err);
    if (status != ORIEL_OK) {
        assert_null(c);
        assert_int_equal(err.code, status);
        assert_true(err.text[0]);
    }
    container_close(c);
    return status;
}

static void test_what_is_written_reads_back(void **state)
{
    (void)state;
    struct container *c;
    struct tensor t;
    oriel_error err;
    const char *path = test_path("sample");
    write_sample(path);
    assert_ok(container_open(&c, path, KIND_MODEL, &err), err);
    assert_string_equal(container_name(c), path);
    assert_string_equal(container_string(c, "oriel.format"), "1");
    assert_string_equal(container_string(c, "name"), "a \"quoted\\\" line\nwith \x01, \xC3\xA9");
    assert_string_equal(container_string(c, "empty"), "");
    assert_null(container_string(c, "missing"));
    assert_ok(container_tensor(c, "weights", DTYPE_F32, 2, &t, &err), err);
    assert_true(t.shape[0] == 2 && t.shape[1] == 3);
    assert_memory_equal(t.data, numbers, sizeof numbers);
    assert_int_equal((uintptr_t)t.data % 64, 0);
    assert_ok(container_tensor(c, "counts", DTYPE_U64, 1, &t, &err), err);
    assert_memory_equal(t.data, counts, sizeof counts);
    assert_int_equal((uintptr_t)t.data % 64, 0);
    assert_ok(container_tensor(c, "nothing", DTYPE_I32, 2, &t, &err), err);
    assert_true(t.shape[0] == 0 && t.shape[1] == 5);
    assert_int_equal(container_tensor(c, "weights", DTYPE_F64, 2, &t, &err), ORIEL_EFORMAT);
    assert_non_null(strstr(err.text, "expected F64 with 2 dimensions, found F32 with 2"));
    assert_int_equal(container_tensor(c, "weights", DTYPE_F32, 1, &t, &err), ORIEL_EFORMAT);
    assert_int_equal(container_tensor(c, "weight", DTYPE_F32, 2, &t, NULL), ORIEL_EFORMAT);
    container_close(c);
}

static void test_same_contents_give_same_bytes(void **state)
{
    (void)state;
    size_t n;
    size_t n_again;
    write_sample(test_path("one"));
    write_sample(test_path("two"));
    char *one = test_read(test_path("one"), &n);
    char *two = test_read(test_path("two"), &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(one, two, n);
    free(one);
    free(two);
}

/* Worked out by hand from the description in container.h. */
static void test_the_layout_is_the_described_one(void **state)
{
    (void)state;
    static const char header[] = "{\"__metadata__\":{\"oriel.format\":\"1\"},"
                                 "\"t\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
                                 "\"oriel.pad.0\":{\"dtype\":\"U8\",\"shape\":[61],\"data_offsets\":[3,64]},"
                                 "\"oriel.xxh3\":{\"dtype\":\"U64\",\"shape\":[1],\"data_offsets\":[64,72]}}";
    char expected[512] = {0};
    size_t n_header = (8 + sizeof header - 1 + 63) / 64 * 64 - 8;
    memset(expected + 8, ' ', n_header);
    memcpy(expected + 8, header, sizeof header - 1);
    expected[0] = (char)(n_header % 256);
    expected[1] = (char)(n_header / 256);
    memcpy(expected + 8 + n_header, "abc", 3);
    size_t n_summed = 8 + n_header + 64;
    uint64_t sum = XXH3_64bits(expected, n_summed);
    memcpy(expected + n_summed, &sum, 8);
    size_t n;
    char *found = tiny_file(&n);
    assert_int_equal(n, n_summed + 8);
    assert_memory_equal(found, expected, n);
    free(found);
}

static void test_every_flipped_bit_is_refused(void **state)
{
    (void)state;
    size_t n;
    char *bytes = tiny_file(&n);
    assert_int_equal(parse_status(bytes, n), ORIEL_OK);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
        assert_int_equal(parse_status(bytes, n), ORIEL_EFORMAT);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    }
    free(bytes);
}

static void test_every_truncation_and_extension_is_refused(void **state)
{
    (void)state;
    size_t n;
    char *bytes = tiny_file(&n);
    for (size_t n_left = 0; n_left < n; n_left++)
        assert_int_equal(parse_status(bytes, n_left), ORIEL_EFORMAT);
    for (int c = 0; c < 256; c++) {
        bytes[n] = (char)c; /* over the NUL of test_read */
        assert_int_equal(parse_status(bytes, n + 1), ORIEL_EFORMAT);
    }
    free(bytes);
}

static void test_what_is_no_utf8_is_stored_so_that_it_can_be_read(void **state)
{
    (void)state;
    struct container *c;
    oriel_error err;
    struct container_writer *w = container_writer_new();
    assert_true(w && container_put_string(w, "about", "caf\xE9"));
    assert_ok(container_write(w, test_path("latin"), &err), err);
    container_writer_free(w);
    assert_ok(container_open(&c, test_path("latin"), KIND_MODEL, &err), err);
    assert_string_equal(container_string(c, "about"), "caf\xEF\xBF\xBD");
    container_close(c);
}

static void test_a_key_that_is_put_twice_keeps_the_second_value(void **state)
{
    (void)state;
    struct container *c;
    oriel_error err;
    struct container_writer *w = container_writer_new();
    assert_true(w && container_put_string(w, "k", "first") && container_put_string(w, "oriel.format", "1") &&
                container_put_string(w, "k", "second"));
    assert_ok(container_write(w, test_path("twice"), &err), err);
    container_writer_free(w);
    assert_ok(container_open(&c, test_path("twice"), KIND_MODEL, &err), err);
    assert_string_equal(container_string(c, "k"), "second");
    container_close(c);
}

/* ---- what stands at the path ---- */

static size_t files_in_folder(void)
{
    size_t n = 0;
    DIR *folder = opendir(test_folder());
    assert_non_null(folder);
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

/* Neither the check nor the attempt touches `path`, and both say `expected`. */
static void assert_refused(const char *path, oriel_status expected, const char *message)
{
    oriel_error err = {0};
    struct container_writer *w = sample_writer();
    size_t n_files = files_in_folder();
    assert_int_equal(container_write_check(path, KIND_MODEL, &err), expected);
    assert_non_null(strstr(err.text, message));
    memset(&err, 0, sizeof err);
    assert_int_equal(container_write(w, path, &err), expected);
    assert_non_null(strstr(err.text, message));
    assert_int_equal(files_in_folder(), n_files);
    container_writer_free(w);
}

static void test_a_foreign_file_is_not_overwritten(void **state)
{
    (void)state;
    size_t n;
    const char *path = test_path("notes.txt");
    test_write(path, "my notes\n", 9);
    assert_refused(path, ORIEL_EFORMAT, "is there and is not an Oriel model; not overwritten");
    char *left = test_read(path, &n);
    assert_int_equal(n, 9);
    assert_string_equal(left, "my notes\n");
    free(left);
    char *foreign = forge("{\"__metadata__\":{\"format\":\"pt\"}}", 8, &n);
    test_write(path, foreign, n);
    free(foreign);
    assert_refused(path, ORIEL_EFORMAT, "not overwritten");
}

static void test_a_model_an_empty_file_and_a_later_model_are_overwritten(void **state)
{
    (void)state;
    size_t n;
    struct container *c;
    oriel_error err;
    const char *path = test_path("old");
    char *later = forge("{\"__metadata__\":{\"oriel.format\":\"2\"}}", 8, &n);
    for (int i = 0; i < 3; i++) {
        if (i < 2)
            test_write(path, later, i == 0 ? 0 : n);
        assert_ok(container_write_check(path, KIND_MODEL, &err), err);
        write_sample(path);
        assert_ok(container_open(&c, path, KIND_MODEL, &err), err);
        container_close(c);
    }
    free(later);
}

static void test_the_check_leaves_nothing_behind_and_harms_nothing(void **state)
{
    (void)state;
    oriel_error err;
    size_t n;
    size_t n_again;
    write_sample(test_path("kept"));
    char *before = test_read(test_path("kept"), &n);
    size_t n_files = files_in_folder();
    assert_ok(container_write_check(test_path("kept"), KIND_MODEL, &err), err);
    assert_ok(container_write_check(test_path("not-there-yet"), KIND_MODEL, &err), err);
    assert_int_equal(files_in_folder(), n_files);
    char *after = test_read(test_path("kept"), &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
}

static void test_impossible_places_are_refused_by_name(void **state)
{
    (void)state;
    assert_refused(test_path("missing/model"), ORIEL_EIO, "missing/model");
    assert_refused(test_folder(), ORIEL_EIO, test_folder());
    assert_refused("-", ORIEL_EARG, "standard output");
}

static void test_a_full_disk_is_a_failure(void **state)
{
    (void)state;
    struct stat full;
    if (stat("/dev/full", &full) != 0)
        skip();
    oriel_error err = {0};
    struct container_writer *w = sample_writer();
    assert_int_equal(container_write(w, "/dev/full", &err), ORIEL_EIO);
    assert_non_null(strstr(err.text, "No space left"));
    container_writer_free(w);
}

static void test_a_read_only_folder_is_refused(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        print_message("skipped: root may write everywhere\n");
        skip();
    }
    const char *folder = test_path("locked");
    assert_int_equal(mkdir(folder, 0555), 0);
    assert_refused(test_path("locked/model"), ORIEL_EIO, "locked/model");
    assert_int_equal(rmdir(folder), 0);
}

static void test_missing_files_and_folders_are_no_models(void **state)
{
    (void)state;
    struct container *c;
    oriel_error err;
    assert_int_equal(container_open(&c, test_path("nowhere"), KIND_MODEL, &err), ORIEL_EIO);
    assert_null(c);
    assert_int_equal(container_open(&c, test_folder(), KIND_MODEL, &err), ORIEL_EIO);
    test_write(test_path("empty"), "", 0);
    assert_int_equal(container_open(&c, test_path("empty"), KIND_MODEL, &err), ORIEL_EFORMAT);
    assert_non_null(strstr(err.text, "empty"));
    test_write(test_path("text"), "The quick brown fox jumps over it\n", 34);
    assert_int_equal(container_open(&c, test_path("text"), KIND_MODEL, &err), ORIEL_EFORMAT);
    assert_non_null(strstr(err.text, "not an Oriel model"));
    assert_int_equal(parse_status(NULL, 0), ORIEL_EFORMAT);
}

/* A reader that shares no code with ours, in Python, agrees with what was written. */
static void test_an_independent_reader_agrees(void **state)
{
    (void)state;
    static const char expected[] = "oriel.format = \"1\"\n"
                                   "name = \"a \\\"quoted\\\\\\\" line\\nwith \\u0001, \xC3\xA9\"\n"
                                   "empty = \"\"\n"
                                   "weights F32 [2, 3]\n"
                                   "nothing I32 [0, 5]\n"
                                   "counts U64 [3]\n"
                                   "letters U8 [3]\n"
                                   "oriel.xxh3 U64 [1]\n";
    if (access("scripts/read-model.py", R_OK) != 0 || system("python3 -c '' 2>/dev/null") != 0) {
        print_message("skipped: needs python3, and the project's top folder as the current one\n");
        skip();
    }
    char command[1200];
    write_sample(test_path("sample"));
    snprintf(command, sizeof command, "PYTHONIOENCODING=utf-8 python3 scripts/read-model.py %s > %s",
             test_path("sample"), test_path("listing"));
    assert_int_equal(system(command), 0);
    char *listing = test_read(test_path("listing"), NULL);
    assert_string_equal(listing, expected);
    free(listing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_reads_back),
        cmocka_unit_test(test_same_contents_give_same_bytes),
        cmocka_unit_test(test_the_layout_is_the_described_one),
        cmocka_unit_test(test_every_flipped_bit_is_refused),
        cmocka_unit_test(test_every_truncation_and_extension_is_refused),
        cmocka_unit_test(test_what_is_no_utf8_is_stored_so_that_it_can_be_read),
        cmocka_unit_test(test_a_key_that_is_put_twice_keeps_the_second_value),
        cmocka_unit_test(test_a_foreign_file_is_not_overwritten),
        cmocka_unit_test(test_a_model_an_empty_file_and_a_later_model_are_overwritten),
        cmocka_unit_test(test_the_check_leaves_nothing_behind_and_harms_nothing),
        cmocka_unit_test(test_impossible_places_are_refused_by_name),
        cmocka_unit_test(test_a_full_disk_is_a_failure),
        cmocka_unit_test(test_a_read_only_folder_is_refused),
        cmocka_unit_test(test_missing_files_and_folders_are_no_models),
        cmocka_unit_test(test_an_independent_reader_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
