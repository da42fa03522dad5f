/*
 * Sentences from a stream: raw text (through the tokenizer), a sentence a line, or CoNLL columns.  This is what
 * oriel_reader_* in oriel.h promise.  What comes out depends on the bytes alone, never on how they arrived, and a
 * sentence is given out as soon as its line (wrapped: the blank line after its paragraph; CoNLL: the line after it) has
 * ended.
 *
 * Memory is bounded whatever comes.  A sentence ends after ORIEL_MAX_SENTENCE_TOKENS tokens; one of text or token lines
 * also before a token that would begin 64 KiB after its first, one of CoNLL after the line that brings it to 1 MiB.  A
 * token is cut at ORIEL_MAX_TOKEN_BYTES: in text and token lines its rest is the next token, in CoNLL the rest is in
 * `raw` only.  More than 64 KiB between two sentences is given out in parts, as sentences without tokens.
 *
 * `before` and what follows make up the repaired stream.  Text and token lines: before, text, before, text ...  CoNLL:
 * the lines of `raw` with their ends; raw[lines[i].end] may be looked at: CR or LF, or NUL where the stream has ended.
 */
#ifndef ORIEL_TEXT_READER_H
#define ORIEL_TEXT_READER_H

#include "base/source.h"
#include "oriel.h"
#include "text/tokenizer.h"

/* take_source: closed by oriel_reader_free, also when this call fails.  t: on loan, NULL: the built-in rules.
 * oriel_reader_open, which knows models, is in model/. */
oriel_status reader_new(oriel_reader **out, const struct tokenizer *t, struct source *take_source,
                        const oriel_reader_options *o, oriel_error *err);

#endif
