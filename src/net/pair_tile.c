/*
 * The gradients of a tile, from the words around its centres and the negatives that it shares.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/clones.h"
#include "net/kernel.h"
#include "net/pair_scratch.h"

enum { TILE = PAIRS_TILE };

FOR_EACH_CPU static void add_row(real *restrict x, const real *restrict row, size_t stride)
{
    for (size_t k = 0; k < stride; k++)
        x[k] += row[k];
}

FOR_EACH_CPU static void scale_row(real *x, real scale, size_t stride)
{
    for (size_t k = 0; k < stride; k++)
        x[k] *= scale;
}

/* How many rows a word has; *parts: which, NULL: its own alone. */
static size_t parts_of(const struct pair_tables *t, int32_t word, const int32_t **parts)
{
    *parts = NULL;
    if (!t->part_ends)
        return 1;
    size_t begin = word > 0 ? t->part_ends[word - 1] : 0;
    *parts = t->parts + begin;
    return t->part_ends[word] - begin;
}

static real part_scale(size_t n_parts)
{
    return (real)(1 / sqrt((double)n_parts));
}

void pair_word_vector(real *x, const struct pair_tables *t, int32_t word)
{
    const int32_t *parts;
    size_t n = parts_of(t, word, &parts);
    memcpy(x, t->inner + (size_t)word * t->stride, t->stride * sizeof *x);
    for (size_t i = 1; i < n; i++)
        add_row(x, t->inner + (size_t)parts[i] * t->stride, t->stride);
    if (n > 1)
        scale_row(x, part_scale(n), t->stride);
}

static void find_rows(struct pair_scratch *c, const struct pair_shape *s, const struct pair_tables *t)
{
    for (size_t j = 0; j < s->n_out; j++) {
        size_t row = c->outer_words[j] < 0 ? t->V : (size_t)c->outer_words[j];
        c->outer[j] = t->outer + row * t->stride;
        if (row < t->V)
            mem_expect(c->outer[j], t->stride * sizeof(real));
    }
    for (size_t i = 0; i < s->n_inner; i++) {
        c->inner[i] = c->x + i * t->stride;
        if (c->inner_words[i] < 0)
            memset(c->x + i * t->stride, 0, t->stride * sizeof *c->x);
        else
            pair_word_vector(c->x + i * t->stride, t, c->inner_words[i]);
    }
}

/* Fills around, and says how many words stand around each centre. */
static void look_around(struct pair_scratch *c, const struct pair_plan *p, const struct pair_shape *s, size_t tile,
                        real *n_around)
{
    memset(c->around, 0, s->n_around * TILE * sizeof *c->around);
    for (size_t i = 0; i < TILE; i++) {
        size_t at = tile * TILE + i;
        size_t left = at < p->n_centres ? p->left[at] : 0;
        size_t right = at < p->n_centres ? p->right[at] : 0;
        n_around[i] = (real)(left + right);
        real each = s->is_cbow && n_around[i] > 0 ? 1 / n_around[i] : 1;
        size_t place = pair_place(s, i);
        for (size_t j = place - left; j <= place + right; j++)
            c->around[j * TILE + i] = each;
        c->around[place * TILE + i] = 0;
    }
}

/* A negative that is one of the words of a pair is not counted for that pair. */
static void leave_out_hits(struct pair_scratch *c, const struct pair_shape *s, size_t n_text, size_t negative)
{
    int32_t word = c->outer_words[negative];
    int hits = 0;
    for (size_t j = 0; j < n_text; j++)
        hits |= c->outer_words[j] == word;
    if (!hits)
        return;
    for (size_t j = 0; j < n_text; j++)
        for (size_t i = 0; i < TILE && c->outer_words[j] == word; i++)
            c->neg[negative * TILE + i] -= s->share * c->pos[j * TILE + i];
}

FOR_EACH_CPU static void weigh_pairs(struct pair_scratch *c, const struct pair_shape *s, const real *n_around)
{
    size_t n_text = s->n_out - s->n_negatives;
    if (s->is_cbow)
        for (size_t i = 0; i < TILE * TILE; i++)
            c->pos[i] = i % (TILE + 1) == 0 && n_around[i / TILE] > 0;
    else
        memcpy(c->pos, c->around, n_text * TILE * sizeof *c->pos);
    for (size_t j = n_text; j < s->n_out; j++) {
        for (size_t i = 0; i < TILE; i++)
            c->neg[j * TILE + i] = s->share * (s->is_cbow ? (real)(n_around[i] > 0) : n_around[i]);
        leave_out_hits(c, s, n_text, j);
    }
}

const real *pair_tile_forward(struct pair_scratch *c, const struct pair_plan *p, const struct pair_shape *s,
                              const struct pair_tables *t, size_t tile, real *n_around)
{
    pair_plan_inner(c->inner_words, p, s, tile);
    pair_plan_outer(c->outer_words, p, s, tile);
    find_rows(c, s, t);
    look_around(c, p, s, tile, n_around);
    if (!s->is_cbow)
        return c->x;
    pairs_by_inner(c->r, c->around, c->inner, s->n_inner, t->stride);
    return c->r;
}

/* The rows of a mean move together, and so do those of a word's parts: a row's curvature is its share of r's, so that all
 * together do not carry r too far. */
void pair_tile_back(real *d_inner, real *h_inner, const real *dr, const real *h, const struct pair_scratch *c,
                    const struct pair_shape *s, const struct pair_tables *t)
{
    if (s->is_cbow)
        pairs_by_outer(d_inner, c->around, dr, s->n_inner, t->stride);
    else if (d_inner != dr)
        memcpy(d_inner, dr, TILE * t->stride * sizeof *dr);
    for (size_t p = 0; p < s->n_inner; p++) {
        h_inner[p] = s->is_cbow ? 0 : h[p];
        for (size_t i = 0; i < TILE && s->is_cbow; i++)
            h_inner[p] += c->around[p * TILE + i] * h[i];
        const int32_t *parts; /* a word of several rows hands its gradient on by the scale of their sum */
        if (t->part_ends && c->inner_words[p] >= 0)
            scale_row(d_inner + p * t->stride, part_scale(parts_of(t, c->inner_words[p], &parts)), t->stride);
    }
}

void pair_tile(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t,
               size_t tile, size_t thread, bool wants_loss)
{
    struct pair_scratch *c = &w->each[thread];
    real *d_inner = w->d_inner + tile * s->n_inner * t->stride;
    real n_around[TILE];
    real h[TILE];
    const real *r = pair_tile_forward(c, p, s, t, tile, n_around);
    weigh_pairs(c, s, n_around);
    pairs_transpose(c->rt, r, t->stride);
    pairs_scores(c->s, c->rt, c->outer, s->n_out, t->stride);
    if (wants_loss)
        w->loss[tile] = pairs_negative_loss(c->s, c->pos, c->neg, s->n_out * TILE);
    pairs_negative_delta(c->s, c->curve, c->pos, c->neg, s->n_out * TILE);
    pairs_curvature(h, w->h_outer + tile * s->n_out, c->curve, c->rt, c->outer, s->n_out, t->stride);
    pairs_by_outer(w->d_outer + tile * s->n_out * t->stride, c->s, r, s->n_out, t->stride);
    real *dr = s->is_cbow ? c->dr : d_inner;
    pairs_by_inner(dr, c->s, c->outer, s->n_out, t->stride);
    pair_tile_back(d_inner, w->h_inner + tile * s->n_inner, dr, h, c, s, t);
}
