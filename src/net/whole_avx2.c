/*
 * Products of whole numbers for AVX2.
 */
#include "net/whole.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>
#include <string.h>

#include "base/cpu.h"

/* 12 sums, a vector of b and a pair of a in 16 registers. */
#define WHOLE_ROWS 3
#define WHOLE_VECTORS 4
#define NAME(x) x##_avx2
#define WHOLE_TARGET __attribute__((target("avx2")))

#define vec __m256i
#define vec_zero _mm256_setzero_si256()
#define vec_load(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define vec_store(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), v)
#define vec_add_pairs(sums, a, b) _mm256_add_epi32(sums, _mm256_madd_epi16(a, b))

WHOLE_TARGET static inline __attribute__((always_inline)) vec vec_all(const int16_t *p)
{
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    return _mm256_set1_epi32(pair);
}

#include "net/whole_loop.h"

/* What has AVX-512 can do this, too. */
const struct whole_kernel *whole_kernel_avx2(void)
{
    static const struct whole_kernel kernel = {.rows = WHOLE_ROWS, .run = NAME(run_sized)};
    return strcmp(cpu_instructions(), "plain") != 0 ? &kernel : NULL;
}

#else

const struct whole_kernel *whole_kernel_avx2(void)
{
    return NULL;
}

#endif
