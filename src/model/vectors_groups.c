#include "model/vectors_groups.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "model/words_file.h"
#include "text/letter_groups.h"
#include "text/utf8.h"

void groups_scratch_clear(struct groups_scratch *s)
{
    vocab_scratch_clear(&s->forms);
    bytes_clear(&s->marked);
    mem_free(s->buckets);
    *s = (struct groups_scratch){0};
}

/* out = Σ rows of the groups / sqrt(n_groups), in 32 bits as in training (pair_word_vector). */
static void add_groups(float *out, const struct letter_rows *groups, const int32_t *buckets, size_t n_groups,
                       size_t dim)
{
    float scale = (float)(1 / sqrt((double)n_groups));
    memset(out, 0, dim * sizeof *out);
    for (size_t i = 0; i < n_groups; i++) {
        const float *row = groups->at + (size_t)buckets[i] * dim;
        for (size_t k = 0; k < dim; k++)
            out[k] += row[k];
    }
    for (size_t k = 0; k < dim; k++)
        out[k] *= scale;
}

size_t vectors_compose(float *out, const oriel_vectors *v, struct groups_scratch *s, const char *word, size_t n)
{
    const struct letter_rows *groups = vectors_groups(v);
    size_t dim = oriel_vectors_dim(v);
    if (!groups->at)
        return 0;
    if (!vocab_form(&s->forms, groups->is_lower, &word, &n))
        return SIZE_MAX;
    int32_t *buckets = mem_grow(s->buckets, &s->cap, LETTER_GROUPS_MOST(n), sizeof *buckets);
    if (!buckets)
        return SIZE_MAX;
    s->buckets = buckets;
    size_t n_groups = letter_groups(buckets, &s->marked, word, n, groups->n);
    if (n_groups == 0 || n_groups == SIZE_MAX)
        return n_groups;
    add_groups(out, groups, buckets, n_groups, dim);
    return reals_are_finite(out, dim) ? n_groups : 0;
}

bool vectors_of_word(struct word_vector *out, const oriel_vectors *v, struct groups_scratch *s, const char *word,
                     float *room)
{
    size_t n = strlen(word);
    int32_t id = vectors_find_id(v, &s->forms, word, n);
    *out = (struct word_vector){.row = SIZE_MAX};
    if (id >= VOCAB_SPECIAL) {
        out->row = (size_t)(id - VOCAB_SPECIAL);
        out->at = oriel_vectors_row(v, out->row);
        out->length = vectors_length(v, out->row);
    }
    if (id < 0 || out->at)
        return id >= 0;
    size_t n_groups = vectors_compose(room, v, s, word, n);
    if (n_groups > 0 && n_groups != SIZE_MAX) {
        out->at = room;
        out->length = vectors_measure(room, oriel_vectors_dim(v));
    }
    return n_groups != SIZE_MAX;
}

oriel_status oriel_vectors_compose(const oriel_vectors *v, const char *word, float *out, size_t *n_groups,
                                   oriel_error *err)
{
    struct groups_scratch scratch = {0};
    size_t n = strlen(word);
    *n_groups = utf8_valid_prefix(word, n) == n ? vectors_compose(out, v, &scratch, word, n) : 0;
    groups_scratch_clear(&scratch);
    if (*n_groups != SIZE_MAX)
        return ORIEL_OK;
    *n_groups = 0;
    return error_memory(err);
}

/* ---- chosen words ---- */

/* A set in the making: words that have a vector, and their rows. */
struct choice {
    const oriel_vectors *from;
    struct vocab *words;
    float *rows; /* [all that were asked for][d] */
    struct groups_scratch scratch;
};

static bool choose_word(struct choice *c, const char *word, size_t n, oriel_words_facts *facts)
{
    size_t dim = oriel_vectors_dim(c->from);
    float *row = c->rows + (facts->n_words++ - facts->n_missing) * dim;
    struct word_vector found;
    if (!vectors_of_word(&found, c->from, &c->scratch, word, row))
        return false;
    if (!found.at) {
        facts->n_missing++;
        return true;
    }
    facts->n_composed += found.row == SIZE_MAX;
    if (found.at != row)
        memcpy(row, found.at, dim * sizeof *row);
    return vocab_add(c->words, word, n, 0) >= 0;
}

/* Counts are 0, so freezing keeps the order.  false: no memory. */
static bool choose_words(struct choice *c, const struct vocab *asked, oriel_words_facts *facts)
{
    size_t n_asked = vocab_size(asked) - VOCAB_SPECIAL;
    c->words = vocab_new();
    c->rows = mem_alloc(n_asked, oriel_vectors_dim(c->from) * sizeof *c->rows);
    bool is_done = c->words && c->rows;
    for (size_t i = 0; i < n_asked && is_done; i++) {
        size_t n;
        const char *word = vocab_word(asked, (int32_t)(i + VOCAB_SPECIAL), &n);
        is_done = choose_word(c, word, n, facts);
    }
    return is_done && vocab_freeze(c->words, 0);
}

oriel_status oriel_vectors_of_words(oriel_vectors **out, const oriel_vectors *v, const char *words_file,
                                    oriel_words_facts *facts, oriel_error *err)
{
    struct choice c = {.from = v};
    struct vocab *asked;
    *out = NULL;
    *facts = (oriel_words_facts){0};
    oriel_status status = words_file_read(&asked, words_file, WORDS_ANY, SIZE_MAX, err);
    if (status)
        return status;
    bool is_done = choose_words(&c, asked, facts);
    groups_scratch_clear(&c.scratch);
    vocab_free(asked);
    if (is_done)
        return vectors_from_parts(out, c.words, c.rows, oriel_vectors_dim(v), err);
    vocab_free(c.words);
    mem_free(c.rows);
    return error_memory(err);
}
