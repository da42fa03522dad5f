/*
 * Oracles: the documents' formulas as plain loops in double, one number at a time, through libm.  They share types with
 * src/net but no code, never use the BLAS, and build every window in full.
 */
#ifndef ORIEL_REF_H
#define ORIEL_REF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/network.h"

/* f(z), and f'(z) from z alone. */
double ref_activation(enum activation f, double z);
double ref_slope(enum activation f, double z);

/* out [n_out] = w [n_out][n_in] x + bias. */
void ref_affine(double *out, const double *x, const real *w, const real *bias, size_t n_in, size_t n_out);

/* c [m][n] = keep c + scale op(a) op(b) over k; element (i, k) of op(a) is a[i * a_row + k * a_col], of op(b) (k, j)
 * b[k * b_row + j * b_col]; c has rows of c_stride.  keep = 0 does not look at c. */
struct ref_product {
    size_t m, n, k;
    const real *a, *b;
    size_t a_row, a_col, b_row, b_col;
    double *c;
    size_t c_stride;
    double scale, keep;
};
void ref_multiply(const struct ref_product *p);

/* -y log p - (1 - y) log(1 - p) with p = 1 / (1 + e^-s), as document 000, (11) has it; for moderate s. */
double ref_sigmoid_loss(double s, double y);

/* Ids around tokens [first, last) of a sentence: place j of token t is ids[t - W/2 + j], or before, or after. */
void ref_windows(int32_t *windows, const int32_t *ids, size_t n_tokens, size_t first, size_t last, size_t window,
                 int32_t before, int32_t after);

/* A net and what it reads: row windows[i][j] of the table stands at place j of example i. */
struct ref_case {
    const struct blueprint *net;
    const struct params *params;
    const real *table;      /* [R][d] */
    const int32_t *windows; /* [N][W] */
    const int32_t *gold;    /* [N]     the output that is 1, -1: none; only for the cost */
    size_t n;               /* N */
};

/* scores [N][Y].  Returns the smallest |z| of all hidden units, the distance from relu's corner; with no hidden layer
 * infinity. */
double ref_scores(double *scores, const struct ref_case *c);

/* E = (1/N) Σ loss + lambda/(2M) Σ |weights|², the documents' cost: 000, (1). */
double ref_cost(const struct ref_case *c, double lambda, double m);

#endif
