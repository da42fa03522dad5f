#include "cli/train_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char header[] = "epoch\tloss\tdev_precision\tdev_recall\tdev_f1\trate\tseconds\n";

static bool complain(const struct train_log *l, const char *why)
{
    fprintf(stderr, "oriel: %s: %s\n", l->path, why);
    return false;
}

static void note_failure(struct train_log *l)
{
    if (!l->has_failed)
        complain(l, strerror(errno));
    l->has_failed = true;
}

/* Nothing but an empty file or a log is written over. */
static bool is_log(struct train_log *l)
{
    char line[sizeof header] = "";
    size_t n = fread(line, 1, sizeof line - 1, l->f);
    return n == 0 || strcmp(line, header) == 0 || complain(l, "is there and is not a training log; not overwritten");
}

bool train_log_open(struct train_log *l, const char *path)
{
    struct stat there;
    *l = (struct train_log){.path = path};
    if (strcmp(path, "-") == 0) {
        l->f = stdout;
        return true;
    }
    l->is_new = stat(path, &there) != 0;
    l->is_plain = l->is_new || S_ISREG(there.st_mode);
    int fd = open(path, l->is_plain ? O_RDWR | O_CREAT | O_CLOEXEC : O_WRONLY | O_CLOEXEC, 0666);
    l->f = fd < 0 ? NULL : fdopen(fd, l->is_plain ? "r+" : "w");
    if (!l->f)
        return complain(l, strerror(errno));
    if (!l->is_plain || is_log(l))
        return true;
    fclose(l->f);
    return false;
}

/* Where the rows of the first epochs end; 0: there is not even a header. */
static off_t end_of(FILE *f, size_t epochs)
{
    off_t end = 0;
    char *line = NULL;
    size_t cap = 0;
    rewind(f);
    for (ssize_t n; (n = getline(&line, &cap, f)) > 0 && line[n - 1] == '\n'; end += n)
        if (end > 0 && strtoull(line, NULL, 10) - 1 >= epochs) /* not of 1 .. epochs */
            break;
    free(line);
    return end;
}

/* The table up to the epochs that are there already. */
static void begin(struct train_log *l, size_t epochs)
{
    l->is_new = false;
    off_t end = l->is_plain ? end_of(l->f, epochs) : 0;
    if (l->is_plain && (ftruncate(fileno(l->f), end) != 0 || fseeko(l->f, end, SEEK_SET) != 0))
        note_failure(l);
    if (end == 0 && (fputs(header, l->f) < 0 || fflush(l->f) != 0))
        note_failure(l);
}

static void put_row(struct train_log *l, const oriel_progress *now)
{
    int n = fprintf(l->f, "%zu\t%.6f\t%.6f\t%.6f\t%.6f\t%.9g\t%.2f\n", now->epoch, now->loss, now->dev_precision,
                    now->dev_recall, now->dev_f1, now->learning_rate, now->seconds);
    if (n < 0 || fflush(l->f) != 0)
        note_failure(l);
}

void train_log_note(struct train_log *l, const oriel_progress *now)
{
    if (l->f && now->moment == ORIEL_AT_START)
        begin(l, now->epoch);
    else if (l->f && now->moment == ORIEL_AT_EPOCH && !l->has_failed)
        put_row(l, now);
}

bool train_log_close(struct train_log *l)
{
    if (l->f && l->f != stdout && fclose(l->f) != 0)
        note_failure(l);
    if (l->f && l->is_new)
        unlink(l->path);
    l->f = NULL;
    return !l->has_failed;
}
