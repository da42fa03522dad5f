/*
 * A matrix that many rows are multiplied by, in whole numbers: both sides are rounded to whole steps of a scale (each row and
 * each column has its own), so few that 32 bits hold every sum.  Sums are exact, so all processors have the same, in any order;
 * two products to an instruction make it twice as fast as floats, and half as large.
 *
 * Of k numbers a side has at most sqrt(2^31 / k) steps up and down, so the error of a number is less than 1/9000 of the largest in its
 * row for k = 100, 1/20,000 for k = 16.
 */
#ifndef ORIEL_NET_WHOLE_H
#define ORIEL_NET_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/kernel.h"

enum { WHOLE_COLS = 64 };

struct whole {
    size_t k, n;    /* the matrix is [n][k] */
    size_t n_pairs; /* ceil(k / 2) */
    int most;       /* steps */
    real *scales;   /* [n], and 0 up to a multiple of WHOLE_COLS */
    int16_t *at;    /* [ceil(n / WHOLE_COLS)][n_pairs][WHOLE_COLS][2]  0 beyond n or k; in one piece with scales */
};

/* Rounds and lays out b [n][k].  false: no memory, to be cleared all the same. */
bool whole_init(struct whole *w, struct matrix b);
void whole_clear(struct whole *w);

/* Numbers of a row in memory: k and a 0 if that is odd. */
static inline size_t whole_row_size(const struct whole *w)
{
    return 2 * w->n_pairs;
}

/* steps [whole_row_size] = x [k] in steps of the scale that it returns.  Nothing is promised of numbers that are none, or
 * infinite. */
real whole_row(int16_t *steps, const struct whole *w, const real *x);

/* c [m][n] = rows [m][whole_row_size], of scales [m], times bᵀ.  Thread safe. */
void whole_product(struct matrix c, const int16_t *rows, const real *scales, const struct whole *w);

/* ---- for the kernels, and their test ---- */

/* sums [rows][WHOLE_COLS] = a [rows][2 n_pairs] times one panel b [n_pairs][WHOLE_COLS][2]. */
typedef void whole_fn(int32_t *sums, const int16_t *a, const int16_t *b, size_t n_pairs, size_t rows);

struct whole_kernel {
    size_t rows; /* at most */
    whole_fn *run;
};

/* NULL where the compiler has none or the processor cannot run it; the plain one is what all must equal. */
const struct whole_kernel *whole_kernel_plain(void);
const struct whole_kernel *whole_kernel_avx2(void);
const struct whole_kernel *whole_kernel_avx512(void);
const struct whole_kernel *whole_kernel_vnni(void);

#endif
