/*
 * What time it is, for programs that measure.
 */
#ifndef ORIEL_BENCH_TIME_H
#define ORIEL_BENCH_TIME_H

#include <time.h>

/* CLOCK_PROCESS_CPUTIME_ID: of the processor; CLOCK_MONOTONIC: on the wall. */
static inline double seconds_by(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#endif
