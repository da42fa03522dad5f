#include "model/vectors_input.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

enum { READ_SIZE = 1 << 17 };

#define MAX_LINE ((size_t)4 << 20)

oriel_status input_fill(struct input *in, size_t need, oriel_error *err)
{
    while (in->end - in->begin < need && !in->has_ended) {
        if (in->begin > 0) {
            memmove(in->buffer, in->buffer + in->begin, in->end - in->begin);
            in->end -= in->begin;
            in->begin = 0;
        }
        char *buffer = mem_grow(in->buffer, &in->cap, in->end + READ_SIZE, 1);
        if (!buffer)
            return error_memory(err);
        in->buffer = buffer;
        size_t got;
        oriel_status status = source_read(in->source, in->buffer + in->end, in->cap - in->end, &got, err);
        if (status)
            return status;
        in->end += got;
        in->has_ended = got == 0;
    }
    return ORIEL_OK;
}

const char *input_at(const struct input *in, size_t *n)
{
    *n = in->end - in->begin;
    return in->buffer + in->begin;
}

void input_use(struct input *in, size_t n)
{
    in->begin += n;
    in->offset += n;
}

oriel_status input_find(struct input *in, char byte, size_t max, size_t *at, oriel_error *err)
{
    size_t searched = 0;
    *at = SIZE_MAX;
    for (;;) {
        oriel_status status = input_fill(in, searched + 1, err);
        if (status)
            return status;
        size_t n;
        const char *s = input_at(in, &n);
        n = n < max ? n : max;
        const char *found = n > searched ? memchr(s + searched, byte, n - searched) : NULL;
        if (found)
            *at = (size_t)(found - s);
        if (found || n == max || n == searched)
            return ORIEL_OK;
        searched = n;
    }
}

oriel_status input_line(struct input *in, struct line *out, bool *more, oriel_error *err)
{
    size_t at;
    oriel_status status = input_find(in, '\n', MAX_LINE, &at, err);
    if (status)
        return status;
    size_t n;
    const char *s = input_at(in, &n);
    *more = n > 0;
    in->line += *more;
    if (at == SIZE_MAX && n >= MAX_LINE)
        return error_at(err, ORIEL_ELIMIT, source_name(in->source), in->line, "the line is longer than %zu bytes",
                        MAX_LINE);
    size_t n_line = at < SIZE_MAX ? at : n;
    size_t n_raw = n_line + (at < SIZE_MAX);
    if (at < SIZE_MAX && n_line > 0 && s[n_line - 1] == '\r')
        n_line--;
    *out = (struct line){.at = s, .n = n_line, .raw_n = n_raw, .number = in->line};
    input_use(in, n_raw);
    return ORIEL_OK;
}

char *input_take(struct input *in, size_t *n)
{
    char *taken = in->buffer;
    *n = in->end - in->begin;
    if (in->begin > 0)
        memmove(taken, taken + in->begin, *n);
    in->buffer = NULL;
    in->cap = in->begin = in->end = 0;
    return taken;
}

void input_clear(struct input *in)
{
    mem_free(in->buffer);
    *in = (struct input){0};
}
