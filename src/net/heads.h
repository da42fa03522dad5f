/*
 * Heads: what the scores s mean, and what it costs when they are wrong.  A head turns scores [N][Y] into outputs, a loss and
 * delta = dE/ds, where E is the mean loss over the N examples.  No text and no weights here.
 */
#ifndef ORIEL_NET_HEADS_H
#define ORIEL_NET_HEADS_H

#include <stddef.h>
#include <stdint.h>

#include "net/real.h"

enum head { HEAD_SIGMOID }; /* independent yes or no for each output */
const char *head_name(enum head h);

/* Sigmoid outputs and cross entropy, documents 000 (4), (11), (14) and 003 (3), (7):
 *     p = 1 / (1 + e^-s),   loss = Σ_k -y_k log p_k - (1 - y_k) log(1 - p_k),   delta = (p - y) / N
 * The loss is computed from the scores, log(1 + e^-|s|) + max(s, 0) - y s, so that it is finite whenever they are.
 * scores [N][Y]; gold [N]: the output that is 1, -1 for none; delta [N][Y] may be the scores' own memory.  Returns the sum
 * of the losses. */
double sigmoid_loss(real *delta, const real *scores, const int32_t *gold, size_t n, size_t n_outputs);

/* The output with the largest score; the first of equals. */
int32_t sigmoid_best(const real *scores, size_t n_outputs);

#endif
