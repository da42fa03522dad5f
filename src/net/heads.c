#include "net/heads.h"

#include <math.h>
#include <string.h>

static const char *const head_names[HEADS] = {"sigmoid", "softmax",         "crf",
                                              "squared", "squared-sigmoid", "squared-tanh"};

const char *head_name(enum head h)
{
    return head_names[h];
}

bool head_from_name(const char *name, enum head *out)
{
    for (size_t i = 0; i < HEADS; i++) {
        if (strcmp(name, head_names[i]) != 0)
            continue;
        *out = (enum head)i;
        return true;
    }
    return false;
}

static double sigmoid_of(double s)
{
    double e = exp(-fabs(s)); /* never overflows */
    return s >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/* The largest score of a set of outputs; set NULL: all. */
static double most_of(const real *s, const bool *set, size_t n_outputs)
{
    double most = -INFINITY;
    for (size_t k = 0; k < n_outputs; k++)
        most = (!set || set[k]) && (double)s[k] > most ? (double)s[k] : most;
    return most;
}

/* log Σ e^s over a set of outputs. */
static double log_sum_of(const real *s, const bool *set, size_t n_outputs)
{
    double most = most_of(s, set, n_outputs);
    double sum = 0;
    for (size_t k = 0; k < n_outputs; k++)
        sum += !set || set[k] ? exp((double)s[k] - most) : 0;
    return log(sum) + most;
}

/* p [Y] = softmax of s [Y]; returns log Σ e^s. */
static double softmax_row(real *p, const real *s, size_t n_outputs)
{
    double log_sum = log_sum_of(s, NULL, n_outputs);
    for (size_t k = 0; k < n_outputs; k++)
        p[k] = (real)exp((double)s[k] - log_sum);
    return log_sum;
}

void head_outputs(enum head h, real *p, const real *scores, size_t n, size_t n_outputs)
{
    if (h == HEAD_SOFTMAX) {
        for (size_t i = 0; i < n; i++)
            softmax_row(p + i * n_outputs, scores + i * n_outputs, n_outputs);
        return;
    }
    for (size_t i = 0; i < n * n_outputs; i++) {
        double s = (double)scores[i];
        bool is_sigmoid = h == HEAD_SIGMOID || h == HEAD_SQUARED_SIGMOID;
        p[i] = (real)(is_sigmoid ? sigmoid_of(s) : h == HEAD_SQUARED_TANH ? tanh(s) : s);
    }
}

double head_loss(enum head h, real *d_p, const real *p, const real *targets, size_t n, size_t n_outputs)
{
    double sum = 0;
    for (size_t i = 0; i < n * n_outputs; i++) {
        double y = (double)targets[i];
        double x = (double)p[i];
        if (h == HEAD_SIGMOID) {
            sum -= (y > 0 ? y * log(x) : 0) + (y < 1 ? (1 - y) * log1p(-x) : 0);
            d_p[i] = (real)((x - y) / (x * (1 - x)));
        } else if (h == HEAD_SOFTMAX) {
            sum -= y > 0 ? y * log(x) : 0;
            d_p[i] = (real)(y > 0 ? -y / x : 0);
        } else {
            sum += (x - y) * (x - y) / 2;
            d_p[i] = (real)(x - y);
        }
    }
    return sum;
}

/* delta_j = Σ_i d_p_i p_i (t_ij - p_j) = p_j (d_p_j - Σ_i d_p_i p_i) */
static void softmax_back(real *delta, const real *p, const real *d_p, size_t n_outputs)
{
    double mean = 0;
    for (size_t k = 0; k < n_outputs; k++)
        mean += (double)d_p[k] * (double)p[k];
    for (size_t k = 0; k < n_outputs; k++)
        delta[k] = (real)((double)p[k] * ((double)d_p[k] - mean));
}

void head_back(enum head h, real *delta, const real *p, const real *d_p, size_t n, size_t n_outputs)
{
    for (size_t i = 0; h == HEAD_SOFTMAX && i < n; i++)
        softmax_back(delta + i * n_outputs, p + i * n_outputs, d_p + i * n_outputs, n_outputs);
    for (size_t i = 0; h != HEAD_SOFTMAX && i < n * n_outputs; i++) {
        bool is_sigmoid = h == HEAD_SIGMOID || h == HEAD_SQUARED_SIGMOID;
        real slope = is_sigmoid ? p[i] * (1 - p[i]) : h == HEAD_SQUARED_TANH ? 1 - p[i] * p[i] : 1;
        delta[i] = d_p[i] * slope;
    }
}

static void clear_row(real *delta, size_t n_outputs)
{
    for (size_t k = 0; k < n_outputs; k++)
        delta[k] = 0;
}

double sigmoid_loss(real *delta, const real *scores, const int32_t *gold, const bool *sets, size_t n, size_t n_outputs,
                    double scale)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (gold[i] == GOLD_UNKNOWN) {
            clear_row(delta + i * n_outputs, n_outputs);
            continue;
        }
        const bool *open = gold[i] < (int32_t)n_outputs ? NULL : sets + ((size_t)gold[i] - n_outputs) * n_outputs;
        for (size_t k = 0; k < n_outputs; k++) {
            double s = (double)scores[i * n_outputs + k];
            double y = gold[i] == (int32_t)k;
            bool is_known = !open || !open[k];
            sum += is_known ? log1p(exp(-fabs(s))) + (s > 0 ? s : 0) - y * s : 0;
            delta[i * n_outputs + k] = is_known ? (real)((sigmoid_of(s) - y) * scale) : 0;
        }
    }
    return sum;
}

/* One of a set: delta = scale (softmax over all - softmax over the set). */
static double set_loss(real *delta, const real *s, const bool *set, size_t n_outputs, double scale)
{
    double log_set = log_sum_of(s, set, n_outputs);
    double log_all = log_sum_of(s, NULL, n_outputs);
    for (size_t k = 0; k < n_outputs; k++) {
        double score = (double)s[k];
        delta[k] = (real)(scale * (exp(score - log_all) - (set[k] ? exp(score - log_set) : 0)));
    }
    return log_all - log_set;
}

double softmax_loss(real *delta, const real *scores, const int32_t *gold, const bool *sets, size_t n, size_t n_outputs,
                    double scale)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        real *row = delta + i * n_outputs;
        if (gold[i] == GOLD_UNKNOWN) {
            clear_row(row, n_outputs);
            continue;
        }
        if (gold[i] >= (int32_t)n_outputs) {
            const bool *set = sets + ((size_t)gold[i] - n_outputs) * n_outputs;
            sum += set_loss(row, scores + i * n_outputs, set, n_outputs, scale);
            continue;
        }
        double s = (double)scores[i * n_outputs + (size_t)gold[i]];
        sum += softmax_row(row, scores + i * n_outputs, n_outputs) - s;
        for (size_t k = 0; k < n_outputs; k++)
            row[k] *= (real)scale;
        row[gold[i]] -= (real)scale;
    }
    return sum;
}

int32_t best_output(const real *scores, size_t n_outputs)
{
    size_t best = 0;
    for (size_t k = 1; k < n_outputs; k++)
        best = scores[k] > scores[best] ? k : best;
    return (int32_t)best;
}
