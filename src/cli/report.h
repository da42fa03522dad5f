/*
 * What the commands say to people: errors, figures, tables, and the progress of training.
 */
#ifndef ORIEL_CLI_REPORT_H
#define ORIEL_CLI_REPORT_H

#include <stdio.h>

#include "cli/options.h"
#include "cli/output.h"
#include "oriel.h"

enum { FIGURE_BYTES = 32 };

/* Prints a failure to stderr and gives the exit code: EXIT_MISUSE for an argument out of its range, else EXIT_FAILED. */
int report_error(const struct usage *u, const oriel_error *err);
int report_no_memory(void);

/* Says why writing failed (not for a reader that went away); EXIT_FAILED.  error: an errno. */
int report_write_error(int error);

/* "1,234,567"; text has FIGURE_BYTES and is returned. */
const char *report_count(char *text, uint64_t n);
/* "1:02:03", "4:05" */
const char *report_seconds(char *text, double seconds);
/* "3.4 MB" */
const char *report_bytes(char *text, uint64_t n);
/* n and a noun, with its plural unless n is one: "1 tag", "2 tags". */
const char *report_number_of(char *text, uint64_t n, const char *noun, const char *nouns);

/* What training saw, before it begins. */
void report_corpus(FILE *f, const oriel_corpus_facts *facts);

/* Training as it goes: one line that is rewritten on a terminal, a line an epoch elsewhere. */
struct progress {
    FILE *f;
    bool is_terminal;
    bool has_line; /* the terminal's line is not ended yet */
};

struct progress progress_begin(FILE *f);
void progress_show(struct progress *p, const oriel_progress *now);
void progress_rewrite(struct progress *p, const char *line); /* on a terminal */
void progress_end(struct progress *p);

/* The tables of a scoring.  with_tokens: token-level rows by type, too. */
void report_reliability(FILE *f, const oriel_scores *s); /* how far confidence can be believed */
void report_scores(FILE *f, const oriel_scores *s, bool with_tokens);
void report_scores_tsv(FILE *f, const oriel_scores *s);
void report_scores_json(struct output *o, const oriel_scores *s);

#endif
