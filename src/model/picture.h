/*
 * Labelled points as one self-contained SVG: a light picture with a caption, both axes to one scale, a colour and a mark for
 * each type, a legend, and as many labels as find room without lying over one another.
 */
#ifndef ORIEL_MODEL_PICTURE_H
#define ORIEL_MODEL_PICTURE_H

#include <stdio.h>

#include "oriel.h"

struct picture_point {
    const char *label; /* UTF-8; what XML cannot hold becomes U+FFFD */
    size_t type;       /* below n_types; without types 0 */
    double x, y;
};

struct picture {
    const char *title;
    const char *x_name, *y_name;        /* of the axes */
    const struct picture_point *points; /* [n_points] the first get their labels first */
    size_t n_points;
    const char *const *types; /* [n_types] names for the legend */
    size_t n_types;           /* 0: no legend */
};

/* *n_labels: how many found room; the others show theirs when they are pointed at.  ORIEL_ENOMEM; failures of writing are f's. */
oriel_status picture_write(FILE *f, const struct picture *p, size_t *n_labels, oriel_error *err);

#endif
