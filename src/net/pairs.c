/*
 * The loops are written for vectors of TILE numbers: a register of AVX-512, two of AVX2.  Each element is a sum in one order, so
 * all instruction sets give the same bits.  BLOCK sums are kept in registers at a time.
 */
#include "net/pairs.h"

#include <math.h>
#include <string.h>

#include "net/clones.h"
#include "net/kernel.h"

enum { TILE = PAIRS_TILE, BLOCK = 8 };

typedef real lanes __attribute__((vector_size(PAIRS_TILE * sizeof(real))));

#define HALF ((real)0.5)
#define SMALL ((real)1e-2)

#define INLINE static inline __attribute__((always_inline))

void pairs_transpose(real *rt, const real *r, size_t stride)
{
    for (size_t k = 0; k < stride; k++)
        for (size_t i = 0; i < TILE; i++)
            rt[k * TILE + i] = r[i * stride + k];
}

/* n <= BLOCK is a constant where this is called, so that sums stay in registers. */
INLINE void score_rows(lanes *s, const lanes *rt, const real *const *w, size_t n, size_t stride)
{
    lanes sum[BLOCK] = {0};
    for (size_t k = 0; k < stride; k++)
        for (size_t j = 0; j < n; j++)
            sum[j] += w[j][k] * rt[k];
    for (size_t j = 0; j < n; j++)
        s[j] = sum[j];
}

FOR_EACH_CPU void pairs_scores(real *s, const real *rt, const real *const *w, size_t m, size_t stride)
{
    size_t j = 0;
    for (; j + BLOCK <= m; j += BLOCK)
        score_rows((lanes *)s + j, (const lanes *)rt, w + j, BLOCK, stride);
    for (; j < m; j++)
        score_rows((lanes *)s + j, (const lanes *)rt, w + j, 1, stride);
}

/* out[a] = Σ_b weight[b * step + a] rows[b], for BLOCK values of a, TILE numbers of the rows. */
INLINE void sum_rows(lanes *const *out, const real *weight, size_t step, const real *const *rows, size_t n_rows,
                     size_t at)
{
    lanes sum[BLOCK] = {0};
    for (size_t b = 0; b < n_rows; b++) {
        lanes row = *(const lanes *)(rows[b] + at);
        for (size_t a = 0; a < BLOCK; a++)
            sum[a] += weight[b * step + a] * row;
    }
    for (size_t a = 0; a < BLOCK; a++)
        *out[a] = sum[a];
}

FOR_EACH_CPU void pairs_by_inner(real *dr, const real *delta, const real *const *w, size_t m, size_t stride)
{
    for (size_t i = 0; i < TILE; i += BLOCK)
        for (size_t at = 0; at < stride; at += TILE) {
            lanes *out[BLOCK];
            for (size_t a = 0; a < BLOCK; a++)
                out[a] = (lanes *)(dr + (i + a) * stride + at);
            sum_rows(out, delta + i, TILE, w, m, at);
        }
}

INLINE void outer_rows(real *dw, const real *delta, const real *r, size_t n, size_t stride)
{
    for (size_t at = 0; at < stride; at += TILE) {
        lanes sum[BLOCK] = {0};
        for (size_t i = 0; i < TILE; i++) {
            lanes row = *(const lanes *)(r + i * stride + at);
            for (size_t j = 0; j < n; j++)
                sum[j] += delta[j * TILE + i] * row;
        }
        for (size_t j = 0; j < n; j++)
            *(lanes *)(dw + j * stride + at) = sum[j];
    }
}

FOR_EACH_CPU void pairs_by_outer(real *dw, const real *delta, const real *r, size_t m, size_t stride)
{
    size_t j = 0;
    for (; j + BLOCK <= m; j += BLOCK)
        outer_rows(dw + j * stride, delta + j * TILE, r, BLOCK, stride);
    for (; j < m; j++)
        outer_rows(dw + j * stride, delta + j * TILE, r, 1, stride);
}

/* ---- negative sampling ---- */

/* curve [n] comes as the scores. */
FOR_EACH_CPU static void weigh(real *restrict p, real *restrict curve, const real *restrict pos,
                               const real *restrict neg, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        real s = curve[i];
        real both = pos[i] + neg[i];
        real is_small = s * s < SMALL * SMALL; /* there the quotient is 1/4, but for rounding */
        curve[i] = both * ((p[i] - HALF + is_small) / (s + is_small * 4));
        p[i] = both * p[i] - pos[i];
    }
}

void pairs_negative_delta(real *s, real *curve, const real *pos, const real *neg, size_t n)
{
    memcpy(curve, s, n * sizeof *s);
    activate(ACTIVATION_SIGMOID, s, n);
    weigh(s, curve, pos, neg, n);
}

INLINE real sum_lanes(const lanes *x)
{
    real sum = 0;
    for (size_t i = 0; i < TILE; i++)
        sum += (*x)[i];
    return sum;
}

FOR_EACH_CPU void pairs_curvature(real *by_inner, real *by_outer, const real *curve, const real *rt,
                                  const real *const *w, size_t m, size_t stride)
{
    lanes inner = {0};
    lanes squares = {0};
    for (size_t k = 0; k < stride; k++)
        squares += ((const lanes *)rt)[k] * ((const lanes *)rt)[k];
    for (size_t j = 0; j < m; j++) {
        lanes c = ((const lanes *)curve)[j];
        lanes square = {0};
        for (size_t k = 0; k < stride; k += TILE)
            square += *(const lanes *)(w[j] + k) * *(const lanes *)(w[j] + k);
        inner += c * sum_lanes(&square);
        lanes both = c * squares;
        by_outer[j] = sum_lanes(&both);
    }
    for (size_t i = 0; i < TILE; i++)
        by_inner[i] = inner[i];
}

/* -log σ(s) = log(1 + e^-s), without an overflow. */
static double cost_of(double s)
{
    return s > 0 ? log1p(exp(-s)) : log1p(exp(s)) - s;
}

double pairs_negative_loss(const real *s, const real *pos, const real *neg, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (pos[i] != 0)
            sum += (double)pos[i] * cost_of((double)s[i]);
        if (neg[i] != 0)
            sum += (double)neg[i] * cost_of(-(double)s[i]);
    }
    return sum;
}

/* ---- full softmax ---- */

FOR_EACH_CPU static real largest_of(const real *s, size_t n)
{
    lanes most;
    for (size_t k = 0; k < TILE; k++)
        most[k] = s[0];
    size_t j = 0;
    for (; j + TILE <= n; j += TILE)
        for (size_t k = 0; k < TILE; k++)
            most[k] = s[j + k] > most[k] ? s[j + k] : most[k];
    for (; j < n; j++)
        most[0] = s[j] > most[0] ? s[j] : most[0];
    for (size_t k = 1; k < TILE; k++)
        most[0] = most[k] > most[0] ? most[k] : most[0];
    return most[0];
}

/* In double, TILE sums at a time: always the same order. */
FOR_EACH_CPU static double sum_of(const real *s, size_t n)
{
    double sum[TILE] = {0};
    size_t j = 0;
    for (; j + TILE <= n; j += TILE)
        for (size_t k = 0; k < TILE; k++)
            sum[k] += (double)s[j + k];
    for (; j < n; j++)
        sum[0] += (double)s[j];
    for (size_t k = 1; k < TILE; k++)
        sum[0] += sum[k];
    return sum[0];
}

FOR_EACH_CPU static void scale_all(real *s, size_t n, real scale)
{
    for (size_t j = 0; j < n; j++)
        s[j] *= scale;
}

double pairs_softmax(real *s, size_t V, const int32_t *outer, size_t n)
{
    real most = largest_of(s, V);
    double loss = 0;
    for (size_t i = 0; i < n; i++)
        loss -= (double)s[outer[i]] - (double)most;
    vector_exp(s, most, V);
    double sum = sum_of(s, V);
    loss += (double)n * log(sum);
    scale_all(s, V, (real)((double)n / sum));
    for (size_t i = 0; i < n; i++)
        s[outer[i]] -= 1;
    return loss;
}
