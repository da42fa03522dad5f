/*
 * A growable run of bytes.
 */
#include "base/bytes.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"

bool bytes_append(struct bytes *b, const char *s, size_t n)
{
    if (n == 0)
        return true;
    if (n > SIZE_MAX - b->n || !bytes_reserve(b, b->n + n))
        return false;
    memcpy(b->at + b->n, s, n);
    b->n += n;
    return true;
}

bool bytes_reserve(struct bytes *b, size_t cap)
{
    if (cap <= b->cap)
        return true;
    char *at = mem_grow(b->at, &b->cap, cap, 1);
    if (!at)
        return false;
    b->at = at;
    return true;
}

void bytes_clear(struct bytes *b)
{
    mem_free(b->at);
    *b = (struct bytes){0};
}
