/*
 * A training of word vectors as it goes: what learn/word2vec.c moves on and learn/word_checkpoint.c keeps on disk.
 */
#ifndef ORIEL_LEARN_WORD_TRAINER_H
#define ORIEL_LEARN_WORD_TRAINER_H

#include "base/bytes.h"
#include "base/workers.h"
#include "learn/kept_words.h"
#include "learn/word_average.h"
#include "net/pair_softmax.h"

struct word_step {
    struct pair_plan plan;
    uint64_t n_read; /* of the epoch's words, once this step is done */
    oriel_status status;
    oriel_error err;
};

struct word_trainer {
    const oriel_vectors_options *o;
    struct text_ids text;
    struct kept_words kept;
    struct pair_tables tables;
    struct pair_shape shape;
    struct pair_work work;
    struct workers *crew;
    struct word_step steps[3], *now, *next,
        *later; /* now, next: planned, not done; later: room for the one after them */
    struct pair_softmax softmax;
    struct word_average average;
    double rate; /* eta at the beginning */
    real eta;    /* now */
    oriel_vectors_progress progress;
    oriel_on_vectors_progress *on_progress;
    void *user;
    double begin, last_report, last_checkpoint; /* seconds */
    double loss_sum;                            /* of the tiles that it was computed for, since the epoch began */
    uint64_t n_losses;                          /* pairs in them */
    bool is_within;                             /* an epoch: `now` has words */
    bool is_stopped;
    struct bytes made; /* fingerprint; empty without a checkpoint */
};

#endif
