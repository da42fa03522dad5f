/*
 * The model of support/tiny_model.h and a tagger of it.  A header alone, so that tests that do not link the library's tagger
 * may still link support.
 */
#ifndef ORIEL_TEST_TINY_TAGGER_H
#define ORIEL_TEST_TINY_TAGGER_H

#include <stdlib.h>

#include "support/test.h"
#include "support/tiny_model.h"

struct pair {
    oriel_model *m;
    oriel_tagger *t;
};

static inline oriel_model *tiny_made(const struct tiny_model *file)
{
    size_t n;
    oriel_model *m;
    oriel_error err;
    char *bytes = tiny_bytes(file, &n);
    assert_ok(oriel_model_parse(&m, bytes, n, &err), err);
    free(bytes);
    return m;
}

static inline oriel_tagger *tiny_tagger(const oriel_model *m, double threshold)
{
    oriel_tagger *t;
    oriel_error err;
    assert_ok(oriel_tagger_new(&t, m, &(oriel_tagger_options){.threshold = threshold}, &err), err);
    return t;
}

static inline struct pair pair_of(const struct tiny_model *file, double threshold)
{
    struct pair p = {.m = tiny_made(file)};
    p.t = tiny_tagger(p.m, threshold);
    return p;
}

static inline struct pair tiny_pair(double threshold)
{
    struct tiny_model file = tiny_model();
    return pair_of(&file, threshold);
}

static inline void pair_clear(struct pair *p)
{
    oriel_tagger_free(p->t);
    oriel_model_free(p->m);
}

#endif
