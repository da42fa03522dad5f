/*
 * The names of what is trained on, those that are alike side by side: of one type and of as many tokens.  A step can put one
 * in another's place, and the gold of the sentence stays what it was.  So what stands around a name is learned whoever it is
 * (mention replacement, Dai and Adel 2020, section 3, but for the length).
 */
#ifndef ORIEL_LEARN_NAMES_H
#define ORIEL_LEARN_NAMES_H

#include "base/random.h"
#include "text/corpus.h"

/* A name where it stands. */
struct name {
    int32_t first, n; /* tokens of the corpus */
    int32_t group;    /* of those that are alike */
};

struct names {
    const struct corpus *corpus; /* on loan */
    double share;                /* the probability that a name is swapped */
    struct name *at;             /* [n] in the order of the corpus */
    int32_t *of_sentence;        /* [S + 1] the first name of each sentence of the corpus; the last is n */
    int32_t *alike;              /* first token of each name, each spelling once, group after group */
    int32_t *groups;             /* [n_groups + 1] where each begins in alike */
    size_t n, n_groups, cap;
};

/* The names of some sentences [n_sentences], rising, of a corpus on loan, of at most INT32_MAX tokens; tokens [T]: equal for
 * those that are spelled alike.  A name beside a tag that is not known is left out: it may be a part of one.  false: no
 * memory, and *out is zero. */
bool names_init(struct names *out, const struct corpus *c, const size_t *sentences, size_t n_sentences,
                const int32_t *tokens, double share);
void names_clear(struct names *n);

/* A sentence whose names were swapped; zero is empty. */
struct names_swapped {
    int32_t *tokens;
    size_t cap;
};
void names_swapped_clear(struct names_swapped *s);

/* The tokens of a sentence, given those of the corpus [T], each name in place of which stands, with the probability `share`, one of
 * those that are alike, itself among them.  On loan from `tokens` or s until its next use; NULL: no memory. */
const int32_t *names_swap(const struct names *n, struct names_swapped *s, size_t sentence, const int32_t *tokens,
                          struct random *r);

#endif
