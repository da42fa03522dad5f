#include "model/vectors_fields.h"

#include <string.h>

#include "base/status.h"

oriel_status fields_open(struct fields *f, const char *path, oriel_error *err)
{
    *f = (struct fields){.path = path};
    oriel_status status = source_open(&f->source, path, err);
    return status == ORIEL_OK ? lines_new(&f->lines, f->source, 0, err) : status;
}

void fields_close(struct fields *f)
{
    lines_free(f->lines);
    source_close(f->source);
}

static size_t field_end(const struct line *line, size_t at)
{
    while (at < line->n && line->at[at] != ' ' && line->at[at] != '\t')
        at++;
    return at;
}

oriel_status fields_next(struct fields *f, bool *more, oriel_error *err)
{
    struct line line;
    oriel_status status;
    do {
        status = lines_next(f->lines, &line, more, err);
        if (status == ORIEL_OK && *more)
            status = line_check(&line, f->path, err);
        if (status || !*more)
            return status;
    } while (line.n == 0 || line.at[0] == '#');
    f->number = line.number;
    f->n = 0;
    for (size_t at = 0; at < line.n;) {
        size_t end = field_end(&line, at);
        if (end > at) {
            if (f->n == MOST_FIELDS || end - at > ORIEL_MAX_TOKEN_BYTES)
                return error_at(err, ORIEL_EFORMAT, f->path, line.number, "more, or longer, words than are expected");
            memcpy(f->word[f->n], line.at + at, end - at);
            f->word[f->n++][end - at] = 0;
        }
        at = end + 1;
    }
    return ORIEL_OK;
}

bool fields_vector(struct word_vector *out, struct vocab *made, const oriel_vectors *v, struct groups_scratch *s,
                   const char *word, float *room)
{
    if (!vectors_of_word(out, v, s, word, room))
        return false;
    return !out->at || out->row != SIZE_MAX || vocab_add(made, word, strlen(word), 0) >= 0;
}
