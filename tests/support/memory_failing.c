/*
 * The failing twin of base/memory.c is that file itself on another ground: what it asks of the C library is counted here
 * and fails on demand, so the two can never drift apart.
 */
#include "support/memory_failing.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_size_t fail_at, n_calls, n_live;

void mem_fail_at(size_t n)
{
    atomic_store(&n_calls, 0);
    atomic_store(&fail_at, n);
}

size_t mem_calls(void)
{
    return atomic_load(&n_calls);
}

size_t mem_live(void)
{
    return atomic_load(&n_live);
}

static int failing_memalign(void **p, size_t alignment, size_t n)
{
    if (atomic_fetch_add(&n_calls, 1) + 1 == atomic_load(&fail_at))
        return ENOMEM;
    int result = posix_memalign(p, alignment, n);
    if (result == 0)
        atomic_fetch_add(&n_live, 1);
    return result;
}

static void counting_free(void *p)
{
    if (p)
        atomic_fetch_sub(&n_live, 1);
    free(p);
}

/* Of a block that is there. */
static void *failing_realloc(void *p, size_t n)
{
    return atomic_fetch_add(&n_calls, 1) + 1 == atomic_load(&fail_at) ? NULL : realloc(p, n);
}

#define posix_memalign failing_memalign
#define realloc failing_realloc
#define free counting_free
#include "../../src/base/memory.c"
