/*
 * Best paths through a linear chain: the largest sum where the passes add exponentials up (Viterbi 1967), and the n largest
 * by lists in its place (Seshadri and Sundberg 1994).
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/clones.h"
#include "net/crf_work.h"

/* ---- one best ---- */

/* best [stride] = the largest of itself and before[a] + weights[a][stride] over all a < n; four rows at a time, so that best
 * is fetched and stored less. */
static inline void raise_to(double *restrict best, const double *restrict before, const double *restrict weights,
                            size_t n, size_t stride)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const double *a = weights + i * stride;
        const double *b = a + stride;
        const double *c = b + stride;
        const double *d = c + stride;
        for (size_t j = 0; j < stride; j++) {
            double ab = before[i] + a[j] > before[i + 1] + b[j] ? before[i] + a[j] : before[i + 1] + b[j];
            double cd = before[i + 2] + c[j] > before[i + 3] + d[j] ? before[i + 2] + c[j] : before[i + 3] + d[j];
            double abcd = ab > cd ? ab : cd;
            best[j] = abcd > best[j] ? abcd : best[j];
        }
    }
    for (; i < n; i++)
        for (size_t j = 0; j < stride; j++)
            best[j] = before[i] + weights[i * stride + j] > best[j] ? before[i] + weights[i * stride + j] : best[j];
}

/* The same of four rows that lie apart, columns [first, last). */
static inline void raise_wide(double *restrict best, const double *restrict before, const double *restrict weights,
                              size_t stride, const struct crf_step *s, struct crf_span columns)
{
    const double *a = weights + s->wide[0] * stride;
    const double *b = weights + s->wide[1] * stride;
    const double *c = weights + s->wide[2] * stride;
    const double *d = weights + s->wide[3] * stride;
    double xa = before[s->wide[0]];
    double xb = before[s->wide[1]];
    double xc = before[s->wide[2]];
    double xd = before[s->wide[3]];
    for (size_t j = columns.first; j < columns.last; j++) {
        double ab = xa + a[j] > xb + b[j] ? xa + a[j] : xb + b[j];
        double cd = xc + c[j] > xd + d[j] ? xc + c[j] : xd + d[j];
        double abcd = ab > cd ? ab : cd;
        best[j] = abcd > best[j] ? abcd : best[j];
    }
}

/* The same where many rows forbid all but a few columns. */
static inline void raise_sparse(double *restrict best, const double *restrict before, const struct crf_work *w)
{
    size_t stride = w->stride;
    for (const struct crf_step *s = w->to_steps.at; s < w->to_steps.at + w->to_steps.n; s++) {
        for (size_t i = s->begin; i < s->end; i++)
            for (size_t j = s->narrow.first; j < s->narrow.last; j++) {
                double sum = before[i] + w->weight[i * stride + j];
                best[j] = sum > best[j] ? sum : best[j];
            }
        if (s->n_wide < 4)
            continue;
        raise_wide(best, before, w->weight, stride, s, (struct crf_span){0, s->narrow.first});
        raise_wide(best, before, w->weight, stride, s, (struct crf_span){s->narrow.last, stride});
    }
}

/* best [T][stride]: the score of the best path to each tag.  Which tag came before is not written down: it is found again
 * on the way back, for one tag of a token in place of all. */
FOR_EACH_CPU static void best_rows(struct crf_work *w, const real *restrict scores, size_t n_tokens)
{
    size_t stride = w->stride;
    for (size_t t = 0; t < n_tokens; t++) {
        double *best = w->best + t * stride;
        for (size_t j = 0; j < stride; j++)
            best[j] = t == 0 ? w->start[j] : -INFINITY;
        if (t > 0 && w->is_sparse)
            raise_sparse(best, best - stride, w);
        else if (t > 0)
            raise_to(best, best - stride, w->weight, w->n, stride);
        for (size_t y = 0; y < w->n; y++)
            best[y] += (double)scores[t * w->n + y];
    }
}

/* The tag with the largest before[a] + weights[a * step], the first of equals; *score is that sum. */
static size_t best_before(const double *before, const double *weights, size_t step, size_t n, double *score)
{
    size_t best = 0;
    *score = -INFINITY;
    for (size_t a = 0; a < n; a++) {
        double sum = before[a] + weights[a * step];
        best = sum > *score ? a : best;
        *score = sum > *score ? sum : *score;
    }
    return best;
}

double crf_best_path(struct crf_work *w, int32_t *tags, const real *scores, size_t n_tokens, bool *ok)
{
    *ok = crf_reserve(w, n_tokens);
    if (!*ok || n_tokens == 0)
        return 0;
    best_rows(w, scores, n_tokens);
    double score;
    double unused;
    size_t tag = best_before(w->best + (n_tokens - 1) * w->stride, w->end, 1, w->n, &score);
    if (score == -INFINITY) {
        memset(tags, 0, n_tokens * sizeof *tags);
        return score;
    }
    for (size_t t = n_tokens - 1; t > 0; t--) {
        tags[t] = (int32_t)tag;
        tag = best_before(w->best + (t - 1) * w->stride, w->weight + tag, w->stride, w->n, &unused);
    }
    tags[0] = (int32_t)tag;
    return score;
}

/* ---- n best ---- */

/* A path up to some token: the tag it has there, and its place among the paths to that tag. */
struct step {
    int32_t tag;
    uint32_t rank;
};

/* For each tag of one token, the scores of the best paths to it, the best first. */
struct lists {
    double *scores;  /* [Y][n_best] */
    size_t *lengths; /* [Y] */
};

struct search {
    const struct crf_work *w;
    size_t n_best;
    struct lists before, now; /*               of two tokens; they change places */
    size_t *next;             /* [Y]           of each list before, how many paths have gone on */
    struct step *steps;       /* [T][Y][n_best]  to each path the one before; in place of the first token's, the ends */
};

/* a * b, or more than can be allocated. */
static size_t times(size_t a, size_t b)
{
    return b != 0 && a > SIZE_MAX / b ? SIZE_MAX : a * b;
}

static void search_clear(struct search *s)
{
    mem_free(s->before.scores);
    mem_free(s->before.lengths);
    mem_free(s->now.scores);
    mem_free(s->now.lengths);
    mem_free(s->next);
    mem_free(s->steps);
}

static bool search_init(struct search *s, const struct crf_work *w, size_t n_best, size_t n_tokens)
{
    size_t n = w->n;
    *s = (struct search){.w = w, .n_best = n_best};
    s->before.scores = mem_alloc(times(n, n_best), sizeof(double));
    s->before.lengths = mem_alloc(n, sizeof(size_t));
    s->now.scores = mem_alloc(times(n, n_best), sizeof(double));
    s->now.lengths = mem_alloc(n, sizeof(size_t));
    s->next = mem_alloc(n, sizeof *s->next);
    s->steps = mem_alloc(times(times(n_tokens, n), n_best), sizeof *s->steps);
    if (n_best <= UINT32_MAX && s->before.scores && s->before.lengths && s->now.scores && s->now.lengths && s->next &&
        s->steps)
        return true;
    search_clear(s);
    return false;
}

/* Merges the lists before, each moved by weights[a * step], into one: scores and steps [n_best], the first of equals first;
 * what has a score of minus infinity, or none, is left out.  Returns its length. */
static size_t merge(struct search *s, double *scores, struct step *steps, const double *weights, size_t step)
{
    size_t length = 0;
    memset(s->next, 0, s->w->n * sizeof *s->next);
    for (; length < s->n_best; length++) {
        size_t from = 0;
        double best = -INFINITY;
        for (size_t a = 0; a < s->w->n; a++) {
            if (s->next[a] == s->before.lengths[a])
                continue;
            double sum = s->before.scores[a * s->n_best + s->next[a]] + weights[a * step];
            from = sum > best ? a : from;
            best = sum > best ? sum : best;
        }
        if (best == -INFINITY)
            break;
        scores[length] = best;
        steps[length] = (struct step){(int32_t)from, (uint32_t)s->next[from]};
        s->next[from]++;
    }
    return length;
}

/* The lists of token t, from those of the token before it. */
static void extend(struct search *s, const real *scores, size_t t)
{
    const struct crf_work *w = s->w;
    struct lists now = s->before;
    s->before = s->now;
    s->now = now;
    for (size_t b = 0; b < w->n; b++) {
        double *list = now.scores + b * s->n_best;
        double own = (double)scores[t * w->n + b];
        list[0] = w->start[b];
        now.lengths[b] = 1;
        if (t > 0)
            now.lengths[b] = merge(s, list, s->steps + (t * w->n + b) * s->n_best, w->weight + b, w->stride);
        for (size_t r = 0; r < now.lengths[b]; r++)
            list[r] += own;
    }
}

size_t crf_n_best(struct crf_work *w, int32_t *tags, double *path_scores, size_t n_best, const real *scores,
                  size_t n_tokens, bool *ok)
{
    struct search s;
    *ok = n_best == 0 || n_tokens == 0 || search_init(&s, w, n_best, n_tokens);
    if (!*ok || n_best == 0 || n_tokens == 0)
        return 0;
    for (size_t t = 0; t < n_tokens; t++)
        extend(&s, scores, t);
    struct lists last = s.before;
    s.before = s.now;
    s.now = last;
    size_t n_found = merge(&s, path_scores, s.steps, w->end, 1);
    for (size_t i = 0; i < n_found; i++) {
        struct step at = s.steps[i];
        for (size_t t = n_tokens; t-- > 0;) {
            tags[i * n_tokens + t] = at.tag;
            if (t > 0)
                at = s.steps[(t * w->n + (size_t)at.tag) * n_best + at.rank];
        }
    }
    search_clear(&s);
    return n_found;
}
