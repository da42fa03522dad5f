#include "support/tile_check.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "net/tiled.h"

enum { LONGEST = 19, GAP = 5, ROOM = 4096 };

static void fill(struct random *r, real *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cells[i] = (real)(random_uniform(r) - 0.5);
}

/* ---- one tile ---- */

struct cells {
    real a[ROOM], b[ROOM], c[ROOM], expected[ROOM];
};

static void make_cells(struct cells *x, uint64_t seed)
{
    struct random r = random_seeded(seed);
    fill(&r, x->a, ROOM);
    fill(&r, x->b, ROOM);
    fill(&r, x->c, ROOM);
    memcpy(x->expected, x->c, sizeof x->c);
}

static bool tile_is_plain(const struct tile_kernel *kernel, size_t rows, size_t cols, size_t n, real keep)
{
    static struct cells x;
    make_cells(&x, rows + 100 * cols + 10000 * n);
    bool is_transposed = (rows + cols + n) % 2;
    struct tile t = {.c = x.c + GAP,
                     .c_row = cols + GAP,
                     .a = x.a,
                     .a_row = is_transposed ? 1 : n + GAP,
                     .a_step = is_transposed ? rows + GAP : 1,
                     .b = x.b,
                     .b_row = cols + GAP,
                     .rows = rows,
                     .cols = cols,
                     .n = n,
                     .scale = (real)-0.75,
                     .keep = keep};
    kernel->run(&t);
    t.c = x.expected + GAP;
    tile_kernel_plain()->run(&t);
    return memcmp(x.c, x.expected, sizeof x.c) == 0;
}

const char *check_tiles(const struct tile_kernel *kernel)
{
    static const real keeps[] = {0, 1, (real)0.3};
    static char why[100];
    for (size_t rows = 1; rows <= kernel->rows; rows++)
        for (size_t cols = 1; cols <= kernel->cols; cols++)
            for (size_t n = 0; n <= LONGEST; n += n < 4 ? 1 : 5)
                for (size_t i = 0; i < 3; i++) {
                    if (tile_is_plain(kernel, rows, cols, n, keeps[i]))
                        continue;
                    snprintf(why, sizeof why, "%s: a tile [%zu][%zu] over %zu, keep %g", kernel->instructions, rows,
                             cols, n, (double)keeps[i]);
                    return why;
                }
    return NULL;
}

/* ---- products ---- */

/* Below and beyond what fits into one tile, one panel, one stretch. */
static const size_t sides[] = {1, 2, 7, 8, 9, 47, 49, 97, 150};
static const size_t lengths[] = {1, 3, 4, 17, 256, 257, 300, 515};
enum { N_SIDES = sizeof sides / sizeof *sides, N_LENGTHS = sizeof lengths / sizeof *lengths, LARGEST = 150 * 520 };

struct operands {
    real a[LARGEST], b[LARGEST], c[LARGEST], expected[LARGEST];
};

static bool product_is_plain(struct operands *x, const struct tile_kernel *kernel, size_t m, size_t n, size_t k,
                             int kind)
{
    bool ta = kind == 2;
    bool tb = kind == 1;
    struct matrix a = ta ? matrix_of(x->a, k, m) : matrix_of(x->a, m, k);
    struct matrix b = tb ? matrix_of(x->b, n, k) : matrix_of(x->b, k, n);
    struct random r = random_seeded(m + n + k);
    fill(&r, x->c, m * n);
    memcpy(x->expected, x->c, m * n * sizeof *x->c);
    tiled_product(kernel, matrix_of(x->c, m, n), a, ta, b, tb, (real)1.5, (real)0.5);
    tiled_product(tile_kernel_plain(), matrix_of(x->expected, m, n), a, ta, b, tb, (real)1.5, (real)0.5);
    return memcmp(x->c, x->expected, m * n * sizeof *x->c) == 0;
}

const char *check_tiled_products(const struct tile_kernel *kernel)
{
    static struct operands x;
    static char why[100];
    struct random r = random_seeded(3);
    fill(&r, x.a, LARGEST);
    fill(&r, x.b, LARGEST);
    for (size_t i = 0; i < N_SIDES * N_SIDES * N_LENGTHS * 3; i++) {
        size_t m = sides[i % N_SIDES];
        size_t n = sides[i / N_SIDES % N_SIDES];
        size_t k = lengths[i / N_SIDES / N_SIDES % N_LENGTHS];
        int kind = (int)(i / N_SIDES / N_SIDES / N_LENGTHS);
        if (product_is_plain(&x, kernel, m, n, k, kind))
            continue;
        snprintf(why, sizeof why, "%s: a product [%zu][%zu] over %zu, kind %d", kernel->instructions, m, n, k, kind);
        return why;
    }
    return NULL;
}
