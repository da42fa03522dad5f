/*
 * A whole file's bytes: mapped where it is a plain file that is not compressed, else read into memory, which grows with what
 * comes and not with what a header promises.
 */
#ifndef ORIEL_MODEL_BLOB_H
#define ORIEL_MODEL_BLOB_H

#include <stdbool.h>

#include "model/vectors_input.h"

/* All zero is empty. */
struct blob {
    const unsigned char *at; /* [n] aligned to 64 */
    size_t n;
    const char *name; /* for messages; on loan from whoever made the blob */
    bool is_mapped;
};

/* Maps a plain file; anything else (a pipe, a file that is not there) gives an empty blob and ORIEL_OK.  ORIEL_EIO. */
oriel_status blob_map(struct blob *out, const char *path, oriel_error *err);

/* All that is left of the input. */
oriel_status blob_read(struct blob *out, struct input *in, oriel_error *err);

void blob_clear(struct blob *b);

#endif
