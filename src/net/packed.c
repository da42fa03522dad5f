#include "net/packed.h"

#include <string.h>

#include "base/memory.h"
#include "net/tile.h"

bool packed_init(struct packed *p, struct matrix b)
{
    size_t n_panels = (b.rows + PANEL_COLS - 1) / PANEL_COLS;
    *p = (struct packed){.k = b.cols, .n = b.rows, .at = mem_zero(n_panels * PANEL_COLS, b.cols * sizeof *p->at)};
    for (size_t j = 0; p->at && j < b.rows; j++) {
        real *column = p->at + j / PANEL_COLS * PANEL_COLS * b.cols + j % PANEL_COLS;
        for (size_t i = 0; i < b.cols; i++)
            column[i * PANEL_COLS] = b.at[j * b.stride + i];
    }
    return p->at;
}

void packed_clear(struct packed *p)
{
    mem_free(p->at);
    *p = (struct packed){0};
}

/* For a processor without fused multiply-adds, where C's own are slow: the same sums, rounded twice. */
static void run_rounding_twice(const struct tile *t)
{
    for (size_t i = 0; i < t->rows; i++) {
        real *c = t->c + i * t->c_row;
        memset(c, 0, t->cols * sizeof *c);
        for (size_t k = 0; k < t->n; k++)
            for (size_t j = 0; j < t->cols; j++)
                c[j] += t->a[i * t->a_row + k * t->a_step] * t->b[k * t->b_row + j];
    }
}

static const struct tile_kernel *kernel_in_use(void)
{
    static const struct tile_kernel slow = {.rows = 8, .cols = PANEL_COLS, .lanes = 1, .run = run_rounding_twice};
    const struct tile_kernel *best = tile_kernel_best();
    return best ? best : &slow;
}

void packed_product(struct matrix c, struct matrix a, const struct packed *b, const real *bias)
{
    const struct tile_kernel *kernel = kernel_in_use();
    struct tile t = {.c_row = c.stride,
                     .a = a.at,
                     .a_row = a.stride,
                     .a_step = 1,
                     .rows = a.rows,
                     .b_row = PANEL_COLS,
                     .n = b->k,
                     .scale = 1};
    for (size_t first = 0; first < b->n; first += PANEL_COLS) {
        size_t n = tile_smaller(b->n - first, PANEL_COLS);
        for (size_t j = 0; j < n; j += kernel->cols) {
            t.c = c.at + first + j;
            t.b = b->at + first * b->k + j;
            t.cols = tile_smaller(n - j, kernel->cols);
            tile_rows(kernel, t);
        }
    }
    for (size_t i = 0; bias && i < c.rows; i++)
        vector_add(c.at + i * c.stride, bias, 1, c.cols);
}
