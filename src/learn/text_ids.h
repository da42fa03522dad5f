/*
 * Text for word vectors, as a stream of ids that can be read again and again: it lies in a temporary file, which epochs read.  While
 * words are counted, they are written by ids in the order in which they came; when all are counted, these become the ids that stay.
 * Memory is bounded by the vocabulary: the rarest are forgotten whenever there are more than twice as many as may stay.
 * Ids are used again then, so the text is read a second time.
 */
#ifndef ORIEL_LEARN_TEXT_IDS_H
#define ORIEL_LEARN_TEXT_IDS_H

#include <stdio.h>

#include "base/workers.h"
#include "oriel.h"
#include "text/vocabulary.h"

enum { ID_SENTENCE_END = -1, ID_TEXT_END = -2 };

struct text_ids {
    struct vocab *words; /* ids of the stream are those minus VOCAB_SPECIAL: 0 is the most frequent word */
    size_t V;
    uint64_t n_words;  /* of the text that are in the vocabulary */
    uint64_t n_tokens; /* all of them */
    FILE *file;        /* ids and sentence ends */
    int32_t *buffer;
    size_t n_buffer, next; /* in the buffer */
    uint64_t n_before;     /* ids of the file before those of the buffer */
};

/* Reads all files ("-" is standard input, whose bytes are kept in another temporary file for a second time); one thread of the
 * crew reads, another counts.  All errors of a text file; ORIEL_EFORMAT, too, where no word is frequent enough.  Either way it
 * is to be cleared. */
oriel_status text_ids_make(struct text_ids *t, const oriel_vectors_options *o, struct workers *crew, oriel_error *err);
void text_ids_clear(struct text_ids *t);

oriel_status text_ids_rewind(struct text_ids *t, oriel_error *err);

/* How many ids were read since the beginning, sentence ends among them; and on from there.  ORIEL_EIO, ORIEL_EFORMAT: there are
 * not so many. */
uint64_t text_ids_offset(const struct text_ids *t);
oriel_status text_ids_go_to(struct text_ids *t, uint64_t offset, oriel_error *err);

/* The next id, ID_SENTENCE_END or ID_TEXT_END.  ORIEL_EIO. */
oriel_status text_ids_next(struct text_ids *t, int32_t *id, oriel_error *err);

#endif
