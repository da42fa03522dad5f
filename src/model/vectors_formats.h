/*
 * The formats of vectors files, each behind the same few functions; which one a file has is found by how it begins, which one
 * it is to have by its name's ending or by the caller.
 */
#ifndef ORIEL_MODEL_VECTORS_FORMATS_H
#define ORIEL_MODEL_VECTORS_FORMATS_H

#include "model/vectors_rows.h"

enum { VECTORS_LOOK = 16 }; /* bytes that suffice to know a format */

/* Formats with a word and its numbers in turn, from an input of which nothing was used; it may be read beyond the end. */
oriel_status vectors_read_rows(oriel_vectors **out, struct input *in, size_t limit, oriel_error *err);

/* What saves takes the threads that it may use; not all do. */

/* NumPy's: a table, and a words file beside it. */
bool npy_recognise(const unsigned char *start, size_t n);
oriel_status npy_read(oriel_vectors **out, struct blob *take_file, size_t limit, oriel_error *err);
oriel_status npy_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err);

/* safetensors: ours with the words inside and a checksum, others' with one table and a words file beside it. */
bool tensors_recognise(const unsigned char *start, size_t n);
oriel_status tensors_read(oriel_vectors **out, struct blob *take_file, size_t limit, oriel_error *err);
oriel_status tensors_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err);

oriel_status word2vec_text_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err);
oriel_status word2vec_binary_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err);
oriel_status glove_save(const oriel_vectors *v, const char *path, size_t threads, oriel_error *err);

#endif
