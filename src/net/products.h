/*
 * Products with the first layer's weights, kept: what something adds to the first layer from each place of the window.
 *
 *     z = b + Σ_place A_1[:, place] · row        (documents 000, (2); 003, section 1: the window is a sum)
 *
 * With frozen weights A_1[:, place] · row is a constant of the row, so tagging a token is W rows of numbers to add.
 * They are kept in 16 bits, each row with a scale of its own: half the memory to read, at an error of less than 1/65,000
 * of the row's largest number.  Whose products a slot holds is for the caller to know.
 */
#ifndef ORIEL_NET_PRODUCTS_H
#define ORIEL_NET_PRODUCTS_H

#include "net/network.h"

/* Rows are whole vectors of any processor: H is rounded up, and the numbers beyond it are 0. */
enum { PRODUCTS_LANES = 16 };

struct products {
    size_t window; /* W */
    size_t units;  /* H', the outputs of the first layer rounded up */
    int16_t *at;   /* [S][W][H'] */
    real *scales;  /* [S][W] */
};

/* What is kept of one place of a slot. */
struct kept_row {
    const int16_t *at; /* [H'] */
    real scale;
};

/* Bytes that one slot takes. */
size_t products_slot_size(const struct blueprint *b);

/* S slots that hold nothing.  false: no memory, to be cleared all the same. */
bool products_init(struct products *s, const struct blueprint *b, size_t n_slots);
void products_clear(struct products *s);

/* A slot holds x [H'] for a place; nothing is promised of a row with a number that is none, or infinite. */
void products_keep(struct products *s, size_t slot, size_t place, const real *x);

static inline struct kept_row products_row(const struct products *s, size_t slot, size_t place)
{
    size_t row = slot * s->window + place;
    return (struct kept_row){s->at + row * s->units, s->scales[row]};
}

/* z [H'] += rows [n], one after the other. */
void products_add(const struct products *s, real *z, const struct kept_row *rows, size_t n);

/* Asks the memory for a row that is about to be needed. */
void products_expect(const struct products *s, size_t slot, size_t place);

#endif
