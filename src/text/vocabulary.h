/*
 * Strings to ids and back, with counts.  Built in two steps: count words (the vocabulary is open), then freeze it, which
 * drops rare words and fixes the ids; from then on it never changes.  The first rows are special and belong to no string.
 *
 * A token is looked up by its forms in turn: the exact one after NFC, that in lower case, that with digits folded to 0;
 * so words learned with a capital keep a row of their own.  A token whose forms are all unknown gets the unknown row of
 * its letter shape: for a window of words alone, a capital is most of what an unknown word tells.
 */
#ifndef ORIEL_TEXT_VOCABULARY_H
#define ORIEL_TEXT_VOCABULARY_H

#include <stdbool.h>

#include "base/bytes.h"
#include "oriel.h"

enum {
    VOCAB_UNKNOWN = 0, /* unknown: lower case, or letters that have no case */
    VOCAB_BEFORE = 1,  /* beyond a sentence's ends */
    VOCAB_AFTER = 2,
    VOCAB_UNKNOWN_CAPITAL = 3, /* unknown: begins with a capital */
    VOCAB_UNKNOWN_UPPER = 4,   /* unknown: two capitals or more, nothing in lower case */
    VOCAB_UNKNOWN_DIGIT = 5,   /* unknown: holds a digit */
    VOCAB_UNKNOWN_SYMBOL = 6,  /* unknown: no letter and no digit */
    VOCAB_SPECIAL = 7          /* how many there are, and the first word's id */
};

struct vocab; /* after vocab_freeze: read-only, may be shared by threads */

/* Scratch for the forms of a token; one per thread.  Zero is empty. */
struct vocab_scratch {
    struct bytes nfc, lower, folded;
};
void vocab_scratch_clear(struct vocab_scratch *s);

/* *word [*n] (valid UTF-8, apart from the scratch) becomes the form that word vectors are learned of: normal form C, and lower
 * case where they are.  It may lie in the scratch, until that is used again.  false: no memory. */
bool vocab_form(struct vocab_scratch *s, bool in_lower_case, const char **word, size_t *n);

struct vocab *vocab_new(void); /* open and empty; NULL: no memory */
void vocab_free(struct vocab *v);

/* Open: adds `count` to the word's count (count 0 makes it known all the same).  The caller gives a form to keep, as it is
 * to be kept (NFC for corpus words).  Returns its id for now (ids change when it is frozen), -1: no memory. */
int32_t vocab_add(struct vocab *v, const char *word, size_t n, uint64_t count);

/* Drops words with count < min_count, except those added with vocab_keep, and orders the rest by falling count, ties in
 * the order they came.  Ids start at VOCAB_SPECIAL.  false: no memory, v as it was. */
bool vocab_freeze(struct vocab *v, uint64_t min_count);

/* The same, and the rarest of those that were not kept are dropped, too, until there are no more than `most`.  ids [vocab_size
 * before], or NULL, by ids for now: what each is from now on, -1: dropped. */
bool vocab_freeze_most(struct vocab *v, uint64_t min_count, size_t most, int32_t *ids);

/* Open: the word stays whatever its count.  -1: no memory. */
int32_t vocab_keep(struct vocab *v, const char *word, size_t n);

/* The id of exactly this string, -1: none. */
int32_t vocab_find(const struct vocab *v, const char *word, size_t n);

/* Asks the memory for where a string would be found. */
void vocab_expect(const struct vocab *v, const char *word, size_t n);

/* Open: words with a count below min_count pass it on to their lower-case form, and forms that are still below it to the one
 * with digits folded, so that the rows that look-up falls back to are there and are learned.  false: no memory. */
bool vocab_pass_on_rare(struct vocab *v, uint64_t min_count);

/* The unknown row that fits a token (valid UTF-8). */
int32_t vocab_unknown_row(const char *token, size_t n);

/* The id of a token (valid UTF-8) by its forms, else that of an unknown row; -1: no memory. */
int32_t vocab_look_up(const struct vocab *v, struct vocab_scratch *s, const char *token, size_t n);

size_t vocab_size(const struct vocab *v);                             /* V, the special rows among them */
const char *vocab_word(const struct vocab *v, int32_t id, size_t *n); /* NUL-terminated, on loan; "" for special rows */
uint64_t vocab_word_count(const struct vocab *v, int32_t id);

/* A frozen vocabulary from its stored form: n_bytes of strings one after the other, ends [n_words] (rising, the last equals
 * n_bytes, checked), counts [n_words] or NULL; ids follow the order from VOCAB_SPECIAL.  ORIEL_EFORMAT: ends out of order, a string twice, not UTF-8. */
oriel_status vocab_from_stored(struct vocab **out, const char *strings, size_t n_bytes, const uint64_t *ends,
                               const uint64_t *counts, size_t n_words, oriel_error *err);

#endif
