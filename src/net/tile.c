#include "net/tile.h"

#include <math.h>

#ifdef ORIEL_DOUBLE
#define multiply_add fma
#else
#define multiply_add fmaf
#endif

static void run_plain(const struct tile *t)
{
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->cols; j++) {
            real *c = t->c + i * t->c_row + j;
            real sum = 0;
            for (size_t k = 0; k < t->n; k++)
                sum = multiply_add(t->a[i * t->a_row + k * t->a_step], t->b[k * t->b_row + j], sum);
            sum *= t->scale;
            *c = t->keep == 0 ? sum : multiply_add(t->keep, *c, sum);
        }
}

void tile_rows(const struct tile_kernel *kernel, struct tile t)
{
    size_t rows = t.rows;
    for (size_t i = 0; i < rows; i += kernel->rows) {
        t.rows = tile_smaller(rows - i, kernel->rows);
        kernel->run(&t);
        t.a += t.rows * t.a_row;
        t.c += t.rows * t.c_row;
    }
}

const struct tile_kernel *tile_kernel_plain(void)
{
    static const struct tile_kernel kernel = {
        .instructions = "plain", .rows = 4, .cols = 4, .lanes = 1, .run = run_plain};
    return &kernel;
}

/* Double precision checks gradients, and passes the same blocks that the other kernels do. */
const struct tile_kernel *tile_kernel_best(void)
{
#if defined(ORIEL_DOUBLE) || defined(FP_FAST_FMAF)
    const struct tile_kernel *plain = tile_kernel_plain();
#else
    const struct tile_kernel *plain = NULL;
#endif
    const struct tile_kernel *wide = tile_kernel_avx512() ? tile_kernel_avx512() : tile_kernel_avx2();
    const struct tile_kernel *found = wide ? wide : tile_kernel_neon();
    return found ? found : plain;
}
