/*
 * What a trained tagger is: tokenizer, vocabulary, tag set, weights, and where it came from.  Made by learn/train or read
 * from a file; never changed after that.
 */
#ifndef ORIEL_MODEL_MODEL_H
#define ORIEL_MODEL_MODEL_H

#include "model/container.h"
#include "model/scope.h"
#include "model/score.h"
#include "net/heads.h"
#include "net/network.h"
#include "oriel.h"
#include "text/tagset.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"

struct oriel_model {
    struct tokenizer *tokenizer;
    struct vocab *words;    /* V */
    struct tagset *tags;    /* types [Y] */
    struct seen_names seen; /* of the training corpus */
    struct blueprint net;   /* width = d, window = W, n_outputs = Y */
    struct params params;
    real *table; /* [V][d]  L; owned unless `file` lends it */
    enum head head;
    enum scope scope;
    oriel_info info; /* its strings: constants, of `tags`, or the three below */
    char *trained_on, *about, *made_by;
    struct container *file; /* NULL for a model that was just trained */
};

const struct tagset *model_tagset(const oriel_model *m);
const struct seen_names *model_seen(const oriel_model *m);
enum scope model_scope(const oriel_model *m);

/* Are weights what training and files may have? */
bool reals_are_finite(const real *x, size_t n);

/* Fills the sizes of m->info from the rest of the model. */
void model_complete_info(oriel_model *m);

#endif
