/*
 * Bytes in, pieces out.  What is read is repaired and put behind the buffer; the format looks for a piece; what it
 * found is given out where it lies.  The buffer moves only when more is read, so what is on loan stays in place until
 * the next call.
 */
#include "text/reader.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "text/reader_format.h"
#include "text/utf8.h"

enum { READ_SIZE = 1 << 16, LONGEST_OPEN = 3 };

/* ---- making ---- */

static oriel_status prepare(struct oriel_reader *r, const struct tokenizer *t, oriel_error *err)
{
    r->raw = mem_alloc(READ_SIZE + LONGEST_OPEN, 1);
    r->tokens = mem_alloc(ORIEL_MAX_SENTENCE_TOKENS, sizeof *r->tokens);
    if (!r->raw || !r->tokens || !bytes_reserve(&r->buffer, 1))
        return error_memory(err);
    r->buffer.at[0] = 0;
    if (r->options.format == ORIEL_INPUT_CONLL) {
        r->conll.lines = mem_alloc(ORIEL_MAX_SENTENCE_TOKENS, sizeof *r->conll.lines);
        return r->conll.lines ? ORIEL_OK : error_memory(err);
    }
    if (r->options.format == ORIEL_INPUT_TOKENS)
        return ORIEL_OK;
    r->scratch = tokenizer_scratch_new();
    if (!r->scratch)
        return error_memory(err);
    r->tokenizer = t;
    if (t)
        return ORIEL_OK;
    oriel_status status = tokenizer_new(&r->own_tokenizer, tokenizer_default_rules(), "built-in rules", err);
    r->tokenizer = r->own_tokenizer;
    return status;
}

oriel_status reader_new(oriel_reader **out, const struct tokenizer *t, struct source *take_source,
                        const oriel_reader_options *o, oriel_error *err)
{
    *out = NULL;
    struct oriel_reader *r = mem_zero(1, sizeof *r);
    if (!r) {
        source_close(take_source);
        return error_memory(err);
    }
    r->source = take_source;
    r->options = *o;
    if (r->options.max_line == 0)
        r->options.max_line = LINES_DEFAULT_MAX;
    if (r->options.max_line > SIZE_MAX / 2)
        r->options.max_line = SIZE_MAX / 2;
    r->line = 1;
    oriel_status status = prepare(r, t, err);
    if (status)
        oriel_reader_free(r);
    else
        *out = r;
    return status;
}

void oriel_reader_free(oriel_reader *r)
{
    if (!r)
        return;
    source_close(r->source);
    tokenizer_scratch_free(r->scratch);
    tokenizer_free(r->own_tokenizer);
    bytes_clear(&r->buffer);
    bytes_clear(&r->conll.text);
    mem_free(r->conll.lines);
    mem_free(r->tokens);
    mem_free(r->raw);
    mem_free(r);
}

uint64_t oriel_reader_replaced(const oriel_reader *r)
{
    return r->n_replaced;
}

/* ---- bytes in ---- */

/* What was given out leaves the buffer when that is cheap: less remains than goes. */
static void move_to_front(struct oriel_reader *r)
{
    if (r->begin < reader_n(r) || r->begin == 0)
        return;
    memmove(r->buffer.at, reader_at(r), reader_n(r));
    r->buffer.n -= r->begin;
    r->begin = 0;
}

static size_t count_line_ends(const char *s, size_t n)
{
    size_t count = 0;
    const char *end = s + n;
    while (s < end && (s = memchr(s, '\n', (size_t)(end - s))) != NULL) {
        count++;
        s++;
    }
    return count;
}

/* Appends what is right and keeps the failure for when that is used up. */
static bool append_strictly(struct oriel_reader *r, const char *s, size_t n)
{
    size_t n_right = utf8_valid_prefix(s, n);
    const char *nul = memchr(s, 0, n_right);
    if (nul)
        n_right = (size_t)(nul - s);
    if (!bytes_append(&r->buffer, s, n_right))
        return false;
    if (n_right == n)
        return true;
    size_t line = r->line + count_line_ends(reader_at(r), reader_n(r));
    unsigned long long offset = r->offset + reader_n(r);
    error_at(&r->failure, ORIEL_EENCODING, source_name(r->source), line, "expected UTF-8, found 0x%02X at byte %llu",
             (unsigned)(unsigned char)s[n_right], offset);
    return true;
}

static bool append(struct oriel_reader *r, const char *s, size_t n)
{
    if (n == 0)
        return true;
    if (r->options.strict)
        return append_strictly(r, s, n);
    size_t n_put = utf8_repair(&r->buffer, s, n);
    if (n_put != SIZE_MAX)
        r->n_replaced += n_put;
    return n_put != SIZE_MAX;
}

/* Reads once; the first bytes of a character wait for the others.  What goes wrong is kept in r->failure. */
static void read_more(struct oriel_reader *r)
{
    size_t got;
    if (source_read(r->source, r->raw + r->n_open, READ_SIZE, &got, &r->failure))
        return;
    r->has_ended = got == 0;
    size_t n = r->n_open + got;
    r->n_open = r->has_ended ? 0 : utf8_open_tail(r->raw, n);
    n -= r->n_open;
    move_to_front(r);
    if (!append(r, r->raw, n) || !bytes_reserve(&r->buffer, r->buffer.n + 1)) {
        error_memory(&r->failure);
        return;
    }
    r->buffer.at[r->buffer.n] = 0;
    if (r->n_open > 0)
        memmove(r->raw, r->raw + n, r->n_open);
    if (r->failure.code)
        r->has_ended = false;
}

/* ---- pieces out ---- */

static bool find_piece(struct oriel_reader *r)
{
    if (r->is_on_loan && r->options.format == ORIEL_INPUT_CONLL)
        reader_pass_conll(r);
    r->is_on_loan = false;
    if (!r->has_piece)
        r->has_piece = r->options.format == ORIEL_INPUT_CONLL ? reader_find_conll(r) : reader_find_text(r);
    return r->has_piece;
}

static void describe(const struct oriel_reader *r, oriel_sentence *out)
{
    const struct piece *p = &r->piece;
    bool is_conll = r->options.format == ORIEL_INPUT_CONLL;
    const char *after = reader_at(r) + p->n_before;
    *out = (oriel_sentence){.before = reader_at(r), .n_before = p->n_before, .text = after, .n_text = p->n_text};
    out->tokens = r->tokens;
    out->n_tokens = p->n_tokens;
    if (is_conll) {
        out->text = p->n_tokens > 0 ? r->conll.text.at : after;
        out->n_text = r->conll.text.n;
        out->raw = after;
        out->lines = r->conll.lines;
    }
    out->offset = r->offset + p->n_before;
    out->line = r->line + count_line_ends(reader_at(r), p->n_before);
}

/* The piece's bytes are given out: they stay in place until more is read. */
static void pass(struct oriel_reader *r)
{
    size_t n = r->piece.n_taken;
    r->line += count_line_ends(reader_at(r), n);
    r->offset += n;
    r->begin += n;
    r->has_piece = false;
    r->is_on_loan = true;
    if (r->options.format != ORIEL_INPUT_CONLL)
        reader_pass_text(r, n);
}

oriel_status oriel_reader_next(oriel_reader *r, oriel_sentence *out, bool *more, oriel_error *err)
{
    *out = (oriel_sentence){0};
    *more = false;
    while (!find_piece(r)) {
        if (!r->failure.code)
            read_more(r);
        else {
            if (err)
                *err = r->failure;
            return r->failure.code;
        }
    }
    describe(r, out);
    *more = !r->piece.is_last;
    pass(r);
    return ORIEL_OK;
}

bool oriel_reader_would_block(oriel_reader *r)
{
    while (!find_piece(r)) {
        if (r->failure.code)
            return false;
        if (source_would_block(r->source))
            return true;
        read_more(r);
    }
    return false;
}
