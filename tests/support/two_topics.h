/*
 * A small text for word vectors, and trainings on it.
 */
#ifndef ORIEL_TEST_TWO_TOPICS_H
#define ORIEL_TEST_TWO_TOPICS_H

#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "model/vectors.h"

enum { N_LINES = 3000, LINE_WORDS = 8, N_TOPIC = 20 };

/* Lines about one of two topics, whose words never meet: a0 .. a19 and b0 .. b19, and "the" in both. */
static inline const char *two_topics(void)
{
    static char path[256];
    char *text = malloc(N_LINES * (LINE_WORDS + 1) * 8);
    size_t n = 0;
    struct random r = random_seeded(11);
    for (size_t line = 0; line < N_LINES; line++) {
        char topic = random_below(&r, 2) ? 'a' : 'b';
        for (size_t i = 0; i < LINE_WORDS; i++)
            n += (size_t)sprintf(text + n, "%c%d ", topic, (int)random_below(&r, N_TOPIC));
        n += (size_t)sprintf(text + n, "the\n");
    }
    snprintf(path, sizeof path, "%s", test_path("topics.txt"));
    test_write(path, text, n);
    free(text);
    return path;
}

static inline oriel_vectors_options options_for(const char *const *text)
{
    oriel_vectors_options o;
    oriel_vectors_options_default(&o);
    o.text = text;
    o.n_text = 1;
    o.dim = 20;
    o.sample = 0; /* the few words of these texts are all frequent */
    o.epochs = 3;
    return o;
}

static inline oriel_vectors *train(const oriel_vectors_options *o)
{
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_train(&v, o, NULL, NULL, &err), err);
    return v;
}

static inline void assert_same(const oriel_vectors *a, const oriel_vectors *b)
{
    const struct letter_rows *groups = vectors_groups(a);
    assert_int_equal(groups->n, vectors_groups(b)->n);
    if (groups->n > 0)
        assert_memory_equal(groups->at, vectors_groups(b)->at, groups->n * oriel_vectors_dim(a) * sizeof(float));
    assert_int_equal(oriel_vectors_count(a), oriel_vectors_count(b));
    for (size_t i = 0; i < oriel_vectors_count(a); i++) {
        assert_string_equal(oriel_vectors_word(a, i), oriel_vectors_word(b, i));
        assert_memory_equal(oriel_vectors_row(a, i), oriel_vectors_row(b, i), oriel_vectors_dim(a) * sizeof(float));
    }
}

#endif
