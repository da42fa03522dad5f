/*
 * Linear chain: a whole tag sequence y is scored Σ_t s[t][y_t] + start[y_1] + Σ_t trans[y_{t-1}][y_t] + end[y_T], and its
 * probability is e^score / Z (Lafferty, McCallum and Pereira 2001; the sums by Rabiner's scaled forward and backward
 * passes).  Transitions that a rule forbids have no probability at all: not in training, not in decoding.
 *
 * Sums run over exponentials, scaled at each token.  Where numbers lie further apart than exponentials can hold, the same
 * sums are made of logarithms instead, slowly; both agree, and a test says so.
 *
 * A score that is not a number, or plus infinity, gives a loss that is not finite; minus infinity is a tag of no
 * probability.  Of a sentence of no tokens loss, log Z and best score are 0, and there are no n best paths.
 */
#ifndef ORIEL_NET_CRF_H
#define ORIEL_NET_CRF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/real.h"

/* What a chain is: its weights, and which steps are allowed. */
struct crf {
    size_t n;               /*         Y tags, as many as crf_work_new was told */
    const real *start;      /* [Y] */
    const real *end;        /* [Y] */
    const real *trans;      /* [Y][Y]  from row to column */
    const bool *may_start;  /* [Y]     each of the rules may be NULL: all is allowed */
    const bool *may_end;    /* [Y] */
    const bool *may_follow; /* [Y][Y] */
};

/* Gold labels: a tag < Y, Y + k for "one of the set k", or -1 for "any"; sets [n_sets][Y]. */
struct crf_gold {
    const int32_t *tags; /* [T] */
    const bool *sets;    /* [n_sets][Y]  may be NULL if no tag is >= Y */
};

struct crf_work; /* a chain made ready, and the scratch of one thread */

struct crf_work *crf_work_new(size_t n_tags); /* n_tags > 0; NULL: no memory */
void crf_work_free(struct crf_work *w);

/* Takes in the chain: a copy, nothing of it is looked at later.  To be called after it changes and before the calls below,
 * which look at scores [T][Y]; where they set *ok = false there was no memory, and they have done nothing. */
void crf_prepare(struct crf_work *w, const struct crf *c);

/* Loss of one sentence, log Z minus the log of the sum over the paths that gold allows (with known tags: minus the score of
 * the one path), and its gradients: delta [T][Y] = scale * (marginals - marginals of the gold paths), which may be the
 * scores' own memory; those by start, end and transitions are added up in the work until crf_take.  A sentence whose gold
 * the rules forbid (no path that gold allows has any probability) teaches nothing: its loss is 0, as are its gradients. */
double crf_loss(struct crf_work *w, real *delta, const real *scores, size_t n_tokens, const struct crf_gold *gold,
                double scale, bool *ok);

/* d_start [Y], d_end [Y], d_trans [Y][Y] += what was added up since the last call. */
void crf_take(struct crf_work *w, real *d_start, real *d_end, real *d_trans);

/* Marginals p [T][Y], which may be the scores' own memory; returns log Z.  Where no path is allowed log Z is minus infinity
 * and all marginals are 0. */
double crf_marginals(struct crf_work *w, real *p, const real *scores, size_t n_tokens, bool *ok);

/* The probability that every token t of [first, last) has the tag tags[t], whatever the others have; 1 if there are none.
 * Of the sentence last given to crf_marginals, as long as neither crf_loss nor crf_prepare was called. */
double crf_segment_probability(const struct crf_work *w, const int32_t *tags, size_t first, size_t last);

/* The same of tag a at token t - 1 and b at t; t > 0. */
double crf_step_probability(const struct crf_work *w, size_t t, int32_t a, int32_t b);

/* The best path (Viterbi): tags [T]; returns its score.  Of paths of equal score the one whose last tag comes first, then the
 * one before it, and so on.  If no path is allowed all tags are 0 and the score is minus infinity. */
double crf_best_path(struct crf_work *w, int32_t *tags, const real *scores, size_t n_tokens, bool *ok);

/* The n best paths, the best first, equals ordered as above: tags [n_best][T], path_scores [n_best].  Returns how many
 * there are; fewer than n_best only if no more are allowed, and what lies behind them is then as it was. */
size_t crf_n_best(struct crf_work *w, int32_t *tags, double *path_scores, size_t n_best, const real *scores,
                  size_t n_tokens, bool *ok);

#endif
