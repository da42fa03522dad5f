/*
 * Sentences in flat arrays.  Memory is asked for before anything changes, so that a failure leaves them as they were.
 */
#include "text/sentences.h"

#include "base/memory.h"

bool sentences_add_token(struct sentences *s, const char *token, size_t n)
{
    if (s->n_tokens == s->cap_tokens) {
        oriel_range *tokens = mem_grow(s->tokens, &s->cap_tokens, s->n_tokens + 1, sizeof *tokens);
        if (!tokens)
            return false;
        s->tokens = tokens;
    }
    size_t begin = s->text.n;
    if (!bytes_append(&s->text, token, n))
        return false;
    s->tokens[s->n_tokens++] = (oriel_range){begin, begin + n};
    return true;
}

/* Both arrays of sentences share one capacity; `starts` has one element more. */
static bool grow_sentences(struct sentences *s)
{
    size_t cap = s->cap_sentences;
    size_t *lines = mem_grow(s->lines, &cap, s->n_sentences + 1, sizeof *lines);
    if (!lines)
        return false;
    s->lines = lines;
    size_t n_old = s->starts ? s->cap_sentences + 1 : 0;
    size_t *starts = mem_resize(s->starts, n_old, cap + 1, sizeof *starts);
    if (!starts)
        return false;
    if (n_old == 0)
        starts[0] = 0;
    s->starts = starts;
    s->cap_sentences = cap;
    return true;
}

bool sentences_end(struct sentences *s, size_t line)
{
    size_t first = s->n_sentences > 0 ? s->starts[s->n_sentences] : 0;
    if (s->n_tokens == first)
        return true;
    if (s->n_sentences == s->cap_sentences && !grow_sentences(s))
        return false;
    s->lines[s->n_sentences++] = line;
    s->starts[s->n_sentences] = s->n_tokens;
    return true;
}

void sentences_empty(struct sentences *s)
{
    s->text.n = 0;
    s->n_tokens = 0;
    s->n_sentences = 0;
}

void sentences_clear(struct sentences *s)
{
    bytes_clear(&s->text);
    mem_free(s->tokens);
    mem_free(s->starts);
    mem_free(s->lines);
    *s = (struct sentences){0};
}
