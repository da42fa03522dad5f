#include "support/test.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void test_close(const double *a, const double *b, size_t n, double relative, double absolute, const char *a_name,
                const char *b_name, const char *file, int line)
{
    for (size_t i = 0; i < n; i++) {
        double bound = absolute + relative * fmax(fabs(a[i]), fabs(b[i]));
        if (fabs(a[i] - b[i]) <= bound)
            continue;
        print_error("%s:%d: %s[%zu] = %.17g but %s[%zu] = %.17g, apart by %.3g, allowed %.3g\n", file, line, a_name, i,
                    a[i], b_name, i, b[i], fabs(a[i] - b[i]), bound);
        _fail(file, line);
    }
}

uint64_t test_seed(uint64_t fallback)
{
    const char *text = getenv("ORIEL_SEED");
    uint64_t seed = text ? strtoull(text, NULL, 10) : fallback;
    static bool is_said;
    if (!is_said)
        print_message("seed %llu (ORIEL_SEED replays it)\n", (unsigned long long)seed);
    is_said = true;
    return seed;
}

static char folder[] = "/tmp/oriel-test-XXXXXX";

static void remove_folder(void)
{
    char command[sizeof folder + 16];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        perror(command);
}

const char *test_folder(void)
{
    static bool is_made;
    if (is_made)
        return folder;
    if (!mkdtemp(folder))
        fail_msg("mkdtemp %s: %s", folder, strerror(errno));
    is_made = true;
    atexit(remove_folder);
    return folder;
}

const char *test_path(const char *name)
{
    static char paths[16][512];
    static size_t next;
    char *path = paths[next++ % 16];
    snprintf(path, sizeof paths[0], "%s/%s", test_folder(), name);
    return path;
}

void test_write(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        fail_msg("%s: %s", path, strerror(errno));
    bool is_written = n == 0 || fwrite(bytes, 1, n, f) == n;
    if (fclose(f) != 0 || !is_written)
        fail_msg("%s: cannot write", path);
}

char *test_read(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s: %s", path, strerror(errno));
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *bytes = malloc((size_t)size + 1);
    if (!bytes || fread(bytes, 1, (size_t)size, f) != (size_t)size)
        fail_msg("%s: cannot read", path);
    bytes[size] = 0;
    if (n)
        *n = (size_t)size;
    fclose(f);
    return bytes;
}
