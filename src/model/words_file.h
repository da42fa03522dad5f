/*
 * The words that belong to a file of numbers alone: a second file beside it, a word a line in the order of the rows.  A blank
 * within a word is part of it, since a line is a word.
 */
#ifndef ORIEL_MODEL_WORDS_FILE_H
#define ORIEL_MODEL_WORDS_FILE_H

#include "oriel.h"
#include "text/vocabulary.h"

/* Its name for that of the numbers: ".gz" and then the ending (".npy") taken off, ".words" put on.  mem_free it; NULL: no
 * memory. */
char *words_file_name(const char *path, const char *ending);

#define WORDS_ANY SIZE_MAX

/* Reads exactly n words (WORDS_ANY: as many as there are) and keeps the first `keep`, ids from VOCAB_SPECIAL on, frozen; path "-" is
 * standard input.  ORIEL_EFORMAT with file and line:
 * another number of lines, an empty one, a word twice, a control character; ORIEL_EENCODING; ORIEL_EIO. */
oriel_status words_file_read(struct vocab **out, const char *path, size_t n, size_t keep, oriel_error *err);

/* Could the words of v stand in such a file?  ORIEL_EFORMAT names the first that could not. */
oriel_status words_file_check(const oriel_vectors *v, oriel_error *err);

struct aside;
void words_file_write(struct aside *file, const oriel_vectors *v);

#endif
