/*
 * Gold: what the outputs of each token should be.  Where a corpus does not say all, because a tag is not known or because a
 * file labels some types only, it is one of a set of outputs.
 */
#ifndef ORIEL_LEARN_GOLD_H
#define ORIEL_LEARN_GOLD_H

#include "learn/known.h"
#include "model/model.h"
#include "text/corpus.h"

struct gold {
    int32_t *at; /* [T] an output < Y, GOLD_NONE or GOLD_UNKNOWN (crf: -1), or Y + k for the set k: heads.h, crf.h */
    bool *sets;  /* [n_sets][Y] distinct */
    size_t n_sets, cap_sets;
    struct vocab *numbers; /* set bytes -> VOCAB_SPECIAL + k */
};

/* The gold of a corpus with these tags [T], which are those of m, and whose files label the types of m that `known` says.
 * ORIEL_ENOMEM; g is then to be cleared all the same. */
oriel_status gold_make(struct gold *g, const struct corpus *c, const int32_t *tags, const oriel_model *m,
                       const struct known *known, oriel_error *err);
void gold_clear(struct gold *g);

#endif
