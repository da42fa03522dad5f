/*
 * A training of word vectors as it goes: what learn/word2vec.c moves on and learn/word_checkpoint.c keeps on disk.
 */
#ifndef ORIEL_LEARN_WORD_TRAINER_H
#define ORIEL_LEARN_WORD_TRAINER_H

#include <stdatomic.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/workers.h"
#include "learn/kept_words.h"
#include "learn/word_average.h"
#include "net/pair_softmax.h"

/* Steps that there is room for: three that threads are at, one of them ahead of another, and some planned ones. */
enum { WORD_STEPS = 8 };

struct word_step {
    struct pair_plan plan;
    real eta;
};

/* What a share of the steps goes through (learn/word_step.h). */
enum word_phase { WORD_FORWARD, WORD_DELTA, WORD_BACK, WORD_APPLY, WORD_PHASES };

/* How far a share is: the number of the first step that has not done it. */
struct word_place {
    _Alignas(MEM_CACHE_LINE) atomic_size_t done[WORD_PHASES];
};

struct word_trainer {
    const oriel_vectors_options *o;
    struct text_ids text;
    struct kept_words kept;
    struct pair_tables tables;
    struct pair_shape shape;
    struct pair_work work;
    struct pair_grouping *grouping; /* [threads] */
    struct workers *crew;
    struct word_step steps[WORD_STEPS]; /* step i of an epoch is the one of i % WORD_STEPS */
    size_t stretch;                     /* steps between two looks at what else there is to do */
    struct pair_softmax softmax;
    struct word_average average;
    double rate; /* eta at the beginning */
    oriel_vectors_progress progress;
    oriel_on_vectors_progress *on_progress;
    void *user;
    double begin, last_report, last_checkpoint; /* seconds */
    double loss_sum;                            /* of the tiles that it was computed for, since the epoch began */
    uint64_t n_losses;                          /* pairs in them */
    bool is_within;                             /* an epoch, which has more steps */
    bool is_stopped;
    struct bytes made; /* fingerprint; empty without a checkpoint */

    /* The threads of a stretch among themselves. */
    struct word_place *places; /* [threads] of shares */
    atomic_size_t n_planned;   /* number of the first step that is not planned */
    atomic_size_t end;         /* and of the first one that does not belong to the stretch */
    atomic_flag is_planning;   /* someone is */
    oriel_status status;       /* of planning */
    oriel_error err;
};

#endif
