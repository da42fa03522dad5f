/*
 * Character n-grams of a word that stands between its marks, hashed into buckets.  Files hold rows of buckets, so neither the cut nor the hash
 * (FNV-1a, 64 bits: n-grams have few bytes) can change.
 */
#ifndef ORIEL_TEXT_NGRAMS_H
#define ORIEL_TEXT_NGRAMS_H

#include <stddef.h>
#include <stdint.h>

/* Writes the buckets (0 .. n_buckets-1) of all runs of `size` characters of s [n], from left to right, and returns how many, at most n.
 * s is valid UTF-8 but for its marks: bytes that no text has, a character each. */
size_t ngram_buckets(int32_t *buckets, const char *s, size_t n, size_t size, size_t n_buckets);

#endif
