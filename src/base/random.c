/*
 * xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), seeded by splitmix64, as
 * its authors advise: no seed gives the state of all zeros that it could not leave.
 */
#include "base/random.h"

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

struct random random_seeded(uint64_t seed)
{
    struct random r;
    for (size_t i = 0; i < 4; i++)
        r.s[i] = splitmix(&seed);
    return r;
}

uint64_t random_next(struct random *r)
{
    uint64_t result = rotate_left(r->s[1] * 5, 7) * 9;
    uint64_t shifted = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= shifted;
    r->s[3] = rotate_left(r->s[3], 45);
    return result;
}

/* As many bits as n - 1 has, drawn again while they are too large: no bias, fewer than two draws on average, and no
 * division. */
uint64_t random_below(struct random *r, uint64_t n)
{
    if (n <= 1)
        return 0;
    int unused = __builtin_clzll(n - 1);
    uint64_t x;
    do {
        x = random_next(r) >> unused;
    } while (x >= n);
    return x;
}

double random_uniform(struct random *r)
{
    return (double)(random_next(r) >> 11) * 0x1p-53;
}

void random_shuffle(struct random *r, int32_t *a, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)random_below(r, i);
        int32_t kept = a[i - 1];
        a[i - 1] = a[j];
        a[j] = kept;
    }
}
