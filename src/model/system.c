/*
 * What the library runs on.
 */
#include "base/cpu.h"
#include "net/kernel.h"
#include "oriel.h"

#ifndef ORIEL_COMMIT
#define ORIEL_COMMIT "unknown"
#endif

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown compiler"
#endif

void oriel_system_describe(oriel_system *s)
{
    *s = (oriel_system){
        .version = ORIEL_VERSION,
        .commit = ORIEL_COMMIT,
        .compiler = COMPILER,
        .instructions = cpu_instructions(),
        .blas = blas_version(),
        .blas_core = blas_core(),
        .blas_core_best = cpu_blas_core(),
        .blas_is_correct = blas_is_correct(),
    };
}

void oriel_system_single_blas_thread(void)
{
    blas_single_thread();
}
