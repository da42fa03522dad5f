/*
 * The network: any number of fully connected layers above a window of input rows.
 *
 *     x = rows[slot 0] ‖ rows[slot 1] ‖ ...          W rows of width d, one after the other
 *     z_l = A_l h_{l-1} + b_l,  h_l = f(z_l)          h_0 = x;  l = 1 .. Q
 *     s = U h_Q + c                                   Y scores; heads.h makes outputs and losses of them
 *
 * Three parts: the blueprint says the sizes, the parameters are one block, the workspace holds what one pass leaves for
 * the next.  Blueprint and parameters are only read here (network_back writes where the caller says), so several threads
 * may share them, each with a workspace of its own.
 *
 * Input rows are any numbers: rows of word vectors that a window plan gathered, or dense features (W = 1).
 */
#ifndef ORIEL_NET_NETWORK_H
#define ORIEL_NET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "base/workers.h"
#include "net/heads.h"
#include "net/kernel.h"

enum { NETWORK_MAX_HIDDEN = 8 };

struct blueprint {
    size_t width;                      /* d: numbers in an input row */
    size_t window;                     /* W: rows in an example */
    size_t n_hidden;                   /* Q */
    size_t hidden[NETWORK_MAX_HIDDEN]; /* H_1 .. H_Q */
    size_t n_outputs;                  /* Y */
    enum activation activation;
    enum head head; /* HEAD_CRF has weights of its own */
};

/* Layer l of 0 .. Q has n_in(l) inputs and n_out(l) outputs; layer Q is U, c.  n_in(0) = W*d. */
size_t network_in(const struct blueprint *b, size_t layer);
size_t network_out(const struct blueprint *b, size_t layer);

/* All weights and biases: for one hidden layer (W d) H + H Y + H + Y (document 003, Q2d); with HEAD_CRF, Y (Y + 2) more. */
size_t network_count(const struct blueprint *b);

struct params {
    real *weight[NETWORK_MAX_HIDDEN + 1]; /* [n_out][n_in]  A_1 .. A_Q, U */
    real *bias[NETWORK_MAX_HIDDEN + 1];   /* [n_out]        b_1 .. b_Q, c */
    real *start, *end;                    /* [Y]            HEAD_CRF, else NULL */
    real *trans;                          /* [Y][Y] */
    real *block; /* [network_count]  all of them in one piece; NULL when they are on loan from elsewhere */
};

bool params_init(struct params *p, const struct blueprint *b); /* all zero; false: no memory */
void params_clear(struct params *p);

/* Makes zero what network_back with keep = 0, or a head, adds to: biases, start, end, transitions.  Weights are written over. */
void params_clear_sums(struct params *p, const struct blueprint *b);

/* Weights uniform within ±sqrt(6 / (n_in + n_out)) (Glorot and Bengio 2010), biases and transitions zero. */
void params_randomise(struct params *p, const struct blueprint *b, struct random *r);

/* Dropout (Srivastava et al. 2014): h_l is multiplied by masks[l-1] [N][H_l], whose elements are 0 or 1/keep. */
struct dropout {
    const real *masks[NETWORK_MAX_HIDDEN];
    real keep; /* share of the hidden units that stay */
};

struct net_input {
    const real *rows;              /* [R][d] */
    size_t n_rows;                 /* R */
    const int32_t *slots;          /* [N][W] into rows; NULL: R = N*W and the rows lie as windows */
    size_t n;                      /* N */
    const struct dropout *dropout; /* NULL: none */
};

/* Tied to the blueprint of its first use until it is cleared. */
struct net_work {
    struct workers
        *crew; /* on loan: the threads that share each pass; NULL: the caller's own.  The results are the same */
    size_t cap_n, cap_rows;
    real *act[NETWORK_MAX_HIDDEN + 1];   /* [N][n_out(l)]  h_1 .. h_Q, and the scores s */
    real *delta[NETWORK_MAX_HIDDEN + 1]; /* [N][n_out(l)]  dE/dz of each hidden layer; the last is the caller's */
    real *shared; /* [W][R][H_1]  products of the rows with each place's weights; going back, sums of deltas */
};

/* Frees all but the crew; a work that is all zero is empty. */
void net_work_clear(struct net_work *w);

/* One pass: leaves h_1 .. h_Q and s in the workspace.  Documents 000, (2); 002, (2); 004, section 2.  false: no memory. */
bool network_forward(const struct blueprint *b, const struct params *p, const struct net_input *x, struct net_work *w);

/* The scores s [N][Y] of the last pass; heads write their delta in their place or elsewhere. */
static inline real *network_scores(const struct blueprint *b, const struct net_work *w)
{
    return w->act[b->n_hidden];
}

/* Where gradients go: weights become keep * weights + scale * dE/dweights, biases biases + scale * dE/dbiases. */
struct net_back {
    struct params *into;
    real scale, keep;
};

/* Back through the last pass.  delta [N][Y] is dE/ds (with its 1/N).  Gradients by documents 000 (30), (31), (15), (25);
 * 001 (9), (17), (33), (41); 002 (5)-(10).  d_rows [R][d], if not NULL, becomes dE/drows, unscaled: 000, (29), 003, (22).
 *
 * Not for the weights of HEAD_CRF, whose gradient heads.h gives.
 *
 * `to->into` may be p itself: all deltas are passed on before any weights are written, so that with scale = -eta
 * and keep = 1 - eta*lambda/M this is a step of gradient descent in place, one pass over the weights. */
void network_back(const struct blueprint *b, const struct params *p, const struct net_input *x, struct net_work *w,
                  const real *delta, const struct net_back *to, real *d_rows);

/* Σ_l |A_l|² + |U|²: the penalty is lambda/(2M) times this; its gradient, lambda/M times the weights, is what `keep`
 * takes off.  Document 000, (1), (8), (9).  Biases have none. */
double network_weight_squares(const struct blueprint *b, const struct params *p);

#endif
