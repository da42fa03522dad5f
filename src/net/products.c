#include "net/products.h"

#include <string.h>

#include "base/memory.h"
#include "net/clones.h"

enum { PRODUCTS_BLOCK = 48, MOST = INT16_MAX, CACHE_LINE = 64 };

size_t products_slot_size(const struct blueprint *b)
{
    return b->window * (network_out(b, 0) * sizeof(int16_t) + sizeof(real));
}

bool products_init(struct products *s, const struct blueprint *b, const struct params *p, size_t n_slots)
{
    *s = (struct products){.window = b->window, .units = network_out(b, 0), .n_slots = n_slots, .bias = p->bias[0]};
    s->places = mem_zero(b->window, sizeof *s->places);
    s->at = mem_alloc(n_slots, s->window * s->units * sizeof *s->at);
    s->scales = mem_alloc(n_slots, s->window * sizeof *s->scales);
    s->scratch = mem_alloc(PRODUCTS_BLOCK, s->units * sizeof *s->scratch);
    struct matrix weights = matrix_of(p->weight[0], s->units, network_in(b, 0));
    bool is_done = s->places && s->at && s->scales && s->scratch;
    for (size_t place = 0; place < b->window && is_done; place++)
        is_done = packed_init(&s->places[place], matrix_columns(weights, place * b->width, b->width));
    return is_done;
}

void products_clear(struct products *s)
{
    for (size_t place = 0; s->places && place < s->window; place++)
        packed_clear(&s->places[place]);
    mem_free(s->places);
    mem_free(s->at);
    mem_free(s->scales);
    mem_free(s->scratch);
    mem_free(s->begins);
    *s = (struct products){0};
}

/* To the nearest whole number of steps; what is not a number, or is infinite, becomes the end of the range. */
FOR_EACH_CPU static void put_kept(int16_t *restrict out, const real *restrict x, real steps, size_t n)
{
    const real round = 12582912; /* 1.5 * 2^23: adding it leaves whole numbers */
    for (size_t j = 0; j < n; j++) {
        real v = x[j] * steps;
        v = v < MOST ? v : MOST;
        v = v > -MOST ? v : -MOST;
        out[j] = (int16_t)(v + round - round);
    }
}

static void keep(struct products *s, size_t slot, size_t place, const real *x)
{
    real most = vector_largest(x, s->units);
    s->scales[slot * s->window + place] = most / MOST;
    put_kept(s->at + (slot * s->window + place) * s->units, x, most > 0 ? MOST / most : 0, s->units);
}

bool products_share(struct products *s, const real *begins, size_t n, size_t width)
{
    s->begin_width = width;
    s->begins = mem_alloc(n, s->window * s->units * sizeof *s->begins);
    for (size_t i = 0; s->begins && i < n; i++)
        for (size_t place = 0; place < s->window; place++)
            packed_part(matrix_of(s->begins + (i * s->window + place) * s->units, 1, s->units),
                        matrix_of(begins + i * width, 1, width), &s->places[place], 0, width);
    return s->begins;
}

/* x = rows [x.rows][d] times the weights of a place. */
static void multiply(const struct products *s, struct matrix x, const real *rows, const int32_t *begins, size_t place)
{
    size_t width = s->places[place].k;
    for (size_t i = 0; begins && i < x.rows; i++)
        memcpy(x.at + i * s->units, s->begins + ((size_t)begins[i] * s->window + place) * s->units,
               s->units * sizeof *x.at);
    packed_part(x, matrix_of(rows, x.rows, width), &s->places[place], begins ? s->begin_width : 0, width);
}

void products_fill(struct products *s, const uint32_t *slots, const real *rows, const int32_t *begins, size_t n)
{
    size_t width = s->places[0].k;
    for (size_t first = 0; first < n; first += PRODUCTS_BLOCK) {
        size_t n_block = n - first < PRODUCTS_BLOCK ? n - first : PRODUCTS_BLOCK;
        struct matrix x = matrix_of(s->scratch, n_block, s->units);
        for (size_t place = 0; place < s->window; place++) {
            multiply(s, x, rows + first * width, begins ? begins + first : NULL, place);
            for (size_t i = 0; i < n_block; i++)
                keep(s, slots[first + i], place, x.at + i * s->units);
        }
    }
}

/* One row at a time: gcc 12 makes scalar code of the nest of both loops. */
FOR_EACH_CPU static void add_kept(real *restrict z, const int16_t *restrict x, real scale, size_t n)
{
    for (size_t j = 0; j < n; j++)
        z[j] += scale * (real)x[j];
}

void products_sum(const struct products *s, real *z, const uint32_t *slots)
{
    memcpy(z, s->bias, s->units * sizeof *z);
    for (size_t place = 0; place < s->window; place++) {
        size_t row = slots[place] * s->window + place;
        add_kept(z, s->at + row * s->units, s->scales[row], s->units);
    }
}

void products_prefetch(const struct products *s, uint32_t slot)
{
    const char *at = (const char *)(s->at + slot * s->window * s->units);
    for (size_t i = 0; i < s->window * s->units * sizeof *s->at; i += CACHE_LINE)
        __builtin_prefetch(at + i);
}
