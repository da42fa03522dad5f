/*
 * A frozen model and the scratch memory of one thread: tokens in, tags out.  The whole arrow of the design on one page.
 */
#ifndef ORIEL_MODEL_TAGGER_H
#define ORIEL_MODEL_TAGGER_H

#include "model/model.h"

/* Tags n tokens of a text (valid UTF-8); *tags [n] in the inside form of the model's tag set, on loan until the next call.
 * ORIEL_ENOMEM. */
oriel_status tagger_run(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n, const int32_t **tags,
                        oriel_error *err);

#endif
