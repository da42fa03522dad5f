/*
 * Matrix and vector arithmetic.  Nothing here allocates, prints or fails; destinations come first, matrices are row-major.
 * Products are made of tiles (net/tiled.h) where the processor has fused multiply-add, and by the BLAS elsewhere and for single
 * rows.  The only file that knows the BLAS.  Thread safe as long as destinations are apart.
 */
#ifndef ORIEL_NET_KERNEL_H
#define ORIEL_NET_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "net/real.h"

/* A matrix inside a larger one: element (i, j) is at[i * stride + j].  As a source it is not written. */
struct matrix {
    real *at;
    size_t rows, cols, stride; /* stride >= cols */
};

static inline struct matrix matrix_of(const real *at, size_t rows, size_t cols)
{
    return (struct matrix){.at = (real *)at, .rows = rows, .cols = cols, .stride = cols};
}

/* Columns [first, first + cols) of m. */
static inline struct matrix matrix_columns(struct matrix m, size_t first, size_t cols)
{
    return (struct matrix){.at = m.at + first, .rows = m.rows, .cols = cols, .stride = m.stride};
}

/* c = keep c + scale op(a) op(b), with op as the name says: n as it is, t transposed.  Shapes must fit.  c apart from a and
 * b.  keep = 0 does not read c. */
void product_nn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep); /* [m][k] [k][n] */
void product_nt(struct matrix c, struct matrix a, struct matrix b, real scale, real keep); /* [m][k] [n][k] */
void product_tn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep); /* [k][m] [k][n] */

/* Every row of m becomes `row` [cols]; row is added to every row. */
void rows_fill(struct matrix m, const real *row);

/* out [cols] += scale * the sum of the rows of m: document 001, (17), the product with a row of ones. */
void rows_sum(real *out, struct matrix m, real scale);

/* y [n] += scale * x [n]. */
void vector_add(real *y, const real *x, real scale, size_t n);

/* y [n] *= x [n]. */
void vector_multiply(real *y, const real *x, size_t n);

/* The largest magnitude; of a NaN nothing is larger.  0 of none. */
real vector_largest(const real *x, size_t n);

/* The sum of squares, in double. */
double vector_squares(const real *x, size_t n);

/* Dot product, in double. */
double vector_dot(const real *x, const real *y, size_t n);

enum activation { ACTIVATION_TANH, ACTIVATION_SIGMOID, ACTIVATION_RELU };
const char *activation_name(enum activation f); /* "tanh" */
bool activation_from_name(const char *name, enum activation *out);

/* x = f(x), element by element.  In single precision tanh and sigmoid are within 2e-7 of the exact value, absolutely, and
 * the same on every instruction set. */
void activate(enum activation f, real *x, size_t n);

/* delta = delta * f'(z), where h = f(z): tanh 1 - h² (document 000, (5)), sigmoid h (1 - h) (000, (6); 003, (7)), relu
 * 1 where h > 0 (001, (23)). */
void activate_back(enum activation f, real *delta, const real *h, size_t n);

/* The same after dropout: h was multiplied by mask, whose elements are 0 or 1/keep, and so is delta. */
void activate_back_masked(enum activation f, real *delta, const real *h, const real *mask, real keep, size_t n);

/* x [n] = e^(x - shift), for x <= shift: within 2e-7 of the value in single precision; less than e^-80 becomes e^-80. */
void vector_exp(real *x, real shift, size_t n);

/* The BLAS: its name and version, the kernel family in use ("unknown" if it cannot tell). */
const char *blas_version(void);
const char *blas_core(void);
void blas_single_thread(void);

/* c = a bᵀ by the BLAS, whatever product_nt uses here: to compare the two. */
void blas_product_nt(struct matrix c, struct matrix a, struct matrix b);

/* Its products of odd shapes against plain loops; false: this BLAS computes wrong results on this processor. */
bool blas_is_correct(void);

#endif
