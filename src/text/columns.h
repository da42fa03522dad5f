/*
 * Labelled columns: what a line of a CoNLL file is (token line, blank line, comment, document mark) and where its
 * columns are.  Shared by the corpus and by the reader of streams, so that both see the same file.
 */
#ifndef ORIEL_TEXT_COLUMNS_H
#define ORIEL_TEXT_COLUMNS_H

#include "oriel.h"
#include "text/lines.h"

enum column_line { COLUMNS_BLANK, COLUMNS_TOKEN, COLUMNS_COMMENT, COLUMNS_DOCUMENT };

#define COLUMNS_MAX 64 /* columns looked at; a line may have more, the last is always known */

/* What was learned of a file so far: whether its comments are told from the token "#" needs the number of columns and
 * the place in the sentence.  Zero at the start of a file. */
struct columns_state {
    size_t n_columns; /* of the file's first token line; 0: none yet */
    bool in_sentence; /* a token line came since the last blank line */
};

struct columns {
    oriel_range column[COLUMNS_MAX]; /* of the line's bytes */
    size_t n;                        /* columns in the line; those from COLUMNS_MAX on have no range */
    oriel_range last;                /* the last column */
};

/* Splits a line at tabs and ASCII blanks only and says what it is.  A line of ASCII white space is blank.  "-DOCSTART-"
 * in the first column is a document mark.  A line that begins with '#' is a comment only before the first token of a
 * sentence, and not if it looks like a token line: '#' followed by a tab, or as many columns as the file has with a
 * last column that is "O" or "X-…" (X one of B I E S). */
enum column_line columns_split(struct columns_state *state, const struct line *line, struct columns *out);

/* Column `wanted` (1-based; 0: the first, or the last if `from_end`); false if the line has no such column. */
bool columns_pick(const struct columns *c, size_t wanted, bool from_end, oriel_range *out);

#endif
