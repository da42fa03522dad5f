/*
 * A tile, from the words around its centres and the negatives that it shares: scores, and when these are there deltas and the
 * gradients of the centres.
 */
#include <string.h>

#include "base/memory.h"
#include "net/clones.h"
#include "net/pair_scratch.h"

enum { TILE = PAIRS_TILE, GROUP = PAIRS_GROUP };

void pair_look_around(struct pair_scratch *c, const struct pair_plan *p, const struct pair_shape *s, size_t tile)
{
    memset(c->around, 0, s->n_around * GROUP * sizeof *c->around);
    for (size_t i = 0; i < TILE; i++) {
        size_t at = tile * TILE + i;
        size_t left = at < p->n_centres ? p->left[at] : 0;
        size_t right = at < p->n_centres ? p->right[at] : 0;
        c->n_around[i] = (real)(left + right);
        real each = s->is_cbow && left + right > 0 ? 1 / c->n_around[i] : 1;
        size_t place = pair_place(s, i);
        for (size_t j = place - left; j <= place + right; j++)
            c->around[j * GROUP + i % GROUP] = each;
        c->around[place * GROUP + i % GROUP] = 0;
    }
}

/* Rows and weights of the words of a group, from those of the tile. */
static struct pair_rows rows_of_group(const real *const *rows, const real *weights, size_t n, size_t group)
{
    return (struct pair_rows){rows + group * n, weights + group * n * GROUP, n, GROUP};
}

/* A word's own rows; others' parts are not worth it. */
static void expect_rows(const struct pair_tables *t, struct pair_halves halves, bool is_inner, const int32_t *words,
                        size_t n)
{
    for (const struct pair_half *h = t->half + halves.first; h < t->half + halves.first + halves.n; h++) {
        const real *rows = is_inner ? h->inner : h->outer;
        for (size_t i = 0; i < n; i++)
            if (words[i] >= 0)
                mem_expect(rows + (size_t)words[i] * h->stride, h->stride * sizeof *rows);
    }
}

/* The r's of a half, from the rows of c->inner_words and, for CBOW, c->around. */
static void vectors_of_half(struct pair_work *w, struct pair_scratch *c, const struct pair_plan *p,
                            const struct pair_shape *s, const struct pair_tables *t, size_t half, size_t tile)
{
    size_t stride = t->half[half].stride;
    real *r = pair_centres(&w->half[half], p) + tile * TILE * stride;
    real *x = s->is_cbow ? c->x : r;
    for (size_t i = 0; i < s->n_inner; i++) {
        pair_word_columns(x + i * stride, t, half, c->inner_words[i]);
        c->inner[i] = x + i * stride;
    }
    for (size_t g = 0; g < PAIRS_GROUPS && s->is_cbow; g++) {
        struct pair_rows of[2] = {rows_of_group(c->inner, c->around, s->inner_of_group, g)};
        pairs_sum_group(r + g * GROUP * stride, of, stride);
    }
}

void pair_vectors(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s,
                  const struct pair_tables *t, struct pair_halves halves, size_t tile, size_t thread)
{
    struct pair_scratch *c = &w->each[thread];
    pair_plan_inner(c->inner_words, p, s, tile);
    expect_rows(t, halves, true, c->inner_words, s->n_inner);
    if (s->is_cbow)
        pair_look_around(c, p, s, tile);
    for (size_t i = halves.first; i < halves.first + halves.n; i++)
        vectors_of_half(w, c, p, s, t, i, tile);
}

/* Columns of the outer rows of c->outer_words. */
static void find_outer(struct pair_scratch *c, const struct pair_shape *s, const struct pair_tables *t, size_t half)
{
    for (size_t j = 0; j < s->n_out; j++)
        c->outer[j] =
            t->half[half].outer + (c->outer_words[j] < 0 ? t->V : (size_t)c->outer_words[j]) * t->half[half].stride;
}

/* ---- forward ---- */

/* What a half adds to a tile's scores and squares. */
static real *sums_of(const struct pair_half_work *h, const struct pair_plan *p, const struct pair_shape *s, size_t tile)
{
    return h->sums[p->number % PAIRS_IN_FLIGHT] + tile * s->n_sums;
}

/* Of a text's word only the scores with its own group. */
static void keep_scores(real *scores, const real *all, const struct pair_shape *s)
{
    for (size_t g = 0, j = 0; g < PAIRS_GROUPS; g++)
        for (size_t n = 0; n < s->outer_of_group; n++, j++)
            memcpy(scores + j * GROUP, all + j * TILE + g * GROUP, GROUP * sizeof *scores);
}

static void find_sums(real *sums, struct pair_scratch *c, const real *r, const struct pair_shape *s, size_t stride)
{
    pairs_transpose(c->rt, r, stride);
    pairs_scores(c->s, c->rt, c->outer, s->n_text, stride);
    keep_scores(sums, c->s, s);
    pairs_scores(sums + s->n_text * GROUP, c->rt, c->outer + s->n_text, s->n_negatives, stride);
    pairs_squares_transposed(sums + s->n_scores, c->rt, stride);
    pairs_squares(sums + s->n_scores + TILE, c->outer, s->n_out, stride);
}

void pair_forward(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s,
                  const struct pair_tables *t, struct pair_halves halves, size_t tile, size_t thread)
{
    struct pair_scratch *c = &w->each[thread];
    pair_plan_outer(c->outer_words, p, s, tile);
    expect_rows(t, halves, false, c->outer_words, s->n_out);
    for (size_t i = halves.first; i < halves.first + halves.n; i++)
        mem_expect_to_write(sums_of(&w->half[i], p, s, tile), s->n_sums * sizeof(real));
    pair_vectors(w, p, s, t, halves, tile, thread);
    for (size_t i = halves.first; i < halves.first + halves.n; i++) {
        struct pair_half_work *half = &w->half[i];
        size_t stride = t->half[i].stride;
        find_outer(c, s, t, i);
        find_sums(sums_of(half, p, s, tile), c, pair_centres(half, p) + tile * TILE * stride, s, stride);
    }
}

/* ---- deltas ---- */

/* A negative that is one of the words of a pair is not counted for that pair. */
static inline void leave_out_hits(struct pair_scratch *c, const struct pair_shape *s, real *neg, int32_t negative)
{
    int hits = 0;
    for (size_t j = 0; j < s->n_text; j++)
        hits |= c->outer_words[j] == negative;
    for (size_t j = 0; j < s->n_text && hits; j++)
        for (size_t i = 0; i < GROUP && c->outer_words[j] == negative; i++)
            neg[j / s->outer_of_group * GROUP + i] -= s->share * c->pos[j * GROUP + i];
}

/* pos is of words of the text alone, neg of negatives. */
FOR_EACH_CPU static void weigh_pairs(struct pair_scratch *c, const struct pair_shape *s)
{
    size_t n_pos = s->n_text * GROUP;
    if (s->is_cbow)
        for (size_t i = 0; i < TILE; i++)
            c->pos[i * GROUP + i % GROUP] = c->n_around[i] > 0;
    else
        memcpy(c->pos, c->around, n_pos * sizeof *c->pos);
    for (size_t m = 0; m < s->n_negatives; m++) {
        real *neg = c->neg + n_pos + m * TILE;
        for (size_t i = 0; i < TILE; i++)
            neg[i] = s->share * (s->is_cbow ? (real)(c->n_around[i] > 0) : c->n_around[i]);
        leave_out_hits(c, s, neg, c->outer_words[s->n_text + m]);
    }
}

/* h [TILE] of the r's, aligned as rows are. */
static void find_curvatures(real *h, real *h_outer, const struct pair_scratch *c, const struct pair_shape *s)
{
    const real *inner_squares = c->squares;
    const real *outer_squares = c->squares + TILE;
    memset(h, 0, TILE * sizeof *h);
    for (size_t g = 0; g < PAIRS_GROUPS; g++) {
        size_t j = g * s->outer_of_group;
        pairs_curvature_group(h + g * GROUP, h_outer + j, c->curve + j * GROUP, inner_squares + g * GROUP,
                              outer_squares + j, s->outer_of_group);
    }
    pairs_curvature(h, h_outer + s->n_text, c->curve + s->n_text * GROUP, inner_squares, outer_squares + s->n_text,
                    s->n_negatives);
}

/* The rows of a mean move together, and so do those of a word's parts: a row's curvature is its share of r's, so that all
 * together do not carry r too far. */
void pair_hand_on(const struct pair_deltas *d, const real *h, struct pair_scratch *c, const struct pair_plan *p,
                  const struct pair_shape *s, const struct pair_tables *t, size_t tile)
{
    pair_plan_inner(c->inner_words, p, s, tile);
    for (size_t j = 0; j < s->n_inner; j++) {
        const int32_t *parts;
        real scale = pair_part_scale(pair_word_parts(t, c->inner_words[j], &parts));
        d->h_inner[j] = s->is_cbow ? 0 : h[j];
        for (size_t i = 0; i < GROUP && s->is_cbow; i++) {
            d->weights[j * GROUP + i] = c->around[j * GROUP + i] * scale;
            d->h_inner[j] += c->around[j * GROUP + i] * h[j / s->inner_of_group * GROUP + i];
        }
        if (!s->is_cbow)
            d->weights[j] = scale;
    }
}

FOR_EACH_CPU static void add_halves(real *restrict out, const real *a, const real *b, size_t n)
{
    for (size_t k = 0; k < n; k++)
        out[k] = a[k] + b[k];
}

/* Sums come from other processors, and deltas go there. */
static void expect_tile(const struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, size_t tile)
{
    if (tile >= pair_plan_tiles(p))
        return;
    struct pair_deltas d = pair_deltas_of(w, p, s, tile);
    for (size_t i = 0; i < PAIRS_HALVES; i++)
        mem_expect(sums_of(&w->half[i], p, s, tile), s->n_sums * sizeof(real));
    mem_expect_to_write(d.delta, s->n_scores * sizeof *d.delta);
    mem_expect_to_write(d.weights, s->n_inner * s->inner_width * sizeof *d.weights);
    mem_expect_to_write(d.h_inner, s->n_inner * sizeof *d.h_inner);
    mem_expect_to_write(d.h_outer, s->n_out * sizeof *d.h_outer);
}

void pair_delta(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t,
                size_t tile, size_t thread, bool wants_loss)
{
    struct pair_scratch *c = &w->each[thread];
    struct pair_deltas d = pair_deltas_of(w, p, s, tile);
    _Alignas(TILE * sizeof(real)) real h[TILE];
    const real *a = sums_of(&w->half[0], p, s, tile);
    const real *b = sums_of(&w->half[1], p, s, tile);
    expect_tile(w, p, s, tile + 1);
    add_halves(d.delta, a, b, s->n_scores);
    add_halves(c->squares, a + s->n_scores, b + s->n_scores, s->n_out + TILE);
    pair_plan_outer(c->outer_words, p, s, tile);
    pair_look_around(c, p, s, tile);
    weigh_pairs(c, s);
    if (wants_loss)
        w->loss[tile] = pairs_negative_loss(d.delta, c->pos, c->neg, s->n_scores);
    pairs_negative_delta(d.delta, c->curve, c->pos, c->neg, s->n_scores);
    find_curvatures(h, d.h_outer, c, s);
    pair_hand_on(&d, h, c, p, s, t, tile);
}

/* ---- back ---- */

/* Deltas come from another processor: those of the next tile soon, the rest when gradients are taken. */
static void expect_deltas(const struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, size_t tile)
{
    struct pair_deltas d = pair_deltas_of(w, p, s, tile);
    if (tile + 1 < pair_plan_tiles(p))
        mem_expect(d.delta + s->n_scores, s->n_scores * sizeof *d.delta);
    mem_expect(d.weights, s->n_inner * s->inner_width * sizeof *d.weights);
    mem_expect(d.h_inner, s->n_inner * sizeof *d.h_inner);
    mem_expect(d.h_outer, s->n_out * sizeof *d.h_outer);
}

/* dr [TILE][stride] */
static void gradients_of_centres(real *dr, const struct pair_scratch *c, const real *delta, const struct pair_shape *s,
                                 size_t stride)
{
    for (size_t g = 0; g < PAIRS_GROUPS; g++) {
        struct pair_rows of[2] = {
            rows_of_group(c->outer, delta, s->outer_of_group, g),
            {c->outer + s->n_text, delta + s->n_text * GROUP + g * GROUP, s->n_negatives, TILE},
        };
        pairs_sum_group(dr + g * GROUP * stride, of, stride);
    }
}

void pair_back(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s, const struct pair_tables *t,
               struct pair_halves halves, size_t tile, size_t thread)
{
    struct pair_scratch *c = &w->each[thread];
    const real *delta = pair_deltas_of(w, p, s, tile).delta;
    expect_deltas(w, p, s, tile);
    pair_plan_outer(c->outer_words, p, s, tile);
    for (size_t i = halves.first; i < halves.first + halves.n; i++) {
        find_outer(c, s, t, i);
        gradients_of_centres(w->half[i].dr + tile * TILE * t->half[i].stride, c, delta, s, t->half[i].stride);
    }
}
