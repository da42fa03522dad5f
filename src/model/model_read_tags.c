/*
 * The tag set of a model file: types, scheme, scope, and which types were labelled together.
 */
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/model_field.h"
#include "text/utf8.h"

/* Type names, each with a NUL after it; none twice. */
static oriel_status read_types(const struct model_reading *r)
{
    struct tagset *tags = r->m->tags;
    struct tensor types;
    oriel_status status = container_tensor(r->c, "types", DTYPE_U8, 1, &types, r->err);
    if (status != ORIEL_OK)
        return status;
    const char *names = types.data;
    for (size_t at = 0; at < types.shape[0];) {
        const char *end = memchr(names + at, 0, types.shape[0] - at);
        size_t n = end ? (size_t)(end - names) - at : 0;
        if (n == 0 || utf8_valid_prefix(names + at, n) < n)
            return field_bad(r, "type names with a NUL after each", "another list");
        if (tagset_find_type(tags, names + at, n) >= 0)
            return field_bad(r, "each type once", names + at);
        if (tagset_add_type(tags, names + at, n) < 0)
            return error_memory(r->err);
        at += n + 1;
    }
    if (tagset_types(tags) == 0 || (r->m->scope != SCOPE_ALL && tagset_types(tags) > 1))
        return field_bad(r, "as many types as the scope has", "others");
    return ORIEL_OK;
}

/* Absent: each type was labelled wherever any other was. */
static oriel_status read_together(const struct model_reading *r)
{
    size_t n = tagset_types(r->m->tags);
    struct tensor t;
    if (!container_has(r->c, "types.together"))
        return ORIEL_OK;
    oriel_status status = container_tensor(r->c, "types.together", DTYPE_U8, 2, &t, r->err);
    if (status != ORIEL_OK)
        return status;
    if (t.shape[0] != n || t.shape[1] != n)
        return field_bad(r, "types.together of each type and each", "another size");
    r->m->together = mem_alloc(n * n, sizeof *r->m->together);
    if (!r->m->together)
        return error_memory(r->err);
    for (size_t i = 0; i < n * n; i++)
        r->m->together[i] = ((const unsigned char *)t.data)[i] != 0;
    return ORIEL_OK;
}

oriel_status model_read_tagset(const struct model_reading *r)
{
    const char *scheme_text;
    const char *scope_text;
    enum scheme scheme;
    size_t bare = 0;
    oriel_status status = field_text(r, "scheme", &scheme_text);
    if (status == ORIEL_OK)
        status = field_text(r, "scope", &scope_text);
    if (status == ORIEL_OK)
        status = field_size(r, "bare_names", 1, &bare);
    if (status != ORIEL_OK)
        return status;
    if (!scheme_from_name(scheme_text, &scheme))
        return field_bad(r, "a tag scheme that is known here", scheme_text);
    if (!scope_from_name(scope_text, &r->m->scope))
        return field_bad(r, "a scope that is known here", scope_text);
    r->m->tags = tagset_new();
    if (!r->m->tags)
        return error_memory(r->err);
    tagset_set_scheme(r->m->tags, scheme, bare);
    status = read_types(r);
    return status == ORIEL_OK ? read_together(r) : status;
}
