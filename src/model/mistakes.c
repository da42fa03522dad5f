/*
 * One walk over gold and predicted entities, which both ascend: equal ones are right, overlapping ones are a pair, and
 * of two that are apart the earlier one stands alone.
 */
#include "model/mistakes.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/score.h"

struct report {
    const struct corpus *c;
    const struct tagset *types;
    oriel_on_mistake *f;
    void *user;
    struct entity *gold, *predicted; /* [T] */
    int32_t *filled;                 /* [T] gold */
    struct bytes text;               /* tokens of the sentence, joined by blanks */
    oriel_range *tokens;             /* [T] of text */
};

static bool join_tokens(struct report *r, size_t start, size_t n)
{
    const struct sentences *s = &r->c->s;
    r->text.n = 0;
    for (size_t i = 0; i < n; i++) {
        oriel_range token = s->tokens[start + i];
        size_t n_bytes = token.end - token.begin;
        if ((i > 0 && !bytes_append(&r->text, " ", 1)) || !bytes_append(&r->text, s->text.at + token.begin, n_bytes))
            return false;
        r->tokens[i] = (oriel_range){r->text.n - n_bytes, r->text.n};
    }
    return true;
}

static bool same_entity(const struct entity *a, const struct entity *b)
{
    return a->first == b->first && a->last == b->last && a->type == b->type;
}

/* gold or predicted may be NULL. */
static void tell(const struct report *r, const oriel_mistake *place, const struct entity *gold,
                 const struct entity *predicted)
{
    oriel_mistake m = *place;
    if (gold) {
        m.gold_type = tagset_type_name(r->types, gold->type);
        m.gold = (oriel_range){gold->first, gold->last};
    }
    if (predicted) {
        m.predicted_type = tagset_type_name(r->types, predicted->type);
        m.predicted = (oriel_range){predicted->first, predicted->last};
    }
    r->f(r->user, &m);
}

static void tell_all(const struct report *r, const oriel_mistake *place, size_t n_gold, size_t n_predicted)
{
    const struct entity *g = r->gold;
    const struct entity *p = r->predicted;
    const struct entity *g_end = g + n_gold;
    const struct entity *p_end = p + n_predicted;
    while (g < g_end || p < p_end) {
        bool takes_gold = p == p_end || (g < g_end && g->first < p->last);
        bool takes_predicted = g == g_end || (p < p_end && p->first < g->last);
        if (!(takes_gold && takes_predicted && same_entity(g, p)))
            tell(r, place, takes_gold ? g : NULL, takes_predicted ? p : NULL);
        g += takes_gold;
        p += takes_predicted;
    }
}

static bool are_same(const struct report *r, size_t n_gold, size_t n_predicted)
{
    bool is_same = n_gold == n_predicted;
    for (size_t i = 0; i < n_gold && is_same; i++)
        is_same = same_entity(&r->gold[i], &r->predicted[i]);
    return is_same;
}

static oriel_status report_sentence(struct report *r, size_t i, const int32_t *predicted, const char *file,
                                    oriel_error *err)
{
    const struct sentences *s = &r->c->s;
    size_t start = s->starts[i];
    size_t n = s->starts[i + 1] - start;
    const int32_t *gold = r->c->tags + start;
    gold_fill(r->filled, gold, predicted + start, n);
    size_t n_gold = entities_to_count(r->gold, r->filled, gold, n);
    size_t n_predicted = entities_to_count(r->predicted, predicted + start, gold, n);
    if (are_same(r, n_gold, n_predicted))
        return ORIEL_OK;
    if (!join_tokens(r, start, n))
        return error_memory(err);
    oriel_sentence sentence = {
        .text = r->text.at, .n_text = r->text.n, .tokens = r->tokens, .n_tokens = n, .line = s->lines[i]};
    oriel_mistake place = {.sentence = &sentence, .file = file, .line = s->lines[i]};
    tell_all(r, &place, n_gold, n_predicted);
    return ORIEL_OK;
}

oriel_status mistakes_report(const struct corpus *c, const int32_t *predicted, const struct tagset *types,
                             const char *const *files, oriel_on_mistake *f, void *user, oriel_error *err)
{
    size_t n = c->s.n_tokens;
    struct report r = {.c = c, .types = types, .f = f, .user = user};
    r.gold = mem_alloc(n, sizeof *r.gold);
    r.predicted = mem_alloc(n, sizeof *r.predicted);
    r.filled = mem_alloc(n, sizeof *r.filled);
    r.tokens = mem_alloc(n, sizeof *r.tokens);
    oriel_status status = r.gold && r.predicted && r.filled && r.tokens ? ORIEL_OK : error_memory(err);
    for (size_t i = 0; i < c->s.n_sentences && status == ORIEL_OK; i++)
        status = report_sentence(&r, i, predicted, corpus_file_name(files[corpus_file_of(c, i)]), err);
    mem_free(r.gold);
    mem_free(r.predicted);
    mem_free(r.filled);
    mem_free(r.tokens);
    bytes_clear(&r.text);
    return status;
}
