/*
 * The number that weights are made of: float, or double in the build that checks gradients.
 */
#ifndef ORIEL_NET_REAL_H
#define ORIEL_NET_REAL_H

#ifdef ORIEL_DOUBLE
typedef double real;
#define real_sqrt sqrt
#else
typedef float real;
#define real_sqrt sqrtf
#endif

#endif
