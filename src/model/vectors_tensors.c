/*
 * Vectors as safetensors.  Ours: "vectors" F32 [n][d], "words.text" U8 (all words without anything between them), "words.ends" U64 [n],
 * in the container of a model, so with a checksum; with letter groups also "groups" F32 [n_buckets][d], and two strings that say how a
 * word's groups are found.  Others' are taken if they hold one table of two dimensions.
 */
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/container.h"
#include "model/stored_words.h"
#include "model/vectors_formats.h"
#include "model/words_file.h"
#include "text/letter_groups.h"

#define ROWS "vectors"
#define TEXT "words.text"
#define ENDS "words.ends"
#define GROUPS "groups"
#define GROUPS_NAME "oriel.groups"      /* LETTER_GROUPS_NAME */
#define GROUPS_CASE "oriel.groups.case" /* of the words that they were learned from */
#define CASE_LOWER "lower"
#define CASE_AS_IS "as it is"
#define ENDING ".safetensors"

enum { LENGTH_SIZE = 8 };

/* A header's length below 2^32, and JSON: no text begins so, as it has no byte 0. */
bool tensors_recognise(const unsigned char *start, size_t n)
{
    return n > LENGTH_SIZE && memcmp(start + 4, "\0\0\0\0", 4) == 0 && start[LENGTH_SIZE] == '{';
}

/* ---- reading ---- */

static oriel_status rows_of(struct stored_rows *r, const struct tensor *t, const struct blob *file, oriel_error *err)
{
    *r = (struct stored_rows){.offset = (size_t)((const unsigned char *)t->data - file->at),
                              .dtype = t->dtype,
                              .n = t->shape[0],
                              .dim = t->shape[1]};
    return stored_rows_check(r, file->name, err);
}

/* The first `keep` of the words of a container of ours. */
static oriel_status own_words(struct vocab **out, const struct container *c, size_t n, size_t keep, oriel_error *err)
{
    struct tensor text;
    struct tensor ends;
    oriel_error why;
    oriel_status status = container_tensor(c, TEXT, DTYPE_U8, 1, &text, err);
    if (!status)
        status = container_tensor(c, ENDS, DTYPE_U64, 1, &ends, err);
    if (status)
        return status;
    if (ends.shape[0] != n)
        return error_at(err, ORIEL_EFORMAT, container_name(c), 0, "expected %zu words, a row each, found %zu", n,
                        ends.shape[0]);
    const uint64_t *end = ends.data;
    size_t n_text = text.shape[0];
    if (keep < n) {
        if (keep > 0 && end[keep - 1] > n_text)
            return error_at(err, ORIEL_EFORMAT, container_name(c), 0, "word %zu ends outside of the words", keep);
        n_text = keep > 0 ? (size_t)end[keep - 1] : 0;
        n = keep;
    }
    status = vocab_from_stored(out, text.data, n_text, end, NULL, n, &why);
    if (status == ORIEL_EFORMAT)
        return error_at(err, status, container_name(c), 0, "%s", why.text);
    return status ? error_memory(err) : ORIEL_OK;
}

static oriel_status bad_string(const struct container *c, const char *key, const char *expected, const char *found,
                               oriel_error *err)
{
    return error_at(err, ORIEL_EFORMAT, container_name(c), 0, "%s: expected \"%s\", found %s%s%s", key, expected,
                    found ? "\"" : "nothing", found ? found : "", found ? "\"" : "");
}

/* How the groups of a word are found: hashed as here, or their rows would be those of others. */
static oriel_status groups_case(bool *is_lower, const struct container *c, oriel_error *err)
{
    const char *name = container_string(c, GROUPS_NAME);
    if (!name || strcmp(name, LETTER_GROUPS_NAME) != 0)
        return bad_string(c, GROUPS_NAME, LETTER_GROUPS_NAME, name, err);
    const char *spelling = container_string(c, GROUPS_CASE);
    *is_lower = spelling && strcmp(spelling, CASE_LOWER) == 0;
    if (!*is_lower && (!spelling || strcmp(spelling, CASE_AS_IS) != 0))
        return bad_string(c, GROUPS_CASE, CASE_LOWER "\" or \"" CASE_AS_IS, spelling, err);
    return ORIEL_OK;
}

/* They lie in the file, as the words' rows do. */
static oriel_status own_groups(struct letter_rows *groups, const struct container *c, size_t dim,
                               const struct blob *file, oriel_error *err)
{
    struct tensor t;
    *groups = (struct letter_rows){0};
    if (!container_has(c, GROUPS))
        return ORIEL_OK;
    oriel_status status = container_tensor(c, GROUPS, DTYPE_F32, 2, &t, err);
    if (!status)
        status = groups_case(&groups->is_lower, c, err);
    if (status)
        return status;
    struct stored_rows rows = {.offset = (size_t)((const unsigned char *)t.data - file->at),
                               .dtype = t.dtype,
                               .n = t.shape[0],
                               .dim = t.shape[1]};
    if (rows.n == 0 || rows.n > INT32_MAX || rows.dim != dim)
        return error_at(err, ORIEL_EFORMAT, container_name(c), 0,
                        "byte %zu: tensor " GROUPS ": expected 1 to %d rows %zu wide, found %zu, %zu wide", rows.offset,
                        INT32_MAX, dim, rows.n, rows.dim);
    groups->at = t.data;
    groups->n = rows.n;
    return stored_rows_check_finite(file, &rows, rows.n, "letter group", err);
}

static oriel_status read_own(struct vocab **words, struct stored_rows *rows, struct letter_rows *groups,
                             const struct blob *file, size_t limit, oriel_error *err)
{
    struct container *c;
    struct tensor t;
    oriel_status status = container_view(&c, file->at, file->n, file->name, KIND_VECTORS, err);
    if (status)
        return status;
    status = container_tensor(c, ROWS, DTYPE_F32, 2, &t, err);
    if (!status)
        status = rows_of(rows, &t, file, err);
    if (!status)
        status = own_groups(groups, c, rows->dim, file, err);
    if (!status)
        status = own_words(words, c, rows->n, limit, err);
    container_close(c);
    return status;
}

/* The only table of two dimensions. */
static oriel_status find_table(const struct container *c, const struct tensor **out, oriel_error *err)
{
    const struct tensor *all;
    size_t n_found = 0;
    size_t n = container_tensors(c, &all);
    *out = NULL;
    for (size_t i = 0; i < n; i++)
        if (all[i].n_dims == 2) {
            *out = &all[i];
            n_found++;
        }
    float unused;
    if (n_found != 1)
        return error_at(err, ORIEL_EFORMAT, container_name(c), 0,
                        "expected one tensor of two dimensions, the word vectors, found %zu", n_found);
    if (!dtype_to_floats(&unused, NULL, 0, (*out)->dtype))
        return error_at(err, ORIEL_EFORMAT, container_name(c), 0, "tensor %s: expected F32, F64, F16 or BF16, found %s",
                        (*out)->name, dtype_name((*out)->dtype));
    return ORIEL_OK;
}

static oriel_status read_foreign(struct vocab **words, struct stored_rows *rows, const struct container *c,
                                 const struct blob *file, size_t limit, oriel_error *err)
{
    const struct tensor *table;
    oriel_status status = find_table(c, &table, err);
    if (!status)
        status = rows_of(rows, table, file, err);
    if (status)
        return status;
    char *name = words_file_name(file->name, ENDING);
    status = name ? words_file_read(words, name, rows->n, limit, err) : error_memory(err);
    mem_free(name);
    return status;
}

oriel_status tensors_read(oriel_vectors **out, struct blob *take_file, size_t limit, oriel_error *err)
{
    struct container *c;
    struct stored_rows rows;
    struct letter_rows groups = {0};
    struct vocab *words;
    *out = NULL;
    oriel_status status = container_view(&c, take_file->at, take_file->n, take_file->name, NULL, err);
    if (status)
        return status;
    status = container_string(c, "oriel.format") ? read_own(&words, &rows, &groups, take_file, limit, err)
                                                 : read_foreign(&words, &rows, c, take_file, limit, err);
    container_close(c);
    if (!status)
        status = vectors_from_file(out, words, &rows, take_file, err);
    if (!status && groups.at) /* of ours, whose rows are aligned: the set has taken the file */
        vectors_map_groups(*out, groups);
    return status;
}

/* ---- writing ---- */

static bool put_groups(struct container_writer *w, const oriel_vectors *v)
{
    const struct letter_rows *groups = vectors_groups(v);
    return !groups->at || (container_put_string(w, GROUPS_NAME, LETTER_GROUPS_NAME) &&
                           container_put_string(w, GROUPS_CASE, groups->is_lower ? CASE_LOWER : CASE_AS_IS) &&
                           container_put_tensor(w, &(struct tensor){.name = GROUPS,
                                                                    .dtype = DTYPE_F32,
                                                                    .n_dims = 2,
                                                                    .shape = {groups->n, oriel_vectors_dim(v)},
                                                                    .data = groups->at}));
}

static bool put_all(struct container_writer *w, const oriel_vectors *v, const struct stored_words *words)
{
    size_t n = oriel_vectors_count(v);
    return container_put_string(w, "oriel.kind", KIND_VECTORS) &&
           container_put_tensor(w, &(struct tensor){.name = ROWS,
                                                    .dtype = DTYPE_F32,
                                                    .n_dims = 2,
                                                    .shape = {n, oriel_vectors_dim(v)},
                                                    .data = oriel_vectors_row(v, 0)}) &&
           container_put_tensor(w, &(struct tensor){.name = TEXT,
                                                    .dtype = DTYPE_U8,
                                                    .n_dims = 1,
                                                    .shape = {words->strings.n},
                                                    .data = words->strings.at}) &&
           container_put_tensor(
               w, &(struct tensor){.name = ENDS, .dtype = DTYPE_U64, .n_dims = 1, .shape = {n}, .data = words->ends}) &&
           put_groups(w, v);
}

oriel_status tensors_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err)
{
    (void)threads; /* it is copied as it lies in memory */
    struct stored_words words = {0};
    struct container_writer *w = container_writer_new();
    bool is_ready = w && stored_words_fill(&words, vectors_words(v)) && put_all(w, v, &words);
    oriel_status status = is_ready ? container_write(w, path, err) : error_memory(err);
    container_writer_free(w);
    stored_words_clear(&words);
    return status;
}
