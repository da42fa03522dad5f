/*
 * Products of tokens with the first layer's weights, kept: what a token adds to the first layer from each place of the window.
 *
 *     z = b + Σ_place A_1[:, place] · row        (documents 000, (2); 003, section 1: the window is a sum)
 *
 * With frozen weights A_1[:, place] · row is a constant of the token, so tagging a token is W rows of numbers to add.
 * They are kept in 16 bits, each row with a scale of its own: half the memory to read, at an error of less than 1/65,000
 * of the row's largest number.  Whose products a slot holds is for the caller to know.
 */
#ifndef ORIEL_NET_PRODUCTS_H
#define ORIEL_NET_PRODUCTS_H

#include "net/network.h"
#include "net/packed.h"

struct products {
    size_t window, units;  /* W, H: outputs of the first layer */
    size_t n_slots;        /* S */
    struct packed *places; /* [W]        A_1[:, place] */
    const real *bias;      /* [H]        on loan from the parameters */
    int16_t *at;           /* [S][W][H] */
    real *scales;          /* [S][W] */
    real *scratch;         /* [PRODUCTS_BLOCK][H] */
    size_t begin_width;    /* d' <= d */
    real *begins;          /* [n][W][H]  sums over the first d' numbers of rows that many tokens begin with */
};

/* Bytes that one slot takes. */
size_t products_slot_size(const struct blueprint *b);

/* p, b: what they are of; the weights are copied, the bias stays on loan.  false: no memory, to be cleared all the same. */
bool products_init(struct products *s, const struct blueprint *b, const struct params *p, size_t n_slots);
void products_clear(struct products *s);

/* Many rows will begin as these do, [n][width]: what they have in common is computed once.  false: no memory. */
bool products_share(struct products *s, const real *begins, size_t n, size_t width);

/* Slots [n] hold the products of rows [n][d], the same bits in either way: begins [n] says which of those above each begins
 * with; NULL: any.  Not thread safe. */
void products_fill(struct products *s, const uint32_t *slots, const real *rows, const int32_t *begins, size_t n);

/* z [H] of the window whose tokens stand in slots [W]. */
void products_sum(const struct products *s, real *z, const uint32_t *slots);

/* Asks the memory for a slot that is about to be needed. */
void products_prefetch(const struct products *s, uint32_t slot);

#endif
