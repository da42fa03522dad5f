/*
 * The number that weights are made of: float, or double in the build that checks gradients.
 */
#ifndef ORIEL_NET_REAL_H
#define ORIEL_NET_REAL_H

#ifdef ORIEL_DOUBLE
typedef double real;
#define real_sqrt sqrt
#define real_abs fabs
#define real_round rint
#else
typedef float real;
#define real_sqrt sqrtf
#define real_abs fabsf
#define real_round rintf
#endif

#endif
