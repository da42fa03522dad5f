/*
 * Lists of what tokens are made of: strings go in, row ids by channel come out, for the number side.
 */
#ifndef ORIEL_MODEL_TOKEN_BUILDER_H
#define ORIEL_MODEL_TOKEN_BUILDER_H

#include "net/tables.h"
#include "text/features.h"

struct token_builder {
    struct token_ids ids;
    size_t n_ids; /* ids used */
    size_t cap_ids, cap_starts;
    struct feature_scratch scratch;
};

void token_builder_clear(struct token_builder *b); /* frees; all zero is empty */
void token_builder_empty(struct token_builder *b); /* forgets the tokens, keeps the memory */

/* Appends a token with the given special row in every channel.  false: no memory. */
bool token_builder_add_edge(struct token_builder *b, const struct channels *c, int32_t row);

/* Appends a token (valid UTF-8).  false: no memory. */
bool token_builder_add(struct token_builder *b, const struct channels *c, const char *token, size_t n);

/* Takes the last token off again. */
void token_builder_drop(struct token_builder *b, const struct channels *c);

#endif
