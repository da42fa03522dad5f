/*
 * Sentences of a reader, copied so that they can be tagged together while the reader goes on.
 */
#ifndef ORIEL_CLI_BATCH_H
#define ORIEL_CLI_BATCH_H

#include "oriel.h"

struct batch {
    oriel_sentence *sentences; /* [n] */
    size_t n, cap;
    size_t n_tokens;
    char *bytes; /* theirs, one after the other */
    size_t n_bytes, cap_bytes;
    oriel_range *ranges;
    size_t n_ranges, cap_ranges;
};

void batch_empty(struct batch *b); /* forgets the sentences, keeps the memory */
void batch_clear(struct batch *b); /* frees */

/* Is it large enough to be tagged? */
bool batch_is_full(const struct batch *b);

/* Appends a copy.  Its pointers are right only after batch_settle.  false: no memory. */
bool batch_add(struct batch *b, const oriel_sentence *s);

/* All were added: from here on their pointers stay. */
void batch_settle(struct batch *b);

#endif
