/*
 * Every allocation passes here: sizes are count times size, checked against overflow, so that a number read from a file
 * can never wrap.  Tests link a twin of this file that fails at a chosen call.
 */
#ifndef ORIEL_BASE_MEMORY_H
#define ORIEL_BASE_MEMORY_H

#include <stddef.h>

/* n * size bytes, aligned to 64; NULL on overflow or when there is no memory.  n = 0 gives a pointer that can be freed. */
void *mem_alloc(size_t n, size_t size);

/* The same, all bytes zero. */
void *mem_zero(size_t n, size_t size);

/* p (from here, or NULL) resized from n_old to n elements, contents kept; NULL: no memory, and p is as it was. */
void *mem_resize(void *p, size_t n_old, size_t n, size_t size);

/* Room for at least `need` elements: returns p itself if *cap suffices, else p moved to a larger block (at least half as
 * large again) with *cap updated; NULL: no memory, p and *cap as they were. */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size);

/* A copy of n bytes with a NUL after them. */
char *mem_string(const char *s, size_t n);

void mem_free(void *p);

enum { MEM_CACHE_LINE = 64 };

/* Asks for n bytes that are about to be needed; p may be anything. */
static inline void mem_expect(const void *p, size_t n)
{
    for (size_t i = 0; i < n; i += MEM_CACHE_LINE)
        __builtin_prefetch((const char *)p + i);
}

/* The same for bytes that are about to be written, and that another processor may have read.  (The compiler has the instruction only where
 * all processors of a kind have it; x86-64 ones that do not have it do nothing.) */
static inline void mem_expect_to_write(const void *p, size_t n)
{
    for (size_t i = 0; i < n; i += MEM_CACHE_LINE)
#if defined(__x86_64__)
        __asm__ volatile("prefetchw %0" : : "m"(*((const char *)p + i)));
#else
        __builtin_prefetch((const char *)p + i, 1);
#endif
}

#endif
