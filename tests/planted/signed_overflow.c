/* asan: signed integer overflow */
#include <limits.h>

int main(int argc, char **argv)
{
    (void)argv;
    volatile int n = INT_MAX;
    n += argc;
    return n == 0;
}
