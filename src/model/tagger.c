#include "model/tagger.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/token_builder.h"
#include "net/window.h"
#include "text/utf8.h"

enum { PASS_TOKENS = 256 }; /* tokens to one pass through the network: bounds memory, however long the sentence */

struct oriel_tagger {
    const oriel_model *m;
    double threshold;
    double min_confidence;
    bool *is_wanted;           /* [types] NULL: all are */
    struct window_plan plan;   /* of one pass */
    struct token_builder pass; /* what its tokens are made of; 0 and 1 are the edges */
    int32_t *pass_tokens;      /* [pass + edges] 2, 3, 4, ... */
    struct net_work work;
    struct crf_work *chain;  /* NULL for the sigmoid head */
    struct crf_work *sure;   /* the same at the model's temperature: how sure it is; NULL unless crf */
    real *rows;              /* [R][D] */
    size_t cap_rows;         /*        in numbers */
    size_t cap;              /*  T     tokens that the arrays below can hold */
    real *scores;            /* [T][Y] */
    real *p;                 /* [T][Y] probabilities of labels */
    int32_t *labels;         /* [T] */
    int32_t *tags;           /* [T]    inside form */
    int32_t *spelled;        /* [T]    as oriel_model_tag_name numbers them */
    float *confidence;       /* [T]    of the tag */
    struct entity *entities; /* [T] */
    oriel_span *spans;       /* [T] */
    struct text_scratch text;
};

/* Most tokens that one pass can see: its own, and those in reach on both sides. */
static size_t pass_size(const oriel_model *m)
{
    return PASS_TOKENS + m->net.window;
}

/* Makes t->sure: the chain with its weights divided by the temperature. */
static bool heat(oriel_tagger *t, const struct crf *chain)
{
    size_t n = chain->n;
    real *weights = mem_alloc(n * (n + 2), sizeof *weights);
    t->sure = crf_work_new(n);
    struct crf hot = *chain;
    real *parts[] = {weights, weights + n, weights + 2 * n};
    const real *from[] = {chain->start, chain->end, chain->trans};
    for (size_t k = 0; weights && t->sure && k < 3; k++)
        for (size_t i = 0; i < (k < 2 ? n : n * n); i++)
            parts[k][i] = from[k][i] / (real)t->m->temperature;
    hot.start = parts[0];
    hot.end = parts[1];
    hot.trans = parts[2];
    if (weights && t->sure)
        crf_prepare(t->sure, &hot);
    mem_free(weights);
    return weights && t->sure;
}

static bool tagger_init(oriel_tagger *t)
{
    size_t n = pass_size(t->m);
    t->pass_tokens = mem_alloc(n, sizeof *t->pass_tokens);
    for (size_t i = 0; t->pass_tokens && i < n; i++)
        t->pass_tokens[i] = (int32_t)(2 + i);
    if (!t->pass_tokens || !window_plan_init(&t->plan, t->m->net.window, n + 2))
        return false;
    if (t->m->net.head == HEAD_SIGMOID)
        return true;
    t->chain = crf_work_new(t->m->net.n_outputs);
    if (!t->chain)
        return false;
    struct crf chain = model_chain(t->m);
    crf_prepare(t->chain, &chain);
    return t->m->net.head != HEAD_CRF || heat(t, &chain);
}

static oriel_status choose_types(oriel_tagger *t, const char *list, oriel_error *err)
{
    if (model_is_plain(t->m))
        return error_at(err, ORIEL_EARG, NULL, 0, "--types is for entities; this model labels every token");
    t->is_wanted = mem_alloc(tagset_types(t->m->tags), sizeof *t->is_wanted);
    return t->is_wanted ? types_listed(t->is_wanted, t->m->tags, list, "--types", err) : error_memory(err);
}

oriel_status oriel_tagger_new(oriel_tagger **out, const oriel_model *m, const oriel_tagger_options *o, oriel_error *err)
{
    *out = NULL;
    double threshold = o && o->threshold >= 0 ? o->threshold : m->info.threshold;
    if (!(threshold <= 1))
        return error_at(err, ORIEL_EARG, NULL, 0, "the threshold must be between 0 and 1, not %g", threshold);
    double min_confidence = o ? o->min_confidence : 0;
    if (!(min_confidence >= 0 && min_confidence <= 1))
        return error_at(err, ORIEL_EARG, NULL, 0, "the least confidence must be between 0 and 1, not %g",
                        min_confidence);
    if (min_confidence > 0 && model_is_plain(m))
        return error_at(err, ORIEL_EARG, NULL, 0, "--min-confidence is for entities; this model labels every token");
    oriel_tagger *t = mem_zero(1, sizeof *t);
    if (!t)
        return error_memory(err);
    t->m = m;
    t->min_confidence = min_confidence;
    t->threshold = threshold;
    oriel_status status = tagger_init(t) ? ORIEL_OK : error_memory(err);
    if (status == ORIEL_OK && o && o->types)
        status = choose_types(t, o->types, err);
    if (status == ORIEL_OK)
        *out = t;
    else
        oriel_tagger_free(t);
    return status;
}

static void free_arrays(oriel_tagger *t)
{
    mem_free(t->scores);
    mem_free(t->p);
    mem_free(t->labels);
    mem_free(t->tags);
    mem_free(t->spelled);
    mem_free(t->confidence);
    mem_free(t->entities);
    mem_free(t->spans);
    t->cap = 0;
}

void oriel_tagger_free(oriel_tagger *t)
{
    if (!t)
        return;
    free_arrays(t);
    token_builder_clear(&t->pass);
    mem_free(t->pass_tokens);
    mem_free(t->is_wanted);
    crf_work_free(t->chain);
    crf_work_free(t->sure);
    window_plan_clear(&t->plan);
    net_work_clear(&t->work);
    mem_free(t->rows);
    mem_free(t->text.found);
    bytes_clear(&t->text.repaired);
    mem_free(t);
}

static bool reserve(oriel_tagger *t, size_t n)
{
    if (n <= t->cap)
        return true;
    free_arrays(t);
    size_t cap = n + n / 2;
    size_t row = t->m->net.n_outputs * sizeof(real);
    t->scores = mem_alloc(cap, row);
    t->p = mem_alloc(cap, row);
    t->labels = mem_alloc(cap, sizeof *t->labels);
    t->tags = mem_alloc(cap, sizeof *t->tags);
    t->spelled = mem_alloc(cap, sizeof *t->spelled);
    t->confidence = mem_alloc(cap, sizeof *t->confidence);
    t->entities = mem_alloc(cap, sizeof *t->entities);
    t->spans = mem_alloc(cap, sizeof *t->spans);
    if (!t->scores || !t->p || !t->labels || !t->tags || !t->spelled || !t->confidence || !t->entities || !t->spans)
        return false;
    t->cap = cap;
    return true;
}

/* What tokens [first, last) and the edges are made of. */
static bool look_up(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t first, size_t last)
{
    const struct channels *c = &t->m->channels;
    token_builder_empty(&t->pass);
    bool is_done =
        token_builder_add_edge(&t->pass, c, VOCAB_BEFORE) && token_builder_add_edge(&t->pass, c, VOCAB_AFTER);
    for (size_t i = first; i < last && is_done; i++)
        is_done = token_builder_add(&t->pass, c, text + tokens[i].begin, tokens[i].end - tokens[i].begin);
    return is_done;
}

/* Scores of tokens [first, last) of n, one pass through the network. */
static bool score(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n, size_t first, size_t last)
{
    const oriel_model *m = t->m;
    size_t reach = m->net.window / 2;
    size_t begin = first < reach ? 0 : first - reach;
    size_t end = n - last < reach ? n : last + reach;
    window_plan_empty(&t->plan);
    if (!look_up(t, text, tokens, begin, end) ||
        !window_plan_add(&t->plan, t->pass_tokens, end - begin, first - begin, last - begin, 0, 1) ||
        !window_plan_finish(&t->plan))
        return false;
    real *rows = mem_grow(t->rows, &t->cap_rows, t->plan.n_rows * m->net.width, sizeof *rows);
    if (!rows)
        return false;
    t->rows = rows;
    tables_gather(rows, &m->tables, &t->pass.ids, t->plan.ids, t->plan.n_rows, NULL);
    struct net_input x = {
        .rows = rows, .n_rows = t->plan.n_rows, .slots = t->plan.is_shared ? t->plan.slots : NULL, .n = t->plan.n};
    if (!network_forward(&m->net, &m->params, &x, &t->work))
        return false;
    size_t n_outputs = m->net.n_outputs;
    memcpy(t->scores + first * n_outputs, network_scores(&m->net, &t->work),
           (last - first) * n_outputs * sizeof *t->scores);
    return true;
}

/* The sigmoid head: a token takes its best type if that reaches the threshold, and neighbours of one type merge; of plain
 * labels it takes the best. */
static void decide_each(oriel_tagger *t, size_t n)
{
    size_t n_outputs = t->m->net.n_outputs;
    bool is_plain = model_is_plain(t->m);
    const real *scores = t->scores;
    for (size_t i = 0; i < n; i++, scores += n_outputs) {
        int32_t best = best_output(scores, n_outputs);
        double p = 1 / (1 + exp(-(double)scores[best]));
        if (isnan(p))
            p = 0; /* a file's weights may be finite and so large that scores are not */
        t->confidence[i] = (float)p;
        if (!is_plain && p < t->threshold)
            t->tags[i] = TAG_OUTSIDE;
        else if (!is_plain && i > 0 && t->tags[i - 1] != TAG_OUTSIDE && tag_type(t->tags[i - 1]) == best)
            t->tags[i] = tag_inside(best);
        else
            t->tags[i] = tag_begin(best);
    }
}

/* Exclusive labels: the best path that the rules allow, and how probable its labels are. */
static bool decide_path(oriel_tagger *t, size_t n)
{
    size_t n_outputs = t->m->net.n_outputs;
    bool ok;
    for (size_t i = 0; !model_is_plain(t->m) && i < n; i++)
        t->scores[i * n_outputs + LABEL_OUTSIDE] -= (real)t->m->o_bias;
    crf_best_path(t->chain, t->labels, t->scores, n, &ok);
    if (!ok)
        return false;
    for (size_t i = 0; i < n * n_outputs; i++)
        t->p[i] = t->scores[i] / (real)t->m->temperature;
    if (t->m->net.head == HEAD_CRF)
        crf_marginals(t->sure, t->p, t->p, n, &ok);
    else
        head_outputs(HEAD_SOFTMAX, t->p, t->p, n, n_outputs);
    for (size_t i = 0; ok && i < n; i++)
        t->confidence[i] = (float)t->p[i * n_outputs + (size_t)t->labels[i]];
    tags_from_labels(t->tags, t->labels, n, model_is_plain(t->m));
    return ok;
}

oriel_status tagger_run(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n, const int32_t **tags,
                        oriel_error *err)
{
    if (!reserve(t, n))
        return error_memory(err);
    for (size_t first = 0; first < n; first += PASS_TOKENS) {
        size_t last = n - first < PASS_TOKENS ? n : first + PASS_TOKENS;
        if (!score(t, text, tokens, n, first, last))
            return error_memory(err);
    }
    if (t->chain && n > 0 && !decide_path(t, n))
        return error_memory(err);
    if (!t->chain)
        decide_each(t, n);
    for (size_t i = 0; t->is_wanted && i < n; i++)
        if (tag_has_type(t->tags[i]) && !t->is_wanted[tag_type(t->tags[i])])
            t->tags[i] = TAG_OUTSIDE;
    *tags = t->tags;
    return ORIEL_OK;
}

/* Crf: the probability that just these tokens have just these labels; else the product over the tokens. */
static float span_confidence(const oriel_tagger *t, struct entity e)
{
    if (t->m->net.head == HEAD_CRF)
        return (float)crf_segment_probability(t->sure, t->labels, e.first, e.last);
    float confidence = 1;
    for (size_t k = e.first; k < e.last; k++)
        confidence *= t->confidence[k];
    return confidence;
}

/* The entities of the tags; those of too little confidence become outside. */
static size_t spans_of(oriel_tagger *t, const oriel_range *tokens, size_t n)
{
    size_t n_spans = 0;
    size_t n_entities = tags_to_entities(t->entities, t->tags, n);
    for (size_t i = 0; i < n_entities; i++) {
        struct entity e = t->entities[i];
        float confidence = span_confidence(t, e);
        for (size_t k = e.first; (double)confidence < t->min_confidence && k < e.last; k++)
            t->tags[k] = TAG_OUTSIDE;
        if ((double)confidence < t->min_confidence)
            continue;
        t->spans[n_spans++] = (oriel_span){.begin = tokens[e.first].begin,
                                           .end = tokens[e.last - 1].end,
                                           .first = e.first,
                                           .last = e.last,
                                           .type = e.type,
                                           .confidence = confidence};
    }
    return n_spans;
}

void tagger_confidence(oriel_tagger *t, float *confidence, size_t n)
{
    size_t n_entities = tags_to_entities(t->entities, t->tags, n);
    for (size_t i = 0; i < n_entities; i++)
        confidence[t->entities[i].first] = span_confidence(t, t->entities[i]);
}

static bool tokens_are_right(const oriel_sentence *s)
{
    size_t end = 0;
    for (size_t i = 0; i < s->n_tokens; i++) {
        oriel_range token = s->tokens[i];
        if (token.begin < end || token.end <= token.begin || token.end > s->n_text)
            return false;
        end = token.end;
        if (utf8_valid_prefix(s->text + token.begin, end - token.begin) < end - token.begin)
            return false;
    }
    return true;
}

oriel_status oriel_tag_sentence(oriel_tagger *t, const oriel_sentence *s, oriel_tags *out, oriel_error *err)
{
    *out = (oriel_tags){0};
    if (!tokens_are_right(s))
        return error_at(err, ORIEL_EARG, NULL, 0,
                        "tokens must ascend, be apart, inside the text, not empty, and UTF-8");
    const int32_t *tags;
    oriel_status status = tagger_run(t, s->text, s->tokens, s->n_tokens, &tags, err);
    if (status != ORIEL_OK)
        return status;
    size_t n_spans = spans_of(t, s->tokens, s->n_tokens);
    tags_spell(t->m->tags, t->spelled, tags, s->n_tokens);
    *out = (oriel_tags){.tags = t->spelled, .spans = t->spans, .n_spans = n_spans};
    return ORIEL_OK;
}

const oriel_model *tagger_model(const oriel_tagger *t)
{
    return t->m;
}

struct text_scratch *tagger_text_scratch(oriel_tagger *t)
{
    return &t->text;
}
