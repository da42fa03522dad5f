#include "support/ref.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double ref_activation(enum activation f, double z)
{
    switch (f) {
    case ACTIVATION_TANH:
        return tanh(z);
    case ACTIVATION_SIGMOID:
        return 1 / (1 + exp(-z));
    default:
        return fmax(z, 0);
    }
}

double ref_slope(enum activation f, double z)
{
    switch (f) {
    case ACTIVATION_TANH:
        return 1 / (cosh(z) * cosh(z));
    case ACTIVATION_SIGMOID:
        return 1 / ((1 + exp(-z)) * (1 + exp(z)));
    default:
        return z > 0;
    }
}

void ref_affine(double *out, const double *x, const real *w, const real *bias, size_t n_in, size_t n_out)
{
    for (size_t i = 0; i < n_out; i++) {
        out[i] = (double)bias[i];
        for (size_t j = 0; j < n_in; j++)
            out[i] += (double)w[i * n_in + j] * x[j];
    }
}

void ref_multiply(const struct ref_product *p)
{
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++) {
            double sum = 0;
            for (size_t k = 0; k < p->k; k++)
                sum += (double)p->a[i * p->a_row + k * p->a_col] * (double)p->b[k * p->b_row + j * p->b_col];
            double *c = &p->c[i * p->c_stride + j];
            *c = (p->keep != 0 ? p->keep * *c : 0) + p->scale * sum;
        }
}

double ref_sigmoid_loss(double s, double y)
{
    double p = 1 / (1 + exp(-s));
    return -y * log(p) - (1 - y) * log(1 - p);
}

void ref_windows(int32_t *windows, const int32_t *ids, size_t n_tokens, size_t first, size_t last, size_t window,
                 int32_t before, int32_t after)
{
    for (size_t t = first; t < last; t++)
        for (size_t j = 0; j < window; j++) {
            ptrdiff_t at = (ptrdiff_t)t - (ptrdiff_t)(window / 2) + (ptrdiff_t)j;
            if (at < 0)
                *windows++ = before;
            else if (at >= (ptrdiff_t)n_tokens)
                *windows++ = after;
            else
                *windows++ = ids[at];
        }
}

static size_t widest(const struct blueprint *b)
{
    size_t n = b->window * b->width > b->n_outputs ? b->window * b->width : b->n_outputs;
    for (size_t l = 0; l < b->n_hidden; l++)
        n = b->hidden[l] > n ? b->hidden[l] : n;
    return n;
}

/* The concatenated window: its rows one after the other. */
static void fill_input(double *x, const struct ref_case *c, const int32_t *window)
{
    size_t d = c->net->width;
    for (size_t j = 0; j < c->net->window; j++)
        for (size_t k = 0; k < d; k++)
            x[j * d + k] = (double)c->table[(size_t)window[j] * d + k];
}

/* One example: x becomes z_1, h_1, z_2, ... and last the scores; *corner the smallest |z|. */
static void pass(double *x, double *z, const struct ref_case *c, double *corner)
{
    size_t n_in = c->net->window * c->net->width;
    for (size_t l = 0; l < c->net->n_hidden; l++) {
        ref_affine(z, x, c->params->weight[l], c->params->bias[l], n_in, c->net->hidden[l]);
        n_in = c->net->hidden[l];
        for (size_t i = 0; i < n_in; i++) {
            *corner = fmin(*corner, fabs(z[i]));
            x[i] = ref_activation(c->net->activation, z[i]);
        }
    }
    ref_affine(z, x, c->params->weight[c->net->n_hidden], c->params->bias[c->net->n_hidden], n_in, c->net->n_outputs);
}

double ref_scores(double *scores, const struct ref_case *c)
{
    double *x = malloc(2 * widest(c->net) * sizeof *x);
    if (!x)
        abort();
    double *z = x + widest(c->net);
    double corner = INFINITY;
    for (size_t i = 0; i < c->n; i++) {
        fill_input(x, c, c->windows + i * c->net->window);
        pass(x, z, c, &corner);
        memcpy(scores + i * c->net->n_outputs, z, c->net->n_outputs * sizeof *scores);
    }
    free(x);
    return corner;
}

static double squares(const struct ref_case *c)
{
    double sum = 0;
    size_t n_in = c->net->window * c->net->width;
    for (size_t l = 0; l <= c->net->n_hidden; l++) {
        size_t n_out = l < c->net->n_hidden ? c->net->hidden[l] : c->net->n_outputs;
        for (size_t i = 0; i < n_in * n_out; i++)
            sum += (double)c->params->weight[l][i] * (double)c->params->weight[l][i];
        n_in = n_out;
    }
    return sum;
}

double ref_cost(const struct ref_case *c, double lambda, double m)
{
    size_t n_outputs = c->net->n_outputs;
    double *scores = malloc(c->n * n_outputs * sizeof *scores);
    if (!scores)
        abort();
    ref_scores(scores, c);
    double sum = 0;
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < n_outputs; k++)
            sum += ref_sigmoid_loss(scores[i * n_outputs + k], c->gold[i] == (int32_t)k);
    free(scores);
    return sum / (double)c->n + lambda / (2 * m) * squares(c);
}
