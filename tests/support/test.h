/*
 * The cmocka includes in the order they require, and closeness of arrays that says where and by how much it fails.
 */
#ifndef ORIEL_TEST_H
#define ORIEL_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "oriel.h"

/* Fails with the status's name and the error's text if status is not ORIEL_OK. */
#define assert_ok(status, err)                                                                                         \
    do {                                                                                                               \
        oriel_status status_ = (status);                                                                               \
        if (status_ != ORIEL_OK)                                                                                       \
            fail_msg("%s: %s", oriel_status_name(status_), (err).text);                                                \
    } while (0)

/* Fails unless |a - b| <= absolute + relative * max(|a|, |b|) at every index; says the first index and both values. */
#define assert_close(a, b, n, relative, absolute)                                                                      \
    test_close((a), (b), (n), (relative), (absolute), #a, #b, __FILE__, __LINE__)
void test_close(const double *a, const double *b, size_t n, double relative, double absolute, const char *a_name,
                const char *b_name, const char *file, int line);

/* The seed of generated input: ORIEL_SEED, or `fallback`; printed once. */
uint64_t test_seed(uint64_t fallback);

/* A new empty folder, removed with its contents at exit; on loan for the life of the process. */
const char *test_folder(void);

/* Path of a file inside test_folder(); one of 16 rotating buffers. */
const char *test_path(const char *name);

/* Writes bytes to a file, or fails the test. */
void test_write(const char *path, const void *bytes, size_t n);

/* Reads a whole file, NUL after it; the caller frees with free(). */
char *test_read(const char *path, size_t *n);

#endif
