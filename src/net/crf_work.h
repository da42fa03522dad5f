/*
 * What the files of the linear chain share: crf.c owns the work and turns sums into losses, crf_scaled.c and crf_plain.c
 * make the sums, crf_paths.c finds paths.  Nobody else includes this, but for the tests.
 *
 * Rows are padded to whole vectors of 8 doubles.  The padding is 0 for good, or minus infinity in rows of weights, so that
 * loops run over whole rows and no padding ever takes part in a sum or is a largest.
 */
#ifndef ORIEL_NET_CRF_WORK_H
#define ORIEL_NET_CRF_WORK_H

#include "net/crf.h"

/* Columns [first, last) of a square's row, whole vectors of them; all others are forbidden. */
struct crf_span {
    size_t first, last;
};

/* Some rows of a square, one after the other: of four of them all columns are looked at, of the others only the narrow ones.
 * Where four are not to be had, n_wide < 4 and all columns of all rows are narrow. */
struct crf_step {
    size_t begin, end;
    size_t wide[4];
    size_t n_wide;
    struct crf_span narrow;
};

struct crf_steps {
    struct crf_step *at; /* [n] */
    size_t n;
};

struct crf_work {
    size_t n, stride;            /*                Y, and Y padded */
    double *start;               /* [stride]       weights, minus infinity where forbidden */
    double *end;                 /* [stride] */
    double *weight;              /* [Y][stride]    of transitions, from row to column */
    bool is_wide;                /*                weights are too large for exponentials: only plain sums will do */
    double *first;               /* [stride]       e^start */
    double *last;                /* [stride]       e^end */
    double *to;                  /* [Y][stride]    e^weight */
    double *from;                /* [Y][stride]    the same, from column to row */
    struct crf_steps to_steps;   /*     of weight and to */
    struct crf_steps from_steps; /*     of from */
    bool is_sparse;              /*      enough rows are narrow for it to be worth the trouble to leave columns out */
    double *d_start;             /* [stride]       gradients since crf_take */
    double *d_end;               /* [stride] */
    double *d_trans;             /* [Y][stride] */
    size_t cap;                  /*                tokens that the arrays below can hold */
    double *alpha;               /* [T][stride]    forward: scaled, each row sums to one; plain, logarithms */
    double *beta;                /* [T][stride]    backward: such that alpha * beta are marginals; plain, logarithms */
    double *pushed; /* [T][stride]    beta times the token's own factor: what a step from the token before leads to */
    double *best;   /* [T][stride]    score of the best path to each tag, for Viterbi alone */
    double *norm;   /* [T + 1]        what each scaled forward row was divided by; the sum over the ends */
    real *kept;     /* [T][Y]         marginals of the gold paths */
    bool is_plain;  /*                which of the two ways alpha, beta and pushed were made */
    double log_sum; /*                over all paths that were allowed */
};

enum { CRF_LANES = 8 };

/* Room for sentences of n_tokens; false: no memory. */
bool crf_reserve(struct crf_work *w, size_t n_tokens);

/* Whether gold allows tag y at token t; every tag is allowed when there is no gold. */
static inline bool crf_gold_allows(const struct crf_gold *gold, size_t n_tags, size_t t, size_t y)
{
    if (!gold || gold->tags[t] < 0)
        return true;
    size_t tag = (size_t)gold->tags[t];
    return tag < n_tags ? tag == y : gold->sets[(tag - n_tags) * n_tags + y];
}

/* The forward pass over the paths that gold (NULL: everything) allows: alpha, log_sum.  Scaled: false if the numbers are
 * not fit for it, and nothing but scratch has changed then.  n_tokens > 0 and reserved. */
bool crf_forward_scaled(struct crf_work *w, const real *scores, size_t n_tokens, const struct crf_gold *gold);
void crf_forward_plain(struct crf_work *w, const real *scores, size_t n_tokens, const struct crf_gold *gold);

/* After the forward pass, if log_sum is not minus infinity: beta and pushed; unless scale is 0, d_trans += scale * expected
 * steps. */
void crf_backward_scaled(struct crf_work *w, size_t n_tokens, double scale);
void crf_backward_plain(struct crf_work *w, size_t n_tokens, double scale);

#endif
