/*
 * Gradients of rows in all channels, one after the other; training shares the channels out among threads.
 */
#ifndef ORIEL_TEST_SCATTER_H
#define ORIEL_TEST_SCATTER_H

#include "net/tables.h"

static inline bool tables_scatter(struct table_sums *s, const struct tables *t, const struct token_ids *ids,
                                  const int32_t *tokens, size_t n, const struct left_out *out, const real *d_rows)
{
    for (size_t k = 0; k < t->n; k++)
        if (!tables_scatter_channel(s, t, ids, tokens, n, out, d_rows, k))
            return false;
    return true;
}

#endif
