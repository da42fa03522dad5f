/*
 * A file written aside: bytes go to a new file in the same folder, which takes the place of the old one only when all of
 * them are safe on disk.  After any failure the old file is what it was and nothing else is left.
 */
#ifndef ORIEL_BASE_ASIDE_H
#define ORIEL_BASE_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "oriel.h"

struct aside;

/* Begins a file that will stand at path.  A path that is a device or a pipe (/dev/full, /dev/stdout) is written
 * directly; "-" is standard output; a symbolic link is followed, so that its target is replaced.  ORIEL_EIO, ORIEL_ENOMEM. */
oriel_status aside_open(struct aside **out, const char *path, oriel_error *err);

/* Buffered; a failure is kept and told by aside_commit. */
void aside_write(struct aside *a, const void *bytes, size_t n);
FILE *aside_file(struct aside *a); /* for formatted output; on loan */

/* Everything so far handed to the system and, for a plain file, on disk?  false: aside_commit will tell why. */
bool aside_flush(struct aside *a);

/* Flushes, syncs, closes, renames, syncs the folder; frees a in every case.  ORIEL_EIO. */
oriel_status aside_commit(struct aside *a, oriel_error *err);

/* Gives up: nothing is left behind.  NULL is fine. */
void aside_abandon(struct aside *a);

#endif
