/*
 * Names of the training corpus: what "seen" means when names are scored.
 */
#ifndef ORIEL_MODEL_SEEN_H
#define ORIEL_MODEL_SEEN_H

#include "oriel.h"
#include "text/corpus.h"
#include "text/tagset.h"

/* Names of the training corpus, as a sorted set of 64-bit hashes of type and words: what "seen" means. */
struct seen_names {
    uint64_t *hashes; /* [n] rising, no two equal */
    size_t n;
};

/* The hash of an entity: XXH3-64 of its type's name and its words, each followed by a NUL. */
uint64_t seen_hash(const char *type, const char *text, const oriel_range *tokens, size_t first, size_t last);
bool seen_has(const struct seen_names *s, uint64_t hash);
/* Sorts take_hashes [n] and drops doubles in place. */
struct seen_names seen_from_hashes(uint64_t *take_hashes, size_t n);
/* The names in sentences [n] of a corpus; sentences NULL: in all.  mem_free(out->hashes) ends it.  false: no memory. */
bool seen_from_corpus(struct seen_names *out, const struct corpus *c, const struct tagset *types,
                      const size_t *sentences, size_t n);

#endif
