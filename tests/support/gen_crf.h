/*
 * Seeded random chains with a sentence and its gold, and a work that has taken the chain in.
 */
#ifndef ORIEL_GEN_CRF_H
#define ORIEL_GEN_CRF_H

#include "base/random.h"
#include "net/crf.h"

struct gen_chain {
    size_t n_tags, n_tokens;
    struct crf crf; /* its arrays are the chain's own, and may be changed before gen_chain_prepare */
    real *start, *end, *trans;
    bool *may_start, *may_end, *may_follow;
    real *scores;         /* [T][Y] */
    int32_t *tags;        /* [T]     known, of a set, or any */
    bool *sets;           /* [T][Y]  the set k may be token k's */
    struct crf_gold gold; /*         tags and sets */
    struct crf_work *work;
};

/* Weights are uniform within ±3, scores within ±spread; half of the chains have rules, which forbid a quarter of all. */
void gen_chain_init(struct gen_chain *c, struct random *r, size_t n_tags, size_t n_tokens, double spread);

/* The same of 1 .. most_tags and 1 .. most_tokens. */
void gen_chain_any(struct gen_chain *c, struct random *r, size_t most_tags, size_t most_tokens, double spread);

void gen_chain_clear(struct gen_chain *c);

/* The work takes in what the arrays hold now. */
void gen_chain_prepare(struct gen_chain *c);

/* Whether the rules allow a whole path, tags [T]. */
bool gen_chain_allows(const struct gen_chain *c, const int32_t *tags);

#endif
