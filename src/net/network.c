#include "net/network.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

size_t network_in(const struct blueprint *b, size_t layer)
{
    return layer == 0 ? b->window * b->width : b->hidden[layer - 1];
}

size_t network_out(const struct blueprint *b, size_t layer)
{
    return layer == b->n_hidden ? b->n_outputs : b->hidden[layer];
}

size_t network_count(const struct blueprint *b)
{
    size_t n = 0;
    for (size_t l = 0; l <= b->n_hidden; l++)
        n += (network_in(b, l) + 1) * network_out(b, l);
    return n;
}

bool params_init(struct params *p, const struct blueprint *b)
{
    *p = (struct params){.block = mem_zero(network_count(b), sizeof *p->block)};
    if (!p->block)
        return false;
    real *at = p->block;
    for (size_t l = 0; l <= b->n_hidden; l++) {
        p->weight[l] = at;
        p->bias[l] = at + network_in(b, l) * network_out(b, l);
        at = p->bias[l] + network_out(b, l);
    }
    return true;
}

void params_clear(struct params *p)
{
    mem_free(p->block);
    *p = (struct params){0};
}

void params_randomise(struct params *p, const struct blueprint *b, struct random *r)
{
    for (size_t l = 0; l <= b->n_hidden; l++) {
        size_t in = network_in(b, l);
        size_t out = network_out(b, l);
        double bound = sqrt(6.0 / (double)(in + out));
        for (size_t i = 0; i < in * out; i++)
            p->weight[l][i] = (real)((2 * random_uniform(r) - 1) * bound);
        memset(p->bias[l], 0, out * sizeof *p->bias[l]);
    }
}

static struct matrix weight_matrix(const struct blueprint *b, const struct params *p, size_t layer)
{
    return matrix_of(p->weight[layer], network_out(b, layer), network_in(b, layer));
}

/* The part of the first layer's weights that meets the row at one place of the window. */
static struct matrix place_weights(const struct blueprint *b, const struct params *p, size_t place)
{
    return matrix_columns(weight_matrix(b, p, 0), place * b->width, b->width);
}

/* ---- workspace ---- */

void net_work_clear(struct net_work *w)
{
    for (size_t l = 0; l <= NETWORK_MAX_HIDDEN; l++)
        mem_free(w->act[l]);
    mem_free(w->delta[0]);
    mem_free(w->delta[1]);
    mem_free(w->shared);
    *w = (struct net_work){0};
}

static size_t widest_layer(const struct blueprint *b)
{
    size_t widest = 0;
    for (size_t l = 0; l <= b->n_hidden; l++)
        widest = network_out(b, l) > widest ? network_out(b, l) : widest;
    return widest;
}

static bool work_reserve(struct net_work *w, const struct blueprint *b, const struct net_input *x)
{
    if (x->n <= w->cap_n && x->n_rows <= w->cap_rows)
        return true;
    size_t n = x->n > w->cap_n ? x->n : w->cap_n;
    size_t n_rows = x->n_rows > w->cap_rows ? x->n_rows : w->cap_rows;
    net_work_clear(w);
    bool is_there = true;
    for (size_t l = 0; l <= b->n_hidden; l++) {
        w->act[l] = mem_alloc(n * network_out(b, l), sizeof(real));
        is_there = is_there && w->act[l];
    }
    for (size_t i = 0; i < 2; i++) {
        w->delta[i] = mem_alloc(n * widest_layer(b), sizeof(real));
        is_there = is_there && w->delta[i];
    }
    w->shared = mem_alloc(n_rows * network_out(b, 0), sizeof(real));
    if (!is_there || !w->shared) {
        net_work_clear(w);
        return false;
    }
    w->cap_n = n;
    w->cap_rows = n_rows;
    return true;
}

/* ---- forward ---- */

/* z += the rows at one place of the window times their weights, computed once per row and added where it stands. */
static void add_place(struct matrix z, const struct net_input *x, size_t window, size_t place, const real *products)
{
    for (size_t i = 0; i < x->n; i++) {
        size_t slot = (size_t)x->slots[i * window + place];
        vector_add(z.at + i * z.stride, products + slot * z.cols, 1, z.cols);
    }
}

/* A_1 x as a sum over the places of the window; the concatenated window is never built for shared rows. */
static void first_layer(const struct blueprint *b, const struct params *p, const struct net_input *x,
                        struct net_work *w, struct matrix z)
{
    if (!x->slots) {
        product_nt(z, matrix_of(x->rows, x->n, network_in(b, 0)), weight_matrix(b, p, 0), 1, 1);
        return;
    }
    struct matrix rows = matrix_of(x->rows, x->n_rows, b->width);
    for (size_t place = 0; place < b->window; place++) {
        product_nt(matrix_of(w->shared, x->n_rows, z.cols), rows, place_weights(b, p, place), 1, 0);
        add_place(z, x, b->window, place, w->shared);
    }
}

bool network_forward(const struct blueprint *b, const struct params *p, const struct net_input *x, struct net_work *w)
{
    if (!work_reserve(w, b, x))
        return false;
    for (size_t l = 0; l <= b->n_hidden; l++) {
        struct matrix z = matrix_of(w->act[l], x->n, network_out(b, l));
        rows_fill(z, p->bias[l]);
        if (l == 0)
            first_layer(b, p, x, w, z);
        else
            product_nt(z, matrix_of(w->act[l - 1], x->n, network_in(b, l)), weight_matrix(b, p, l), 1, 1);
        if (l < b->n_hidden)
            activate(b->activation, z.at, z.rows * z.cols);
    }
    return true;
}

/* ---- back ---- */

/* sums [R][H_1] = for each row, the deltas of the examples that have it at this place. */
static void gather_place(real *sums, struct matrix delta, const struct net_input *x, size_t window, size_t place)
{
    memset(sums, 0, x->n_rows * delta.cols * sizeof *sums);
    for (size_t i = 0; i < x->n; i++) {
        size_t slot = (size_t)x->slots[i * window + place];
        vector_add(sums + slot * delta.cols, delta.at + i * delta.stride, 1, delta.cols);
    }
}

/* Back through the first layer.  Rows first, weights after: `into` may be the weights that the rows' gradient needs. */
static void first_layer_back(const struct blueprint *b, const struct params *p, const struct net_input *x,
                             struct net_work *w, struct matrix delta, const struct net_back *to, real *d_rows)
{
    if (!x->slots) {
        struct matrix windows = matrix_of(x->rows, x->n, network_in(b, 0));
        if (d_rows)
            product_nn(matrix_of(d_rows, x->n, network_in(b, 0)), delta, weight_matrix(b, p, 0), 1, 0);
        product_tn(weight_matrix(b, to->into, 0), delta, windows, to->scale, to->keep);
        return;
    }
    struct matrix rows = matrix_of(x->rows, x->n_rows, b->width);
    struct matrix sums = matrix_of(w->shared, x->n_rows, delta.cols);
    for (size_t place = 0; place < b->window; place++) {
        gather_place(w->shared, delta, x, b->window, place);
        if (d_rows)
            product_nn(matrix_of(d_rows, x->n_rows, b->width), sums, place_weights(b, p, place), 1, place > 0);
        product_tn(place_weights(b, to->into, place), sums, rows, to->scale, to->keep);
    }
}

void network_back(const struct blueprint *b, const struct params *p, const struct net_input *x, struct net_work *w,
                  const real *delta, const struct net_back *to, real *d_rows)
{
    struct matrix above = matrix_of(delta, x->n, b->n_outputs);
    for (size_t l = b->n_hidden; l > 0; l--) {
        const real *h = w->act[l - 1];
        struct matrix below = matrix_of(w->delta[l % 2], x->n, network_in(b, l));
        product_nn(below, above, weight_matrix(b, p, l), 1, 0);
        activate_back(b->activation, below.at, h, below.rows * below.cols);
        product_tn(weight_matrix(b, to->into, l), above, matrix_of(h, x->n, network_in(b, l)), to->scale, to->keep);
        rows_sum(to->into->bias[l], above, to->scale);
        above = below;
    }
    first_layer_back(b, p, x, w, above, to, d_rows);
    rows_sum(to->into->bias[0], above, to->scale);
}

double network_weight_squares(const struct blueprint *b, const struct params *p)
{
    double sum = 0;
    for (size_t l = 0; l <= b->n_hidden; l++)
        sum += vector_squares(p->weight[l], network_in(b, l) * network_out(b, l));
    return sum;
}
