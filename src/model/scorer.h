/*
 * Sentences to scores with frozen weights, by looking up: what a token adds to the first layer is computed once and kept
 * (net/products.h) as long as a cache of fixed size has room (model/token_cache.h), so a token costs the sum of W rows and the
 * layers above.  Tokens that are not there are computed together, so many sentences at once are cheaper than one by one;
 * the scores are the same to the bit, whatever is tagged together or was tagged before.
 */
#ifndef ORIEL_MODEL_SCORER_H
#define ORIEL_MODEL_SCORER_H

#include "model/model.h"
#include "model/parts.h"
#include "model/token_cache.h"
#include "net/packed.h"
#include "net/products.h"

enum { PASS_SLOTS = 1024, LAYER_ROWS = 48 };

struct scorer {
    const oriel_model *m;
    struct token_cache cache;
    struct products products;
    struct parts parts;                           /* what new tokens are put together from */
    struct packed layers[NETWORK_MAX_HIDDEN + 1]; /* from 1 on: A_2 .. A_Q, U */
    uint32_t slots[PASS_SLOTS];                   /* tokens of the pass, with what stands around them */
    size_t n_slots;
    uint64_t hashes[PASS_SLOTS];  /* of a sentence's tokens, while it is looked up */
    uint32_t windows[PASS_SLOTS]; /* [n_windows]   where in slots each window begins */
    size_t n_windows;
    struct new_token *missing; /* [n_missing]   of the pass; strings of the sentences */
    size_t n_missing;
    real *bias;     /* [H']  of the first layer, 0 beyond H */
    real *layer[2]; /* [LAYER_ROWS][H']  below and above */
    real *scores;   /* [T][Y] */
    size_t n_scored, cap_scores;
    oriel_tagger_stats stats;
};

/* cache_bytes: for what is kept, or as much more as a pass needs; 0: 64 MiB.  m is on loan.  false: no memory, to be cleared
 * all the same. */
bool scorer_init(struct scorer *s, const oriel_model *m, size_t cache_bytes);
void scorer_clear(struct scorer *s);

/* Scores the tokens of sentences [n], one after the other: s->scores [T][Y], which the caller may change, until the next call.
 * false: no memory. */
bool scorer_run(struct scorer *s, const oriel_sentence *sentences, size_t n);

/* Puts scores [T][Y] of them there that were kept.  false: no memory. */
bool scorer_take(struct scorer *s, const oriel_sentence *sentences, size_t n, const real *scores);

#endif
