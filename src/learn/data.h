/*
 * What training works on: the corpora, the part that is trained on and the part that is scored, and for each token its
 * word's row and its gold output.
 */
#ifndef ORIEL_LEARN_DATA_H
#define ORIEL_LEARN_DATA_H

#include "model/model.h"
#include "oriel.h"
#include "text/corpus.h"

/* Some sentences of a corpus. */
struct part {
    const struct corpus *corpus;
    size_t *sentences; /* [n] */
    size_t n;
    size_t n_tokens;
};

struct data {
    struct corpus train_corpus, dev_corpus; /* dev_corpus is empty when dev is held out of the training corpus */
    struct part train, dev;
    struct tagset *dev_tags; /* the model's types and after them those that only dev has; scores are of these */
    int32_t *words;          /* [T] row of each token of the training corpus */
    int32_t *gold;           /* [T] its output, -1: none */
    int32_t *sentence_of;    /* [T] sentence of each token */
    int32_t *examples;       /* [M] tokens that are trained on */
    size_t n_examples;       /* M */
    char *types;             /* names, most frequent first, for oriel_corpus_facts */
    oriel_corpus_facts facts;
};

/* Reads the corpora and makes a model that knows its words, tags and rows, with random weights (or the given vectors), and
 * data in its terms.  On failure *out is NULL and data is empty. */
oriel_status data_prepare(struct data *d, oriel_model **out, const oriel_train_options *o, oriel_error *err);
void data_clear(struct data *d);

#endif
