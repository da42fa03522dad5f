#include "net/tiled.h"

#include <string.h>

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
typedef real quad __attribute__((vector_size(4 * sizeof(real))));
#define SHUFFLE __builtin_shufflevector
#endif
#endif

/* A stretch of a panel of b takes at most 48 KiB, on the stack if it is copied. */
enum { MAX_STRETCH = 256, MAX_COLS = 48 };

/* Where the inner index is cut: stretches as equal as can be. */
static size_t stretch_of(size_t n)
{
    size_t n_stretches = (n + MAX_STRETCH - 1) / MAX_STRETCH;
    return n_stretches > 1 ? (n + n_stretches - 1) / n_stretches : n;
}

/* Four rows and columns.  Where the compiler knows vectors of four, they are turned in registers, each half of the work: it
 * does not find that by itself. */
static inline void transpose_four(real *restrict out, const real *restrict b, size_t b_row)
{
#if defined(SHUFFLE)
    quad rows[4];
    for (size_t j = 0; j < 4; j++)
        memcpy(&rows[j], b + j * b_row, sizeof *rows);
    quad low = SHUFFLE(rows[0], rows[1], 0, 4, 1, 5);
    quad high = SHUFFLE(rows[0], rows[1], 2, 6, 3, 7);
    quad next_low = SHUFFLE(rows[2], rows[3], 0, 4, 1, 5);
    quad next_high = SHUFFLE(rows[2], rows[3], 2, 6, 3, 7);
    const quad turned[4] = {SHUFFLE(low, next_low, 0, 1, 4, 5), SHUFFLE(low, next_low, 2, 3, 6, 7),
                            SHUFFLE(high, next_high, 0, 1, 4, 5), SHUFFLE(high, next_high, 2, 3, 6, 7)};
    for (size_t i = 0; i < 4; i++)
        memcpy(out + i * MAX_COLS, &turned[i], sizeof *turned);
#else
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++)
            out[i * MAX_COLS + j] = b[j * b_row + i];
#endif
}

/* out [n][MAX_COLS] = the transpose of b [cols][n]. */
static void transpose(real *restrict out, const real *restrict b, size_t b_row, size_t cols, size_t n)
{
    size_t whole_n = n - n % 4;
    size_t whole_cols = cols - cols % 4;
    for (size_t k = 0; k < whole_n; k += 4)
        for (size_t j = 0; j < whole_cols; j += 4)
            transpose_four(out + k * MAX_COLS + j, b + j * b_row + k, b_row);
    for (size_t j = 0; j < cols; j++)
        for (size_t k = j < whole_cols ? whole_n : 0; k < n; k++)
            out[k * MAX_COLS + j] = b[j * b_row + k];
}

/* Columns of the next of the panels that the last n are cut into: as equal as whole registers allow, since a narrow panel
 * waits for its own sums. */
static size_t panel_width(const struct tile_kernel *kernel, size_t n)
{
    size_t n_vectors = (n + kernel->lanes - 1) / kernel->lanes;
    size_t n_panels = (n + kernel->cols - 1) / kernel->cols;
    return tile_smaller(n, (n_vectors + n_panels - 1) / n_panels * kernel->lanes);
}

/* One stretch of the inner index, from k on, all panels. */
static void run_stretch(const struct tile_kernel *kernel, struct tile t, size_t k, struct matrix b, bool is_transposed,
                        size_t cols)
{
    real panel[MAX_STRETCH * MAX_COLS];
    for (size_t j = 0; j < cols; j += t.cols) {
        t.cols = panel_width(kernel, cols - j);
        if (is_transposed) {
            transpose(panel, b.at + j * b.stride + k, b.stride, t.cols, t.n);
            t.b = panel;
        } else {
            t.b = b.at + k * b.stride + j;
        }
        tile_rows(kernel, t);
        t.c += t.cols;
    }
}

void tiled_product(const struct tile_kernel *kernel, struct matrix c, struct matrix a, bool a_is_transposed,
                   struct matrix b, bool b_is_transposed, real scale, real keep)
{
    size_t n = a_is_transposed ? a.rows : a.cols;
    size_t stretch = stretch_of(n);
    size_t k = 0;
    do {
        struct tile t = {.c = c.at,
                         .c_row = c.stride,
                         .a_row = a_is_transposed ? 1 : a.stride,
                         .a_step = a_is_transposed ? a.stride : 1,
                         .b_row = b_is_transposed ? MAX_COLS : b.stride,
                         .rows = c.rows,
                         .n = tile_smaller(n - k, stretch),
                         .scale = scale,
                         .keep = k == 0 ? keep : 1};
        t.a = a.at + k * t.a_step;
        run_stretch(kernel, t, k, b, b_is_transposed, c.cols);
        k += t.n;
    } while (k < n);
}
