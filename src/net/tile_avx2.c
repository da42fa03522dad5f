/*
 * Tiles of a matrix product for AVX2 with FMA.
 */
#include "net/tile.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(ORIEL_DOUBLE)

#include <immintrin.h>
#include <string.h>

#include "base/cpu.h"

/* 12 sums, a row of b and a number of a in 16 registers. */
#define TILE_ROWS 4
#define TILE_VECTORS 3
#define TILE_LANES 8
#define TILE_TARGET __attribute__((target("avx2,fma")))

#define vec __m256
#define part __m256i
#define vec_zero _mm256_setzero_ps()
#define vec_all(x) _mm256_set1_ps(x)
#define vec_load(p) _mm256_loadu_ps(p)
#define vec_store(p, v) _mm256_storeu_ps(p, v)
#define vec_multiply_add(a, b, c) _mm256_fmadd_ps(a, b, c)
#define vec_multiply(a, b) _mm256_mul_ps(a, b)
#define part_first(n) _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define vec_load_part(p, some) _mm256_maskload_ps(p, some)
#define vec_store_part(p, some, v) _mm256_maskstore_ps(p, some, v)

#include "net/tile_loop.h"

static const struct tile_kernel kernel = {.instructions = "avx2",
                                          .rows = TILE_ROWS,
                                          .cols = TILE_VECTORS * TILE_LANES,
                                          .lanes = TILE_LANES,
                                          .run = run_sized};

/* What has AVX-512 can do this, too. */
const struct tile_kernel *tile_kernel_avx2(void)
{
    return strcmp(cpu_instructions(), "plain") != 0 ? &kernel : NULL;
}

#else

const struct tile_kernel *tile_kernel_avx2(void)
{
    return NULL;
}

#endif
