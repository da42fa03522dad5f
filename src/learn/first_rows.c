/*
 * The vocabulary has the words that training sees first, most frequent first, and behind them those that only the vectors
 * have, as they stand in their file.  So nearly all rows keep their order and only move up; the few in front are made aside.
 */
#include "learn/first_rows.h"

#include <string.h>

#include "base/memory.h"
#include "model/vectors_groups.h"

enum { NO_VECTOR = -1 };

void random_row(real *row, size_t dim, double bound, struct random *r)
{
    for (size_t i = 0; i < dim; i++)
        row[i] = (real)((2 * random_uniform(r) - 1) * bound);
}

/* from [V]: the row of a word's vector.  false: no memory. */
static bool find_vectors(int32_t *from, const struct vocab *words, const oriel_vectors *vectors)
{
    struct vocab_scratch scratch = {0};
    int32_t found = 0;
    for (size_t id = 0; id < vocab_size(words) && found >= 0; id++) {
        size_t n;
        const char *word = vocab_word(words, (int32_t)id, &n);
        found = n ? vectors_find_id(vectors, &scratch, word, n) : VOCAB_UNKNOWN;
        from[id] = found >= VOCAB_SPECIAL ? found - VOCAB_SPECIAL : NO_VECTOR;
    }
    vocab_scratch_clear(&scratch);
    return found >= 0;
}

/* From which id on rows only move up, in order: from that end on they can be moved one by one and none is lost. */
static size_t first_in_order(const int32_t *from, size_t n)
{
    size_t first = n;
    while (first > 0 && from[first - 1] != NO_VECTOR && (size_t)from[first - 1] < first &&
           (first == n || from[first - 1] < from[first]))
        first--;
    return first;
}

/* What words without a vector begin with. */
struct beginnings {
    const struct vocab *words;
    const oriel_vectors *vectors; /* whose rows may be gone, but not those of letter groups */
    struct groups_scratch scratch;
    double bound;
    struct random *random;
};

/* A vector made of letter groups, else random numbers.  false: no memory. */
static bool begin_row(real *row, size_t width, size_t id, struct beginnings *b)
{
    size_t n;
    const char *word = vocab_word(b->words, (int32_t)id, &n);
    size_t n_groups = id >= VOCAB_SPECIAL ? vectors_compose(row, b->vectors, &b->scratch, word, n) : 0;
    if (n_groups == 0)
        random_row(row, width, b->bound, b->random);
    return n_groups != SIZE_MAX;
}

/* table [V][d] holds the vectors, and afterwards the words' rows. */
static bool arrange(struct table *t, const int32_t *from, struct beginnings *b)
{
    size_t width = t->width;
    size_t n_front = first_in_order(from, t->rows);
    real *front = mem_alloc(n_front, width * sizeof *front);
    bool is_done = front;
    for (size_t id = 0; id < n_front && is_done; id++)
        if (from[id] == NO_VECTOR)
            is_done = begin_row(front + id * width, width, id, b);
        else
            memcpy(front + id * width, t->at + (size_t)from[id] * width, width * sizeof *front);
    if (!is_done) {
        mem_free(front);
        return false;
    }
    for (size_t id = t->rows; id-- > n_front;)
        memmove(t->at + id * width, t->at + (size_t)from[id] * width, width * sizeof *t->at);
    memcpy(t->at, front, n_front * width * sizeof *front);
    mem_free(front);
    return true;
}

static bool take_vectors(struct table *t, const struct vocab *words, oriel_vectors *vectors, double bound,
                         struct random *r)
{
    struct beginnings b = {.words = words, .vectors = vectors, .bound = bound, .random = r};
    int32_t *from = mem_alloc(t->rows, sizeof *from);
    bool is_done = from && find_vectors(from, words, vectors);
    size_t n_vectors = oriel_vectors_count(vectors);
    size_t n_rows = t->rows > n_vectors ? t->rows : n_vectors;
    t->at = is_done ? vectors_take_rows(vectors) : NULL;
    real *at = t->at ? mem_resize(t->at, n_vectors * t->width, n_rows * t->width, sizeof *at) : NULL;
    if (at) {
        t->at = at;
        is_done = arrange(t, from, &b);
    }
    if (at && is_done && n_rows > t->rows) {
        at = mem_resize(t->at, n_rows * t->width, t->rows * t->width, sizeof *at);
        t->at = at ? at : t->at;
    }
    groups_scratch_clear(&b.scratch);
    mem_free(from);
    return at && is_done;
}

bool first_word_rows(struct table *t, const struct vocab *words, oriel_vectors *vectors, double bound, struct random *r)
{
    if (vectors)
        return take_vectors(t, words, vectors, bound, r);
    t->at = mem_alloc(t->rows, t->width * sizeof *t->at);
    for (size_t id = 0; t->at && id < t->rows; id++)
        random_row(t->at + id * t->width, t->width, bound, r);
    return t->at;
}
