/*
 * Scoring a model on labelled sentences.  The public calls are in oriel.h; training needs the part below.
 */
#ifndef ORIEL_MODEL_EVAL_H
#define ORIEL_MODEL_EVAL_H

#include "model/kept_scores.h"
#include "model/model.h"
#include "text/corpus.h"

/* Sentences with gold tags, and how a model is scored on them. */
struct eval_part {
    const struct corpus *corpus;
    const size_t *sentences; /* [n] */
    size_t n;
    const struct tagset *tags; /* what gold tags are numbers of: the model's own types first, in their order */
    const oriel_tagger_options
        *tagger; /* the caller took gold entities of types that it leaves out away: corpus_keep_types */
    size_t threads;
};

/* Scores m.  The result does not depend on threads.  kept: of these sentences; what the network says of them is put there,
 * or taken from there if it is filled, and then m must have the same weights but its constants may be others; NULL: of no
 * use.  ORIEL_ENOMEM, ORIEL_EARG. */
oriel_status eval_sentences(oriel_scores **out, const oriel_model *m, const struct eval_part *part,
                            struct kept_scores *kept, oriel_error *err);

#endif
