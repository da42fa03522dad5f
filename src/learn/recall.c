#include "learn/recall.h"

#include <math.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/tagger.h"

/* A look at so many sentences suffices for the constant; it is one of so many, a quarter apart. */
enum { SENTENCES_ASKED = 2000, BIASES = 17 };
#define BIAS_STEP 0.25

/* The old model at work on a corpus. */
struct recalling {
    const struct corpus *c;
    const struct known *known;
    const oriel_model *old;
    oriel_model asked; /* the old one but for o_bias; owns nothing */
    oriel_tagger *tagger;
    struct entity *entities; /* [T] */
};

/* From here on with more off "outside" than the old model has by itself; for independent outputs, which have none, a lower
 * threshold: what they say is higher by as much. */
static oriel_status ask(struct recalling *r, double more, oriel_error *err)
{
    double threshold = r->old->info.threshold;
    oriel_tagger_options o = {.threshold = threshold / (threshold + (1 - threshold) * exp(more)),
                              .cache_bytes = tagger_cache_for(r->c->s.n_tokens)};
    oriel_tagger_free(r->tagger);
    r->tagger = NULL;
    r->asked.o_bias = r->old->o_bias + more;
    return oriel_tagger_new(&r->tagger, &r->asked, &o, err);
}

static const bool *known_of(const struct recalling *r, size_t sentence)
{
    return r->known->is_known + corpus_file_of(r->c, sentence) * r->known->n_types;
}

/* The entities of open types that the old model finds in a sentence, to r->entities [*n]. */
static oriel_status find(struct recalling *r, size_t sentence, size_t *n, oriel_error *err)
{
    const int32_t *tags;
    const struct sentences *s = &r->c->s;
    size_t start = s->starts[sentence];
    size_t n_tokens = s->starts[sentence + 1] - start;
    const bool *is_known = known_of(r, sentence);
    *n = 0;
    const oriel_sentence asked = {.text = s->text.at, .tokens = s->tokens + start, .n_tokens = n_tokens};
    oriel_status status = tagger_begin(r->tagger, &asked, 1, err);
    if (status == ORIEL_OK)
        status = tagger_next(r->tagger, &tags, err);
    if (status != ORIEL_OK)
        return status;
    size_t n_found = tags_to_entities(r->entities, tags, n_tokens);
    for (size_t e = 0; e < n_found; e++)
        if (!is_known[r->entities[e].type])
            r->entities[(*n)++] = r->entities[e];
    return ORIEL_OK;
}

/* How many there are in the sentences that are asked about. */
static oriel_status count(struct recalling *r, double more, size_t *n, oriel_error *err)
{
    size_t n_asked = r->c->s.n_sentences < SENTENCES_ASKED ? r->c->s.n_sentences : SENTENCES_ASKED;
    *n = 0;
    oriel_status status = ask(r, more, err);
    for (size_t i = 0; i < n_asked && status == ORIEL_OK; i++) {
        size_t n_found;
        status = find(r, i * r->c->s.n_sentences / n_asked, &n_found, err);
        *n += n_found;
    }
    return status;
}

/* The most at which no more are found than there should be, by bisection: the more, the more are found. */
static oriel_status choose_more(struct recalling *r, double *more, oriel_error *err)
{
    size_t n_own = 0;
    const oriel_info *i = &r->old->info;
    double share = i->dev_recall > 0 ? i->dev_precision / i->dev_recall : 1;
    *more = 0;
    oriel_status status = share > 1 ? count(r, 0, &n_own, err) : ORIEL_OK;
    for (size_t low = 0, high = share > 1 ? BIASES : 1; high - low > 1 && status == ORIEL_OK;) {
        size_t n;
        size_t middle = (low + high) / 2;
        status = count(r, BIAS_STEP * (double)middle, &n, err);
        if ((double)n <= share * (double)n_own)
            low = middle;
        else
            high = middle;
        *more = BIAS_STEP * (double)low;
    }
    return status;
}

/* Puts an entity in, if nothing is said of its tokens. */
static void put_in(int32_t *tags, const struct entity *e)
{
    for (size_t i = e->first; i < e->last; i++)
        if (tags[i] != TAG_OUTSIDE)
            return;
    for (size_t i = e->first; i < e->last; i++)
        tags[i] = i == e->first ? tag_begin(e->type) : tag_inside(e->type);
}

static oriel_status put_all_in(int32_t *tags, struct recalling *r, double more, oriel_error *err)
{
    oriel_status status = ask(r, more, err);
    for (size_t i = 0; i < r->c->s.n_sentences && status == ORIEL_OK; i++) {
        size_t n;
        status = find(r, i, &n, err);
        for (size_t e = 0; e < n; e++)
            put_in(tags + r->c->s.starts[i], &r->entities[e]);
    }
    return status;
}

static bool leaves_open(const struct known *k, size_t n_old)
{
    for (size_t type = 0; type < n_old; type++)
        for (size_t file = 0; file < k->n_files; file++)
            if (!k->is_known[file * k->n_types + type])
                return true;
    return false;
}

oriel_status recall(int32_t *tags, struct known *k, const struct corpus *c, const oriel_model *old, oriel_error *err)
{
    size_t n_old = tagset_types(old->tags);
    if (!leaves_open(k, n_old))
        return ORIEL_OK;
    double more = 0;
    struct recalling r = {.c = c, .known = k, .old = old, .asked = *old};
    r.entities = mem_alloc(c->s.n_tokens, sizeof *r.entities);
    oriel_status status = r.entities ? choose_more(&r, &more, err) : error_memory(err);
    if (status == ORIEL_OK)
        status = put_all_in(tags, &r, more, err);
    for (size_t file = 0; file < k->n_files; file++)
        for (size_t type = 0; type < n_old; type++)
            k->is_known[file * k->n_types + type] = true;
    mem_free(r.entities);
    oriel_tagger_free(r.tagger);
    return status;
}
