/*
 * Which entities of a corpus a model is about: all types, one of them, or all as one.  Turns a corpus's tags into those of
 * the model.
 */
#ifndef ORIEL_MODEL_SCOPE_H
#define ORIEL_MODEL_SCOPE_H

#include <stdbool.h>

#include "text/corpus.h"
#include "text/tagset.h"

enum scope {
    SCOPE_ALL, /* each type has an output */
    SCOPE_ONE, /* one type; the others count as outside */
    SCOPE_ANY  /* all types are one, called "any" */
};

const char *scope_name(enum scope s);
bool scope_from_name(const char *name, enum scope *out);

/* Rewrites the tags of c, which are numbers of `from`, as numbers of `to`, by the names of the types.  SCOPE_ALL: types that
 * `to` lacks are added to it; SCOPE_ONE: they become outside; SCOPE_ANY: every type becomes to's first, and
 * neighbours in a corpus of SCHEME_IO become one entity.  false: no memory. */
bool scope_apply(struct corpus *c, const struct tagset *from, enum scope scope, struct tagset *to);

/* is_in [types of t]: the types of a list "PER,LOC"; NULL: all.  ORIEL_EARG names the option if t has no such type. */
oriel_status types_listed(bool *is_in, const struct tagset *t, const char *list, const char *option, oriel_error *err);

/* Makes entities of other types than those of a list outside; c has tags of t.  Errors as above, ORIEL_ENOMEM. */
oriel_status corpus_keep_types(struct corpus *c, const struct tagset *t, const char *list, oriel_error *err);

#endif
