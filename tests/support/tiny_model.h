/*
 * A model file put together by hand, byte by byte and without the library, small enough that its answers can be worked out
 * on paper.  Any part can be changed before, so that a test makes files that are right in form and wrong in content.
 *
 * Types PER and LOC; d = 3, W = 3, one hidden layer of two relu units; the tokenizer cuts runs of letters and digits, and
 * anything else character by character; a sentence ends after . ! or ?.
 *
 *     rows    said (0, 0, -1)   in (0, 0, 1)   ada (1, 0, 0)   rome (0, 1, 0)   zoë (1, 0, 0)   all others 0
 *     h_1   = relu(4 here[0] - 2 after[2])         PER = h_1 - 2
 *     h_2   = relu(4 here[1] + 2 before[2])        LOC = h_2 - 2
 *
 * So most words score -2 twice, "ada" and "zoë" 2 for PER, "rome" 2 for LOC; PER gains 2 before "said" (0 for a word that is
 * no name) and loses 2 before "in"; LOC the reverse after them.
 */
#ifndef ORIEL_TEST_TINY_MODEL_H
#define ORIEL_TEST_TINY_MODEL_H

#include <stddef.h>

enum { TINY_WORDS = 5, TINY_ROWS = 12, TINY_DIM = 3 };

struct tiny_text {
    const char *key, *value;
};

struct tiny_tensor {
    const char *name, *dtype;
    size_t n_dims, shape[3];
    const void *data;
    size_t n_bytes;
};

struct tiny_model {
    struct tiny_text texts[24];
    struct tiny_tensor tensors[16];
    size_t n_texts, n_tensors;
};

struct tiny_model tiny_model(void);

/* Changes a metadata string, or takes it out (value NULL). */
void tiny_set_text(struct tiny_model *m, const char *key, const char *value);

/* Puts a tensor in the place of the one of that name; one without data takes it out. */
void tiny_set_tensor(struct tiny_model *m, const struct tiny_tensor *t);

/* The file, with a right checksum; the caller frees with free(). */
char *tiny_bytes(const struct tiny_model *m, size_t *n);

#endif
