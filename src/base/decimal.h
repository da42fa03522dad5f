/*
 * Decimal numbers to floats and back, exactly and whatever the locale is.  Reading is correctly rounded, as strtof is;
 * writing gives a text that reads back to the same float, bit for bit.
 */
#ifndef ORIEL_BASE_DECIMAL_H
#define ORIEL_BASE_DECIMAL_H

#include <stddef.h>

#define DECIMAL_MAX 24 /* bytes that decimal_write writes at most */

/* Reads [+-]digits[.digits][e[+-]digits] (digits may be missing on one side of the point) from the start of s [n]; returns
 * how many bytes it took, 0: there is no number.  What is too large becomes infinite, what is too small zero.  "nan", "inf"
 * and hexadecimal are no numbers. */
size_t decimal_read(const char *s, size_t n, float *out);

/* Writes a finite number with 6 to 9 digits, as few as suffice, without zeros at the end of its fraction; returns how many
 * bytes.  No NUL. */
size_t decimal_write(char out[DECIMAL_MAX], float x);

#endif
