/*
 * A fixed crew of threads that runs f(block) for every block.  Which thread takes which block is left open, so whoever
 * uses it must give each block outputs of its own: then the result does not depend on the number of threads.
 */
#ifndef ORIEL_BASE_WORKERS_H
#define ORIEL_BASE_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct workers;

/* worker: 0 .. n_threads-1, the thread that calls (0 is the caller's own), for scratch memory. */
typedef void workers_fn(void *context, size_t block, size_t worker);

/* A crew of n_threads >= 1, the calling thread among them (1 starts none); NULL: no memory or no threads to be had. */
struct workers *workers_new(size_t n_threads);

/* Runs f for blocks 0 .. n_blocks-1 (fewer than 2^32) and returns when all are done.  One call at a time.  A thread begins with its own share,
 * the same in each run of as many blocks, so that what a block needs may still be near the processor that it was near last
 * time; who is ready first helps the others. */
void workers_run(struct workers *w, size_t n_blocks, workers_fn *f, void *context);

/* In a run of as many blocks as there are threads each has one of them, and all are at work at once.  So there a block may wait for
 * what another brings about and tells of afterwards.  The condition is asked by any thread, with what it reads atomic. */
typedef bool workers_condition(void *context);
void workers_wait(struct workers *w, workers_condition *is_there, void *context);
void workers_tell(struct workers *w);

size_t workers_count(const struct workers *w);
void workers_free(struct workers *w);

#endif
