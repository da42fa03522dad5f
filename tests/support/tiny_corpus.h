/*
 * Corpora of a few sentences, and options with which they are learned in a moment.  A header alone, as not every test that
 * links support links the library's training.
 */
#ifndef ORIEL_TEST_TINY_CORPUS_H
#define ORIEL_TEST_TINY_CORPUS_H

#include <stdio.h>

#include "base/random.h"
#include "support/test.h"

/* "Jordan" is a person and a place: the window decides. */
#define TINY_FIVE                                                                                                      \
    "Ada\tB-PER\nLovelace\tI-PER\nmet\tO\nBob\tB-PER\n\n"                                                              \
    "Rome\tB-LOC\nis\tO\nold\tO\n.\tO\n\n"                                                                             \
    "In\tO\nNew\tB-LOC\nYork\tI-LOC\nAda\tB-PER\nslept\tO\n\n"                                                         \
    "nobody\tO\nmet\tO\nanybody\tO\n\n"                                                                                \
    "Jordan\tB-PER\nmet\tO\nAda\tB-PER\nin\tO\nJordan\tB-LOC\n\n"

/* Writes a file into the test's folder; its path lives as long as the process. */
static inline const char *tiny_file(const char *name, const char *text)
{
    static char paths[32][256];
    static size_t next;
    char *path = paths[next++ % 32];
    snprintf(path, sizeof paths[0], "%s/%s", test_folder(), name);
    test_write(path, text, strlen(text));
    return path;
}

/* Trains on and scores the file at *train, which must outlive the options. */
static inline oriel_train_options tiny_options(const char *const *train)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_CLASSIC);
    o.train = train;
    o.n_train = 1;
    o.dev = *train;
    o.window = 3;
    o.dim = 8;
    o.hidden[0] = 8;
    o.lambda = 0; /* on so few examples any penalty is large */
    o.epochs = 3;
    o.patience = 0;
    o.min_count = 1;
    return o;
}

static inline oriel_model *tiny_trained(const oriel_train_options *o)
{
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_train(&m, o, NULL, NULL, &err), err);
    return m;
}

/* Saves to a file of that name and gives its bytes; the caller frees with free(). */
static inline char *tiny_saved(const oriel_model *m, const char *name, size_t *n)
{
    oriel_error err;
    const char *path = test_path(name);
    remove(path);
    assert_ok(oriel_model_save(m, path, &err), err);
    return test_read(path, n);
}

static inline oriel_info tiny_info(const oriel_model *m)
{
    oriel_info i;
    oriel_model_info(m, &i);
    return i;
}

static inline double tiny_f1(const oriel_model *m, const char *gold)
{
    oriel_scores *scores;
    oriel_error err;
    assert_ok(oriel_eval_model(&scores, m, &gold, 1, NULL, &err), err);
    double f1 = oriel_scores_micro(scores, ORIEL_ENTITIES).f1;
    oriel_scores_free(scores);
    return f1;
}

#endif
