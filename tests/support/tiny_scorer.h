/* Scorers for tests: one that shares what is kept with nobody. */
#ifndef ORIEL_TEST_TINY_SCORER_H
#define ORIEL_TEST_TINY_SCORER_H

#include "model/scorer.h"

static inline bool scorer_alone(struct scorer *s, const oriel_model *m, size_t cache_bytes)
{
    *s = (struct scorer){0};
    struct scoring *shared = scoring_new(m, cache_bytes, 1);
    bool is_done = shared && scorer_init(s, m, shared, 0);
    scoring_done(shared);
    return is_done;
}

#endif
