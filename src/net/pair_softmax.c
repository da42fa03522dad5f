#include "net/pair_softmax.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/kernel.h"
#include "net/pair_scratch.h"

enum { TILE = PAIRS_TILE, BLOCK_WORDS = 512, MOST_TILES = PAIRS_SOFTMAX_TILES };

bool pair_softmax_init(struct pair_softmax *x, const struct pair_shape *s, const struct pair_tables *t)
{
    size_t n = s->n_tiles * TILE;
    *x = (struct pair_softmax){.V = t->V, .stride = t->stride, .cap = n};
    x->n_blocks = (t->V + BLOCK_WORDS - 1) / BLOCK_WORDS;
    x->s = mem_alloc(n, t->V * sizeof *x->s);
    x->dr = mem_alloc(x->n_blocks, n * t->stride * sizeof *x->dr);
    x->h = mem_zero(x->n_blocks, n * sizeof *x->h);
    x->loss = mem_zero(n, sizeof *x->loss);
    if (x->s && x->dr && x->h && x->loss)
        return true;
    pair_softmax_clear(x);
    return false;
}

void pair_softmax_clear(struct pair_softmax *x)
{
    mem_free(x->s);
    mem_free(x->dr);
    mem_free(x->h);
    mem_free(x->loss);
    *x = (struct pair_softmax){0};
}

void pair_softmax_vectors(struct pair_work *w, const struct pair_plan *p, const struct pair_shape *s,
                          const struct pair_tables *t, size_t tile, size_t thread)
{
    pair_vectors(w, p, s, t, (struct pair_halves){0, PAIRS_HALVES}, tile, thread);
}

/* The scores of a block's words, and their rows. */
static struct matrix scores_of(const struct pair_softmax *x, const struct pair_plan *p, size_t block)
{
    size_t first = block * BLOCK_WORDS;
    size_t n = x->V - first < BLOCK_WORDS ? x->V - first : BLOCK_WORDS;
    return matrix_columns(matrix_of(x->s, p->n_centres, x->V), first, n);
}

/* Columns of their rows; of the r's; and of what the block adds to dJ/dr. */
static struct matrix rows_of(const struct pair_softmax *x, const struct pair_half *half, size_t block)
{
    size_t first = block * BLOCK_WORDS;
    size_t n = x->V - first < BLOCK_WORDS ? x->V - first : BLOCK_WORDS;
    return matrix_of(half->outer + first * half->stride, n, half->stride);
}

static struct matrix centres_of(const struct pair_work *w, const struct pair_plan *p, const struct pair_tables *t,
                                size_t half)
{
    return matrix_of(pair_centres(&w->half[half], p), p->n_centres, t->half[half].stride);
}

static struct matrix gradients_of(const struct pair_softmax *x, const struct pair_plan *p, const struct pair_half *half,
                                  size_t block)
{
    return matrix_of(x->dr + x->cap * (block * x->stride + half->first), p->n_centres, half->stride);
}

/* The second half has no columns if the rows are short. */
static size_t n_halves(const struct pair_tables *t)
{
    return t->half[1].stride > 0 ? PAIRS_HALVES : 1;
}

void pair_softmax_scores(struct pair_softmax *x, const struct pair_work *w, const struct pair_plan *p,
                         const struct pair_tables *t, size_t block)
{
    for (size_t i = 0; i < n_halves(t); i++)
        product_nt(scores_of(x, p, block), centres_of(w, p, t, i), rows_of(x, &t->half[i], block), 1, (real)(i > 0));
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

/* squares [rows of m] += those of its rows. */
static void add_squares(real *squares, struct matrix m)
{
    for (size_t i = 0; i < m.rows; i++)
        squares[i] += (real)vector_squares(m.at + i * m.stride, m.cols);
}

/* n P(j), which is |delta| but at the words of the text, is a bound of the second derivative.  What the words add to the curvature in
 * r is h [N]; delta of a word whose step would be too long is made smaller by as much.  Squares of the r's and of the words' rows. */
static void limit_steps(real *h, struct matrix delta, const real *inner_squares, const real *outer_squares, real eta,
                        real limit)
{
    memset(h, 0, delta.rows * sizeof *h);
    for (size_t j = 0; j < delta.cols; j++) {
        real *column = delta.at + j;
        real sum = 0;
        for (size_t i = 0; i < delta.rows; i++) {
            real curve = real_abs(column[i * delta.stride]);
            h[i] += curve * outer_squares[j];
            sum += curve * inner_squares[i];
        }
        for (size_t i = 0; i < delta.rows && eta * sum > limit; i++)
            column[i * delta.stride] *= limit / (eta * sum);
    }
}

void pair_softmax_outer(struct pair_softmax *x, const struct pair_work *w, const struct pair_plan *p,
                        const struct pair_tables *t, size_t block, real eta, real limit)
{
    struct matrix delta = scores_of(x, p, block);
    real inner_squares[TILE * MOST_TILES] = {0};
    real outer_squares[BLOCK_WORDS] = {0};
    for (size_t i = 0; i < n_halves(t); i++) {
        struct matrix rows = rows_of(x, &t->half[i], block);
        product_nn(gradients_of(x, p, &t->half[i], block), delta, rows, 1, 0);
        add_squares(inner_squares, centres_of(w, p, t, i));
        add_squares(outer_squares, rows);
    }
    limit_steps(x->h + block * x->cap, delta, inner_squares, outer_squares, eta, limit);
    for (size_t i = 0; i < n_halves(t); i++)
        product_tn(rows_of(x, &t->half[i], block), delta, centres_of(w, p, t, i), -eta, 1);
}

void pair_softmax_inner(const struct pair_softmax *x, struct pair_work *w, const struct pair_plan *p,
                        const struct pair_shape *s, const struct pair_tables *t, size_t tile, size_t thread)
{
    real h[TILE] = {0};
    size_t n = p->n_centres - tile * TILE < TILE ? p->n_centres - tile * TILE : TILE;
    for (size_t i = 0; i < n_halves(t); i++) {
        size_t stride = t->half[i].stride;
        real *dr = w->half[i].dr + tile * TILE * stride;
        memset(dr, 0, TILE * stride * sizeof *dr);
        for (size_t block = 0; block < x->n_blocks; block++)
            vector_add(dr, gradients_of(x, p, &t->half[i], block).at + tile * TILE * stride, 1, n * stride);
    }
    for (size_t block = 0; block < x->n_blocks; block++)
        vector_add(h, x->h + block * x->cap + tile * TILE, 1, n);
    pair_look_around(&w->each[thread], p, s, tile);
    struct pair_deltas d = pair_deltas_of(w, p, s, tile);
    pair_hand_on(&d, h, &w->each[thread], p, s, t, tile);
}
