#include "support/test.h"

#include "support/ref_way.h"

#include <math.h>

#include "support/ref.h"
#include "support/ref_crf.h"

enum { WIDEST = 200, MOST_SCORES = 200 };

/* Number i of a row: the mean of its channel's rows, dropped or not. */
static double number(const struct ref_way *w, size_t r, size_t i)
{
    size_t token = (size_t)w->tokens[r];
    size_t k = 0;
    size_t column = i;
    for (; column >= w->tables->table[k].width; k++)
        column -= w->tables->table[k].width;
    size_t first = w->ids->starts[token * w->tables->n + k];
    size_t last = w->ids->starts[token * w->tables->n + k + 1];
    double sum = 0;
    for (size_t p = first; p < last; p++) {
        bool is_left_out = w->left_out && w->left_out[r] >> k & 1;
        int32_t row = !is_left_out ? w->ids->ids[p] : k == 0 ? w->unknown[token] : 0;
        sum += (double)w->tables->table[k].at[(size_t)row * w->tables->table[k].width + column];
    }
    sum /= (double)(last - first);
    return w->mask ? sum * (double)w->mask[r * w->tables->width + i] : sum;
}

static void scores_of(double *s, const struct ref_way *w, size_t example, double *corner)
{
    const struct blueprint *net = w->net;
    double x[WIDEST];
    size_t n_in = net->window * net->width;
    assert_true(n_in <= WIDEST);
    for (size_t i = 0; i < n_in; i++)
        x[i] = number(w, (size_t)w->slots[example * net->window + i / net->width], i % net->width);
    for (size_t l = 0; l < net->n_hidden; l++) {
        double z[WIDEST];
        size_t n_out = net->hidden[l];
        ref_affine(z, x, w->params->weight[l], w->params->bias[l], n_in, n_out);
        for (size_t i = 0; i < n_out; i++) {
            *corner = fmin(*corner, fabs(z[i]));
            x[i] = ref_activation(net->activation, z[i]);
            x[i] *= w->hidden_masks[l] ? (double)w->hidden_masks[l][example * n_out + i] : 1;
        }
        n_in = n_out;
    }
    ref_affine(s, x, w->params->weight[net->n_hidden], w->params->bias[net->n_hidden], n_in, net->n_outputs);
}

/* ---- losses of one token ---- */

static bool is_open(const struct ref_way *w, int32_t gold, size_t k)
{
    size_t n = w->net->n_outputs;
    return gold >= (int32_t)n && w->sets[((size_t)gold - n) * n + k];
}

/* log Σ e^s over all, less the same over what gold allows. */
static double softmax_of(const struct ref_way *w, const double *s, int32_t gold)
{
    double all = 0;
    double right = 0;
    for (size_t k = 0; k < w->net->n_outputs; k++) {
        all += exp(s[k]);
        right += gold == (int32_t)k || is_open(w, gold, k) ? exp(s[k]) : 0;
    }
    return log(all) - log(right);
}

static double sigmoid_of(const struct ref_way *w, const double *s, int32_t gold)
{
    double loss = 0;
    for (size_t k = 0; k < w->net->n_outputs; k++)
        loss += is_open(w, gold, k) ? 0 : ref_sigmoid_loss(s[k], gold == (int32_t)k);
    return loss;
}

static double squares_of(const struct ref_way *w, const double *s, size_t example)
{
    double loss = 0;
    enum head h = w->net->head;
    for (size_t k = 0; k < w->net->n_outputs; k++) {
        double p = h == HEAD_SQUARED_SIGMOID ? 1 / (1 + exp(-s[k])) : h == HEAD_SQUARED_TANH ? tanh(s[k]) : s[k];
        double gap = p - (double)w->targets[example * w->net->n_outputs + k];
        loss += gap * gap / 2;
    }
    return loss;
}

static double token_loss(const struct ref_way *w, const double *s, size_t example)
{
    if (w->net->head != HEAD_SIGMOID && w->net->head != HEAD_SOFTMAX)
        return squares_of(w, s, example);
    int32_t gold = w->gold[example];
    if (gold == GOLD_UNKNOWN)
        return 0;
    return w->net->head == HEAD_SIGMOID ? sigmoid_of(w, s, gold) : softmax_of(w, s, gold);
}

/* ---- sentences ---- */

/* The oracle of chains takes scores as the code under test has them: in single precision they are rounded here. */
static double chain_loss(const struct ref_way *w, const double *s, size_t first, size_t n)
{
    real scores[MOST_SCORES];
    struct crf_gold gold = {w->gold + first, w->sets};
    struct ref_paths all;
    struct ref_paths right;
    for (size_t i = 0; i < n * w->net->n_outputs; i++)
        scores[i] = (real)s[i];
    ref_paths_init(&all, w->chain, scores, n, NULL);
    ref_paths_init(&right, w->chain, scores, n, &gold);
    double loss = right.n > 0 ? ref_log_sum(&all) - ref_log_sum(&right) : 0;
    ref_paths_clear(&all);
    ref_paths_clear(&right);
    return loss;
}

static double sentence_loss(const struct ref_way *w, size_t first, size_t n, double *corner)
{
    size_t n_outputs = w->net->n_outputs;
    double s[MOST_SCORES];
    double loss = 0;
    assert_true(n * n_outputs <= MOST_SCORES);
    for (size_t t = 0; t < n; t++)
        scores_of(s + t * n_outputs, w, first + t, corner);
    if (w->net->head == HEAD_CRF)
        return chain_loss(w, s, first, n);
    for (size_t t = 0; t < n; t++)
        loss += token_loss(w, s + t * n_outputs, first + t);
    return loss;
}

double ref_way_cost(const struct ref_way *w, double *corner)
{
    double sum = 0;
    double squares = 0;
    size_t at = 0;
    *corner = INFINITY;
    for (size_t i = 0; i < w->n_sentences; i++) {
        sum += w->weights[i] * sentence_loss(w, at, w->lengths[i], corner);
        at += w->lengths[i];
    }
    for (size_t l = 0; l <= w->net->n_hidden; l++) {
        size_t n_in = l == 0 ? w->net->window * w->net->width : w->net->hidden[l - 1];
        size_t n_out = l == w->net->n_hidden ? w->net->n_outputs : w->net->hidden[l];
        for (size_t i = 0; i < n_in * n_out; i++)
            squares += (double)w->params->weight[l][i] * (double)w->params->weight[l][i];
    }
    return sum / w->mean_over + w->decay / 2 * squares;
}

double ref_way_slope(const struct ref_way *w, real *at, double step)
{
    static const double steps[] = {-2, -1, 1, 2};
    double cost[4];
    double corner;
    real kept = *at;
    for (size_t i = 0; i < 4; i++) {
        *at = (real)((double)kept + steps[i] * step);
        cost[i] = ref_way_cost(w, &corner);
    }
    *at = kept;
    return (cost[0] - 8 * cost[1] + 8 * cost[2] - cost[3]) / (12 * step);
}
