/*
 * The letter groups of a word, hashed into buckets: all runs of 3 to 6 characters of the word between two marks (Bojanowski et al.
 * 2017, "Enriching Word Vectors with Subword Information").  The marks are bytes that no text has.
 */
#ifndef ORIEL_TEXT_LETTER_GROUPS_H
#define ORIEL_TEXT_LETTER_GROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* How they are cut and hashed, for files that hold rows of them; another way needs another name. */
#define LETTER_GROUPS_NAME "fnv1a-3-6"

/* Room that letter_groups needs for a word of n bytes. */
#define LETTER_GROUPS_MOST(n) (4 * ((n) + 2))

/* Writes the buckets (0 .. n_buckets-1) of the groups of a word (valid UTF-8), shorter ones first, from left to right; returns how
 * many, SIZE_MAX: no memory.  scratch may be used again. */
size_t letter_groups(int32_t *buckets, struct bytes *scratch, const char *word, size_t n, size_t n_buckets);

#endif
