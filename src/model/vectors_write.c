/*
 * Word vectors to a file, in the formats that have a word and its numbers in turn.
 */
#include <stdint.h>
#include <string.h>

#include "base/aside.h"
#include "base/decimal.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/vectors_formats.h"

static bool has_blank(const char *word)
{
    for (; *word; word++)
        if ((unsigned char)*word <= ' ')
            return true;
    return false;
}

/* A word that would read back as another one, as two or not at all is refused before anything is written. */
static oriel_status check_words(const oriel_vectors *v, oriel_error *err)
{
    for (size_t i = 0; i < oriel_vectors_count(v); i++) {
        const char *word = oriel_vectors_word(v, i);
        if (!*word)
            return error_at(err, ORIEL_EFORMAT, NULL, 0,
                            "row %zu has an empty word, which a file of words and numbers cannot hold", i);
        if (has_blank(word))
            return error_at(err, ORIEL_EFORMAT, NULL, 0,
                            "row %zu: the word \"%s\" has a blank or a control character in it, which a file of words "
                            "and numbers cannot hold; npy and safetensors can hold blanks",
                            i, word);
    }
    return ORIEL_OK;
}

/* line: room for DECIMAL_MAX + 1 bytes a number and one for the end. */
static size_t spell_row(char *line, const float *row, size_t dim)
{
    size_t n = 0;
    for (size_t i = 0; i < dim; i++) {
        line[n++] = ' ';
        n += decimal_write(line + n, row[i]);
    }
    line[n++] = '\n';
    return n;
}

static void write_text(struct aside *file, const oriel_vectors *v, char *line)
{
    for (size_t i = 0; i < oriel_vectors_count(v); i++) {
        const char *word = oriel_vectors_word(v, i);
        aside_write(file, word, strlen(word));
        aside_write(file, line, spell_row(line, oriel_vectors_row(v, i), oriel_vectors_dim(v)));
    }
}

/* Numbers are stored as they lie in memory: container.c sees to it that this is a little-endian machine. */
static void write_binary(struct aside *file, const oriel_vectors *v)
{
    for (size_t i = 0; i < oriel_vectors_count(v); i++) {
        const char *word = oriel_vectors_word(v, i);
        aside_write(file, word, strlen(word));
        aside_write(file, " ", 1);
        aside_write(file, oriel_vectors_row(v, i), oriel_vectors_dim(v) * sizeof(float));
        aside_write(file, "\n", 1);
    }
}

static oriel_status save_rows(const oriel_vectors *v, const char *path, bool has_header, bool is_binary,
                              oriel_error *err)
{
    struct aside *file = NULL;
    oriel_status status = check_words(v, err);
    if (status)
        return status;
    size_t dim = oriel_vectors_dim(v);
    char *line = dim < SIZE_MAX / (DECIMAL_MAX + 1) ? mem_alloc(dim * (DECIMAL_MAX + 1) + 1, 1) : NULL;
    if (!line)
        return error_memory(err);
    status = aside_open(&file, path, err);
    if (!status) {
        if (has_header)
            fprintf(aside_file(file), "%zu %zu\n", oriel_vectors_count(v), dim);
        if (is_binary)
            write_binary(file, v);
        else
            write_text(file, v, line);
        status = aside_commit(file, err);
    }
    mem_free(line);
    return status;
}

oriel_status word2vec_text_save(const oriel_vectors *v, const char *path, oriel_error *err)
{
    return save_rows(v, path, true, false, err);
}

oriel_status word2vec_binary_save(const oriel_vectors *v, const char *path, oriel_error *err)
{
    return save_rows(v, path, true, true, err);
}

oriel_status glove_save(const oriel_vectors *v, const char *path, oriel_error *err)
{
    return save_rows(v, path, false, false, err);
}
