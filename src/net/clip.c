#include "net/clip.h"

#include <math.h>

enum { LANES = 8 };

/* Eight sums that do not wait for each other, the same on every processor. */
static double squares_of(const real *x, size_t n)
{
    double lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++)
        lanes[i % LANES] += (double)x[i] * (double)x[i];
    double sum = 0;
    for (size_t k = 0; k < LANES; k++)
        sum += lanes[k];
    return sum;
}

double gradient_norm(const real *dense, size_t n, const struct table_sums *s, const struct tables *t)
{
    double squares = squares_of(dense, n);
    for (size_t k = 0; k < t->n; k++)
        squares += squares_of(s->of[k].sums, s->of[k].n * t->table[k].width);
    return sqrt(squares);
}

static void scale_all(real *x, size_t n, real scale)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
}

void gradient_clip(real *dense, size_t n, struct table_sums *s, const struct tables *t, double most)
{
    double norm = gradient_norm(dense, n, s, t);
    if (norm <= most || !isfinite(norm))
        return;
    real scale = (real)(most / norm);
    scale_all(dense, n, scale);
    for (size_t k = 0; k < t->n; k++)
        scale_all(s->of[k].sums, s->of[k].n * t->table[k].width, scale);
}
