#include "learn/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "learn/data_read.h"
#include "learn/first_model.h"
#include "learn/recall.h"
#include "text/utf8.h"

void data_clear(struct data *d)
{
    corpus_clear(&d->train_corpus);
    corpus_clear(&d->dev_corpus);
    mem_free(d->train.sentences);
    mem_free(d->dev.sentences);
    tagset_free(d->dev_tags);
    mem_free(d->dev_types);
    for (size_t k = 0; k < SPELLINGS; k++)
        mem_free(d->tokens[k]);
    token_types_clear(&d->types);
    known_clear(&d->known);
    gold_clear(&d->gold);
    names_clear(&d->names);
    mem_free(d->doubt);
    mem_free(d->items);
    mem_free(d->type_names);
    *d = (struct data){0};
}

/* ---- parts ---- */

static bool part_init(struct part *p, const struct corpus *c)
{
    *p = (struct part){.corpus = c, .sentences = mem_alloc(c->s.n_sentences, sizeof *p->sentences)};
    return p->sentences;
}

static void part_add(struct part *p, size_t sentence)
{
    p->sentences[p->n++] = sentence;
    p->n_tokens += p->corpus->s.starts[sentence + 1] - p->corpus->s.starts[sentence];
}

/* Every tenth sentence by chance is held out; at least one, if there are two. */
static bool hold_out(struct data *d, struct random *r)
{
    size_t n = d->train_corpus.s.n_sentences;
    size_t n_dev = n < 2 ? 0 : n < 10 ? 1 : n / 10;
    int32_t *order = mem_alloc(n, sizeof *order);
    bool *is_dev = mem_zero(n, sizeof *is_dev);
    bool is_done = order && is_dev && part_init(&d->train, &d->train_corpus) && part_init(&d->dev, &d->train_corpus);
    if (is_done) {
        for (size_t i = 0; i < n; i++)
            order[i] = (int32_t)i;
        random_shuffle(r, order, n);
        for (size_t i = 0; i < n_dev; i++)
            is_dev[order[i]] = true;
        for (size_t i = 0; i < n; i++)
            part_add(is_dev[i] ? &d->dev : &d->train, i);
    }
    mem_free(order);
    mem_free(is_dev);
    return is_done;
}

static bool all_of(struct part *p, const struct corpus *c)
{
    if (!part_init(p, c))
        return false;
    for (size_t i = 0; i < c->s.n_sentences; i++)
        part_add(p, i);
    return true;
}

static oriel_status divide(struct data *d, const oriel_train_options *o, oriel_error *err)
{
    struct random r = random_seeded(o->seed ^ 0x68656c646f7574); /* apart from the generator of the weights */
    bool is_done = o->dev ? all_of(&d->train, &d->train_corpus) && all_of(&d->dev, &d->dev_corpus) : hold_out(d, &r);
    if (!is_done)
        return error_memory(err);
    if (d->train.n_tokens == 0)
        return error_at(err, ORIEL_EFORMAT, o->train[0], 0, "expected a labelled corpus, found no sentence");
    return ORIEL_OK;
}

/* ---- examples ---- */

static oriel_status number_tokens(struct data *d, enum spelling how, oriel_error *err)
{
    const struct sentences *s = &d->train_corpus.s;
    d->tokens[how] = mem_alloc(s->n_tokens, sizeof *d->tokens[how]);
    if (!d->tokens[how])
        return error_memory(err);
    for (size_t i = 0; i < s->n_tokens; i++) {
        oriel_range token = s->tokens[i];
        d->tokens[how][i] = token_type(&d->types, s->text.at + token.begin, token.end - token.begin, how);
        if (d->tokens[how][i] < 0)
            return error_memory(err);
    }
    return ORIEL_OK;
}

/* Rows behind the last that any type has are never touched: nearly all of a vectors file, whose words have no count. */
static void find_active(struct data *d, const oriel_model *m)
{
    size_t n_channels = m->channels.n;
    for (size_t k = 0; k < n_channels; k++)
        d->n_active[k] = VOCAB_SPECIAL;
    for (size_t type = 0; type < d->types.made_of.ids.n; type++)
        for (size_t k = 0; k < n_channels; k++) {
            size_t n;
            const int32_t *ids = token_channel(&d->types.made_of.ids, n_channels, type, k, &n);
            for (size_t i = 0; i < n; i++)
                d->n_active[k] = (size_t)ids[i] >= d->n_active[k] ? (size_t)ids[i] + 1 : d->n_active[k];
        }
}

/* Values that were seen rarely are most like those that were never seen (Good and Turing), so they stand in for them:
 * a value seen c times with probability A / (A + c), Kiperwasser and Goldberg (2016), section 3, for every channel.  N-grams
 * share their rows and have no unknown one. */
static float doubt_of(const struct channel *c, int32_t value, double a)
{
    if (!c->values || value < VOCAB_SPECIAL || a <= 0)
        return 0;
    return (float)(a / (a + (double)vocab_word_count(c->values, value)));
}

static oriel_status make_doubts(struct data *d, const oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    const struct channels *c = &m->channels;
    if (o->word_dropout <= 0 && o->feature_dropout <= 0)
        return ORIEL_OK;
    size_t n_types = d->types.made_of.ids.n;
    d->doubt = mem_alloc(n_types, c->n * sizeof *d->doubt);
    if (!d->doubt)
        return error_memory(err);
    for (size_t type = 0; type < n_types; type++)
        for (size_t k = 0; k < c->n; k++) {
            size_t n;
            const int32_t *values = token_channel(&d->types.made_of.ids, c->n, type, k, &n);
            double a = k == 0 ? o->word_dropout : o->feature_dropout;
            d->doubt[type * c->n + k] = doubt_of(&c->at[k], values[0], a);
        }
    return ORIEL_OK;
}

/* Labels that are all there is, as parts of speech, are no names: the next word has one too. */
static oriel_status find_names(struct data *d, const oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    const struct part *p = &d->train;
    size_t n = o->swap_names > 0 && !model_is_plain(m) ? p->n : 0;
    bool is_done = names_init(&d->names, p->corpus, p->sentences, n, d->tokens[SPELLING_AS_IS], o->swap_names);
    return is_done ? ORIEL_OK : error_memory(err);
}

static oriel_status make_items(struct data *d, const oriel_train_options *o, oriel_error *err)
{
    const struct sentences *s = &d->train_corpus.s;
    d->items = mem_alloc(o->sentences ? d->train.n : d->train.n_tokens, sizeof *d->items);
    if (!d->items)
        return error_memory(err);
    for (size_t i = 0; i < d->train.n; i++) {
        size_t sentence = d->train.sentences[i];
        int32_t n = (int32_t)(s->starts[sentence + 1] - s->starts[sentence]);
        int32_t step = o->sentences ? n : 1;
        for (int32_t first = 0; first < n; first += step)
            d->items[d->n_items++] = (struct item){.sentence = (int32_t)sentence, .first = first, .last = first + step};
    }
    d->n_examples = d->train.n_tokens;
    return ORIEL_OK;
}

static oriel_status make_gold(struct data *d, const oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    const struct corpus *c = &d->train_corpus;
    if (!o->continue_from || m->scope != SCOPE_ALL)
        return gold_make(&d->gold, c, c->tags, m, &d->known, err);
    int32_t *tags = mem_alloc(c->s.n_tokens, sizeof *tags);
    if (!tags)
        return error_memory(err);
    memcpy(tags, c->tags, c->s.n_tokens * sizeof *tags);
    oriel_status status = recall(tags, &d->known, c, o->continue_from, err);
    if (status == ORIEL_OK)
        status = gold_make(&d->gold, c, tags, m, &d->known, err);
    mem_free(tags);
    return status;
}

static oriel_status make_examples(struct data *d, const oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    if (!token_types_init(&d->types, &m->channels))
        return error_memory(err);
    oriel_status status = ORIEL_OK;
    for (enum spelling k = SPELLING_AS_IS; k < (o->case_copies > 0 ? SPELLINGS : 1) && status == ORIEL_OK; k++)
        status = number_tokens(d, k, err);
    if (status == ORIEL_OK)
        status = make_gold(d, m, o, err);
    if (status == ORIEL_OK)
        status = find_names(d, m, o, err);
    if (status == ORIEL_OK)
        status = make_items(d, o, err);
    if (status == ORIEL_OK)
        status = make_doubts(d, m, o, err);
    if (status == ORIEL_OK)
        find_active(d, m);
    for (size_t i = 0; i < d->train_corpus.s.n_sentences; i++)
        d->has_weights = d->has_weights || d->train_corpus.weights[i] != 1;
    return status;
}

/* ---- what was seen ---- */

struct type_count {
    size_t n;
    int32_t type;
};

static int by_falling_count(const void *a, const void *b)
{
    const struct type_count *x = a;
    const struct type_count *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return x->type - y->type;
}

/* Counts the entities of the training part by type and lists the types' names. */
static bool list_types(struct data *d, const struct tagset *tags)
{
    size_t n_types = tagset_types(tags);
    struct type_count *counts = mem_zero(n_types, sizeof *counts);
    struct bytes names = {0};
    if (!counts)
        return false;
    for (size_t i = 0; i < n_types; i++)
        counts[i].type = (int32_t)i;
    const struct sentences *s = &d->train_corpus.s;
    for (size_t i = 0; i < d->train.n; i++)
        for (size_t t = s->starts[d->train.sentences[i]]; t < s->starts[d->train.sentences[i] + 1]; t++) {
            int32_t tag = d->train_corpus.tags[t];
            if (!tag_has_type(tag) || !tag_begins(tag))
                continue;
            counts[tag_type(tag)].n++;
            d->facts.n_entities++;
        }
    qsort(counts, n_types, sizeof *counts, by_falling_count);
    bool is_done = true;
    for (size_t i = 0; i < n_types && is_done; i++) {
        const char *name = tagset_type_name(tags, counts[i].type);
        is_done = (i == 0 || bytes_append(&names, " ", 1)) && bytes_append(&names, name, strlen(name));
    }
    d->type_names = is_done ? mem_string(names.at, names.n) : NULL;
    bytes_clear(&names);
    mem_free(counts);
    return d->type_names;
}

/* Which types the model may take for each other. */
static oriel_status note_together(struct data *d, oriel_model *m, const oriel_model *old, oriel_error *err)
{
    size_t n = tagset_types(m->tags);
    m->together = mem_alloc(n * n, sizeof *m->together);
    if (!m->together)
        return error_memory(err);
    if (known_together(&d->known, m->together, old ? old->together : NULL, old ? tagset_types(old->tags) : 0))
        return ORIEL_OK;
    mem_free(m->together);
    m->together = NULL;
    return ORIEL_OK;
}

static oriel_status note_facts(struct data *d, const oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    oriel_corpus_facts *f = &d->facts;
    const struct corpus *c = &d->train_corpus;
    if (!list_types(d, m->tags))
        return error_memory(err);
    f->n_sentences = d->train.n;
    f->n_tokens = d->train.n_tokens;
    f->n_types = tagset_types(m->tags);
    f->n_dev_sentences = d->dev.n;
    f->n_dev_tokens = d->dev.n_tokens;
    f->n_words = vocab_size(model_words(m));
    f->n_bad_tags = c->n_bad_tags;
    f->first_bad_line = c->n_bad_tags ? c->first_bad_line : 0;
    f->first_bad_file = c->n_bad_tags ? o->train[c->first_bad_file] : NULL;
    f->scheme = scheme_name(tagset_scheme(m->tags));
    f->types = d->type_names;
    f->dev_was_held_out = !o->dev;
    f->has_vectors = o->vectors;
    f->seed = o->seed;
    return ORIEL_OK;
}

oriel_status data_prepare(struct data *d, oriel_model **out, const oriel_train_options *o, oriel_error *err)
{
    *out = NULL;
    *d = (struct data){0};
    oriel_model *m = mem_zero(1, sizeof *m);
    if (!m)
        return error_memory(err);
    oriel_status status = data_read_train(d, m, o, err);
    if (status == ORIEL_OK)
        status = data_read_dev(d, m, o, err);
    if (status == ORIEL_OK)
        status = divide(d, o, err);
    if (status == ORIEL_OK)
        status = data_choose_dev_types(d, m, o, err);
    if (status == ORIEL_OK)
        status = first_model(m, &d->train, o, &d->facts.share_with_vectors, err);
    if (status == ORIEL_OK)
        status = make_examples(d, m, o, err);
    if (status == ORIEL_OK)
        status = note_together(d, m, o->continue_from, err);
    if (status == ORIEL_OK)
        status = note_facts(d, m, o, err);
    if (status != ORIEL_OK) {
        oriel_model_free(m);
        data_clear(d);
        return status;
    }
    *out = m;
    return ORIEL_OK;
}
