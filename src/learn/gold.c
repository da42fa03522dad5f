#include "learn/gold.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

void gold_clear(struct gold *g)
{
    mem_free(g->at);
    mem_free(g->sets);
    vocab_free(g->numbers);
    *g = (struct gold){0};
}

/* Y + k for a set of outputs [Y], which is remembered; -1: no memory. */
static int32_t number_of_set(struct gold *g, const bool *set, size_t n_outputs)
{
    int32_t number = vocab_add(g->numbers, (const char *)set, n_outputs * sizeof *set, 1);
    if (number < 0)
        return -1;
    size_t k = (size_t)(number - VOCAB_SPECIAL);
    bool *sets = mem_grow(g->sets, &g->cap_sets, (k + 1) * n_outputs, sizeof *sets);
    if (!sets)
        return -1;
    g->sets = sets;
    memcpy(sets + k * n_outputs, set, n_outputs * sizeof *set);
    g->n_sets = k < g->n_sets ? g->n_sets : k + 1;
    return (int32_t)(n_outputs + k);
}

/* Work on one corpus. */
struct making {
    struct gold *g;
    const oriel_model *m;
    bool *is_open;       /* [types] of the file at hand: it does not label the type */
    bool has_open_types; /* any of them */
    bool *allowed;       /* [n][Y] of the sentence at hand */
    size_t cap_allowed;
};

/* Independent outputs: those of open types are not known where no entity stands. */
static bool each_output(struct making *w, int32_t *gold, const int32_t *tags, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        gold[i] = tags[i] == TAG_UNKNOWN ? GOLD_UNKNOWN : tag_has_type(tags[i]) ? tag_type(tags[i]) : GOLD_NONE;
        if (gold[i] == GOLD_NONE && w->has_open_types)
            gold[i] = number_of_set(w->g, w->is_open, w->m->net.n_outputs);
        if (gold[i] == -1 && w->has_open_types)
            return false;
    }
    return true;
}

/* The one output of a set, a number for "any", or that of the set; GOLD_NONE: no memory. */
static bool one_of(struct making *w, int32_t *gold, const bool *allowed)
{
    size_t n_outputs = w->m->net.n_outputs;
    size_t n_allowed = 0;
    for (size_t k = 0; k < n_outputs; k++) {
        n_allowed += allowed[k];
        *gold = allowed[k] ? (int32_t)k : *gold;
    }
    if (n_allowed == n_outputs)
        *gold = w->m->net.head == HEAD_CRF ? -1 : GOLD_UNKNOWN;
    else if (n_allowed != 1)
        *gold = number_of_set(w->g, allowed, n_outputs);
    return n_allowed == 1 || n_allowed == n_outputs || *gold >= 0;
}

/* Exclusive outputs. */
static bool one_output(struct making *w, int32_t *gold, const int32_t *tags, size_t n)
{
    const oriel_model *m = w->m;
    bool is_plain = model_is_plain(m);
    bool is_known = !w->has_open_types;
    for (size_t i = 0; i < n && is_known; i++)
        is_known = tags[i] != TAG_UNKNOWN && (!is_plain || tag_has_type(tags[i]));
    if (is_known) {
        labels_from_tags(gold, tags, n, is_plain);
        return true;
    }
    size_t n_outputs = m->net.n_outputs;
    bool *allowed = mem_grow(w->allowed, &w->cap_allowed, n * n_outputs, sizeof *allowed);
    if (!allowed)
        return false;
    w->allowed = allowed;
    labels_allowed(allowed, tags, n, tagset_types(m->tags), is_plain, w->has_open_types ? w->is_open : NULL);
    bool is_done = true;
    for (size_t i = 0; i < n && is_done; i++)
        is_done = one_of(w, gold + i, allowed + i * n_outputs);
    return is_done;
}

/* The types that a file leaves open. */
static void find_open(struct making *w, const struct known *known, size_t file)
{
    size_t n_types = tagset_types(w->m->tags);
    for (size_t k = 0; k < n_types; k++)
        w->is_open[k] = !known->is_known[file * n_types + k];
    w->has_open_types = memchr(w->is_open, true, n_types * sizeof *w->is_open) != NULL;
}

static bool make_file(struct making *w, const struct corpus *c, const int32_t *tags, size_t first, size_t last)
{
    bool is_done = true;
    for (size_t i = first; i < last && is_done; i++) {
        size_t start = c->s.starts[i];
        size_t n = c->s.starts[i + 1] - start;
        if (w->m->net.head == HEAD_SIGMOID)
            is_done = each_output(w, w->g->at + start, tags + start, n);
        else
            is_done = one_output(w, w->g->at + start, tags + start, n);
    }
    return is_done;
}

oriel_status gold_make(struct gold *g, const struct corpus *c, const int32_t *tags, const oriel_model *m,
                       const struct known *known, oriel_error *err)
{
    struct making w = {.g = g, .m = m, .is_open = mem_alloc(tagset_types(m->tags), sizeof *w.is_open)};
    *g = (struct gold){.at = mem_alloc(c->s.n_tokens, sizeof *g->at), .numbers = vocab_new()};
    bool is_done = w.is_open && g->at && g->numbers;
    for (size_t file = 0; file < c->n_files && is_done; file++) {
        find_open(&w, known, file);
        is_done = make_file(&w, c, tags, c->file_starts[file],
                            file + 1 < c->n_files ? c->file_starts[file + 1] : c->s.n_sentences);
    }
    mem_free(w.is_open);
    mem_free(w.allowed);
    return is_done ? ORIEL_OK : error_memory(err);
}
