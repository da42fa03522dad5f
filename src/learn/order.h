/*
 * The order of an epoch: its items, with the case copies that are drawn anew for each, shuffled; and how far it has come.
 * All chance is that of one generator, so an epoch can be laid out again from the generator as it was before it began.
 */
#ifndef ORIEL_LEARN_ORDER_H
#define ORIEL_LEARN_ORDER_H

#include "base/random.h"
#include "learn/data.h"

struct order {
    const struct data *d;
    double case_copies;
    struct random random; /* as it is now */
    struct random before; /* as it was before this epoch */
    struct item *items;   /* [n] those of d, their copies behind them */
    int32_t *at;          /* [n] of [2 d->n_items]: the items as they are to come */
    struct item *batch;   /* [batch] the last ones that were taken */
    size_t n, n_done;     /* equal: the epoch is over, or none has begun */
};

/* Before the first epoch; d on loan.  A batch has at most so many items.  false: no memory. */
bool order_init(struct order *o, const struct data *d, double case_copies, size_t batch, uint64_t seed);
void order_clear(struct order *o);

/* The next epoch. */
void order_begin(struct order *o);

/* Takes the next items, at most n, to o->batch.  How many there were. */
size_t order_take(struct order *o, size_t n);

static inline bool order_is_over(const struct order *o)
{
    return o->n_done == o->n;
}

/* Puts o where another has been in an epoch: `before`, `random`, at [n] and n_done are what stood there.  false: this was no
 * epoch of these items, and o is not to be used. */
bool order_resume(struct order *o, const struct random *before, const struct random *random, const int32_t *at,
                  size_t n, size_t n_done);

#endif
