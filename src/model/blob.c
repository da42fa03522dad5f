#include "model/blob.h"

#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

oriel_status blob_map(struct blob *out, const char *path, oriel_error *err)
{
    struct stat about;
    *out = (struct blob){.name = path};
    if (strcmp(path, "-") == 0 || stat(path, &about) != 0 || !S_ISREG(about.st_mode))
        return ORIEL_OK;
    const void *bytes;
    oriel_status status = source_map(path, &bytes, &out->n, err);
    out->at = bytes;
    out->is_mapped = true;
    return status;
}

oriel_status blob_read(struct blob *out, struct input *in, oriel_error *err)
{
    size_t need = 1;
    *out = (struct blob){.name = source_name(in->source)};
    while (!in->has_ended) {
        oriel_status status = input_fill(in, need, err);
        if (status)
            return status;
        input_at(in, &need);
        need++;
    }
    out->at = (const unsigned char *)input_take(in, &out->n);
    return ORIEL_OK;
}

void blob_clear(struct blob *b)
{
    if (b->is_mapped)
        source_unmap(b->at, b->n);
    else
        mem_free((void *)b->at);
    *b = (struct blob){0};
}
