/*
 * What a trained tagger is: tokenizer, vocabulary, tag set, weights, and where it came from.  Made by learn/train or read
 * from a file; never changed after that.
 */
#ifndef ORIEL_MODEL_MODEL_H
#define ORIEL_MODEL_MODEL_H

#include "model/container.h"
#include "model/scope.h"
#include "model/score.h"
#include "net/crf.h"
#include "net/heads.h"
#include "net/network.h"
#include "net/tables.h"
#include "oriel.h"
#include "text/features.h"
#include "text/labels.h"
#include "text/tagset.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"

struct oriel_model {
    struct tokenizer *tokenizer;
    struct channels channels; /* K: what tokens are made of; the first is the word */
    struct tagset *tags;      /* types [Y] */
    struct seen_names seen;   /* of the training corpus */
    struct blueprint net;     /* width = d, window = W, n_outputs = Y */
    struct params params;
    struct tables tables; /* a table a channel, the first is L [V][d]; owned unless `file` lends them */
    real *no_chain;       /* softmax: start, end and transitions of nothing, as for the crf */
    bool *rules;          /* softmax, crf: may_start [Y], may_end [Y], may_follow [Y][Y] */
    double temperature;   /* > 0; confidence is that of scores divided by it (Guo et al. 2017) */
    /* of an entity's odds, and what its confidence is multiplied by then: decoder.c; 1, 1, 1: nothing is done to it */
    double confidence_power, confidence_factor, confidence_ceiling;
    double o_bias;  /* taken from the score of the outside label */
    bool *together; /* [types][types] was each labelled where the other was?  NULL: all were */
    enum scope scope;
    oriel_info info; /* its strings: constants, of `tags`, or the three below */
    char *trained_on, *about, *made_by, *features;
    struct container *file; /* NULL for a model that was just trained */
};

const struct tagset *model_tagset(const oriel_model *m);
const struct seen_names *model_seen(const oriel_model *m);
enum scope model_scope(const oriel_model *m);

/* Are weights what training and files may have? */
bool reals_are_finite(const real *x, size_t n);

/* "classic" or "standard" as a constant; false: another name. */
bool recipe_from_name(const char *name, const char **out);

/* Whether all tokens have a label and no prefixes. */
static inline bool model_is_plain(const oriel_model *m)
{
    return tagset_scheme(m->tags) == SCHEME_PLAIN;
}

/* How many outputs a model of these types and head has. */
size_t model_outputs(enum head head, size_t n_types, bool is_plain);

/* Makes the rules of its labels, for heads that decide among exclusive labels.  false: no memory. */
bool model_make_rules(oriel_model *m);

/* The chain of a model: its transitions, or none for other heads, and its rules. */
struct crf model_chain(const oriel_model *m);

/* Words of the vocabulary, the first channel's values. */
static inline const struct vocab *model_words(const oriel_model *m)
{
    return m->channels.at[0].values;
}

/* Fills the sizes of m->info from the rest of the model. */
void model_complete_info(oriel_model *m);

#endif
