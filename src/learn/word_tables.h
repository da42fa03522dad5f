/*
 * The tables of word vectors: how they begin, which rows a word is made of, and what is given out in the end.
 */
#ifndef ORIEL_LEARN_WORD_TABLES_H
#define ORIEL_LEARN_WORD_TABLES_H

#include "learn/text_ids.h"
#include "net/pair_step.h"

/* Inner rows uniform within 1 / (2 d), outer rows zero, as in word2vec's program.  ORIEL_ENOMEM; either way the tables are to be
 * cleared. */
oriel_status word_tables_make(struct pair_tables *t, const struct text_ids *text, const oriel_vectors_options *o,
                              oriel_error *err);

/* The words' vectors, and the letter groups' rows if there are any; is_lower: words were taken in lower case.  The outer rows and the
 * text's words are gone then. */
oriel_status word_tables_give(oriel_vectors **out, struct pair_tables *t, struct text_ids *text, bool is_lower,
                              oriel_error *err);

#endif
