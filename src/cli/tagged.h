/*
 * Tagged sentences as bytes: CoNLL columns, JSON lines, or the text itself with its entities in brackets.
 */
#ifndef ORIEL_CLI_TAGGED_H
#define ORIEL_CLI_TAGGED_H

#include "cli/output.h"
#include "oriel.h"

enum tagged_form { TAGGED_CONLL, TAGGED_JSONL, TAGGED_INLINE };

struct tagged {
    struct output *out;
    const oriel_model *model;
    enum tagged_form form;
    oriel_input input;
    bool is_plain; /* labels, not entities */
    size_t n_best; /* readings that were asked for */
};

/* Writes a sentence and what stands before it.  A sentence without text writes only the latter. */
void tagged_write(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags);

#endif
