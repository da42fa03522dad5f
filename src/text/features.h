/*
 * A token's type channels: for each channel, which of its values the token's string has (its normal form, letter
 * shape, prefix, suffix, character n-grams).  What a channel says depends on the string alone, so it can be kept once
 * a string has been seen.  Characters are Unicode characters of normal form C, never bytes: a string that is composed
 * differently has the same values.
 */
#ifndef ORIEL_TEXT_FEATURES_H
#define ORIEL_TEXT_FEATURES_H

#include <stdbool.h>

#include "oriel.h"
#include "text/vocabulary.h"

/* What a channel looks at, and how that is spelled in lists.
 *
 * The shape puts a class for each character: X upper or title case, x lower case, c a letter without case, d a decimal
 * digit; other characters stand for themselves, combining marks are left out, and of a run of the same no more than
 * four are kept: "McDonald's-2025" has XxXxxxx'x-dddd.  The coarse shape has '-' for all other characters and keeps one
 * of each run: XxXx-x-d.  A folded token is in lower case, with its decimal digits as 0. */
enum feature_kind {
    FEATURE_WORD,   /* "word"     the word by its forms (vocab_look_up) */
    FEATURE_SHAPE,  /* "shape" */
    FEATURE_COARSE, /* "coarse" */
    FEATURE_PREFIX, /* "prefix3"  first characters, folded; a shorter token has none */
    FEATURE_SUFFIX, /* "suffix3"  last characters, alike */
    FEATURE_NGRAMS  /* "ngrams3"  each n-gram of the folded token between two marks, hashed into buckets */
};

struct feature {
    enum feature_kind kind;
    size_t size; /* characters of a prefix, suffix or n-gram: 1..FEATURE_SIZE_MAX; 0 for the others */
};

/* The name of a feature with its NUL, and back: exactly such a name, else false and *out as it was. */
enum { FEATURE_NAME_SIZE = 16, FEATURE_SIZE_MAX = 8, FEATURES_MAX = 32 };
void feature_name(char out[FEATURE_NAME_SIZE], struct feature f);
bool feature_from_name(struct feature *out, const char *name, size_t n);

/* Does the value depend on the case of letters?  Not that of a folded token. */
static inline bool feature_sees_case(struct feature f)
{
    return f.kind == FEATURE_WORD || f.kind == FEATURE_SHAPE || f.kind == FEATURE_COARSE;
}

/* Scratch for the forms of a token; one per thread.  Zero is empty. */
struct feature_scratch {
    struct vocab_scratch words;
    struct bytes nfc, lower, form;
};
void feature_scratch_clear(struct feature_scratch *s);

/* The string by which a token (valid UTF-8) is counted and found in the channel of f, to s->form; empty when it has
 * none.  Word: its normal form C.  N-grams: the folded token between the marks, byte 0xFE and byte 0xFF, which no text
 * has.  false: no memory. */
bool feature_form(struct feature_scratch *s, struct feature f, const char *token, size_t n);

/* A channel: a feature and its values.  The vocabulary of values is owned by the channel: open while values are
 * counted, then frozen; n-grams have none, and their ids are VOCAB_SPECIAL + bucket. */
struct channel {
    struct feature feature;
    struct vocab *values;
    size_t n_buckets; /* FEATURE_NGRAMS: 1 .. INT32_MAX - VOCAB_SPECIAL */
};

struct channels {
    struct channel at[FEATURES_MAX];
    size_t n;
};

/* Adds a token's value to the open vocabulary of a channel (nothing for n-grams, or when the token has none).  false:
 * no memory. */
bool channel_count(struct channel *c, struct feature_scratch *s, const char *token, size_t n, uint64_t count);

/* Rows that a table for this channel has: special ones and values, or buckets. */
size_t channel_rows(const struct channel *c);

/* Appends the ids of a token's values to *ids, whose length is *n_ids and capacity *cap: one id, or as many as the
 * token has n-grams, from left to right; VOCAB_UNKNOWN if it has no value or one that is not known (a word: its
 * unknown row).  false: no memory, nothing was appended. */
bool channel_ids(const struct channel *c, struct feature_scratch *s, const char *token, size_t n, int32_t **ids,
                 size_t *n_ids, size_t *cap);

/* The one id of a channel that is not of n-grams.  -1: no memory. */
int32_t channel_id(const struct channel *c, struct feature_scratch *s, const char *token, size_t n);

/* The same, when the form is known already. */
int32_t channel_id_of(const struct channel *c, const char *form, size_t n);

/* Do all values of features a and b follow from a, whenever a's is known?  Then a token's value of b need not be asked for. */
bool feature_tells(struct feature a, struct feature b);

/* Frees the vocabularies and empties c. */
void channels_clear(struct channels *c);

#endif
