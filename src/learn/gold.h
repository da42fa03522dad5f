/*
 * Gold: what the outputs of each token should be.  Where a corpus does not say all, because a tag is not known or because a
 * file labels some types only, it is one of a set of outputs.
 */
#ifndef ORIEL_LEARN_GOLD_H
#define ORIEL_LEARN_GOLD_H

#include "model/model.h"
#include "text/corpus.h"

struct gold {
    int32_t *at; /* [T] an output < Y, GOLD_NONE or GOLD_UNKNOWN (crf: -1), or Y + k for the set k: heads.h, crf.h */
    bool *sets;  /* [n_sets][Y] distinct */
    size_t n_sets, cap_sets;
    struct vocab *numbers; /* set bytes -> VOCAB_SPECIAL + k */
};

/* known [files of c]: the types that a file labels, "PER,LOC"; NULL or "": all; known NULL: all of all files.  What a
 * file says of other types becomes TAG_OUTSIDE.  Tags are numbers of `all`; is_kept [types of all]: a file labels the
 * type.  ORIEL_EARG: a name that is no type of the corpus. */
oriel_status known_types_apply(struct corpus *c, const struct tagset *all, const char *const *known, bool *is_kept,
                               oriel_error *err);

/* The gold of a corpus whose tags are those of m.  ORIEL_ENOMEM; g is then to be cleared all the same. */
oriel_status gold_make(struct gold *g, const struct corpus *c, const oriel_model *m, const char *const *known,
                       oriel_error *err);
void gold_clear(struct gold *g);

#endif
