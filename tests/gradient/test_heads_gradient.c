/*
 * Whole networks under every head, with a fixed dropout mask and without: every gradient against central differences of a
 * cost in plain loops.  Built with double; relative error below 1e-6.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>

#include "net/heads.h"
#include "support/gen.h"
#include "support/ref.h"

enum { N_IDS = 6, N = 8, Y = 3, MAX_HIDDEN = 3, WIDEST = 9, MAX_NUMBERS = 200 };

static const double STEP = 3e-4;
static const double RELATIVE = 1e-6;
static const double ROUNDING = 2e-11; /* of a difference quotient: a few units in the cost's last place over STEP */
static const double CORNER = 0.01;    /* no step moves a unit as far as this from relu's corner */

static const int32_t words[N] = {2, 3, 2, 2, 3, 4, 2, 4};
static const struct gen_sentences sentences = {words, (const size_t[]){7, 1}, 2};

struct head_case {
    struct gen_case net;
    enum head head;
    double targets[N * Y]; /* of squared errors */
    double masks[MAX_HIDDEN][N * WIDEST];
    struct dropout dropout;
};

/* ---- the cost, by its definition ---- */

static double plain_loss(enum head h, const double *s, int32_t gold, const double *targets)
{
    double loss = 0;
    double sum = 0;
    for (size_t k = 0; k < Y; k++) {
        double y = gold == (int32_t)k;
        double gap = (h == HEAD_SQUARED_SIGMOID ? 1 / (1 + exp(-s[k]))
                      : h == HEAD_SQUARED_TANH  ? tanh(s[k])
                                                : s[k]) -
                     targets[k];
        sum += exp(s[k]);
        if (h == HEAD_SIGMOID)
            loss += ref_sigmoid_loss(s[k], y);
        else
            loss += h == HEAD_SOFTMAX ? -y * s[k] : gap * gap / 2;
    }
    if (gold == GOLD_UNKNOWN)
        return 0;
    return h == HEAD_SOFTMAX ? loss + log(sum) : loss;
}

/* Scores [Y] of one example; *corner becomes the smallest |z| so far. */
static void plain_scores(double *s, const struct head_case *c, const struct ref_case *by, size_t example,
                         double *corner)
{
    const struct blueprint *net = by->net;
    double x[WIDEST];
    size_t n_in = net->window * net->width;
    for (size_t i = 0; i < n_in; i++) {
        size_t row = (size_t)by->windows[example * net->window + i / net->width];
        x[i] = by->table[row * net->width + i % net->width];
    }
    for (size_t l = 0; l < net->n_hidden; l++) {
        double z[WIDEST];
        size_t n_out = net->hidden[l];
        ref_affine(z, x, by->params->weight[l], by->params->bias[l], n_in, n_out);
        for (size_t i = 0; i < n_out; i++) {
            *corner = fmin(*corner, fabs(z[i]));
            x[i] = ref_activation(net->activation, z[i]);
            if (c->net.input.dropout)
                x[i] *= c->masks[l][example * n_out + i];
        }
        n_in = n_out;
    }
    ref_affine(s, x, by->params->weight[net->n_hidden], by->params->bias[net->n_hidden], n_in, Y);
}

static double plain_cost(const struct head_case *c, const struct ref_case *by, double *corner)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++) {
        double s[Y];
        plain_scores(s, c, by, i, corner);
        sum += plain_loss(c->head, s, c->net.gold[i], c->targets + i * Y);
    }
    return sum / N;
}

/* ---- cases ---- */

/* Each layer keeps some units of each example and drops others. */
static void draw_masks(struct head_case *c, struct random *r)
{
    static const uint64_t kept_of_8 = 5;
    c->dropout = (struct dropout){.keep = (double)kept_of_8 / 8};
    for (size_t l = 0; l < c->net.net.n_hidden; l++) {
        for (size_t i = 0; i < N * c->net.net.hidden[l]; i++)
            c->masks[l][i] = random_below(r, 8) < kept_of_8 ? 1 / c->dropout.keep : 0;
        c->dropout.masks[l] = c->masks[l];
    }
    c->net.input.dropout = &c->dropout;
}

/* Tokens without a tag are unknown to the softmax, which must choose. */
static void prepare_gold(struct head_case *c)
{
    for (size_t i = 0; i < N; i++)
        if (c->head != HEAD_SIGMOID && c->net.gold[i] == GOLD_NONE)
            c->net.gold[i] = c->head == HEAD_SOFTMAX ? GOLD_UNKNOWN : 0;
}

static void case_init(struct head_case *c, struct random *r, const struct blueprint *net, enum gen_form form,
                      bool drops)
{
    double corner = 0;
    *c = (struct head_case){.head = net->head};
    gen_case_init(&c->net, r, net, N_IDS, &sentences, form);
    gen_reals(r, c->targets, N * Y, -1, 1);
    prepare_gold(c);
    do {
        corner = INFINITY;
        if (drops)
            draw_masks(c, r);
        struct ref_case by_ids = gen_by_ids(&c->net);
        plain_cost(c, &by_ids, &corner);
        if (corner < CORNER)
            gen_reals(r, c->net.params.block, network_count(net), -0.9, 0.9);
    } while (net->activation == ACTIVATION_RELU && corner < CORNER);
}

/* delta = dE/ds, where E is the mean; returns E. */
static double delta_of(const struct head_case *c, double *delta)
{
    const double *scores = network_scores(&c->net.net, &c->net.work);
    if (c->head == HEAD_SOFTMAX)
        return softmax_loss(delta, scores, c->net.gold, NULL, N, Y, 1.0 / N) / N;
    if (c->head == HEAD_SIGMOID)
        return sigmoid_loss(delta, scores, c->net.gold, NULL, N, Y, 1.0 / N) / N;
    double p[N * Y];
    double d_p[N * Y];
    head_outputs(c->head, p, scores, N, Y);
    double loss = head_loss(c->head, d_p, p, c->targets, N, Y);
    head_back(c->head, delta, p, d_p, N, Y);
    for (size_t i = 0; i < N * Y; i++)
        delta[i] /= N;
    return loss / N;
}

static void compare(const struct head_case *c, const struct ref_case *by, double *values, const double *gradient,
                    size_t n, const char *what, const char *where)
{
    char name[200];
    double slopes[MAX_NUMBERS];
    double corner = 0;
    assert_true(n <= MAX_NUMBERS);
    snprintf(name, sizeof name, "d%s (%s)", what, where);
    for (size_t i = 0; i < n; i++) {
        static const double steps[] = {-2, -1, 1, 2};
        double kept = values[i];
        double cost[4];
        for (size_t j = 0; j < 4; j++) {
            values[i] = kept + steps[j] * STEP;
            cost[j] = plain_cost(c, by, &corner);
        }
        values[i] = kept;
        slopes[i] = (cost[0] - 8 * cost[1] + 8 * cost[2] - cost[3]) / (12 * STEP);
    }
    test_close(gradient, slopes, n, RELATIVE, ROUNDING, name, "central difference", __FILE__, __LINE__);
}

static void check_case(struct head_case *c, const char *where)
{
    struct gen_case *net = &c->net;
    struct params gradient;
    double delta[N * Y];
    double d_rows[MAX_NUMBERS] = {0};
    double d_table[MAX_NUMBERS] = {0};
    double corner = 0;
    assert_true(params_init(&gradient, &net->net));
    assert_true(network_forward(&net->net, &net->params, &net->input, &net->work));
    double cost = delta_of(c, delta);
    struct ref_case by_ids = gen_by_ids(net);
    struct ref_case by_rows = gen_by_rows(net);
    double expected = plain_cost(c, &by_ids, &corner);
    assert_close(&cost, &expected, 1, 1e-12, 0);
    assert_true(net->plan.n_rows * net->net.width <= MAX_NUMBERS);
    network_back(&net->net, &net->params, &net->input, &net->work, delta, &(struct net_back){&gradient, 1, 0}, d_rows);
    window_scatter(d_table, &net->plan, d_rows, 1, net->net.width);
    compare(c, &by_ids, net->params.block, gradient.block, network_count(&net->net), "weights", where);
    compare(c, &by_ids, net->table, d_table, N_IDS * net->net.width, "L", where);
    compare(c, &by_rows, net->rows, d_rows, net->plan.n_rows * net->net.width, "x", where);
    params_clear(&gradient);
}

static void check_net(struct random *r, const struct blueprint *net, enum gen_form form, bool drops)
{
    char where[120];
    struct head_case c;
    snprintf(where, sizeof where, "%s, %zu hidden %s layers, %s%s", head_name(net->head), net->n_hidden,
             activation_name(net->activation), form == GEN_SHARED ? "shared" : "dense", drops ? ", dropout" : "");
    case_init(&c, r, net, form, drops);
    check_case(&c, where);
    gen_case_clear(&c.net);
}

static void check_head(enum head head)
{
    struct random r = random_seeded(test_seed(1) * 10 + (uint64_t)head);
    struct blueprint net = {.width = 3, .window = 3, .hidden = {4, 3, 5}, .n_outputs = Y, .head = head};
    for (net.n_hidden = 0; net.n_hidden <= MAX_HIDDEN; net.n_hidden++)
        for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++)
            for (int form = GEN_SHARED; form <= GEN_DENSE; form++)
                for (int drops = 0; drops <= 1; drops++) {
                    net.activation = (enum activation)f;
                    check_net(&r, &net, (enum gen_form)form, drops);
                }
}

static void test_network_gradients_under_the_softmax(void **state)
{
    (void)state;
    check_head(HEAD_SOFTMAX);
}

static void test_network_gradients_under_the_sigmoid(void **state)
{
    (void)state;
    check_head(HEAD_SIGMOID);
}

static void test_network_gradients_under_squared_errors(void **state)
{
    (void)state;
    check_head(HEAD_SQUARED_IDENTITY);
    check_head(HEAD_SQUARED_SIGMOID);
    check_head(HEAD_SQUARED_TANH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_network_gradients_under_the_softmax),
        cmocka_unit_test(test_network_gradients_under_the_sigmoid),
        cmocka_unit_test(test_network_gradients_under_squared_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
