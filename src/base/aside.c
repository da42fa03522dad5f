/*
 * A stream whose bytes pass through our own write function, which keeps the reason of the first failure however the bytes
 * were written (fprintf tells none).  The new file has no name until all of it is there, so that nothing is left behind if we are
 * killed; where the file system has no such files, it has a name of chance from the start.  Then it is renamed over the one
 * that it replaces.
 */
#include "base/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"

enum { BUFFER_SIZE = 1 << 16, MAX_LINKS = 40, MAX_TRIES = 100, NAME_LENGTH = 12, OPEN_PATH_SIZE = 40 };

struct aside {
    char *name;    /* as the caller gave it, for messages */
    char *target;  /* what is replaced, links followed; NULL: written directly */
    char *temp;    /* the name of what is written, beside it */
    bool is_named; /* by it; until then it has no name */
    FILE *file;
    int fd; /* -1: none */
    bool closes_fd;
    int reason; /* errno of the first failure, 0: none */
    char buffer[BUFFER_SIZE];
};

/* ---- paths ---- */

/* Length of the part of a path up to its last slash, which is counted; 0: none. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* path's first n bytes and `rest`, NUL-terminated; NULL: no memory. */
static char *joined(const char *path, size_t n, const char *rest)
{
    size_t n_rest = strlen(rest);
    char *both = n_rest < SIZE_MAX - n ? mem_alloc(n + n_rest + 1, 1) : NULL;
    if (!both)
        return NULL;
    memcpy(both, path, n);
    memcpy(both + n, rest, n_rest + 1);
    return both;
}

/* What a chain of symbolic links leads to, which need not exist; mem_free it.  NULL: errno says why. */
static char *follow_links(const char *path)
{
    char *at = mem_string(path, strlen(path));
    for (int i = 0; at && i < MAX_LINKS; i++) {
        char to[PATH_MAX];
        ssize_t n = readlink(at, to, sizeof to - 1);
        if (n < 0)
            return at; /* no link, or nothing there: the calls that follow find out */
        to[n] = 0;
        char *next = joined(at, to[0] == '/' ? 0 : folder_length(at), to);
        mem_free(at);
        at = next;
    }
    errno = at ? ELOOP : ENOMEM;
    mem_free(at);
    return NULL;
}

/* ---- the stream ---- */

/* Waits for a pipe that someone set to non-blocking. */
static void wait_for(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    poll(&p, 1, -1); /* interrupted or failed: the write that follows finds out */
}

static ssize_t write_through(void *cookie, const char *bytes, size_t n)
{
    struct aside *a = cookie;
    size_t n_written = 0;
    while (a->reason == 0 && n_written < n) {
        ssize_t now = write(a->fd, bytes + n_written, n - n_written);
        if (now > 0)
            n_written += (size_t)now;
        else if (now == 0)
            a->reason = ENOSPC;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            wait_for(a->fd);
        else if (errno != EINTR)
            a->reason = errno;
    }
    return n_written == n ? (ssize_t)n : 0;
}

static bool open_stream(struct aside *a)
{
    a->file = fopencookie(a, "w", (cookie_io_functions_t){.write = write_through});
    if (!a->file)
        return false;
    setvbuf(a->file, a->buffer, _IOFBF, sizeof a->buffer);
    return true;
}

/* ---- opening ---- */

/* Where a file without a name is found while it is open. */
static void open_path(char path[OPEN_PATH_SIZE], int fd)
{
    snprintf(path, OPEN_PATH_SIZE, "/proc/self/fd/%d", fd);
}

/* A new file in the target's folder without a name, which can be given one later. */
static bool create_nameless(struct aside *a, mode_t mode)
{
    char path[OPEN_PATH_SIZE];
    size_t n = folder_length(a->temp);
    char cut = a->temp[n];
    a->temp[n] = 0;
    a->fd = open(n > 0 ? a->temp : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    a->temp[n] = cut;
    open_path(path, a->fd);
    if (a->fd < 0 || access(path, F_OK) == 0)
        return a->fd >= 0;
    close(a->fd);
    a->fd = -1;
    return false;
}

/* Gives the open file its name, or makes one that has it; nobody else's file is touched. */
static bool take_name(struct aside *a, mode_t mode)
{
    if (a->fd < 0) {
        a->fd = open(a->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        return a->fd >= 0;
    }
    char path[OPEN_PATH_SIZE];
    open_path(path, a->fd);
    return linkat(AT_FDCWD, path, AT_FDCWD, a->temp, AT_SYMLINK_FOLLOW) == 0;
}

/* Until a name of chance is free.  false: errno says why. */
static bool find_name(struct aside *a, mode_t mode)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct random r = random_seeded((uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 30 ^ (uint64_t)getpid() << 44);
    char *chance = strchr(a->temp, 0) - NAME_LENGTH;
    for (int i = 0; i < MAX_TRIES && !a->is_named; i++) {
        for (size_t k = 0; k < NAME_LENGTH; k++)
            chance[k] = "0123456789abcdefghijklmnopqrstuv"[random_below(&r, 32)];
        a->is_named = take_name(a, mode);
        if (!a->is_named && errno != EEXIST && errno != EINTR)
            return false;
    }
    return a->is_named;
}

/* A new file, which gets the permissions that the umask leaves. */
static bool create_temp(struct aside *a, bool is_private)
{
    mode_t mode = is_private ? 0600 : 0666;
    a->temp = joined(a->target, folder_length(a->target), ".oriel-------------");
    errno = ENOMEM;
    return a->temp && (create_nameless(a, mode) || find_name(a, mode));
}

/* Begins a file that replaces a plain file, or nothing.  The old one must be writable: who protected it meant it.  Its
 * permissions are kept, and its owner where we may. */
static bool open_aside(struct aside *a, const struct stat *old)
{
    if (old && faccessat(AT_FDCWD, a->target, W_OK, AT_EACCESS) != 0)
        return false;
    if (!create_temp(a, old != NULL))
        return false;
    a->closes_fd = true;
    if (!old)
        return true;
    if (fchown(a->fd, old->st_uid, old->st_gid) != 0)
        errno = 0; /* only its owner's business, and root's */
    return fchmod(a->fd, old->st_mode & 0777) == 0;
}

static bool open_direct(struct aside *a)
{
    do {
        a->fd = open(a->target, O_WRONLY | O_CLOEXEC);
    } while (a->fd < 0 && errno == EINTR);
    a->closes_fd = true;
    mem_free(a->target);
    a->target = NULL;
    return a->fd >= 0;
}

/* false: errno says why. */
static bool open_target(struct aside *a, const char *path)
{
    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
        a->fd = STDOUT_FILENO;
        return fflush(stdout) == 0; /* what the program wrote comes first */
    }
    struct stat old;
    bool exists = stat(path, &old) == 0;
    if (!exists && (errno != ENOENT || path[0] == 0))
        return false;
    if (exists && S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return false;
    }
    a->target = exists && !S_ISREG(old.st_mode) ? mem_string(path, strlen(path)) : follow_links(path);
    if (!a->target)
        return false;
    return exists && !S_ISREG(old.st_mode) ? open_direct(a) : open_aside(a, exists ? &old : NULL);
}

oriel_status aside_open(struct aside **out, const char *path, oriel_error *err)
{
    *out = NULL;
    struct aside *a = mem_alloc(1, sizeof *a);
    if (!a)
        return error_memory(err);
    memset(a, 0, offsetof(struct aside, buffer));
    a->fd = -1;
    errno = ENOMEM;
    a->name = mem_string(strcmp(path, "-") == 0 ? "standard output" : path,
                         strcmp(path, "-") == 0 ? strlen("standard output") : strlen(path));
    if (a->name && open_target(a, path) && open_stream(a)) {
        *out = a;
        return ORIEL_OK;
    }
    int reason = errno;
    aside_abandon(a);
    if (reason == ENOMEM)
        return error_memory(err);
    return error_at(err, ORIEL_EIO, path, 0, "cannot be written: %s", strerror(reason));
}

/* ---- writing ---- */

void aside_write(struct aside *a, const void *bytes, size_t n)
{
    if (n > 0 && fwrite(bytes, 1, n, a->file) != n && a->reason == 0)
        a->reason = EIO;
}

FILE *aside_file(struct aside *a)
{
    return a->file;
}

/* Closes what is open; the first failure is kept in a->reason. */
static void close_all(struct aside *a)
{
    bool has_failed = a->file && ferror(a->file);
    if (a->file && fclose(a->file) != 0)
        has_failed = true;
    if (has_failed && a->reason == 0)
        a->reason = EIO;
    a->file = NULL;
    if (a->target && a->fd >= 0 && a->reason == 0 && (fsync(a->fd) != 0 || (!a->is_named && !find_name(a, 0))))
        a->reason = errno;
    if (a->closes_fd && a->fd >= 0 && close(a->fd) != 0 && errno != EINTR && a->reason == 0)
        a->reason = errno;
    a->fd = -1;
}

/* Makes the new name last.  A folder that may not be read, or a file system that cannot sync one, is no failure.  The
 * name of the temporary file, which is no more, gives its memory for the folder's. */
static void sync_folder(struct aside *a)
{
    a->temp[folder_length(a->temp)] = 0;
    int fd = open(a->temp[0] ? a->temp : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fsync(fd) != 0 && errno == EIO)
        a->reason = EIO;
    close(fd);
}

static void free_all(struct aside *a)
{
    mem_free(a->temp);
    mem_free(a->target);
    mem_free(a->name);
    mem_free(a);
}

oriel_status aside_commit(struct aside *a, oriel_error *err)
{
    close_all(a);
    if (a->is_named && a->reason == 0 && rename(a->temp, a->target) != 0)
        a->reason = errno;
    if (a->is_named && a->reason != 0)
        unlink(a->temp);
    else if (a->is_named)
        sync_folder(a);
    oriel_status status = ORIEL_OK;
    if (a->reason != 0)
        status = error_at(err, ORIEL_EIO, a->name, 0, "cannot be written: %s", strerror(a->reason));
    free_all(a);
    return status;
}

void aside_abandon(struct aside *a)
{
    if (!a)
        return;
    a->reason = ECANCELED; /* what is buffered is not written any more */
    close_all(a);
    if (a->is_named)
        unlink(a->temp);
    free_all(a);
}
