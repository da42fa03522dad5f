/*
 * Which words training sees and draws.  Negatives come from the distribution of counts to a power (3/4 is usual: Mikolov et al. 2013,
 * "Distributed Representations of Words and Phrases and their Compositionality"), by Walker's alias method as Vose builds
 * it (1991): one look-up a draw, whatever the size.  Frequent words are left out of the text at random, section 2.3 there.
 */
#ifndef ORIEL_NET_SAMPLER_H
#define ORIEL_NET_SAMPLER_H

#include <stdbool.h>

#include "base/random.h"

struct sampler_cell {
    uint32_t share; /* out of 2^32: how much of it belongs to the index itself */
    int32_t other;  /* whose the rest is */
};

/* Never changes once made; may be shared. */
struct sampler {
    size_t n;
    struct sampler_cell *cells; /* [n] */
};

/* Index i is drawn with probability counts[i]^power / Σ, within 2^-32; n from 1 to 2^31, counts not all zero.  false: no
 * memory. */
bool sampler_init(struct sampler *s, const uint64_t *counts, size_t n, double power);
void sampler_clear(struct sampler *s);
int32_t sampler_draw(const struct sampler *s, struct random *r);

/* The probability that a word with share f of the running words stays: sqrt(t / f) + t / f, at most 1, as word2vec's program
 * has it (the paper has the first term alone); t = 0: 1. */
double sampler_keeps(double f, double t);

#endif
