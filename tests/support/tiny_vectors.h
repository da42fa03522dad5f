/*
 * Vectors out of a text in the test.  A header alone, as not every test that links support links the library's vectors.
 */
#ifndef ORIEL_TEST_TINY_VECTORS_H
#define ORIEL_TEST_TINY_VECTORS_H

#include <stdlib.h>

#include "base/memory.h"
#include "base/source.h"
#include "model/vectors.h"
#include "support/test.h"

static inline oriel_vectors *tiny_vectors(const char *text)
{
    struct source *s;
    oriel_vectors *v;
    oriel_error err;
    assert_ok(source_from_memory(&s, text, strlen(text), "v", &err), err);
    assert_ok(vectors_read(&v, s, 0, &err), err);
    source_close(s);
    return v;
}

/* Gives the set rows of letter groups [n][d], which are copied. */
static inline void tiny_groups(oriel_vectors *v, const float *rows, size_t n, bool is_lower)
{
    size_t n_numbers = n * oriel_vectors_dim(v);
    float *copy = mem_alloc(n_numbers, sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, rows, n_numbers * sizeof *copy);
    vectors_take_groups(v, (struct letter_rows){.at = copy, .n = n, .is_lower = is_lower});
}

/* No byte of a vectors file may change, and none be missing at its end, without being noticed. */
static inline void tiny_damage(const char *path)
{
    size_t n;
    char *bytes = test_read(path, &n);
    for (size_t i = 0; i < n; i++) {
        oriel_vectors *v;
        bytes[i] ^= 4;
        test_write(test_path("damaged"), bytes, n);
        assert_int_not_equal(oriel_vectors_load(&v, test_path("damaged"), 0, NULL), ORIEL_OK);
        assert_null(v);
        bytes[i] ^= 4;
        test_write(test_path("damaged"), bytes, i);
        assert_int_not_equal(oriel_vectors_load(&v, test_path("damaged"), 0, NULL), ORIEL_OK);
        assert_null(v);
    }
    free(bytes);
}

#endif
