/*
 * What the formats share inside the reader: repaired bytes slide through a buffer, a format finds the next piece in
 * what is there and says when it needs more.  What it finds depends on the bytes alone, never on how many of them have
 * arrived.
 *
 * Positions are counted from the first byte that was not given out yet, so they stay right when the buffer moves.
 */
#ifndef ORIEL_TEXT_READER_FORMAT_H
#define ORIEL_TEXT_READER_FORMAT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/source.h"
#include "oriel.h"
#include "text/columns.h"
#include "text/tokenizer.h"

#define READER_SENTENCE_BYTES ((size_t)1 << 16) /* no token of a sentence begins later */
#define READER_BEFORE_BYTES ((size_t)1 << 16)   /* so much between sentences is passed on without one */
#define READER_RAW_BYTES ((size_t)1 << 20)      /* CoNLL: a sentence ends after the line that reaches this */

/* The next thing to give out: `n_before` bytes, then a sentence unless there are no tokens; `n_taken` bytes in all. */
struct piece {
    size_t n_before;
    size_t n_text; /* raw text and token lines: bytes after those before */
    size_t n_tokens;
    size_t n_taken;
    bool is_last;
};

/* Raw text and token lines: a stretch is a line, or with wrapped text a paragraph. */
struct text_state {
    size_t n_blank;  /* white space found at the front */
    size_t searched; /* no end of a stretch before it */
    size_t end;      /* of the stretch, if one was found */
    bool has_end;
};

struct conll_state {
    struct columns_state columns;
    size_t n_before;    /* bytes of lines before the first token's */
    size_t parsed;      /* where the next line begins */
    size_t searched;    /* no LF from `parsed` to here */
    size_t n_lines;     /* before `parsed` */
    size_t n_tokens;    /* of the sentence so far */
    struct bytes text;  /* the tokens, joined */
    oriel_range *lines; /* [n_tokens] from the first token's line on */
};

struct oriel_reader {
    struct source *source;
    oriel_reader_options options;
    const struct tokenizer *tokenizer; /* raw text only, like the two below */
    struct tokenizer *own_tokenizer;
    struct tokenizer_scratch *scratch;
    struct bytes buffer; /* repaired; a NUL stands after it */
    size_t begin;        /* of what was not given out yet, in buffer */
    uint64_t offset;     /* of that in the repaired stream */
    size_t line;         /* of that, 1-based */
    char *raw;           /* [READ_SIZE + a character] as it was read */
    size_t n_open;       /* of raw: first bytes of a character whose others have not arrived */
    bool has_ended;      /* all bytes are in the buffer */
    uint64_t n_replaced;
    oriel_error failure; /* told when the bytes before it are used up */
    bool is_on_loan;     /* a piece was given out and nothing was asked since */
    bool has_piece;
    struct piece piece;
    oriel_range *tokens; /* [ORIEL_MAX_SENTENCE_TOKENS] of the piece's text */
    struct text_state text;
    struct conll_state conll;
};

/* What is there but was not given out. */
static inline const char *reader_at(const struct oriel_reader *r)
{
    return r->buffer.at + r->begin;
}
static inline size_t reader_n(const struct oriel_reader *r)
{
    return r->buffer.n - r->begin;
}

/* Each looks for the next piece: true if r->piece is filled; false if more bytes are needed or r->failure is set. */
bool reader_find_text(struct oriel_reader *r);
bool reader_find_conll(struct oriel_reader *r);

/* The n bytes of a piece were given out: positions begin after them.  Text: at once; CoNLL: when its loan has ended. */
void reader_pass_text(struct oriel_reader *r, size_t n);
void reader_pass_conll(struct oriel_reader *r);

#endif
