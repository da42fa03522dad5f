/*
 * Matrix products by tiles.  The result is cut into panels of columns and the inner index into stretches, so that what all
 * rows of tiles read of b stays in the nearest cache; nothing is copied but a transposed b, a panel at a time.
 *
 * Where the inner index is cut depends on its length alone.  So each element's sum has one order, whatever the sizes of the
 * matrices around it, the instruction set and the threads: the same rows give the same bits in any batch.
 */
#ifndef ORIEL_NET_TILED_H
#define ORIEL_NET_TILED_H

#include <stdbool.h>

#include "net/kernel.h"
#include "net/tile.h"

/* c = keep c + scale op(a) op(b), op: transposed or not; k: length of the sums.  As product_nn and its like in kernel.h. */
void tiled_product(const struct tile_kernel *kernel, struct matrix c, struct matrix a, bool a_is_transposed,
                   struct matrix b, bool b_is_transposed, real scale, real keep);

#endif
