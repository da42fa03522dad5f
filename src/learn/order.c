#include "learn/order.h"

#include <string.h>

#include "base/memory.h"

bool order_init(struct order *o, const struct data *d, double case_copies, size_t batch, uint64_t seed)
{
    size_t most = 2 * d->n_items; /* each with a copy */
    *o = (struct order){.d = d,
                        .case_copies = case_copies,
                        .random = random_seeded(seed ^ 0x6f72646572), /* apart from that of the first weights */
                        .items = mem_alloc(most, sizeof *o->items),
                        .at = mem_alloc(most, sizeof *o->at),
                        .batch = mem_alloc(batch, sizeof *o->batch)};
    for (size_t i = 0; o->at && i < most; i++)
        o->at[i] = (int32_t)i;
    return o->items && o->at && o->batch;
}

void order_clear(struct order *o)
{
    mem_free(o->items);
    mem_free(o->at);
    mem_free(o->batch);
    *o = (struct order){0};
}

/* Lower case is what text without capitals mostly is; the two others are headlines. */
static enum spelling draw_copy(struct order *o)
{
    double share = o->case_copies;
    double at = random_uniform(&o->random);
    if (at < share)
        return SPELLING_LOWER;
    if (at < share + share / 6)
        return SPELLING_UPPER;
    return at < share + share / 3 ? SPELLING_CAPITAL : SPELLING_AS_IS;
}

static void draw_items(struct order *o)
{
    o->n = o->d->n_items;
    memcpy(o->items, o->d->items, o->n * sizeof *o->items);
    for (size_t i = 0; o->case_copies > 0 && i < o->d->n_items; i++) {
        enum spelling how = draw_copy(o);
        if (how == SPELLING_AS_IS)
            continue;
        o->items[o->n] = o->items[i];
        o->items[o->n++].spelling = how;
    }
}

/* Without copies an epoch shuffles what the one before left; with them there are others each time. */
void order_begin(struct order *o)
{
    o->before = o->random;
    draw_items(o);
    for (size_t i = 0; o->case_copies > 0 && i < o->n; i++)
        o->at[i] = (int32_t)i;
    random_shuffle(&o->random, o->at, o->n);
    o->n_done = 0;
}

size_t order_take(struct order *o, size_t n)
{
    n = o->n - o->n_done < n ? o->n - o->n_done : n;
    for (size_t i = 0; i < n; i++)
        o->batch[i] = o->items[o->at[o->n_done + i]];
    o->n_done += n;
    return n;
}

/* Is each of 0 .. n-1 there once?  A place's sign tells that it was met. */
static bool is_permutation(int32_t *at, size_t n)
{
    bool is_good = true;
    for (size_t i = 0; i < n; i++)
        is_good = is_good && at[i] >= 0 && (size_t)at[i] < n;
    for (size_t i = 0; is_good && i < n; i++) {
        size_t met = (size_t)(at[i] & INT32_MAX);
        is_good = at[met] >= 0;
        at[met] |= INT32_MIN;
    }
    for (size_t i = 0; i < n; i++)
        at[i] &= INT32_MAX;
    return is_good;
}

bool order_resume(struct order *o, const struct random *before, const struct random *random, const int32_t *at,
                  size_t n, size_t n_done)
{
    o->random = *before;
    draw_items(o);
    if (n != o->n || n_done > n)
        return false;
    memcpy(o->at, at, n * sizeof *at);
    o->before = *before;
    o->random = *random;
    o->n_done = n_done;
    return is_permutation(o->at, n);
}
