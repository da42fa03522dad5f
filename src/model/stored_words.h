/*
 * A vocabulary as it is stored: its strings one after the other, where each ends, and counts; vocab_from_stored reads it.
 */
#ifndef ORIEL_MODEL_STORED_WORDS_H
#define ORIEL_MODEL_STORED_WORDS_H

#include "text/vocabulary.h"

/* All zero is empty. */
struct stored_words {
    struct bytes strings;
    uint64_t *ends;   /* [n] */
    uint64_t *counts; /* [n] */
    size_t n;
};

/* Without the special rows.  false: no memory; to be cleared either way. */
bool stored_words_fill(struct stored_words *s, const struct vocab *words);
void stored_words_clear(struct stored_words *s);

#endif
