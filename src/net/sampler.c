#include "net/sampler.h"

#include <math.h>

#include "base/memory.h"

void sampler_clear(struct sampler *s)
{
    mem_free(s->cells);
    *s = (struct sampler){0};
}

/* Each of n cells has room for 1; an index has mass[i] of them, n in all.  One that has less than a cell keeps all of it
 * there, and the rest of its cell goes to one that has more. */
static void fill_cells(struct sampler *s, double *mass, int32_t *stack)
{
    size_t n_small = 0;
    size_t first_large = s->n; /* the large ones grow downwards from the end of the stack */
    for (size_t i = 0; i < s->n; i++) {
        if (mass[i] < 1)
            stack[n_small++] = (int32_t)i;
        else
            stack[--first_large] = (int32_t)i;
    }
    while (n_small > 0 && first_large < s->n) {
        int32_t small = stack[--n_small];
        int32_t large = stack[first_large];
        s->cells[small] = (struct sampler_cell){(uint32_t)(mass[small] * 0x1p32), large};
        mass[large] -= 1 - mass[small];
        if (mass[large] < 1) {
            first_large++;
            stack[n_small++] = large;
        }
    }
    /* What is left has a whole cell, but for rounding. */
    for (size_t i = 0; i < n_small; i++)
        s->cells[stack[i]].other = stack[i];
    for (size_t i = first_large; i < s->n; i++)
        s->cells[stack[i]].other = stack[i];
}

bool sampler_init(struct sampler *s, const uint64_t *counts, size_t n, double power)
{
    *s = (struct sampler){.n = n};
    double *mass = mem_alloc(n, sizeof *mass);
    int32_t *stack = mem_alloc(n, sizeof *stack);
    s->cells = mem_zero(n, sizeof *s->cells);
    bool is_good = mass && stack && s->cells;
    if (is_good) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += mass[i] = counts[i] > 0 ? pow((double)counts[i], power) : 0;
        for (size_t i = 0; i < n; i++)
            mass[i] *= (double)n / sum;
        fill_cells(s, mass, stack);
    } else {
        sampler_clear(s);
    }
    mem_free(mass);
    mem_free(stack);
    return is_good;
}

/* The upper half of 64 random bits chooses the cell, the lower half whose part of it. */
int32_t sampler_draw(const struct sampler *s, struct random *r)
{
    uint64_t x = random_next(r);
    size_t i = (size_t)(((x >> 32) * s->n) >> 32);
    const struct sampler_cell *cell = &s->cells[i];
    return (uint32_t)x < cell->share ? (int32_t)i : cell->other;
}

double sampler_keeps(double f, double t)
{
    if (t <= 0 || f <= 0)
        return 1;
    double keeps = sqrt(t / f) + t / f;
    return keeps < 1 ? keeps : 1;
}
