/*
 * Gold and predicted tags to counts; counts to precision, recall and F1; prints nothing.  Counts of two scores add up.
 *
 * Where gold is TAG_UNKNOWN the prediction is taken to be right: it stands in for gold, and then such tokens, and the
 * entities of either side that hold one, are not counted.  So a prediction is neither rewarded nor blamed for what
 * nobody knows, nor for how far an entity beside it reaches into it.
 */
#ifndef ORIEL_MODEL_SCORE_H
#define ORIEL_MODEL_SCORE_H

#include "model/seen.h"
#include "oriel.h"
#include "text/corpus.h"
#include "text/tagset.h"

/* types: copied, its scheme is what accuracy compares tags in; seen: on loan until scores_finish, may be NULL.  NULL:
 * no memory. */
oriel_scores *scores_new(const struct tagset *types, const struct seen_names *seen, oriel_error *err);

/* filled [n]: gold with the prediction in the place of what is not known. */
void gold_fill(int32_t *filled, const int32_t *gold, const int32_t *predicted, size_t n);

/* Entities of the tags (filled gold or predicted) that hold no token of unknown gold; otherwise as tags_to_entities. */
size_t entities_to_count(struct entity *out, const int32_t *tags, const int32_t *gold, size_t n);

/* Counts one sentence: n tokens with tags in inside form.  confidence [n], of the predicted entity that begins at a token, may
 * be NULL.  text and tokens may be NULL when there are no seen names.
 * false: no memory, nothing was counted. */
bool scores_add(oriel_scores *s, const char *text, const oriel_range *tokens, size_t n, const int32_t *gold,
                const int32_t *predicted, const float *confidence);

/* The predicted entities that came with a confidence, in order: [n], on loan until more are added. */
struct judged {
    float confidence;
    bool is_right;
};
const struct judged *scores_judged(const oriel_scores *s, size_t *n);

/* -Σ log p over the predicted entities, where p is the confidence if it was right and the rest if not. */
double scores_log_loss(const oriel_scores *s);

/* a += b, all but the judged; both of the same types. */
void scores_merge(oriel_scores *a, const oriel_scores *b);
void scores_count_bad(oriel_scores *s, size_t n_bad);

/* Nothing is added any more: types that occur get a row each, the most frequent in gold first, ties by name.  Before
 * this call every type has one, in the order of the set. */
void scores_finish(oriel_scores *s);

#endif
