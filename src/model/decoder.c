#include "model/decoder.h"

#include <math.h>

#include "base/memory.h"
#include "base/status.h"

/* ---- making ---- */

/* Makes d->sure: the chain with its weights divided by the temperature. */
static bool heat(struct decoder *d, const struct crf *chain)
{
    size_t n = chain->n;
    real *weights = mem_alloc(n * (n + 2), sizeof *weights);
    d->sure = crf_work_new(n);
    struct crf hot = *chain;
    real *parts[] = {weights, weights + n, weights + 2 * n};
    const real *from[] = {chain->start, chain->end, chain->trans};
    for (size_t k = 0; weights && d->sure && k < 3; k++)
        for (size_t i = 0; i < (k < 2 ? n : n * n); i++)
            parts[k][i] = from[k][i] / (real)d->m->temperature;
    hot.start = parts[0];
    hot.end = parts[1];
    hot.trans = parts[2];
    if (weights && d->sure)
        crf_prepare(d->sure, &hot);
    mem_free(weights);
    return weights && d->sure;
}

static bool make_chain(struct decoder *d)
{
    if (d->m->net.head == HEAD_SIGMOID)
        return true;
    d->chain = crf_work_new(d->m->net.n_outputs);
    if (!d->chain)
        return false;
    struct crf chain = model_chain(d->m);
    crf_prepare(d->chain, &chain);
    return d->m->net.head != HEAD_CRF || heat(d, &chain);
}

/* Types that were never labelled together with one that is wanted are other words for the same things, and not what these
 * have to be told apart from. */
static bool shut_types(struct decoder *d)
{
    size_t n = tagset_types(d->m->tags);
    d->is_shut = mem_alloc(n, sizeof *d->is_shut);
    for (size_t k = 0; d->is_shut && k < n; k++) {
        d->is_shut[k] = !d->is_wanted[k];
        for (size_t w = 0; w < n; w++)
            d->is_shut[k] = d->is_shut[k] && !(d->is_wanted[w] && d->m->together[w * n + k]);
    }
    return d->is_shut;
}

static oriel_status choose_types(struct decoder *d, const char *list, oriel_error *err)
{
    if (model_is_plain(d->m))
        return error_at(err, ORIEL_EARG, NULL, 0, "--types is for entities; this model labels every token");
    d->is_wanted = mem_alloc(tagset_types(d->m->tags), sizeof *d->is_wanted);
    if (!d->is_wanted)
        return error_memory(err);
    oriel_status status = types_listed(d->is_wanted, d->m->tags, list, "--types", err);
    return status == ORIEL_OK && d->m->together && !shut_types(d) ? error_memory(err) : status;
}

static oriel_status check_numbers(const struct decoder *d, oriel_error *err)
{
    if (!(d->threshold <= 1))
        return error_at(err, ORIEL_EARG, NULL, 0, "the threshold must be between 0 and 1, not %g", d->threshold);
    if (!(d->min_confidence >= 0 && d->min_confidence <= 1))
        return error_at(err, ORIEL_EARG, NULL, 0, "the least confidence must be between 0 and 1, not %g",
                        d->min_confidence);
    if (d->min_confidence > 0 && model_is_plain(d->m))
        return error_at(err, ORIEL_EARG, NULL, 0, "--min-confidence is for entities; this model labels every token");
    if (d->n_best > ORIEL_MAX_READINGS)
        return error_at(err, ORIEL_EARG, NULL, 0, "--n-best must be at most %d, not %zu", ORIEL_MAX_READINGS,
                        d->n_best);
    if (d->m->net.head == HEAD_SIGMOID && (d->n_best > 0 || d->has_marginals))
        return error_at(err, ORIEL_EARG, NULL, 0,
                        "--%s is for models of head softmax or crf; this one is sigmoid, a yes or no for each type",
                        d->n_best > 0 ? "n-best" : "marginals");
    return ORIEL_OK;
}

oriel_status decoder_init(struct decoder *d, const oriel_model *m, const oriel_tagger_options *o, oriel_error *err)
{
    *d = (struct decoder){.m = m, .threshold = m->info.threshold, .has_confidence = true};
    if (o) {
        d->threshold = o->threshold >= 0 ? o->threshold : d->threshold;
        d->min_confidence = o->min_confidence;
        d->n_best = o->n_best;
        d->has_marginals = o->marginals;
        d->has_confidence = !o->no_confidence || o->min_confidence > 0;
    }
    oriel_status status = check_numbers(d, err);
    if (status == ORIEL_OK && !make_chain(d))
        status = error_memory(err);
    if (status == ORIEL_OK && o && o->types)
        status = choose_types(d, o->types, err);
    return status;
}

static void free_arrays(struct decoder *d)
{
    mem_free(d->p);
    mem_free(d->labels);
    mem_free(d->tags);
    mem_free(d->spelled);
    mem_free(d->confidence);
    mem_free(d->entities);
    mem_free(d->spans);
    d->cap = 0;
}

void decoder_clear(struct decoder *d)
{
    free_arrays(d);
    readings_clear(&d->readings);
    mem_free(d->is_wanted);
    mem_free(d->is_shut);
    crf_work_free(d->chain);
    crf_work_free(d->sure);
    *d = (struct decoder){0};
}

static bool reserve(struct decoder *d, size_t n)
{
    if (n <= d->cap)
        return true;
    free_arrays(d);
    size_t cap = n + n / 2;
    d->p = mem_alloc(cap, d->m->net.n_outputs * sizeof *d->p);
    d->labels = mem_alloc(cap, sizeof *d->labels);
    d->tags = mem_alloc(cap, sizeof *d->tags);
    d->spelled = mem_alloc(cap, sizeof *d->spelled);
    d->confidence = mem_alloc(cap, sizeof *d->confidence);
    d->entities = mem_alloc(cap, sizeof *d->entities);
    d->spans = mem_alloc(cap, sizeof *d->spans);
    if (!d->p || !d->labels || !d->tags || !d->spelled || !d->confidence || !d->entities || !d->spans)
        return false;
    d->cap = cap;
    return true;
}

/* ---- deciding ---- */

/* The sigmoid head: a token takes its best type if that reaches the threshold, and neighbours of one type merge; of plain
 * labels it takes the best. */
static void decide_each(struct decoder *d, const real *scores, size_t n)
{
    size_t n_outputs = d->m->net.n_outputs;
    bool is_plain = model_is_plain(d->m);
    for (size_t i = 0; i < n; i++, scores += n_outputs) {
        int32_t best = best_output(scores, n_outputs);
        double p = 1 / (1 + exp(-(double)scores[best]));
        if (isnan(p))
            p = 0; /* a file's weights may be finite and so large that scores are not */
        d->confidence[i] = (float)p;
        if (!is_plain && p < d->threshold)
            d->tags[i] = TAG_OUTSIDE;
        else if (!is_plain && i > 0 && d->tags[i - 1] != TAG_OUTSIDE && tag_type(d->tags[i - 1]) == best)
            d->tags[i] = tag_inside(best);
        else
            d->tags[i] = tag_begin(best);
    }
}

/* Does anyone want to know how sure it is?  Where nothing was found and nothing was asked for, nobody does. */
static bool is_certainty_wanted(const struct decoder *d, size_t n)
{
    if (d->n_best > 0 || d->has_marginals)
        return true;
    size_t i = 0;
    while (i < n && !model_is_plain(d->m) && d->labels[i] == LABEL_OUTSIDE)
        i++;
    return i < n && d->has_confidence;
}

/* Exclusive labels: the best path that the rules allow, and how probable labels are. */
static bool decide_path(struct decoder *d, real *scores, size_t n)
{
    size_t n_outputs = d->m->net.n_outputs;
    bool ok;
    for (size_t i = 0; !model_is_plain(d->m) && i < n; i++)
        scores[i * n_outputs + LABEL_OUTSIDE] -= (real)d->m->o_bias;
    crf_best_path(d->chain, d->labels, scores, n, &ok);
    if (!ok || !is_certainty_wanted(d, n))
        return ok;
    for (size_t i = 0; i < n * n_outputs; i++)
        d->p[i] = scores[i] / (real)d->m->temperature;
    if (d->sure)
        d->log_sum = crf_marginals(d->sure, d->p, d->p, n, &ok);
    else
        head_outputs(HEAD_SOFTMAX, d->p, d->p, n, n_outputs);
    return ok;
}

static void drop_unwanted(const struct decoder *d, int32_t *tags, size_t n)
{
    for (size_t i = 0; d->is_wanted && i < n; i++)
        if (tag_has_type(tags[i]) && !d->is_wanted[tag_type(tags[i])])
            tags[i] = TAG_OUTSIDE;
}

void decoder_tags(const struct decoder *d, int32_t *tags, const int32_t *labels, size_t n)
{
    tags_from_labels(tags, labels, n, model_is_plain(d->m));
    drop_unwanted(d, tags, n);
}

/* Labels of types that are not looked for get no probability. */
static void shut(const struct decoder *d, real *scores, size_t n)
{
    size_t n_outputs = d->m->net.n_outputs;
    for (size_t type = 0; d->is_shut && type < tagset_types(d->m->tags); type++)
        for (size_t i = 0; d->is_shut[type] && i < n; i++) {
            real *s = scores + i * n_outputs;
            if (!d->chain)
                s[type] = -INFINITY;
            for (int k = 0; d->chain && k < 4; k++)
                s[label_of((int32_t)type, k / 2, k % 2)] = -INFINITY;
        }
}

bool decoder_run(struct decoder *d, real *scores, size_t n)
{
    d->scores = scores;
    d->n = n;
    if (!reserve(d, n))
        return false;
    shut(d, scores, n);
    if (d->chain) {
        if (n > 0 && !decide_path(d, scores, n))
            return false;
        decoder_tags(d, d->tags, d->labels, n);
    } else {
        decide_each(d, scores, n);
        drop_unwanted(d, d->tags, n);
    }
    return true;
}

/* ---- how sure it is ---- */

/* Crf: the probability that just these tokens have just these labels; else the product over the tokens. */
static float span_probability(const struct decoder *d, const int32_t *labels, struct entity e)
{
    if (d->sure)
        return (float)crf_segment_probability(d->sure, labels, e.first, e.last);
    float p = 1;
    for (size_t k = e.first; k < e.last; k++)
        p *= d->chain ? (float)d->p[k * d->m->net.n_outputs + (size_t)labels[k]] : d->confidence[k];
    return p;
}

/* Confidence of probability p: ceiling o / (1 + o), o = factor (p / (1 - p))^power.  What is not a number stays one. */
static float span_confidence(const struct decoder *d, const int32_t *labels, struct entity e)
{
    float p = span_probability(d, labels, e);
    const oriel_model *m = d->m;
    if (!d->chain || (m->confidence_power == 1 && m->confidence_factor == 1))
        return d->chain ? (float)m->confidence_ceiling * p : p;
    double odds = m->confidence_factor * pow((double)p / (1 - (double)p), m->confidence_power);
    return (float)(m->confidence_ceiling * (isinf(odds) ? 1 : odds / (1 + odds)));
}

void decoder_confidence(struct decoder *d, float *confidence)
{
    size_t n_entities = tags_to_entities(d->entities, d->tags, d->n);
    for (size_t i = 0; i < n_entities; i++)
        confidence[d->entities[i].first] = span_confidence(d, d->labels, d->entities[i]);
}

size_t decoder_spans(struct decoder *d, oriel_span *spans, int32_t *tags, const int32_t *labels,
                     const oriel_range *tokens)
{
    size_t n_spans = 0;
    size_t n_entities = tags_to_entities(d->entities, tags, d->n);
    for (size_t i = 0; i < n_entities; i++) {
        struct entity e = d->entities[i];
        float confidence = d->has_confidence ? span_confidence(d, labels, e) : 0;
        bool is_dropped = (double)confidence < d->min_confidence; /* not what is not a number */
        for (size_t k = e.first; is_dropped && k < e.last; k++)
            tags[k] = TAG_OUTSIDE;
        if (!is_dropped)
            spans[n_spans++] = (oriel_span){.begin = tokens[e.first].begin,
                                            .end = tokens[e.last - 1].end,
                                            .first = e.first,
                                            .last = e.last,
                                            .type = e.type,
                                            .confidence = confidence};
    }
    return n_spans;
}

bool decoder_tell(struct decoder *d, const oriel_range *tokens, oriel_tags *out)
{
    *out = (oriel_tags){0};
    oriel_tags told = {.tags = d->spelled, .spans = d->spans};
    told.n_spans = decoder_spans(d, d->spans, d->tags, d->labels, tokens);
    tags_spell(d->m->tags, d->spelled, d->tags, d->n);
    if ((d->n_best > 0 && !decoder_read(d, tokens, &told)) || (d->has_marginals && !decoder_marginals(d, &told)))
        return false;
    *out = told;
    return true;
}
