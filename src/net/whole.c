#include "net/whole.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/clones.h"

enum { MOST_ROWS = 8 };

/* The nearest whole number of steps, from the lowest bits of a sum. */
static inline int16_t step_of(real x, real steps)
{
    union real_bits v = {.value = x * steps + REAL_ROUND};
    return (int16_t)v.bits;
}

/* Steps to 1. */
static real steps_for(const struct whole *w, real largest)
{
    return largest > 0 ? (real)w->most / largest : 0;
}

bool whole_init(struct whole *w, struct matrix b)
{
    size_t n_cols = (b.rows + WHOLE_COLS - 1) / WHOLE_COLS * WHOLE_COLS;
    *w = (struct whole){.k = b.cols, .n = b.rows, .n_pairs = (b.cols + 1) / 2};
    double most = sqrt((double)INT32_MAX / (double)(b.cols > 0 ? b.cols : 1));
    w->most = most < INT16_MAX ? (int)most : INT16_MAX;
    w->scales = mem_zero(n_cols, sizeof *w->scales + 2 * w->n_pairs * sizeof *w->at);
    if (!w->scales)
        return false;
    w->at = (int16_t *)(w->scales + n_cols);
    for (size_t j = 0; j < b.rows; j++) {
        int16_t *column = w->at + (j / WHOLE_COLS * w->n_pairs * WHOLE_COLS + j % WHOLE_COLS) * 2;
        const real *x = b.at + j * b.stride;
        real largest = vector_largest(x, b.cols);
        real steps = steps_for(w, largest);
        for (size_t i = 0; i < b.cols; i++)
            column[i / 2 * WHOLE_COLS * 2 + i % 2] = step_of(x[i], steps);
        w->scales[j] = largest / (real)w->most;
    }
    return true;
}

void whole_clear(struct whole *w)
{
    mem_free(w->scales);
    *w = (struct whole){0};
}

FOR_EACH_CPU static void put_steps(int16_t *restrict out, const real *restrict x, real steps, size_t n)
{
    for (size_t j = 0; j < n; j++)
        out[j] = step_of(x[j], steps);
}

real whole_row(int16_t *steps, const struct whole *w, const real *x)
{
    real largest = vector_largest(x, w->k);
    put_steps(steps, x, steps_for(w, largest), w->k);
    if (w->k % 2)
        steps[w->k] = 0;
    return largest / (real)w->most;
}

/* Unsigned, because sums wrap if a row has numbers that are none. */
FOR_EACH_CPU static void add_row(int32_t *restrict sums, const int16_t *restrict a, const int16_t *restrict b,
                                 size_t n_pairs)
{
    uint32_t at[WHOLE_COLS] = {0};
    for (size_t k = 0; k < n_pairs; k++)
        for (size_t j = 0; j < WHOLE_COLS; j++)
            at[j] += (uint32_t)(a[2 * k] * b[2 * (k * WHOLE_COLS + j)]) +
                     (uint32_t)(a[2 * k + 1] * b[2 * (k * WHOLE_COLS + j) + 1]);
    memcpy(sums, at, sizeof at);
}

static void run_plain(int32_t *sums, const int16_t *a, const int16_t *b, size_t n_pairs, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        add_row(sums + i * WHOLE_COLS, a + i * 2 * n_pairs, b, n_pairs);
}

const struct whole_kernel *whole_kernel_plain(void)
{
    static const struct whole_kernel kernel = {.rows = 4, .run = run_plain};
    return &kernel;
}

static const struct whole_kernel *best_kernel(void)
{
    const struct whole_kernel *const kernels[] = {whole_kernel_vnni(), whole_kernel_avx512(), whole_kernel_avx2()};
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        if (kernels[i])
            return kernels[i];
    return whole_kernel_plain();
}

FOR_EACH_CPU static void put_scaled(real *restrict c, const int32_t *restrict sums, real scale,
                                    const real *restrict scales, size_t n)
{
    for (size_t j = 0; j < n; j++)
        c[j] = (real)sums[j] * (scale * scales[j]);
}

void whole_product(struct matrix c, const int16_t *rows, const real *scales, const struct whole *w)
{
    const struct whole_kernel *kernel = best_kernel();
    int32_t sums[MOST_ROWS * WHOLE_COLS];
    for (size_t first = 0; first < w->n; first += WHOLE_COLS) {
        size_t n_cols = w->n - first < WHOLE_COLS ? w->n - first : WHOLE_COLS;
        for (size_t i = 0; i < c.rows; i += kernel->rows) {
            size_t n_rows = c.rows - i < kernel->rows ? c.rows - i : kernel->rows;
            kernel->run(sums, rows + i * 2 * w->n_pairs, w->at + first * 2 * w->n_pairs, w->n_pairs, n_rows);
            for (size_t r = 0; r < n_rows; r++)
                put_scaled(c.at + (i + r) * c.stride + first, sums + r * WHOLE_COLS, scales[i + r], w->scales + first,
                           n_cols);
        }
    }
}
