#include "net/window.h"

#include <string.h>

#include "base/memory.h"

bool window_plan_init(struct window_plan *p, size_t window, size_t n_ids)
{
    *p = (struct window_plan){.window = window, .n_ids = n_ids};
    p->slot_of = mem_alloc(n_ids, sizeof *p->slot_of);
    if (!p->slot_of)
        return false;
    for (size_t i = 0; i < n_ids; i++)
        p->slot_of[i] = -1;
    return true;
}

void window_plan_clear(struct window_plan *p)
{
    mem_free(p->ids);
    mem_free(p->slots);
    mem_free(p->slot_of);
    *p = (struct window_plan){0};
}

void window_plan_empty(struct window_plan *p)
{
    for (size_t r = 0; r < p->n_rows; r++)
        p->slot_of[p->ids[r]] = -1;
    p->n = 0;
    p->n_rows = 0;
}

static bool grow_rows(struct window_plan *p, size_t need)
{
    int32_t *ids = mem_grow(p->ids, &p->cap_rows, need, sizeof *ids);
    if (!ids)
        return false;
    p->ids = ids;
    return true;
}

static int32_t slot_for(struct window_plan *p, int32_t id)
{
    if (p->slot_of[id] < 0) {
        p->slot_of[id] = (int32_t)p->n_rows;
        p->ids[p->n_rows++] = id;
    }
    return p->slot_of[id];
}

bool window_plan_add(struct window_plan *p, const int32_t *ids, size_t n_tokens, size_t first, size_t last,
                     int32_t before, int32_t after)
{
    size_t n_new = (last - first) * p->window;
    int32_t *slots = mem_grow(p->slots, &p->cap_slots, p->n * p->window + n_new, sizeof *slots);
    if (!slots)
        return false;
    p->slots = slots;
    if (!grow_rows(p, p->n_rows + n_new))
        return false;
    size_t reach = p->window / 2;
    slots += p->n * p->window;
    for (size_t t = first; t < last; t++)
        for (size_t place = 0; place < p->window; place++) {
            size_t at = t + place; /* shifted by reach, to stay unsigned */
            int32_t id = at < reach ? before : at - reach >= n_tokens ? after : ids[at - reach];
            *slots++ = slot_for(p, id);
        }
    p->n += last - first;
    return true;
}

bool window_plan_finish(struct window_plan *p)
{
    p->is_shared = p->n_rows < p->n;
    if (p->is_shared)
        return true;
    size_t n_places = p->n * p->window;
    if (!grow_rows(p, n_places))
        return false;
    for (size_t r = 0; r < p->n_rows; r++)
        p->slot_of[p->ids[r]] = -1;
    /* slots name ids that are overwritten as we go, so they become ids first */
    for (size_t i = 0; i < n_places; i++)
        p->slots[i] = p->ids[p->slots[i]];
    for (size_t i = 0; i < n_places; i++) {
        p->ids[i] = p->slots[i];
        p->slots[i] = (int32_t)i;
    }
    p->n_rows = n_places;
    return true;
}

void window_gather(real *rows, const struct window_plan *p, const real *table, size_t width)
{
    for (size_t r = 0; r < p->n_rows; r++)
        memcpy(rows + r * width, table + (size_t)p->ids[r] * width, width * sizeof *rows);
}

void window_scatter(real *table, const struct window_plan *p, const real *d_rows, real scale, size_t width)
{
    for (size_t r = 0; r < p->n_rows; r++)
        vector_add(table + (size_t)p->ids[r] * width, d_rows + r * width, scale, width);
}
