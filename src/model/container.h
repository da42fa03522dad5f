/*
 * The file: named tensors behind a JSON header (safetensors), checked before anything is believed, written aside and
 * renamed.  Knows nothing of taggers.
 *
 * Layout: 8 bytes little-endian header length; the JSON header, padded with spaces so that data begins at a multiple of 64;
 * tensors, each padded to a multiple of 64 by a named byte tensor ("oriel.pad.N"), so that there are no holes; last, 8 bytes
 * "oriel.xxh3" (U64, shape [1]): XXH3-64 of everything before it.  The checksum detects accidents, not attackers.
 */
#ifndef ORIEL_MODEL_CONTAINER_H
#define ORIEL_MODEL_CONTAINER_H

#include <stdbool.h>

#include "model/dtype.h"
#include "oriel.h"

/* Written as __metadata__'s "oriel.format"; a file with a later number is refused, one without it is not ours.  Every
 * version ends in the checksum. */
#define CONTAINER_FORMAT 1

/* What a file is: its string "oriel.kind".  A file without it is a model. */
#define KIND_MODEL "model"
#define KIND_CHECKPOINT "checkpoint"
#define KIND_VECTORS "vectors file"
#define KIND_VECTORS_CHECKPOINT "vectors checkpoint"

#define TENSOR_MAX_DIMS 4
#define TENSOR_ALIGNMENT 64

struct tensor {
    const char *name;
    enum dtype dtype;
    size_t n_dims;
    size_t shape[TENSOR_MAX_DIMS];
    const void *data; /* little-endian, aligned to 64 when read from a mapped file */
};

/* ---- writing ---- */

struct container_writer;

struct container_writer *container_writer_new(void); /* NULL: no memory */
/* A string of __metadata__, copied; numbers as text.  What is not UTF-8 in the value is kept as U+FFFD.  A key that was put
 * before gets the new value ("oriel.format" is there from the start).  false: no memory. */
bool container_put_string(struct container_writer *w, const char *key, const char *value);
/* t->data and t->name are on loan until the writer is freed.  false: no memory. */
bool container_put_tensor(struct container_writer *w, const struct tensor *t);
/* Aside, synced, renamed, directory synced; the old file survives every failure.  A file at path that is not a container
 * made here, or one of another kind, is not overwritten, an empty one is: ORIEL_EFORMAT.  Same contents, same bytes.  "-" is
 * ORIEL_EARG. */
oriel_status container_write(const struct container_writer *w, const char *path, oriel_error *err);
void container_writer_free(struct container_writer *w);

/* Could container_write write a file of this kind there?  Tries, and leaves nothing behind; a device or a pipe is not
 * opened. */
oriel_status container_write_check(const char *path, const char *kind, oriel_error *err);

/* ---- reading ---- */

struct container; /* read-only */

/* Maps the file and checks all of it: lengths against the bytes that are there before anything is allocated, the header's
 * form, offsets without holes or overlaps, alignment, the checksum, and that it is of this kind.  ORIEL_EFORMAT says what was
 * expected and found; ORIEL_EVERSION; ORIEL_EIO. */
oriel_status container_open(struct container **out, const char *path, const char *kind, oriel_error *err);
/* The same from bytes, which are copied. */
oriel_status container_parse(struct container **out, const void *bytes, size_t n, const char *kind, oriel_error *err);
/* The same of bytes on loan until it is closed, aligned to 64, with a name for messages.  kind NULL: any safetensors file,
 * of which only the form is checked (a tensor begins where the one before it ends); its data need not be aligned. */
oriel_status container_view(struct container **out, const void *bytes, size_t n, const char *name, const char *kind,
                            oriel_error *err);
void container_close(struct container *c);

const char *container_string(const struct container *c, const char *key); /* NULL: none; on loan */

/* Is there a tensor of that name? */
bool container_has(const struct container *c, const char *name);

/* ORIEL_EFORMAT if there is no such tensor or its dtype or number of dimensions differ.  data on loan. */
oriel_status container_tensor(const struct container *c, const char *name, enum dtype dtype, size_t n_dims,
                              struct tensor *out, oriel_error *err);
/* All tensors, in the order of the file; on loan. */
size_t container_tensors(const struct container *c, const struct tensor **all);
const char *container_name(const struct container *c); /* for messages: the path, or the kind */

/* Is the file one of ours and of this kind, as far as its header says (which also holds for a later version)?  Anything else
 * is ORIEL_EFORMAT. */
oriel_status container_recognise(const char *path, const char *kind, oriel_error *err);

#endif
