/*
 * The linear chain by brute force: every path that the rules and the gold allow is written down with its score, and all else
 * is read off that list.  For sentences and tag sets of a few.
 */
#ifndef ORIEL_REF_CRF_H
#define ORIEL_REF_CRF_H

#include "net/crf.h"

struct ref_paths {
    size_t n, n_tokens, n_tags;
    int32_t *tags;  /* [n][T] */
    double *scores; /* [n] */
};

/* gold NULL: all that the rules allow. */
void ref_paths_init(struct ref_paths *p, const struct crf *c, const real *scores, size_t n_tokens,
                    const struct crf_gold *gold);
void ref_paths_clear(struct ref_paths *p);

/* The best first; of equals the one whose last tag comes first, then the one before it, and so on. */
void ref_paths_sort(struct ref_paths *p);

/* log Σ e^score; minus infinity if there is no path. */
double ref_log_sum(const struct ref_paths *p);

/* The share, by e^score, of the paths that have tags[t] at every t of [first, last). */
double ref_share(const struct ref_paths *p, const int32_t *tags, size_t first, size_t last);

/* How often a path goes through tag y at token t, starts with, ends with, steps from a to b, on average by shares; all are
 * multiplied by scale and added.  marginals [T][Y], start [Y], end [Y], trans [Y][Y]. */
struct ref_expected {
    double *marginals, *start, *end, *trans;
};
void ref_expect(const struct ref_expected *to, const struct ref_paths *p, double scale);

#endif
