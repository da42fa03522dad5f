/*
 * One pass over the line finds its columns; what the line is follows from its first bytes, its last column and what was
 * seen of the file.
 */
#include "text/columns.h"

#include <string.h>

static const char DOCUMENT_MARK[] = "-DOCSTART-";

static bool is_separator(char c)
{
    return c == '\t' || c == ' ';
}

/* Also what some editors leave on empty lines. */
static bool is_blank(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && (is_separator(s[i]) || s[i] == '\r' || s[i] == '\v' || s[i] == '\f'))
        i++;
    return i == n;
}

static void split(const char *s, size_t n, struct columns *out)
{
    out->n = 0;
    out->last = (oriel_range){0, 0};
    size_t i = 0;
    for (;;) {
        while (i < n && is_separator(s[i]))
            i++;
        if (i == n)
            return;
        size_t begin = i;
        while (i < n && !is_separator(s[i]))
            i++;
        out->last = (oriel_range){begin, i};
        if (out->n < COLUMNS_MAX)
            out->column[out->n] = out->last;
        out->n++;
    }
}

static bool is_word(const char *line, oriel_range r, const char *word)
{
    return r.end - r.begin == strlen(word) && memcmp(line + r.begin, word, r.end - r.begin) == 0;
}

/* "O", or a prefix of some scheme with a name after it. */
static bool looks_like_tag(const char *line, oriel_range r)
{
    if (is_word(line, r, "O"))
        return true;
    return r.end - r.begin > 2 && strchr("BIES", line[r.begin]) && line[r.begin] && line[r.begin + 1] == '-';
}

/* The line begins with '#' where a comment may stand. */
static bool looks_like_token(const struct columns_state *state, const struct line *line, const struct columns *c)
{
    if (line->n > 1 && line->at[1] == '\t')
        return true;
    return c->n >= 2 && c->n == state->n_columns && looks_like_tag(line->at, c->last);
}

enum column_line columns_split(struct columns_state *state, const struct line *line, struct columns *out)
{
    out->n = 0;
    out->last = (oriel_range){0, 0};
    if (is_blank(line->at, line->n)) {
        state->in_sentence = false;
        return COLUMNS_BLANK;
    }
    split(line->at, line->n, out);
    if (is_word(line->at, out->column[0], DOCUMENT_MARK)) {
        state->in_sentence = false;
        return COLUMNS_DOCUMENT;
    }
    if (line->at[0] == '#' && !state->in_sentence && !looks_like_token(state, line, out))
        return COLUMNS_COMMENT;
    if (state->n_columns == 0)
        state->n_columns = out->n;
    state->in_sentence = true;
    return COLUMNS_TOKEN;
}

bool columns_pick(const struct columns *c, size_t wanted, bool from_end, oriel_range *out)
{
    size_t column = wanted > 0 ? wanted : from_end ? c->n : 1;
    if (column == 0 || column > c->n)
        return false;
    if (column < c->n && column > COLUMNS_MAX)
        return false;
    *out = column == c->n ? c->last : c->column[column - 1];
    return true;
}
