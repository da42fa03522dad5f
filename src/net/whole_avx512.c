/*
 * Products of whole numbers for AVX-512.
 */
#include "net/whole.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>
#include <string.h>

#include "base/cpu.h"

/* 24 sums, 4 vectors of b and a pair of a in 32 registers. */
#define WHOLE_ROWS 6
#define WHOLE_VECTORS 4

#define vec __m512i
#define vec_zero _mm512_setzero_si512()
#define vec_load(p) _mm512_loadu_si512(p)
#define vec_store(p, v) _mm512_storeu_si512(p, v)

__attribute__((target("avx512f"))) static inline __attribute__((always_inline)) vec vec_all(const int16_t *p)
{
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    return _mm512_set1_epi32(pair);
}

#define NAME(x) x##_avx512
#define WHOLE_TARGET __attribute__((target("avx512f,avx512bw")))
#define vec_add_pairs(sums, a, b) _mm512_add_epi32(sums, _mm512_madd_epi16(a, b))
#include "net/whole_loop.h"

const struct whole_kernel *whole_kernel_avx512(void)
{
    static const struct whole_kernel kernel = {.rows = WHOLE_ROWS, .run = NAME(run_sized)};
    return strcmp(cpu_instructions(), "avx512") == 0 ? &kernel : NULL;
}

/* The same with the instruction that adds up as well. */
#undef NAME
#undef WHOLE_TARGET
#undef vec_add_pairs
#define NAME(x) x##_vnni
#define WHOLE_TARGET __attribute__((target("avx512f,avx512vnni")))
#define vec_add_pairs(sums, a, b) _mm512_dpwssd_epi32(sums, a, b)
#include "net/whole_loop.h"

const struct whole_kernel *whole_kernel_vnni(void)
{
    static const struct whole_kernel kernel = {.rows = WHOLE_ROWS, .run = NAME(run_sized)};
    return cpu_has_vnni() ? &kernel : NULL;
}

#else

const struct whole_kernel *whole_kernel_vnni(void)
{
    return NULL;
}

const struct whole_kernel *whole_kernel_avx512(void)
{
    return NULL;
}

#endif
