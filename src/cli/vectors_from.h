/*
 * The vectors that a command is about: of a file, or of a model.
 */
#ifndef ORIEL_CLI_VECTORS_FROM_H
#define ORIEL_CLI_VECTORS_FROM_H

#include "oriel.h"

/* file, or, if that is NULL, a model; limit: the first words of a file, 0: all. */
oriel_status vectors_from(oriel_vectors **out, const char *file, const char *model, size_t limit, oriel_error *err);

#endif
