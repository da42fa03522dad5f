/*
 * The length of a batch's whole gradient, dense weights and touched rows together, and a bound on it (Pascanu, Mikolov and
 * Bengio 2013, section 3.2): a longer one is made shorter, its direction stays.
 */
#ifndef ORIEL_NET_CLIP_H
#define ORIEL_NET_CLIP_H

#include "net/tables.h"

/* dense [n] and the sums of s, which are rows of t.  The square root of the sum of squares, in double and in one order. */
double gradient_norm(const real *dense, size_t n, const struct table_sums *s, const struct tables *t);

/* Multiplies all of it by most / norm if its norm is above `most`; one that is not finite stays as it is. */
void gradient_clip(real *dense, size_t n, struct table_sums *s, const struct tables *t, double most);

#endif
