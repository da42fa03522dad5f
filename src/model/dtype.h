/*
 * The types of numbers that stand in files, by the names of safetensors.
 */
#ifndef ORIEL_MODEL_DTYPE_H
#define ORIEL_MODEL_DTYPE_H

#include <stdbool.h>
#include <stddef.h>

enum dtype {
    DTYPE_U8,
    DTYPE_I32,
    DTYPE_U64,
    DTYPE_F32,
    DTYPE_BF16,
    DTYPE_F16,
    DTYPE_F64,
    DTYPE_I64,
    DTYPE_BOOL,
    DTYPE_I8,
    DTYPE_COUNT
};

const char *dtype_name(enum dtype d); /* "F32" */
size_t dtype_size(enum dtype d);      /* bytes of an element */

/* false: there is none of that name. */
bool dtype_of_name(const char *name, enum dtype *out);

/* out [n] = the little-endian numbers of one of the types F32, BF16, F16, F64 that lie at `bytes`, aligned or not; a
 * double is rounded, and becomes infinite if it is too large.  false: the type is another one. */
bool dtype_to_floats(float *out, const void *bytes, size_t n, enum dtype d);

#endif
