/*
 * Container files with any header at all and a right checksum, so that a test reaches the checks behind it.
 */
#ifndef ORIEL_TEST_FORGE_H
#define ORIEL_TEST_FORGE_H

#include <stddef.h>

/* A file with this header, padded as the format wants it, and n_data >= 8 bytes behind it: zeros, and the checksum at the
 * end whatever the header says.  *n: its size; the caller frees with free(). */
char *forge(const char *header, size_t n_data, size_t *n);

#endif
