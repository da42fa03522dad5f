/*
 * A file without a name, in TMPDIR or /tmp, for what is too large for the memory: it is gone when it is closed.
 */
#ifndef ORIEL_BASE_TEMPORARY_H
#define ORIEL_BASE_TEMPORARY_H

#include <stdio.h>

#include "oriel.h"

/* For writing and reading; fclose it.  ORIEL_EIO. */
oriel_status temporary_open(FILE **out, oriel_error *err);

/* A call on one has failed: ORIEL_EIO, errno says why. */
oriel_status temporary_failed(oriel_error *err);

#endif
