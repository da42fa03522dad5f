/*
 * The innermost part of a matrix product: a tile of the result, small enough to stay in registers while the sums grow.  One
 * kernel for each instruction set; which one is in use is asked of the processor.
 *
 * Each element is one chain of fused multiply-adds in the order of the inner index, however wide the registers are, so all
 * kernels give the same bits, and so do any two ways to cut a result into tiles.  Thread safe; nothing here can fail.
 */
#ifndef ORIEL_NET_TILE_H
#define ORIEL_NET_TILE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/real.h"

/* c = keep c + scale a b for one tile.  keep = 0 does not read c. */
struct tile {
    real *c; /* [rows][cols], apart from a and b */
    size_t c_row;
    const real *a; /* (i, k) is a[i * a_row + k * a_step] */
    size_t a_row, a_step;
    const real *b; /* [n][cols]: (k, j) is b[k * b_row + j] */
    size_t b_row;
    size_t rows, cols; /* 1 .. those of the kernel */
    size_t n;          /* length of the sums */
    real scale, keep;
};

typedef void tile_fn(const struct tile *t);

struct tile_kernel {
    const char *instructions; /* "avx512", "avx2", "neon", "plain" */
    size_t rows, cols;        /* of its largest tile */
    size_t lanes;             /* columns that cost as much as one: those of a register */
    tile_fn *run;
};

/* All rows of one panel of columns: t is its first tile, but for as many rows as there are. */
void tile_rows(const struct tile_kernel *kernel, struct tile t);

static inline size_t tile_smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* What all kernels must equal, to the bit: plain loops around C's fma. */
const struct tile_kernel *tile_kernel_plain(void);

/* Kernels for instruction sets; NULL where the compiler has none or the processor cannot run it. */
const struct tile_kernel *tile_kernel_avx512(void);
const struct tile_kernel *tile_kernel_avx2(void);
const struct tile_kernel *tile_kernel_neon(void);

/* The fastest that there is; NULL: this processor has no fused multiply-add worth the name, and a BLAS does better. */
const struct tile_kernel *tile_kernel_best(void);

#endif
