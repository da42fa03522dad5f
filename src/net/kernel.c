#include "net/kernel.h"

#include <cblas.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "net/clones.h"
#include "net/tiled.h"

#ifdef ORIEL_DOUBLE
#define gemm cblas_dgemm
#define gemv cblas_dgemv
#else
#define gemm cblas_sgemm
#define gemv cblas_sgemv
#endif

/* c = keep c + scale a bᵀ for single rows a [m], b [n]: one pass over c, where scaling and adding by the BLAS are two. */
FOR_EACH_CPU static void rank_one(struct matrix c, const real *a, size_t a_stride, const real *b, real scale, real keep)
{
    for (size_t i = 0; i < c.rows; i++) {
        real *restrict row = c.at + i * c.stride;
        real factor = scale * a[i * a_stride];
        if (keep == 0)
            for (size_t j = 0; j < c.cols; j++)
                row[j] = factor * b[j];
        else if (keep == 1)
            for (size_t j = 0; j < c.cols; j++)
                row[j] += factor * b[j];
        else
            for (size_t j = 0; j < c.cols; j++)
                row[j] = keep * row[j] + factor * b[j];
    }
}

static void multiply_by_blas(struct matrix c, bool ta, struct matrix a, bool tb, struct matrix b, real scale, real keep)
{
    gemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, (int)c.rows, (int)c.cols,
         (int)(ta ? a.rows : a.cols), scale, a.at, (int)a.stride, b.at, (int)b.stride, keep, c.at, (int)c.stride);
}

/* By tiles of our own where the processor has an instruction for them, else by the BLAS. */
static void multiply(struct matrix c, bool ta, struct matrix a, bool tb, struct matrix b, real scale, real keep)
{
    const struct tile_kernel *kernel = tile_kernel_best();
    if (kernel)
        tiled_product(kernel, c, a, ta, b, tb, scale, keep);
    else
        multiply_by_blas(c, ta, a, tb, b, scale, keep);
}

void product_nn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep)
{
    if (c.rows == 0 || c.cols == 0)
        return;
    if (c.rows == 1)
        gemv(CblasRowMajor, CblasTrans, (int)b.rows, (int)b.cols, scale, b.at, (int)b.stride, a.at, 1, keep, c.at, 1);
    else
        multiply(c, false, a, false, b, scale, keep);
}

void product_nt(struct matrix c, struct matrix a, struct matrix b, real scale, real keep)
{
    if (c.rows == 0 || c.cols == 0)
        return;
    if (c.rows == 1)
        gemv(CblasRowMajor, CblasNoTrans, (int)b.rows, (int)b.cols, scale, b.at, (int)b.stride, a.at, 1, keep, c.at, 1);
    else
        multiply(c, false, a, true, b, scale, keep);
}

void product_tn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep)
{
    if (c.rows == 0 || c.cols == 0)
        return;
    if (a.rows == 1)
        rank_one(c, a.at, 1, b.at, scale, keep);
    else
        multiply(c, true, a, false, b, scale, keep);
}

void rows_fill(struct matrix m, const real *row)
{
    for (size_t i = 0; i < m.rows; i++)
        memcpy(m.at + i * m.stride, row, m.cols * sizeof *row);
}

void rows_sum(real *out, struct matrix m, real scale)
{
    for (size_t i = 0; i < m.rows; i++)
        vector_add(out, m.at + i * m.stride, scale, m.cols);
}

FOR_EACH_CPU void vector_add(real *restrict y, const real *restrict x, real scale, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += scale * x[i];
}

FOR_EACH_CPU void vector_multiply(real *restrict y, const real *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] *= x[i];
}

double vector_squares(const real *x, size_t n)
{
    return vector_dot(x, x, n);
}

double vector_dot(const real *x, const real *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)y[i];
    return sum;
}

/* By bits: of whole numbers a compiler may take the largest in any order. */
FOR_EACH_CPU real vector_largest(const real *x, size_t n)
{
    union real_bits most = {0};
    for (size_t j = 0; j < n; j++) {
        union real_bits v = {.value = real_abs(x[j])};
        most.bits = v.bits > most.bits ? v.bits : most.bits;
    }
    return most.value;
}

static const char *const activation_names[] = {"tanh", "sigmoid", "relu"};

const char *activation_name(enum activation f)
{
    return activation_names[f];
}

bool activation_from_name(const char *name, enum activation *out)
{
    for (size_t i = 0; i < sizeof activation_names / sizeof *activation_names; i++) {
        if (strcmp(name, activation_names[i]) != 0)
            continue;
        *out = (enum activation)i;
        return true;
    }
    return false;
}

#ifdef ORIEL_DOUBLE
static inline double exp_real(double x)
{
    return exp(x);
}
#else
/* e^x for x within ±87: x = k ln 2 + r, |r| <= ln 2 / 2, e^r by its Taylor polynomial of degree 6 (error < 2e-7 of the
 * value), 2^k put together in the exponent's bits.  ln 2 is subtracted in two parts so that r is exact.  k is never
 * converted to an integer, which nothing defines for what is not a number. */
static inline float exp_real(float x)
{
    union real_bits rounded = {.value = x * 1.44269504f + REAL_ROUND};
    float k = rounded.value - REAL_ROUND;
    float r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
    float p = 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    union real_bits power = {.bits = (rounded.bits + 127) << 23}; /* the bits of REAL_ROUND itself are shifted out */
    return p * power.value;
}
#endif

static inline real clamp(real x, real limit)
{
    x = x > limit ? limit : x;
    return x < -limit ? -limit : x;
}

/* A value that is not a number must stay one, so that the loss shows it: the comparisons of clamp are false for it. */
FOR_EACH_CPU static void apply_tanh(real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = 1 - 2 / (exp_real(2 * clamp(x[i], 20)) + 1);
}

FOR_EACH_CPU static void apply_sigmoid(real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = 1 / (1 + exp_real(-clamp(x[i], 80)));
}

FOR_EACH_CPU static void apply_relu(real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] < 0 ? 0 : x[i];
}

FOR_EACH_CPU void vector_exp(real *x, real shift, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = exp_real(clamp(x[i] - shift, 80));
}

void activate(enum activation f, real *x, size_t n)
{
    if (f == ACTIVATION_TANH)
        apply_tanh(x, n);
    else if (f == ACTIVATION_SIGMOID)
        apply_sigmoid(x, n);
    else
        apply_relu(x, n);
}

FOR_EACH_CPU static void back_tanh(real *restrict delta, const real *restrict h, size_t n)
{
    for (size_t i = 0; i < n; i++)
        delta[i] *= 1 - h[i] * h[i];
}

FOR_EACH_CPU static void back_sigmoid(real *restrict delta, const real *restrict h, size_t n)
{
    for (size_t i = 0; i < n; i++)
        delta[i] *= h[i] * (1 - h[i]);
}

FOR_EACH_CPU static void back_relu(real *restrict delta, const real *restrict h, size_t n)
{
    for (size_t i = 0; i < n; i++)
        delta[i] = h[i] > 0 ? delta[i] : 0;
}

void activate_back(enum activation f, real *delta, const real *h, size_t n)
{
    if (f == ACTIVATION_TANH)
        back_tanh(delta, h, n);
    else if (f == ACTIVATION_SIGMOID)
        back_sigmoid(delta, h, n);
    else
        back_relu(delta, h, n);
}

/* What stayed is keep * h before its mask; what was dropped has no delta, whatever its slope. */
FOR_EACH_CPU static void masked_tanh(real *restrict delta, const real *restrict h, const real *restrict mask, real keep,
                                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        real unmasked = keep * h[i];
        delta[i] *= mask[i] * (1 - unmasked * unmasked);
    }
}

FOR_EACH_CPU static void masked_sigmoid(real *restrict delta, const real *restrict h, const real *restrict mask,
                                        real keep, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        real unmasked = keep * h[i];
        delta[i] *= mask[i] * unmasked * (1 - unmasked);
    }
}

void activate_back_masked(enum activation f, real *delta, const real *h, const real *mask, real keep, size_t n)
{
    if (f == ACTIVATION_TANH) {
        masked_tanh(delta, h, mask, keep, n);
    } else if (f == ACTIVATION_SIGMOID) {
        masked_sigmoid(delta, h, mask, keep, n);
    } else {
        vector_multiply(delta, mask, n);
        back_relu(delta, h, n);
    }
}

/* ---- the BLAS itself ---- */

const char *blas_version(void)
{
    return openblas_get_config();
}

const char *blas_core(void)
{
    const char *name = openblas_get_corename();
    return name ? name : "unknown";
}

void blas_single_thread(void)
{
    openblas_set_num_threads(1);
}

void blas_product_nt(struct matrix c, struct matrix a, struct matrix b)
{
    multiply_by_blas(c, false, a, true, b, 1, 0);
}

enum { ODD_M = 13, ODD_N = 37, ODD_K = 71 };

static real odd_value(size_t i)
{
    return (real)((double)(i * 2654435761u % 1000) / 500 - 1);
}

/* One product of an odd shape, entry by entry against a sum in double. */
static bool product_agrees(bool transpose_b)
{
    real a[ODD_M * ODD_K];
    real b[ODD_K * ODD_N];
    real c[ODD_M * ODD_N];
    for (size_t i = 0; i < ODD_M * ODD_K; i++)
        a[i] = odd_value(i);
    for (size_t i = 0; i < ODD_K * ODD_N; i++)
        b[i] = odd_value(i + 77);
    struct matrix right = transpose_b ? matrix_of(b, ODD_N, ODD_K) : matrix_of(b, ODD_K, ODD_N);
    multiply_by_blas(matrix_of(c, ODD_M, ODD_N), false, matrix_of(a, ODD_M, ODD_K), transpose_b, right, 1, 0);
    for (size_t i = 0; i < ODD_M; i++)
        for (size_t j = 0; j < ODD_N; j++) {
            double sum = 0;
            for (size_t k = 0; k < ODD_K; k++)
                sum += (double)a[i * ODD_K + k] * (double)(transpose_b ? b[j * ODD_K + k] : b[k * ODD_N + j]);
            if (!(fabs(sum - (double)c[i * ODD_N + j]) < 1e-4))
                return false;
        }
    return true;
}

bool blas_is_correct(void)
{
    return product_agrees(true) && product_agrees(false);
}
