/*
 * Raw bytes come from a descriptor or from memory; a first look at two of them decides whether they are handed on as they
 * are or inflated.  That look is taken at the first read, so that opening a pipe does not wait for its other end to write.
 */
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/status.h"

enum { GZIP_FIRST = 0x1F, GZIP_SECOND = 0x8B, RAW_SIZE = 1 << 16 };

enum form {
    FORM_UNKNOWN, /* nothing was read yet */
    FORM_PLAIN,
    FORM_MEMBER, /* inside a gzip member */
    FORM_BETWEEN /* after a member: another one, padding of zeros, or the end */
};

struct source {
    char *name;
    int fd; /* -1: memory */
    bool closes_fd;
    const unsigned char *memory; /* [n_memory] not yet read, on loan */
    size_t n_memory;
    enum form form;
    z_stream z;
    bool has_z;
    bool has_ended;      /* the raw bytes have */
    bool has_ahead;      /* `ahead` is the next byte to give out */
    unsigned char ahead; /* inflated by source_would_block, which had to try */
    size_t begin, end;   /* of `raw`: read but not yet used */
    unsigned char raw[RAW_SIZE];
};

/* ---- opening ---- */

static oriel_status source_new(struct source **out, const char *name, oriel_error *err)
{
    *out = NULL;
    struct source *s = mem_zero(1, sizeof *s);
    if (!s)
        return error_memory(err);
    s->fd = -1;
    s->name = mem_string(name, strlen(name));
    if (!s->name) {
        mem_free(s);
        return error_memory(err);
    }
    *out = s;
    return ORIEL_OK;
}

static int open_to_read(const char *path)
{
    int fd;
    do {
        fd = open(path, O_RDONLY | O_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

oriel_status source_open(struct source **out, const char *path, oriel_error *err)
{
    bool is_stdin = !path || strcmp(path, "-") == 0;
    struct source *s;
    oriel_status status = source_new(&s, is_stdin ? "standard input" : path, err);
    *out = NULL;
    if (status)
        return status;
    s->fd = is_stdin ? STDIN_FILENO : open_to_read(path);
    s->closes_fd = !is_stdin;
    struct stat about;
    if (s->fd < 0 || fstat(s->fd, &about) != 0)
        status = error_at(err, ORIEL_EIO, s->name, 0, "%s", strerror(errno));
    else if (S_ISDIR(about.st_mode))
        status = error_at(err, ORIEL_EIO, s->name, 0, "%s", strerror(EISDIR));
    if (status)
        source_close(s);
    else
        *out = s;
    return status;
}

oriel_status source_from_memory(struct source **out, const void *bytes, size_t n, const char *name, oriel_error *err)
{
    oriel_status status = source_new(out, name, err);
    if (status)
        return status;
    (*out)->memory = bytes;
    (*out)->n_memory = n;
    return ORIEL_OK;
}

const char *source_name(const struct source *s)
{
    return s->name;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->has_z)
        inflateEnd(&s->z);
    if (s->closes_fd && s->fd >= 0)
        close(s->fd);
    mem_free(s->name);
    mem_free(s);
}

/* ---- raw bytes ---- */

/* Waits for a descriptor that someone set to non-blocking. */
static void wait_for(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    poll(&p, 1, -1); /* interrupted or failed: the read that follows finds out */
}

static oriel_status read_raw(struct source *s, unsigned char *to, size_t n, size_t *got, oriel_error *err)
{
    *got = 0;
    if (s->fd < 0) {
        *got = n < s->n_memory ? n : s->n_memory;
        if (*got > 0)
            memcpy(to, s->memory, *got);
        s->memory = *got > 0 ? s->memory + *got : s->memory;
        s->n_memory -= *got;
        s->has_ended = *got == 0;
        return ORIEL_OK;
    }
    for (;;) {
        ssize_t n_read = read(s->fd, to, n < SSIZE_MAX ? n : SSIZE_MAX);
        if (n_read >= 0) {
            *got = (size_t)n_read;
            s->has_ended = n_read == 0;
            return ORIEL_OK;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            wait_for(s->fd);
        else if (errno != EINTR)
            return error_at(err, ORIEL_EIO, s->name, 0, "%s", strerror(errno));
    }
}

/* More raw bytes behind those that are there; none when they have ended. */
static oriel_status fill_raw(struct source *s, oriel_error *err)
{
    if (s->begin == s->end)
        s->begin = s->end = 0;
    size_t got;
    oriel_status status = read_raw(s, s->raw + s->end, RAW_SIZE - s->end, &got, err);
    if (!status)
        s->end += got;
    return status;
}

/* ---- gzip ---- */

static void *zlib_alloc(void *unused, unsigned n, unsigned size)
{
    (void)unused;
    return mem_alloc(n, size);
}

static void zlib_free(void *unused, void *p)
{
    (void)unused;
    mem_free(p);
}

/* Reads what is needed to tell plain from compressed: one byte, and a second one only if the first may be gzip's. */
static oriel_status find_form(struct source *s, oriel_error *err)
{
    while (!s->has_ended && (s->end == 0 || (s->end == 1 && s->raw[0] == GZIP_FIRST))) {
        oriel_status status = fill_raw(s, err);
        if (status)
            return status;
    }
    if (s->end < 2 || s->raw[0] != GZIP_FIRST || s->raw[1] != GZIP_SECOND) {
        s->form = FORM_PLAIN;
        return ORIEL_OK;
    }
    s->z.zalloc = zlib_alloc;
    s->z.zfree = zlib_free;
    if (inflateInit2(&s->z, 16 + MAX_WBITS) != Z_OK) /* 16: a gzip header and its checksum */
        return error_memory(err);
    s->has_z = true;
    s->form = FORM_MEMBER;
    return ORIEL_OK;
}

/* Between members: skips padding, and starts the next member if there is one. */
static oriel_status begin_member(struct source *s, oriel_error *err)
{
    while (s->begin < s->end && s->raw[s->begin] == 0)
        s->begin++;
    if (s->begin == s->end)
        return ORIEL_OK;
    if (s->raw[s->begin] != GZIP_FIRST)
        return error_at(err, ORIEL_EFORMAT, s->name, 0, "expected the end of the compressed data, found other bytes");
    inflateReset(&s->z);
    s->form = FORM_MEMBER;
    return ORIEL_OK;
}

/* Inflates from the raw bytes at hand, without reading more; *got = 0: they do not suffice for a byte. */
static oriel_status inflate_at_hand(struct source *s, unsigned char *to, size_t n, size_t *got, oriel_error *err)
{
    *got = 0;
    while (*got == 0) {
        if (s->form == FORM_BETWEEN) {
            oriel_status status = begin_member(s, err);
            if (status || s->form == FORM_BETWEEN)
                return status;
        }
        s->z.next_in = s->raw + s->begin;
        s->z.avail_in = (uInt)(s->end - s->begin);
        s->z.next_out = to;
        s->z.avail_out = n < UINT_MAX ? (uInt)n : UINT_MAX;
        int result = inflate(&s->z, Z_NO_FLUSH);
        s->begin = s->end - s->z.avail_in;
        *got = (size_t)(s->z.next_out - to);
        if (result == Z_STREAM_END)
            s->form = FORM_BETWEEN;
        else if (result == Z_MEM_ERROR)
            return error_memory(err);
        else if (result != Z_OK && result != Z_BUF_ERROR && *got == 0) /* bytes first: the error comes again */
            return error_at(err, ORIEL_EFORMAT, s->name, 0, "damaged compressed data: %s",
                            s->z.msg ? s->z.msg : "not gzip");
        else if (s->begin == s->end)
            break;
    }
    return ORIEL_OK;
}

static oriel_status read_inflated(struct source *s, unsigned char *to, size_t n, size_t *got, oriel_error *err)
{
    for (;;) {
        oriel_status status = inflate_at_hand(s, to, n, got, err);
        if (status || *got > 0)
            return status;
        if (s->has_ended && s->form == FORM_MEMBER)
            return error_at(err, ORIEL_EFORMAT, s->name, 0, "the compressed data is cut off before its end");
        if (s->has_ended)
            return ORIEL_OK;
        status = fill_raw(s, err);
        if (status)
            return status;
    }
}

/* ---- reading ---- */

static oriel_status read_plain(struct source *s, unsigned char *to, size_t n, size_t *got, oriel_error *err)
{
    size_t n_ready = s->end - s->begin;
    if (n_ready > 0) {
        *got = n < n_ready ? n : n_ready;
        memcpy(to, s->raw + s->begin, *got);
        s->begin += *got;
        return ORIEL_OK;
    }
    return s->has_ended ? ORIEL_OK : read_raw(s, to, n, got, err);
}

oriel_status source_read(struct source *s, void *buffer, size_t n, size_t *got, oriel_error *err)
{
    *got = 0;
    if (s->form == FORM_UNKNOWN) {
        oriel_status status = find_form(s, err);
        if (status)
            return status;
    }
    if (s->form == FORM_PLAIN)
        return read_plain(s, buffer, n, got, err);
    if (s->has_ahead) {
        *(unsigned char *)buffer = s->ahead;
        s->has_ahead = false;
        *got = 1;
        return ORIEL_OK;
    }
    return read_inflated(s, buffer, n, got, err);
}

/* Compressed bytes at hand need not give a byte of text, so one is inflated ahead; a failure is left for source_read, where
 * it comes again. */
static bool has_bytes_at_hand(struct source *s)
{
    if (s->form == FORM_UNKNOWN || s->form == FORM_PLAIN)
        return s->form == FORM_PLAIN && s->begin < s->end;
    if (s->has_ahead)
        return true;
    size_t got;
    if (inflate_at_hand(s, &s->ahead, 1, &got, NULL))
        return true;
    s->has_ahead = got > 0;
    return s->has_ahead;
}

bool source_would_block(struct source *s)
{
    if (s->fd < 0 || s->has_ended || has_bytes_at_hand(s))
        return false;
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    int n_ready;
    do {
        n_ready = poll(&p, 1, 0);
    } while (n_ready < 0 && errno == EINTR);
    return n_ready == 0;
}

/* ---- whole files ---- */

oriel_status source_map(const char *path, const void **bytes, size_t *n, oriel_error *err)
{
    *bytes = NULL;
    *n = 0;
    int fd = open_to_read(path);
    if (fd < 0)
        return error_at(err, ORIEL_EIO, path, 0, "%s", strerror(errno));
    struct stat about;
    oriel_status status = ORIEL_OK;
    if (fstat(fd, &about) != 0)
        status = error_at(err, ORIEL_EIO, path, 0, "%s", strerror(errno));
    else if (!S_ISREG(about.st_mode))
        status =
            error_at(err, ORIEL_EIO, path, 0, "%s", S_ISDIR(about.st_mode) ? strerror(EISDIR) : "not a plain file");
    else if ((uintmax_t)about.st_size > PTRDIFF_MAX)
        status = error_at(err, ORIEL_EIO, path, 0, "%s", strerror(EFBIG));
    else if (about.st_size > 0) {
        void *mapped = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (mapped == MAP_FAILED)
            status = error_at(err, ORIEL_EIO, path, 0, "%s", strerror(errno));
        else {
            *bytes = mapped;
            *n = (size_t)about.st_size;
        }
    }
    close(fd);
    return status;
}

void source_unmap(const void *bytes, size_t n)
{
    if (bytes)
        munmap((void *)bytes, n);
}
