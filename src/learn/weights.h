/*
 * A copy of all weights that training can change, to come back to.
 */
#ifndef ORIEL_LEARN_WEIGHTS_H
#define ORIEL_LEARN_WEIGHTS_H

#include "learn/data.h"

/* Zero is empty. */
struct weights {
    real *block;            /* [network_count] */
    real *rows[TABLES_MAX]; /* [n_active][width] */
};

bool weights_save(struct weights *w, const oriel_model *m,
                  const struct data *d); /* false: no memory, w as it was or empty */
void weights_restore(const struct weights *w, oriel_model *m, const struct data *d);
void weights_clear(struct weights *w);

#endif
