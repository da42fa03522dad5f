/*
 * Heads: what the scores s mean, and what it costs when they are wrong.  A head turns scores [N][Y] into outputs p and, with
 * gold, into a loss and delta = dE/ds, where E is a mean over examples.  No text and no weights here; the chain that joins
 * the tokens of a sentence is in crf.h.
 */
#ifndef ORIEL_NET_HEADS_H
#define ORIEL_NET_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/real.h"

enum head {
    HEAD_SIGMOID,          /* independent yes or no for each output; cross entropy */
    HEAD_SOFTMAX,          /* exactly one output; cross entropy */
    HEAD_CRF,              /* softmax over whole tag sequences: crf.h */
    HEAD_SQUARED_IDENTITY, /* p = s, half the squared error */
    HEAD_SQUARED_SIGMOID,  /* p = 1 / (1 + e^-s) */
    HEAD_SQUARED_TANH,     /* p = tanh s */
    HEADS
};
const char *head_name(enum head h); /* "sigmoid", "softmax", "crf", "squared", "squared-sigmoid", "squared-tanh" */
bool head_from_name(const char *name, enum head *out);

/* p [N][Y] of scores [N][Y]; may be the same memory.  Softmax is shifted by the largest score, which changes nothing
 * (document 003, (1), (2)) and cannot overflow.  Not for HEAD_CRF. */
void head_outputs(enum head h, real *p, const real *scores, size_t n, size_t n_outputs);

/* Loss of any head but the crf against targets y [N][Y]: the sum over examples; d_p [N][Y] = dloss/dp. */
double head_loss(enum head h, real *d_p, const real *p, const real *targets, size_t n, size_t n_outputs);

/* delta [N][Y] = Jᵀ d_p, where J = dp/ds: for element-wise outputs d_p g'(s) (documents 002, (10); 004, 3.1), for softmax with
 * its full Jacobian p_i (t_ij - p_j) (003, (16)).  With cross entropy it is p - y, for sigmoid and softmax alike. */
void head_back(enum head h, real *delta, const real *p, const real *d_p, size_t n, size_t n_outputs);

enum { GOLD_NONE = -1, GOLD_UNKNOWN = -2 };

/* Sigmoid outputs and cross entropy, documents 000 (4), (11), (14) and 003 (3), (7):
 *     p = 1 / (1 + e^-s),   loss = Σ_k -y_k log p_k - (1 - y_k) log(1 - p_k),   delta = scale (p - y)
 * The loss is computed from the scores, log(1 + e^-|s|) + max(s, 0) - y s, so that it is finite whenever they are.
 * gold [N]: the output that is 1, GOLD_NONE, GOLD_UNKNOWN (no loss, no delta), or Y + k: the outputs of the set k are not known,
 * the others are 0.  sets [n_sets][Y] may be NULL if no gold is >= Y.  delta [N][Y] may be the scores' own memory.
 * Returns the sum of the losses. */
double sigmoid_loss(real *delta, const real *scores, const int32_t *gold, const bool *sets, size_t n, size_t n_outputs,
                    double scale);

/* Softmax outputs and cross entropy, documents 001 (3), (4), (6) and 003 (8)-(18): loss = log Σ e^s - s_gold, delta = scale (p - y).
 * gold [N]: an output, GOLD_UNKNOWN, or Y + k for one of the set k (not empty), which costs log Σ e^s - log Σ_set e^s.
 * Otherwise as above. */
double softmax_loss(real *delta, const real *scores, const int32_t *gold, const bool *sets, size_t n, size_t n_outputs,
                    double scale);

/* The output with the largest score; the first of equals. */
int32_t best_output(const real *scores, size_t n_outputs);

#endif
