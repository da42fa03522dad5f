/* asan, valgrind: LeakSanitizer|definitely lost */
#include <stdlib.h>

static void *volatile kept;

int main(void)
{
    kept = malloc(7);
    kept = NULL;
    return 0;
}
