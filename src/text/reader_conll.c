/*
 * CoNLL columns.  Lines are looked at once, as soon as their end is there; a sentence is complete when a line comes
 * that is not its own, which is left for the next piece.
 */
#include <string.h>

#include "base/status.h"
#include "text/reader_format.h"

static const char BOM[] = "\xEF\xBB\xBF";
#define LONGEST_END ((size_t)2) /* CRLF */

static bool fail_long(struct oriel_reader *r, size_t number)
{
    error_at(&r->failure, ORIEL_ELIMIT, source_name(r->source), number, "the line is longer than %zu bytes",
             r->options.max_line);
    return false;
}

/* The line at `parsed` if its end is there; false: it is not, or the line is too long. */
static bool find_line(struct oriel_reader *r, struct line *line)
{
    struct conll_state *c = &r->conll;
    const char *at = reader_at(r);
    size_t n = reader_n(r);
    size_t number = r->line + c->n_lines;
    const char *lf = memchr(at + c->searched, '\n', n - c->searched);
    c->searched = lf ? (size_t)(lf - at) : n;
    size_t length = c->searched - c->parsed;
    bool is_whole = lf || (r->has_ended && length > 0);
    if (!is_whole && length <= r->options.max_line + LONGEST_END)
        return false;
    *line = (struct line){.at = at + c->parsed, .n = length, .raw_n = length + (lf != NULL), .number = number};
    if (lf && length > 0 && lf[-1] == '\r')
        line->n--;
    return line->n <= r->options.max_line && is_whole ? true : fail_long(r, number);
}

/* Adds the token's bytes to the text, at most as many as a token may have. */
static bool add_text(struct oriel_reader *r, const char *token, size_t n)
{
    struct conll_state *c = &r->conll;
    if (n > ORIEL_MAX_TOKEN_BYTES) {
        n = ORIEL_MAX_TOKEN_BYTES;
        while ((token[n] & 0xC0) == 0x80)
            n--;
    }
    bool has_memory = (c->n_tokens == 0 || bytes_append(&c->text, " ", 1)) && bytes_append(&c->text, token, n);
    r->tokens[c->n_tokens] = (oriel_range){c->text.n - n, c->text.n};
    if (!has_memory)
        error_memory(&r->failure);
    return has_memory;
}

static bool add_token(struct oriel_reader *r, const struct line *line, const struct columns *columns)
{
    struct conll_state *c = &r->conll;
    oriel_range token;
    if (!columns_pick(columns, r->options.token_column, false, &token)) {
        error_at(&r->failure, ORIEL_EFORMAT, source_name(r->source), line->number,
                 "expected the token in column %zu, found %zu column%s", r->options.token_column, columns->n,
                 columns->n == 1 ? "" : "s");
        return false;
    }
    if (!add_text(r, line->at + token.begin, token.end - token.begin))
        return false;
    size_t begin = c->parsed - c->n_before;
    c->lines[c->n_tokens++] = (oriel_range){begin, begin + line->n};
    return true;
}

static bool give(struct oriel_reader *r, bool is_last)
{
    struct conll_state *c = &r->conll;
    r->piece = (struct piece){.n_before = c->n_before, .n_taken = c->parsed, .is_last = is_last};
    r->piece.n_tokens = c->n_tokens;
    return true;
}

static void pass_over(struct conll_state *c, const struct line *line)
{
    c->parsed += line->raw_n;
    c->searched = c->parsed;
    c->n_lines++;
}

bool reader_find_conll(struct oriel_reader *r)
{
    struct conll_state *c = &r->conll;
    struct line line;
    struct columns columns;
    if (r->offset == 0 && c->parsed == 0 && reader_n(r) >= strlen(BOM) && memcmp(reader_at(r), BOM, strlen(BOM)) == 0)
        c->n_before = c->parsed = c->searched = strlen(BOM);
    while (reader_n(r) > 0 && find_line(r, &line)) {
        bool is_token = columns_split(&c->columns, &line, &columns) == COLUMNS_TOKEN;
        if (!is_token && c->n_tokens > 0)
            return give(r, false);
        if (is_token && !add_token(r, &line, &columns))
            return false;
        pass_over(c, &line);
        if (!is_token)
            c->n_before = c->parsed;
        if (c->n_before >= READER_BEFORE_BYTES)
            return give(r, false);
        if (c->n_tokens == ORIEL_MAX_SENTENCE_TOKENS || c->parsed - c->n_before >= READER_RAW_BYTES)
            return give(r, false);
    }
    if (!r->has_ended || r->failure.code)
        return false;
    return give(r, c->n_tokens == 0);
}

void reader_pass_conll(struct oriel_reader *r)
{
    struct conll_state *c = &r->conll;
    c->n_before = c->parsed = c->searched = 0;
    c->n_lines = 0;
    c->text.n = 0;
    c->n_tokens = 0;
}
