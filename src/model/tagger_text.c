/*
 * A whole text in memory: sentence by sentence through a tagger, and the spans to their places in the text.
 */
#include <string.h>

#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "model/tagger.h"
#include "text/reader.h"
#include "text/utf8.h"

/* U+001A, "substitute". */
#define REPLACED_BYTE 0x1a

/* Appends the spans of one sentence, moved to their places in the text. */
static bool find_in(struct text_scratch *t, const oriel_sentence *s, size_t n_tokens_before, oriel_tags tags)
{
    oriel_span *found = mem_grow(t->found, &t->cap, t->n + tags.n_spans, sizeof *found);
    if (!found)
        return false;
    t->found = found;
    for (size_t i = 0; i < tags.n_spans; i++) {
        oriel_span span = tags.spans[i];
        span.begin += (size_t)s->offset;
        span.end += (size_t)s->offset;
        span.first += n_tokens_before;
        span.last += n_tokens_before;
        found[t->n++] = span;
    }
    return true;
}

static oriel_status tag_all(oriel_tagger *t, oriel_reader *reader, oriel_error *err)
{
    size_t n_tokens = 0;
    for (;;) {
        oriel_sentence s;
        oriel_tags tags;
        bool more;
        oriel_status status = oriel_reader_next(reader, &s, &more, err);
        if (status != ORIEL_OK || !more)
            return status;
        status = oriel_tag_sentence(t, &s, &tags, err);
        if (status != ORIEL_OK)
            return status;
        if (!find_in(tagger_text_scratch(t), &s, n_tokens, tags))
            return error_memory(err);
        n_tokens += s.n_tokens;
    }
}

/* The text with a control character in place of each byte that is no part of UTF-8, so that all places stay the same. */
static const char *readable(struct text_scratch *t, const char *text, size_t n)
{
    if (utf8_valid_prefix(text, n) == n && !memchr(text, 0, n))
        return text;
    t->repaired.n = 0;
    if (!bytes_append(&t->repaired, text, n))
        return NULL;
    char *at = t->repaired.at;
    for (size_t i = 0; i < n; i += utf8_valid_prefix(at + i, n - i))
        if (utf8_valid_prefix(at + i, n - i) == 0)
            at[i] = REPLACED_BYTE;
    for (char *zero = at; (zero = memchr(zero, 0, n - (size_t)(zero - at))) != NULL;)
        *zero = REPLACED_BYTE;
    return at;
}

oriel_status oriel_tag_text(oriel_tagger *t, const char *text, size_t n, const oriel_span **spans, size_t *n_spans,
                            oriel_error *err)
{
    *spans = NULL;
    *n_spans = 0;
    struct text_scratch *scratch = tagger_text_scratch(t);
    scratch->n = 0;
    const char *good = n ? readable(scratch, text, n) : "";
    if (!good)
        return error_memory(err);
    struct source *source;
    oriel_reader *reader = NULL;
    oriel_reader_options o = {.format = ORIEL_INPUT_TEXT};
    oriel_status status = source_from_memory(&source, good, n, "text", err);
    if (status == ORIEL_OK)
        status = reader_new(&reader, tagger_model(t)->tokenizer, source, &o, err);
    if (status == ORIEL_OK)
        status = tag_all(t, reader, err);
    oriel_reader_free(reader);
    if (status != ORIEL_OK)
        return status;
    *spans = scratch->found;
    *n_spans = scratch->n;
    return ORIEL_OK;
}
