/*
 * What every tile kernel must do, without cmocka, so that a program for another processor can check it as well.
 */
#ifndef ORIEL_TILE_CHECK_H
#define ORIEL_TILE_CHECK_H

#include "net/tile.h"

/* Tiles of every size, against those of the plain kernel to the bit; cells around the tile must stay.  NULL, or what was wrong. */
const char *check_tiles(const struct tile_kernel *kernel);

/* Whole products, cut into panels and stretches, against the plain kernel's. */
const char *check_tiled_products(const struct tile_kernel *kernel);

#endif
