#include "model/tagger.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/decoder.h"
#include "model/token_builder.h"
#include "net/window.h"
#include "text/utf8.h"

enum { PASS_TOKENS = 256 }; /* tokens to one pass through the network: bounds memory, however long the sentence */

struct oriel_tagger {
    const oriel_model *m;
    struct decoder decoder;
    struct window_plan plan;   /* of one pass */
    struct token_builder pass; /* what its tokens are made of; 0 and 1 are the edges */
    int32_t *pass_tokens;      /* [pass + edges] 2, 3, 4, ... */
    struct net_work work;
    real *rows;      /* [R][D] */
    size_t cap_rows; /*        in numbers */
    real *scores;    /* [T][Y] */
    size_t cap;      /*        in numbers */
    struct text_scratch text;
};

/* Most tokens that one pass can see: its own, and those in reach on both sides. */
static size_t pass_size(const oriel_model *m)
{
    return PASS_TOKENS + m->net.window;
}

static bool tagger_init(oriel_tagger *t)
{
    size_t n = pass_size(t->m);
    t->pass_tokens = mem_alloc(n, sizeof *t->pass_tokens);
    for (size_t i = 0; t->pass_tokens && i < n; i++)
        t->pass_tokens[i] = (int32_t)(2 + i);
    return t->pass_tokens && window_plan_init(&t->plan, t->m->net.window, n + 2);
}

oriel_status oriel_tagger_new(oriel_tagger **out, const oriel_model *m, const oriel_tagger_options *o, oriel_error *err)
{
    *out = NULL;
    oriel_tagger *t = mem_zero(1, sizeof *t);
    if (!t)
        return error_memory(err);
    t->m = m;
    oriel_status status = decoder_init(&t->decoder, m, o, err);
    if (status == ORIEL_OK && !tagger_init(t))
        status = error_memory(err);
    if (status == ORIEL_OK)
        *out = t;
    else
        oriel_tagger_free(t);
    return status;
}

void oriel_tagger_free(oriel_tagger *t)
{
    if (!t)
        return;
    decoder_clear(&t->decoder);
    token_builder_clear(&t->pass);
    mem_free(t->pass_tokens);
    window_plan_clear(&t->plan);
    net_work_clear(&t->work);
    mem_free(t->rows);
    mem_free(t->scores);
    mem_free(t->text.found);
    bytes_clear(&t->text.repaired);
    mem_free(t);
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

real *tagger_scores(oriel_tagger *t, size_t n)
{
    real *scores = mem_grow(t->scores, &t->cap, n * t->m->net.n_outputs, sizeof *scores);
    if (scores)
        t->scores = scores;
    return scores;
}

oriel_status tagger_score(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n, oriel_error *err)
{
    if (!tagger_scores(t, n))
        return error_memory(err);
    for (size_t first = 0; first < n; first += PASS_TOKENS) {
        size_t last = n - first < PASS_TOKENS ? n : first + PASS_TOKENS;
        if (!score(t, text, tokens, n, first, last))
            return error_memory(err);
    }
    return ORIEL_OK;
}

oriel_status tagger_decode(oriel_tagger *t, size_t n, const int32_t **tags, oriel_error *err)
{
    if (!decoder_run(&t->decoder, t->scores, n))
        return error_memory(err);
    *tags = t->decoder.tags;
    return ORIEL_OK;
}

oriel_status tagger_run(oriel_tagger *t, const char *text, const oriel_range *tokens, size_t n, const int32_t **tags,
                        oriel_error *err)
{
    oriel_status status = tagger_score(t, text, tokens, n, err);
    return status == ORIEL_OK ? tagger_decode(t, n, tags, err) : status;
}

void tagger_confidence(oriel_tagger *t, float *confidence)
{
    decoder_confidence(&t->decoder, confidence);
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
    if (status == ORIEL_OK && !decoder_tell(&t->decoder, s->tokens, out))
        status = error_memory(err);
    return status;
}

const oriel_model *tagger_model(const oriel_tagger *t)
{
    return t->m;
}

struct text_scratch *tagger_text_scratch(oriel_tagger *t)
{
    return &t->text;
}
