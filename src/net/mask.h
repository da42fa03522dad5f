/*
 * Masks of dropout (Srivastava et al. 2014): what units and inputs are multiplied by while training.
 */
#ifndef ORIEL_NET_MASK_H
#define ORIEL_NET_MASK_H

#include <stddef.h>

#include "base/random.h"
#include "net/real.h"

/* mask [n]: 0 with probability drop (0 .. 1, to one part in 256), else 1/keep, where keep = mask_keep(drop) is what then
 * stays.  Takes one number of r for eight of them. */
void mask_draw(struct random *r, real *mask, size_t n, double drop);
double mask_keep(double drop);

#endif
