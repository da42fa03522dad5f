/* asan, valgrind: heap-buffer-overflow|Invalid write */
#include <stdlib.h>

static char *volatile block; /* the compiler loses sight of the block and of its size */

int main(int argc, char **argv)
{
    (void)argv;
    block = malloc(8);
    if (!block)
        return 1;
    block[7 + argc] = 'x'; /* one byte too far */
    free(block);
    return 0;
}
