#include "support/test.h"

#include "support/ref_crf.h"

#include <math.h>
#include <stdlib.h>

static bool is_allowed(const struct crf *c, const int32_t *tags, size_t n_tokens)
{
    if (c->may_start && !c->may_start[tags[0]])
        return false;
    if (c->may_end && !c->may_end[tags[n_tokens - 1]])
        return false;
    for (size_t t = 1; t < n_tokens; t++)
        if (c->may_follow && !c->may_follow[(size_t)tags[t - 1] * c->n + (size_t)tags[t]])
            return false;
    return true;
}

static bool is_gold(const struct crf_gold *gold, size_t n_tags, const int32_t *tags, size_t n_tokens)
{
    for (size_t t = 0; gold && t < n_tokens; t++) {
        int32_t wanted = gold->tags[t];
        if (wanted >= 0 && wanted < (int32_t)n_tags && tags[t] != wanted)
            return false;
        if (wanted >= (int32_t)n_tags && !gold->sets[((size_t)wanted - n_tags) * n_tags + (size_t)tags[t]])
            return false;
    }
    return true;
}

static double score_of(const struct crf *c, const real *scores, const int32_t *tags, size_t n_tokens)
{
    double sum = 0;
    for (size_t t = 0; t < n_tokens; t++) {
        sum += (double)scores[t * c->n + (size_t)tags[t]];
        if (t > 0)
            sum += (double)c->trans[(size_t)tags[t - 1] * c->n + (size_t)tags[t]];
    }
    return sum + (double)c->start[tags[0]] + (double)c->end[tags[n_tokens - 1]];
}

/* The number i in base Y, its first digit last. */
static void path_of_number(int32_t *tags, size_t i, size_t n_tags, size_t n_tokens)
{
    for (size_t t = 0; t < n_tokens; t++) {
        tags[t] = (int32_t)(i % n_tags);
        i /= n_tags;
    }
}

void ref_paths_init(struct ref_paths *p, const struct crf *c, const real *scores, size_t n_tokens,
                    const struct crf_gold *gold)
{
    size_t n_all = 1;
    for (size_t t = 0; t < n_tokens; t++)
        n_all *= c->n;
    *p = (struct ref_paths){.n_tokens = n_tokens, .n_tags = c->n};
    p->tags = malloc(n_all * n_tokens * sizeof *p->tags);
    p->scores = malloc(n_all * sizeof *p->scores);
    assert_non_null(p->tags);
    assert_non_null(p->scores);
    for (size_t i = 0; i < n_all; i++) {
        int32_t *tags = p->tags + p->n * n_tokens;
        path_of_number(tags, i, c->n, n_tokens);
        if (!is_allowed(c, tags, n_tokens) || !is_gold(gold, c->n, tags, n_tokens))
            continue;
        p->scores[p->n] = score_of(c, scores, tags, n_tokens);
        p->n++;
    }
}

void ref_paths_clear(struct ref_paths *p)
{
    free(p->tags);
    free(p->scores);
}

static bool comes_before(const struct ref_paths *p, size_t i, size_t j)
{
    if (p->scores[i] != p->scores[j])
        return p->scores[i] > p->scores[j];
    for (size_t t = p->n_tokens; t-- > 0;)
        if (p->tags[i * p->n_tokens + t] != p->tags[j * p->n_tokens + t])
            return p->tags[i * p->n_tokens + t] < p->tags[j * p->n_tokens + t];
    return false;
}

static void swap_paths(struct ref_paths *p, size_t i, size_t j)
{
    double score = p->scores[i];
    p->scores[i] = p->scores[j];
    p->scores[j] = score;
    for (size_t t = 0; t < p->n_tokens; t++) {
        int32_t tag = p->tags[i * p->n_tokens + t];
        p->tags[i * p->n_tokens + t] = p->tags[j * p->n_tokens + t];
        p->tags[j * p->n_tokens + t] = tag;
    }
}

void ref_paths_sort(struct ref_paths *p)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = i; j > 0 && comes_before(p, j, j - 1); j--)
            swap_paths(p, j, j - 1);
}

double ref_log_sum(const struct ref_paths *p)
{
    double most = -INFINITY;
    for (size_t i = 0; i < p->n; i++)
        most = fmax(most, p->scores[i]);
    if (most == -INFINITY)
        return most;
    double sum = 0;
    for (size_t i = 0; i < p->n; i++)
        sum += exp(p->scores[i] - most);
    return most + log(sum);
}

double ref_share(const struct ref_paths *p, const int32_t *tags, size_t first, size_t last)
{
    double log_sum = ref_log_sum(p);
    double share = 0;
    for (size_t i = 0; i < p->n; i++) {
        bool agrees = true;
        for (size_t t = first; t < last; t++)
            agrees = agrees && p->tags[i * p->n_tokens + t] == tags[t];
        share += agrees ? exp(p->scores[i] - log_sum) : 0;
    }
    return share;
}

void ref_expect(const struct ref_expected *to, const struct ref_paths *p, double scale)
{
    double log_sum = ref_log_sum(p);
    for (size_t i = 0; i < p->n; i++) {
        const int32_t *tags = p->tags + i * p->n_tokens;
        double share = scale * exp(p->scores[i] - log_sum);
        to->start[tags[0]] += share;
        to->end[tags[p->n_tokens - 1]] += share;
        for (size_t t = 0; t < p->n_tokens; t++) {
            to->marginals[t * p->n_tags + (size_t)tags[t]] += share;
            if (t > 0)
                to->trans[(size_t)tags[t - 1] * p->n_tags + (size_t)tags[t]] += share;
        }
    }
}
