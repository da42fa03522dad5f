/*
 * What this processor can do.  Asked once, by CPUID or its like; never by the build machine.
 */
#ifndef ORIEL_BASE_CPU_H
#define ORIEL_BASE_CPU_H

#include <stdbool.h>

/* "avx512", "avx2", "neon" or "plain". */
const char *cpu_instructions(void);

/* Has it, beside AVX-512, products of pairs of whole numbers that are added up at once? */
bool cpu_has_vnni(void);

/* The OpenBLAS kernel family that suits it, as OPENBLAS_CORETYPE names it ("SkylakeX", "Haswell"); NULL: the library's
 * own choice will do. */
const char *cpu_blas_core(void);

#endif
