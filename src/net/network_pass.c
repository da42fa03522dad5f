/*
 * Forward and back through the network.  Work is cut into blocks that depend on the sizes alone, each with outputs of its
 * own, so any number of threads computes the same sums in the same order.
 */
#include <string.h>

#include "base/memory.h"
#include "net/network.h"

/* Examples to a block of the layers above the first. */
enum { BLOCK_ROWS = 64 };

/* A place of the window is cut into this many parts of the first layer's units. */
enum { PLACE_PARTS = 2 };

/* What the blocks of one pass share. */
struct pass {
    const struct blueprint *b;
    const struct params *p;
    const struct net_input *x;
    struct net_work *w;
    const struct net_back *to; /* going back */
    const real *delta;         /* [N][Y] */
    real *d_rows;              /* [R][d] or NULL */
};

static void run(const struct pass *pass, size_t n_blocks, workers_fn *f)
{
    if (pass->w->crew) {
        workers_run(pass->w->crew, n_blocks, f, (void *)(uintptr_t)pass);
        return;
    }
    for (size_t i = 0; i < n_blocks; i++)
        f((void *)(uintptr_t)pass, i, 0);
}

static struct matrix weight_matrix(const struct blueprint *b, const struct params *p, size_t layer)
{
    return matrix_of(p->weight[layer], network_out(b, layer), network_in(b, layer));
}

static struct matrix rows_of(struct matrix m, size_t first, size_t n)
{
    return (struct matrix){.at = m.at + first * m.stride, .rows = n, .cols = m.cols, .stride = m.stride};
}

/* ---- workspace ---- */

void net_work_clear(struct net_work *w)
{
    for (size_t l = 0; l <= NETWORK_MAX_HIDDEN; l++) {
        mem_free(w->act[l]);
        mem_free(w->delta[l]);
    }
    mem_free(w->shared);
    *w = (struct net_work){.crew = w->crew};
}

static size_t grown(size_t cap, size_t need)
{
    return need > cap ? need + need / 4 : cap;
}

static bool work_reserve(struct net_work *w, const struct blueprint *b, const struct net_input *x)
{
    size_t n_shared = x->slots ? x->n_rows : 0;
    if (x->n <= w->cap_n && n_shared <= w->cap_rows)
        return true;
    size_t n = grown(w->cap_n, x->n);
    size_t n_rows = grown(w->cap_rows, n_shared);
    net_work_clear(w);
    bool is_there = true;
    for (size_t l = 0; l <= b->n_hidden; l++) {
        w->act[l] = mem_alloc(n, network_out(b, l) * sizeof(real));
        w->delta[l] = l < b->n_hidden ? mem_alloc(n, network_out(b, l) * sizeof(real)) : NULL;
        is_there = is_there && w->act[l] && (w->delta[l] || l == b->n_hidden);
    }
    w->shared = mem_alloc(n_rows, b->window * network_out(b, 0) * sizeof(real));
    if (!is_there || !w->shared) {
        net_work_clear(w);
        return false;
    }
    w->cap_n = n;
    w->cap_rows = n_rows;
    return true;
}

/* ---- one place of the window, one part of the first layer's units ---- */

struct part {
    size_t place;
    size_t first, n; /* units */
};

static struct part part_of(const struct pass *pass, size_t block)
{
    size_t n_units = network_out(pass->b, 0);
    size_t half = (n_units + PLACE_PARTS - 1) / PLACE_PARTS;
    size_t first = block / pass->b->window * half;
    size_t last = first + half < n_units ? first + half : n_units;
    return (struct part){.place = block % pass->b->window, .first = first, .n = first < last ? last - first : 0};
}

/* The weights of a part: [n][d]. */
static struct matrix part_weights(const struct pass *pass, const struct params *p, struct part part)
{
    struct matrix all = matrix_columns(weight_matrix(pass->b, p, 0), part.place * pass->b->width, pass->b->width);
    return rows_of(all, part.first, part.n);
}

/* Its columns of the shared block: [R][n]. */
static struct matrix part_shared(const struct pass *pass, struct part part)
{
    size_t n_units = network_out(pass->b, 0);
    real *place = pass->w->shared + part.place * pass->x->n_rows * n_units;
    return matrix_columns(matrix_of(place, pass->x->n_rows, n_units), part.first, part.n);
}

static size_t n_parts(const struct pass *pass)
{
    return pass->x->slots ? pass->b->window * PLACE_PARTS : 0;
}

/* ---- blocks of examples ---- */

struct span {
    size_t first, n;
};

static size_t n_spans(size_t n)
{
    return (n + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

static struct span span_of(size_t block, size_t n)
{
    size_t first = block * BLOCK_ROWS;
    return (struct span){.first = first, .n = n - first < BLOCK_ROWS ? n - first : BLOCK_ROWS};
}

static struct matrix layer_rows(const struct pass *pass, real *const *layers, size_t layer, struct span span)
{
    return rows_of(matrix_of(layers[layer], pass->x->n, network_out(pass->b, layer)), span.first, span.n);
}

/* ---- forward ---- */

static void multiply_part(void *context, size_t block, size_t worker)
{
    const struct pass *pass = context;
    (void)worker;
    struct part part = part_of(pass, block);
    struct matrix rows = matrix_of(pass->x->rows, pass->x->n_rows, pass->b->width);
    product_nt(part_shared(pass, part), rows, part_weights(pass, pass->p, part), 1, 0);
}

/* z += A_1 x as a sum over the places of the window: each row's product was computed once and is added where it stands.  The
 * concatenated window is never built for shared rows. */
static void add_places(const struct pass *pass, struct matrix z, struct span span)
{
    size_t window = pass->b->window;
    size_t n_place = pass->x->n_rows * z.cols;
    for (size_t i = 0; i < z.rows; i++) {
        const int32_t *slots = pass->x->slots + (span.first + i) * window;
        for (size_t place = 0; place < window; place++)
            vector_add(z.at + i * z.stride, pass->w->shared + place * n_place + (size_t)slots[place] * z.cols, 1,
                       z.cols);
    }
}

static void first_layer(const struct pass *pass, struct matrix z, struct span span)
{
    if (pass->x->slots) {
        add_places(pass, z, span);
        return;
    }
    struct matrix windows = matrix_of(pass->x->rows, pass->x->n, network_in(pass->b, 0));
    product_nt(z, rows_of(windows, span.first, span.n), weight_matrix(pass->b, pass->p, 0), 1, 1);
}

static void forward_span(void *context, size_t block, size_t worker)
{
    const struct pass *pass = context;
    const struct blueprint *b = pass->b;
    (void)worker;
    struct span span = span_of(block, pass->x->n);
    for (size_t l = 0; l <= b->n_hidden; l++) {
        struct matrix z = layer_rows(pass, pass->w->act, l, span);
        rows_fill(z, pass->p->bias[l]);
        if (l == 0)
            first_layer(pass, z, span);
        else
            product_nt(z, layer_rows(pass, pass->w->act, l - 1, span), weight_matrix(b, pass->p, l), 1, 1);
        if (l == b->n_hidden)
            continue;
        activate(b->activation, z.at, z.rows * z.cols);
        if (pass->x->dropout)
            vector_multiply(z.at, pass->x->dropout->masks[l] + span.first * z.cols, z.rows * z.cols);
    }
}

bool network_forward(const struct blueprint *b, const struct params *p, const struct net_input *x, struct net_work *w)
{
    if (!work_reserve(w, b, x))
        return false;
    struct pass pass = {.b = b, .p = p, .x = x, .w = w};
    run(&pass, n_parts(&pass), multiply_part);
    run(&pass, n_spans(x->n), forward_span);
    return true;
}

/* ---- back ---- */

/* The deltas of all hidden layers, and dense input rows' gradient, for some examples. */
static void back_span(void *context, size_t block, size_t worker)
{
    const struct pass *pass = context;
    const struct blueprint *b = pass->b;
    (void)worker;
    struct span span = span_of(block, pass->x->n);
    struct matrix above = rows_of(matrix_of(pass->delta, pass->x->n, b->n_outputs), span.first, span.n);
    for (size_t l = b->n_hidden; l > 0; l--) {
        struct matrix below = layer_rows(pass, pass->w->delta, l - 1, span);
        struct matrix h = layer_rows(pass, pass->w->act, l - 1, span);
        size_t n = below.rows * below.cols;
        product_nn(below, above, weight_matrix(b, pass->p, l), 1, 0);
        if (pass->x->dropout)
            activate_back_masked(b->activation, below.at, h.at,
                                 pass->x->dropout->masks[l - 1] + span.first * below.cols, pass->x->dropout->keep, n);
        else
            activate_back(b->activation, below.at, h.at, n);
        above = below;
    }
    if (pass->x->slots || !pass->d_rows)
        return;
    struct matrix d_windows = matrix_of(pass->d_rows, pass->x->n, network_in(b, 0));
    product_nn(rows_of(d_windows, span.first, span.n), above, weight_matrix(b, pass->p, 0), 1, 0);
}

static struct matrix delta_of(const struct pass *pass, size_t layer)
{
    const real *delta = layer == pass->b->n_hidden ? pass->delta : pass->w->delta[layer];
    return matrix_of(delta, pass->x->n, network_out(pass->b, layer));
}

/* For each row, the sum of the deltas of the examples that have it at this place. */
static void gather_part(void *context, size_t block, size_t worker)
{
    const struct pass *pass = context;
    (void)worker;
    struct part part = part_of(pass, block);
    struct matrix sums = part_shared(pass, part);
    struct matrix delta = matrix_columns(delta_of(pass, 0), part.first, part.n);
    for (size_t i = 0; i < sums.rows; i++)
        memset(sums.at + i * sums.stride, 0, sums.cols * sizeof *sums.at);
    for (size_t i = 0; i < delta.rows; i++) {
        size_t slot = (size_t)pass->x->slots[i * pass->b->window + part.place];
        vector_add(sums.at + slot * sums.stride, delta.at + i * delta.stride, 1, delta.cols);
    }
}

/* dE/drows for some rows: the sums of each place times its weights. */
static void back_rows(void *context, size_t block, size_t worker)
{
    const struct pass *pass = context;
    (void)worker;
    struct span span = span_of(block, pass->x->n_rows);
    size_t n_units = network_out(pass->b, 0);
    struct matrix out = rows_of(matrix_of(pass->d_rows, pass->x->n_rows, pass->b->width), span.first, span.n);
    for (size_t place = 0; place < pass->b->window; place++) {
        const real *sums = pass->w->shared + place * pass->x->n_rows * n_units;
        struct matrix weights =
            matrix_columns(weight_matrix(pass->b, pass->p, 0), place * pass->b->width, pass->b->width);
        product_nn(out, rows_of(matrix_of(sums, pass->x->n_rows, n_units), span.first, span.n), weights, 1, place > 0);
    }
}

/* Weights of the layers above the first (or of a dense first one), a layer a block, and all biases. */
static void back_layer(const struct pass *pass, size_t layer)
{
    struct matrix delta = delta_of(pass, layer);
    rows_sum(pass->to->into->bias[layer], delta, pass->to->scale);
    if (layer == 0 && pass->x->slots)
        return;
    const real *below = layer == 0 ? pass->x->rows : pass->w->act[layer - 1];
    product_tn(weight_matrix(pass->b, pass->to->into, layer), delta,
               matrix_of(below, pass->x->n, network_in(pass->b, layer)), pass->to->scale, pass->to->keep);
}

static void back_weights(void *context, size_t block, size_t worker)
{
    const struct pass *pass = context;
    (void)worker;
    if (block >= n_parts(pass)) {
        back_layer(pass, block - n_parts(pass));
        return;
    }
    struct part part = part_of(pass, block);
    product_tn(part_weights(pass, pass->to->into, part), part_shared(pass, part),
               matrix_of(pass->x->rows, pass->x->n_rows, pass->b->width), pass->to->scale, pass->to->keep);
}

/* Weights last: `into` may be the weights that deltas and rows need. */
void network_back(const struct blueprint *b, const struct params *p, const struct net_input *x, struct net_work *w,
                  const real *delta, const struct net_back *to, real *d_rows)
{
    struct pass pass = {.b = b, .p = p, .x = x, .w = w, .to = to, .delta = delta, .d_rows = d_rows};
    run(&pass, n_spans(x->n), back_span);
    run(&pass, n_parts(&pass), gather_part);
    if (d_rows && x->slots)
        run(&pass, n_spans(x->n_rows), back_rows);
    run(&pass, n_parts(&pass) + b->n_hidden + 1, back_weights);
}
