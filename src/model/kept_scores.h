/*
 * What a network says of some sentences, kept: to try another temperature or another constant off the score of "outside",
 * they need only be decoded again.
 */
#ifndef ORIEL_MODEL_KEPT_SCORES_H
#define ORIEL_MODEL_KEPT_SCORES_H

#include <stdbool.h>
#include <stddef.h>

#include "net/real.h"
#include "text/corpus.h"

/* More than this is not kept, and scored again each time. */
#define KEPT_SCORES_MOST ((size_t)256 << 20) /* bytes */

/* All zero: nothing is kept. */
struct kept_scores {
    real *at;       /* [T of the sentences][Y] */
    size_t *starts; /* [n]  first token of each sentence, in `at` */
    size_t n_outputs;
    bool is_filled;
};

/* Makes room for the given sentences [n] of a corpus, if it is not more than `most` bytes; else nothing will be kept, and
 * that is no error.  false: no memory. */
bool kept_scores_init(struct kept_scores *k, const struct corpus *c, const size_t *sentences, size_t n,
                      size_t n_outputs, size_t most);
void kept_scores_clear(struct kept_scores *k);

/* Those of the i-th sentence, [its tokens][Y], and behind them those of the next; NULL where nothing is kept. */
real *kept_scores_of(const struct kept_scores *k, size_t i);

#endif
