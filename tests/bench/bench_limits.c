/*
 * What this machine could do at most of the two things that tagging is made of.  Prints a name and a figure a line.
 *
 *     bench_limits MEBIBYTES WINDOW UNITS
 *
 * row_gathers_per_second      slots of WINDOW * UNITS numbers of 16 bits, at random from a block of MEBIBYTES, read and added
 *                             up as whole numbers; the memory of the one after next is asked for in advance
 * near_gathers_per_second     the same from a block that the nearest caches hold
 * tile_gflops                 the tile kernel in use on operands in the nearest cache: sums of 256
 *
 * By the processor's own clock, the best of several tries.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "bench/bench_time.h"
#include "net/tile.h"

enum {
    TRIES = 5,
    GATHERS = 200000,
    AHEAD = 4,
    CACHE_LINE = 64,
    SUM_LENGTH = 256,
    TILES = 20000,
    NEAR_BYTES = 256 << 10
};

static void give_up(const char *what)
{
    fprintf(stderr, "bench_limits: %s\n", what);
    exit(1);
}

static void *checked(void *memory)
{
    if (!memory)
        give_up("no memory");
    return memory;
}

static uint64_t sum_of(const uint64_t *slot, size_t n)
{
    uint64_t lanes[4] = {0};
    for (size_t i = 0; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++)
            lanes[k] += slot[i + k];
    return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

static double gather(const uint64_t *block, const uint32_t *slots, size_t words)
{
    volatile uint64_t kept; /* or else nothing need be added up */
    uint64_t sum = 0;
    double begin = seconds_by(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t i = 0; i < GATHERS; i++) {
        const char *next = (const char *)(block + slots[i + AHEAD] * words);
        for (size_t at = 0; at < words * sizeof *block; at += CACHE_LINE)
            __builtin_prefetch(next + at);
        sum += sum_of(block + slots[i] * words, words);
    }
    kept = sum;
    (void)kept;
    return (double)GATHERS / (seconds_by(CLOCK_PROCESS_CPUTIME_ID) - begin);
}

static double gathers_per_second(size_t bytes, size_t slot_bytes)
{
    size_t words = slot_bytes / sizeof(uint64_t);
    size_t n = bytes / slot_bytes;
    if (n == 0)
        give_up("a slot is larger than the block");
    uint64_t *block = checked(malloc(n * words * sizeof *block));
    uint32_t *slots = checked(malloc((GATHERS + AHEAD) * sizeof *slots));
    struct random r = random_seeded(1);
    for (size_t i = 0; i < n * words; i++)
        block[i] = i;
    for (size_t i = 0; i < GATHERS + AHEAD; i++)
        slots[i] = (uint32_t)random_below(&r, n);
    double best = 0;
    for (size_t i = 0; i < TRIES; i++) {
        double rate = gather(block, slots, words);
        best = rate > best ? rate : best;
    }
    free(block);
    free(slots);
    return best;
}

static double tile_gflops(const struct tile_kernel *kernel)
{
    real *a = checked(calloc(kernel->rows * SUM_LENGTH, sizeof *a));
    real *b = checked(calloc(kernel->cols * SUM_LENGTH, sizeof *b));
    real *c = checked(calloc(kernel->rows * kernel->cols, sizeof *c));
    const struct tile t = {.c = c,
                           .c_row = kernel->cols,
                           .a = a,
                           .a_row = SUM_LENGTH,
                           .a_step = 1,
                           .b = b,
                           .b_row = kernel->cols,
                           .rows = kernel->rows,
                           .cols = kernel->cols,
                           .n = SUM_LENGTH,
                           .scale = 1};
    double best = 0;
    for (size_t i = 0; i < TRIES; i++) {
        double begin = seconds_by(CLOCK_PROCESS_CPUTIME_ID);
        for (size_t k = 0; k < TILES; k++)
            kernel->run(&t);
        double rate = 2e-9 * TILES * SUM_LENGTH * (double)(kernel->rows * kernel->cols) /
                      (seconds_by(CLOCK_PROCESS_CPUTIME_ID) - begin);
        best = rate > best ? rate : best;
    }
    free(a);
    free(b);
    free(c);
    return best;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        give_up("expected MEBIBYTES WINDOW UNITS");
    size_t block = strtoul(argv[1], NULL, 10) << 20;
    size_t slot = strtoul(argv[2], NULL, 10) * strtoul(argv[3], NULL, 10) * sizeof(int16_t);
    if (slot < 64)
        give_up("a slot has at least 32 numbers");
    const struct tile_kernel *kernel = tile_kernel_best() ? tile_kernel_best() : tile_kernel_plain();
    printf("row_gathers_per_second %.0f\n", gathers_per_second(block, slot));
    printf("near_gathers_per_second %.0f\n", gathers_per_second(NEAR_BYTES, slot));
    printf("tile_gflops %.1f\n", tile_gflops(kernel));
    return 0;
}
