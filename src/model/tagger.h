/*
 * A frozen model and the scratch memory of one thread: tokens in, tags out.  The whole arrow of the design on one page.
 */
#ifndef ORIEL_MODEL_TAGGER_H
#define ORIEL_MODEL_TAGGER_H

#include "base/bytes.h"
#include "model/model.h"

/* Tags n tokens of a text (valid UTF-8); *tags [n] in the inside form of the model's tag set, on loan until the next call.
 * ORIEL_ENOMEM. */
oriel_status tagger_run(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n, const int32_t **tags,
                        oriel_error *err);

/* The two halves of tagger_run: scores of n tokens, then tags of the scores that are there.  What was tagged is what
 * tagger_scores holds; decoding changes it. */
oriel_status tagger_score(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n, oriel_error *err);
oriel_status tagger_decode(oriel_tagger *t, size_t n, const int32_t **tags, oriel_error *err);

/* Room for the scores of n tokens, [n][Y], those of the last call kept where they are; on loan until the next.  NULL: no
 * memory. */
real *tagger_scores(oriel_tagger *t, size_t n);

/* Of the entities of the last call's n tokens: confidence [n], written where one begins. */
void tagger_confidence(oriel_tagger *t, float *confidence);

/* What tagging a whole text needs beside: kept in the tagger, so that the result can be on loan. */
struct text_scratch {
    oriel_span *found; /* [n] */
    size_t n, cap;
    struct bytes repaired; /* a text that was not UTF-8 */
};
struct text_scratch *tagger_text_scratch(oriel_tagger *t);
const oriel_model *tagger_model(const oriel_tagger *t);

#endif
