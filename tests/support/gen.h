/*
 * Seeded random nets and batches of sentences for them.  The same generator state gives the same case.
 */
#ifndef ORIEL_GEN_H
#define ORIEL_GEN_H

#include <stdbool.h>

#include "base/random.h"
#include "net/network.h"
#include "net/window.h"
#include "support/ref.h"

enum { GEN_BEFORE = 0, GEN_AFTER = 1, GEN_FIRST_WORD = 2 }; /* ids beyond a sentence's ends; words come after them */

void gen_reals(struct random *r, real *out, size_t n, double low, double high);
size_t gen_size(struct random *r, size_t low, size_t high); /* low .. high, both included */

/* Words of a sentence; a word is often one that stood a few places before. */
void gen_sentence(struct random *r, int32_t *ids, size_t n_tokens, size_t n_ids);

/* How rows reach the network. */
enum gen_form {
    GEN_SHARED, /* distinct rows and slots, whatever would be cheaper */
    GEN_DENSE   /* rows laid out as windows */
};

struct gen_case {
    struct blueprint net;
    struct params params;
    size_t n_ids;            /* V */
    real *table;             /* [V][d] */
    struct window_plan plan; /*         as the form wants it */
    int32_t *windows;        /* [N][W]  the same windows by definition, from ref_windows */
    int32_t *gold;           /* [N]     -1 .. Y-1 */
    size_t n;                /* N */
    real *rows;              /* [R][d]  gathered */
    struct net_input input;  /*         rows and, if shared, slots */
    struct net_work work;
};

struct gen_sentences {
    const int32_t *ids;     /* all sentences, one after the other */
    const size_t *n_tokens; /* [n] */
    size_t n;
};

/* All tokens of the sentences are examples.  Weights, biases and table are uniform within ±0.9; for relu they are drawn
 * again until no hidden unit is near its corner. */
void gen_case_init(struct gen_case *c, struct random *r, const struct blueprint *net, size_t n_ids,
                   const struct gen_sentences *s, enum gen_form form);
void gen_case_clear(struct gen_case *c);

/* Reads the table again into rows. */
void gen_case_gather(struct gen_case *c);

/* The case as the oracle sees it, by word ids or by the plan's rows. */
struct ref_case gen_by_ids(const struct gen_case *c);
struct ref_case gen_by_rows(const struct gen_case *c);

#endif
