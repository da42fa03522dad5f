/*
 * Where labels can stand: beside their points, over no other label or point.
 */
#ifndef ORIEL_MODEL_PICTURE_LABELS_H
#define ORIEL_MODEL_PICTURE_LABELS_H

#include <stdbool.h>
#include <stddef.h>

struct box {
    double left, top, right, bottom;
};

struct label {
    double x, y;  /* of the point */
    double width; /* of the text */
    double left;  /* where it begins, if it has room */
    double line;  /* its base line */
    int across;   /* left of the point: -1, in its middle: 0, right of it: 1 */
    bool has_room;
};

enum { LABEL_SIZE = 12, MARK_RADIUS = 4 }; /* height of a label's letters, size of a point, in pixels */

/* An estimate of the width of a UTF-8 text in a sans-serif face of that size. */
double label_width(const char *text, double size);

/* Finds room within the frame, in the order of the array [n].  Returns how many have it. */
size_t labels_place(struct label *labels, size_t n, struct box frame);

#endif
