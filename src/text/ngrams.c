#include "text/ngrams.h"

/* Where the character (or mark) at `at` ends. */
static const char *next_character(const char *at, const char *end)
{
    do
        at++;
    while (at < end && ((unsigned char)*at & 0xC0) == 0x80);
    return at;
}

static uint64_t hash_bytes(const char *at, const char *end)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; at < end; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    return hash;
}

size_t ngram_buckets(int32_t *buckets, const char *s, size_t n, size_t size, size_t n_buckets)
{
    const char *begin = s;
    const char *end = s;
    size_t n_ngrams = 0;
    for (size_t i = 1; end < s + n; i++) {
        end = next_character(end, s + n);
        if (i < size)
            continue;
        buckets[n_ngrams++] = (int32_t)(hash_bytes(begin, end) % n_buckets);
        begin = next_character(begin, s + n);
    }
    return n_ngrams;
}
