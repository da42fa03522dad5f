#include "learn/token_types.h"

#include <string.h>

#include "base/memory.h"
#include "text/utf8.h"

bool spell(struct bytes *out, const char *token, size_t n, enum spelling how)
{
    switch (how) {
    case SPELLING_LOWER:
        return utf8_lower(out, token, n);
    case SPELLING_UPPER:
        return utf8_upper(out, token, n);
    case SPELLING_CAPITAL:
        return utf8_capital(out, token, n);
    default:
        out->n = 0;
        return bytes_append(out, token, n);
    }
}

void token_types_clear(struct token_types *t)
{
    token_builder_clear(&t->made_of);
    mem_free(t->unknown);
    vocab_free(t->strings);
    vocab_free(t->tuples);
    mem_free(t->type_of);
    bytes_clear(&t->form);
    *t = (struct token_types){0};
}

/* The unknown row of the type that was added last. */
static bool set_unknown(struct token_types *t, int32_t row)
{
    size_t n = t->made_of.ids.n;
    int32_t *unknown = mem_grow(t->unknown, &t->cap_unknown, n, sizeof *unknown);
    if (!unknown)
        return false;
    t->unknown = unknown;
    unknown[n - 1] = row;
    return true;
}

static bool add_edge(struct token_types *t, int32_t row)
{
    return token_builder_add_edge(&t->made_of, t->channels, row) && set_unknown(t, row);
}

bool token_types_init(struct token_types *t, const struct channels *channels)
{
    *t = (struct token_types){.channels = channels, .strings = vocab_new(), .tuples = vocab_new()};
    return t->strings && t->tuples && add_edge(t, VOCAB_BEFORE) && add_edge(t, VOCAB_AFTER);
}

/* Appends what a string is made of; it stays only if no type is made of the same.  The type, or -1: no memory. */
static int32_t type_of_string(struct token_types *t, const char *token, size_t n)
{
    struct token_builder *b = &t->made_of;
    size_t first = b->n_ids;
    if (!token_builder_add(b, t->channels, token, n))
        return -1;
    int32_t tuple = vocab_add(t->tuples, (const char *)(b->ids.ids + first), (b->n_ids - first) * sizeof(int32_t), 1);
    if (tuple < 0)
        return -1;
    int32_t type = tuple - VOCAB_SPECIAL + 2; /* behind the edges */
    if ((size_t)type + 1 < b->ids.n)
        token_builder_drop(b, t->channels);
    else if (!set_unknown(t, vocab_unknown_row(token, n)))
        return -1;
    return type;
}

int32_t token_type(struct token_types *t, const char *token, size_t n, enum spelling how)
{
    if (!spell(&t->form, token, n, how))
        return -1;
    int32_t string = vocab_find(t->strings, t->form.at, t->form.n);
    if (string >= 0)
        return t->type_of[string - VOCAB_SPECIAL];
    string = vocab_add(t->strings, t->form.at, t->form.n, 1);
    size_t index = (size_t)(string - VOCAB_SPECIAL);
    int32_t *type_of = string < 0 ? NULL : mem_grow(t->type_of, &t->cap_type_of, index + 1, sizeof *type_of);
    if (!type_of)
        return -1;
    t->type_of = type_of;
    type_of[index] = type_of_string(t, t->form.at, t->form.n);
    return type_of[index];
}
