/*
 * Controls of the failing twin of base/memory.c.  A test binary is linked with one or the other.  Any thread may allocate;
 * the controls belong to the test's own.
 */
#ifndef ORIEL_MEMORY_FAILING_H
#define ORIEL_MEMORY_FAILING_H

#include <stddef.h>

/* Counts anew: the n-th allocation from here on fails, those before and after it do not.  0: none fails. */
void mem_fail_at(size_t n);

/* Allocations asked for since mem_fail_at, the failed one among them.  A run in which mem_calls() < n went through
 * without meeting the failure. */
size_t mem_calls(void);

/* Blocks that are allocated and not freed. */
size_t mem_live(void);

#endif
