/*
 * One way to fail: where, what was expected, what was found; cut to fit without breaking a character.
 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *oriel_status_name(oriel_status status)
{
    switch (status) {
    case ORIEL_OK:
        return "ORIEL_OK";
    case ORIEL_ENOMEM:
        return "ORIEL_ENOMEM";
    case ORIEL_EIO:
        return "ORIEL_EIO";
    case ORIEL_EFORMAT:
        return "ORIEL_EFORMAT";
    case ORIEL_EVERSION:
        return "ORIEL_EVERSION";
    case ORIEL_EENCODING:
        return "ORIEL_EENCODING";
    case ORIEL_EARG:
        return "ORIEL_EARG";
    case ORIEL_ELIMIT:
        return "ORIEL_ELIMIT";
    case ORIEL_EDIVERGED:
        return "ORIEL_EDIVERGED";
    case ORIEL_ESTOPPED:
        return "ORIEL_ESTOPPED";
    }
    return "unknown status";
}

/* The largest length up to n at which s can be cut without leaving the first bytes of a UTF-8 character at its end. */
static size_t character_boundary(const char *s, size_t n)
{
    size_t lead = n;
    while (lead > 0 && n - lead < 4) {
        unsigned char c = (unsigned char)s[--lead];
        if (c < 0x80)
            return n;
        if (c < 0xC0)
            continue;
        size_t length = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        return lead + length <= n ? n : lead;
    }
    return n; /* no character starts here at all: not UTF-8, any place is as good */
}

/* Built aside first: an argument may be the text of the very error that is filled. */
oriel_status error_at(oriel_error *err, oriel_status code, const char *file, size_t line, const char *format, ...)
{
    if (!err)
        return code;
    char text[sizeof err->text];
    int n_place = 0;
    if (file && line > 0)
        n_place = snprintf(text, sizeof text, "%s:%zu: ", file, line);
    else if (file)
        n_place = snprintf(text, sizeof text, "%s: ", file);
    size_t n = n_place > 0 ? (size_t)n_place : 0;
    if (n < sizeof text) {
        va_list arguments;
        va_start(arguments, format);
        int n_message = vsnprintf(text + n, sizeof text - n, format, arguments);
        va_end(arguments);
        n += n_message > 0 ? (size_t)n_message : 0;
    }
    if (n >= sizeof text)
        n = character_boundary(text, sizeof text - 1);
    text[n] = 0;
    memcpy(err->text, text, n + 1);
    err->code = code;
    err->line = line;
    return code;
}

oriel_status error_memory(oriel_error *err)
{
    return error_at(err, ORIEL_ENOMEM, NULL, 0, "out of memory");
}
