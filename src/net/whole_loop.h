/*
 * The loop of a kernel for whole numbers, for whoever defines before including it:
 *
 *     NAME(x)                       x with an ending of this kernel's own
 *     WHOLE_ROWS, WHOLE_VECTORS     sums that stay in registers: rows, and columns in vectors
 *     WHOLE_TARGET                  what functions need for these instructions
 *     vec, vec_zero                 a vector of 32-bit sums, or of pairs of 16 bits
 *     vec_all(p), vec_load(p), vec_store(p, v)     a pair in all lanes, pairs, sums
 *     vec_add_pairs(sums, a, b)     sums + a_0 b_0 + a_1 b_1
 */
#ifndef UNROLLED
#define UNROLLED _Pragma("GCC unroll 8")
#define LANES (sizeof(vec) / sizeof(int32_t))
#endif

WHOLE_TARGET static inline __attribute__((always_inline)) void NAME(run_columns)(int32_t *out, const int16_t *a,
                                                                                 const int16_t *b, size_t n_pairs,
                                                                                 size_t rows)
{
    vec sums[WHOLE_ROWS][WHOLE_VECTORS];
    UNROLLED for (size_t i = 0; i < rows; i++) UNROLLED for (size_t j = 0; j < WHOLE_VECTORS; j++) sums[i][j] =
        vec_zero;
    for (size_t k = 0; k < n_pairs; k++) {
        vec row[WHOLE_VECTORS];
        UNROLLED for (size_t j = 0; j < WHOLE_VECTORS; j++) row[j] = vec_load(b + (k * WHOLE_COLS + j * LANES) * 2);
        UNROLLED for (size_t i = 0; i < rows; i++)
        {
            vec x = vec_all(a + (i * n_pairs + k) * 2);
            UNROLLED for (size_t j = 0; j < WHOLE_VECTORS; j++) sums[i][j] = vec_add_pairs(sums[i][j], x, row[j]);
        }
    }
    UNROLLED for (size_t i = 0; i < rows; i++) UNROLLED for (size_t j = 0; j < WHOLE_VECTORS; j++)
        vec_store(out + i * WHOLE_COLS + j * LANES, sums[i][j]);
}

#undef WHOLE_OF
#define WHOLE_OF(n)                                                                                                    \
    WHOLE_TARGET static void NAME(run_##n)(int32_t * sums, const int16_t *a, const int16_t *b, size_t n_pairs)         \
    {                                                                                                                  \
        for (size_t j = 0; j < WHOLE_COLS; j += WHOLE_VECTORS * LANES)                                                 \
            NAME(run_columns)(sums + j, a, b + 2 * j, n_pairs, n);                                                     \
    }

WHOLE_OF(1)
WHOLE_OF(2)
WHOLE_OF(3)
#if WHOLE_ROWS == 6
WHOLE_OF(4)
WHOLE_OF(5)
WHOLE_OF(6)
#endif

static void NAME(run_sized)(int32_t *sums, const int16_t *a, const int16_t *b, size_t n_pairs, size_t rows)
{
    static void (*const run[WHOLE_ROWS])(int32_t *, const int16_t *, const int16_t *, size_t) = {
        NAME(run_1),
        NAME(run_2),
        NAME(run_3),
#if WHOLE_ROWS == 6
        NAME(run_4),
        NAME(run_5),
        NAME(run_6),
#endif
    };
    run[rows - 1](sums, a, b, n_pairs);
}
