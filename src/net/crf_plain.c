/*
 * Sums over paths by logarithms: slow, and right however far numbers lie apart.  A value that is not a number stays one:
 * comparisons are turned so that it is never dropped.
 */
#include <math.h>

#include "net/crf_work.h"

/* log(e^a + e^b). */
static double log_add(double a, double b)
{
    double most = a > b ? a : b;
    double least = a > b ? b : a;
    return least == -INFINITY ? most : most + log1p(exp(least - most));
}

void crf_forward_plain(struct crf_work *w, const real *scores, size_t n_tokens, const struct crf_gold *gold)
{
    w->is_plain = true;
    w->log_sum = -INFINITY;
    for (size_t t = 0; t < n_tokens; t++) {
        double *alpha = w->alpha + t * w->stride;
        double *own = w->pushed + t * w->stride;
        for (size_t b = 0; b < w->n; b++) {
            own[b] = crf_gold_allows(gold, w->n, t, b) ? (double)scores[t * w->n + b] : -INFINITY;
            double sum = t == 0 ? w->start[b] : -INFINITY;
            for (size_t a = 0; t > 0 && a < w->n; a++)
                sum = log_add(sum, (alpha - w->stride)[a] + w->weight[a * w->stride + b]);
            alpha[b] = sum + own[b];
        }
    }
    for (size_t y = 0; y < w->n; y++) {
        size_t i = (n_tokens - 1) * w->stride + y;
        w->beta[i] = w->end[y];
        w->log_sum = log_add(w->log_sum, w->alpha[i] + w->end[y]);
    }
}

void crf_backward_plain(struct crf_work *w, size_t n_tokens, double scale)
{
    for (size_t t = n_tokens - 1; t > 0; t--) {
        const double *alpha = w->alpha + (t - 1) * w->stride;
        const double *beta = w->beta + t * w->stride;
        double *pushed = w->pushed + t * w->stride;
        for (size_t b = 0; b < w->n; b++)
            pushed[b] += beta[b];
        for (size_t a = 0; a < w->n; a++) {
            double sum = -INFINITY;
            for (size_t b = 0; b < w->n; b++) {
                double step = w->weight[a * w->stride + b] + pushed[b];
                sum = log_add(sum, step);
                if (scale != 0)
                    w->d_trans[a * w->stride + b] += scale * exp(alpha[a] + step - w->log_sum);
            }
            w->beta[(t - 1) * w->stride + a] = sum;
        }
    }
}
