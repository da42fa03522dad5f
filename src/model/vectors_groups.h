/*
 * Vectors of words that have no row in a set, made of the rows of their letter groups.
 */
#ifndef ORIEL_MODEL_VECTORS_GROUPS_H
#define ORIEL_MODEL_VECTORS_GROUPS_H

#include "base/bytes.h"
#include "model/vectors.h"

/* One per thread; all zero is empty. */
struct groups_scratch {
    struct vocab_scratch forms;
    struct bytes marked;
    int32_t *buckets;
    size_t cap;
};
void groups_scratch_clear(struct groups_scratch *s);

/* oriel_vectors_compose of a word of n bytes (valid UTF-8): how many groups out [d] was made of, 0: there is no such vector, SIZE_MAX: no
 * memory. */
size_t vectors_compose(float *out, const oriel_vectors *v, struct groups_scratch *s, const char *word, size_t n);

struct word_vector {
    const float *at; /* [d] NULL: the word has none */
    double length;
    size_t row; /* SIZE_MAX: it was made of letter groups */
};

/* The vector of a word (valid UTF-8): its row, else made in room [d], which the result may point to.  false: no memory. */
bool vectors_of_word(struct word_vector *out, const oriel_vectors *v, struct groups_scratch *s, const char *word,
                     float *room);

#endif
