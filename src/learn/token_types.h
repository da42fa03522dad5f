/*
 * The distinct tokens of a training corpus and what they are made of.  Two strings whose channels have the same values are
 * one type; types 0 and 1 stand before and after a sentence.
 */
#ifndef ORIEL_LEARN_TOKEN_TYPES_H
#define ORIEL_LEARN_TOKEN_TYPES_H

#include "model/token_builder.h"
#include "oriel.h"
#include "text/features.h"

enum { TYPE_BEFORE = 0, TYPE_AFTER = 1 };

/* Ways to write a token (case copies). */
enum spelling { SPELLING_AS_IS, SPELLING_LOWER, SPELLING_UPPER, SPELLING_CAPITAL, SPELLINGS };

struct token_types {
    const struct channels *channels; /* on loan */
    struct token_builder made_of;    /* [n] types */
    int32_t *unknown;                /* [n] the unknown row of the word channel that fits the token */
    size_t cap_unknown;
    struct vocab *strings; /* string -> index of type_of */
    struct vocab *tuples;  /* ids as bytes -> type */
    int32_t *type_of;      /* [strings] */
    size_t cap_type_of;
    struct bytes form;
};

/* The token in another spelling; false: no memory. */
bool spell(struct bytes *out, const char *token, size_t n, enum spelling how);

/* Empty but for types 0 and 1.  false: no memory. */
bool token_types_init(struct token_types *t, const struct channels *channels);
void token_types_clear(struct token_types *t);

/* The type of a token (valid UTF-8) in a spelling, new if need be; -1: no memory. */
int32_t token_type(struct token_types *t, const char *token, size_t n, enum spelling how);

#endif
