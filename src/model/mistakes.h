/*
 * What went wrong, entity by entity: gold that was missed, predictions that are spurious, and pairs of both that
 * overlap but differ in type or boundary.
 */
#ifndef ORIEL_MODEL_MISTAKES_H
#define ORIEL_MODEL_MISTAKES_H

#include "oriel.h"
#include "text/corpus.h"

/* Calls f for each mistake of a corpus in the order of the text, among the entities that score.h counts.  predicted
 * [T]: tags in inside form, numbers of `types` as c->tags are.  files: as given to corpus_read.  ORIEL_ENOMEM. */
oriel_status mistakes_report(const struct corpus *c, const int32_t *predicted, const struct tagset *types,
                             const char *const *files, oriel_on_mistake *f, void *user, oriel_error *err);

#endif
