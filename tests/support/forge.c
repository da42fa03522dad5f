#include "support/forge.h"

#include <stdint.h>
#include <stdlib.h>

#include <xxhash.h>

#include "support/test.h"

char *forge(const char *header, size_t n_data, size_t *n)
{
    size_t n_text = strlen(header);
    size_t n_header = (8 + n_text + 63) / 64 * 64 - 8;
    *n = 8 + n_header + n_data;
    char *bytes = calloc(*n, 1);
    assert_non_null(bytes);
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(n_header >> (8 * i));
    memset(bytes + 8, ' ', n_header);
    memcpy(bytes + 8, header, n_text);
    uint64_t sum = XXH3_64bits(bytes, *n - 8);
    memcpy(bytes + *n - 8, &sum, 8);
    return bytes;
}
