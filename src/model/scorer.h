/*
 * Sentences to scores with frozen weights, by looking up: what a token adds to the first layer is computed once and kept
 * (net/products.h) as long as a cache of fixed size has room (model/token_cache.h), so a token costs the sum of W rows and the
 * layers above.  Tokens that are not there are computed together, so many sentences at once are cheaper than one by one;
 * the scores are the same to the bit, whatever is tagged together or was tagged before.  Threads share what is kept.
 */
#ifndef ORIEL_MODEL_SCORER_H
#define ORIEL_MODEL_SCORER_H

#include <stdatomic.h>

#include "model/model.h"
#include "model/parts.h"
#include "model/token_cache.h"
#include "net/packed.h"
#include "net/products.h"

enum { PASS_SLOTS = 1024, LAYER_ROWS = 48 };

/* What the scorers of a model share. */
struct scoring {
    const oriel_model *m;
    atomic_size_t n_users; /* who are not done with it */
    struct token_cache cache;
    struct products products;
    struct parts parts;                           /* what new tokens are put together from */
    struct packed layers[NETWORK_MAX_HIDDEN + 1]; /* from 1 on: A_2 .. A_Q, U */
    real *bias;                                   /* [H']  of the first layer, 0 beyond H */
};

struct scorer {
    const oriel_model *m;
    struct scoring *shared; /* NULL: it only takes scores */
    uint16_t asker;         /* of the cache */
    struct parts_bench bench;
    uint32_t slots[PASS_SLOTS]; /* tokens of the pass, with what stands around them */
    size_t n_slots;
    uint64_t hashes[PASS_SLOTS];  /* of a sentence's tokens, while it is looked up */
    uint32_t windows[PASS_SLOTS]; /* [n_windows]   where in slots each window begins */
    size_t n_windows;
    struct new_token *missing; /* [n_missing]   of the pass; strings of the sentences */
    size_t n_missing;
    real *layer[2]; /* [LAYER_ROWS][H']  below and above */
    real *scores;   /* [T][Y] */
    size_t n_scored, cap_scores;
    oriel_tagger_stats stats;
};

/* For n_scorers at most.  cache_bytes: for what is kept, or as much more as their passes need; 0: 64 MiB.  m is on loan.  NULL: no
 * memory.  It goes when whoever made it and all its scorers are done with it. */
struct scoring *scoring_new(const oriel_model *m, size_t cache_bytes, size_t n_scorers);
void scoring_done(struct scoring *shared);

/* One more scorer; which, from 0 on: no other has the same.  shared NULL: it only takes scores.  false: no memory, to be cleared all
 * the same. */
bool scorer_init(struct scorer *s, const oriel_model *m, struct scoring *shared, size_t which);
void scorer_clear(struct scorer *s);

/* Scores the tokens of sentences [n], one after the other: s->scores [T][Y], which the caller may change, until the next call.
 * Scorers that share what is kept may run at once.  false: no memory. */
bool scorer_run(struct scorer *s, const oriel_sentence *sentences, size_t n);

/* Puts scores [T][Y] of them there that were kept.  false: no memory. */
bool scorer_take(struct scorer *s, const oriel_sentence *sentences, size_t n, const real *scores);

#endif
