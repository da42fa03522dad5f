/*
 * A step of word vectors under the full softmax, V = 5000, next to plain loops of the same equations (document 003, (25),
 * (27), (31)): time and loss.  One line; the medians of RUNS.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "bench/bench_time.h"
#include "net/kernel.h"
#include "net/pair_softmax.h"

enum { V = 5000, DIM = 100, STRIDE = 112, REACH = 5, N = PAIRS_SOFTMAX_TILES * PAIRS_TILE, RUNS = 9 };

/* What plain loops have: whole rows, [V][STRIDE]. */
struct plain {
    real *inner, *outer;
};

static void fill(struct random *r, const struct pair_tables *t, const struct plain *plain)
{
    for (size_t i = 0; i < V; i++)
        for (size_t k = 0; k < DIM; k++) {
            plain->inner[i * STRIDE + k] = *pair_inner_at(t, i, k) = (real)(random_uniform(r) - 0.5) / 4;
            plain->outer[i * STRIDE + k] = *pair_outer_at(t, i, k) = (real)(random_uniform(r) - 0.5) / 4;
        }
}

/* The cost of centre i, which is words[0], and its gradients: dr [DIM], and dw added to. */
static double plain_centre(real *dr, real *dw, const struct pair_plan *p, const struct plain *t, size_t i,
                           const int32_t *words, real *s)
{
    const real *r = t->inner + (size_t)words[0] * STRIDE;
    double loss = 0;
    double sum = 0;
    size_t n = (size_t)(p->left[i] + p->right[i]);
    for (size_t j = 0; j < V; j++) {
        s[j] = 0;
        for (size_t k = 0; k < DIM; k++)
            s[j] += t->outer[j * STRIDE + k] * r[k];
        sum += exp((double)s[j]);
    }
    for (ptrdiff_t at = -(ptrdiff_t)p->left[i]; at <= p->right[i]; at++)
        loss += at ? log(sum) - (double)s[words[at]] : 0;
    for (size_t j = 0; j < V; j++)
        s[j] = (real)((double)n * exp((double)s[j]) / sum);
    for (ptrdiff_t at = -(ptrdiff_t)p->left[i]; at <= p->right[i]; at++)
        s[words[at]] -= (real)(at != 0);
    memset(dr, 0, DIM * sizeof *dr);
    for (size_t j = 0; j < V; j++)
        for (size_t k = 0; k < DIM; k++) {
            dr[k] += s[j] * t->outer[j * STRIDE + k];
            dw[j * STRIDE + k] += s[j] * r[k];
        }
    return loss;
}

static double plain_step(real *dr, real *dw, const struct pair_plan *p, const struct pair_shape *shape,
                         const struct plain *t, real *s)
{
    double loss = 0;
    memset(dw, 0, V * STRIDE * sizeof *dw);
    for (size_t i = 0; i < N; i++)
        loss += plain_centre(dr + i * STRIDE, dw, p, t, i, p->words + pair_place(shape, i), s);
    return loss;
}

static double our_step(struct pair_softmax *x, struct pair_work *w, const struct pair_plan *p,
                       const struct pair_shape *s, const struct pair_tables *t)
{
    double loss = 0;
    for (size_t tile = 0; tile < s->n_tiles; tile++)
        pair_softmax_vectors(w, p, s, t, tile, 0);
    for (size_t block = 0; block < x->n_blocks; block++)
        pair_softmax_scores(x, w, p, t, block);
    for (size_t i = 0; i < N; i++) {
        pair_softmax_cost(x, p, s, i);
        loss += x->loss[i];
    }
    for (size_t block = 0; block < x->n_blocks; block++)
        pair_softmax_outer(x, w, p, t, block, 0, 1); /* eta = 0: the tables stay for the next run */
    for (size_t tile = 0; tile < s->n_tiles; tile++)
        pair_softmax_inner(x, w, p, s, t, tile, 0);
    pair_apply_inner(t, w, p, s, (struct pair_halves){0, 2}, 0, p->inner.n, 0, 1);
    return loss;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

int main(void)
{
    struct random r = random_seeded(1);
    struct pair_tables t;
    struct plain rows = {mem_zero(V, STRIDE * sizeof(real)), mem_zero(V, STRIDE * sizeof(real))};
    struct pair_shape s = {.reach = REACH, .n_tiles = PAIRS_SOFTMAX_TILES};
    struct pair_plan p;
    struct pair_work w;
    struct pair_grouping g;
    struct pair_softmax x;
    pair_shape_complete(&s);
    real *dr = mem_zero(N, STRIDE * sizeof *dr);
    real *dw = mem_zero(V, STRIDE * sizeof *dw);
    real *scores = mem_zero(V, sizeof *scores);
    if (!rows.inner || !rows.outer || !dr || !dw || !scores || !pair_tables_init(&t, V, V, DIM) ||
        !pair_plan_init(&p, &s) || !pair_grouping_init(&g, &s) || !pair_work_init(&w, &s, &t, 1) ||
        !pair_softmax_init(&x, &s, &t))
        return 1;
    blas_single_thread();
    fill(&r, &t, &rows);
    p.n_centres = N;
    for (size_t i = 0; i < s.n_tiles * s.n_around; i++)
        p.words[i] = (int32_t)random_below(&r, V);
    for (size_t i = 0; i < N; i++)
        p.left[i] = p.right[i] = (uint8_t)(1 + random_below(&r, REACH));
    if (!pair_plan_group(&p, &g, &s, &t))
        return 1;
    double ours[RUNS];
    double plain[RUNS];
    double our_loss = 0;
    double plain_loss = 0;
    for (size_t run = 0; run < RUNS; run++) {
        double begin = seconds_by(CLOCK_PROCESS_CPUTIME_ID);
        plain_loss = plain_step(dr, dw, &p, &s, &rows, scores);
        plain[run] = seconds_by(CLOCK_PROCESS_CPUTIME_ID) - begin;
        begin = seconds_by(CLOCK_PROCESS_CPUTIME_ID);
        our_loss = our_step(&x, &w, &p, &s, &t);
        ours[run] = seconds_by(CLOCK_PROCESS_CPUTIME_ID) - begin;
    }
    qsort(ours, RUNS, sizeof *ours, by_size);
    qsort(plain, RUNS, sizeof *plain, by_size);
    printf(
        "full softmax, V = %d: %.2f ms a step of %d words, plain loops %.2f ms: %.1f times; loss %.6f and %.6f a word, "
        "relative difference %.1e\n",
        V, 1e3 * ours[RUNS / 2], N, 1e3 * plain[RUNS / 2], plain[RUNS / 2] / ours[RUNS / 2], our_loss / N,
        plain_loss / N, fabs(our_loss - plain_loss) / plain_loss);
    return 0;
}
