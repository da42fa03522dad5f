/*
 * Bytes from a file, a pipe, memory or a .gz, in pieces.  Compressed input is known by its first two bytes, not by its
 * name.  A truncated or damaged .gz is an error, not an early end.
 */
#ifndef ORIEL_BASE_SOURCE_H
#define ORIEL_BASE_SOURCE_H

#include <stdbool.h>

#include "oriel.h"

struct source;

/* path NULL or "-": standard input (which is not closed by source_close).  ORIEL_EIO names the file and the reason; a
 * directory is ORIEL_EIO. */
oriel_status source_open(struct source **out, const char *path, oriel_error *err);

/* Bytes on loan for as long as the source lives; `name` is used in messages. */
oriel_status source_from_memory(struct source **out, const void *bytes, size_t n, const char *name, oriel_error *err);

/* Reads at least one byte unless the end is reached, at most n > 0; *got = 0 means the end.  Does not wait for more once it has
 * some. */
oriel_status source_read(struct source *s, void *buffer, size_t n, size_t *got, oriel_error *err);

/* True when source_read would have to wait (a pipe or terminal without data). */
bool source_would_block(struct source *s);

/* The name for messages: the path, or "standard input". */
const char *source_name(const struct source *s);

void source_close(struct source *s);

/* A whole file mapped read-only (private); *bytes is NULL and *n 0 for an empty file.  ORIEL_EIO. */
oriel_status source_map(const char *path, const void **bytes, size_t *n, oriel_error *err);
void source_unmap(const void *bytes, size_t n);

#endif
