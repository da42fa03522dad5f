/*
 * A run of sentences in flat arrays: all bytes in one block, tokens as byte ranges, sentences as token ranges.  Grows at
 * its end only; emptied and used again without giving its memory back.
 */
#ifndef ORIEL_TEXT_SENTENCES_H
#define ORIEL_TEXT_SENTENCES_H

#include <stdbool.h>

#include "base/bytes.h"
#include "oriel.h"

struct sentences {
    struct bytes text;                 /* bytes of all tokens */
    oriel_range *tokens;               /* [T] of text */
    size_t *starts;                    /* [S+1] first token of each sentence; starts[S] = T */
    size_t *lines;                     /* [S] 1-based line of its first token */
    size_t n_tokens, cap_tokens;       /* T */
    size_t n_sentences, cap_sentences; /* S */
};

/* Appends a token's bytes, or closes the sentence that began at `line` (nothing happens if it has no tokens).  false: no
 * memory. */
bool sentences_add_token(struct sentences *s, const char *token, size_t n);
bool sentences_end(struct sentences *s, size_t line);
void sentences_empty(struct sentences *s); /* forgets the contents, keeps the memory */
void sentences_clear(struct sentences *s); /* frees */

#endif
