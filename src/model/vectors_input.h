/*
 * A vectors file's bytes, looked at before they are used: lines and floats come from the same stream.
 */
#ifndef ORIEL_MODEL_VECTORS_INPUT_H
#define ORIEL_MODEL_VECTORS_INPUT_H

#include <stdbool.h>

#include "base/source.h"
#include "text/lines.h"

/* All zero but the source is its start; input_clear frees the buffer. */
struct input {
    struct source *source; /* on loan */
    char *buffer;          /* [cap] bytes [begin, end) are read but not used */
    size_t cap, begin, end;
    uint64_t offset; /* of begin in the file */
    size_t line;     /* that was given out last, 1-based */
    bool has_ended;
};

/* Makes at least `need` bytes available, fewer only at the end of the file. */
oriel_status input_fill(struct input *in, size_t need, oriel_error *err);

/* The *n bytes that are available; on loan until the next call that may read. */
const char *input_at(const struct input *in, size_t *n);

/* Goes on by n available bytes. */
void input_use(struct input *in, size_t n);

/* Looks for a byte among the next `max`, reading on as far as needed; *at = SIZE_MAX: it is not there. */
oriel_status input_find(struct input *in, char byte, size_t max, size_t *at, oriel_error *err);

/* The next line, without its end; *more = false: there is none.  ORIEL_ELIMIT: longer than 4 MiB. */
oriel_status input_line(struct input *in, struct line *out, bool *more, oriel_error *err);

/* The buffer, which is the caller's from now on (mem_free), with the *n bytes at its start that were not used. */
char *input_take(struct input *in, size_t *n);

void input_clear(struct input *in);

#endif
