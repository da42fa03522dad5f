/*
 * Tables of learned rows, one per type channel, and the tokens that are made of them: a token's row is the rows of its
 * channels side by side, and a channel that has several values (character n-grams) gives their mean.
 */
#ifndef ORIEL_NET_TABLES_H
#define ORIEL_NET_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/real.h"

enum { TABLES_MAX = 32 };

/* Rows are numbers, or whole steps of a scale that each row has of its own: a quarter of the memory, at an error of at most
 * 1/254 of the row's largest number. */
struct table {
    real *at; /* [rows][width]  NULL: narrow */
    size_t rows, width;
    int8_t *steps; /* [rows][width]  narrow: -127 .. 127 */
    real *scales;  /* [rows] */
};

/* Makes a table of numbers narrow, for good.  false: no memory, nothing has changed. */
bool table_narrow(struct table *t);

/* out [width] = a row. */
void table_row(real *out, const struct table *t, size_t row);

/* out [width] = the mean of rows ids [n], n > 0; one of narrow rows. */
void table_mean(real *out, const struct table *t, const int32_t *ids, size_t n);

/* Asks the memory for a row that is about to be needed. */
void table_expect(const struct table *t, size_t row);

/* Frees what a table owns. */
void table_clear(struct table *t);

struct tables {
    struct table table[TABLES_MAX];
    size_t n;     /* K channels */
    size_t width; /* D, the sum of their widths */
};

/* What distinct tokens are made of.  Token i has in channel k the rows ids[starts[i*K + k]] .. before starts[i*K + k + 1],
 * at least one. */
struct token_ids {
    int32_t *ids;
    size_t *starts; /* [n*K + 1] */
    size_t n;       /* tokens */
};

/* Row indices of one channel of one token. */
static inline const int32_t *token_channel(const struct token_ids *t, size_t n_channels, size_t token, size_t channel,
                                           size_t *n)
{
    const size_t *start = t->starts + token * n_channels + channel;
    *n = start[1] - start[0];
    return t->ids + start[0];
}

/* Values that are left out of the tokens of a batch: the unknown row stands for them. */
struct left_out {
    const uint32_t *channels; /* [n]      bit k: channel k */
    const int32_t *unknown;   /* [tokens] the unknown row of channel 0; that of the others is row 0 */
};

/* rows [n][D]: the rows of tokens [n], with what is left out of them (NULL: nothing). */
void tables_gather(real *rows, const struct tables *t, const struct token_ids *ids, const int32_t *tokens, size_t n,
                   const struct left_out *out);

/* Gradients of the rows that a batch touches, by channel. */
struct row_sums {
    int32_t *slot_of; /* [rows]             place among the touched, -1: not touched */
    int32_t *touched; /* [n]                rows of the table */
    real *sums;       /* [n][width] */
    size_t n, cap_touched, cap_sums;
};

struct table_sums {
    struct row_sums of[TABLES_MAX];
};

bool table_sums_init(struct table_sums *s, const struct tables *t); /* false: no memory */
void table_sums_clear(struct table_sums *s);

/* Takes in, for one channel, d_rows [n][D], the gradient of what tables_gather gave for the same arguments: afterwards `touched` and `sums` hold each
 * row's gradient, summed over tokens in their order (document 000, (29): a row that stands in several places receives
 * all of it; a mean hands each of its rows an equal share).  What was there before is forgotten.  false: no memory. */
bool tables_scatter_channel(struct table_sums *s, const struct tables *t, const struct token_ids *ids,
                            const int32_t *tokens, size_t n, const struct left_out *out, const real *d_rows,
                            size_t channel);

#endif
