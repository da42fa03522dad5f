#include "learn/first_model.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "model/vectors.h"
#include "text/utf8.h"

/* Rows of words without a vector are uniform within this bound: large enough for the first layer to tell words apart from
 * the start (word2vec's 0.5/d leaves plain gradient descent on a plateau). */
#define FIRST_ROW_BOUND 0.5

/* As many words of a vectors file as are kept. */
#define MAX_VECTORS 400000

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
    return tokenizer_new(&m->tokenizer, tokenizer_default_rules(), "built-in rules", err);
}

/* ---- words ---- */

static bool count_words(struct vocab *words, const struct part *train)
{
    const struct sentences *s = &train->corpus->s;
    struct bytes nfc = {0};
    bool is_done = true;
    for (size_t i = 0; i < train->n && is_done; i++)
        for (size_t t = s->starts[train->sentences[i]]; t < s->starts[train->sentences[i] + 1] && is_done; t++)
            is_done = utf8_nfc(&nfc, s->text.at + s->tokens[t].begin, s->tokens[t].end - s->tokens[t].begin) &&
                      vocab_add(words, nfc.at, nfc.n, 1) >= 0;
    bytes_clear(&nfc);
    return is_done;
}

/* All words of the vectors stay, so that those which training does not see have rows too. */
static bool keep_words(struct vocab *words, const oriel_vectors *vectors)
{
    for (size_t i = 0; vectors && i < oriel_vectors_count(vectors); i++) {
        const char *word = oriel_vectors_word(vectors, i);
        if (vocab_keep(words, word, strlen(word)) < 0)
            return false;
    }
    return true;
}

static oriel_status make_words(oriel_model *m, const struct part *train, const oriel_vectors *vectors,
                               const oriel_train_options *o, oriel_error *err)
{
    m->words = vocab_new();
    if (!m->words || !count_words(m->words, train) || !vocab_pass_on_rare(m->words, o->min_count) ||
        !keep_words(m->words, vectors) || !vocab_freeze(m->words, o->min_count))
        return error_memory(err);
    return ORIEL_OK;
}

/* ---- weights ---- */

static void random_row(real *row, size_t dim, struct random *r)
{
    for (size_t i = 0; i < dim; i++)
        row[i] = (real)((2 * random_uniform(r) - 1) * FIRST_ROW_BOUND);
}

/* A word's first row: its vector if there is one (by the forms of the word), else random. */
static void make_table(oriel_model *m, const oriel_vectors *vectors, struct random *r)
{
    size_t dim = m->net.width;
    for (size_t id = 0; id < vocab_size(m->words); id++) {
        real *row = m->table + id * dim;
        size_t n;
        const char *word = vocab_word(m->words, (int32_t)id, &n);
        size_t from = vectors && n ? oriel_vectors_find(vectors, word) : SIZE_MAX;
        if (from == SIZE_MAX)
            random_row(row, dim, r);
        else
            memcpy(row, oriel_vectors_row(vectors, from), dim * sizeof *row);
    }
}

static oriel_status make_weights(oriel_model *m, const oriel_vectors *vectors, const oriel_train_options *o,
                                 oriel_error *err)
{
    struct random r = random_seeded(o->seed);
    m->net = (struct blueprint){.width = vectors ? oriel_vectors_dim(vectors) : o->dim,
                                .window = o->window,
                                .n_hidden = o->n_hidden,
                                .n_outputs = tagset_types(m->tags),
                                .activation = (enum activation)o->activation};
    memcpy(m->net.hidden, o->hidden, o->n_hidden * sizeof *o->hidden);
    m->table = mem_alloc(vocab_size(m->words), m->net.width * sizeof *m->table);
    if (!m->table || !params_init(&m->params, &m->net))
        return error_memory(err);
    make_table(m, vectors, &r);
    params_randomise(&m->params, &m->net, &r);
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
    m->made_by = mem_string(maker, (size_t)n);
    m->info = (oriel_info){.recipe = "classic",
                           .seed = o->seed,
                           .threshold = (double)(float)o->threshold, /* as its file will have it */
                           .dev_was_held_out = o->dev == NULL};
    if (!m->about || !m->made_by || !describe_corpus(m, train, o) ||
        !seen_from_corpus(&m->seen, train->corpus, m->tags, train->sentences, train->n))
        return error_memory(err);
    return ORIEL_OK;
}

oriel_status first_model(oriel_model *m, const struct part *train, const oriel_train_options *o,
                         double *share_with_vectors, oriel_error *err)
{
    oriel_vectors *vectors = NULL;
    oriel_status status = make_tokenizer(m, o, err);
    if (status == ORIEL_OK && o->vectors)
        status = oriel_vectors_load(&vectors, o->vectors, MAX_VECTORS, err);
    if (status == ORIEL_OK)
        status = make_words(m, train, vectors, o, err);
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
