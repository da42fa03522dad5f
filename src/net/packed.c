#include "net/packed.h"

#include <string.h>

#include "base/memory.h"

bool packed_init(struct packed *p, struct matrix b)
{
    size_t n_panels = (b.rows + TILE_COLS - 1) / TILE_COLS;
    *p = (struct packed){.k = b.cols, .n = b.rows, .at = mem_zero(n_panels * TILE_COLS, b.cols * sizeof *p->at)};
    for (size_t j = 0; p->at && j < b.rows; j++) {
        real *column = p->at + j / TILE_COLS * TILE_COLS * b.cols + j % TILE_COLS;
        for (size_t i = 0; i < b.cols; i++)
            column[i * TILE_COLS] = b.at[j * b.stride + i];
    }
    return p->at;
}

void packed_clear(struct packed *p)
{
    mem_free(p->at);
    *p = (struct packed){0};
}

static tile_fn *best_way(void)
{
    size_t i = 0;
    while (!tile_ways[i].is_there())
        i++;
    return tile_ways[i].run;
}

/* What of a tile lies inside c, from row `i` and column `j` on. */
static void put_tile(struct matrix c, size_t i, size_t j, const real *tile, const real *bias)
{
    size_t rows = c.rows - i < TILE_ROWS ? c.rows - i : TILE_ROWS;
    size_t cols = c.cols - j < TILE_COLS ? c.cols - j : TILE_COLS;
    for (size_t r = 0; r < rows; r++) {
        real *out = c.at + (i + r) * c.stride + j;
        const real *from = tile + r * TILE_COLS;
        if (!bias)
            memcpy(out, from, cols * sizeof *out);
        for (size_t s = 0; bias && s < cols; s++)
            out[s] = from[s] + bias[j + s];
    }
}

/* Rows that do not fill a tile are filled up with the last one, whose products are then left aside. */
void packed_product(struct matrix c, struct matrix a, const struct packed *b, const real *bias)
{
    tile_fn *run = best_way();
    _Alignas(64) real tile[TILE_ROWS * TILE_COLS];
    for (size_t j = 0; j < b->n; j += TILE_COLS)
        for (size_t i = 0; i < a.rows; i += TILE_ROWS) {
            const real *rows[TILE_ROWS];
            for (size_t r = 0; r < TILE_ROWS; r++)
                rows[r] = a.at + (i + r < a.rows ? i + r : a.rows - 1) * a.stride;
            run(tile, rows, b->at + j * b->k, b->k);
            put_tile(c, i, j, tile, bias);
        }
}
