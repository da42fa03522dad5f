/*
 * Bytes on their way to a file descriptor, gathered so that a token costs a copy and not a call.  They leave when the buffer is
 * full; an output that is held grows instead, until it is flushed.  The first failure is kept; after it nothing more is
 * written, and whoever owns the output asks at the end.
 */
#ifndef ORIEL_CLI_OUTPUT_H
#define ORIEL_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { OUTPUT_BYTES = 1 << 17 };

struct output {
    char *at; /* [cap] */
    size_t n; /* of them wait to be written */
    size_t cap;
    int fd;
    int error; /* errno of the first failure, 0: none */
    bool is_held;
};

bool output_open(struct output *o, int fd); /* false: no memory */

/* Writes what waits; false if that or anything before it failed. */
bool output_flush(struct output *o);

/* Frees the buffer; what still waits is not written. */
void output_clear(struct output *o);

/* The part of put_bytes that does not fit into the buffer. */
void output_overflow(struct output *o, const char *s, size_t n);

static inline void put_bytes(struct output *o, const char *s, size_t n)
{
    if (n > o->cap - o->n) {
        output_overflow(o, s, n);
        return;
    }
    if (n)
        memcpy(o->at + o->n, s, n);
    o->n += n;
}

static inline void put_char(struct output *o, char c)
{
    put_bytes(o, &c, 1);
}

static inline void put_text(struct output *o, const char *s)
{
    put_bytes(o, s, strlen(s));
}

void put_whole(struct output *o, uint64_t n);
void put_thousandths(struct output *o, double x);         /* "0.987"; x from 0 to 1 */
void put_significant(struct output *o, double x);         /* "0.9123", "3.2e-07": four digits */
void put_json(struct output *o, const char *s, size_t n); /* UTF-8 as a quoted JSON string */

#endif
