/*
 * UTF-8: validation, repair, normal form, case, character classes.  The only file that knows the Unicode library.
 */
#ifndef ORIEL_TEXT_UTF8_H
#define ORIEL_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* How many leading bytes of s [n] are valid UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF): n if
 * all.  U+0000 is valid here. */
size_t utf8_valid_prefix(const char *s, size_t n);

/* Length in bytes (1..4) of the valid character at s, n > 0; 0: none is there.  *codepoint may be NULL. */
size_t utf8_decode(const char *s, size_t n, int32_t *codepoint);

/* Writes the character to out [4], returns its length.  What is no character (a surrogate, above U+10FFFF) becomes U+FFFD. */
size_t utf8_encode(int32_t codepoint, char *out);

/* s [n] ends in the first bytes of a character that may go on: how many bytes of it are there (0..3). */
size_t utf8_open_tail(const char *s, size_t n);

/* Appends s [n] to *out with U+FFFD for each maximal invalid part (Unicode 3.9, the W3C practice) and for NUL; returns
 * how many were put in, SIZE_MAX: no memory. */
size_t utf8_repair(struct bytes *out, const char *s, size_t n);

/* A quick look: true only if the valid text s [n] is its own normal form C; false: it may or may not be. */
bool utf8_surely_nfc(const char *s, size_t n);

/* *s [*n] (valid text) becomes its normal form C, in room if it is not so already.  false: no memory. */
bool utf8_normalise(struct bytes *room, const char **s, size_t *n);

/* Each replaces *out by a form of the valid text s [n]; false: no memory. */
bool utf8_nfc(struct bytes *out, const char *s, size_t n);         /* Unicode normal form C */
bool utf8_lower(struct bytes *out, const char *s, size_t n);       /* lower case, character by character */
bool utf8_upper(struct bytes *out, const char *s, size_t n);       /* upper case, character by character */
bool utf8_capital(struct bytes *out, const char *s, size_t n);     /* the first character upper, the others lower */
bool utf8_fold_digits(struct bytes *out, const char *s, size_t n); /* every decimal digit becomes '0' */

bool utf8_is_upper(int32_t codepoint); /* and title case, such as U+01C5 */
bool utf8_is_lower(int32_t codepoint);
bool utf8_is_letter(int32_t codepoint);
bool utf8_is_digit(int32_t codepoint);
bool utf8_is_mark(int32_t codepoint);  /* part of the character before it: accents, vowel signs, variation selectors */
bool utf8_is_space(int32_t codepoint); /* Unicode White_Space, and the ASCII controls \t \n \v \f \r */

#endif
