/*
 * The log of a training: a table, one row an epoch, each on disk as soon as the epoch is judged.
 */
#ifndef ORIEL_CLI_TRAIN_LOG_H
#define ORIEL_CLI_TRAIN_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include "oriel.h"

/* Zero: there is no log. */
struct train_log {
    const char *path; /* on loan */
    FILE *f;
    bool is_plain;   /* a file that can be cut */
    bool is_new;     /* it was made here and nothing stands in it */
    bool has_failed; /* that is told once */
};

/* Opens the file for a log that is to be written later; what stands in it stays as it is.  "-" is standard output.  A file that is
 * there and is not a log is refused.  false: the message is printed. */
bool train_log_open(struct train_log *l, const char *path);

/* At the start: keeps the rows of the epochs that a resumed training has already; at an epoch's end: writes its row.  A
 * failure is told at once, and training goes on. */
void train_log_note(struct train_log *l, const oriel_progress *now);

/* A log that did not begin is not left behind.  false: a row could not be written, now or before. */
bool train_log_close(struct train_log *l);

#endif
