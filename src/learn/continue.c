#include "learn/continue.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/status.h"

/* How much less likely than "outside" a new type is at first, as a difference of scores, when what is taken off "outside" is
 * taken off. */
#define NEW_TYPE_BELOW 4

/* ---- options ---- */

static const char *type_of(const oriel_model *m)
{
    return m->scope == SCOPE_ALL ? NULL : tagset_type_name(m->tags, 0);
}

static size_t feature_dim_of(const oriel_model *m, size_t otherwise)
{
    return m->tables.n > 1 ? m->tables.table[1].width : otherwise;
}

void oriel_train_options_continue(oriel_train_options *o, const oriel_model *m)
{
    bool is_standard = strcmp(m->info.recipe, "standard") == 0;
    oriel_train_options_default(o, is_standard ? ORIEL_STANDARD : ORIEL_CLASSIC);
    o->continue_from = m;
    o->type = type_of(m);
    o->window = m->net.window;
    o->dim = m->tables.table[0].width;
    o->n_hidden = m->net.n_hidden;
    memcpy(o->hidden, m->net.hidden, sizeof o->hidden);
    o->activation = (oriel_activation)m->net.activation;
    o->head = (oriel_head)m->net.head;
    o->size = m->tables.table[0].at ? ORIEL_SIZE_LARGE : ORIEL_SIZE_STANDARD;
    o->sentences = o->sentences || o->head == ORIEL_HEAD_CRF;
    o->features = m->features;
    o->feature_dim = feature_dim_of(m, o->feature_dim);
    o->threshold = m->info.threshold;
    o->o_bias = m->o_bias; /* dev may have nothing to say of the old types, for which it was chosen */
    o->tune_outside = false;
    o->learning_rate /= 2; /* at the whole rate old types lose more and new ones win nothing: docs/design.md */
    o->row_rate /= 2;
    o->epochs = 10;
}

static oriel_status other(oriel_error *err, const char *option)
{
    return error_at(err, ORIEL_EARG, NULL, 0, "%s is not that of the model to go on from", option);
}

static oriel_status other_size(oriel_error *err, const char *option, size_t found, size_t expected)
{
    return error_at(err, ORIEL_EARG, NULL, 0, "%s %zu: the model to go on from has %zu", option, found, expected);
}

oriel_status continue_check(const oriel_train_options *o, oriel_error *err)
{
    oriel_train_options of;
    const oriel_model *m = o->continue_from;
    if (!m)
        return ORIEL_OK;
    oriel_train_options_continue(&of, m);
    if (o->window != of.window)
        return other_size(err, "--window", o->window, of.window);
    if (o->dim != of.dim)
        return other_size(err, "--dim", o->dim, of.dim);
    for (size_t k = 1; k < m->tables.n; k++)
        if (o->feature_dim != m->tables.table[k].width)
            return other_size(err, "--feature-dim", o->feature_dim, m->tables.table[k].width);
    if (o->n_hidden != of.n_hidden || memcmp(o->hidden, of.hidden, o->n_hidden * sizeof *o->hidden) != 0)
        return other(err, "--hidden");
    if (strcmp(o->features, of.features) != 0)
        return other(err, "--features");
    if ((o->type || of.type) && (!o->type || !of.type || strcmp(o->type, of.type) != 0))
        return other(err, "--type");
    if (o->tokenizer)
        return error_at(err, ORIEL_EARG, NULL, 0, "--tokenizer: the model to go on from has its own rules");
    return o->recipe != of.recipe           ? other(err, "--recipe")
           : o->head != of.head             ? other(err, "--head")
           : o->activation != of.activation ? other(err, "--activation")
                                            : ORIEL_OK;
}

/* ---- words and other values ---- */

bool continue_values(struct channels *c, const oriel_model *old)
{
    for (size_t k = 0; k < c->n; k++) {
        const struct vocab *values = old->channels.at[k].values;
        c->at[k].n_buckets = old->channels.at[k].n_buckets;
        for (size_t id = VOCAB_SPECIAL; values && id < vocab_size(values); id++) {
            size_t n;
            const char *value = vocab_word(values, (int32_t)id, &n);
            if (vocab_keep(c->at[k].values, value, n) < 0 ||
                vocab_add(c->at[k].values, value, n, vocab_word_count(values, (int32_t)id)) < 0)
                return false;
        }
    }
    return true;
}

/* The old row of a word: its own, else that of its forms; -1: no memory, -2: the new row is a vector's. */
static int32_t old_word_row(const oriel_model *old, const oriel_vectors *vectors, struct vocab_scratch *scratch,
                            const char *word, size_t n)
{
    int32_t row = vocab_find(model_words(old), word, n);
    if (row < 0)
        row = vocab_look_up(model_words(old), scratch, word, n);
    if (row < 0 || row >= VOCAB_SPECIAL || !vectors)
        return row;
    int32_t of_vectors = vectors_find_id(vectors, scratch, word, n);
    return of_vectors < 0 ? -1 : of_vectors < VOCAB_SPECIAL ? row : -2;
}

static bool continue_words(oriel_model *m, const oriel_model *old, const oriel_vectors *vectors)
{
    struct table *t = &m->tables.table[0];
    const struct table *t_old = &old->tables.table[0];
    struct vocab_scratch scratch = {0};
    int32_t row = 0;
    for (size_t id = 0; id < t->rows && row != -1; id++) {
        size_t n;
        const char *word = vocab_word(model_words(m), (int32_t)id, &n);
        row = id < VOCAB_SPECIAL ? (int32_t)id : old_word_row(old, vectors, &scratch, word, n);
        if (row >= 0)
            table_row(t->at + id * t->width, t_old, (size_t)row);
    }
    vocab_scratch_clear(&scratch);
    return row != -1;
}

/* A new value of another feature begins as an unknown one. */
static void continue_feature(oriel_model *m, const oriel_model *old, size_t k)
{
    struct table *t = &m->tables.table[k];
    const struct vocab *values = m->channels.at[k].values;
    for (size_t id = 0; id < t->rows; id++) {
        size_t n;
        int32_t row = (int32_t)id;
        if (values && id >= VOCAB_SPECIAL) {
            const char *value = vocab_word(values, (int32_t)id, &n);
            row = vocab_find(old->channels.at[k].values, value, n);
        }
        table_row(t->at + id * t->width, &old->tables.table[k], (size_t)(row < 0 ? VOCAB_UNKNOWN : row));
    }
}

/* ---- outputs ---- */

/* The old output that a new one begins as: itself, or "outside" for the labels of a new type; -1: none is like it. */
static int32_t old_output(const oriel_model *old, size_t output)
{
    if (output < old->net.n_outputs)
        return (int32_t)output;
    return old->net.head == HEAD_SIGMOID || model_is_plain(old) ? -1 : LABEL_OUTSIDE;
}

/* Independent outputs and plain labels have none that a new one could begin as: it begins as unlikely, without a view. */
static void continue_outputs(oriel_model *m, const oriel_model *old)
{
    size_t top = m->net.n_hidden;
    size_t n_in = network_in(&m->net, top);
    real below = (real)(NEW_TYPE_BELOW + old->o_bias);
    for (size_t y = 0; y < m->net.n_outputs; y++) {
        int32_t from = old_output(old, y);
        real *weights = m->params.weight[top] + y * n_in;
        if (from >= 0)
            memcpy(weights, old->params.weight[top] + (size_t)from * n_in, n_in * sizeof *weights);
        real bias = from >= 0 ? old->params.bias[top][from] : 0;
        m->params.bias[top][y] = y < old->net.n_outputs ? bias : bias - below;
    }
}

static void continue_chain(oriel_model *m, const oriel_model *old)
{
    size_t n_old = old->net.n_outputs;
    for (size_t y = 0; y < m->net.n_outputs; y++) {
        int32_t from = old_output(old, y);
        if (from < 0)
            continue;
        m->params.start[y] = old->params.start[from];
        m->params.end[y] = old->params.end[from];
        for (size_t z = 0; z < m->net.n_outputs; z++) {
            int32_t to = old_output(old, z);
            if (to >= 0)
                m->params.trans[y * m->net.n_outputs + z] = old->params.trans[(size_t)from * n_old + (size_t)to];
        }
    }
}

bool continue_weights(oriel_model *m, const oriel_model *old, const oriel_vectors *vectors)
{
    for (size_t l = 0; l < m->net.n_hidden; l++) {
        size_t n_out = network_out(&m->net, l);
        memcpy(m->params.weight[l], old->params.weight[l], n_out * network_in(&m->net, l) * sizeof(real));
        memcpy(m->params.bias[l], old->params.bias[l], n_out * sizeof(real));
    }
    continue_outputs(m, old);
    if (m->net.head == HEAD_CRF)
        continue_chain(m, old);
    for (size_t k = 1; k < m->tables.n; k++)
        continue_feature(m, old, k);
    return continue_words(m, old, vectors);
}

/* ---- where it comes from ---- */

/* "new BETWEEN old" in the place of *text; as it is when there is no old one, or the same.  false: no memory. */
static bool join(char **text, const char *between, const char *old)
{
    if (!*old || strcmp(*text, old) == 0)
        return true;
    struct bytes both = {0};
    bool is_done = bytes_append(&both, *text, strlen(*text)) &&
                   (both.n == 0 || bytes_append(&both, between, strlen(between))) &&
                   bytes_append(&both, old, strlen(old));
    char *joined = is_done ? mem_string(both.at, both.n) : NULL;
    bytes_clear(&both);
    if (!joined)
        return false;
    mem_free(*text);
    *text = joined;
    return true;
}

bool continue_notes(oriel_model *m, const oriel_model *old)
{
    size_t n = m->seen.n + old->seen.n;
    uint64_t *hashes = mem_alloc(n, sizeof *hashes);
    if (!hashes)
        return false;
    memcpy(hashes, m->seen.hashes, m->seen.n * sizeof *hashes);
    memcpy(hashes + m->seen.n, old->seen.hashes, old->seen.n * sizeof *hashes);
    mem_free(m->seen.hashes);
    m->seen = seen_from_hashes(hashes, n);
    return join(&m->trained_on, ", before that ", old->trained_on) && join(&m->about, "; ", old->about);
}
