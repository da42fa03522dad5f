/*
 * What a sentence could mean besides: its n best readings, and how probable each tag of each token is.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "model/decoder.h"

static void free_arrays(struct readings *r)
{
    mem_free(r->labels);
    mem_free(r->spelled);
    mem_free(r->tags);
    mem_free(r->spans);
    r->cap = 0;
}

void readings_clear(struct readings *r)
{
    free_arrays(r);
    mem_free(r->scores);
    mem_free(r->at);
    mem_free(r->marginals);
    *r = (struct readings){0};
}

static bool reserve(struct readings *r, size_t n_best, size_t n)
{
    if (!r->scores)
        r->scores = mem_alloc(n_best, sizeof *r->scores);
    if (!r->at)
        r->at = mem_alloc(n_best, sizeof *r->at);
    if (!r->scores || !r->at || n <= r->cap)
        return r->scores && r->at;
    free_arrays(r);
    size_t cap = n + n / 2;
    r->labels = mem_alloc(cap, n_best * sizeof *r->labels);
    r->spelled = mem_alloc(cap, n_best * sizeof *r->spelled);
    r->tags = mem_alloc(cap, sizeof *r->tags);
    r->spans = mem_alloc(cap, n_best * sizeof *r->spans);
    if (!r->labels || !r->spelled || !r->tags || !r->spans)
        return false;
    r->cap = cap;
    return true;
}

/* Crf: e^(score / temperature) / Z; softmax: the product over the tokens. */
static double probability(const struct decoder *d, const int32_t *labels, double score)
{
    double p = 1;
    if (d->sure)
        p = exp(score / d->m->temperature - d->log_sum);
    for (size_t i = 0; !d->sure && i < d->n; i++)
        p *= (double)d->p[i * d->m->net.n_outputs + (size_t)labels[i]];
    return !(p > 0) ? 0 : p > 1 ? 1 : p; /* weights may be so large that scores are no numbers */
}

/* The i-th reading, of its labels. */
static void tell_one(struct decoder *d, size_t i, const oriel_range *tokens)
{
    struct readings *r = &d->readings;
    const int32_t *labels = r->labels + i * d->n;
    int32_t *spelled = r->spelled + i * d->n;
    oriel_span *spans = r->spans + i * d->n;
    decoder_tags(d, r->tags, labels, d->n);
    size_t n_spans = decoder_spans(d, spans, r->tags, labels, tokens);
    tags_spell(d->m->tags, spelled, r->tags, d->n);
    r->at[i] = (oriel_reading){
        .probability = probability(d, labels, r->scores[i]), .tags = spelled, .spans = spans, .n_spans = n_spans};
}

bool decoder_read(struct decoder *d, const oriel_range *tokens, oriel_tags *out)
{
    struct readings *r = &d->readings;
    bool ok;
    if (!reserve(r, d->n_best, d->n))
        return false;
    size_t n_found = crf_n_best(d->chain, r->labels, r->scores, d->n_best, d->scores, d->n, &ok);
    for (size_t i = 0; i < n_found; i++)
        tell_one(d, i, tokens);
    out->readings = r->at;
    out->n_readings = n_found;
    return ok;
}

/* ---- marginals ---- */

/* That labels a and b stand at tokens t - 1 and t. */
static double both(const struct decoder *d, size_t t, int32_t a, int32_t b)
{
    if (d->sure)
        return crf_step_probability(d->sure, t, a, b);
    const real *now = d->p + t * d->m->net.n_outputs;
    return (double)(now - d->m->net.n_outputs)[a] * (double)now[b];
}

/* IOB1 says B only where an entity of the type ends right before: that share is taken off I. */
static void divide_begins(const struct decoder *d, float *row, size_t t)
{
    const struct tagset *tags = d->m->tags;
    for (int32_t type = 0; t > 0 && (size_t)type < tagset_types(tags); type++) {
        double share = 0;
        for (int ends = 0; ends < 2; ends++)
            for (int starts = 0; starts < 2; starts++)
                share += both(d, t, label_of(type, starts, true), label_of(type, true, ends));
        float *inside = &row[tag_spelled(tags, type, 'I')];
        float begin = (float)share < *inside ? (float)share : *inside;
        row[tag_spelled(tags, type, 'B')] = begin;
        *inside -= begin;
    }
}

bool decoder_marginals(struct decoder *d, oriel_tags *out)
{
    struct readings *r = &d->readings;
    size_t n_outputs = d->m->net.n_outputs;
    size_t n_names = tagset_tag_names(d->m->tags);
    float *marginals = mem_grow(r->marginals, &r->cap_numbers, d->n * n_names, sizeof *marginals);
    if (!marginals)
        return false;
    r->marginals = marginals;
    memset(marginals, 0, d->n * n_names * sizeof *marginals);
    for (size_t t = 0; t < d->n; t++) {
        float *row = marginals + t * n_names;
        for (size_t y = 0; y < n_outputs; y++)
            row[label_spelled(d->m->tags, (int32_t)y)] += (float)d->p[t * n_outputs + y];
        if (tagset_scheme(d->m->tags) == SCHEME_IOB1)
            divide_begins(d, row, t);
    }
    out->marginals = marginals;
    return true;
}
