/*
 * Sums over paths by exponentials, each row of the forward pass divided by its own sum.
 *
 * Why nothing is lost: weights lie within ±100 and scores within 100 of the token's largest, or the pass refuses; so one
 * step makes a share of a row smaller by no more than a factor of e^-300.  It refuses too where a share ends between 0 and
 * 1e-150.  Together: no share ever fell below the smallest double, and what is 0 is forbidden.  Then beta <= 1 / alpha <=
 * 1e150 wherever alpha is not 0; elsewhere, where it could grow without bound, no path goes and it is made 0.
 */
#include <math.h>
#include <string.h>

#include "net/clones.h"
#include "net/crf_work.h"

static const double WIDEST_GAP = 100;
static const double LEAST_SHARE = 1e-150;

/* A double and its bits. */
union double_bits {
    double value;
    uint64_t bits;
};

/* e^x for x <= 0, 0 below -700: x = k ln 2 + r, |r| <= ln 2 / 2, e^r by its Taylor polynomial of degree 13 (whose error is
 * below half a unit in the last place), 2^k put together in the exponent's bits.  ln 2 is subtracted in two parts, the
 * first of 32 bits, so that r is exact.  What is not a number stays one. */
static inline double exp_negative(double x)
{
    const double round = 0x1.8p52; /* adding it leaves the nearest whole number in the low bits */
    union double_bits rounded = {.value = x * 0x1.71547652b82fep0 + round};
    double k = rounded.value - round;
    double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
    double p = 1.0 / 6227020800;
    p = p * r + 1.0 / 479001600;
    p = p * r + 1.0 / 39916800;
    p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * r + 1;
    p = p * r + 1;
    union double_bits power = {.bits = (rounded.bits + 1023) << 52}; /* the bits of `round` itself are shifted out */
    return x < -700 ? 0 : p * power.value;
}

FOR_EACH_CPU static void exponentials(double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = exp_negative(x[i]);
}

/* row [stride] = scores less their largest, which is returned, or NAN if they lie too far apart; the padding is such that it
 * will be e^-inf = 0. */
static double shifted(double *restrict row, const real *restrict scores, size_t n, size_t stride)
{
    real most = scores[0];
    real least = scores[0];
    for (size_t y = 1; y < n; y++) {
        most = scores[y] > most ? scores[y] : most;
        least = scores[y] < least ? scores[y] : least;
    }
    for (size_t y = 0; y < n; y++)
        row[y] = (double)scores[y] - (double)most;
    for (size_t y = n; y < stride; y++)
        row[y] = -INFINITY;
    return (double)most - (double)least <= WIDEST_GAP ? (double)most : NAN;
}

/* pushed = e^(score - the token's largest), 0 where gold does not allow the tag.  Returns the sum of what was taken off, NAN
 * if scores lie too far apart. */
static double emissions(struct crf_work *w, const real *scores, size_t n_tokens, const struct crf_gold *gold)
{
    double taken = 0;
    for (size_t t = 0; t < n_tokens; t++)
        taken += shifted(w->pushed + t * w->stride, scores + t * w->n, w->n, w->stride);
    exponentials(w->pushed, n_tokens * w->stride);
    for (size_t t = 0; gold && t < n_tokens; t++)
        for (size_t y = 0; y < w->n; y++)
            if (!crf_gold_allows(gold, w->n, t, y))
                w->pushed[t * w->stride + y] = 0;
    return taken;
}

/* out [stride] = Σ_{i<n} x[i * step] * rows[i][stride]: four rows at a time, so that out is fetched and stored less. */
static inline void combine(double *restrict out, const double *restrict x, size_t step, const double *restrict rows,
                           size_t n, size_t stride)
{
    for (size_t j = 0; j < stride; j++)
        out[j] = 0;
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const double *a = rows + i * stride;
        const double *b = a + stride;
        const double *c = b + stride;
        const double *d = c + stride;
        double xa = x[i * step];
        double xb = x[(i + 1) * step];
        double xc = x[(i + 2) * step];
        double xd = x[(i + 3) * step];
        for (size_t j = 0; j < stride; j++)
            out[j] = out[j] + xa * a[j] + xb * b[j] + xc * c[j] + xd * d[j];
    }
    for (; i < n; i++)
        for (size_t j = 0; j < stride; j++)
            out[j] += x[i * step] * rows[i * stride + j];
}

/* out += Σ x[i] rows[i], over all rows of a step in their order and its narrow columns. */
static inline void add_rows(double *restrict out, const double *restrict x, const double *restrict rows, size_t stride,
                            const struct crf_step *s)
{
    for (size_t i = s->begin; i < s->end; i++)
        for (size_t j = s->narrow.first; j < s->narrow.last; j++)
            out[j] += x[i] * rows[i * stride + j];
}

/* The same over the wide rows alone and columns [first, last). */
static inline void add_wide(double *restrict out, const double *restrict x, const double *restrict rows, size_t stride,
                            const struct crf_step *s, struct crf_span columns)
{
    const double *a = rows + s->wide[0] * stride;
    const double *b = rows + s->wide[1] * stride;
    const double *c = rows + s->wide[2] * stride;
    const double *d = rows + s->wide[3] * stride;
    double xa = x[s->wide[0]];
    double xb = x[s->wide[1]];
    double xc = x[s->wide[2]];
    double xd = x[s->wide[3]];
    for (size_t j = columns.first; j < columns.last; j++)
        out[j] = out[j] + xa * a[j] + xb * b[j] + xc * c[j] + xd * d[j];
}

/* As combine with step = 1, where many rows are 0 but for a few columns: what is left out would add 0, so the bits are the
 * same. */
static inline void combine_sparse(double *restrict out, const double *restrict x, const double *restrict rows,
                                  const struct crf_steps *steps, size_t stride)
{
    for (size_t j = 0; j < stride; j++)
        out[j] = 0;
    for (const struct crf_step *s = steps->at; s < steps->at + steps->n; s++) {
        add_rows(out, x, rows, stride, s);
        if (s->n_wide < 4)
            continue;
        add_wide(out, x, rows, stride, s, (struct crf_span){0, s->narrow.first});
        add_wide(out, x, rows, stride, s, (struct crf_span){s->narrow.last, stride});
    }
}

/* row *= factor; returns the row's sum, by lanes: additions that wait for each other would take longest of all. */
static inline double weigh(double *restrict row, const double *restrict factor, size_t stride)
{
    double sums[CRF_LANES] = {0};
    for (size_t j = 0; j < stride; j += CRF_LANES)
        for (size_t k = 0; k < CRF_LANES; k++) {
            row[j + k] *= factor[j + k];
            sums[k] += row[j + k];
        }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

/* Shares that are neither forbidden nor safe from falling below the smallest number. */
static inline size_t count_small(const double *x, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += x[i] > 0 && x[i] < LEAST_SHARE;
    return count;
}

/* The rows of alpha and the norms; returns the log of the norms' product: minus infinity if no path is allowed, NAN if the
 * numbers are not fit. */
FOR_EACH_CPU static double forward_rows(struct crf_work *w, size_t n_tokens)
{
    size_t stride = w->stride;
    double log_sum = 0;
    double product = 1; /* of norms whose logarithm is still to be taken, once for many */
    for (size_t t = 0; t < n_tokens; t++) {
        double *alpha = w->alpha + t * stride;
        if (t == 0)
            memcpy(alpha, w->first, stride * sizeof *alpha);
        else if (w->is_sparse)
            combine_sparse(alpha, alpha - stride, w->to, &w->to_steps, stride);
        else
            combine(alpha, alpha - stride, 1, w->to, w->n, stride);
        double norm = weigh(alpha, w->pushed + t * stride, stride);
        if (norm == 0)
            return -INFINITY;
        w->norm[t] = norm;
        double share = 1 / norm;
        for (size_t j = 0; j < stride; j++)
            alpha[j] *= share;
        product *= norm;
        if (product < 1e-50 || product > 1e50) {
            log_sum += log(product);
            product = 1;
        }
    }
    return count_small(w->alpha, n_tokens * stride) > 0 ? NAN : log_sum + log(product);
}

bool crf_forward_scaled(struct crf_work *w, const real *scores, size_t n_tokens, const struct crf_gold *gold)
{
    if (w->is_wide)
        return false;
    double taken = emissions(w, scores, n_tokens, gold);
    if (isnan(taken))
        return false;
    double log_sum = forward_rows(w, n_tokens);
    if (isnan(log_sum))
        return false;
    w->is_plain = false;
    w->log_sum = log_sum;
    if (log_sum == -INFINITY)
        return true;
    double *ends = w->beta + (n_tokens - 1) * w->stride;
    memcpy(ends, w->alpha + (n_tokens - 1) * w->stride, w->stride * sizeof *ends);
    double total = weigh(ends, w->last, w->stride);
    w->norm[n_tokens] = total;
    w->log_sum = taken + log_sum + log(total);
    return true;
}

/* beta = 0 wherever no path comes to. */
static inline void drop_unreached(double *restrict beta, const double *restrict alpha, size_t stride)
{
    for (size_t j = 0; j < stride; j++)
        beta[j] = alpha[j] > 0 ? beta[j] : 0;
}

FOR_EACH_CPU static void backward_rows(struct crf_work *w, size_t n_tokens)
{
    size_t stride = w->stride;
    double *beta = w->beta + (n_tokens - 1) * stride;
    const double *alpha = w->alpha + (n_tokens - 1) * stride;
    double share = 1 / w->norm[n_tokens];
    for (size_t j = 0; j < stride; j++)
        beta[j] = w->last[j] * share;
    drop_unreached(beta, alpha, stride);
    for (size_t t = n_tokens - 1; t > 0; t--) {
        double *pushed = w->pushed + t * stride;
        share = 1 / w->norm[t];
        for (size_t j = 0; j < stride; j++)
            pushed[j] = beta[j] * pushed[j] * share;
        beta -= stride;
        alpha -= stride;
        if (w->is_sparse)
            combine_sparse(beta, pushed, w->from, &w->from_steps, stride);
        else
            combine(beta, pushed, 1, w->from, w->n, stride);
        drop_unreached(beta, alpha, stride);
    }
}

/* d_trans[a][b] += scale * Σ_t alpha[t-1][a] to[a][b] pushed[t][b], in an order that keeps sums in place: a row of d_trans
 * over some tokens, which stay in the cache until all rows are done. */
FOR_EACH_CPU static void add_steps(struct crf_work *w, double *restrict sum, size_t n_tokens, double scale)
{
    enum { SOME = 64 };
    size_t stride = w->stride;
    for (size_t t = 1; t < n_tokens; t += SOME) {
        size_t n = n_tokens - t < SOME ? n_tokens - t : SOME;
        for (size_t a = 0; a < w->n; a++) {
            combine(sum, w->alpha + (t - 1) * stride + a, stride, w->pushed + t * stride, n, stride);
            double *restrict d_trans = w->d_trans + a * stride;
            const double *restrict to = w->to + a * stride;
            for (size_t j = 0; j < stride; j++)
                d_trans[j] += scale * sum[j] * to[j];
        }
    }
}

void crf_backward_scaled(struct crf_work *w, size_t n_tokens, double scale)
{
    backward_rows(w, n_tokens);
    if (scale != 0)
        add_steps(w, w->pushed, n_tokens, scale); /* the first token is not stepped to: its row is scratch */
}
