#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"

oriel_status temporary_open(FILE **out, oriel_error *err)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    if (!folder || !*folder)
        folder = "/tmp";
    int n = snprintf(path, sizeof path, "%s/oriel-XXXXXX", folder);
    int fd = n > 0 && (size_t)n < sizeof path ? mkostemp(path, O_CLOEXEC) : -1;
    *out = fd >= 0 ? fdopen(fd, "w+b") : NULL;
    if (fd >= 0)
        unlink(path);
    if (fd >= 0 && !*out)
        close(fd);
    if (!*out)
        return error_at(err, ORIEL_EIO, folder, 0, "no temporary file: %s", strerror(errno));
    return ORIEL_OK;
}

oriel_status temporary_failed(oriel_error *err)
{
    return error_at(err, ORIEL_EIO, NULL, 0, "the temporary file (see TMPDIR): %s", strerror(errno));
}
