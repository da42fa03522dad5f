/*
 * Counting as conlleval does: an entity is right when the same tokens carry the same type in both.  Entities of both
 * sides ascend, so one walk over the two lists finds all pairs.
 */
#include "model/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

enum { N_LEVELS = ORIEL_UNSEEN + 1 };

/* One entity that is surely right, and is not, should not weigh more than all others. */
#define LEAST_PROBABILITY 1e-4

struct counts {
    uint64_t gold, predicted, correct;
};

struct oriel_scores {
    struct tagset *types;
    const struct seen_names *seen; /* on loan while sentences are added */
    bool knows_seen;
    struct counts (*counts)[N_LEVELS]; /* [n_types] */
    size_t *rows;                      /* [n_types] type of each row */
    size_t n_types, n_rows;
    uint64_t n_sentences, n_tokens, n_right_tags, n_bad_tags;
    oriel_reliability bins[ORIEL_RELIABILITY_BINS]; /* `confidence` is the sum until it is asked for */
    double log_loss;
    struct judged *judged; /* [n_judged] */
    size_t n_judged, cap_judged;
    size_t cap;              /*  T      tokens that the scratch below can hold */
    struct entity *entities; /* [2][T]  gold, then predicted */
    int32_t *spelled;        /* [2][T] */
    int32_t *filled;         /* [T]     gold */
};

/* ---- counting --------------------------------------------------------------------------------------------------- */

oriel_scores *scores_new(const struct tagset *types, const struct seen_names *seen, oriel_error *err)
{
    oriel_scores *s = mem_zero(1, sizeof *s);
    if (s) {
        s->types = tagset_copy(types);
        s->n_types = tagset_types(types);
        s->n_rows = s->n_types;
        s->counts = mem_zero(s->n_types, sizeof *s->counts);
        s->rows = mem_alloc(s->n_types, sizeof *s->rows);
    }
    if (!s || !s->types || !s->counts || !s->rows) {
        oriel_scores_free(s);
        error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < s->n_types; i++)
        s->rows[i] = i;
    s->seen = seen;
    s->knows_seen = seen != NULL;
    return s;
}

void oriel_scores_free(oriel_scores *s)
{
    if (!s)
        return;
    tagset_free(s->types);
    mem_free(s->counts);
    mem_free(s->rows);
    mem_free(s->judged);
    mem_free(s->entities);
    mem_free(s->spelled);
    mem_free(s->filled);
    mem_free(s);
}

static bool reserve(oriel_scores *s, size_t n)
{
    if (s->entities && n <= s->cap)
        return true;
    if (n > SIZE_MAX / 4)
        return false;
    size_t cap = n + n / 2;
    struct entity *entities = mem_alloc(2 * cap, sizeof *entities);
    int32_t *spelled = mem_alloc(2 * cap, sizeof *spelled);
    int32_t *filled = mem_alloc(cap, sizeof *filled);
    if (!entities || !spelled || !filled) {
        mem_free(entities);
        mem_free(spelled);
        mem_free(filled);
        return false;
    }
    mem_free(s->entities);
    mem_free(s->spelled);
    mem_free(s->filled);
    s->entities = entities;
    s->spelled = spelled;
    s->filled = filled;
    s->cap = cap;
    return true;
}

void gold_fill(int32_t *filled, const int32_t *gold, const int32_t *predicted, size_t n)
{
    for (size_t i = 0; i < n; i++)
        filled[i] = gold[i] == TAG_UNKNOWN ? predicted[i] : gold[i];
}

size_t entities_to_count(struct entity *out, const int32_t *tags, const int32_t *gold, size_t n)
{
    size_t n_kept = 0;
    size_t n_entities = tags_to_entities(out, tags, n);
    for (size_t e = 0; e < n_entities; e++) {
        size_t i = out[e].first;
        while (i < out[e].last && gold[i] != TAG_UNKNOWN)
            i++;
        if (i == out[e].last)
            out[n_kept++] = out[e];
    }
    return n_kept;
}

/* A token whose gold is known; the types are -1 outside. */
static void count_types(oriel_scores *s, int32_t gold_type, int32_t predicted_type)
{
    if (gold_type >= 0)
        s->counts[gold_type][ORIEL_TOKENS].gold++;
    if (predicted_type >= 0)
        s->counts[predicted_type][ORIEL_TOKENS].predicted++;
    if (gold_type >= 0 && gold_type == predicted_type)
        s->counts[gold_type][ORIEL_TOKENS].correct++;
}

static void count_tokens(oriel_scores *s, size_t n, const int32_t *gold, const int32_t *predicted)
{
    int32_t *gold_spelled = s->spelled;
    int32_t *predicted_spelled = s->spelled + s->cap;
    tags_spell(s->types, gold_spelled, s->filled, n);
    tags_spell(s->types, predicted_spelled, predicted, n);
    for (size_t i = 0; i < n; i++) {
        if (gold[i] == TAG_UNKNOWN)
            continue;
        s->n_tokens++;
        s->n_right_tags += gold_spelled[i] == predicted_spelled[i];
        count_types(s, tag_has_type(gold[i]) ? tag_type(gold[i]) : -1,
                    tag_has_type(predicted[i]) ? tag_type(predicted[i]) : -1);
    }
}

/* Adds to the counts of an entity's type, at the level of all entities and at that of its kind of name. */
static void count_entity(oriel_scores *s, const char *text, const oriel_range *tokens, const struct entity *e,
                         struct counts one)
{
    enum { BOTH = 2 };
    oriel_level levels[BOTH] = {ORIEL_ENTITIES, ORIEL_UNSEEN};
    if (s->seen && seen_has(s->seen, seen_hash(tagset_type_name(s->types, e->type), text, tokens, e->first, e->last)))
        levels[1] = ORIEL_SEEN;
    for (size_t i = 0; i < (s->seen ? BOTH : 1); i++) {
        struct counts *c = &s->counts[e->type][levels[i]];
        c->gold += one.gold;
        c->predicted += one.predicted;
        c->correct += one.correct;
    }
}

static bool same_entity(const struct entity *a, const struct entity *b)
{
    return a->first == b->first && a->last == b->last && a->type == b->type;
}

/* Room for as many entities as a sentence of n tokens can have. */
static bool reserve_judged(oriel_scores *s, size_t n)
{
    struct judged *judged = mem_grow(s->judged, &s->cap_judged, s->n_judged + n, sizeof *judged);
    if (judged)
        s->judged = judged;
    return judged;
}

/* How sure the tagger was of an entity, and whether it was right. */
static void count_confidence(oriel_scores *s, double confidence, bool is_right)
{
    size_t bin = (size_t)(confidence * ORIEL_RELIABILITY_BINS);
    oriel_reliability *r = &s->bins[bin < ORIEL_RELIABILITY_BINS ? bin : ORIEL_RELIABILITY_BINS - 1];
    double p = is_right ? confidence : 1 - confidence;
    r->predicted++;
    r->correct += is_right;
    r->confidence += confidence;
    s->log_loss -= log(p > LEAST_PROBABILITY ? p : LEAST_PROBABILITY);
    s->judged[s->n_judged++] = (struct judged){(float)confidence, is_right};
}

const struct judged *scores_judged(const oriel_scores *s, size_t *n)
{
    *n = s->n_judged;
    return s->judged;
}

double scores_log_loss(const oriel_scores *s)
{
    return s->log_loss;
}

bool scores_add(oriel_scores *s, const char *text, const oriel_range *tokens, size_t n, const int32_t *gold,
                const int32_t *predicted, const float *confidence)
{
    if (!reserve(s, n) || (confidence && !reserve_judged(s, n)))
        return false;
    s->n_sentences++;
    gold_fill(s->filled, gold, predicted, n);
    count_tokens(s, n, gold, predicted);
    struct entity *g = s->entities;
    struct entity *p = s->entities + s->cap;
    struct entity *g_end = g + entities_to_count(g, s->filled, gold, n);
    struct entity *p_end = p + entities_to_count(p, predicted, gold, n);
    while (g < g_end || p < p_end) {
        if (g < g_end && p < p_end && same_entity(g, p)) {
            count_entity(s, text, tokens, g++, (struct counts){1, 1, 1});
            if (confidence)
                count_confidence(s, (double)confidence[p->first], true);
            p++;
        } else if (p == p_end || (g < g_end && g->first <= p->first)) {
            count_entity(s, text, tokens, g++, (struct counts){.gold = 1});
        } else {
            if (confidence)
                count_confidence(s, (double)confidence[p->first], false);
            count_entity(s, text, tokens, p++, (struct counts){.predicted = 1});
        }
    }
    return true;
}

void scores_merge(oriel_scores *a, const oriel_scores *b)
{
    for (size_t i = 0; i < a->n_types; i++) {
        for (size_t level = 0; level < N_LEVELS; level++) {
            a->counts[i][level].gold += b->counts[i][level].gold;
            a->counts[i][level].predicted += b->counts[i][level].predicted;
            a->counts[i][level].correct += b->counts[i][level].correct;
        }
    }
    for (size_t i = 0; i < ORIEL_RELIABILITY_BINS; i++) {
        a->bins[i].predicted += b->bins[i].predicted;
        a->bins[i].correct += b->bins[i].correct;
        a->bins[i].confidence += b->bins[i].confidence;
    }
    a->log_loss += b->log_loss;
    a->n_sentences += b->n_sentences;
    a->n_tokens += b->n_tokens;
    a->n_right_tags += b->n_right_tags;
    a->n_bad_tags += b->n_bad_tags;
}

void scores_count_bad(oriel_scores *s, size_t n_bad)
{
    s->n_bad_tags += n_bad;
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b, void *scores)
{
    const oriel_scores *s = scores;
    size_t x = *(const size_t *)a;
    size_t y = *(const size_t *)b;
    uint64_t gold_x = s->counts[x][ORIEL_ENTITIES].gold;
    uint64_t gold_y = s->counts[y][ORIEL_ENTITIES].gold;
    if (gold_x != gold_y)
        return gold_x > gold_y ? -1 : 1;
    return strcmp(tagset_type_name(s->types, (int32_t)x), tagset_type_name(s->types, (int32_t)y));
}

void scores_finish(oriel_scores *s)
{
    s->seen = NULL;
    s->n_rows = 0;
    for (size_t i = 0; i < s->n_types; i++) {
        if (s->counts[i][ORIEL_ENTITIES].gold > 0 || s->counts[i][ORIEL_ENTITIES].predicted > 0)
            s->rows[s->n_rows++] = i;
    }
    if (s->n_rows > 0)
        qsort_r(s->rows, s->n_rows, sizeof *s->rows, compare_rows, s);
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

/* F1 = 2PR/(P+R) */
static oriel_score score_of(const char *name, struct counts c)
{
    oriel_score score = {.name = name, .gold = c.gold, .predicted = c.predicted, .correct = c.correct};
    score.precision = ratio((double)c.correct, (double)c.predicted);
    score.recall = ratio((double)c.correct, (double)c.gold);
    score.f1 = ratio(2 * score.precision * score.recall, score.precision + score.recall);
    return score;
}

size_t oriel_scores_types(const oriel_scores *s)
{
    return s->n_rows;
}

oriel_score oriel_scores_type(const oriel_scores *s, oriel_level level, size_t type)
{
    if (type >= s->n_rows)
        return score_of("", (struct counts){0});
    size_t i = s->rows[type];
    return score_of(tagset_type_name(s->types, (int32_t)i), s->counts[i][level]);
}

static struct counts sum_counts(const oriel_scores *s, oriel_level level)
{
    struct counts sum = {0};
    for (size_t i = 0; i < s->n_types; i++) {
        sum.gold += s->counts[i][level].gold;
        sum.predicted += s->counts[i][level].predicted;
        sum.correct += s->counts[i][level].correct;
    }
    return sum;
}

oriel_score oriel_scores_micro(const oriel_scores *s, oriel_level level)
{
    return score_of("micro", sum_counts(s, level));
}

/* The means of the types' figures, of types that occur at that level in gold or prediction. */
oriel_score oriel_scores_macro(const oriel_scores *s, oriel_level level)
{
    struct counts sum = sum_counts(s, level);
    oriel_score macro = {.name = "macro", .gold = sum.gold, .predicted = sum.predicted, .correct = sum.correct};
    double n = 0;
    for (size_t i = 0; i < s->n_types; i++) {
        struct counts c = s->counts[i][level];
        if (c.gold == 0 && c.predicted == 0)
            continue;
        oriel_score one = score_of("", c);
        macro.precision += one.precision;
        macro.recall += one.recall;
        macro.f1 += one.f1;
        n++;
    }
    macro.precision = ratio(macro.precision, n);
    macro.recall = ratio(macro.recall, n);
    macro.f1 = ratio(macro.f1, n);
    return macro;
}

oriel_scores_facts oriel_scores_about(const oriel_scores *s)
{
    return (oriel_scores_facts){.n_sentences = s->n_sentences,
                                .n_tokens = s->n_tokens,
                                .accuracy = ratio((double)s->n_right_tags, (double)s->n_tokens),
                                .knows_seen = s->knows_seen,
                                .has_plain_labels = tagset_scheme(s->types) == SCHEME_PLAIN,
                                .n_bad_tags = s->n_bad_tags};
}

oriel_reliability oriel_scores_reliability(const oriel_scores *s, size_t bin)
{
    oriel_reliability r = bin < ORIEL_RELIABILITY_BINS ? s->bins[bin] : (oriel_reliability){0};
    r.confidence = ratio(r.confidence, (double)r.predicted);
    return r;
}

double oriel_scores_calibration_error(const oriel_scores *s)
{
    double sum = 0;
    double n = 0;
    for (size_t i = 0; i < ORIEL_RELIABILITY_BINS; i++) {
        sum += fabs(s->bins[i].confidence - (double)s->bins[i].correct);
        n += (double)s->bins[i].predicted;
    }
    return ratio(sum, n);
}
