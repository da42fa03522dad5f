#include "cli/output.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool output_open(struct output *o, int fd)
{
    *o = (struct output){.at = malloc(OUTPUT_BYTES), .cap = OUTPUT_BYTES, .fd = fd};
    return o->at != NULL;
}

/* A write that wrote nothing: worth another try, or an error that stays. */
static void look_at_failure(struct output *o, int error)
{
    struct pollfd room = {.fd = o->fd, .events = POLLOUT};
    if (error == EAGAIN)
        poll(&room, 1, -1);
    else if (error != EINTR)
        o->error = error;
}

static void write_all(struct output *o, const char *s, size_t n)
{
    while (n && !o->error) {
        ssize_t done = write(o->fd, s, n);
        if (done <= 0) {
            look_at_failure(o, done < 0 ? errno : EIO);
            continue;
        }
        s += done;
        n -= (size_t)done;
    }
}

bool output_flush(struct output *o)
{
    write_all(o, o->at, o->n);
    o->n = 0;
    return o->error == 0;
}

static bool grow(struct output *o, size_t n)
{
    size_t cap = o->cap + o->cap / 2;
    cap = cap - o->n < n ? o->n + n : cap;
    char *at = realloc(o->at, cap);
    if (!at) {
        o->error = o->error ? o->error : ENOMEM;
        return false;
    }
    o->at = at;
    o->cap = cap;
    return true;
}

void output_overflow(struct output *o, const char *s, size_t n)
{
    if (o->is_held) {
        if (grow(o, n))
            put_bytes(o, s, n);
        return;
    }
    output_flush(o);
    if (n > o->cap)
        write_all(o, s, n);
    else
        put_bytes(o, s, n);
}

void output_clear(struct output *o)
{
    free(o->at);
    o->at = NULL;
    o->n = o->cap = 0;
}

void put_whole(struct output *o, uint64_t n)
{
    char digits[20];
    size_t i = sizeof digits;
    do {
        digits[--i] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    put_bytes(o, digits + i, sizeof digits - i);
}

void put_thousandths(struct output *o, double x)
{
    unsigned n = x > 0 ? (unsigned)((x < 1 ? x : 1) * 1000 + 0.5) : 0;
    char text[5] = {(char)('0' + n / 1000), '.', (char)('0' + n / 100 % 10), (char)('0' + n / 10 % 10),
                    (char)('0' + n % 10)};
    put_bytes(o, text, sizeof text);
}

void put_significant(struct output *o, double x)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%.4g", x);
    put_bytes(o, text, (size_t)n);
}

/* What stands after the backslash for a byte that JSON forbids in a string; 'u': the six-character form; 0: allowed. */
static char json_escape(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return c < 0x20 ? 'u' : 0;
    }
}

static void put_escaped(struct output *o, unsigned char c, char escape)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', escape, '0', '0', hex[c >> 4], hex[c & 15]};
    put_bytes(o, text, escape == 'u' ? 6 : 2);
}

void put_json(struct output *o, const char *s, size_t n)
{
    put_char(o, '"');
    size_t begin = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        put_bytes(o, s + begin, i - begin);
        put_escaped(o, c, json_escape(c));
        begin = i + 1;
    }
    put_bytes(o, s + begin, n - begin);
    put_char(o, '"');
}
