/*
 * Reading: the header is believed in steps, each of which needs only what the steps before have checked: its length, that it
 * is JSON, that it is ours, the checksum over everything, the version, and then each tensor's place.  The checksum comes
 * before the version, so that a damaged digit is damage and not another version.
 */
#include "model/container.h"

#include <stdint.h>
#include <string.h>

#include <jansson.h>
#include <xxhash.h>

#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"

enum { LENGTH_SIZE = 8, CHECKSUM_SIZE = 8 };

#define MAX_HEADER ((size_t)100000000) /* what other readers of the format allow */

struct container {
    char *name;
    const char *kind;           /* that it is to be; of a file that need not be ours: what that is called */
    bool is_foreign;            /* it need not be ours */
    const unsigned char *bytes; /* [n] the file */
    size_t n;
    const void *mapped;        /* to be unmapped, or NULL */
    void *copy;                /* to be freed, or NULL */
    json_t *header;            /* lends the names and strings */
    json_t *strings;           /* __metadata__ of it */
    const unsigned char *data; /* [n_data] behind the header */
    size_t n_data;
    struct tensor *tensors; /* [n_tensors] in the order of the file */
    size_t n_tensors;
};

/* ---- the header ---- */

static oriel_status foreign(const struct container *c, oriel_error *err, const char *why)
{
    return error_at(err, ORIEL_EFORMAT, c->name, 0, "not %s %s: %s", c->is_foreign ? "a" : "an Oriel", c->kind, why);
}

static uint64_t little_endian(const unsigned char *bytes)
{
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | bytes[i];
    return value;
}

static oriel_status parse_header(struct container *c, oriel_error *err)
{
    if (c->n < LENGTH_SIZE + 2)
        return foreign(c, err, c->n == 0 ? "the file is empty" : "the file is too short");
    uint64_t length = little_endian(c->bytes);
    if (length > MAX_HEADER || length > c->n - LENGTH_SIZE)
        return foreign(c, err, "its first 8 bytes are no length of a header that it can hold");
    const char *text = (const char *)c->bytes + LENGTH_SIZE;
    if (length == 0 || text[0] != '{')
        return foreign(c, err, "no JSON header after its first 8 bytes");
    json_error_t why;
    c->header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &why);
    if (!c->header && json_error_code(&why) == json_error_out_of_memory)
        return error_memory(err);
    if (!c->header)
        return error_at(err, ORIEL_EFORMAT, c->name, 0, "not %s %s: its header is not JSON: %s",
                        c->is_foreign ? "a" : "an Oriel", c->kind, why.text);
    c->data = c->bytes + LENGTH_SIZE + length;
    c->n_data = c->n - LENGTH_SIZE - (size_t)length;
    return ORIEL_OK;
}

static oriel_status find_strings(struct container *c, oriel_error *err)
{
    c->strings = json_object_get(c->header, "__metadata__");
    if (!json_is_object(c->strings))
        return foreign(c, err, "its header has no __metadata__");
    const char *key;
    json_t *value;
    json_object_foreach(c->strings, key, value)
    {
        if (!json_is_string(value))
            return foreign(c, err, "__metadata__ holds something else than strings");
    }
    if (!container_string(c, "oriel.format"))
        return foreign(c, err, "__metadata__ has no oriel.format");
    return ORIEL_OK;
}

static oriel_status check_sum(const struct container *c, oriel_error *err)
{
    if (c->n_data < CHECKSUM_SIZE)
        return error_at(err, ORIEL_EFORMAT, c->name, 0, "damaged %s: nothing follows its header", c->kind);
    uint64_t expected = little_endian(c->bytes + c->n - CHECKSUM_SIZE);
    uint64_t found = XXH3_64bits(c->bytes, c->n - CHECKSUM_SIZE);
    if (found != expected)
        return error_at(err, ORIEL_EFORMAT, c->name, 0,
                        "damaged or cut short: expected the checksum %016llx, found %016llx",
                        (unsigned long long)expected, (unsigned long long)found);
    return ORIEL_OK;
}

static oriel_status check_version(const struct container *c, oriel_error *err)
{
    const char *text = container_string(c, "oriel.format");
    size_t n = strlen(text);
    if (n == 0 || strspn(text, "0123456789") != n || text[0] == '0')
        return error_at(err, ORIEL_EFORMAT, c->name, 0, "expected a format version, found \"%s\"", text);
    if (n > 1 || text[0] - '0' > CONTAINER_FORMAT)
        return error_at(err, ORIEL_EVERSION, c->name, 0, "expected format version %d or earlier, found %s",
                        CONTAINER_FORMAT, text);
    return ORIEL_OK;
}

static oriel_status check_kind(const struct container *c, oriel_error *err)
{
    const char *kind = container_string(c, "oriel.kind");
    if (strcmp(kind ? kind : KIND_MODEL, c->kind) == 0)
        return ORIEL_OK;
    return error_at(err, ORIEL_EFORMAT, c->name, 0, "not an Oriel %s: it says that it is a %s", c->kind,
                    kind ? kind : KIND_MODEL);
}

/* ---- tensors ---- */

static oriel_status bad_tensor(const struct container *c, oriel_error *err, const char *name, const char *why)
{
    return error_at(err, ORIEL_EFORMAT, c->name, 0, "damaged %s: tensor %s: %s", c->kind, name, why);
}

static bool get_size(const json_t *value, size_t *out)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 || (uintmax_t)json_integer_value(value) > PTRDIFF_MAX)
        return false;
    *out = (size_t)json_integer_value(value);
    return true;
}

/* The shape, and how many bytes it takes; false: no shape, too many dimensions, or more bytes than can be counted. */
static bool get_shape(const json_t *value, struct tensor *t, size_t *n_bytes)
{
    if (!json_is_array(value) || json_array_size(value) > TENSOR_MAX_DIMS)
        return false;
    t->n_dims = json_array_size(value);
    *n_bytes = dtype_size(t->dtype);
    for (size_t i = 0; i < t->n_dims; i++) {
        if (!get_size(json_array_get(value, i), &t->shape[i]))
            return false;
        if (t->shape[i] > 0 && *n_bytes > PTRDIFF_MAX / t->shape[i])
            return false;
        *n_bytes *= t->shape[i];
    }
    return true;
}

static bool is_padding(const struct tensor *t)
{
    return strncmp(t->name, "oriel.pad.", 10) == 0 && t->dtype == DTYPE_U8;
}

/* *at: where the tensor before ended; moved to where this one ends. */
static oriel_status read_tensor(struct container *c, const char *name, const json_t *entry, size_t *at,
                                oriel_error *err)
{
    struct tensor *t = &c->tensors[c->n_tensors];
    *t = (struct tensor){.name = name};
    const json_t *offsets = json_object_get(entry, "data_offsets");
    size_t n_bytes;
    size_t begin;
    size_t end;
    if (!json_is_object(entry) || json_object_size(entry) != 3 || json_array_size(offsets) != 2)
        return bad_tensor(c, err, name, "expected dtype, shape and two data_offsets");
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));
    if (!dtype || !dtype_of_name(dtype, &t->dtype))
        return bad_tensor(c, err, name, "unknown dtype");
    if (!get_shape(json_object_get(entry, "shape"), t, &n_bytes))
        return bad_tensor(c, err, name, "impossible shape");
    if (!get_size(json_array_get(offsets, 0), &begin) || !get_size(json_array_get(offsets, 1), &end))
        return bad_tensor(c, err, name, "impossible offsets");
    if (begin != *at || end < begin)
        return bad_tensor(c, err, name, "does not begin where the tensor before it ends");
    if (end > c->n_data || end - begin != n_bytes)
        return bad_tensor(c, err, name, "its shape does not fit its offsets, or these not the file");
    if (begin % TENSOR_ALIGNMENT != 0 && !is_padding(t) && !c->is_foreign)
        return bad_tensor(c, err, name, "does not begin at a multiple of 64");
    t->data = c->data + begin;
    *at = end;
    c->n_tensors++;
    return ORIEL_OK;
}

/* The JSON library keeps the order of the file. */
static oriel_status read_tensors(struct container *c, oriel_error *err)
{
    c->tensors = mem_alloc(json_object_size(c->header), sizeof *c->tensors);
    if (!c->tensors)
        return error_memory(err);
    size_t at = 0;
    const char *name;
    json_t *entry;
    json_object_foreach(c->header, name, entry)
    {
        oriel_status status = strcmp(name, "__metadata__") == 0 ? ORIEL_OK : read_tensor(c, name, entry, &at, err);
        if (status)
            return status;
    }
    if (c->is_foreign && at != c->n_data)
        return error_at(err, ORIEL_EFORMAT, c->name, 0, "damaged %s: expected %zu bytes of tensors, found %zu", c->kind,
                        at, c->n_data);
    return ORIEL_OK;
}

/* What ours have besides. */
static oriel_status check_layout(const struct container *c, oriel_error *err)
{
    if ((size_t)(c->data - c->bytes) % TENSOR_ALIGNMENT != 0)
        return error_at(err, ORIEL_EFORMAT, c->name, 0, "damaged %s: its data do not begin at a multiple of 64",
                        c->kind);
    const struct tensor *last = c->n_tensors > 0 ? &c->tensors[c->n_tensors - 1] : NULL;
    if (!last || strcmp(last->name, "oriel.xxh3") != 0 || last->dtype != DTYPE_U64 || last->n_dims != 1 ||
        last->shape[0] != 1 || (const unsigned char *)last->data + CHECKSUM_SIZE != c->data + c->n_data)
        return error_at(err, ORIEL_EFORMAT, c->name, 0,
                        "damaged %s: expected the tensor oriel.xxh3 as its last 8 bytes", c->kind);
    return ORIEL_OK;
}

/* ---- opening ---- */

static oriel_status check_all(struct container *c, oriel_error *err)
{
    oriel_status status = parse_header(c, err);
    if (!status)
        status = find_strings(c, err);
    if (!status)
        status = check_sum(c, err);
    if (!status)
        status = check_version(c, err);
    if (!status)
        status = check_kind(c, err);
    if (!status)
        status = read_tensors(c, err);
    return status ? status : check_layout(c, err);
}

static struct container *container_new(const char *name, const char *kind)
{
    struct container *c = mem_zero(1, sizeof *c);
    if (!c)
        return NULL;
    c->kind = kind;
    c->name = mem_string(name, strlen(name));
    if (c->name)
        return c;
    mem_free(c);
    return NULL;
}

/* A container that turned out well to the caller; any other is closed. */
static oriel_status give(struct container **out, struct container *c, oriel_status status)
{
    if (status)
        container_close(c);
    else
        *out = c;
    return status;
}

/* Maps the file without a look at it. */
static oriel_status container_map(struct container **out, const char *path, const char *kind, oriel_error *err)
{
    struct container *c = container_new(path, kind);
    if (!c)
        return error_memory(err);
    oriel_status status = source_map(path, &c->mapped, &c->n, err);
    if (status) {
        container_close(c);
        return status;
    }
    c->bytes = c->mapped;
    *out = c;
    return ORIEL_OK;
}

oriel_status container_open(struct container **out, const char *path, const char *kind, oriel_error *err)
{
    struct container *c;
    *out = NULL;
    oriel_status status = container_map(&c, path, kind, err);
    return status ? status : give(out, c, check_all(c, err));
}

oriel_status container_parse(struct container **out, const void *bytes, size_t n, const char *kind, oriel_error *err)
{
    *out = NULL;
    struct container *c = container_new(kind, kind);
    if (!c)
        return error_memory(err);
    c->copy = mem_alloc(n, 1);
    if (!c->copy) {
        container_close(c);
        return error_memory(err);
    }
    if (n > 0)
        memcpy(c->copy, bytes, n);
    c->bytes = c->copy;
    c->n = n;
    return give(out, c, check_all(c, err));
}

oriel_status container_view(struct container **out, const void *bytes, size_t n, const char *name, const char *kind,
                            oriel_error *err)
{
    *out = NULL;
    struct container *c = container_new(name, kind ? kind : "safetensors file");
    if (!c)
        return error_memory(err);
    c->is_foreign = !kind;
    c->bytes = bytes;
    c->n = n;
    oriel_status status = kind ? check_all(c, err) : parse_header(c, err);
    if (!status && !kind) {
        c->strings = json_object_get(c->header, "__metadata__"); /* may be anything, or absent */
        status = read_tensors(c, err);
    }
    return give(out, c, status);
}

oriel_status container_recognise(const char *path, const char *kind, oriel_error *err)
{
    struct container *c;
    oriel_status status = container_map(&c, path, kind, err);
    if (status)
        return status;
    status = parse_header(c, err);
    status = status ? status : find_strings(c, err);
    status = status ? status : check_kind(c, err);
    container_close(c);
    return status;
}

void container_close(struct container *c)
{
    if (!c)
        return;
    json_decref(c->header);
    source_unmap(c->mapped, c->n);
    mem_free(c->copy);
    mem_free(c->tensors);
    mem_free(c->name);
    mem_free(c);
}

/* ---- asking ---- */

const char *container_string(const struct container *c, const char *key)
{
    return json_string_value(json_object_get(c->strings, key));
}

static const struct tensor *find_tensor(const struct container *c, const char *name)
{
    for (size_t i = 0; i < c->n_tensors; i++)
        if (strcmp(c->tensors[i].name, name) == 0)
            return &c->tensors[i];
    return NULL;
}

bool container_has(const struct container *c, const char *name)
{
    return find_tensor(c, name) != NULL;
}

oriel_status container_tensor(const struct container *c, const char *name, enum dtype dtype, size_t n_dims,
                              struct tensor *out, oriel_error *err)
{
    *out = (struct tensor){0};
    const struct tensor *t = find_tensor(c, name);
    if (!t)
        return bad_tensor(c, err, name, "expected, not found");
    if (t->dtype != dtype || t->n_dims != n_dims)
        return error_at(err, ORIEL_EFORMAT, c->name, 0,
                        "damaged %s: tensor %s: expected %s with %zu dimensions, found %s with %zu", c->kind, name,
                        dtype_name(dtype), n_dims, dtype_name(t->dtype), t->n_dims);
    *out = *t;
    return ORIEL_OK;
}

size_t container_tensors(const struct container *c, const struct tensor **all)
{
    *all = c->tensors;
    return c->n_tensors;
}

const char *container_name(const struct container *c)
{
    return c->name;
}
