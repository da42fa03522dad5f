/*
 * A seedable generator as a value (xoshiro256**, Blackman and Vigna 2018, seeded by splitmix64): no global state, the
 * same numbers on every machine.
 */
#ifndef ORIEL_BASE_RANDOM_H
#define ORIEL_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t s[4];
};

struct random random_seeded(uint64_t seed);
uint64_t random_next(struct random *r);                      /* 64 random bits */
uint64_t random_below(struct random *r, uint64_t n);         /* 0 .. n-1 without bias; n > 0 */
double random_uniform(struct random *r);                     /* [0, 1), 53 bits */
void random_shuffle(struct random *r, int32_t *a, size_t n); /* Fisher-Yates */

#endif
