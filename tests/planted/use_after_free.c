/* asan, valgrind: heap-use-after-free|Invalid read */
#include <stdlib.h>

static int *volatile kept; /* the compiler loses sight of the block, or it would warn */

int main(int argc, char **argv)
{
    (void)argv;
    kept = malloc(sizeof *kept);
    if (!kept)
        return 1;
    *kept = argc;
    free(kept);
    return *kept == -1;
}
