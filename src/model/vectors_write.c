/*
 * Word vectors to a file, in the three formats that others read.
 */
#include <stdint.h>
#include <string.h>

#include "base/aside.h"
#include "base/decimal.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/vectors.h"

/* A word that would read back as another one, or as two, is refused before anything is written. */
static oriel_status check_words(const oriel_vectors *v, oriel_error *err)
{
    for (size_t i = 0; i < oriel_vectors_count(v); i++) {
        const char *word = oriel_vectors_word(v, i);
        if (!*word)
            return error_at(err, ORIEL_EFORMAT, NULL, 0, "row %zu has an empty word, which no vectors file can hold",
                            i);
        if (strpbrk(word, " \t\n\v\f\r"))
            return error_at(err, ORIEL_EFORMAT, NULL, 0,
                            "the word \"%s\" has a blank in it, which no vectors file can hold", word);
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

oriel_status oriel_vectors_save(const oriel_vectors *v, const char *path, oriel_vector_format format, oriel_error *err)
{
    struct aside *file = NULL;
    if (format != ORIEL_WORD2VEC_TEXT && format != ORIEL_WORD2VEC_BINARY && format != ORIEL_GLOVE_TEXT)
        return error_at(err, ORIEL_EARG, NULL, 0, "unknown vectors format %d", (int)format);
    oriel_status status = check_words(v, err);
    if (status)
        return status;
    size_t dim = oriel_vectors_dim(v);
    char *line = dim < SIZE_MAX / (DECIMAL_MAX + 1) ? mem_alloc(dim * (DECIMAL_MAX + 1) + 1, 1) : NULL;
    if (!line)
        return error_memory(err);
    status = aside_open(&file, path, err);
    if (!status) {
        if (format != ORIEL_GLOVE_TEXT)
            fprintf(aside_file(file), "%zu %zu\n", oriel_vectors_count(v), dim);
        if (format == ORIEL_WORD2VEC_BINARY)
            write_binary(file, v);
        else
            write_text(file, v, line);
        status = aside_commit(file, err);
    }
    mem_free(line);
    return status;
}
