#include "learn/first_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "learn/continue.h"
#include "learn/first_rows.h"
#include "learn/token_types.h"
#include "model/vectors.h"
#include "text/utf8.h"

/* Rows without a vector are uniform within a bound.  Plain descent needs rows that tell words apart from the start
 * (word2vec's 0.5/d leaves it on a plateau).  An optimizer that scales its steps moves small ones soon enough; beside given
 * vectors rows begin larger, so that they are not learned by heart before the vectors are used. */
static double first_row_bound(const oriel_train_options *o)
{
    if (o->row_optimizer == ORIEL_SGD)
        return 0.5;
    return o->vectors ? 0.2 : 0.1;
}

/* ---- tokenizer ---- */

static oriel_status read_rules(oriel_model *m, const char *path, oriel_error *err)
{
    const void *bytes;
    size_t n;
    oriel_status status = source_map(path, &bytes, &n, err);
    if (status != ORIEL_OK)
        return status;
    char *text = n && memchr(bytes, 0, n) ? NULL : mem_string(n ? bytes : "", n);
    if (text)
        status = tokenizer_new(&m->tokenizer, text, path, err);
    else if (n && memchr(bytes, 0, n))
        status = error_at(err, ORIEL_EENCODING, path, 0, "expected text, found a NUL");
    else
        status = error_memory(err);
    mem_free(text);
    source_unmap(bytes, n);
    return status;
}

static oriel_status make_tokenizer(oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    if (o->tokenizer)
        return read_rules(m, o->tokenizer, err);
    if (o->continue_from)
        return tokenizer_new(&m->tokenizer, tokenizer_rules(o->continue_from->tokenizer), "the model's rules", err);
    return tokenizer_new(&m->tokenizer, tokenizer_default_rules(), "built-in rules", err);
}

/* ---- words ---- */

/* The distinct strings of the training part, with their counts.  NULL: no memory. */
static struct vocab *distinct_tokens(const struct part *train)
{
    const struct sentences *s = &train->corpus->s;
    struct vocab *strings = vocab_new();
    for (size_t i = 0; strings && i < train->n; i++)
        for (size_t t = s->starts[train->sentences[i]]; t < s->starts[train->sentences[i] + 1]; t++) {
            if (vocab_add(strings, s->text.at + s->tokens[t].begin, s->tokens[t].end - s->tokens[t].begin, 1) >= 0)
                continue;
            vocab_free(strings);
            return NULL;
        }
    return strings;
}

/* Counts the values of a token in every channel; where they depend on case, those of its other spellings too, as often as case
 * copies will bring them, so that they have rows.  A folded value counts once: a rare one must stay rare, for it is they
 * that train the unknown row. */
static bool count_token(struct channels *c, struct feature_scratch *s, struct bytes *form, const char *token, size_t n,
                        uint64_t count, double case_copies)
{
    for (enum spelling how = SPELLING_AS_IS; how < (case_copies > 0 ? SPELLINGS : 1); how++) {
        if (!spell(form, token, n, how))
            return false;
        bool is_same = how != SPELLING_AS_IS && form->n == n && memcmp(form->at, token, n) == 0;
        double share = how == SPELLING_AS_IS ? 1 : how == SPELLING_LOWER ? case_copies : case_copies / 3;
        uint64_t times = (uint64_t)ceil((double)count * share);
        for (size_t k = 0; !is_same && k < c->n; k++) {
            bool is_new = how == SPELLING_AS_IS || feature_sees_case(c->at[k].feature);
            if (is_new && !channel_count(&c->at[k], s, form->at, form->n, times))
                return false;
        }
    }
    return true;
}

static bool count_values(struct channels *c, const struct part *train, double case_copies)
{
    struct vocab *strings = distinct_tokens(train);
    struct feature_scratch scratch = {0};
    struct bytes form = {0};
    bool is_done = strings;
    for (size_t id = VOCAB_SPECIAL; is_done && id < vocab_size(strings); id++) {
        size_t n;
        const char *token = vocab_word(strings, (int32_t)id, &n);
        is_done = count_token(c, &scratch, &form, token, n, vocab_word_count(strings, (int32_t)id), case_copies);
    }
    feature_scratch_clear(&scratch);
    bytes_clear(&form);
    vocab_free(strings);
    return is_done;
}

/* Words of a small model, which then has less than 10 MB: the first of the vectors, and the most frequent others. */
enum { SMALL_WORDS = 60000, SMALL_VECTORS = 50000 };

/* Words of the vectors stay though training does not see them, so that they have rows in other text: the first n_kept, and
 * behind those only what training does see; in a small model that has to be frequent, too.  Which they are does not depend on
 * dev. */
static bool keep_words(struct vocab *words, const oriel_vectors *vectors, const oriel_train_options *o)
{
    bool is_small = o->size == ORIEL_SIZE_SMALL;
    size_t n_kept = is_small && o->keep_vectors > SMALL_VECTORS ? SMALL_VECTORS : o->keep_vectors;
    for (size_t i = 0; vectors && i < oriel_vectors_count(vectors); i++) {
        const char *word = oriel_vectors_word(vectors, i);
        size_t n = strlen(word);
        bool is_kept = i < n_kept || (!is_small && vocab_find(words, word, n) >= 0);
        if (is_kept && vocab_keep(words, word, n) < 0)
            return false;
    }
    return true;
}

enum { NGRAM_BUCKETS = 20000 };

/* Values of letter channels that are rarer than this share the unknown row. */
enum { FEATURE_MIN_COUNT = 2 };

/* The list was checked with the other options, and there are fewer features than FEATURES_MAX. */
static bool parse_features(struct channels *c, const char *list)
{
    for (const char *at = list; *at && c->n < FEATURES_MAX;) {
        size_t n = strcspn(at, ",");
        if (!feature_from_name(&c->at[c->n].feature, at, n))
            return false;
        struct channel *channel = &c->at[c->n++];
        if (channel->feature.kind == FEATURE_NGRAMS)
            channel->n_buckets = NGRAM_BUCKETS;
        else if (!(channel->values = vocab_new()))
            return false;
        at += n + (at[n] == ',');
    }
    return true;
}

static oriel_status make_channels(oriel_model *m, const struct part *train, const oriel_vectors *vectors,
                                  const oriel_train_options *o, oriel_error *err)
{
    struct channels *c = &m->channels;
    if (!parse_features(c, o->features))
        return error_memory(err);
    struct vocab *words = c->at[0].values;
    size_t most_words = o->size == ORIEL_SIZE_SMALL ? SMALL_WORDS : SIZE_MAX;
    bool is_done = count_values(c, train, o->case_copies) && vocab_pass_on_rare(words, o->min_count) &&
                   keep_words(words, vectors, o) && (!o->continue_from || continue_values(c, o->continue_from)) &&
                   vocab_freeze_most(words, o->min_count, most_words, NULL);
    for (size_t k = 1; k < c->n && is_done; k++)
        is_done = !c->at[k].values || vocab_freeze(c->at[k].values, FEATURE_MIN_COUNT);
    return is_done ? ORIEL_OK : error_memory(err);
}

/* ---- weights ---- */

static bool make_tables(oriel_model *m, oriel_vectors *vectors, const oriel_train_options *o, struct random *r)
{
    for (size_t k = 0; k < m->channels.n; k++) {
        double bound = first_row_bound(o);
        size_t word_width = vectors ? oriel_vectors_dim(vectors) : o->dim;
        struct table *t = &m->tables.table[m->tables.n++];
        *t = (struct table){.rows = channel_rows(&m->channels.at[k]), .width = k == 0 ? word_width : o->feature_dim};
        m->tables.width += t->width;
        if (k == 0 && !first_word_rows(t, model_words(m), vectors, bound, r))
            return false;
        if (k > 0 && !(t->at = mem_alloc(t->rows, t->width * sizeof *t->at)))
            return false;
        for (size_t id = 0; k > 0 && id < t->rows; id++)
            random_row(t->at + id * t->width, t->width, bound, r);
    }
    return true;
}

static oriel_status make_weights(oriel_model *m, oriel_vectors *vectors, const oriel_train_options *o, oriel_error *err)
{
    struct random r = random_seeded(o->seed);
    if (!make_tables(m, vectors, o, &r))
        return error_memory(err);
    enum head head = (enum head)o->head;
    m->net = (struct blueprint){.width = m->tables.width,
                                .window = o->window,
                                .n_hidden = o->n_hidden,
                                .n_outputs = model_outputs(head, tagset_types(m->tags), model_is_plain(m)),
                                .activation = (enum activation)o->activation,
                                .head = head};
    memcpy(m->net.hidden, o->hidden, o->n_hidden * sizeof *o->hidden);
    if (!params_init(&m->params, &m->net) || (head != HEAD_SIGMOID && !model_make_rules(m)))
        return error_memory(err);
    params_randomise(&m->params, &m->net, &r);
    if (o->continue_from && !continue_weights(m, o->continue_from, vectors))
        return error_memory(err);
    return ORIEL_OK;
}

static oriel_status share_in(double *share, const oriel_vectors *vectors, const struct part *train, oriel_error *err)
{
    const struct sentences *s = &train->corpus->s;
    struct vocab_scratch scratch = {0};
    size_t n_found = 0;
    int32_t id = 0;
    for (size_t i = 0; i < train->n && id >= 0; i++)
        for (size_t t = s->starts[train->sentences[i]]; t < s->starts[train->sentences[i] + 1] && id >= 0; t++) {
            id = vocab_look_up(vectors_words(vectors), &scratch, s->text.at + s->tokens[t].begin,
                               s->tokens[t].end - s->tokens[t].begin);
            n_found += id >= VOCAB_SPECIAL;
        }
    vocab_scratch_clear(&scratch);
    *share = (double)n_found / (double)train->n_tokens;
    return id >= 0 ? ORIEL_OK : error_memory(err);
}

/* ---- what the model remembers of its corpus ---- */

/* "a.conll, b.conll (2400 sentences, 60114 tokens)": base names only, a model should not tell of someone's folders. */
static bool describe_corpus(oriel_model *m, const struct part *train, const oriel_train_options *o)
{
    struct bytes text = {0};
    bool is_done = true;
    for (size_t i = 0; i < o->n_train && is_done; i++) {
        const char *slash = strrchr(o->train[i], '/');
        const char *name = slash ? slash + 1 : o->train[i];
        is_done = (i == 0 || bytes_append(&text, ", ", 2)) && bytes_append(&text, name, strlen(name));
    }
    char sizes[80];
    int n = snprintf(sizes, sizeof sizes, " (%zu sentences, %zu tokens)", train->n, train->n_tokens);
    is_done = is_done && bytes_append(&text, sizes, (size_t)n);
    m->trained_on = is_done ? mem_string(text.at, text.n) : NULL;
    bytes_clear(&text);
    return m->trained_on;
}

static oriel_status remember(oriel_model *m, const struct part *train, const oriel_train_options *o, oriel_error *err)
{
    oriel_system system;
    oriel_system_describe(&system);
    char maker[128];
    int n = snprintf(maker, sizeof maker, "Oriel %s, commit %s", system.version, system.commit);
    const char *about = o->about ? o->about : "";
    m->about = mem_string(about, strlen(about));
    m->features = mem_string(o->features, strlen(o->features));
    m->made_by = mem_string(maker, (size_t)n);
    m->o_bias = (double)(float)o->o_bias; /* as its file will have it */
    m->temperature = m->confidence_power = m->confidence_factor = m->confidence_ceiling = 1;
    m->info = (oriel_info){.recipe = o->recipe == ORIEL_STANDARD ? "standard" : "classic",
                           .seed = o->seed,
                           .threshold = (double)(float)o->threshold, /* as its file will have it */
                           .dev_was_held_out = o->dev == NULL};
    if (!m->about || !m->features || !m->made_by || !describe_corpus(m, train, o) ||
        !seen_from_corpus(&m->seen, train->corpus, m->tags, train->sentences, train->n) ||
        (o->continue_from && !continue_notes(m, o->continue_from)))
        return error_memory(err);
    return ORIEL_OK;
}

oriel_status first_model(oriel_model *m, const struct part *train, const oriel_train_options *o,
                         double *share_with_vectors, oriel_error *err)
{
    oriel_vectors *vectors = NULL;
    oriel_status status = make_tokenizer(m, o, err);
    if (status == ORIEL_OK && o->vectors)
        status = oriel_vectors_load(&vectors, o->vectors, o->max_vectors, err);
    if (status == ORIEL_OK && vectors && o->continue_from && oriel_vectors_dim(vectors) != o->dim)
        status = error_at(err, ORIEL_EARG, o->vectors, 0,
                          "expected vectors %zu wide as in the model to go on from, found %zu", o->dim,
                          oriel_vectors_dim(vectors));
    if (status == ORIEL_OK)
        status = make_channels(m, train, vectors, o, err);
    if (status == ORIEL_OK)
        status = make_weights(m, vectors, o, err);
    if (status == ORIEL_OK)
        status = remember(m, train, o, err);
    *share_with_vectors = 0;
    if (status == ORIEL_OK && vectors)
        status = share_in(share_with_vectors, vectors, train, err);
    if (status == ORIEL_OK)
        model_complete_info(m);
    oriel_vectors_free(vectors);
    return status;
}
