/*
 * Trainings of a second, of each kind that keeps something else beside its weights; for laws that hold for all of them.
 */
#ifndef ORIEL_TEST_TINY_RUNS_H
#define ORIEL_TEST_TINY_RUNS_H

#include "support/tiny_corpus.h"

/* Thirty sentences of five of six lines, drawn by a seed. */
static inline const char *tiny_drawn(const char *name, const char *const words[6], uint64_t seed)
{
    static char text[30 * 6 * 32];
    struct random r = random_seeded(seed);
    *text = 0;
    for (size_t i = 0; i < 30; i++) {
        for (size_t k = 0; k < 5; k++)
            strcat(text, words[random_below(&r, 6)]);
        strcat(text, "\n");
    }
    return tiny_file(name, text);
}

static inline const char *tiny_thirty(const char *name, uint64_t seed)
{
    static const char *const words[] = {"Ada\tB-PER\n", "Rome\tB-LOC\n", "in\tO\n",
                                        "said\tO\n",    "Bob\tB-PER\n",  "x\tO\n"};
    return tiny_drawn(name, words, seed);
}

static inline oriel_train_options tiny_standard(const char *const *train, const char *dev)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_STANDARD);
    o.train = train;
    o.n_train = 1;
    o.dev = dev;
    o.dim = 6;
    o.feature_dim = 3;
    o.hidden[0] = 8;
    o.features = "word,shape,suffix2,ngrams3";
    o.epochs = 4;
    o.batch = 8;
    o.learning_rate = 0.02;
    return o;
}

enum { TINY_RUNS = 7 };

/* Run k of TINY_RUNS: plain descent, momentum, AdaGrad, Adam; sigmoid, softmax, crf; with and without averages, dropout, case
 * copies, patience, a bound on the gradient, dev held out. */
static inline oriel_train_options tiny_run(size_t k, const char *const *train, const char *dev)
{
    oriel_train_options o = tiny_options(train);
    o.dev = dev;
    o.epochs = 4;
    o.batch = 16;
    if (k < 2) {
        o.optimizer = k == 0 ? ORIEL_SGD : ORIEL_MOMENTUM;
        o.patience = k == 0 ? 0 : 2;
        return o;
    }
    o = tiny_standard(train, dev);
    o.optimizer = k < 4 ? (oriel_optimizer)(k - 1) : ORIEL_ADAM;
    o.row_optimizer = k < 4 ? o.optimizer : ORIEL_ADAGRAD;
    o.head = k == 4 ? ORIEL_HEAD_SOFTMAX : ORIEL_HEAD_CRF;
    o.average = k != 5;
    o.case_copies = k == 5 ? 0 : 0.4;
    o.hidden_dropout = k == 5 ? 0 : 0.3;
    o.clip = k == 5 ? 0.5 : 0;
    o.schedule = k == 6 ? ORIEL_COSINE : ORIEL_LINEAR;
    o.dev = k == 6 ? NULL : dev;
    return o;
}

#endif
