/*
 * What training works on: the corpora, the part that is trained on and the part that is scored, and for each token its
 * word's row and its gold output.
 */
#ifndef ORIEL_LEARN_DATA_H
#define ORIEL_LEARN_DATA_H

#include "learn/gold.h"
#include "learn/token_types.h"
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

/* Tokens [first, last) of a sentence, in one spelling. */
struct item {
    int32_t sentence, first, last;
    enum spelling spelling;
};

struct data {
    struct corpus train_corpus, dev_corpus; /* dev_corpus is empty when dev is held out of the training corpus */
    struct part train, dev;
    struct tagset *dev_tags; /* the model's types and after them those that only dev has; scores are of these */
    char *dev_types;         /* "PER,LOC": the types that are scored; NULL: all */
    struct token_types types;
    int32_t
        *tokens[SPELLINGS]; /* [T] type of each token of the training corpus; NULL but as it is without case copies */
    struct known known;     /* which of the model's types each training file labels */
    struct gold gold;       /* of the training corpus */
    float *doubt;           /* [types][K] probability that a step takes a value as unknown; NULL: never */
    bool has_weights;       /* a sentence of the training corpus counts for more or less than 1 */
    size_t n_active[TABLES_MAX]; /* rows of each table that training can reach: those before this one */
    struct item *items;          /* [n_items] what an epoch goes through, without case copies */
    size_t n_items;
    size_t n_examples; /* M tokens */
    char *type_names;  /* names, most frequent first, for oriel_corpus_facts */
    oriel_corpus_facts facts;
};

/* Reads the corpora and makes a model that knows its words, tags and rows, with random weights (or the given vectors), and
 * data in its terms.  On failure *out is NULL and data is empty. */
oriel_status data_prepare(struct data *d, oriel_model **out, const oriel_train_options *o, oriel_error *err);
void data_clear(struct data *d);

#endif
