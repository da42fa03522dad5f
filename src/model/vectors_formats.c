#include "model/vectors_formats.h"

#include <string.h>

#include "base/status.h"

/* Formats that are read as a whole; all others are rows. */
static const struct {
    bool (*recognise)(const unsigned char *start, size_t n);
    oriel_status (*read)(oriel_vectors **out, struct blob *take_file, size_t limit, oriel_error *err);
} whole_formats[] = {{npy_recognise, npy_read}, {tensors_recognise, tensors_read}};

enum { N_WHOLE = sizeof whole_formats / sizeof *whole_formats };

/* The index of one, N_WHOLE: none of them. */
static size_t whole_format(const unsigned char *start, size_t n)
{
    size_t i = 0;
    while (i < N_WHOLE && !whole_formats[i].recognise(start, n))
        i++;
    return i;
}

static oriel_status read_whole(oriel_vectors **out, struct input *in, size_t format, size_t limit, oriel_error *err)
{
    struct blob file;
    oriel_status status = blob_read(&file, in, err);
    if (status)
        return status;
    status = whole_formats[format].read(out, &file, limit, err);
    blob_clear(&file);
    return status;
}

oriel_status vectors_read(oriel_vectors **out, struct source *s, size_t limit, oriel_error *err)
{
    struct input in = {.source = s};
    size_t n;
    *out = NULL;
    oriel_status status = input_fill(&in, VECTORS_LOOK, err);
    if (!status) {
        const unsigned char *start = (const unsigned char *)input_at(&in, &n);
        size_t format = whole_format(start, n);
        status = format < N_WHOLE ? read_whole(out, &in, format, limit > 0 ? limit : SIZE_MAX, err)
                                  : vectors_read_rows(out, &in, limit, err);
    }
    input_clear(&in);
    return status;
}

static oriel_status load_stream(oriel_vectors **out, const char *path, size_t limit, oriel_error *err)
{
    struct source *s;
    oriel_status status = source_open(&s, path, err);
    if (status)
        return status;
    status = vectors_read(out, s, limit, err);
    source_close(s);
    return status;
}

oriel_status oriel_vectors_load(oriel_vectors **out, const char *path, size_t limit, oriel_error *err)
{
    struct blob file;
    *out = NULL;
    oriel_status status = blob_map(&file, path, err);
    if (status)
        return status;
    size_t format = whole_format(file.at, file.n);
    status = format < N_WHOLE ? whole_formats[format].read(out, &file, limit > 0 ? limit : SIZE_MAX, err)
                              : load_stream(out, path, limit, err);
    blob_clear(&file);
    return status;
}

/* ---- writing ---- */

static const struct {
    const char *ending; /* that chooses it, or NULL */
    oriel_status (*save)(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err);
} written_formats[] = {
    [ORIEL_WORD2VEC_TEXT] = {".vec", word2vec_text_save},
    [ORIEL_WORD2VEC_BINARY] = {NULL, word2vec_binary_save},
    [ORIEL_GLOVE_TEXT] = {NULL, glove_save},
    [ORIEL_NPY] = {".npy", npy_save},
    [ORIEL_SAFETENSORS] = {".safetensors", tensors_save},
};

enum { N_WRITTEN = sizeof written_formats / sizeof *written_formats };

static bool ends_in(const char *s, const char *ending)
{
    size_t n = strlen(s);
    size_t n_ending = ending ? strlen(ending) : 0;
    return n_ending > 0 && n > n_ending && strcmp(s + n - n_ending, ending) == 0;
}

static size_t format_by_name(const char *path)
{
    size_t i = 0;
    while (i < N_WRITTEN && !ends_in(path, written_formats[i].ending))
        i++;
    return i < N_WRITTEN ? i : ORIEL_WORD2VEC_TEXT;
}

static size_t chosen_format(const char *path, oriel_vector_format format)
{
    return format == ORIEL_FORMAT_BY_NAME ? format_by_name(path) : (size_t)format;
}

bool oriel_vectors_keeps_groups(const char *path, oriel_vector_format format)
{
    return chosen_format(path, format) == ORIEL_SAFETENSORS;
}

oriel_status oriel_vectors_save(const oriel_vectors *v, const char *path, oriel_vector_format format, size_t threads,
                                oriel_error *err)
{
    size_t i = chosen_format(path, format);
    if (i >= N_WRITTEN)
        return error_at(err, ORIEL_EARG, NULL, 0, "unknown vectors format %d", (int)format);
    return written_formats[i].save(v, path, threads, err);
}
