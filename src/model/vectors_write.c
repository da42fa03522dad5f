/*
 * Word vectors to a file, in the formats that have a word and its numbers in turn.
 */
#include <stdint.h>
#include <string.h>

#include "base/aside.h"
#include "base/bytes.h"
#include "base/decimal.h"
#include "base/status.h"
#include "base/workers.h"
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

/* ---- lines ---- */

static bool spell_numbers(struct bytes *line, const float *row, size_t dim)
{
    if (!bytes_reserve(line, line->n + dim * (DECIMAL_MAX + 1)))
        return false;
    for (size_t i = 0; i < dim; i++) {
        line->at[line->n++] = ' ';
        line->n += decimal_write(line->at + line->n, row[i]);
    }
    return true;
}

static bool text_line(struct bytes *out, const oriel_vectors *v, size_t i)
{
    const char *word = oriel_vectors_word(v, i);
    return bytes_append(out, word, strlen(word)) && spell_numbers(out, oriel_vectors_row(v, i), oriel_vectors_dim(v)) &&
           bytes_append(out, "\n", 1);
}

/* Numbers are stored as they lie in memory: container.c sees to it that this is a little-endian machine. */
static bool binary_line(struct bytes *out, const oriel_vectors *v, size_t i)
{
    const char *word = oriel_vectors_word(v, i);
    return bytes_append(out, word, strlen(word)) && bytes_append(out, " ", 1) &&
           bytes_append(out, (const char *)oriel_vectors_row(v, i), oriel_vectors_dim(v) * sizeof(float)) &&
           bytes_append(out, "\n", 1);
}

/* ---- a file of lines ---- */

/* Made by several threads, ROUND blocks of lines at a time, and written in their order.  A block has about BLOCK_NUMBERS numbers, however
 * many of them a line has: so memory is bounded, but by a line's own length. */
enum { ROUND = 16, BLOCK_NUMBERS = 1 << 13 };

struct lines {
    const oriel_vectors *v;
    bool has_header;
    bool (*make)(struct bytes *out, const oriel_vectors *v, size_t i); /* false: no memory */
    size_t begin, of_block;
    struct bytes block[ROUND];
    bool is_made[ROUND];
};

static void make_block(void *context, size_t block, size_t worker)
{
    struct lines *l = context;
    struct bytes *out = &l->block[block];
    size_t begin = l->begin + block * l->of_block;
    size_t end = begin + l->of_block;
    (void)worker;
    out->n = 0;
    l->is_made[block] = true;
    for (size_t i = begin; i < end && i < oriel_vectors_count(l->v) && l->is_made[block]; i++)
        l->is_made[block] = l->make(out, l->v, i);
}

static bool write_lines(struct aside *file, struct lines *l, struct workers *crew)
{
    bool is_good = true;
    for (l->begin = 0; is_good && l->begin < oriel_vectors_count(l->v); l->begin += ROUND * l->of_block) {
        workers_run(crew, ROUND, make_block, l);
        for (size_t i = 0; i < ROUND && is_good; i++) {
            is_good = l->is_made[i];
            if (is_good)
                aside_write(file, l->block[i].at, l->block[i].n);
        }
    }
    for (size_t i = 0; i < ROUND; i++)
        bytes_clear(&l->block[i]);
    return is_good;
}

static oriel_status save_file(struct lines *l, const char *path, struct workers *crew, oriel_error *err)
{
    struct aside *file;
    oriel_status status = aside_open(&file, path, err);
    if (status)
        return status;
    if (l->has_header)
        fprintf(aside_file(file), "%zu %zu\n", oriel_vectors_count(l->v), oriel_vectors_dim(l->v));
    if (write_lines(file, l, crew))
        return aside_commit(file, err);
    aside_abandon(file);
    return error_memory(err);
}

static oriel_status save_lines(struct lines l, const char *path, size_t threads, oriel_error *err)
{
    oriel_status status = check_words(l.v, err);
    if (status)
        return status;
    size_t dim = oriel_vectors_dim(l.v);
    l.of_block = dim < BLOCK_NUMBERS ? BLOCK_NUMBERS / (dim + 1) : 1;
    struct workers *crew = workers_new(threads);
    status = crew ? save_file(&l, path, crew, err) : error_memory(err);
    workers_free(crew);
    return status;
}

oriel_status word2vec_text_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err)
{
    return save_lines((struct lines){.v = v, .has_header = true, .make = text_line}, path, threads, err);
}

oriel_status word2vec_binary_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err)
{
    return save_lines((struct lines){.v = v, .has_header = true, .make = binary_line}, path, threads, err);
}

oriel_status glove_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err)
{
    return save_lines((struct lines){.v = v, .make = text_line}, path, threads, err);
}
