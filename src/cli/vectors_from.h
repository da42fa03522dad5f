/*
 * The vectors that a command is about: of a file, or of a model.
 */
#ifndef ORIEL_CLI_VECTORS_FROM_H
#define ORIEL_CLI_VECTORS_FROM_H

#include "cli/options.h"
#include "oriel.h"

/* Options of commands that read vectors; the fields are of their settings. */
#define ROW_VECTORS(place)                                                                                             \
    {                                                                                                                  \
        .name = "vectors", .kind = OPTION_TEXT, .offset = (place), .argument = "FILE",                                 \
        .help = "a vectors file, plain or .gz"                                                                         \
    }
#define ROW_MODEL(place)                                                                                               \
    {                                                                                                                  \
        .name = "model", .kind = OPTION_TEXT, .offset = (place), .argument = "FILE", .help = "or a model"              \
    }
#define ROW_LIMIT(place)                                                                                               \
    {                                                                                                                  \
        .name = "limit", .kind = OPTION_SIZE, .offset = (place), .argument = "N", .least = 0, .most = 1e9,             \
        .help = "read only the first N words of a vectors file; 0: all"                                                \
    }

/* Says on stderr if the file that v was saved to is without its letter groups. */
void vectors_say_left_out(const oriel_vectors *v, const char *path, oriel_vector_format form);

/* file, or, if that is NULL, a model; limit: the first words of a file, 0: all. */
oriel_status vectors_from(oriel_vectors **out, const char *file, const char *model, size_t limit, oriel_error *err);

#endif
