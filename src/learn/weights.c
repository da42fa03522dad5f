#include "learn/weights.h"

#include <string.h>

#include "base/memory.h"

static size_t n_rows(const oriel_model *m, const struct data *d, size_t k)
{
    return d->n_active[k] * m->tables.table[k].width;
}

static bool make_room(struct weights *w, const oriel_model *m, const struct data *d)
{
    w->block = mem_alloc(network_count(&m->net), sizeof(real));
    bool is_there = w->block;
    for (size_t k = 0; k < m->tables.n && is_there; k++) {
        w->rows[k] = mem_alloc(n_rows(m, d, k), sizeof(real));
        is_there = w->rows[k];
    }
    if (!is_there)
        weights_clear(w);
    return is_there;
}

bool weights_save(struct weights *w, const oriel_model *m, const struct data *d)
{
    if (!w->block && !make_room(w, m, d))
        return false;
    memcpy(w->block, m->params.block, network_count(&m->net) * sizeof(real));
    for (size_t k = 0; k < m->tables.n; k++)
        memcpy(w->rows[k], m->tables.table[k].at, n_rows(m, d, k) * sizeof(real));
    return true;
}

void weights_restore(const struct weights *w, oriel_model *m, const struct data *d)
{
    memcpy(m->params.block, w->block, network_count(&m->net) * sizeof(real));
    for (size_t k = 0; k < m->tables.n; k++)
        memcpy(m->tables.table[k].at, w->rows[k], n_rows(m, d, k) * sizeof(real));
}

void weights_clear(struct weights *w)
{
    mem_free(w->block);
    for (size_t k = 0; k < TABLES_MAX; k++)
        mem_free(w->rows[k]);
    *w = (struct weights){0};
}
