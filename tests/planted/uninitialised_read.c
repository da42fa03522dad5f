/* valgrind: depends on uninitialised value */
#include <stdio.h>
#include <stdlib.h>

static int *volatile numbers; /* the compiler loses sight of the block, or it would warn */

int main(void)
{
    numbers = malloc(4 * sizeof *numbers);
    if (!numbers)
        return 1;
    if (numbers[2] == 17)
        puts("seventeen");
    free(numbers);
    return 0;
}
