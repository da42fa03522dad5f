/*
 * Lines of a source, one after the other, with their numbers and a limit on their length.  A line ends with LF or CRLF or
 * at the end; a BOM before the first line is dropped.
 */
#ifndef ORIEL_TEXT_LINES_H
#define ORIEL_TEXT_LINES_H

#include <stdbool.h>

#include "base/source.h"
#include "oriel.h"

#define LINES_DEFAULT_MAX ((size_t)1 << 20) /* 1 MiB */

struct lines; /* tied to one source, which must outlive it and is not closed by it */

struct line {
    const char *at; /* [n] without its end; on loan until the next call */
    size_t n;
    size_t raw_n;  /* bytes it took in the source, with its end (and a BOM) */
    size_t number; /* 1-based */
};

/* max_line 0: the default. */
oriel_status lines_new(struct lines **out, struct source *s, size_t max_line, oriel_error *err);

/* *more = false at the end.  ORIEL_ELIMIT with file and line for a line over the limit; errors of source_read. */
oriel_status lines_next(struct lines *l, struct line *out, bool *more, oriel_error *err);

/* ORIEL_EENCODING with file:line and the byte's column if the line is not UTF-8 or holds a NUL. */
oriel_status line_check(const struct line *line, const char *file, oriel_error *err);

/* True when lines_next would have to wait. */
bool lines_would_block(struct lines *l);

void lines_free(struct lines *l);

#endif
