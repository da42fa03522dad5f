/*
 * The number that weights are made of: float, or double in the build that checks gradients.
 */
#ifndef ORIEL_NET_REAL_H
#define ORIEL_NET_REAL_H

#include <stdint.h>

#ifdef ORIEL_DOUBLE
typedef double real;
#define real_sqrt sqrt
#define real_abs fabs
#define real_round rint
#define REAL_ROUND 6755399441055744.0 /* 1.5 * 2^52: adding it leaves the nearest whole number in the low bits */
typedef uint64_t real_word;
#else
typedef float real;
#define real_sqrt sqrtf
#define real_abs fabsf
#define real_round rintf
#define REAL_ROUND 12582912.0F /* 1.5 * 2^23 */
typedef uint32_t real_word;
#endif

/* A number and its bits; without the sign, these are in the order of the magnitudes. */
union real_bits {
    real value;
    real_word bits;
};

#endif
