#include "cli/keeping.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/stopping.h"

void keeping_note(struct keeping *k, const char *error, const struct progress *p)
{
    if (error && !k->is_old)
        fprintf(stderr, "%soriel: %s; training goes on\n", p->has_line ? "\n" : "", error);
    k->is_old = error;
}

void keeping_say_resumed(size_t done, size_t all, double share)
{
    if (done == 0 && share == 0)
        fprintf(stderr, "resume: there is no checkpoint yet, training begins\n");
    else
        fprintf(stderr, "resume: after epoch %zu of %zu and %.0f %% of the next\n", done, all, 100 * share);
}

bool keeping_end(const struct keeping *k)
{
    struct stat there;
    if (k->path && !stopping_is_asked() && stat(k->path, &there) == 0 && S_ISREG(there.st_mode))
        unlink(k->path);
    return !k->path || !stopping_is_asked() || !k->is_old;
}
