/*
 * The cost of a training step by its definition: tokens made of tables' rows, windows of them, layers, losses of sentences,
 * penalty; one number at a time in double, and for the chain over all paths.  It shares types with src/net, no code.
 */
#ifndef ORIEL_REF_WAY_H
#define ORIEL_REF_WAY_H

#include "net/crf.h"
#include "net/network.h"
#include "net/tables.h"

struct ref_way {
    const struct blueprint *net; /*        its head says which loss */
    const struct params *params;
    const struct crf *chain; /*            HEAD_CRF, with its rules */
    const struct tables *tables;
    const struct token_ids *ids;
    const int32_t *tokens;    /*   [R]        token of each row */
    const int32_t *slots;     /*   [N][W]     into rows */
    const uint32_t *left_out; /* [R]       bit k: channel k has unknown[token] (the word) or row 0; NULL: none */
    const int32_t *unknown;
    const real *mask;                             /* [R][D]     the rows are multiplied by it; NULL: not */
    const real *hidden_masks[NETWORK_MAX_HIDDEN]; /*  [N][H_l]   likewise */
    const int32_t *gold;                          /*     [N]        as the head's loss takes it */
    const bool *sets;                             /*     [n_sets][Y] */
    const real *targets;                          /*     [N][Y]     of squared errors */
    const size_t *lengths;                        /*   [S]        tokens of each sentence */
    const double *weights;                        /*   [S] */
    size_t n_sentences;
    double mean_over; /*                   E = Σ weight loss / mean_over + decay/2 Σ |A_l|² + |U|² */
    double decay;
};

/* *corner: the smallest |z| of all hidden units, the distance from relu's corner. */
double ref_way_cost(const struct ref_way *w, double *corner);

/* dE/d(*at) by four costs around it, steps apart; the error falls with step⁴. */
double ref_way_slope(const struct ref_way *w, real *at, double step);

#endif
