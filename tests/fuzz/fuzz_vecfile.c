/*
 * Any bytes as a vectors file: read or refused, and what was read can be found, compared and asked for an unknown word.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/source.h"
#include "model/vectors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A word that no file has. */
static void check_compose(const oriel_vectors *v)
{
    size_t n_groups;
    float *x = malloc(oriel_vectors_dim(v) * sizeof *x);
    if (!x || oriel_vectors_compose(v, "\xC3\xA9tudes", x, &n_groups, NULL) ||
        (n_groups > 0 && oriel_vectors_letter_groups(v) == 0))
        abort();
    free(x);
}

/* The first byte is the limit, so that the fuzzer reaches both ways of ending.  There is no words file beside. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source *s;
    oriel_vectors *v;
    oriel_neighbour near[4];
    size_t n_near;
    if (size == 0 || source_from_memory(&s, data + 1, size - 1, "/dev/null/fuzz", NULL))
        return 0;
    if (vectors_read(&v, s, data[0] == '\n' ? 0 : data[0], NULL) == ORIEL_OK) {
        size_t n = oriel_vectors_count(v);
        for (size_t row = 0; row < n; row++)
            if (oriel_vectors_find(v, oriel_vectors_word(v, row)) != row)
                abort();
        if (n > 0 && (oriel_vectors_near(v, n - 1, near, 4, &n_near, NULL) || n_near != (n > 4 ? 4 : n - 1)))
            abort();
        check_compose(v);
        oriel_vectors_free(v);
    } else if (v) {
        abort();
    }
    source_close(s);
    return 0;
}
