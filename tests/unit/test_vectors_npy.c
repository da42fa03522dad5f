/*
 * Vectors as NumPy's table and a words file: the bytes are what numpy.lib.format says, and what is not right is refused with
 * its place.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/dtype.h"
#include "model/vectors.h"

/* ---- files by hand ---- */

/* Version 1 with this dictionary, as long as it is, and then the data. */
static void write_npy(const char *dictionary, const void *data, size_t n_data)
{
    unsigned char bytes[512];
    size_t n = strlen(dictionary);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = (unsigned char)n;
    bytes[9] = (unsigned char)(n >> 8);
    memcpy(bytes + 10, dictionary, n);
    if (n_data > 0)
        memcpy(bytes + 10 + n, data, n_data);
    test_write(test_path("v.npy"), bytes, 10 + n + n_data);
}

static void write_words(const char *words)
{
    test_write(test_path("v.words"), words, strlen(words));
}

#define DICTIONARY(type, shape) "{'descr': '" type "', 'fortran_order': False, 'shape': " shape ", }\n"

static const float numbers[] = {1, -2, 0.5F, 3, 0, 100};

static oriel_vectors *load(size_t limit)
{
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_load(&v, test_path("v.npy"), limit, &err), err);
    return v;
}

static void refuse(oriel_status expected, const char *message)
{
    oriel_vectors *v;
    oriel_error err;
    oriel_status status = oriel_vectors_load(&v, test_path("v.npy"), 0, &err);
    if (status != expected || !strstr(err.text, message))
        fail_msg("expected \"%s\", found %s: %s", message, oriel_status_name(status), status ? err.text : "");
    assert_null(v);
}

/* ---- reading ---- */

static void test_a_table_and_its_words_are_read(void **state)
{
    (void)state;
    write_npy(DICTIONARY("<f4", "(3, 2)"), numbers, sizeof numbers);
    write_words("New York\n\xC3\xBC\r\nlast");
    oriel_vectors *v = load(0);
    assert_int_equal(oriel_vectors_count(v), 3);
    assert_int_equal(oriel_vectors_dim(v), 2);
    assert_string_equal(oriel_vectors_word(v, 0), "New York");
    assert_string_equal(oriel_vectors_word(v, 1), "\xC3\xBC");
    assert_memory_equal(oriel_vectors_row(v, 0), numbers, sizeof numbers);
    oriel_vectors_free(v);
    v = load(2);
    assert_int_equal(oriel_vectors_count(v), 2);
    assert_true(oriel_vectors_find(v, "last") == SIZE_MAX);
    oriel_vectors_free(v);
}

static void test_doubles_and_halves_become_floats(void **state)
{
    (void)state;
    static const double doubles[] = {1, -2, 0.5, 3, 0, 100};
    /* sign, exponent + 15, fraction: 100 = 1.5625 * 2^6 is 0 10101 1001000000 */
    static const uint16_t halves[] = {0x3C00, 0xC000, 0x3800, 0x4200, 0, 0x5640};
    write_words("a\nb\nc\n");
    write_npy(DICTIONARY("<f8", "(3, 2)"), doubles, sizeof doubles);
    oriel_vectors *v = load(0);
    assert_memory_equal(oriel_vectors_row(v, 0), numbers, sizeof numbers);
    oriel_vectors_free(v);
    write_npy(DICTIONARY("<f2", "(3, 2)"), halves, sizeof halves);
    v = load(0);
    assert_memory_equal(oriel_vectors_row(v, 0), numbers, sizeof numbers);
    oriel_vectors_free(v);
}

static void test_halves_of_all_kinds(void **state)
{
    (void)state;
    static const uint16_t halves[] = {0x0001, 0x03FF, 0x0400, 0x7BFF, 0x8000, 0x3555};
    static const float expected[] = {0x1p-24F, 0x3FFp-24F, 0x1p-14F, 65504, -0.0F, 0x1.554p-2F};
    static const uint16_t upper[] = {0x3F80, 0xC040};
    float found[6];
    assert_true(dtype_to_floats(found, halves, 6, DTYPE_F16));
    assert_memory_equal(found, expected, sizeof expected);
    assert_true(dtype_to_floats(found, upper, 2, DTYPE_BF16));
    assert_true(found[0] == 1 && found[1] == -3);
    assert_false(dtype_to_floats(found, upper, 1, DTYPE_U8));
}

static void test_a_header_is_read_whatever_its_order_version_and_blanks(void **state)
{
    (void)state;
    static const char later[] = "\x93NUMPY\x02\x00\x3D\x00\x00\x00"
                                "{'shape':(1,2) , 'fortran_order':  False,'descr':'<f4' }     \n";
    unsigned char bytes[sizeof later - 1 + 8];
    memcpy(bytes, later, sizeof later - 1);
    bytes[8] = (unsigned char)(sizeof later - 1 - 12);
    memcpy(bytes + sizeof later - 1, numbers, 8);
    test_write(test_path("v.npy"), bytes, sizeof bytes);
    write_words("a\n");
    oriel_vectors *v = load(0);
    assert_memory_equal(oriel_vectors_row(v, 0), numbers, 8);
    oriel_vectors_free(v);
}

static void test_wrong_headers_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *dictionary;
        const char *message;
    } wrong[] = {
        {DICTIONARY("<f4", "(3, 3)"), "expected 3 rows of 12 bytes, found 24 bytes"},
        {DICTIONARY("<f4", "(2, 2)"), "expected 2 rows of 8 bytes, found 24 bytes"},
        {DICTIONARY("<f4", "(6,)"), "expected a table"},
        {DICTIONARY("<f4", "(1, 2, 3)"), "expected a table"},
        {DICTIONARY("<f4", "(3, 0)"), "expected a width of 1 to 65536, found 0"},
        {DICTIONARY("<f4", "(99999999999, 2)"), "words, found 99999999999"},
        {DICTIONARY("<f4", "(99999999999999999999999, 2)"), "expected at most"},
        {DICTIONARY("<f4", "(2147483000, 65536)"), "expected 2147483000 rows of 262144 bytes, found 24 bytes"},
        {DICTIONARY("<i4", "(3, 2)"), "byte 21: expected numbers of type"},
        {DICTIONARY(">f4", "(3, 2)"), "expected numbers of type"},
        {DICTIONARY("<f4x", "(3, 2)"), "expected the end of the type"},
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }", "fortran_order False"},
        {"{'descr': '<f4', 'fortran_order': False}", "expected descr, fortran_order and shape"},
        {"{'descr': '<f4', 'more': 1}", "expected descr, fortran_order or shape"},
        {"{'descr': '<f4' 'shape': (3, 2)}", "expected a comma"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)} x", "expected the end of the header"},
        {"{", "expected descr"},
        {"", "expected a dictionary"},
    };
    write_words("a\nb\nc\n");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_npy(wrong[i].dictionary, numbers, sizeof numbers);
        refuse(ORIEL_EFORMAT, wrong[i].message);
    }
}

static void test_a_file_that_is_cut_short_is_refused_wherever(void **state)
{
    (void)state;
    write_words("a\nb\nc\n");
    write_npy(DICTIONARY("<f4", "(3, 2)"), numbers, sizeof numbers);
    size_t n;
    char *bytes = test_read(test_path("v.npy"), &n);
    for (size_t i = 6; i < n; i++) {
        test_write(test_path("v.npy"), bytes, i);
        refuse(ORIEL_EFORMAT, "v.npy: byte ");
    }
    free(bytes);
}

static void test_numbers_that_are_not_finite_are_refused_with_their_byte(void **state)
{
    (void)state;
    static const uint32_t bad[] = {0, 0, 0, 0x7F800000, 0, 0};
    static const double too_large[] = {0, 0, 0, 0, 1e39, 0};
    write_words("a\nb\nc\n");
    const char *dictionary = DICTIONARY("<f4", "(3, 2)");
    char message[80];
    write_npy(dictionary, bad, sizeof bad);
    snprintf(message, sizeof message, "byte %zu: expected finite numbers (word 2 of 3)", 10 + strlen(dictionary) + 12);
    refuse(ORIEL_EFORMAT, message);
    write_npy(DICTIONARY("<f8", "(3, 2)"), too_large, sizeof too_large);
    snprintf(message, sizeof message, "byte %zu: expected finite numbers (word 3 of 3)", 10 + strlen(dictionary) + 32);
    refuse(ORIEL_EFORMAT, message);
}

static void test_wrong_words_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        oriel_status status;
        const char *message;
    } wrong[] = {
        {"a\nb\n", ORIEL_EFORMAT, "v.words:2: expected 3 words, a row each, found 2"},
        {"", ORIEL_EFORMAT, "v.words: expected 3 words"},
        {"a\nb\nc\nd\n", ORIEL_EFORMAT, "v.words:4: expected 3 words, a row each, found more"},
        {"a\nb\na\n", ORIEL_EFORMAT, "v.words:3: the word \"a\" stands there twice"},
        {"a\n\nc\n", ORIEL_EFORMAT, "v.words:2: expected a word, found an empty line"},
        {"a\nb\tx\nc\n", ORIEL_EFORMAT, "v.words:2: expected a word, found a control character"},
        {"a\n\xFF\nc\n", ORIEL_EENCODING, "v.words:2:"},
    };
    write_npy(DICTIONARY("<f4", "(3, 2)"), numbers, sizeof numbers);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_words(wrong[i].words);
        refuse(wrong[i].status, wrong[i].message);
    }
    unlink(test_path("v.words"));
    refuse(ORIEL_EIO, "v.words");
}

/* ---- writing ---- */

static void test_saved_bytes_are_what_numpy_writes(void **state)
{
    (void)state;
    write_words("New York\nb\nc\n");
    write_npy(DICTIONARY("<f4", "(3, 2)"), numbers, sizeof numbers);
    oriel_vectors *v = load(0);
    oriel_error err;
    size_t n;
    assert_ok(oriel_vectors_save(v, test_path("out.npy"), ORIEL_FORMAT_BY_NAME, 1, &err), err);
    oriel_vectors_free(v);
    char *bytes = test_read(test_path("out.npy"), &n);
    char header[129];
    snprintf(header, sizeof header, "%-117s\n", DICTIONARY("<f4", "(3, 2)"));
    *strchr(header, '\n') = ' ';
    assert_int_equal(n, 128 + sizeof numbers);
    assert_memory_equal(bytes, "\x93NUMPY\x01\x00\x76\x00", 10);
    assert_memory_equal(bytes + 10, header, 118);
    assert_memory_equal(bytes + 128, numbers, sizeof numbers);
    free(bytes);
    bytes = test_read(test_path("out.words"), &n);
    assert_string_equal(bytes, "New York\nb\nc\n");
    free(bytes);
}

static void test_no_pair_is_written_when_one_of_them_cannot_be(void **state)
{
    (void)state;
    oriel_error err;
    struct stat unused;
    write_words("a\nb\nc\n");
    write_npy(DICTIONARY("<f4", "(3, 2)"), numbers, sizeof numbers);
    oriel_vectors *v = load(0);
    assert_int_equal(oriel_vectors_save(v, "-", ORIEL_NPY, 1, &err), ORIEL_EARG);
    assert_int_equal(mkdir(test_path("no.words"), 0700), 0);
    assert_int_equal(oriel_vectors_save(v, test_path("no.npy"), ORIEL_NPY, 1, &err), ORIEL_EIO);
    assert_int_not_equal(stat(test_path("no.npy"), &unused), 0);
    assert_int_equal(oriel_vectors_save(v, test_path("missing/v.npy"), ORIEL_NPY, 1, &err), ORIEL_EIO);
    oriel_vectors_free(v);
}

/* The file is there and its pages are used: what replaces it must not change the vectors. */
static void test_a_file_may_be_replaced_by_what_was_read_from_it(void **state)
{
    (void)state;
    oriel_error err;
    write_words("a\nb\nc\n");
    write_npy(DICTIONARY("<f4", "(3, 2)"), numbers, sizeof numbers);
    oriel_vectors *v = load(2);
    assert_ok(oriel_vectors_save(v, test_path("v.npy"), ORIEL_NPY, 1, &err), err);
    assert_memory_equal(oriel_vectors_row(v, 0), numbers, 2 * 2 * sizeof *numbers);
    oriel_vectors_free(v);
    v = load(0);
    assert_int_equal(oriel_vectors_count(v), 2);
    assert_memory_equal(oriel_vectors_row(v, 0), numbers, 2 * 2 * sizeof *numbers);
    oriel_vectors_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table_and_its_words_are_read),
        cmocka_unit_test(test_doubles_and_halves_become_floats),
        cmocka_unit_test(test_halves_of_all_kinds),
        cmocka_unit_test(test_a_header_is_read_whatever_its_order_version_and_blanks),
        cmocka_unit_test(test_wrong_headers_are_refused),
        cmocka_unit_test(test_a_file_that_is_cut_short_is_refused_wherever),
        cmocka_unit_test(test_numbers_that_are_not_finite_are_refused_with_their_byte),
        cmocka_unit_test(test_wrong_words_are_refused_with_their_line),
        cmocka_unit_test(test_saved_bytes_are_what_numpy_writes),
        cmocka_unit_test(test_no_pair_is_written_when_one_of_them_cannot_be),
        cmocka_unit_test(test_a_file_may_be_replaced_by_what_was_read_from_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
