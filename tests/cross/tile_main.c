/*
 * The tile kernels of another processor, checked by a program that needs no library (scripts/check-arm64).
 */
#include <stdio.h>

#include "support/tile_check.h"

int main(void)
{
    const struct tile_kernel *kernel = tile_kernel_best();
    if (!kernel) {
        fprintf(stderr, "no tile kernel for this processor\n");
        return 1;
    }
    const char *why = check_tiles(kernel);
    if (!why)
        why = check_tiled_products(kernel);
    if (why)
        fprintf(stderr, "not what the plain kernel gives: %s\n", why);
    else
        printf("%s: every tile and product as the plain kernel gives it, to the bit\n", kernel->instructions);
    return why != NULL;
}
