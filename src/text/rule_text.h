/*
 * The text of tokenizer rules as a list of names and patterns; what a pattern means is not known here.  The form of the
 * text is described in text/tokenizer.h.
 */
#ifndef ORIEL_TEXT_RULE_TEXT_H
#define ORIEL_TEXT_RULE_TEXT_H

#include <stdbool.h>

#include "oriel.h"

enum { RULE_TEXT_MAX_BYTES = 1 << 16, RULE_TEXT_MAX_RULES = 200 };

/* Names and patterns are on loan from the text; a pattern that goes on over several lines has their ends in it. */
struct rule {
    const char *name; /* [n_name] */
    size_t n_name;
    const char *pattern; /* [n_pattern], n_pattern > 0 */
    size_t n_pattern;
    size_t line;         /* 1-based, of the name */
    bool ends_sentences; /* "sentence.end"; else "token." and more */
};

struct rule_text {
    struct rule rule[RULE_TEXT_MAX_RULES]; /* [n], names are distinct */
    size_t n;
};

/* ORIEL_EFORMAT with file and line: not "name = pattern", an unknown name, a name twice, no pattern; ORIEL_EENCODING,
 * ORIEL_ELIMIT. */
oriel_status rule_text_read(struct rule_text *out, const char *text, const char *file, oriel_error *err);

#endif
