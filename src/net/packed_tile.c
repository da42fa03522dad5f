/*
 * One tile of a product, for each instruction set.  Accumulators stay in registers for the whole of k; the plain loop beside
 * them runs everywhere.
 */
#include "net/packed.h"

#include <string.h>

static bool always(void)
{
    return true;
}

static void tile_plain(real *tile, const real *const *a, const real *panel, size_t k)
{
    memset(tile, 0, TILE_ROWS * TILE_COLS * sizeof *tile);
    for (size_t p = 0; p < k; p++)
        for (size_t i = 0; i < TILE_ROWS; i++)
            for (size_t j = 0; j < TILE_COLS; j++)
                tile[i * TILE_COLS + j] += a[i][p] * panel[p * TILE_COLS + j];
}

#if defined(__x86_64__) && !defined(ORIEL_DOUBLE)
#include <immintrin.h>

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f");
}

/* 6 rows of 2 vectors: 12 chains, enough to hide the latency of a fused multiply-add on two ports. */
__attribute__((target("avx512f"))) static void tile_avx512(real *tile, const real *const *a, const real *panel,
                                                           size_t k)
{
    enum { LANES = 16 };
    __m512 sum[TILE_ROWS][2];
#pragma GCC unroll 6
    for (size_t i = 0; i < TILE_ROWS; i++)
        sum[i][0] = sum[i][1] = _mm512_setzero_ps();
    for (size_t p = 0; p < k; p++) {
        __m512 b0 = _mm512_loadu_ps(panel + p * TILE_COLS);
        __m512 b1 = _mm512_loadu_ps(panel + p * TILE_COLS + LANES);
#pragma GCC unroll 6
        for (size_t i = 0; i < TILE_ROWS; i++) {
            __m512 x = _mm512_set1_ps(a[i][p]);
            sum[i][0] = _mm512_fmadd_ps(x, b0, sum[i][0]);
            sum[i][1] = _mm512_fmadd_ps(x, b1, sum[i][1]);
        }
    }
#pragma GCC unroll 6
    for (size_t i = 0; i < TILE_ROWS; i++) {
        _mm512_storeu_ps(tile + i * TILE_COLS, sum[i][0]);
        _mm512_storeu_ps(tile + i * TILE_COLS + LANES, sum[i][1]);
    }
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

/* Half a tile's columns at a time, for which 16 registers suffice. */
__attribute__((target("avx2,fma"))) static void tile_avx2(real *tile, const real *const *a, const real *panel, size_t k)
{
    enum { LANES = 8 };
    for (size_t half = 0; half < TILE_COLS; half += 2 * LANES) {
        __m256 sum[TILE_ROWS][2];
#pragma GCC unroll 6
        for (size_t i = 0; i < TILE_ROWS; i++)
            sum[i][0] = sum[i][1] = _mm256_setzero_ps();
        for (size_t p = 0; p < k; p++) {
            __m256 b0 = _mm256_loadu_ps(panel + p * TILE_COLS + half);
            __m256 b1 = _mm256_loadu_ps(panel + p * TILE_COLS + half + LANES);
#pragma GCC unroll 6
            for (size_t i = 0; i < TILE_ROWS; i++) {
                __m256 x = _mm256_broadcast_ss(a[i] + p);
                sum[i][0] = _mm256_fmadd_ps(x, b0, sum[i][0]);
                sum[i][1] = _mm256_fmadd_ps(x, b1, sum[i][1]);
            }
        }
#pragma GCC unroll 6
        for (size_t i = 0; i < TILE_ROWS; i++) {
            _mm256_storeu_ps(tile + i * TILE_COLS + half, sum[i][0]);
            _mm256_storeu_ps(tile + i * TILE_COLS + half + LANES, sum[i][1]);
        }
    }
}

#elif defined(__aarch64__) && !defined(ORIEL_DOUBLE)
#include <arm_neon.h>

/* Half a tile's columns at a time: 24 accumulators of 32 registers. */
static void tile_neon(real *tile, const real *const *a, const real *panel, size_t k)
{
    enum { LANES = 4, VECTORS = 4 };
    for (size_t half = 0; half < TILE_COLS; half += VECTORS * LANES) {
        float32x4_t sum[TILE_ROWS][VECTORS];
        for (size_t i = 0; i < TILE_ROWS; i++)
            for (size_t v = 0; v < VECTORS; v++)
                sum[i][v] = vdupq_n_f32(0);
        for (size_t p = 0; p < k; p++)
            for (size_t v = 0; v < VECTORS; v++) {
                float32x4_t b = vld1q_f32(panel + p * TILE_COLS + half + v * LANES);
                for (size_t i = 0; i < TILE_ROWS; i++)
                    sum[i][v] = vfmaq_n_f32(sum[i][v], b, a[i][p]);
            }
        for (size_t i = 0; i < TILE_ROWS; i++)
            for (size_t v = 0; v < VECTORS; v++)
                vst1q_f32(tile + i * TILE_COLS + half + v * LANES, sum[i][v]);
    }
}
#endif

const struct tile_way tile_ways[] = {
#if defined(__x86_64__) && !defined(ORIEL_DOUBLE)
    {"avx512", has_avx512, tile_avx512},
    {"avx2", has_avx2, tile_avx2},
#elif defined(__aarch64__) && !defined(ORIEL_DOUBLE)
    {"neon", always, tile_neon},
#endif
    {"plain", always, tile_plain},
};

const size_t n_tile_ways = sizeof tile_ways / sizeof *tile_ways;
