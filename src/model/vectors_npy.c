/*
 * NumPy's .npy, of one table: 6 bytes "\x93NUMPY", two of version, the header's length (2 bytes little-endian, from version 2
 * on 4), the header, which is a dictionary as Python writes it, and the numbers.  Source: numpy.lib.format, NEP 1.
 */
#include <stdio.h>
#include <string.h>

#include "base/aside.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/vectors_formats.h"
#include "model/words_file.h"

#define MAGIC "\x93NUMPY"
#define ENDING ".npy"

enum { MAGIC_SIZE = 6, START_SIZE = 8, ALIGNMENT = 64, HEADER_ROOM = 256 };

bool npy_recognise(const unsigned char *start, size_t n)
{
    return n >= MAGIC_SIZE && memcmp(start, MAGIC, MAGIC_SIZE) == 0;
}

/* ---- the dictionary ---- */

static const struct {
    const char *name;
    enum dtype dtype;
} types[] = {{"<f4", DTYPE_F32}, {"<f8", DTYPE_F64}, {"<f2", DTYPE_F16}};

struct header {
    const struct blob *file;
    size_t at, end; /* the dictionary's bytes that are still to be read */
    bool has_type, has_order, has_shape;
    struct stored_rows rows;
    oriel_error *err;
};

static oriel_status bad(const struct header *h, const char *what)
{
    return error_at(h->err, ORIEL_EFORMAT, h->file->name, 0, "byte %zu: %s", h->at, what);
}

static void skip_blanks(struct header *h)
{
    while (h->at < h->end && (h->file->at[h->at] == ' ' || h->file->at[h->at] == '\n'))
        h->at++;
}

/* Passes over `text` and the blanks before it; false: it is not there. */
static bool take(struct header *h, const char *text)
{
    skip_blanks(h);
    size_t n = strlen(text);
    if (h->end - h->at < n || memcmp(h->file->at + h->at, text, n) != 0)
        return false;
    h->at += n;
    return true;
}

static bool take_whole(struct header *h, size_t *out)
{
    skip_blanks(h);
    size_t begin = h->at;
    *out = 0;
    for (; h->at < h->end && h->file->at[h->at] >= '0' && h->file->at[h->at] <= '9'; h->at++)
        *out = *out < SIZE_MAX / 10 - 1 ? *out * 10 + (size_t)(h->file->at[h->at] - '0') : SIZE_MAX / 2;
    return h->at > begin;
}

static oriel_status read_type(struct header *h)
{
    if (!take(h, "'"))
        return bad(h, "expected a type in quotes");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (take(h, types[i].name)) {
            h->rows.dtype = types[i].dtype;
            h->has_type = true;
            return take(h, "'") ? ORIEL_OK : bad(h, "expected the end of the type");
        }
    return bad(h, "expected numbers of type <f4, <f8 or <f2");
}

static oriel_status read_order(struct header *h)
{
    h->has_order = take(h, "False");
    return h->has_order ? ORIEL_OK : bad(h, "expected rows one after the other (fortran_order False)");
}

static oriel_status read_shape(struct header *h)
{
    h->has_shape = take(h, "(") && take_whole(h, &h->rows.n) && take(h, ",") && take_whole(h, &h->rows.dim);
    if (h->has_shape)
        take(h, ",");
    h->has_shape = h->has_shape && take(h, ")");
    return h->has_shape ? ORIEL_OK : bad(h, "expected a table, with a shape of two numbers");
}

static oriel_status read_entry(struct header *h)
{
    if (take(h, "'descr':"))
        return read_type(h);
    if (take(h, "'fortran_order':"))
        return read_order(h);
    if (take(h, "'shape':"))
        return read_shape(h);
    return bad(h, "expected descr, fortran_order or shape");
}

static oriel_status read_dictionary(struct header *h)
{
    bool more = take(h, "{");
    if (!more)
        return bad(h, "expected a dictionary");
    while (more && !take(h, "}")) {
        oriel_status status = read_entry(h);
        if (status)
            return status;
        more = take(h, ",");
        if (!more && !take(h, "}"))
            return bad(h, "expected a comma or the end of the dictionary");
    }
    skip_blanks(h);
    if (!h->has_type || !h->has_order || !h->has_shape)
        return bad(h, "expected descr, fortran_order and shape");
    return h->at == h->end ? ORIEL_OK : bad(h, "expected the end of the header");
}

/* ---- reading ---- */

/* Where the dictionary is. */
static oriel_status find_header(struct header *h)
{
    const unsigned char *s = h->file->at;
    size_t n = h->file->n;
    size_t n_length = n > MAGIC_SIZE && s[MAGIC_SIZE] == 1 ? 2 : 4;
    h->at = MAGIC_SIZE;
    if (n < START_SIZE + n_length)
        return bad(h, "the file is cut short");
    if (s[MAGIC_SIZE] < 1 || s[MAGIC_SIZE] > 3)
        return bad(h, "expected version 1, 2 or 3 of the format");
    size_t length = 0;
    for (size_t i = n_length; i > 0; i--)
        length = length << 8 | s[START_SIZE + i - 1];
    h->at = START_SIZE;
    if (length > n - START_SIZE - n_length)
        return bad(h, "the header is longer than the file");
    h->at = START_SIZE + n_length;
    h->end = h->at + length;
    h->rows.offset = h->end;
    return ORIEL_OK;
}

static oriel_status read_header(struct header *h)
{
    oriel_status status = find_header(h);
    if (!status)
        status = read_dictionary(h);
    if (!status)
        status = stored_rows_check(&h->rows, h->file->name, h->err);
    if (status)
        return status;
    size_t there = h->file->n - h->rows.offset;
    size_t row = h->rows.dim * dtype_size(h->rows.dtype);
    if (h->rows.n > there / row || h->rows.n * row != there)
        return error_at(h->err, ORIEL_EFORMAT, h->file->name, 0,
                        "byte %zu: expected %zu rows of %zu bytes, found %zu bytes", h->rows.offset, h->rows.n, row,
                        there);
    return ORIEL_OK;
}

oriel_status npy_read(oriel_vectors **out, struct blob *take_file, size_t limit, oriel_error *err)
{
    struct header h = {.file = take_file, .err = err};
    struct vocab *words;
    *out = NULL;
    oriel_status status = read_header(&h);
    if (status)
        return status;
    char *name = words_file_name(take_file->name, ENDING);
    status = name ? words_file_read(&words, name, h.rows.n, limit, err) : error_memory(err);
    mem_free(name);
    return status ? status : vectors_from_file(out, words, &h.rows, take_file, err);
}

/* ---- writing ---- */

static void write_table(struct aside *file, const oriel_vectors *v)
{
    char header[HEADER_ROOM];
    size_t n_rows = oriel_vectors_count(v);
    size_t dim = oriel_vectors_dim(v);
    int n =
        snprintf(header, sizeof header, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", n_rows, dim);
    size_t length = (START_SIZE + 2 + (size_t)n + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - START_SIZE - 2;
    const unsigned char start[] = {1, 0, (unsigned char)length, (unsigned char)(length >> 8)};
    aside_write(file, MAGIC, MAGIC_SIZE);
    aside_write(file, start, sizeof start);
    fprintf(aside_file(file), "%-*s\n", (int)length - 1, header);
    if (n_rows > 0)
        aside_write(file, oriel_vectors_row(v, 0), n_rows * dim * sizeof(float));
}

/* Both files are written as a whole before either takes its place: what is likely to fail, a full disk, leaves the old pair. */
static oriel_status save_both(const oriel_vectors *v, const char *path, const char *words_path, oriel_error *err)
{
    struct aside *table;
    struct aside *words;
    oriel_status status = aside_open(&table, path, err);
    if (status)
        return status;
    status = aside_open(&words, words_path, err);
    if (status) {
        aside_abandon(table);
        return status;
    }
    write_table(table, v);
    words_file_write(words, v);
    if (!aside_flush(table)) {
        aside_abandon(words);
        return aside_commit(table, err);
    }
    status = aside_commit(words, err);
    if (!status)
        return aside_commit(table, err);
    aside_abandon(table);
    return status;
}

oriel_status npy_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err)
{
    (void)threads; /* it is copied as it lies in memory */
    if (strcmp(path, "-") == 0)
        return error_at(err, ORIEL_EARG, NULL, 0,
                        "NumPy's format is two files, which cannot be written to standard output");
    oriel_status status = words_file_check(v, err);
    if (status)
        return status;
    char *words_path = words_file_name(path, ENDING);
    status = words_path ? save_both(v, path, words_path, err) : error_memory(err);
    mem_free(words_path);
    return status;
}
