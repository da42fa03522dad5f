/*
 * Vectors out of a text in the test.  A header alone, as not every test that links support links the library's vectors.
 */
#ifndef ORIEL_TEST_TINY_VECTORS_H
#define ORIEL_TEST_TINY_VECTORS_H

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

#endif
