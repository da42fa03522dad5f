/*
 * A frozen model and the scratch memory of one thread: tokens in, tags out.  The whole arrow of the design on one page.
 */
#ifndef ORIEL_MODEL_TAGGER_H
#define ORIEL_MODEL_TAGGER_H

#include "base/bytes.h"
#include "model/model.h"

/* As oriel_taggers_new, for scores that were kept: they only begin so (tagger_begin_scored), and are quickly made. */
oriel_status taggers_of_kept(oriel_tagger **out, size_t n, const oriel_model *m, const oriel_tagger_options *o,
                             oriel_error *err);

/* The cache_bytes of taggers for so many tokens and no more: what these can fill, or the usual (0). */
size_t tagger_cache_for(size_t n_tokens);

/* Scores sentences [n] (valid UTF-8; only text, tokens and n_tokens are looked at), on loan while they are decided.
 * ORIEL_ENOMEM. */
oriel_status tagger_begin(oriel_tagger *t, const oriel_sentence *sentences, size_t n, oriel_error *err);

/* The same, with scores [T][Y] of all their tokens that were kept from such a call. */
oriel_status tagger_begin_scored(oriel_tagger *t, const oriel_sentence *sentences, size_t n, const real *scores,
                                 oriel_error *err);

/* Scores [T][Y] of the tokens of all sentences, before the first of them is decided: that changes them. */
const real *tagger_scores(const oriel_tagger *t);

/* Decides the next of them, as long as there are any: *tags [n_tokens] in the inside form of the model's tag set, on loan until
 * the next call.  ORIEL_ENOMEM. */
oriel_status tagger_next(oriel_tagger *t, const int32_t **tags, oriel_error *err);

/* Of the entities of that sentence: confidence [n_tokens], written where one begins. */
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
