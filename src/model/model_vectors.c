/*
 * The word rows of a model as vectors of their own, and the rows that its tokens have in the network.
 */
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "model/token_builder.h"
#include "model/vectors.h"
#include "model/words_file.h"

/* A frozen copy of the words, in the same order.  NULL: no memory. */
static struct vocab *copy_words(const struct vocab *words)
{
    struct vocab *copy = vocab_new();
    if (!copy)
        return NULL;
    bool is_done = true;
    for (size_t id = VOCAB_SPECIAL; id < vocab_size(words) && is_done; id++) {
        size_t n;
        const char *word = vocab_word(words, (int32_t)id, &n);
        is_done = vocab_add(copy, word, n, 0) >= 0;
    }
    /* freezing orders by count, and ties as they came: with no counts, whatever a file's were, the order stays */
    if (is_done && vocab_freeze(copy, 0))
        return copy;
    vocab_free(copy);
    return NULL;
}

oriel_status oriel_vectors_of_model(oriel_vectors **out, const oriel_model *m, oriel_error *err)
{
    *out = NULL;
    const struct table *table = &m->tables.table[0];
    size_t n = table->rows - VOCAB_SPECIAL;
    size_t dim = table->width;
    struct vocab *words = copy_words(model_words(m));
    float *rows = mem_alloc(n, dim * sizeof *rows);
    if (!words || !rows) {
        vocab_free(words);
        mem_free(rows);
        return error_memory(err);
    }
    for (size_t i = 0; i < n; i++)
        table_row(rows + i * dim, table, VOCAB_SPECIAL + i);
    return vectors_from_parts(out, words, rows, dim, err);
}

/* ---- tokens ---- */

/* rows [n][D] of the tokens that are spelled as the words.  false: no memory. */
static bool compose(float *rows, const oriel_model *m, const struct vocab *words)
{
    struct token_builder b = {0};
    const int32_t first = 0;
    bool is_done = true;
    size_t n = vocab_size(words) - VOCAB_SPECIAL;
    for (size_t i = 0; i < n && is_done; i++) {
        size_t length;
        const char *word = vocab_word(words, (int32_t)(i + VOCAB_SPECIAL), &length);
        token_builder_empty(&b);
        is_done = token_builder_add(&b, &m->channels, word, length);
        if (is_done)
            tables_gather(rows + i * m->tables.width, &m->tables, &b.ids, &first, 1, NULL);
    }
    token_builder_clear(&b);
    return is_done;
}

oriel_status oriel_vectors_of_tokens(oriel_vectors **out, const oriel_model *m, const char *words_file,
                                     oriel_error *err)
{
    struct vocab *words = NULL;
    *out = NULL;
    oriel_status status = ORIEL_OK;
    if (words_file)
        status = words_file_read(&words, words_file, WORDS_ANY, SIZE_MAX, err);
    else
        words = copy_words(model_words(m));
    if (status)
        return status;
    float *rows = words ? mem_alloc(vocab_size(words) - VOCAB_SPECIAL, m->tables.width * sizeof *rows) : NULL;
    if (!rows || !compose(rows, m, words)) {
        vocab_free(words);
        mem_free(rows);
        return error_memory(err);
    }
    return vectors_from_parts(out, words, rows, m->tables.width, err);
}
