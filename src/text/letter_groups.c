#include "text/letter_groups.h"

#include "text/ngrams.h"

enum { SHORTEST = 3, LONGEST = 6 };

/* The marked word itself is the word's own row, no group. */
size_t letter_groups(int32_t *buckets, struct bytes *scratch, const char *word, size_t n, size_t n_buckets)
{
    scratch->n = 0;
    if (!bytes_append(scratch, "\xFE", 1) || !bytes_append(scratch, word, n) || !bytes_append(scratch, "\xFF", 1))
        return SIZE_MAX;
    size_t n_groups = 0;
    for (size_t size = SHORTEST; size <= LONGEST; size++) {
        size_t n_ngrams = ngram_buckets(buckets + n_groups, scratch->at, scratch->n, size, n_buckets);
        n_groups += n_ngrams > 1 ? n_ngrams : 0; /* a single one is the marked word */
    }
    return n_groups;
}
