/*
 * The two directions in which rows of numbers differ most: the first two principal components (Pearson 1901, Hotelling 1933), by
 * subspace iteration with Rayleigh-Ritz (Rutishauser 1969), so that neither a [d][d] nor an [n][n] table is made.
 */
#ifndef ORIEL_NET_PRINCIPAL_H
#define ORIEL_NET_PRINCIPAL_H

#include <stdbool.h>
#include <stddef.h>

/* x [n][d], whose mean row is taken off.  place [n][2] = where each row lies along the two directions, the signs so that the entry of
 * a direction that is largest in size is positive; share [2]: of the sum of squares, 0 where there is nothing.  A direction
 * that the rows do not have gives places 0.  The same bytes on every machine of a kind.  false: no memory. */
bool principal_plane(double *place, double share[2], double *x, size_t n, size_t d);

#endif
