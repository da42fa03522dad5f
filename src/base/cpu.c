/*
 * The compiler's run-time check asks CPUID, and also whether the operating system saves the wide registers.
 */
#include "base/cpu.h"

#include <stddef.h>

#if defined(__x86_64__)

/* The part of AVX-512 that the first server processors with it had; OpenBLAS's SkylakeX kernels need it all. */
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool cpu_has_vnni(void)
{
    __builtin_cpu_init();
    return has_avx512() && __builtin_cpu_supports("avx512vnni");
}

const char *cpu_instructions(void)
{
    __builtin_cpu_init();
    return has_avx512() ? "avx512" : has_avx2() ? "avx2" : "plain";
}

const char *cpu_blas_core(void)
{
    __builtin_cpu_init();
    return has_avx512() ? "SkylakeX" : has_avx2() ? "Haswell" : NULL;
}

#else

bool cpu_has_vnni(void)
{
    return false;
}

const char *cpu_instructions(void)
{
#if defined(__aarch64__)
    return "neon"; /* part of every 64-bit ARM */
#else
    return "plain";
#endif
}

const char *cpu_blas_core(void)
{
    return NULL;
}

#endif
