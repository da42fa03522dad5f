/*
 * Which types each training file labels.  What a file says of the others becomes "outside", and where it says "outside" they
 * are open.
 */
#ifndef ORIEL_LEARN_KNOWN_H
#define ORIEL_LEARN_KNOWN_H

#include "base/bytes.h"
#include "model/scope.h"

/* Zero is empty. */
struct known {
    bool *is_known; /* [files][types] */
    size_t n_files, n_types;
};

/* Of the files of c, whose tags are numbers of `all`.  lists [files]: "PER,LOC".  Where there is none (NULL or ""; lists NULL: for
 * no file): all types, or with as_found those that the corpus has anywhere.  ORIEL_EARG: a name that is no type of `all`;
 * ORIEL_ENOMEM. */
oriel_status known_make(struct known *k, const struct corpus *c, const struct tagset *all, const char *const *lists,
                        bool as_found, oriel_error *err);
void known_clear(struct known *k);

/* Makes tags of types that their file does not label "outside". */
void known_apply(const struct known *k, struct corpus *c);

/* out [types][types]: is there a file that labels both?  Of the first n_old the answer is that of old [n_old][n_old], if there is
 * one (NULL: all).  false: all are. */
bool known_together(const struct known *k, bool *out, const bool *old, size_t n_old);

/* Does any file label the type? */
bool known_somewhere(const struct known *k, int32_t type);

/* From the types of `all` to those of `to`; what `all` does not have ("any") is known.  false: no memory. */
bool known_rename(struct known *k, const struct tagset *all, const struct tagset *to);

/* Appends "PER,LOC": those types of t that are `is_listed` [types].  Nothing if all are or none is, or if a name has a
 * comma.  false: no memory. */
bool types_list(struct bytes *out, const struct tagset *t, const bool *is_listed);

/* is_found [types of t]: the types that tags of sentences of c have. */
void types_found(bool *is_found, const struct corpus *c, const struct tagset *t);

#endif
