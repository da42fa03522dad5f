#include "net/crf.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/clones.h"
#include "net/crf_work.h"

/* Weights beyond ± this are too large for the scaled sums. */
static const double WIDEST_WEIGHT = 100;

/* Columns of a square for which leaving some out is worth the trouble. */
enum { LEAST_SPARSE = 48 };

/* ---- the work ---- */

void crf_work_free(struct crf_work *w)
{
    if (!w)
        return;
    mem_free(w->start);
    mem_free(w->to_steps.at);
    mem_free(w->alpha);
    mem_free(w->kept);
    mem_free(w);
}

/* One block for all that depends on Y alone, cut into rows. */
struct crf_work *crf_work_new(size_t n_tags)
{
    if (n_tags > INT32_MAX)
        return NULL;
    struct crf_work *w = mem_zero(1, sizeof *w);
    if (!w)
        return NULL;
    w->n = n_tags;
    w->stride = (n_tags + CRF_LANES - 1) / CRF_LANES * CRF_LANES;
    double *block = mem_zero(6 + 4 * n_tags, w->stride * sizeof *block);
    w->to_steps.at = mem_alloc(2 * n_tags, sizeof *w->to_steps.at);
    if (!block || !w->to_steps.at) {
        mem_free(block);
        mem_free(w->to_steps.at);
        mem_free(w);
        return NULL;
    }
    w->from_steps.at = w->to_steps.at + n_tags;
    double **const rows[] = {&w->start, &w->end, &w->first, &w->last, &w->d_start, &w->d_end};
    double **const squares[] = {&w->weight, &w->to, &w->from, &w->d_trans};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = block + i * w->stride;
    for (size_t i = 0; i < sizeof squares / sizeof *squares; i++)
        *squares[i] = block + (6 + i * n_tags) * w->stride;
    return w;
}

/* What is left on failure has room for nothing, and can be asked again. */
bool crf_reserve(struct crf_work *w, size_t n_tokens)
{
    if (n_tokens <= w->cap)
        return true;
    mem_free(w->alpha);
    mem_free(w->kept);
    w->cap = 0;
    size_t cap = n_tokens + n_tokens / 2;
    size_t row = w->stride * sizeof(double);
    w->alpha = mem_alloc(cap, 4 * row + 2 * sizeof *w->norm); /* norms are one more than tokens */
    w->kept = mem_alloc(cap, w->n * sizeof *w->kept);
    if (!w->alpha || !w->kept)
        return false;
    w->beta = w->alpha + cap * w->stride;
    w->pushed = w->beta + cap * w->stride;
    w->best = w->pushed + cap * w->stride;
    w->norm = w->best + cap * w->stride;
    w->cap = cap;
    return true;
}

/* A row of weights, minus infinity where a rule (NULL: open) forbids and in the padding; and their exponentials. */
static void take_in(struct crf_work *w, double *weights, double *exponentials, const real *from, const bool *rule)
{
    for (size_t y = 0; y < w->stride; y++) {
        bool is_allowed = y < w->n && (!rule || rule[y]);
        weights[y] = is_allowed ? (double)from[y] : -INFINITY;
        exponentials[y] = exp(weights[y]);
        w->is_wide = w->is_wide || (is_allowed && !(fabs(weights[y]) <= WIDEST_WEIGHT));
    }
}

/* Of the columns that are not 0, in whole vectors. */
static struct crf_span span_of(const double *row, size_t stride)
{
    struct crf_span span = {0};
    for (size_t j = 0; j < stride; j++) {
        if (row[j] == 0)
            continue;
        span.first = span.last == 0 ? j / CRF_LANES * CRF_LANES : span.first;
        span.last = (j / CRF_LANES + 1) * CRF_LANES;
    }
    return span;
}

/* Takes rows from s->end on, until there are four wide ones; returns the columns that have to be looked at. */
static size_t take_rows(struct crf_step *s, const double *rows, size_t n, size_t stride)
{
    size_t n_columns = 0;
    for (; s->end < n; s->end++) {
        struct crf_span span = span_of(rows + s->end * stride, stride);
        size_t width = span.last - span.first;
        if (2 * width > stride && s->n_wide == 4)
            break;
        n_columns += width;
        if (2 * width > stride) {
            s->wide[s->n_wide++] = s->end;
        } else if (width > 0) {
            s->narrow.first = s->narrow.last > 0 && s->narrow.first < span.first ? s->narrow.first : span.first;
            s->narrow.last = s->narrow.last > span.last ? s->narrow.last : span.last;
        }
    }
    return n_columns;
}

/* Labels of entities that go on lead to few others: half of the rows, where a scheme says so. */
static size_t find_steps(struct crf_steps *steps, const double *rows, size_t n, size_t stride)
{
    size_t n_columns = 0;
    steps->n = 0;
    for (size_t begin = 0; begin < n; begin = steps->at[steps->n++].end) {
        struct crf_step *s = &steps->at[steps->n];
        *s = (struct crf_step){.begin = begin, .end = begin};
        n_columns += take_rows(s, rows, n, stride);
        if (s->n_wide < 4)
            s->narrow = (struct crf_span){0, stride};
    }
    return n_columns;
}

void crf_prepare(struct crf_work *w, const struct crf *c)
{
    w->is_wide = false;
    take_in(w, w->start, w->first, c->start, c->may_start);
    take_in(w, w->end, w->last, c->end, c->may_end);
    for (size_t a = 0; a < w->n; a++) {
        double *to = w->to + a * w->stride;
        take_in(w, w->weight + a * w->stride, to, c->trans + a * w->n, c->may_follow ? c->may_follow + a * w->n : NULL);
        for (size_t b = 0; b < w->n; b++)
            w->from[b * w->stride + a] = to[b];
    }
    size_t n_columns = find_steps(&w->to_steps, w->to, w->n, w->stride);
    find_steps(&w->from_steps, w->from, w->n, w->stride);
    w->is_sparse = w->stride >= LEAST_SPARSE && !w->is_wide && 4 * n_columns < 3 * w->n * w->stride;
}

/* ---- sums over paths ---- */

/* The share of all paths that has tag y at token t. */
static double marginal(const struct crf_work *w, size_t t, size_t y)
{
    size_t i = t * w->stride + y;
    return w->is_plain ? exp(w->alpha[i] + w->beta[i] - w->log_sum) : w->alpha[i] * w->beta[i];
}

/* Both passes over the paths that gold (NULL: everything) allows; `scale` times the expected starts, ends and steps are
 * added to the gradients.  Returns the log of the sum; minus infinity: there is no such path, and nothing was added. */
static double run(struct crf_work *w, const real *scores, size_t n_tokens, const struct crf_gold *gold, double scale)
{
    if (!crf_forward_scaled(w, scores, n_tokens, gold))
        crf_forward_plain(w, scores, n_tokens, gold);
    if (w->log_sum == -INFINITY)
        return w->log_sum;
    if (w->is_plain)
        crf_backward_plain(w, n_tokens, scale);
    else
        crf_backward_scaled(w, n_tokens, scale);
    for (size_t y = 0; scale != 0 && y < w->n; y++) {
        w->d_start[y] += scale * marginal(w, 0, y);
        w->d_end[y] += scale * marginal(w, n_tokens - 1, y);
    }
    return w->log_sum;
}

/* p [n] = scale * alpha [n] * beta [n] */
FOR_EACH_CPU static void multiply_rows(real *restrict p, const double *restrict alpha, const double *restrict beta,
                                       size_t n, double scale)
{
    for (size_t y = 0; y < n; y++)
        p[y] = (real)(scale * (alpha[y] * beta[y]));
}

/* p [T][Y] = scale * the marginals of the paths that were summed last; of no paths: 0. */
static void put_marginals(real *p, const struct crf_work *w, size_t n_tokens, double scale)
{
    if (w->log_sum == -INFINITY) {
        memset(p, 0, n_tokens * w->n * sizeof *p);
        return;
    }
    for (size_t t = 0; t < n_tokens; t++) {
        if (!w->is_plain)
            multiply_rows(p + t * w->n, w->alpha + t * w->stride, w->beta + t * w->stride, w->n, scale);
        for (size_t y = 0; w->is_plain && y < w->n; y++)
            p[t * w->n + y] = (real)(scale * marginal(w, t, y));
    }
}

double crf_marginals(struct crf_work *w, real *p, const real *scores, size_t n_tokens, bool *ok)
{
    *ok = crf_reserve(w, n_tokens);
    if (!*ok || n_tokens == 0)
        return 0;
    double log_z = run(w, scores, n_tokens, NULL, 0);
    put_marginals(p, w, n_tokens, 1);
    return log_z;
}

/* Of the paths through tag a at token t - 1, the share that goes on to b. */
static double step_share(const struct crf_work *w, size_t t, size_t a, size_t b)
{
    double onwards = w->pushed[t * w->stride + b];
    double all = w->beta[(t - 1) * w->stride + a];
    return w->is_plain ? exp(w->weight[a * w->stride + b] + onwards - all) : w->to[a * w->stride + b] * onwards / all;
}

double crf_segment_probability(const struct crf_work *w, const int32_t *tags, size_t first, size_t last)
{
    if (first >= last)
        return 1;
    if (w->log_sum == -INFINITY)
        return 0;
    double p = marginal(w, first, (size_t)tags[first]);
    for (size_t t = first + 1; t < last && p != 0; t++)
        p *= step_share(w, t, (size_t)tags[t - 1], (size_t)tags[t]);
    return p > 1 ? 1 : p; /* by rounding */
}

double crf_step_probability(const struct crf_work *w, size_t t, int32_t a, int32_t b)
{
    double p = w->log_sum == -INFINITY ? 0 : marginal(w, t - 1, (size_t)a);
    return p == 0 ? 0 : p * step_share(w, t, (size_t)a, (size_t)b);
}

/* ---- loss ---- */

/* Whether every token has one known tag. */
static bool is_known(const struct crf_gold *gold, size_t n_tags, size_t n_tokens)
{
    for (size_t t = 0; t < n_tokens; t++)
        if ((size_t)gold->tags[t] >= n_tags) /* -1 is the largest size */
            return false;
    return true;
}

/* What the chain's weights give to a path; minus infinity if a rule forbids it. */
static double chain_score(const struct crf_work *w, const int32_t *tags, size_t n_tokens)
{
    double score = w->start[tags[0]] + w->end[tags[n_tokens - 1]];
    for (size_t t = 1; t < n_tokens; t++)
        score += w->weight[(size_t)tags[t - 1] * w->stride + (size_t)tags[t]];
    return score;
}

/* A path's own starts, ends and steps, of which there is one each where the passes expect less. */
static void take_off_path(struct crf_work *w, const int32_t *tags, size_t n_tokens, double scale)
{
    w->d_start[tags[0]] -= scale;
    w->d_end[tags[n_tokens - 1]] -= scale;
    for (size_t t = 1; t < n_tokens; t++)
        w->d_trans[(size_t)tags[t - 1] * w->stride + (size_t)tags[t]] -= scale;
}

static double no_loss(const struct crf_work *w, real *delta, size_t n_tokens)
{
    memset(delta, 0, n_tokens * w->n * sizeof *delta);
    return 0;
}

static double known_loss(struct crf_work *w, real *delta, const real *scores, size_t n_tokens, const int32_t *tags,
                         double scale)
{
    double score = chain_score(w, tags, n_tokens);
    if (score == -INFINITY)
        return no_loss(w, delta, n_tokens);
    for (size_t t = 0; t < n_tokens; t++)
        score += (double)scores[t * w->n + (size_t)tags[t]];
    double log_z = run(w, scores, n_tokens, NULL, scale);
    take_off_path(w, tags, n_tokens, scale);
    put_marginals(delta, w, n_tokens, scale);
    for (size_t t = 0; t < n_tokens; t++)
        delta[t * w->n + (size_t)tags[t]] -= (real)scale;
    return log_z - score;
}

static bool all_finite(const real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* The gold paths first: their marginals wait in `kept`, because delta may be where the scores are. */
static double partly_known_loss(struct crf_work *w, real *delta, const real *scores, size_t n_tokens,
                                const struct crf_gold *gold, double scale)
{
    double log_gold = run(w, scores, n_tokens, gold, -scale);
    if (log_gold == -INFINITY && all_finite(scores, n_tokens * w->n))
        return no_loss(w, delta, n_tokens);
    put_marginals(w->kept, w, n_tokens, scale);
    double log_z = run(w, scores, n_tokens, NULL, scale);
    put_marginals(delta, w, n_tokens, scale);
    for (size_t i = 0; i < n_tokens * w->n; i++)
        delta[i] -= w->kept[i];
    return log_z - log_gold;
}

double crf_loss(struct crf_work *w, real *delta, const real *scores, size_t n_tokens, const struct crf_gold *gold,
                double scale, bool *ok)
{
    *ok = crf_reserve(w, n_tokens);
    if (!*ok || n_tokens == 0)
        return 0;
    if (is_known(gold, w->n, n_tokens))
        return known_loss(w, delta, scores, n_tokens, gold->tags, scale);
    return partly_known_loss(w, delta, scores, n_tokens, gold, scale);
}

void crf_take(struct crf_work *w, real *d_start, real *d_end, real *d_trans)
{
    for (size_t a = 0; a < w->n; a++) {
        d_start[a] += (real)w->d_start[a];
        d_end[a] += (real)w->d_end[a];
        for (size_t b = 0; b < w->n; b++)
            d_trans[a * w->n + b] += (real)w->d_trans[a * w->stride + b];
    }
    memset(w->d_start, 0, w->stride * sizeof *w->d_start);
    memset(w->d_end, 0, w->stride * sizeof *w->d_end);
    memset(w->d_trans, 0, w->n * w->stride * sizeof *w->d_trans);
}
