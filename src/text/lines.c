/*
 * A buffer that slides over the source: the unread part moves to its front when room is needed, and it grows only as far
 * as the limit on a line requires.
 */
#include "text/lines.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "text/utf8.h"

enum { READ_SIZE = 1 << 16 };

static const char BOM[] = "\xEF\xBB\xBF";
#define BOM_SIZE ((size_t)3)
#define LONGEST_END ((size_t)2) /* CRLF */

struct lines {
    struct source *source;
    size_t max_line;
    char *buffer; /* [cap] */
    size_t cap;
    size_t begin, end; /* of what is read but not given out */
    size_t searched;   /* begin <= searched <= end: no LF before it */
    size_t number;     /* of the last line */
    bool has_ended;
};

oriel_status lines_new(struct lines **out, struct source *s, size_t max_line, oriel_error *err)
{
    *out = NULL;
    struct lines *l = mem_zero(1, sizeof *l);
    if (!l)
        return error_memory(err);
    l->source = s;
    l->max_line = max_line > 0 ? max_line : LINES_DEFAULT_MAX;
    *out = l;
    return ORIEL_OK;
}

void lines_free(struct lines *l)
{
    if (!l)
        return;
    mem_free(l->buffer);
    mem_free(l);
}

/* Looks on for the LF; true: it is at `searched`. */
static bool find_end(struct lines *l)
{
    if (l->searched == l->end)
        return false;
    const char *lf = memchr(l->buffer + l->searched, '\n', l->end - l->searched);
    l->searched = lf ? (size_t)(lf - l->buffer) : l->end;
    return lf != NULL;
}

/* Reads more behind what is there, after making room for at least half a READ_SIZE. */
static oriel_status read_more(struct lines *l, oriel_error *err)
{
    if (l->begin == l->end || l->cap - l->end < READ_SIZE / 2) {
        if (l->begin > 0)
            memmove(l->buffer, l->buffer + l->begin, l->end - l->begin);
        l->searched -= l->begin;
        l->end -= l->begin;
        l->begin = 0;
    }
    if (l->cap - l->end < READ_SIZE / 2) {
        char *buffer = mem_grow(l->buffer, &l->cap, l->end + READ_SIZE, 1);
        if (!buffer)
            return error_memory(err);
        l->buffer = buffer;
    }
    size_t got;
    oriel_status status = source_read(l->source, l->buffer + l->end, l->cap - l->end, &got, err);
    if (status)
        return status;
    l->has_ended = got == 0;
    l->end += got;
    return ORIEL_OK;
}

static oriel_status too_long(const struct lines *l, oriel_error *err)
{
    return error_at(err, ORIEL_ELIMIT, source_name(l->source), l->number + 1, "the line is longer than %zu bytes",
                    l->max_line);
}

/* Gives out the line before `searched`, and its LF if there is one. */
static oriel_status give_line(struct lines *l, bool has_lf, struct line *out, oriel_error *err)
{
    const char *at = l->buffer + l->begin;
    size_t n = l->searched - l->begin;
    size_t raw_n = n + has_lf;
    if (l->number == 0 && n >= BOM_SIZE && memcmp(at, BOM, BOM_SIZE) == 0) {
        at += BOM_SIZE;
        n -= BOM_SIZE;
    }
    if (has_lf && n > 0 && at[n - 1] == '\r')
        n--;
    if (n > l->max_line)
        return too_long(l, err);
    l->begin += raw_n;
    l->searched = l->begin;
    l->number++;
    *out = (struct line){.at = at, .n = n, .raw_n = raw_n, .number = l->number};
    return ORIEL_OK;
}

oriel_status lines_next(struct lines *l, struct line *out, bool *more, oriel_error *err)
{
    *more = false;
    *out = (struct line){0};
    bool has_lf = find_end(l);
    while (!has_lf && !l->has_ended) {
        size_t n = l->end - l->begin;
        if (n > BOM_SIZE + LONGEST_END && n - BOM_SIZE - LONGEST_END > l->max_line)
            return too_long(l, err);
        oriel_status status = read_more(l, err);
        if (status)
            return status;
        has_lf = find_end(l);
    }
    if (l->begin == l->end)
        return ORIEL_OK;
    oriel_status status = give_line(l, has_lf, out, err);
    *more = status == ORIEL_OK;
    return status;
}

oriel_status line_check(const struct line *line, const char *file, oriel_error *err)
{
    if (line->n == 0)
        return ORIEL_OK;
    size_t n_valid = utf8_valid_prefix(line->at, line->n);
    const char *nul = memchr(line->at, 0, n_valid);
    if (nul)
        return error_at(err, ORIEL_EENCODING, file, line->number, "byte %zu of the line is NUL, expected text",
                        (size_t)(nul - line->at) + 1);
    if (n_valid < line->n)
        return error_at(err, ORIEL_EENCODING, file, line->number, "byte %zu of the line (0x%02X) is not UTF-8",
                        n_valid + 1, (unsigned)(unsigned char)line->at[n_valid]);
    return ORIEL_OK;
}

bool lines_would_block(struct lines *l)
{
    if (l->has_ended || find_end(l))
        return false;
    return source_would_block(l->source);
}
