/*
 * The word rows of a model as vectors of their own.
 */
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "model/vectors.h"

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
