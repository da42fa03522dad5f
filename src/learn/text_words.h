/*
 * The words of a text, one after the other, as often as they are asked for: those of all files, in the form that vectors are learned
 * of.  They are read in batches: while one is used, another thread reads the next.
 */
#ifndef ORIEL_LEARN_TEXT_WORDS_H
#define ORIEL_LEARN_TEXT_WORDS_H

#include <stdio.h>

#include "base/bytes.h"
#include "base/workers.h"
#include "oriel.h"
#include "text/vocabulary.h"

struct word_batch {
    struct bytes words; /* one after the other; one of no bytes stands for the end of a sentence */
    size_t *ends;       /* [n] of the words in `words` */
    size_t n;           /* 0: the text has ended, unless reading failed */
    oriel_status status;
    oriel_error err;
};

struct text_words {
    const oriel_vectors_options *o; /* on loan */
    struct vocab *const *asked;     /* on loan */
    struct vocab_scratch forms;
    FILE *spool;          /* standard input's bytes, which can be read once only */
    size_t n_opened;      /* files, of this time */
    oriel_reader *reader; /* of the last of them; NULL: it has ended */
    struct word_batch batches[2], *now, *next;
};

/* *asked: the vocabulary that whoever gets the words will ask for them, one or another; the memory is asked beforehand.
 * Either way it is to be cleared.  ORIEL_ENOMEM. */
oriel_status text_words_init(struct text_words *t, const oriel_vectors_options *o, struct vocab *const *asked,
                             oriel_error *err);
void text_words_clear(struct text_words *t);

/* n = 0: the end of a sentence.  Any thread of the crew may call it, but one call follows the other. */
typedef oriel_status text_word_fn(void *context, const char *word, size_t n, oriel_error *err);

/* Gives all words to f, in the text's order.  The first error of f ends it; all errors of a text file. */
oriel_status text_words_each(struct text_words *t, struct workers *crew, text_word_fn *f, void *context,
                             oriel_error *err);

#endif
