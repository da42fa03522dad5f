/*
 * Fills an error and returns its code, so that a failure is one statement: return error_at(err, ...).
 */
#ifndef ORIEL_BASE_STATUS_H
#define ORIEL_BASE_STATUS_H

#include "oriel.h"

/* Fills *err (if not NULL) with "file:line: message" and returns code.  file NULL: the message alone; line 0: no line.
 * The text is cut to fit at a character boundary.  Never called with ORIEL_OK. */
oriel_status error_at(oriel_error *err, oriel_status code, const char *file, size_t line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* ORIEL_ENOMEM with the usual sentence. */
oriel_status error_memory(oriel_error *err);

#endif
