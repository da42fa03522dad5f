/*
 * Token ids to input rows, and gradients of those rows back to the table they came from.
 *
 * A batch of N examples, each a window of W tokens, touches far fewer rows of the table than N * W.  A window plan lists
 * the rows (each once, where that pays) and says for each place of each window which of them stands there.  So the first
 * layer's products are computed once per distinct token (design notes: docs/design.md, "distinct tokens"), and a token that
 * occurs twice in a window receives both gradients.
 */
#ifndef ORIEL_NET_WINDOW_H
#define ORIEL_NET_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "net/kernel.h"

struct window_plan {
    size_t window;  /*         W, odd */
    size_t n;       /*         N examples */
    size_t n_rows;  /*         R rows */
    int32_t *ids;   /* [R]     the table row of each */
    int32_t *slots; /* [N][W]  index into ids for each place of each window */
    bool
        is_shared; /* ids are distinct; else R = N*W, slots are 0, 1, 2, ... and the rows lie as windows, side by side */
    int32_t *slot_of; /* [V]     where an id stands in this batch, -1: nowhere */
    size_t n_ids;     /*         V */
    size_t cap_rows, cap_slots;
};

/* Prepares an empty plan for ids 0 .. n_ids-1.  false: no memory. */
bool window_plan_init(struct window_plan *p, size_t window, size_t n_ids);
void window_plan_clear(struct window_plan *p);

/* Forgets the examples. */
void window_plan_empty(struct window_plan *p);

/* Adds the windows around tokens [first, last) of a sentence ids [T]; beyond its ends stand the ids `before` and `after`.
 * false: no memory. */
bool window_plan_add(struct window_plan *p, const int32_t *ids, size_t n_tokens, size_t first, size_t last,
                     int32_t before, int32_t after);

/* To be called once all examples are there: chooses the cheaper form.  Shared rows cost R products for each of the W
 * places, rows laid out as windows N.  false: no memory. */
bool window_plan_finish(struct window_plan *p);

/* rows [R][d] = the plan's rows of table [V][d]. */
void window_gather(real *rows, const struct window_plan *p, const real *table, size_t width);

/* table [V][d] += scale * d_rows [R][d] at the plan's rows: document 000, (29) and the text below it.  A row that occurs
 * several times receives each of its gradients. */
void window_scatter(real *table, const struct window_plan *p, const real *d_rows, real scale, size_t width);

#endif
