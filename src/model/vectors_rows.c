#include "model/vectors_rows.h"

#include <math.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/status.h"

oriel_status stored_rows_check(const struct stored_rows *r, const char *name, oriel_error *err)
{
    if (r->n > VECTORS_MAX_WORDS)
        return error_at(err, ORIEL_EFORMAT, name, 0, "expected at most %zu words, found %zu", VECTORS_MAX_WORDS, r->n);
    if (r->dim == 0 || r->dim > VECTORS_MAX_DIM)
        return error_at(err, ORIEL_EFORMAT, name, 0, "expected a width of 1 to %d, found %zu", VECTORS_MAX_DIM, r->dim);
    return ORIEL_OK;
}

oriel_status stored_rows_check_finite(const struct blob *file, const struct stored_rows *r, size_t n, const char *what,
                                      oriel_error *err)
{
    size_t size = dtype_size(r->dtype);
    for (size_t i = 0; i < n * r->dim; i++) {
        float x;
        dtype_to_floats(&x, file->at + r->offset + i * size, 1, r->dtype);
        if (!isfinite(x))
            return error_at(err, ORIEL_EFORMAT, file->name, 0, "byte %zu: expected finite numbers (%s %zu of %zu)",
                            r->offset + i * size, what, i / r->dim + 1, r->n);
    }
    return ORIEL_OK;
}

static bool can_stay(const struct blob *file, const struct stored_rows *r)
{
    return r->dtype == DTYPE_F32 && (uintptr_t)(file->at + r->offset) % sizeof(float) == 0;
}

/* A copy as floats; NULL: no memory. */
static float *convert(const struct blob *file, const struct stored_rows *r, size_t n)
{
    float *rows = mem_alloc(n, r->dim * sizeof *rows);
    if (rows)
        dtype_to_floats(rows, file->at + r->offset, n * r->dim, r->dtype);
    return rows;
}

oriel_status vectors_from_file(oriel_vectors **out, struct vocab *take_words, const struct stored_rows *r,
                               struct blob *take_file, oriel_error *err)
{
    oriel_error why = {0};
    size_t n = vocab_size(take_words) - VOCAB_SPECIAL;
    *out = NULL;
    bool stays = can_stay(take_file, r);
    float *rows = stays ? NULL : convert(take_file, r, n);
    if (!stays && !rows) {
        vocab_free(take_words);
        return error_memory(err);
    }
    oriel_status status = stays ? vectors_from_mapped(out, take_words, (const float *)(take_file->at + r->offset),
                                                      r->dim, take_file, &why)
                                : vectors_from_parts(out, take_words, rows, r->dim, &why);
    if (status == ORIEL_EFORMAT) /* the set does not know where */
        return stored_rows_check_finite(take_file, r, n, "word", err);
    if (status && err)
        *err = why;
    if (!status)
        blob_clear(take_file);
    return status;
}
