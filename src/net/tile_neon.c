/*
 * Tiles of a matrix product for NEON, which every 64-bit ARM has.
 */
#include "net/tile.h"

#if defined(__aarch64__) && !defined(ORIEL_DOUBLE)

#include <arm_neon.h>

/* 24 sums, a row of b and a number of a in 32 registers. */
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define TILE_LANES 4
#define TILE_TARGET

#define vec float32x4_t
#define part size_t
#define vec_zero vdupq_n_f32(0)
#define vec_all(x) vdupq_n_f32(x)
#define vec_load(p) vld1q_f32(p)
#define vec_store(p, v) vst1q_f32(p, v)
#define vec_multiply_add(a, b, c) vfmaq_f32(c, a, b)
#define vec_multiply(a, b) vmulq_f32(a, b)
#define part_first(n) (n)
#define vec_load_part load_part
#define vec_store_part store_part

static inline float32x4_t load_part(const float *p, size_t n)
{
    if (n == TILE_LANES)
        return vld1q_f32(p);
    float lanes[TILE_LANES] = {0};
    for (size_t i = 0; i < n; i++)
        lanes[i] = p[i];
    return vld1q_f32(lanes);
}

static inline void store_part(float *p, size_t n, float32x4_t v)
{
    float lanes[TILE_LANES];
    vst1q_f32(lanes, v);
    for (size_t i = 0; i < n; i++)
        p[i] = lanes[i];
}

#include "net/tile_loop.h"

static const struct tile_kernel kernel = {.instructions = "neon",
                                          .rows = TILE_ROWS,
                                          .cols = TILE_VECTORS * TILE_LANES,
                                          .lanes = TILE_LANES,
                                          .run = run_sized};

const struct tile_kernel *tile_kernel_neon(void)
{
    return &kernel;
}

#else

const struct tile_kernel *tile_kernel_neon(void)
{
    return NULL;
}

#endif
