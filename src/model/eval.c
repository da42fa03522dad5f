/*
 * Every way to score ends in one: a corpus with gold tags and an array of predicted ones.  A model's predictions are
 * made by all threads first, each sentence into its own place; counting is cheap and stays with the caller, so nothing
 * can depend on the number of threads.
 */
#include "model/eval.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "base/workers.h"
#include "model/mistakes.h"
#include "model/scope.h"
#include "model/tagger.h"

enum { BLOCK_SENTENCES = 64, MAX_THREADS = 256, SHOWN_BYTES = 80 };

static const oriel_eval_options default_options = {.threshold = -1};

static size_t blocks_of(size_t n_sentences)
{
    return n_sentences / BLOCK_SENTENCES + (n_sentences % BLOCK_SENTENCES > 0);
}

/* What is scored. */
struct job {
    const struct corpus *c;
    const size_t *sentences; /* [n] NULL: all of the corpus */
    size_t n;
    const struct tagset *types; /* what its tags are numbers of */
    const struct seen_names *seen;
    struct kept_scores *kept; /* NULL: not kept */
    int32_t *predicted;       /* [T] of the corpus */
    float *confidence;        /* [T] where a predicted entity begins; NULL: no model made them */
    size_t n_bad_tags;
};

/* The first token of the i-th sentence of the job, and how many it has. */
static size_t first_token(const struct job *j, size_t i, size_t *n)
{
    size_t sentence = j->sentences ? j->sentences[i] : i;
    *n = j->c->s.starts[sentence + 1] - j->c->s.starts[sentence];
    return j->c->s.starts[sentence];
}

/* ---- predictions ------------------------------------------------------------------------------------------------ */

/* What a thread has of its own. */
struct hand {
    oriel_tagger *tagger;
    oriel_status status;
    oriel_error error;
};

struct prediction {
    const struct job *job;
    struct hand *hands; /* one to a thread */
};

/* The sentences of a block, and how many tokens they have. */
static size_t block_of(const struct job *j, size_t begin, oriel_sentence *out, size_t n)
{
    const struct sentences *s = &j->c->s;
    size_t n_all = 0;
    for (size_t i = 0; i < n; i++) {
        size_t n_tokens;
        size_t first = first_token(j, begin + i, &n_tokens);
        out[i] = (oriel_sentence){.text = s->text.at, .tokens = s->tokens + first, .n_tokens = n_tokens};
        n_all += n_tokens;
    }
    return n_all;
}

/* From the network, or as they were kept; kept: of the first of the sentences, NULL: none. */
static oriel_status begin_block(oriel_tagger *t, const oriel_sentence *sentences, size_t n, size_t n_numbers,
                                const struct job *j, real *kept, oriel_error *err)
{
    if (kept && j->kept->is_filled)
        return tagger_begin_scored(t, sentences, n, kept, err);
    oriel_status status = tagger_begin(t, sentences, n, err);
    if (status == ORIEL_OK && kept)
        memcpy(kept, tagger_scores(t), n_numbers * sizeof *kept);
    return status;
}

static void predict_block(void *context, size_t block, size_t worker)
{
    const struct prediction *p = context;
    const struct job *j = p->job;
    struct hand *hand = &p->hands[worker];
    oriel_sentence sentences[BLOCK_SENTENCES];
    size_t begin = block * BLOCK_SENTENCES;
    size_t n = j->n - begin < BLOCK_SENTENCES ? j->n - begin : BLOCK_SENTENCES;
    size_t n_tokens = block_of(j, begin, sentences, n);
    real *kept = j->kept ? kept_scores_of(j->kept, begin) : NULL;
    size_t n_numbers = kept ? n_tokens * j->kept->n_outputs : 0;
    if (hand->status == ORIEL_OK)
        hand->status = begin_block(hand->tagger, sentences, n, n_numbers, j, kept, &hand->error);
    for (size_t i = 0; i < n && hand->status == ORIEL_OK; i++) {
        const int32_t *tags;
        hand->status = tagger_next(hand->tagger, &tags, &hand->error);
        if (hand->status != ORIEL_OK)
            return;
        size_t first = (size_t)(sentences[i].tokens - j->c->s.tokens);
        memcpy(j->predicted + first, tags, sentences[i].n_tokens * sizeof *tags);
        tagger_confidence(hand->tagger, j->confidence + first);
    }
}

/* Each hand has a tagger; they share what they keep. */
static oriel_status give_taggers(struct hand *hands, size_t n, const struct job *j, const oriel_model *m,
                                 const oriel_tagger_options *o, oriel_error *err)
{
    oriel_tagger_options small = o ? *o : (oriel_tagger_options){.threshold = -1};
    small.cache_bytes = tagger_cache_for(j->c->s.n_tokens);
    oriel_tagger **taggers = mem_zero(n, sizeof *taggers);
    if (!taggers)
        return error_memory(err);
    bool are_scored = j->kept && j->kept->at && j->kept->is_filled;
    oriel_status status =
        are_scored ? taggers_of_kept(taggers, n, m, &small, err) : oriel_taggers_new(taggers, n, m, &small, err);
    for (size_t i = 0; i < n; i++)
        hands[i].tagger = taggers[i];
    mem_free(taggers);
    return status;
}

static oriel_status run_hands(const struct job *j, const oriel_model *m, const oriel_tagger_options *o,
                              struct workers *crew, oriel_error *err)
{
    size_t n_hands = workers_count(crew);
    struct prediction p = {.job = j, .hands = mem_zero(n_hands, sizeof *p.hands)};
    if (!p.hands)
        return error_memory(err);
    oriel_status status = give_taggers(p.hands, n_hands, j, m, o, err);
    if (status == ORIEL_OK)
        workers_run(crew, blocks_of(j->n), predict_block, &p);
    for (size_t i = 0; i < n_hands; i++) {
        if (status == ORIEL_OK && p.hands[i].status != ORIEL_OK) {
            status = p.hands[i].status;
            if (err)
                *err = p.hands[i].error;
        }
        oriel_tagger_free(p.hands[i].tagger);
    }
    mem_free(p.hands);
    return status;
}

/* Makes j->predicted and fills it at the places of the sentences. */
static oriel_status predict(struct job *j, const oriel_model *m, const oriel_tagger_options *o, size_t threads,
                            oriel_error *err)
{
    if (threads > MAX_THREADS)
        return error_at(err, ORIEL_EARG, NULL, 0, "threads must be between 1 and %d, not %zu", MAX_THREADS, threads);
    if (threads > blocks_of(j->n))
        threads = blocks_of(j->n);
    j->predicted = mem_alloc(j->c->s.n_tokens, sizeof *j->predicted);
    j->confidence = mem_alloc(j->c->s.n_tokens, sizeof *j->confidence);
    if (!j->predicted || !j->confidence)
        return error_memory(err);
    struct workers *crew = workers_new(threads > 0 ? threads : 1);
    if (!crew)
        return error_memory(err);
    oriel_status status = run_hands(j, m, o, crew, err);
    workers_free(crew);
    return status;
}

/* ---- scores ----------------------------------------------------------------------------------------------------- */

static oriel_status count(oriel_scores **out, const struct job *j, oriel_error *err)
{
    oriel_scores *scores = scores_new(j->types, j->seen, err);
    if (!scores)
        return ORIEL_ENOMEM;
    for (size_t i = 0; i < j->n; i++) {
        size_t n;
        size_t first = first_token(j, i, &n);
        if (scores_add(scores, j->c->s.text.at, j->c->s.tokens + first, n, j->c->tags + first, j->predicted + first,
                       j->confidence ? j->confidence + first : NULL))
            continue;
        oriel_scores_free(scores);
        return error_memory(err);
    }
    scores_count_bad(scores, j->n_bad_tags);
    scores_finish(scores);
    *out = scores;
    return ORIEL_OK;
}

oriel_status eval_sentences(oriel_scores **out, const oriel_model *m, const struct eval_part *part,
                            struct kept_scores *kept, oriel_error *err)
{
    struct job j = {.c = part->corpus,
                    .sentences = part->sentences,
                    .n = part->n,
                    .types = part->tags,
                    .seen = model_seen(m),
                    .kept = kept};
    *out = NULL;
    oriel_status status = predict(&j, m, part->tagger, part->threads, err);
    if (kept)
        kept->is_filled = status == ORIEL_OK;
    if (status == ORIEL_OK)
        status = count(out, &j, err);
    mem_free(j.predicted);
    mem_free(j.confidence);
    return status;
}

/* Counts a whole corpus and tells its mistakes.  files: as given to corpus_read. */
static oriel_status score_corpus(oriel_scores **out, const struct job *j, const char *const *files,
                                 const oriel_eval_options *o, oriel_error *err)
{
    oriel_status status = count(out, j, err);
    if (status == ORIEL_OK && o->on_mistake)
        status = mistakes_report(j->c, j->predicted, j->types, files, o->on_mistake, o->user, err);
    if (status != ORIEL_OK) {
        oriel_scores_free(*out);
        *out = NULL;
    }
    return status;
}

/* ---- a model ---------------------------------------------------------------------------------------------------- */

/* Reads gold in the model's terms: its types come first in *types, then those that it does not know. */
static oriel_status read_for_model(struct corpus *c, struct tagset *types, const oriel_model *m,
                                   const char *const *gold, size_t n_gold, const oriel_columns *columns,
                                   oriel_error *err)
{
    struct tagset *all = tagset_copy(model_tagset(m));
    oriel_status status = all ? corpus_read(c, all, true, gold, n_gold, columns, err) : error_memory(err);
    if (status == ORIEL_OK && !scope_apply(c, all, model_scope(m), types))
        status = error_memory(err);
    if (status == ORIEL_OK)
        tagset_set_scheme(types, tagset_scheme(all), tagset_has_bare_names(all));
    tagset_free(all);
    return status;
}

oriel_status oriel_eval_model(oriel_scores **out, const oriel_model *m, const char *const *gold, size_t n_gold,
                              const oriel_eval_options *o, oriel_error *err)
{
    struct corpus c = {0};
    struct tagset *types = tagset_copy(model_tagset(m));
    struct job j = {.c = &c, .types = types, .seen = model_seen(m)};
    *out = NULL;
    if (!o)
        o = &default_options;
    oriel_status status = types ? read_for_model(&c, types, m, gold, n_gold, &o->columns, err) : error_memory(err);
    j.n = c.s.n_sentences;
    j.n_bad_tags = c.n_bad_tags;
    oriel_tagger_options tagger = {.threshold = o->threshold, .types = o->types};
    if (status == ORIEL_OK)
        status = corpus_keep_types(&c, types, o->types, err);
    if (status == ORIEL_OK)
        status = predict(&j, m, &tagger, o->threads, err);
    if (status == ORIEL_OK)
        status = score_corpus(out, &j, gold, o, err);
    mem_free(j.predicted);
    mem_free(j.confidence);
    corpus_clear(&c);
    tagset_free(types);
    return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

/* How many bytes of a token a message shows: whole characters. */
static int shown(const char *at, size_t n)
{
    if (n <= SHOWN_BYTES)
        return (int)n;
    n = SHOWN_BYTES;
    while (n > 0 && ((unsigned char)at[n] & 0xC0) == 0x80)
        n--;
    return (int)n;
}

static oriel_status compare_sentence(const struct sentences *g, const struct sentences *p, size_t i,
                                     const char *const *files, oriel_error *err)
{
    size_t n_gold = g->starts[i + 1] - g->starts[i];
    size_t n_predicted = p->starts[i + 1] - p->starts[i];
    const char *other = corpus_file_name(files[1]);
    for (size_t k = 0; k < n_gold && k < n_predicted; k++) {
        oriel_range a = g->tokens[g->starts[i] + k];
        oriel_range b = p->tokens[p->starts[i] + k];
        const char *x = g->text.at + a.begin;
        const char *y = p->text.at + b.begin;
        if (a.end - a.begin == b.end - b.begin && memcmp(x, y, a.end - a.begin) == 0)
            continue;
        return error_at(err, ORIEL_EFORMAT, corpus_file_name(files[0]), g->lines[i] + k,
                        "token '%.*s', but '%.*s' at %s:%zu", shown(x, a.end - a.begin), x, shown(y, b.end - b.begin),
                        y, other, p->lines[i] + k);
    }
    if (n_gold == n_predicted)
        return ORIEL_OK;
    return error_at(err, ORIEL_EFORMAT, corpus_file_name(files[0]), g->lines[i],
                    "a sentence of %zu tokens, but of %zu at %s:%zu", n_gold, n_predicted, other, p->lines[i]);
}

/* files: gold, predicted. */
static oriel_status compare_tokens(const struct sentences *g, const struct sentences *p, const char *const *files,
                                   oriel_error *err)
{
    size_t n = g->n_sentences < p->n_sentences ? g->n_sentences : p->n_sentences;
    for (size_t i = 0; i < n; i++) {
        oriel_status status = compare_sentence(g, p, i, files, err);
        if (status != ORIEL_OK)
            return status;
    }
    if (g->n_sentences == p->n_sentences)
        return ORIEL_OK;
    bool gold_ends = n == g->n_sentences;
    const struct sentences *longer = gold_ends ? p : g;
    const struct sentences *shorter = gold_ends ? g : p;
    return error_at(err, ORIEL_EFORMAT, corpus_file_name(files[gold_ends]), longer->lines[n],
                    "sentence %zu, but the last one is at %s:%zu", n + 1, corpus_file_name(files[!gold_ends]),
                    shorter->lines[n - 1]);
}

/* Gold and predicted tags of the same tokens to c->tags and c->predicted, bad tags of both counted in c. */
static oriel_status read_both(struct corpus *c, struct tagset *types, const char *const *files,
                              const oriel_columns *columns, oriel_error *err)
{
    if (!files[1])
        return corpus_read_pair(c, types, files[0], columns, err);
    struct corpus predicted = {0};
    oriel_status status = corpus_read(c, types, true, files, 1, columns, err);
    enum scheme scheme = tagset_scheme(types);
    bool has_bare_names = tagset_has_bare_names(types);
    if (status == ORIEL_OK)
        status = corpus_read(&predicted, types, true, files + 1, 1, columns, err);
    if (status == ORIEL_OK)
        status = compare_tokens(&c->s, &predicted.s, files, err);
    tagset_set_scheme(types, scheme, has_bare_names);
    c->n_bad_tags += predicted.n_bad_tags;
    c->predicted = predicted.tags;
    predicted.tags = NULL;
    corpus_clear(&predicted);
    return status;
}

static oriel_status read_seen(struct seen_names *seen, const char *train, const oriel_columns *columns,
                              oriel_error *err)
{
    struct corpus c = {0};
    struct tagset *types = tagset_new();
    oriel_status status = types ? corpus_read(&c, types, true, &train, 1, columns, err) : error_memory(err);
    if (status == ORIEL_OK && !seen_from_corpus(seen, &c, types, NULL, 0))
        status = error_memory(err);
    corpus_clear(&c);
    tagset_free(types);
    return status;
}

oriel_status oriel_eval_files(oriel_scores **out, const char *gold, const char *predicted, const oriel_eval_options *o,
                              oriel_error *err)
{
    const char *files[2] = {gold, predicted};
    struct corpus c = {0};
    struct seen_names seen = {0};
    struct tagset *types = tagset_new();
    *out = NULL;
    if (!o)
        o = &default_options;
    oriel_status status = types ? read_both(&c, types, files, &o->columns, err) : error_memory(err);
    if (status == ORIEL_OK && o->train)
        status = read_seen(&seen, o->train, &o->columns, err);
    struct job j = {.c = &c,
                    .n = c.s.n_sentences,
                    .types = types,
                    .seen = o->train ? &seen : NULL,
                    .predicted = c.predicted,
                    .n_bad_tags = c.n_bad_tags};
    if (status == ORIEL_OK)
        status = score_corpus(out, &j, files, o, err);
    mem_free(seen.hashes);
    corpus_clear(&c);
    tagset_free(types);
    return status;
}
