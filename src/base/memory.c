/*
 * Allocation with checked sizes.  Blocks begin at a multiple of 64, a cache line and the widest vector; and they are not
 * rounded up at their end, so that sanitizers see the first byte too far.
 */
#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, SMALLEST_GROWTH = 16, LARGE = 1 << 20, HUGE = 4 << 20, PAGE = 4096 };

/* n * size, or false if no object can be that large. */
static bool total_size(size_t n, size_t size, size_t *total)
{
    if (size != 0 && n > PTRDIFF_MAX / size)
        return false;
    *total = n * size;
    return true;
}

/* Tables and caches are read all over, and with small pages a processor looks up where a page is nearly each time.  Only a
 * wish: a system that has no huge pages goes on with small ones. */
static void ask_for_huge_pages(void *p, size_t n)
{
    uintptr_t first = ((uintptr_t)p + PAGE - 1) / PAGE * PAGE;
    uintptr_t last = ((uintptr_t)p + n) / PAGE * PAGE;
    madvise((void *)first, last - first, MADV_HUGEPAGE);
}

void *mem_alloc(size_t n, size_t size)
{
    size_t total;
    if (!total_size(n, size, &total))
        return NULL;
    void *p = NULL;
    if (posix_memalign(&p, ALIGNMENT, total > 0 ? total : 1) != 0)
        return NULL;
    if (total >= HUGE)
        ask_for_huge_pages(p, total);
    return p;
}

void *mem_zero(size_t n, size_t size)
{
    void *p = mem_alloc(n, size);
    if (p)
        memset(p, 0, n * size);
    return p;
}

/* What realloc gave.  It need not keep the alignment, though it does for blocks that have pages of their own; if there is no
 * memory to put that right, the block is as good, only slower. */
static void *realigned(void *p, size_t total)
{
    void *moved = NULL;
    if ((uintptr_t)p % ALIGNMENT == 0 || posix_memalign(&moved, ALIGNMENT, total) != 0)
        return p;
    memcpy(moved, p, total);
    mem_free(p);
    return moved;
}

/* A new block and a copy; of a large one only the pages move, so that it is never in memory twice. */
void *mem_resize(void *p, size_t n_old, size_t n, size_t size)
{
    size_t total;
    if (p && n_old >= LARGE / (size > 0 ? size : 1) && total_size(n, size, &total) && total >= LARGE) {
        void *large = realloc(p, total);
        return large ? realigned(large, total) : NULL;
    }
    void *moved = mem_alloc(n, size);
    if (!moved)
        return NULL;
    size_t n_kept = n_old < n ? n_old : n;
    if (p && n_kept > 0)
        memcpy(moved, p, n_kept * size);
    mem_free(p);
    return moved;
}

void *mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
    if (p && need <= *cap)
        return p;
    size_t larger = *cap <= SIZE_MAX - *cap / 2 ? *cap + (*cap + 1) / 2 : need;
    if (larger < SMALLEST_GROWTH)
        larger = SMALLEST_GROWTH;
    if (larger < need)
        larger = need;
    void *moved = mem_resize(p, *cap, larger, size);
    if (moved)
        *cap = larger;
    return moved;
}

char *mem_string(const char *s, size_t n)
{
    if (n == SIZE_MAX)
        return NULL;
    char *copy = mem_alloc(n + 1, 1);
    if (!copy)
        return NULL;
    if (n > 0)
        memcpy(copy, s, n);
    copy[n] = 0;
    return copy;
}

void mem_free(void *p)
{
    free(p);
}
