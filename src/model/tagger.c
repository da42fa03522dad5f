#include "model/tagger.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/decoder.h"
#include "model/scorer.h"
#include "text/utf8.h"

struct oriel_tagger {
    const oriel_model *m;
    struct scorer scorer;
    struct decoder decoder;
    const oriel_sentence *sentences; /* [n] on loan */
    size_t n;
    size_t next;      /*     of them, to decide */
    size_t n_decided; /*     tokens of those before it */
    struct text_scratch text;
};

static oriel_status make(oriel_tagger **out, const oriel_model *m, struct scoring *shared, size_t which,
                         const oriel_tagger_options *o, oriel_error *err)
{
    oriel_tagger *t = mem_zero(1, sizeof *t);
    if (!t)
        return error_memory(err);
    t->m = m;
    oriel_status status = scorer_init(&t->scorer, m, shared, which) ? ORIEL_OK : error_memory(err);
    if (status == ORIEL_OK)
        status = decoder_init(&t->decoder, m, o, err);
    if (status == ORIEL_OK)
        *out = t;
    else
        oriel_tagger_free(t);
    return status;
}

/* shared: by all of them. */
static oriel_status make_all(oriel_tagger **out, size_t n, const oriel_model *m, struct scoring *shared,
                             const oriel_tagger_options *o, oriel_error *err)
{
    oriel_status status = ORIEL_OK;
    size_t n_made = 0;
    while (n_made < n && status == ORIEL_OK) {
        status = make(&out[n_made], m, shared, n_made, o, err);
        n_made += status == ORIEL_OK;
    }
    while (status != ORIEL_OK && n_made > 0) {
        oriel_tagger_free(out[--n_made]);
        out[n_made] = NULL;
    }
    return status;
}

oriel_status oriel_taggers_new(oriel_tagger **out, size_t n, const oriel_model *m, const oriel_tagger_options *o,
                               oriel_error *err)
{
    memset(out, 0, n * sizeof *out);
    if (n == 0 || n > ORIEL_MAX_TAGGERS)
        return error_at(err, ORIEL_EARG, NULL, 0, "taggers must be between 1 and %d, not %zu", ORIEL_MAX_TAGGERS, n);
    struct scoring *shared = scoring_new(m, o ? o->cache_bytes : 0, n);
    oriel_status status = shared ? make_all(out, n, m, shared, o, err) : error_memory(err);
    scoring_done(shared);
    return status;
}

size_t tagger_cache_for(size_t n_tokens)
{
    enum { BYTES_OF_TOKEN = 4096, FEW_TOKENS = 16000 };
    return n_tokens < FEW_TOKENS ? (n_tokens + 1) * BYTES_OF_TOKEN : 0;
}

oriel_status taggers_of_kept(oriel_tagger **out, size_t n, const oriel_model *m, const oriel_tagger_options *o,
                             oriel_error *err)
{
    memset(out, 0, n * sizeof *out);
    return make_all(out, n, m, NULL, o, err);
}

oriel_status oriel_tagger_new(oriel_tagger **out, const oriel_model *m, const oriel_tagger_options *o, oriel_error *err)
{
    return oriel_taggers_new(out, 1, m, o, err);
}

void oriel_tagger_free(oriel_tagger *t)
{
    if (!t)
        return;
    decoder_clear(&t->decoder);
    scorer_clear(&t->scorer);
    mem_free(t->text.found);
    bytes_clear(&t->text.repaired);
    mem_free(t);
}

oriel_status tagger_begin(oriel_tagger *t, const oriel_sentence *sentences, size_t n, oriel_error *err)
{
    t->sentences = sentences;
    t->n = t->next = t->n_decided = 0;
    if (!scorer_run(&t->scorer, sentences, n))
        return error_memory(err);
    t->n = n;
    return ORIEL_OK;
}

oriel_status tagger_begin_scored(oriel_tagger *t, const oriel_sentence *sentences, size_t n, const real *scores,
                                 oriel_error *err)
{
    t->sentences = sentences;
    t->n = t->next = t->n_decided = 0;
    if (!scorer_take(&t->scorer, sentences, n, scores))
        return error_memory(err);
    t->n = n;
    return ORIEL_OK;
}

const real *tagger_scores(const oriel_tagger *t)
{
    return t->scorer.scores;
}

oriel_status tagger_next(oriel_tagger *t, const int32_t **tags, oriel_error *err)
{
    size_t n_tokens = t->sentences[t->next].n_tokens;
    if (!decoder_run(&t->decoder, t->scorer.scores + t->n_decided * t->m->net.n_outputs, n_tokens))
        return error_memory(err);
    t->n_decided += n_tokens;
    t->next++;
    *tags = t->decoder.tags;
    return ORIEL_OK;
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

oriel_status oriel_tagger_begin(oriel_tagger *t, const oriel_sentence *sentences, size_t n, oriel_error *err)
{
    t->n = t->next = 0;
    for (size_t i = 0; i < n; i++)
        if (!tokens_are_right(&sentences[i]))
            return error_at(err, ORIEL_EARG, NULL, 0,
                            "tokens must ascend, be apart, inside the text, not empty, and UTF-8");
    return tagger_begin(t, sentences, n, err);
}

oriel_status oriel_tagger_next(oriel_tagger *t, oriel_tags *out, oriel_error *err)
{
    *out = (oriel_tags){0};
    if (t->next == t->n)
        return error_at(err, ORIEL_EARG, NULL, 0, "all %zu sentences were tagged", t->n);
    const int32_t *tags;
    const oriel_range *tokens = t->sentences[t->next].tokens;
    oriel_status status = tagger_next(t, &tags, err);
    if (status == ORIEL_OK && !decoder_tell(&t->decoder, tokens, out))
        status = error_memory(err);
    return status;
}

oriel_status oriel_tag_sentence(oriel_tagger *t, const oriel_sentence *s, oriel_tags *out, oriel_error *err)
{
    *out = (oriel_tags){0};
    oriel_status status = oriel_tagger_begin(t, s, 1, err);
    return status == ORIEL_OK ? oriel_tagger_next(t, out, err) : status;
}

oriel_tagger_stats oriel_tagger_about(const oriel_tagger *t)
{
    return t->scorer.stats;
}

const oriel_model *tagger_model(const oriel_tagger *t)
{
    return t->m;
}

struct text_scratch *tagger_text_scratch(oriel_tagger *t)
{
    return &t->text;
}
