/*
 * Tiles of a matrix product for AVX-512 (its foundation part).
 */
#include "net/tile.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(ORIEL_DOUBLE)

#include <immintrin.h>
#include <string.h>

#include "base/cpu.h"

/* 24 sums, a row of b and a number of a in 32 registers. */
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define TILE_LANES 16
#define TILE_TARGET __attribute__((target("avx512f")))

#define vec __m512
#define part __mmask16
#define vec_zero _mm512_setzero_ps()
#define vec_all(x) _mm512_set1_ps(x)
#define vec_load(p) _mm512_loadu_ps(p)
#define vec_store(p, v) _mm512_storeu_ps(p, v)
#define vec_multiply_add(a, b, c) _mm512_fmadd_ps(a, b, c)
#define vec_multiply(a, b) _mm512_mul_ps(a, b)
#define part_first(n) ((__mmask16)((1u << (n)) - 1))
#define vec_load_part(p, some) _mm512_maskz_loadu_ps(some, p)
#define vec_store_part(p, some, v) _mm512_mask_storeu_ps(p, some, v)

#include "net/tile_loop.h"

static const struct tile_kernel kernel = {.instructions = "avx512",
                                          .rows = TILE_ROWS,
                                          .cols = TILE_VECTORS * TILE_LANES,
                                          .lanes = TILE_LANES,
                                          .run = run_sized};

const struct tile_kernel *tile_kernel_avx512(void)
{
    return strcmp(cpu_instructions(), kernel.instructions) == 0 ? &kernel : NULL;
}

#else

const struct tile_kernel *tile_kernel_avx512(void)
{
    return NULL;
}

#endif
