/*
 * The right BLAS core.  On a processor that it does not know, OpenBLAS falls back to its oldest kernels; which ones it takes
 * is decided when it is loaded, so the program sets OPENBLAS_CORETYPE and starts itself again, once, before any work.
 */
#ifndef ORIEL_CLI_BLAS_H
#define ORIEL_CLI_BLAS_H

#include <stdbool.h>

/* Starts the program again with the core that suits this processor, or returns: nothing to do, the user chose
 * (OPENBLAS_CORETYPE), the user forbids it (ORIEL_NO_REEXEC=1), or it cannot be done, which is said. */
void blas_choose_core(char **argv);

/* False if the BLAS computes wrong products, which is said; "info" may go on, to show what there is. */
bool blas_is_usable(const char *command);

#endif
