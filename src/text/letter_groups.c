#include "text/letter_groups.h"

#include <string.h>

enum { SHORTEST = 3, LONGEST = 6 };

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const char *s, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* Where the next character begins; n: at the end. */
static size_t next_character(const char *s, size_t n, size_t at)
{
    for (at++; at < n && ((unsigned char)s[at] & 0xC0) == 0x80;)
        at++;
    return at;
}

/* The marked word itself is the word's own row, no group. */
size_t letter_groups(int32_t *buckets, struct bytes *scratch, const char *word, size_t n, size_t n_buckets)
{
    scratch->n = 0;
    if (!bytes_append(scratch, "\xFE", 1) || !bytes_append(scratch, word, n) || !bytes_append(scratch, "\xFF", 1))
        return SIZE_MAX;
    const char *s = scratch->at;
    size_t n_marked = scratch->n;
    size_t n_groups = 0;
    for (size_t length = SHORTEST; length <= LONGEST; length++) {
        size_t end = 0;
        for (size_t i = 0; i < length && end < n_marked; i++)
            end = next_character(s, n_marked, end);
        for (size_t begin = 0; end <= n_marked; begin = next_character(s, n_marked, begin)) {
            if (end - begin < n_marked && end - begin >= length)
                buckets[n_groups++] = (int32_t)(hash_of(s + begin, end - begin) % n_buckets);
            if (end == n_marked)
                break;
            end = next_character(s, n_marked, end);
        }
    }
    return n_groups;
}
