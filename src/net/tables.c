#include "net/tables.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/clones.h"
#include "net/kernel.h"

/* ---- rows ---- */

enum { MOST_STEPS = INT8_MAX };

bool table_narrow(struct table *t)
{
    int8_t *steps = mem_alloc(t->rows, t->width);
    real *scales = mem_alloc(t->rows, sizeof *scales);
    if (!steps || !scales) {
        mem_free(steps);
        mem_free(scales);
        return false;
    }
    for (size_t row = 0; row < t->rows; row++) {
        const real *x = t->at + row * t->width;
        scales[row] = vector_largest(x, t->width) / MOST_STEPS;
        for (size_t j = 0; j < t->width; j++) {
            real n = scales[row] > 0 ? real_round(x[j] / scales[row]) : 0;
            steps[row * t->width + j] = (int8_t)(n > MOST_STEPS ? MOST_STEPS : n < -MOST_STEPS ? -MOST_STEPS : n);
        }
    }
    mem_free(t->at);
    t->at = NULL;
    t->steps = steps;
    t->scales = scales;
    return true;
}

FOR_EACH_CPU static void widen(real *restrict out, const int8_t *restrict steps, real scale, size_t n)
{
    for (size_t j = 0; j < n; j++)
        out[j] = scale * (real)steps[j];
}

void table_row(real *out, const struct table *t, size_t row)
{
    if (t->at) {
        memcpy(out, t->at + row * t->width, t->width * sizeof *out);
        return;
    }
    widen(out, t->steps + row * t->width, t->scales[row], t->width);
}

void table_expect(const struct table *t, size_t row)
{
    if (t->at) {
        mem_expect(t->at + row * t->width, t->width * sizeof *t->at);
        return;
    }
    mem_expect(t->steps + row * t->width, t->width * sizeof *t->steps);
    mem_expect(t->scales + row, sizeof *t->scales);
}

void table_clear(struct table *t)
{
    mem_free(t->at);
    mem_free(t->steps);
    mem_free(t->scales);
    *t = (struct table){0};
}

/* ---- tokens ---- */

/* The rows of one channel of one token of a batch. */
struct place {
    const int32_t *ids;
    size_t n;
};

static const int32_t row_of_unknown = 0;

/* Token i of the batch. */
static struct place place_of(const struct token_ids *ids, size_t n_channels, const int32_t *tokens, size_t i,
                             size_t channel, const struct left_out *out)
{
    if (out && out->channels[i] >> channel & 1)
        return (struct place){.ids = channel == 0 ? out->unknown + tokens[i] : &row_of_unknown, .n = 1};
    struct place p;
    p.ids = token_channel(ids, n_channels, (size_t)tokens[i], channel, &p.n);
    return p;
}

void table_mean(real *out, const struct table *t, const int32_t *ids, size_t n)
{
    if (n == 1) {
        table_row(out, t, (size_t)ids[0]);
        return;
    }
    memset(out, 0, t->width * sizeof *out);
    for (size_t i = 0; i < n; i++)
        vector_add(out, t->at + (size_t)ids[i] * t->width, 1 / (real)n, t->width);
}

void tables_gather(real *rows, const struct tables *t, const struct token_ids *ids, const int32_t *tokens, size_t n,
                   const struct left_out *out)
{
    for (size_t i = 0; i < n; i++) {
        real *row = rows + i * t->width;
        for (size_t k = 0; k < t->n; row += t->table[k++].width) {
            struct place p = place_of(ids, t->n, tokens, i, k, out);
            table_mean(row, &t->table[k], p.ids, p.n);
        }
    }
}

bool table_sums_init(struct table_sums *s, const struct tables *t)
{
    *s = (struct table_sums){0};
    for (size_t k = 0; k < t->n; k++) {
        struct row_sums *r = &s->of[k];
        r->slot_of = mem_alloc(t->table[k].rows, sizeof *r->slot_of);
        if (!r->slot_of)
            return false;
        memset(r->slot_of, 0xff, t->table[k].rows * sizeof *r->slot_of); /* all -1 */
    }
    return true;
}

void table_sums_clear(struct table_sums *s)
{
    for (size_t k = 0; k < TABLES_MAX; k++) {
        mem_free(s->of[k].slot_of);
        mem_free(s->of[k].touched);
        mem_free(s->of[k].sums);
    }
    *s = (struct table_sums){0};
}

static void forget(struct row_sums *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->slot_of[r->touched[i]] = -1;
    r->n = 0;
}

/* The sum of a row's gradient, zero when it is new to this batch.  NULL: no memory. */
static real *sum_of(struct row_sums *r, int32_t row, size_t width)
{
    int32_t slot = r->slot_of[row];
    if (slot >= 0)
        return r->sums + (size_t)slot * width;
    int32_t *touched = mem_grow(r->touched, &r->cap_touched, r->n + 1, sizeof *touched);
    if (touched)
        r->touched = touched;
    real *sums = mem_grow(r->sums, &r->cap_sums, (r->n + 1) * width, sizeof *sums);
    if (sums)
        r->sums = sums;
    if (!touched || !sums)
        return NULL;
    r->touched[r->n] = row;
    r->slot_of[row] = (int32_t)r->n;
    memset(sums + r->n * width, 0, width * sizeof *sums);
    return sums + r->n++ * width;
}

/* Where a channel's numbers begin in a token's row. */
static size_t column_of(const struct tables *t, size_t channel)
{
    size_t column = 0;
    for (size_t k = 0; k < channel; k++)
        column += t->table[k].width;
    return column;
}

bool tables_scatter_channel(struct table_sums *s, const struct tables *t, const struct token_ids *ids,
                            const int32_t *tokens, size_t n, const struct left_out *out, const real *d_rows,
                            size_t channel)
{
    size_t width = t->table[channel].width;
    d_rows += column_of(t, channel);
    forget(&s->of[channel]);
    for (size_t i = 0; i < n; i++) {
        struct place p = place_of(ids, t->n, tokens, i, channel, out);
        for (size_t j = 0; j < p.n; j++) {
            real *sum = sum_of(&s->of[channel], p.ids[j], width);
            if (!sum)
                return false;
            vector_add(sum, d_rows + i * t->width, 1 / (real)p.n, width);
        }
    }
    return true;
}
