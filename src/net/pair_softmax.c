#include "net/pair_softmax.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/kernel.h"
#include "net/pair_scratch.h"

enum { TILE = PAIRS_TILE, BLOCK_WORDS = 512, MOST_TILES = PAIRS_SOFTMAX_TILES };

#ifdef ORIEL_DOUBLE
#define real_abs fabs
#else
#define real_abs fabsf
#endif

bool pair_softmax_init(struct pair_softmax *x, const struct pair_shape *s, const struct pair_tables *t)
{
    size_t n = s->n_tiles * TILE;
    *x = (struct pair_softmax){.V = t->V, .stride = t->stride, .cap = n};
    x->n_blocks = (t->V + BLOCK_WORDS - 1) / BLOCK_WORDS;
    x->r = mem_zero(n, t->stride * sizeof *x->r);
    x->s = mem_alloc(n, t->V * sizeof *x->s);
    x->dr = mem_alloc(x->n_blocks, n * t->stride * sizeof *x->dr);
    x->h = mem_zero(x->n_blocks, n * sizeof *x->h);
    x->loss = mem_zero(n, sizeof *x->loss);
    if (x->r && x->s && x->dr && x->h && x->loss)
        return true;
    pair_softmax_clear(x);
    return false;
}

void pair_softmax_clear(struct pair_softmax *x)
{
    mem_free(x->r);
    mem_free(x->s);
    mem_free(x->dr);
    mem_free(x->h);
    mem_free(x->loss);
    *x = (struct pair_softmax){0};
}

void pair_softmax_vectors(struct pair_softmax *x, struct pair_work *w, const struct pair_plan *p,
                          const struct pair_shape *s, const struct pair_tables *t, size_t tile, size_t thread)
{
    real n_around[TILE];
    const real *r = pair_tile_forward(&w->each[thread], p, s, t, tile, n_around);
    memcpy(x->r + tile * TILE * t->stride, r, TILE * t->stride * sizeof *r);
}

/* The scores of a block's words, and their rows. */
static struct matrix scores_of(const struct pair_softmax *x, const struct pair_plan *p, size_t block)
{
    size_t first = block * BLOCK_WORDS;
    size_t n = x->V - first < BLOCK_WORDS ? x->V - first : BLOCK_WORDS;
    return matrix_columns(matrix_of(x->s, p->n_centres, x->V), first, n);
}

static struct matrix rows_of(const struct pair_softmax *x, const struct pair_tables *t, size_t block)
{
    size_t first = block * BLOCK_WORDS;
    size_t n = x->V - first < BLOCK_WORDS ? x->V - first : BLOCK_WORDS;
    return matrix_of(t->outer + first * t->stride, n, t->stride);
}

void pair_softmax_scores(struct pair_softmax *x, const struct pair_plan *p, const struct pair_tables *t, size_t block)
{
    product_nt(scores_of(x, p, block), matrix_of(x->r, p->n_centres, t->stride), rows_of(x, t, block), 1, 0);
}

/* Skip-gram: the words around the centre; CBOW: the centre, if there is anything around it. */
void pair_softmax_cost(struct pair_softmax *x, const struct pair_plan *p, const struct pair_shape *s, size_t centre)
{
    int32_t outer[2 * PAIRS_MAX_REACH];
    const int32_t *at = p->words + pair_place(s, centre);
    size_t left = p->left[centre];
    size_t right = p->right[centre];
    size_t n = 0;
    if (s->is_cbow && left + right > 0)
        outer[n++] = *at;
    for (size_t k = 1; k <= left && !s->is_cbow; k++)
        outer[n++] = at[-(ptrdiff_t)k];
    for (size_t k = 1; k <= right && !s->is_cbow; k++)
        outer[n++] = at[k];
    x->loss[centre] = pairs_softmax(x->s + centre * x->V, x->V, outer, n);
}

/* n P(j), which is |delta| but at the words of the text, is a bound of the second derivative.  What the words add to the curvature in
 * r is h [N]; delta of a word whose step would be too long is made smaller by as much. */
static void limit_steps(real *h, struct matrix delta, struct matrix rows, struct matrix r, real eta, real limit)
{
    real squares[PAIRS_TILE * MOST_TILES];
    for (size_t i = 0; i < delta.rows; i++) {
        squares[i] = (real)vector_squares(r.at + i * r.stride, r.cols);
        h[i] = 0;
    }
    for (size_t j = 0; j < delta.cols; j++) {
        real *column = delta.at + j;
        real square = (real)vector_squares(rows.at + j * rows.stride, rows.cols);
        real sum = 0;
        for (size_t i = 0; i < delta.rows; i++) {
            real curve = real_abs(column[i * delta.stride]);
            h[i] += curve * square;
            sum += curve * squares[i];
        }
        for (size_t i = 0; i < delta.rows && eta * sum > limit; i++)
            column[i * delta.stride] *= limit / (eta * sum);
    }
}

void pair_softmax_outer(struct pair_softmax *x, const struct pair_plan *p, const struct pair_tables *t, size_t block,
                        real eta, real limit)
{
    struct matrix r = matrix_of(x->r, p->n_centres, t->stride);
    struct matrix delta = scores_of(x, p, block);
    struct matrix rows = rows_of(x, t, block);
    struct matrix dr = matrix_of(x->dr + block * x->cap * t->stride, p->n_centres, t->stride);
    product_nn(dr, delta, rows, 1, 0);
    limit_steps(x->h + block * x->cap, delta, rows, r, eta, limit);
    product_tn(rows, delta, r, -eta, 1);
}

void pair_softmax_inner(struct pair_softmax *x, struct pair_work *w, const struct pair_plan *p,
                        const struct pair_shape *s, const struct pair_tables *t, size_t tile, size_t thread)
{
    struct pair_scratch *c = &w->each[thread];
    real n_around[TILE];
    real h[TILE] = {0};
    pair_tile_forward(c, p, s, t, tile, n_around);
    size_t n = p->n_centres - tile * TILE < TILE ? p->n_centres - tile * TILE : TILE;
    memset(c->dr, 0, TILE * t->stride * sizeof *c->dr);
    for (size_t block = 0; block < x->n_blocks; block++) {
        size_t at = block * x->cap + tile * TILE;
        vector_add(c->dr, x->dr + at * t->stride, 1, n * t->stride);
        vector_add(h, x->h + at, 1, n);
    }
    pair_tile_back(w->d_inner + tile * s->n_inner * t->stride, w->h_inner + tile * s->n_inner, c->dr, h, c, s, t);
}
