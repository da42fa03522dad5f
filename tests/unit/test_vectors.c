/*
 * Word-vector files: the formats with words and numbers in turn, in and out, and a named place for everything that is wrong with one.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/source.h"
#include "model/vectors.h"

static oriel_status read_bytes(oriel_vectors **out, const void *bytes, size_t n, size_t limit, oriel_error *err)
{
    struct source *s;
    assert_ok(source_from_memory(&s, bytes, n, "v", err), *err);
    oriel_status status = vectors_read(out, s, limit, err);
    source_close(s);
    return status;
}

static oriel_vectors *read_text(const char *text)
{
    oriel_vectors *v;
    oriel_error err;
    assert_ok(read_bytes(&v, text, strlen(text), 0, &err), err);
    return v;
}

static void assert_row(const oriel_vectors *v, size_t row, const char *word, float first, float second)
{
    assert_string_equal(oriel_vectors_word(v, row), word);
    assert_true(oriel_vectors_row(v, row)[0] == first);
    assert_true(oriel_vectors_row(v, row)[1] == second);
}

/* The three rows that all samples below hold. */
static void assert_sample(oriel_vectors *v)
{
    assert_int_equal(oriel_vectors_count(v), 3);
    assert_int_equal(oriel_vectors_dim(v), 2);
    assert_row(v, 0, "the", 0.5F, -1);
    assert_row(v, 1, "</s>", 2, 0.25F);
    assert_row(v, 2, "\xC3\xA9t\xC3\xA9", 0, 1e-3F);
    oriel_vectors_free(v);
}

static const char binary_sample[] = "3 2\n"
                                    "the \0\0\0\x3F\0\0\x80\xBF\n"
                                    "</s> \0\0\0\x40\0\0\x80\x3E\n"
                                    "\xC3\xA9t\xC3\xA9 \0\0\0\0\x6F\x12\x83\x3A\n";

static void test_each_format_is_recognised(void **state)
{
    (void)state;
    oriel_vectors *v;
    oriel_error err;
    assert_sample(read_text("3 2\nthe 0.5 -1\n</s> 2 0.25\n\xC3\xA9t\xC3\xA9 0 0.001\n"));
    assert_sample(read_text("the 0.5 -1\n</s> 2 0.25\n\xC3\xA9t\xC3\xA9 0 0.001\n"));
    assert_ok(read_bytes(&v, binary_sample, sizeof binary_sample - 1, 0, &err), err);
    assert_sample(v);
}

static void test_harmless_differences_do_not_matter(void **state)
{
    (void)state;
    /* word2vec's own blank at the end, tabs, CRLF, a BOM, no last line end, numbers as C and Python print them */
    assert_sample(read_text("3 2 \nthe 0.5 -1 \n</s> 2 0.25 \n\xC3\xA9t\xC3\xA9 0 0.001 \n"));
    assert_sample(read_text("3\t2\nthe\t0.5\t-1\n</s>\t2\t0.25\n\xC3\xA9t\xC3\xA9\t0\t0.001\n"));
    assert_sample(read_text("3 2\r\nthe 0.5 -1\r\n</s> 2 0.25\r\n\xC3\xA9t\xC3\xA9 0 0.001\r\n"));
    assert_sample(read_text("\xEF\xBB\xBFthe 0.5 -1\n</s> 2 0.25\n\xC3\xA9t\xC3\xA9 0 0.001"));
    assert_sample(read_text("the +5.0e-01 -1.\n</s> 2E0 .25\n\xC3\xA9t\xC3\xA9 -0.0 1e-3"));
}

/* Binary files that other tools wrote have no line ends between the rows. */
static void test_binary_rows_may_lack_line_ends(void **state)
{
    (void)state;
    static const char bytes[] = "3 2\n"
                                "the \0\0\0\x3F\0\0\x80\xBF"
                                "</s> \0\0\0\x40\0\0\x80\x3E"
                                "\xC3\xA9t\xC3\xA9 \0\0\0\0\x6F\x12\x83\x3A";
    oriel_vectors *v;
    oriel_error err;
    assert_ok(read_bytes(&v, bytes, sizeof bytes - 1, 0, &err), err);
    assert_sample(v);
}

static void test_a_limit_keeps_the_first_words(void **state)
{
    (void)state;
    static const char text[] = "3 2\nthe 0.5 -1\n</s> 2 0.25\nbroken";
    oriel_vectors *v;
    oriel_error err;
    assert_ok(read_bytes(&v, text, sizeof text - 1, 2, &err), err); /* what comes after is not looked at */
    assert_int_equal(oriel_vectors_count(v), 2);
    assert_row(v, 1, "</s>", 2, 0.25F);
    oriel_vectors_free(v);
    assert_ok(read_bytes(&v, binary_sample, sizeof binary_sample - 1, 1, &err), err);
    assert_int_equal(oriel_vectors_count(v), 1);
    oriel_vectors_free(v);
    assert_ok(read_bytes(&v, binary_sample, sizeof binary_sample - 1, 100, &err), err);
    assert_sample(v);
}

/* ---- what is refused ---- */

struct refusal {
    const char *bytes;
    size_t n;
    oriel_status status;
    size_t line;
    const char *message;
};

#define BYTES(s) s, sizeof(s) - 1

static const struct refusal refusals[] = {
    {BYTES(""), ORIEL_EFORMAT, 0, "v: expected word vectors, found an empty file"},
    {BYTES("3 2\na 1 2\nb 3 4\n"), ORIEL_EFORMAT, 3, "v:3: expected 3 words, as line 1 says, found 2"},
    {BYTES("3 2\n"), ORIEL_EFORMAT, 1, "v:1: expected 3 words, as line 1 says, found 0"},
    {BYTES("3 2"), ORIEL_EFORMAT, 1, "found 0"},
    {BYTES("1 2\na 1 2\nb 3 4\n"), ORIEL_EFORMAT, 3, "v:3: expected the end after 1 words"},
    {BYTES("2 0\na 1\n"), ORIEL_EFORMAT, 1, "v:1: expected a width of 1 to 65536, found 0"},
    {BYTES("2 99999999999\na 1\n"), ORIEL_EFORMAT, 1, "expected a width"},
    {BYTES("2 99999999999999999999999999\na 1\n"), ORIEL_EFORMAT, 1, "expected a width"},
    {BYTES("99999999999999999999999999 2\na 1 2\n"), ORIEL_EFORMAT, 1, "expected at most"},
    {BYTES("4294967297 2\na 1 2\n"), ORIEL_EFORMAT, 1, "expected at most"},
    {BYTES("2000000000 65536\na 1 2\n"), ORIEL_EFORMAT, 2, "v:2: expected a word and 65536 numbers, found 2"},
    {BYTES("2 3\na 1 2 3\nb 1 2\n"), ORIEL_EFORMAT, 3, "v:3: expected a word and 3 numbers, found 2"},
    {BYTES("2 3\na 1 2 3\nb\n"), ORIEL_EFORMAT, 3, "found 0"},
    {BYTES("2 3\na 1\nb 1 2 3\n"), ORIEL_EFORMAT, 2, "v:2: expected a word and 3 numbers, found 1"},
    {BYTES("a 1 2 3\nb 1 2 3 4\n"), ORIEL_EFORMAT, 2, "v:2: expected a word and 3 numbers, found 4"},
    {BYTES("a 1 2 3\nb 1 2\n"), ORIEL_EFORMAT, 2, "found 2"},
    {BYTES("a\nb 1\n"), ORIEL_EFORMAT, 1, "v:1: expected a word and 1 to 65536 numbers, found 0"},
    {BYTES("a 1 2\nb 1 two\n"), ORIEL_EFORMAT, 2, "v:2: expected a finite number, found \"two\""},
    {BYTES("a 1 2\nb 1x 2\n"), ORIEL_EFORMAT, 2, "found \"1x\""},
    {BYTES("1 2\nb 0.1 what\n"), ORIEL_EFORMAT, 2, "found \"what\""},
    {BYTES("a 1 2\nb nan 2\n"), ORIEL_EFORMAT, 2, "found \"nan\""},
    {BYTES("a 1 2\nb 1 -inf\n"), ORIEL_EFORMAT, 2, "found \"-inf\""},
    {BYTES("a 1 2\nb 1 1e39\n"), ORIEL_EFORMAT, 2, "found \"1e39\""},
    {BYTES("a 1 2\nb 0x1 2\n"), ORIEL_EFORMAT, 2, "found \"0x1\""},
    {BYTES("a 1 2\nb 1,5 2\n"), ORIEL_EFORMAT, 2, "found \"1,5\""},
    {BYTES("a 1 2\nb  2\n"), ORIEL_EFORMAT, 2, "found \"\""}, /* two blanks: the number between them is missing */
    {BYTES("a 1 2\nb 1 2\na 3 4\n"), ORIEL_EFORMAT, 3, "v:3: the word \"a\" stands there twice"},
    {BYTES("a 1 2\n 1 2\n"), ORIEL_EFORMAT, 2, "v:2: expected a word, found a blank"},
    {BYTES("a 1 2\n\nb 1 2\n"), ORIEL_EFORMAT, 2, "v:2: expected a word and its numbers, found an empty line"},
    {BYTES("a 1 2\ncaf\xE9 1 2\n"), ORIEL_EENCODING, 2, "v:2: byte 4"},
    {BYTES("a 1 2\nb\0c 1 2\n"), ORIEL_EENCODING, 2, "v:2: byte 2"},
    {BYTES("a 1 2\nb 1 \0\n"), ORIEL_EFORMAT, 2, "expected a finite number"},
    /* binary: the place is a byte */
    {BYTES("2 2\na \0\0\0\x3F\0\0\x80\xBF\nb \0\0\0\x3F\0\0\x80"), ORIEL_EFORMAT, 0,
     "v: byte 15: the file is cut short (word 2 of 2)"},
    {BYTES("2 2\na \0\0\0\x3F\0\0\x80\xBF\nb"), ORIEL_EFORMAT, 0, "v: byte 15: the file is cut short"},
    {BYTES("2 2\na \0\0\0\x3F\0\0\x80\xBF"), ORIEL_EFORMAT, 0, "v: byte 14: the file is cut short"},
    {BYTES("1 2\na \0\0\0\x3F\0\0\x80\xBF\nb"), ORIEL_EFORMAT, 0, "v: byte 15: expected the end"},
    {BYTES("2 2\na \0\0\0\x3F\0\0\x80\xBF\na \0\0\0\x3F\0\0\x80\xBF\n"), ORIEL_EFORMAT, 0,
     "v: byte 15: the word stands there twice"},
    {BYTES("1 2\na \0\0\0\x3F\0\0\x80\x7F"), ORIEL_EFORMAT, 0, "v: byte 4: expected finite numbers"},
    {BYTES("1 2\na \0\0\0\x3F\0\0\xC0\xFF"), ORIEL_EFORMAT, 0, "v: byte 4: expected finite numbers"},
    {BYTES("1 2\n \0\0\0\x3F\0\0\x80\xBF"), ORIEL_EFORMAT, 0, "v: byte 4: expected a word, found a blank"},
    {BYTES("1 2\na\xE9 \0\0\0\x3F\0\0\x80\xBF"), ORIEL_EENCODING, 0, "v: byte 5: expected a word in UTF-8"},
    {BYTES("1 2\na\0 \0\0\0\x3F\0\0\x80\xBF"), ORIEL_EFORMAT, 0, "v: byte 4: expected a word, found a control"},
    {BYTES("2000000000 65536\na \0\0\0\x3F"), ORIEL_EFORMAT, 0, "byte 17: the file is cut short"},
};

static void test_what_is_wrong_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *r = &refusals[i];
        oriel_vectors *v;
        oriel_error err = {0};
        oriel_status status = read_bytes(&v, r->bytes, r->n, 0, &err);
        if (status != r->status || !strstr(err.text, r->message) || err.line != r->line)
            fail_msg("case %zu: %s, line %zu: %s; expected \"%s\"", i, oriel_status_name(status), err.line, err.text,
                     r->message);
        assert_null(v);
    }
}

static void test_an_endless_line_or_word_is_refused(void **state)
{
    (void)state;
    oriel_vectors *v;
    oriel_error err;
    size_t n = (size_t)6 << 20;
    char *bytes = malloc(n);
    assert_non_null(bytes);
    memset(bytes, 'a', n);
    assert_int_equal(read_bytes(&v, bytes, n, 0, &err), ORIEL_ELIMIT);
    assert_int_equal(err.line, 1);
    memset(bytes, '1', n);
    memcpy(bytes, "a ", 2);
    assert_int_equal(read_bytes(&v, bytes, n, 0, &err), ORIEL_ELIMIT);
    memcpy(bytes, binary_sample, 16);
    assert_int_equal(read_bytes(&v, bytes, n, 0, &err), ORIEL_EFORMAT);
    assert_non_null(strstr(err.text, "expected a word of at most 4096 bytes"));
    free(bytes);
}

/* Every cut of a binary file is an error, except that of the last line end. */
static void test_a_truncated_binary_file_is_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof binary_sample - 2; n++) {
        oriel_vectors *v;
        oriel_error err;
        assert_int_equal(read_bytes(&v, binary_sample, n, 0, &err), ORIEL_EFORMAT);
        assert_null(v);
    }
}

static void write_gz(const char *path, const void *bytes, unsigned n)
{
    gzFile f = gzopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(gzwrite(f, bytes, n), (int)n);
    assert_int_equal(gzclose(f), Z_OK);
}

static void test_files_may_be_compressed(void **state)
{
    (void)state;
    oriel_vectors *v;
    oriel_error err;
    size_t n;
    write_gz(test_path("v.gz"), binary_sample, sizeof binary_sample - 1);
    assert_ok(oriel_vectors_load(&v, test_path("v.gz"), 0, &err), err);
    assert_sample(v);
    char *bytes = test_read(test_path("v.gz"), &n);
    test_write(test_path("v.gz"), bytes, n - 5);
    free(bytes);
    assert_int_equal(oriel_vectors_load(&v, test_path("v.gz"), 0, &err), ORIEL_EFORMAT);
    assert_null(v);
    assert_int_equal(oriel_vectors_load(&v, test_path("missing"), 0, &err), ORIEL_EIO);
    assert_null(v);
}

/* ---- saving ---- */

/* n rows of d numbers of all sizes, subnormal ones and both zeros among them. */
static oriel_vectors *random_vectors(struct random *r, size_t n, size_t dim)
{
    oriel_vectors *v;
    oriel_error err;
    struct vocab *words = vocab_new();
    float *rows = mem_alloc(n * dim, sizeof *rows);
    assert_true(words && rows);
    for (size_t i = 0; i < n; i++) {
        char word[32];
        snprintf(word, sizeof word, "w%zu\xC3\xBC", i);
        assert_true(vocab_add(words, word, strlen(word), 0) >= 0);
    }
    for (size_t i = 0; i < n * dim; i++) {
        uint32_t bits = (uint32_t)random_next(r);
        memcpy(&rows[i], &bits, sizeof *rows);
        if (!isfinite(rows[i]) || i % 2)
            rows[i] = (float)random_uniform(r) - 0.5F;
    }
    rows[0] = -0.0F;
    assert_true(vocab_freeze(words, 0));
    assert_ok(vectors_from_parts(&v, words, rows, dim, &err), err);
    return v;
}

static void assert_equal_vectors(const oriel_vectors *a, const oriel_vectors *b)
{
    assert_int_equal(oriel_vectors_count(a), oriel_vectors_count(b));
    assert_int_equal(oriel_vectors_dim(a), oriel_vectors_dim(b));
    for (size_t i = 0; i < oriel_vectors_count(a); i++) {
        assert_string_equal(oriel_vectors_word(a, i), oriel_vectors_word(b, i));
        assert_memory_equal(oriel_vectors_row(a, i), oriel_vectors_row(b, i), oriel_vectors_dim(a) * sizeof(float));
    }
}

static void test_what_is_saved_loads_to_the_same_bits(void **state)
{
    (void)state;
    static const oriel_vector_format formats[] = {ORIEL_WORD2VEC_TEXT, ORIEL_WORD2VEC_BINARY, ORIEL_GLOVE_TEXT,
                                                  ORIEL_NPY, ORIEL_SAFETENSORS};
    enum { N_FORMATS = sizeof formats / sizeof *formats };
    static const size_t dims[] = {1, 2, 3, 7, 50, 301};
    struct random r = random_seeded(test_seed(4));
    for (size_t i = 0; i < sizeof dims / sizeof *dims * N_FORMATS; i++) {
        oriel_error err;
        oriel_vectors *loaded;
        const char *path = test_path(i % 2 ? "saved" : "saved again");
        oriel_vectors *v = random_vectors(&r, 1 + i * 20, dims[i / N_FORMATS]); /* the last are written in two rounds */
        unlink(path); /* a file of another format is no vectors file of ours */
        assert_ok(oriel_vectors_save(v, path, formats[i % N_FORMATS], 1 + i % 3, &err), err);
        assert_ok(oriel_vectors_load(&loaded, path, 0, &err), err);
        assert_equal_vectors(loaded, v);
        oriel_vectors_free(v);
        oriel_vectors_free(loaded);
    }
}

static void test_saved_bytes_are_those_of_the_formats(void **state)
{
    (void)state;
    static const struct {
        oriel_vector_format format;
        const char *bytes;
        size_t n;
    } expected[] = {{ORIEL_WORD2VEC_TEXT, BYTES("3 2\nthe 0.5 -1\n</s> 2 0.25\n\xC3\xA9t\xC3\xA9 0 0.001\n")},
                    {ORIEL_GLOVE_TEXT, BYTES("the 0.5 -1\n</s> 2 0.25\n\xC3\xA9t\xC3\xA9 0 0.001\n")},
                    {ORIEL_WORD2VEC_BINARY, BYTES(binary_sample)}};
    oriel_error err;
    oriel_vectors *v = read_text("the 0.5 -1\n</s> 2 0.25\n\xC3\xA9t\xC3\xA9 0 0.001\n");
    for (size_t i = 0; i < 3; i++) {
        size_t n;
        assert_ok(oriel_vectors_save(v, test_path("out"), expected[i].format, 1, &err), err);
        char *bytes = test_read(test_path("out"), &n);
        assert_int_equal(n, expected[i].n);
        assert_memory_equal(bytes, expected[i].bytes, n);
        free(bytes);
    }
    oriel_vectors_free(v);
}

static oriel_vectors *one_word(const char *word, size_t n)
{
    oriel_vectors *v;
    oriel_error err;
    struct vocab *words = vocab_new();
    float *rows = mem_zero(1, sizeof *rows);
    assert_true(words && rows && vocab_add(words, word, n, 1) >= 0 && vocab_freeze(words, 1));
    assert_ok(vectors_from_parts(&v, words, rows, 1, &err), err);
    return v;
}

static void test_a_word_that_no_file_can_hold_is_refused(void **state)
{
    (void)state;
    static const char *const words[] = {"New York", "a\tb", "a\nb", "a\r", ""};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        oriel_error err;
        struct stat unused;
        oriel_vectors *v = one_word(words[i], strlen(words[i]));
        assert_int_equal(oriel_vectors_save(v, test_path("no"), ORIEL_GLOVE_TEXT, 1, &err), ORIEL_EFORMAT);
        assert_int_not_equal(stat(test_path("no"), &unused), 0);
        oriel_vectors_free(v);
    }
}

static void test_saving_fails_when_the_disk_is_full_or_the_folder_missing(void **state)
{
    (void)state;
    struct stat full;
    oriel_error err = {0};
    oriel_vectors *v = one_word("a", 1);
    assert_int_equal(oriel_vectors_save(v, test_path("missing/v"), ORIEL_GLOVE_TEXT, 1, &err), ORIEL_EIO);
    if (stat("/dev/full", &full) == 0)
        assert_int_equal(oriel_vectors_save(v, "/dev/full", ORIEL_GLOVE_TEXT, 1, &err), ORIEL_EIO);
    oriel_vectors_free(v);
}

static void test_numbers_that_are_not_finite_make_no_vectors(void **state)
{
    (void)state;
    oriel_vectors *v;
    oriel_error err;
    struct vocab *words = vocab_new();
    float *rows = mem_zero(2, sizeof *rows);
    assert_true(words && rows && vocab_add(words, "a", 1, 1) >= 0 && vocab_freeze(words, 1));
    rows[1] = NAN;
    assert_int_equal(vectors_from_parts(&v, words, rows, 2, &err), ORIEL_EFORMAT);
    assert_null(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_format_is_recognised),
        cmocka_unit_test(test_harmless_differences_do_not_matter),
        cmocka_unit_test(test_binary_rows_may_lack_line_ends),
        cmocka_unit_test(test_a_limit_keeps_the_first_words),
        cmocka_unit_test(test_what_is_wrong_is_refused_with_its_place),
        cmocka_unit_test(test_an_endless_line_or_word_is_refused),
        cmocka_unit_test(test_a_truncated_binary_file_is_refused),
        cmocka_unit_test(test_files_may_be_compressed),
        cmocka_unit_test(test_what_is_saved_loads_to_the_same_bits),
        cmocka_unit_test(test_saved_bytes_are_those_of_the_formats),
        cmocka_unit_test(test_a_word_that_no_file_can_hold_is_refused),
        cmocka_unit_test(test_saving_fails_when_the_disk_is_full_or_the_folder_missing),
        cmocka_unit_test(test_numbers_that_are_not_finite_make_no_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
