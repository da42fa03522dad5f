/* The options of oriel train. */
#ifndef ORIEL_CLI_TRAIN_OPTIONS_H
#define ORIEL_CLI_TRAIN_OPTIONS_H

#include "cli/options.h"
#include "oriel.h"

struct train_settings {
    oriel_train_options options;
    struct list train;
    struct list known; /* its first n lists are about the first n files; "": all types */
    const char *model;
    const char *continue_from; /* NULL: none */
    const char *log;           /* NULL: none */
    unsigned bad_tags;         /* index into bad_tag_names */
    unsigned average;          /* into no_yes */
    unsigned batch_of;         /* into batch_names */
    bool is_quiet;
};

extern const struct usage train_usage; /* parses into struct train_settings */

#endif
