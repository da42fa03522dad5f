/*
 * The loop of a tile kernel, for whoever defines before including it, once:
 *
 *     TILE_ROWS 8, TILE_VECTORS 3     the largest tile: rows, and columns in vectors
 *     TILE_LANES                      numbers in a vector
 *     TILE_TARGET                     what functions need for these instructions
 *     vec, part                       types: a vector; which lanes of one are in use
 *     vec_zero, vec_all(x), vec_load(p), vec_store(p, v), vec_multiply_add(a, b, c) = a b + c, vec_multiply(a, b)
 *     part_first(n), vec_load_part(p, part), vec_store_part(p, part, v)     only the first lanes
 *
 * Sizes are constants in each of the functions below, so that the sums are registers and the loops over them unrolled.
 */
#include <stdbool.h>

#include "net/tile.h"

#define TILE_INLINE TILE_TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("GCC unroll 8")

/* Row k of b; the last vector may be narrower, which costs more on some processors. */
TILE_INLINE void load_row(vec *b, const real *at, size_t n_vectors, bool is_whole, part last)
{
    UNROLLED for (size_t j = 0; j + 1 < n_vectors; j++) b[j] = vec_load(at + j * TILE_LANES);
    const real *end = at + (n_vectors - 1) * TILE_LANES;
    b[n_vectors - 1] = is_whole ? vec_load(end) : vec_load_part(end, last);
}

/* A row of the result, of which nothing is read where keep is 0. */
TILE_INLINE void store_row(real *at, const vec *sums, size_t n_vectors, bool is_whole, part last, real scale, real keep)
{
    vec old[TILE_VECTORS] = {0};
    if (keep != 0)
        load_row(old, at, n_vectors, is_whole, last);
    UNROLLED for (size_t j = 0; j < n_vectors; j++)
    {
        vec c = vec_multiply(vec_all(scale), sums[j]);
        if (keep != 0)
            c = vec_multiply_add(vec_all(keep), old[j], c);
        if (is_whole || j + 1 < n_vectors)
            vec_store(at + j * TILE_LANES, c);
        else
            vec_store_part(at + j * TILE_LANES, last, c);
    }
}

TILE_INLINE void run_tile(const struct tile *tile, size_t rows, size_t n_vectors, bool is_whole)
{
    const struct tile t = *tile; /* nothing of it changes when the result is written, and the compiler shall know */
    vec sums[TILE_ROWS][TILE_VECTORS];
    part last = part_first(t.cols - (n_vectors - 1) * TILE_LANES);
    const real *a = t.a;
    const real *b = t.b;
    UNROLLED for (size_t i = 0; i < rows; i++)
    {
        UNROLLED for (size_t j = 0; j < n_vectors; j++) sums[i][j] = vec_zero;
    }
    for (size_t k = 0; k < t.n; k++) {
        vec row[TILE_VECTORS];
        load_row(row, b, n_vectors, is_whole, last);
        UNROLLED for (size_t i = 0; i < rows; i++)
        {
            vec x = vec_all(a[i * t.a_row]);
            UNROLLED for (size_t j = 0; j < n_vectors; j++) sums[i][j] = vec_multiply_add(x, row[j], sums[i][j]);
        }
        a += t.a_step;
        b += t.b_row;
    }
    UNROLLED for (size_t i = 0; i < rows; i++)
        store_row(t.c + i * t.c_row, sums[i], n_vectors, is_whole, last, t.scale, t.keep);
}

#define TILE_OF(rows, vectors)                                                                                         \
    TILE_TARGET static void tile_##rows##_##vectors(const struct tile *t)                                              \
    {                                                                                                                  \
        if (t->cols == (vectors)*TILE_LANES)                                                                           \
            run_tile(t, rows, vectors, true);                                                                          \
        else                                                                                                           \
            run_tile(t, rows, vectors, false);                                                                         \
    }
#define TILES_OF(rows) TILE_OF(rows, 1) TILE_OF(rows, 2) TILE_OF(rows, 3)
#define TILE_NAMES(rows)                                                                                               \
    {                                                                                                                  \
        tile_##rows##_1, tile_##rows##_2, tile_##rows##_3                                                              \
    }

TILES_OF(1)
TILES_OF(2)
TILES_OF(3)
TILES_OF(4)
#if TILE_ROWS == 8
TILES_OF(5)
TILES_OF(6)
TILES_OF(7)
TILES_OF(8)
#endif

static tile_fn *const tile_of[TILE_ROWS][TILE_VECTORS] = {
    TILE_NAMES(1), TILE_NAMES(2), TILE_NAMES(3), TILE_NAMES(4),
#if TILE_ROWS == 8
    TILE_NAMES(5), TILE_NAMES(6), TILE_NAMES(7), TILE_NAMES(8),
#endif
};

static void run_sized(const struct tile *t)
{
    tile_of[t->rows - 1][(t->cols - 1) / TILE_LANES](t);
}
