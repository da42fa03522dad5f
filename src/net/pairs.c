/*
 * The loops are written for vectors of TILE numbers: a register of AVX-512, two of AVX2.  Each element is a sum in one order, so
 * all instruction sets give the same bits.  BLOCK sums are kept in registers at a time.
 */
#include "net/pairs.h"

#include <math.h>
#include <string.h>

#include "net/clones.h"
#include "net/kernel.h"

enum { TILE = PAIRS_TILE, GROUP = PAIRS_GROUP, BLOCK = 8, GROUP_BLOCK = 4 };

typedef real lanes __attribute__((vector_size(PAIRS_TILE * sizeof(real))));

#define HALF ((real)0.5)
#define SMALL ((real)1e-2)

/* By halves: the order is laid down, and short. */
INLINE real sum_lanes(const lanes *x)
{
    real sum[TILE / 2];
    for (size_t i = 0; i < TILE / 2; i++)
        sum[i] = (*x)[i] + (*x)[i + TILE / 2];
    for (size_t n = TILE / 4; n > 0; n /= 2)
        for (size_t i = 0; i < n; i++)
            sum[i] += sum[i + n];
    return sum[0];
}

/* ---- scores ---- */

void pairs_transpose(real *rt, const real *r, size_t stride)
{
    for (size_t k = 0; k < stride; k++)
        for (size_t i = 0; i < TILE; i++)
            rt[k * TILE + i] = r[i * stride + k];
}

/* n <= BLOCK is a constant where this is called, so that sums stay in registers. */
INLINE void score_rows(lanes *s, const lanes *rt, const real *const *w, size_t n, size_t stride)
{
    lanes sum[BLOCK];
    for (size_t j = 0; j < n; j++)
        sum[j] = (lanes){0};
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

FOR_EACH_CPU void pairs_squares(real *squares, const real *const *w, size_t m, size_t stride)
{
    for (size_t j = 0; j < m; j++) {
        lanes square = {0};
        for (size_t k = 0; k < stride; k += TILE)
            square += *(const lanes *)(w[j] + k) * *(const lanes *)(w[j] + k);
        squares[j] = sum_lanes(&square);
    }
}

FOR_EACH_CPU void pairs_squares_transposed(real *squares, const real *rt, size_t stride)
{
    lanes sum = {0};
    for (size_t k = 0; k < stride; k++)
        sum += ((const lanes *)rt)[k] * ((const lanes *)rt)[k];
    for (size_t i = 0; i < TILE; i++)
        squares[i] = sum[i];
}

/* ---- sums of rows ---- */

/* n <= GROUP_BLOCK vectors of the rows, from column `at` on; a constant likewise. */
INLINE void sum_group(real *out, const struct pair_rows *of, size_t at, size_t n, size_t stride)
{
    lanes sum[GROUP][GROUP_BLOCK];
    for (size_t i = 0; i < GROUP * n; i++)
        sum[i / n][i % n] = (lanes){0};
    for (size_t q = 0; q < 2; q++)
        for (size_t j = 0; j < of[q].n; j++) {
            const lanes *row = (const lanes *)(of[q].rows[j] + at);
            const real *weights = of[q].weights + j * of[q].step;
            for (size_t i = 0; i < GROUP; i++)
                for (size_t b = 0; b < n; b++)
                    sum[i][b] += weights[i] * row[b];
        }
    for (size_t i = 0; i < GROUP; i++)
        for (size_t b = 0; b < n; b++)
            ((lanes *)(out + i * stride + at))[b] = sum[i][b];
}

FOR_EACH_CPU void pairs_sum_group(real *out, const struct pair_rows of[2], size_t stride)
{
    size_t at = 0;
    for (; at + GROUP_BLOCK * TILE <= stride; at += GROUP_BLOCK * TILE)
        sum_group(out, of, at, GROUP_BLOCK, stride);
    switch ((stride - at) / TILE) {
    case 3:
        sum_group(out, of, at, 3, stride);
        break;
    case 2:
        sum_group(out, of, at, 2, stride);
        break;
    case 1:
        sum_group(out, of, at, 1, stride);
        break;
    default:
        break;
    }
}

typedef __typeof__((lanes){0} < (lanes){0}) mask;

/* By masks: conditions on the elements one by one cost gcc twice as many instructions, and memory to keep them in. */
INLINE void limit(lanes *x, real most)
{
    lanes upper = (lanes){0} + most;
    lanes lower = (lanes){0} - most;
    mask is_below = *x < upper;
    *x = (lanes)(((mask)*x & is_below) | ((mask)upper & ~is_below));
    mask is_above = *x > lower;
    *x = (lanes)(((mask)*x & is_above) | ((mask)lower & ~is_above));
}

/* The same with n <= BLOCK. */
INLINE void take(real *row, real step, const struct pair_term *terms, size_t n_terms, const real *vectors, size_t at,
                 size_t n, size_t stride)
{
    lanes sum[BLOCK];
    for (size_t b = 0; b < n; b++)
        sum[b] = (lanes){0};
    for (const struct pair_term *term = terms; term < terms + n_terms; term++)
        for (size_t i = 0; i < term->n; i++) {
            const lanes *r = (const lanes *)(vectors + (term->first + i) * stride + at);
            for (size_t b = 0; b < n; b++)
                sum[b] += term->weights[i] * r[b];
        }
    for (size_t b = 0; b < n; b++) {
        lanes move = step * sum[b];
        limit(&move, PAIRS_MOST_MOVE);
        ((lanes *)(row + at))[b] -= move;
    }
}

FOR_EACH_CPU void pairs_take(real *row, real step, const struct pair_term *terms, size_t n_terms, const real *vectors,
                             size_t stride)
{
    size_t at = 0;
    for (; at + BLOCK * TILE <= stride; at += BLOCK * TILE)
        take(row, step, terms, n_terms, vectors, at, BLOCK, stride);
    switch ((stride - at) / TILE) {
    case 7:
        take(row, step, terms, n_terms, vectors, at, 7, stride);
        break;
    case 6:
        take(row, step, terms, n_terms, vectors, at, 6, stride);
        break;
    case 5:
        take(row, step, terms, n_terms, vectors, at, 5, stride);
        break;
    case 4:
        take(row, step, terms, n_terms, vectors, at, 4, stride);
        break;
    case 3:
        take(row, step, terms, n_terms, vectors, at, 3, stride);
        break;
    case 2:
        take(row, step, terms, n_terms, vectors, at, 2, stride);
        break;
    case 1:
        take(row, step, terms, n_terms, vectors, at, 1, stride);
        break;
    default:
        break;
    }
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

FOR_EACH_CPU void pairs_curvature(real *inner, real *outer, const real *curve, const real *inner_squares,
                                  const real *outer_squares, size_t m)
{
    lanes sum = *(lanes *)inner;
    for (size_t j = 0; j < m; j++) {
        lanes c = ((const lanes *)curve)[j];
        sum += c * outer_squares[j];
        lanes both = c * *(const lanes *)inner_squares;
        outer[j] = sum_lanes(&both);
    }
    *(lanes *)inner = sum;
}

FOR_EACH_CPU void pairs_curvature_group(real *restrict inner, real *restrict outer, const real *curve,
                                        const real *inner_squares, const real *outer_squares, size_t m)
{
    for (size_t j = 0; j < m; j++) {
        real product[GROUP];
        for (size_t i = 0; i < GROUP; i++) {
            inner[i] += curve[j * GROUP + i] * outer_squares[j];
            product[i] = curve[j * GROUP + i] * inner_squares[i];
        }
        outer[j] = (product[0] + product[2]) + (product[1] + product[3]);
    }
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
