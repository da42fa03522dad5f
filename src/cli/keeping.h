/*
 * What a command that trains says of its checkpoint, and what becomes of the file in the end.
 */
#ifndef ORIEL_CLI_KEEPING_H
#define ORIEL_CLI_KEEPING_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/report.h"

struct keeping {
    const char *path; /* NULL: there is none */
    bool is_old;      /* the latest could not be written */
};

/* Options of both commands; the fields are of their settings. */
#define ROW_CHECKPOINT(place)                                                                                          \
    {                                                                                                                  \
        .name = "checkpoint", .kind = OPTION_TEXT, .offset = (place), .argument = "FILE",                              \
        .help = "written after each epoch, so that a training that was stopped or killed can go on with --resume; "    \
                "removed when training has ended and the result is saved"                                              \
    }
#define ROW_CHECKPOINT_EVERY(place)                                                                                    \
    {                                                                                                                  \
        .name = "checkpoint-every", .kind = OPTION_NUMBER, .offset = (place), .argument = "SECONDS", .least = 0,       \
        .most = 1e6, .help = "also within an epoch; 0: not"                                                            \
    }

/* A failure is told once, until one could be written again. */
void keeping_note(struct keeping *k, const char *error, const struct progress *p);

/* done epochs of all, and a share of the next. */
void keeping_say_resumed(size_t done, size_t all, double share);

/* A training that has ended needs no checkpoint; one that was stopped is told when it has none of the moment.  A device that
 * stands in its place stays.  false: a failure. */
bool keeping_end(const struct keeping *k);

#endif
