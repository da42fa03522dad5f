#include "model/model_field.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/memory.h"
#include "base/status.h"

oriel_status field_bad(const struct model_reading *r, const char *what, const char *found)
{
    return error_at(r->err, ORIEL_EFORMAT, container_name(r->c), 0, "damaged model: %s, found %s", what, found);
}

/* What another module says of a part of the file is said of the file; all it can say but "no memory" is damage here. */
oriel_status field_of_part(const struct model_reading *r, oriel_status status, const oriel_error *why)
{
    if (status == ORIEL_OK || status == ORIEL_ENOMEM)
        return status == ORIEL_OK ? status : error_memory(r->err);
    return error_at(r->err, ORIEL_EFORMAT, container_name(r->c), 0, "damaged model: %s", why->text);
}

oriel_status field_text(const struct model_reading *r, const char *key, const char **out)
{
    *out = container_string(r->c, key);
    return *out ? ORIEL_OK : field_bad(r, key, "nothing");
}

oriel_status field_number(const struct model_reading *r, const char *key, uint64_t max, uint64_t *out)
{
    const char *text;
    oriel_status status = field_text(r, key, &text);
    if (status != ORIEL_OK)
        return status;
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value > max)
        return field_bad(r, key, text);
    *out = value;
    return ORIEL_OK;
}

oriel_status field_size(const struct model_reading *r, const char *key, uint64_t max, size_t *out)
{
    uint64_t value = 0;
    oriel_status status = field_number(r, key, max, &value);
    *out = (size_t)value;
    return status;
}

/* A finite number, 0 .. max. */
oriel_status field_real(const struct model_reading *r, const char *key, double max, double *out)
{
    const char *text;
    oriel_status status = field_text(r, key, &text);
    if (status != ORIEL_OK)
        return status;
    float value;
    size_t n = strlen(text);
    if (n == 0 || decimal_read(text, n, &value) != n || !isfinite(value) || value < 0 || (double)value > max)
        return field_bad(r, key, text);
    *out = (double)value;
    return ORIEL_OK;
}

/* A copy of a metadata string that the model owns. */
oriel_status field_own_text(const struct model_reading *r, const char *key, char **out)
{
    const char *text;
    oriel_status status = field_text(r, key, &text);
    if (status != ORIEL_OK)
        return status;
    *out = mem_string(text, strlen(text));
    return *out ? ORIEL_OK : error_memory(r->err);
}

oriel_status field_floats(const struct model_reading *r, const char *name, size_t n_dims, struct tensor *out)
{
    oriel_status status = container_tensor(r->c, name, DTYPE_F32, n_dims, out, r->err);
    if (status != ORIEL_OK)
        return status;
    size_t n = n_dims == 2 ? out->shape[0] * out->shape[1] : out->shape[0]; /* the container has checked the product */
    return reals_are_finite(out->data, n) ? ORIEL_OK : field_bad(r, "finite numbers", name);
}
