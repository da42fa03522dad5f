#include "net/products.h"

#include "base/memory.h"
#include "net/clones.h"

enum { MOST = INT16_MAX, TOGETHER = 4 };

static size_t round_up(size_t n)
{
    return (n + PRODUCTS_LANES - 1) / PRODUCTS_LANES * PRODUCTS_LANES;
}

size_t products_slot_size(const struct blueprint *b)
{
    return b->window * (round_up(network_out(b, 0)) * sizeof(int16_t) + sizeof(real));
}

bool products_init(struct products *s, const struct blueprint *b, size_t n_slots)
{
    *s = (struct products){.window = b->window, .units = round_up(network_out(b, 0))};
    s->at = mem_alloc(n_slots, s->window * s->units * sizeof *s->at);
    s->scales = mem_alloc(n_slots, s->window * sizeof *s->scales);
    return s->at && s->scales;
}

void products_clear(struct products *s)
{
    mem_free(s->at);
    mem_free(s->scales);
    *s = (struct products){0};
}

/* To the nearest whole number of steps, of which no x has more than MOST: adding 1.5 * 2^23 (2^52) leaves whole numbers, and
 * the lowest bits of the sum are theirs. */
FOR_EACH_CPU static void put_kept(int16_t *restrict out, const real *restrict x, real steps, size_t n)
{
    n -= n % PRODUCTS_LANES;
    for (size_t j = 0; j < n; j++) {
        union real_bits v = {.value = x[j] * steps + REAL_ROUND};
        out[j] = (int16_t)v.bits;
    }
}

void products_keep(struct products *s, size_t slot, size_t place, const real *x)
{
    size_t row = slot * s->window + place;
    real most = vector_largest(x, s->units);
    s->scales[row] = most / MOST;
    put_kept(s->at + row * s->units, x, most > 0 ? MOST / most : 0, s->units);
}

FOR_EACH_CPU static void add_one(real *restrict z, const struct kept_row *row, size_t n)
{
    const int16_t *restrict x = row->at;
    real scale = row->scale;
    n -= n % PRODUCTS_LANES;
    for (size_t j = 0; j < n; j++)
        z[j] += scale * (real)x[j];
}

/* Four after each other, with z read and written once. */
FOR_EACH_CPU static void add_four(real *restrict z, const struct kept_row *rows, size_t n)
{
    const int16_t *restrict a = rows[0].at;
    const int16_t *restrict b = rows[1].at;
    const int16_t *restrict c = rows[2].at;
    const int16_t *restrict d = rows[3].at;
    real of_a = rows[0].scale;
    real of_b = rows[1].scale;
    real of_c = rows[2].scale;
    real of_d = rows[3].scale;
    n -= n % PRODUCTS_LANES;
    for (size_t j = 0; j < n; j++)
        z[j] = z[j] + of_a * (real)a[j] + of_b * (real)b[j] + of_c * (real)c[j] + of_d * (real)d[j];
}

void products_add(const struct products *s, real *z, const struct kept_row *rows, size_t n)
{
    size_t i = 0;
    for (; n - i >= TOGETHER; i += TOGETHER)
        add_four(z, rows + i, s->units);
    for (; i < n; i++)
        add_one(z, rows + i, s->units);
}

void products_expect(const struct products *s, size_t slot, size_t place)
{
    mem_expect(products_row(s, slot, place).at, s->units * sizeof *s->at);
}
