/*
 * Scoring a model on labelled sentences.  The public calls are in oriel.h; training needs the part below.
 */
#ifndef ORIEL_MODEL_EVAL_H
#define ORIEL_MODEL_EVAL_H

#include "model/model.h"
#include "text/corpus.h"

/* Scores m on the given sentences [n] of a corpus.  tags: the types that gold tags are numbers of, the model's own first in
 * their order.  The result does not depend on threads.  o: of the tagger that is scored; the caller took gold
 * entities of types that it leaves out away: corpus_keep_types.  ORIEL_ENOMEM, ORIEL_EARG. */
oriel_status eval_sentences(oriel_scores **out, const oriel_model *m, const struct corpus *c, const size_t *sentences,
                            size_t n, const struct tagset *tags, const oriel_tagger_options *o, size_t threads,
                            oriel_error *err);

#endif
