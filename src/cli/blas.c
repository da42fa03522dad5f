#include "cli/blas.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "oriel.h"

#define CORE "OPENBLAS_CORETYPE"
#define THREADS "OPENBLAS_NUM_THREADS" /* ours are our own: the library's would only look for work for a while */
#define FORBIDDEN "ORIEL_NO_REEXEC"
#define STARTED "ORIEL_REEXECED" /* set by ourselves: the core was chosen, never choose again */

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value && strcmp(value, "0") != 0;
}

/* 2: kernels for AVX-512, 1: for AVX2, 0: older ones, or not known. */
static int class_of(const char *core)
{
    static const char *const names[] = {"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(core, names[i]) == 0)
            return i < 2 ? 1 : 2;
    }
    return 0;
}

/* A newer core of the same class may be in use, and is as fast: no reason to start again. */
static bool is_as_good(const char *core, const char *best)
{
    return strcasecmp(core, best) == 0 || (class_of(best) > 0 && class_of(core) >= class_of(best));
}

static void start_again(char **argv)
{
    execv("/proc/self/exe", argv);
    fprintf(stderr, "oriel: cannot start again with a faster BLAS core (%s); going on with what there is\n",
            strerror(errno));
}

/* The core that was chosen computes wrong products: back to the library's own choice, and no further try. */
static void give_up_choice(char **argv)
{
    unsetenv(CORE);
    setenv(FORBIDDEN, "1", 1);
    start_again(argv);
}

void blas_choose_core(char **argv)
{
    if (is_set(FORBIDDEN))
        return;
    oriel_system s;
    oriel_system_describe(&s);
    if (is_set(STARTED)) {
        if (!s.blas_is_correct)
            give_up_choice(argv);
        return;
    }
    if (getenv(CORE) || !s.blas_core_best || is_as_good(s.blas_core, s.blas_core_best))
        return;
    if (setenv(CORE, s.blas_core_best, 1) != 0 || setenv(THREADS, "1", 1) != 0 || setenv(STARTED, "1", 1) != 0)
        return;
    start_again(argv);
    unsetenv(CORE);
    unsetenv(STARTED);
}

bool blas_is_usable(const char *command)
{
    oriel_system s;
    oriel_system_describe(&s);
    if (s.blas_is_correct || strcmp(command, "info") == 0)
        return true;
    fprintf(stderr, "oriel: the BLAS (%s, core %s) computes wrong products here; choose another core with %s\n", s.blas,
            s.blas_core, CORE);
    return false;
}
