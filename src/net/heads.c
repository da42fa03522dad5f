#include "net/heads.h"

#include <math.h>

static const char *const head_names[] = {"sigmoid"};

const char *head_name(enum head h)
{
    return head_names[h];
}

double sigmoid_loss(real *delta, const real *scores, const int32_t *gold, size_t n, size_t n_outputs)
{
    double sum = 0;
    double share = 1.0 / (double)n;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n_outputs; k++) {
            double s = (double)scores[i * n_outputs + k];
            double y = gold[i] == (int32_t)k;
            double e = exp(-fabs(s)); /* never overflows */
            double p = s >= 0 ? 1 / (1 + e) : e / (1 + e);
            sum += log1p(e) + (s > 0 ? s : 0) - y * s;
            delta[i * n_outputs + k] = (real)((p - y) * share);
        }
    return sum;
}

int32_t sigmoid_best(const real *scores, size_t n_outputs)
{
    size_t best = 0;
    for (size_t k = 1; k < n_outputs; k++)
        best = scores[k] > scores[best] ? k : best;
    return (int32_t)best;
}
