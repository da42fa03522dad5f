/*
 * A growable run of bytes; all zero is empty.
 */
#ifndef ORIEL_BASE_BYTES_H
#define ORIEL_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
    char *at;      /* [n], no NUL at the end; on loan until the next change */
    size_t n, cap; /* bytes used, bytes there is room for */
};

bool bytes_append(struct bytes *b, const char *s, size_t n); /* false: no memory, b as it was */
bool bytes_reserve(struct bytes *b, size_t cap); /* room for cap bytes in all; false: no memory, b as it was */
void bytes_clear(struct bytes *b);               /* frees; b is empty again */

#endif
