/*
 * Lists that vectors are judged by: lines of words with blanks or tabs between; and which of their words had to be made of letter
 * groups.
 */
#ifndef ORIEL_MODEL_VECTORS_FIELDS_H
#define ORIEL_MODEL_VECTORS_FIELDS_H

#include "base/source.h"
#include "model/vectors_groups.h"
#include "text/lines.h"

enum { MOST_FIELDS = 4 };

struct fields {
    const char *path;
    struct source *source;
    struct lines *lines;
    size_t number; /* of the line */
    char word[MOST_FIELDS][ORIEL_MAX_TOKEN_BYTES + 1];
    size_t n;
};

/* Either way it is to be closed.  Errors of source_open. */
oriel_status fields_open(struct fields *f, const char *path, oriel_error *err);
void fields_close(struct fields *f);

/* The next line that is neither empty nor a comment.  Errors of lines, with file and line. */
oriel_status fields_next(struct fields *f, bool *more, oriel_error *err);

/* vectors_of_word, which notes words that were made in `made`: their number is that of its words.  false: no memory. */
bool fields_vector(struct word_vector *out, struct vocab *made, const oriel_vectors *v, struct groups_scratch *s,
                   const char *word, float *room);

#endif
