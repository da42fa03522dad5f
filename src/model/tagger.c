#include "model/tagger.h"

#include <math.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "net/window.h"
#include "text/reader.h"
#include "text/utf8.h"

/* U+001A, "substitute". */
#define REPLACED_BYTE 0x1a

enum { PASS_TOKENS = 256 }; /* tokens to one pass through the network: bounds memory, however long the sentence */

struct oriel_tagger {
    const oriel_model *m;
    double threshold;
    struct vocab_scratch scratch;
    struct window_plan plan;
    struct net_work work;
    real *rows;              /* [R][d] */
    size_t cap_rows;         /*        in numbers */
    size_t cap;              /*  T     tokens that the arrays below can hold */
    int32_t *ids;            /* [T]    words */
    int32_t *tags;           /* [T]    inside form */
    int32_t *spelled;        /* [T]    as oriel_model_tag_name numbers them */
    float *confidence;       /* [T]    of the tag */
    struct entity *entities; /* [T] */
    oriel_span *spans;       /* [T] */
    oriel_span *found;       /* [n]   of a whole text */
    size_t n_found, cap_found;
    struct bytes repaired; /*       a text that was not UTF-8 */
};

oriel_status oriel_tagger_new(oriel_tagger **out, const oriel_model *m, const oriel_tagger_options *o, oriel_error *err)
{
    *out = NULL;
    double threshold = o && o->threshold >= 0 ? o->threshold : m->info.threshold;
    if (!(threshold <= 1))
        return error_at(err, ORIEL_EARG, NULL, 0, "the threshold must be between 0 and 1, not %g", threshold);
    oriel_tagger *t = mem_zero(1, sizeof *t);
    if (!t)
        return error_memory(err);
    t->m = m;
    t->threshold = threshold;
    if (!window_plan_init(&t->plan, m->net.window, vocab_size(m->words))) {
        oriel_tagger_free(t);
        return error_memory(err);
    }
    *out = t;
    return ORIEL_OK;
}

static void free_arrays(oriel_tagger *t)
{
    mem_free(t->ids);
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
    vocab_scratch_clear(&t->scratch);
    window_plan_clear(&t->plan);
    net_work_clear(&t->work);
    mem_free(t->rows);
    mem_free(t->found);
    bytes_clear(&t->repaired);
    mem_free(t);
}

static bool reserve(oriel_tagger *t, size_t n)
{
    if (n <= t->cap)
        return true;
    free_arrays(t);
    size_t cap = n + n / 2;
    t->ids = mem_alloc(cap, sizeof *t->ids);
    t->tags = mem_alloc(cap, sizeof *t->tags);
    t->spelled = mem_alloc(cap, sizeof *t->spelled);
    t->confidence = mem_alloc(cap, sizeof *t->confidence);
    t->entities = mem_alloc(cap, sizeof *t->entities);
    t->spans = mem_alloc(cap, sizeof *t->spans);
    if (!t->ids || !t->tags || !t->spelled || !t->confidence || !t->entities || !t->spans)
        return false;
    t->cap = cap;
    return true;
}

static bool look_up(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        t->ids[i] = vocab_look_up(t->m->words, &t->scratch, text + tokens[i].begin, tokens[i].end - tokens[i].begin);
        if (t->ids[i] < 0)
            return false;
    }
    return true;
}

/* Scores of tokens [first, last) of the n that were looked up; left in the workspace. */
static bool score(oriel_tagger *t, size_t n, size_t first, size_t last)
{
    const oriel_model *m = t->m;
    window_plan_empty(&t->plan);
    if (!window_plan_add(&t->plan, t->ids, n, first, last, VOCAB_BEFORE, VOCAB_AFTER) || !window_plan_finish(&t->plan))
        return false;
    real *rows = mem_grow(t->rows, &t->cap_rows, t->plan.n_rows * m->net.width, sizeof *rows);
    if (!rows)
        return false;
    t->rows = rows;
    window_gather(rows, &t->plan, m->table, m->net.width);
    struct net_input x = {
        .rows = rows, .n_rows = t->plan.n_rows, .slots = t->plan.is_shared ? t->plan.slots : NULL, .n = t->plan.n};
    return network_forward(&m->net, &m->params, &x, &t->work);
}

/* The sigmoid head: a token takes its best type if that reaches the threshold, and neighbours of one type merge; of plain
 * labels it takes the best. */
static void decide(oriel_tagger *t, size_t first, size_t last)
{
    size_t n_outputs = t->m->net.n_outputs;
    bool is_plain = tagset_scheme(t->m->tags) == SCHEME_PLAIN;
    const real *scores = network_scores(&t->m->net, &t->work);
    for (size_t i = first; i < last; i++, scores += n_outputs) {
        int32_t best = sigmoid_best(scores, n_outputs);
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

oriel_status tagger_run(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n, const int32_t **tags,
                        oriel_error *err)
{
    if (!reserve(t, n) || !look_up(t, text, tokens, n))
        return error_memory(err);
    for (size_t first = 0; first < n; first += PASS_TOKENS) {
        size_t last = n - first < PASS_TOKENS ? n : first + PASS_TOKENS;
        if (!score(t, n, first, last))
            return error_memory(err);
        decide(t, first, last);
    }
    *tags = t->tags;
    return ORIEL_OK;
}

/* An entity's confidence: the product over its tokens. */
static size_t spans_of(oriel_tagger *t, const oriel_range *tokens, size_t n)
{
    size_t n_spans = tags_to_entities(t->entities, t->tags, n);
    for (size_t i = 0; i < n_spans; i++) {
        struct entity e = t->entities[i];
        float confidence = 1;
        for (size_t k = e.first; k < e.last; k++)
            confidence *= t->confidence[k];
        t->spans[i] = (oriel_span){.begin = tokens[e.first].begin,
                                   .end = tokens[e.last - 1].end,
                                   .first = e.first,
                                   .last = e.last,
                                   .type = e.type,
                                   .confidence = confidence};
    }
    return n_spans;
}

static bool tokens_are_inside(const oriel_sentence *s)
{
    size_t end = 0;
    for (size_t i = 0; i < s->n_tokens; i++) {
        oriel_range token = s->tokens[i];
        if (token.begin < end || token.end <= token.begin || token.end > s->n_text)
            return false;
        end = token.end;
    }
    return true;
}

oriel_status oriel_tag_sentence(oriel_tagger *t, const oriel_sentence *s, oriel_tags *out, oriel_error *err)
{
    *out = (oriel_tags){0};
    if (!tokens_are_inside(s))
        return error_at(err, ORIEL_EARG, NULL, 0, "tokens must ascend, be apart, not empty, and inside the text");
    const int32_t *tags;
    oriel_status status = tagger_run(t, s->text, s->tokens, s->n_tokens, &tags, err);
    if (status != ORIEL_OK)
        return status;
    tags_spell(t->m->tags, t->spelled, tags, s->n_tokens);
    *out = (oriel_tags){.tags = t->spelled, .spans = t->spans, .n_spans = spans_of(t, s->tokens, s->n_tokens)};
    return ORIEL_OK;
}

/* ---- a whole text ---- */

/* Appends the spans of one sentence, moved to their places in the text. */
static bool find_in(oriel_tagger *t, const oriel_sentence *s, size_t n_tokens_before, oriel_tags tags)
{
    oriel_span *found = mem_grow(t->found, &t->cap_found, t->n_found + tags.n_spans, sizeof *found);
    if (!found)
        return false;
    t->found = found;
    for (size_t i = 0; i < tags.n_spans; i++) {
        oriel_span span = tags.spans[i];
        span.begin += (size_t)s->offset;
        span.end += (size_t)s->offset;
        span.first += n_tokens_before;
        span.last += n_tokens_before;
        found[t->n_found++] = span;
    }
    return true;
}

static oriel_status tag_all(oriel_tagger *t, oriel_reader *reader, oriel_error *err)
{
    size_t n_tokens = 0;
    for (;;) {
        oriel_sentence s;
        oriel_tags tags;
        bool more;
        oriel_status status = oriel_reader_next(reader, &s, &more, err);
        if (status != ORIEL_OK || !more)
            return status;
        status = oriel_tag_sentence(t, &s, &tags, err);
        if (status != ORIEL_OK)
            return status;
        if (!find_in(t, &s, n_tokens, tags))
            return error_memory(err);
        n_tokens += s.n_tokens;
    }
}

/* The text with a control character in place of each byte that is no part of UTF-8, so that all places stay the same. */
static const char *readable(oriel_tagger *t, const char *text, size_t n)
{
    if (utf8_valid_prefix(text, n) == n && !memchr(text, 0, n))
        return text;
    t->repaired.n = 0;
    if (!bytes_append(&t->repaired, text, n))
        return NULL;
    char *at = t->repaired.at;
    for (size_t i = 0; i < n; i += utf8_valid_prefix(at + i, n - i))
        if (utf8_valid_prefix(at + i, n - i) == 0)
            at[i] = REPLACED_BYTE;
    for (char *zero = at; (zero = memchr(zero, 0, n - (size_t)(zero - at))) != NULL;)
        *zero = REPLACED_BYTE;
    return at;
}

oriel_status oriel_tag_text(oriel_tagger *t, const char *text, size_t n, const oriel_span **spans, size_t *n_spans,
                            oriel_error *err)
{
    *spans = NULL;
    *n_spans = 0;
    t->n_found = 0;
    const char *good = n ? readable(t, text, n) : "";
    if (!good)
        return error_memory(err);
    struct source *source;
    oriel_reader *reader = NULL;
    oriel_reader_options o = {.format = ORIEL_INPUT_TEXT};
    oriel_status status = source_from_memory(&source, good, n, "text", err);
    if (status == ORIEL_OK)
        status = reader_new(&reader, t->m->tokenizer, source, &o, err);
    if (status == ORIEL_OK)
        status = tag_all(t, reader, err);
    oriel_reader_free(reader);
    if (status != ORIEL_OK)
        return status;
    *spans = t->found;
    *n_spans = t->n_found;
    return ORIEL_OK;
}
