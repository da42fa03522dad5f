/*
 * The words of a text that are left after sub-sampling, cut into steps: centres, how many words on each side belong to them, and
 * negatives.  Some hundred words are a block, cut into segments, and a step has a group of neighbours of each segment: the first
 * ones, then the next, until the block is done.  So neighbours are learned one after the other, and groups of a step are apart,
 * but the text is learned nearly in its order.
 *
 * All chance is drawn here, from one generator, before anything is computed: so threads cannot change it.
 */
#ifndef ORIEL_LEARN_KEPT_WORDS_H
#define ORIEL_LEARN_KEPT_WORDS_H

#include "learn/text_ids.h"
#include "net/pair_step.h"
#include "net/sampler.h"

/* Words of a segment. */
enum { SEGMENT_TURNS = 4, SEGMENT_WORDS = SEGMENT_TURNS * PAIRS_GROUP };

struct kept_words {
    struct text_ids *text; /* on loan */
    struct random random;
    struct sampler negatives;
    uint64_t *keeps;   /* [V] out of 2^32: the probability that an occurrence stays */
    int32_t *words;    /* [cap] the `reach` words before the block, the block, and what is read ahead */
    int32_t *sentence; /* [cap] number of the sentence that each of them is in */
    size_t n, cap, reach;
    size_t n_segments; /* of a block */
    size_t n_block;    /* words of the block at hand; 0: the next is to be begun */
    size_t n_turns;    /* steps that it has had */
    int32_t n_sentences;
    uint64_t n_read;  /* words of this epoch, those left out among them */
    size_t n_planned; /* steps of this epoch */
    bool is_over;     /* the text is */
};

/* steps of n_tiles at most.  ORIEL_ENOMEM. */
oriel_status kept_words_init(struct kept_words *k, struct text_ids *text, const oriel_vectors_options *o,
                             size_t n_tiles, oriel_error *err);
void kept_words_clear(struct kept_words *k);

/* Back to the beginning of the text.  ORIEL_EIO. */
oriel_status kept_words_restart(struct kept_words *k, oriel_error *err);

/* The next step; n_centres = 0: the text is over. */
oriel_status kept_words_plan(struct kept_words *k, struct pair_plan *p, const struct pair_shape *s, oriel_error *err);

#endif
