/*
 * Writing: the whole header is made first, since every offset follows from the shapes; then header, tensors and padding go
 * out in one pass through the checksum.  JSON is written by hand, in the order in which things were put, so that the same
 * contents give the same bytes.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include "base/aside.h"
#include "base/bytes.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/container.h"
#include "text/utf8.h"

#define QUOTED(number) #number
#define TEXT_OF(number) QUOTED(number)

static const unsigned char zeros[TENSOR_ALIGNMENT];

struct string {
    char *key, *value;
};

struct container_writer {
    struct string *strings; /* [n_strings] in the order they were put first */
    size_t n_strings, cap_strings;
    struct tensor *tensors; /* [n_tensors] */
    size_t n_tensors, cap_tensors;
};

/* ---- collecting ---- */

struct container_writer *container_writer_new(void)
{
    struct container_writer *w = mem_zero(1, sizeof *w);
    if (!w || container_put_string(w, "oriel.format", TEXT_OF(CONTAINER_FORMAT)))
        return w;
    container_writer_free(w);
    return NULL;
}

void container_writer_free(struct container_writer *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n_strings; i++) {
        mem_free(w->strings[i].key);
        mem_free(w->strings[i].value);
    }
    mem_free(w->strings);
    mem_free(w->tensors);
    mem_free(w);
}

/* A copy that a JSON reader takes: UTF-8. */
static char *clean_copy(const char *text)
{
    struct bytes clean = {0};
    bool is_done = utf8_repair(&clean, text, strlen(text)) != SIZE_MAX;
    char *copy = is_done ? mem_string(clean.at, clean.n) : NULL;
    bytes_clear(&clean);
    return copy;
}

/* Room for a new key, without a value; NULL: no memory. */
static struct string *new_string(struct container_writer *w, const char *key)
{
    struct string *strings = mem_grow(w->strings, &w->cap_strings, w->n_strings + 1, sizeof *strings);
    if (!strings)
        return NULL;
    w->strings = strings;
    struct string *s = &strings[w->n_strings];
    *s = (struct string){.key = clean_copy(key)};
    if (!s->key)
        return NULL;
    w->n_strings++;
    return s;
}

bool container_put_string(struct container_writer *w, const char *key, const char *value)
{
    char *copy = clean_copy(value);
    if (!copy)
        return false;
    size_t i = 0;
    while (i < w->n_strings && strcmp(w->strings[i].key, key) != 0)
        i++;
    struct string *s = i < w->n_strings ? &w->strings[i] : new_string(w, key);
    if (!s) {
        mem_free(copy);
        return false;
    }
    mem_free(s->value);
    s->value = copy;
    return true;
}

bool container_put_tensor(struct container_writer *w, const struct tensor *t)
{
    struct tensor *tensors = mem_grow(w->tensors, &w->cap_tensors, w->n_tensors + 1, sizeof *tensors);
    if (!tensors)
        return false;
    w->tensors = tensors;
    tensors[w->n_tensors++] = *t;
    return true;
}

/* ---- the header ---- */

/* A header that grows; once memory has failed it stays as it is. */
struct header {
    struct bytes text;
    size_t n_data; /* of the tensors so far, with their padding */
    bool has_failed;
};

static void put(struct header *h, const char *s, size_t n)
{
    h->has_failed = h->has_failed || !bytes_append(&h->text, s, n);
}

static void put_text(struct header *h, const char *s)
{
    put(h, s, strlen(s));
}

static void put_size(struct header *h, size_t n)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%zu", n);
    put_text(h, digits);
}

static void put_quoted(struct header *h, const char *s)
{
    put_text(h, "\"");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        char escaped[8];
        if (c < 0x20)
            snprintf(escaped, sizeof escaped, "\\u%04x", c);
        else
            snprintf(escaped, sizeof escaped, "%s%c", c == '"' || c == '\\' ? "\\" : "", c);
        put_text(h, escaped);
    }
    put_text(h, "\"");
}

static void put_strings(struct header *h, const struct container_writer *w)
{
    put_text(h, "{\"__metadata__\":{");
    for (size_t i = 0; i < w->n_strings; i++) {
        put_text(h, i > 0 ? "," : "");
        put_quoted(h, w->strings[i].key);
        put_text(h, ":");
        put_quoted(h, w->strings[i].value);
    }
    put_text(h, "}");
}

static size_t bytes_of(const struct tensor *t)
{
    size_t n = dtype_size(t->dtype);
    for (size_t i = 0; i < t->n_dims; i++)
        n *= t->shape[i]; /* the data lie in memory, so it cannot overflow */
    return n;
}

static void put_tensor(struct header *h, const struct tensor *t)
{
    put_text(h, ",");
    put_quoted(h, t->name);
    put_text(h, ":{\"dtype\":\"");
    put_text(h, dtype_name(t->dtype));
    put_text(h, "\",\"shape\":[");
    for (size_t i = 0; i < t->n_dims; i++) {
        put_text(h, i > 0 ? "," : "");
        put_size(h, t->shape[i]);
    }
    put_text(h, "],\"data_offsets\":[");
    put_size(h, h->n_data);
    h->n_data += bytes_of(t);
    put_text(h, ",");
    put_size(h, h->n_data);
    put_text(h, "]}");
}

static size_t padding_after(size_t n)
{
    return (TENSOR_ALIGNMENT - n % TENSOR_ALIGNMENT) % TENSOR_ALIGNMENT;
}

/* false: no memory. */
static bool make_header(struct header *h, const struct container_writer *w)
{
    put_strings(h, w);
    for (size_t i = 0; i < w->n_tensors; i++) {
        put_tensor(h, &w->tensors[i]);
        char name[40];
        snprintf(name, sizeof name, "oriel.pad.%zu", i);
        struct tensor pad = {.name = name, .dtype = DTYPE_U8, .n_dims = 1, .shape = {padding_after(h->n_data)}};
        if (pad.shape[0] > 0)
            put_tensor(h, &pad);
    }
    put_tensor(h, &(struct tensor){.name = "oriel.xxh3", .dtype = DTYPE_U64, .n_dims = 1, .shape = {1}});
    put_text(h, "}");
    while (!h->has_failed && padding_after(sizeof(uint64_t) + h->text.n) > 0)
        put_text(h, " ");
    return !h->has_failed;
}

/* ---- the file ---- */

struct output {
    struct aside *file;
    XXH3_state_t *sum;
};

static void emit(struct output *out, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    aside_write(out->file, bytes, n);
    XXH3_64bits_update(out->sum, bytes, n);
}

static void emit_number(struct output *out, uint64_t value)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
    emit(out, bytes, sizeof bytes);
}

static void emit_all(struct output *out, const struct container_writer *w, const struct bytes *header)
{
    XXH3_64bits_reset(out->sum);
    emit_number(out, header->n);
    emit(out, header->at, header->n);
    for (size_t i = 0; i < w->n_tensors; i++) {
        size_t n = bytes_of(&w->tensors[i]);
        emit(out, w->tensors[i].data, n);
        emit(out, zeros, padding_after(n)); /* it began at a multiple of 64 */
    }
    emit_number(out, XXH3_64bits_digest(out->sum));
}

static const char *kind_of(const struct container_writer *w)
{
    for (size_t i = 0; i < w->n_strings; i++)
        if (strcmp(w->strings[i].key, "oriel.kind") == 0)
            return w->strings[i].value;
    return KIND_MODEL;
}

/* What is at path may be replaced: nothing, an empty file, a file of ours; or it is no plain file and is written into.
 * *is_plain: not a device or a pipe. */
static oriel_status check_replaceable(const char *path, const char *kind, bool *is_plain, oriel_error *err)
{
    *is_plain = true;
    if (strcmp(path, "-") == 0)
        return error_at(err, ORIEL_EARG, NULL, 0, "a %s cannot be written to standard output", kind);
    struct stat there;
    if (stat(path, &there) != 0)
        return ORIEL_OK; /* if there is another reason than that nothing is there, opening it will tell */
    *is_plain = S_ISREG(there.st_mode) || S_ISDIR(there.st_mode);
    if (!S_ISREG(there.st_mode) || there.st_size == 0)
        return ORIEL_OK;
    oriel_status status = container_recognise(path, kind, err);
    if (status == ORIEL_EFORMAT)
        return error_at(err, ORIEL_EFORMAT, path, 0, "is there and is not an Oriel %s; not overwritten", kind);
    return status;
}

oriel_status container_write(const struct container_writer *w, const char *path, oriel_error *err)
{
    bool is_plain;
    oriel_status status = check_replaceable(path, kind_of(w), &is_plain, err);
    if (status)
        return status;
    struct header header = {0};
    struct output out = {.sum = XXH3_createState()};
    if (!out.sum || !make_header(&header, w))
        status = error_memory(err);
    if (!status)
        status = aside_open(&out.file, path, err);
    if (!status) {
        emit_all(&out, w, &header.text);
        status = aside_commit(out.file, err);
    }
    XXH3_freeState(out.sum);
    bytes_clear(&header.text);
    return status;
}

oriel_status container_write_check(const char *path, const char *kind, oriel_error *err)
{
    bool is_plain;
    oriel_status status = check_replaceable(path, kind, &is_plain, err);
    if (status)
        return status;
    if (!is_plain) {
        /* opening a pipe waits for its reader, and closing it tells him that all has come */
        if (access(path, W_OK) == 0)
            return ORIEL_OK;
        return error_at(err, ORIEL_EIO, path, 0, "cannot be written: %s", strerror(errno));
    }
    struct aside *file;
    status = aside_open(&file, path, err);
    if (!status)
        aside_abandon(file);
    return status;
}
