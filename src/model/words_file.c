#include "model/words_file.h"

#include <string.h>

#include "base/aside.h"
#include "base/memory.h"
#include "base/status.h"
#include "text/lines.h"

#define ENDING ".words"

/* n, or less by the length of the ending if path [n] has it. */
static size_t without(const char *path, size_t n, const char *ending)
{
    size_t n_ending = strlen(ending);
    return n > n_ending && memcmp(path + n - n_ending, ending, n_ending) == 0 ? n - n_ending : n;
}

char *words_file_name(const char *path, const char *ending)
{
    size_t n = without(path, without(path, strlen(path), ".gz"), ending);
    char *name = mem_alloc(n + sizeof ENDING, 1);
    if (!name)
        return NULL;
    memcpy(name, path, n);
    memcpy(name + n, ENDING, sizeof ENDING);
    return name;
}

/* ---- reading ---- */

static bool has_control(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20)
            return true;
    return false;
}

static oriel_status take_word(struct vocab *words, const struct line *line, size_t keep, const char *path,
                              oriel_error *err)
{
    oriel_status status = line_check(line, path, err);
    if (status)
        return status;
    if (line->n == 0)
        return error_at(err, ORIEL_EFORMAT, path, line->number, "expected a word, found an empty line");
    if (has_control(line->at, line->n))
        return error_at(err, ORIEL_EFORMAT, path, line->number, "expected a word, found a control character");
    if (line->number > keep)
        return ORIEL_OK;
    if (vocab_add(words, line->at, line->n, 0) < 0)
        return error_memory(err);
    if (vocab_size(words) != line->number + VOCAB_SPECIAL)
        return error_at(err, ORIEL_EFORMAT, path, line->number, "the word \"%.*s\" stands there twice",
                        (int)(line->n < 256 ? line->n : 256), line->at);
    return ORIEL_OK;
}

static oriel_status take_words(struct vocab *words, struct lines *lines, const char *path, size_t n, size_t keep,
                               oriel_error *err)
{
    struct line line = {0};
    size_t n_found = 0;
    bool more = true;
    while (more) {
        oriel_status status = lines_next(lines, &line, &more, err);
        if (!status && more && ++n_found > n)
            return error_at(err, ORIEL_EFORMAT, path, line.number, "expected %zu words, a row each, found more", n);
        if (!status && more)
            status = take_word(words, &line, keep, path, err);
        if (status)
            return status;
    }
    if (n_found < n && n != WORDS_ANY)
        return error_at(err, ORIEL_EFORMAT, path, n_found, "expected %zu words, a row each, found %zu", n, n_found);
    return vocab_freeze(words, 0) ? ORIEL_OK : error_memory(err); /* all counts are 0: the order stays */
}

oriel_status words_file_read(struct vocab **out, const char *path, size_t n, size_t keep, oriel_error *err)
{
    struct source *source;
    struct lines *lines = NULL;
    *out = NULL;
    oriel_status status = source_open(&source, path, err);
    if (status)
        return status;
    struct vocab *words = vocab_new();
    status = words ? lines_new(&lines, source, 0, err) : error_memory(err);
    if (!status)
        status = take_words(words, lines, source_name(source), n, keep, err);
    lines_free(lines);
    source_close(source);
    if (status)
        vocab_free(words);
    else
        *out = words;
    return status;
}

/* ---- writing ---- */

oriel_status words_file_check(const oriel_vectors *v, oriel_error *err)
{
    for (size_t i = 0; i < oriel_vectors_count(v); i++) {
        const char *word = oriel_vectors_word(v, i);
        if (!*word)
            return error_at(err, ORIEL_EFORMAT, NULL, 0, "row %zu has an empty word, which no words file can hold", i);
        if (has_control(word, strlen(word)))
            return error_at(err, ORIEL_EFORMAT, NULL, 0,
                            "row %zu: the word \"%s\" has a control character, which no words file can hold", i, word);
    }
    return ORIEL_OK;
}

void words_file_write(struct aside *file, const oriel_vectors *v)
{
    for (size_t i = 0; i < oriel_vectors_count(v); i++) {
        const char *word = oriel_vectors_word(v, i);
        aside_write(file, word, strlen(word));
        aside_write(file, "\n", 1);
    }
}
