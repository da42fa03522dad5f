/*
 * Loops marked FOR_EACH_CPU are compiled once for each instruction set and chosen when the program starts.  They may only
 * contain operations on one element at a time, or sums in an order that the source lays down, so that every version gives
 * the same bits (and -ffp-contract=off keeps a compiler from fusing them).
 */
#ifndef ORIEL_NET_CLONES_H
#define ORIEL_NET_CLONES_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define FOR_EACH_CPU __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define FOR_EACH_CPU
#endif

/* Their parts, and loops that take constants: made anew where they are called. */
#define INLINE static inline __attribute__((always_inline))

#endif
