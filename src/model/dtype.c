#include "model/dtype.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tensors are used as they lie in the file, which is little-endian"
#endif

static float float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static float of_f32(const unsigned char *at)
{
    float x;
    memcpy(&x, at, sizeof x);
    return x;
}

static float of_f64(const unsigned char *at)
{
    double x;
    memcpy(&x, at, sizeof x);
    return (float)x;
}

/* The upper half of a float. */
static float of_bf16(const unsigned char *at)
{
    return float_of_bits((uint32_t)at[0] << 16 | (uint32_t)at[1] << 24);
}

/* IEEE 754 binary16: a sign, 5 bits of exponent with bias 15, 10 of fraction. */
static float of_f16(const unsigned char *at)
{
    uint32_t bits = (uint32_t)at[0] | (uint32_t)at[1] << 8;
    uint32_t exponent = bits >> 10 & 31;
    uint32_t fraction = bits & 1023;
    float size = exponent == 0    ? ldexpf((float)fraction, -24)
                 : exponent == 31 ? (fraction ? NAN : INFINITY)
                                  : ldexpf((float)(1024 + fraction), (int)exponent - 25);
    return bits >> 15 ? -size : size;
}

static const struct {
    const char *name;
    size_t size;
    float (*to_float)(const unsigned char *at); /* NULL: not a real number */
} dtypes[DTYPE_COUNT] = {
    [DTYPE_U8] = {"U8", 1, NULL},     [DTYPE_I32] = {"I32", 4, NULL},      [DTYPE_U64] = {"U64", 8, NULL},
    [DTYPE_F32] = {"F32", 4, of_f32}, [DTYPE_BF16] = {"BF16", 2, of_bf16}, [DTYPE_F16] = {"F16", 2, of_f16},
    [DTYPE_F64] = {"F64", 8, of_f64}, [DTYPE_I64] = {"I64", 8, NULL},      [DTYPE_BOOL] = {"BOOL", 1, NULL},
    [DTYPE_I8] = {"I8", 1, NULL},
};

const char *dtype_name(enum dtype d)
{
    return dtypes[d].name;
}

size_t dtype_size(enum dtype d)
{
    return dtypes[d].size;
}

bool dtype_of_name(const char *name, enum dtype *out)
{
    for (int i = 0; i < DTYPE_COUNT; i++)
        if (strcmp(name, dtypes[i].name) == 0) {
            *out = (enum dtype)i;
            return true;
        }
    return false;
}

bool dtype_to_floats(float *out, const void *bytes, size_t n, enum dtype d)
{
    const unsigned char *at = bytes;
    if (!dtypes[d].to_float)
        return false;
    for (size_t i = 0; i < n; i++)
        out[i] = dtypes[d].to_float(at + i * dtypes[d].size);
    return true;
}
