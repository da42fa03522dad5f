/*
 * Raw text and token lines.  A stretch (a line; a paragraph of wrapped text) is looked at when its end is there, or
 * SPAN bytes of it: then every token that may begin in a sentence has its whole view, so that a token that is found
 * would be found whatever comes later.
 */
#include <string.h>

#include "text/reader_format.h"

#define SPAN (READER_SENTENCE_BYTES + TOKENIZER_VIEW + 8) /* 8: the view ends at a character, before this */

static const char BOM[] = "\xEF\xBB\xBF";

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Length of the blank character at s [n], 0: none.  Token lines know ASCII blanks only, so that any other may be a
 * token. */
static size_t blank_at(const struct oriel_reader *r, const char *s, size_t n)
{
    if (r->options.format == ORIEL_INPUT_TOKENS)
        return *s == ' ' || (*s >= '\t' && *s <= '\r');
    return tokenizer_space_at(s, n);
}

/* Moves n_blank over white space (and the BOM of the stream), but not far beyond the limit. */
static void skip_blanks(struct oriel_reader *r)
{
    struct text_state *t = &r->text;
    const char *at = reader_at(r);
    size_t n = reader_n(r);
    if (r->offset == 0 && t->n_blank == 0 && n >= strlen(BOM) && memcmp(at, BOM, strlen(BOM)) == 0)
        t->n_blank = strlen(BOM);
    while (t->n_blank < n && t->n_blank < READER_BEFORE_BYTES) {
        size_t length = blank_at(r, at + t->n_blank, n - t->n_blank);
        if (length == 0)
            break;
        t->n_blank += length;
    }
    if (t->has_end && t->end < t->n_blank)
        t->has_end = false;
    if (t->searched < t->n_blank)
        t->searched = t->n_blank;
}

/* The LF at i ends a paragraph if only blanks follow to the next LF.  *next: where to look on, i if that is not known
 * yet. */
static bool ends_paragraph(const struct oriel_reader *r, size_t i, size_t limit, size_t *next)
{
    const char *at = reader_at(r);
    *next = i;
    for (size_t j = i + 1; j < limit;) {
        if (at[j] == '\n')
            return true;
        size_t length = blank_at(r, at + j, reader_n(r) - j);
        if (length == 0) {
            *next = j;
            return false;
        }
        j += length;
    }
    return false;
}

/* Looks for the end of the stretch in the bytes from `searched` to limit. */
static void find_end(struct oriel_reader *r, size_t limit)
{
    struct text_state *t = &r->text;
    bool is_wrapped = r->options.wrapped && r->options.format == ORIEL_INPUT_TEXT;
    while (!t->has_end && t->searched < limit) {
        const char *lf = memchr(reader_at(r) + t->searched, '\n', limit - t->searched);
        if (!lf) {
            t->searched = limit;
            return;
        }
        size_t i = (size_t)(lf - reader_at(r));
        size_t next = i;
        t->has_end = !is_wrapped || ends_paragraph(r, i, limit, &next);
        t->end = i;
        t->searched = next;
        if (next == i)
            return;
    }
}

/* A token of a token line. */
static bool next_between_blanks(const struct oriel_reader *r, const char *text, size_t n, size_t from,
                                oriel_range *token)
{
    while (from < n && blank_at(r, text + from, n - from))
        from++;
    *token = (oriel_range){from, from};
    while (token->end < n && !blank_at(r, text + token->end, n - token->end))
        token->end++;
    if (token->end - token->begin > ORIEL_MAX_TOKEN_BYTES)
        token->end = token->begin + ORIEL_MAX_TOKEN_BYTES;
    while (token->end > from && token->end < n && (text[token->end] & 0xC0) == 0x80)
        token->end--;
    return from < n;
}

static bool next_token(struct oriel_reader *r, const char *text, size_t n, size_t from, oriel_range *token, bool *ends)
{
    *ends = false;
    if (r->options.format == ORIEL_INPUT_TOKENS)
        return next_between_blanks(r, text, n, from, token);
    return tokenizer_next(r->tokenizer, r->scratch, text, n, from, token, ends);
}

/* The sentence at the front of text [n], which begins with a token. */
static void take_sentence(struct oriel_reader *r, const char *text, size_t n)
{
    struct piece *p = &r->piece;
    bool ends = false;
    oriel_range token;
    while (!ends && p->n_tokens < ORIEL_MAX_SENTENCE_TOKENS) {
        if (!next_token(r, text, n, p->n_text, &token, &ends) || token.begin >= READER_SENTENCE_BYTES)
            break;
        r->tokens[p->n_tokens++] = token;
        p->n_text = token.end;
    }
}

bool reader_find_text(struct oriel_reader *r)
{
    struct text_state *t = &r->text;
    skip_blanks(r);
    bool is_only_blank = t->n_blank == reader_n(r);
    r->piece = (struct piece){.n_before = t->n_blank, .n_taken = t->n_blank};
    r->piece.is_last = is_only_blank && r->has_ended;
    if (r->piece.is_last || t->n_blank >= READER_BEFORE_BYTES)
        return true;
    if (is_only_blank)
        return false;
    size_t limit = smaller(reader_n(r), t->n_blank + SPAN);
    find_end(r, limit);
    if (!t->has_end && !r->has_ended && limit < t->n_blank + SPAN)
        return false;
    take_sentence(r, reader_at(r) + t->n_blank, (t->has_end ? t->end : limit) - t->n_blank);
    r->piece.n_taken += r->piece.n_text;
    return true;
}

void reader_pass_text(struct oriel_reader *r, size_t n)
{
    struct text_state *t = &r->text;
    t->n_blank = 0;
    t->has_end = t->has_end && t->end >= n;
    t->end = t->has_end ? t->end - n : 0;
    t->searched = t->searched > n ? t->searched - n : 0;
}
