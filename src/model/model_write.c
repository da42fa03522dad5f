/*
 * A model as named tensors and strings.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/decimal.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "model/model_names.h"
#include "model/stored_words.h"

static bool put_number(struct container_writer *w, const char *key, uint64_t value)
{
    char text[LAYER_NAME_SIZE];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return container_put_string(w, key, text);
}

/* In single precision, which is enough for scores, and the same in every locale. */
static bool put_real(struct container_writer *w, const char *key, double value)
{
    char text[DECIMAL_MAX + 1];
    text[decimal_write(text, (float)value)] = 0;
    return container_put_string(w, key, text);
}

static bool put_floats(struct container_writer *w, const char *name, const real *data, size_t rows, size_t cols)
{
    struct tensor t = {.name = name, .dtype = DTYPE_F32, .n_dims = cols ? 2 : 1, .shape = {rows, cols}, .data = data};
    return container_put_tensor(w, &t);
}

static bool put_list(struct container_writer *w, const char *name, enum dtype type, const void *data, size_t n)
{
    struct tensor t = {.name = name, .dtype = type, .n_dims = 1, .shape = {n}, .data = data};
    return container_put_tensor(w, &t);
}

/* Type names, each with a NUL after it. */
static bool types_fill(struct bytes *names, const struct tagset *tags)
{
    for (size_t i = 0; i < tagset_types(tags); i++) {
        const char *name = tagset_type_name(tags, (int32_t)i);
        if (!bytes_append(names, name, strlen(name) + 1))
            return false;
    }
    return true;
}

static bool put_strings(struct container_writer *w, const oriel_model *m)
{
    const oriel_info *i = &m->info;
    return container_put_string(w, "recipe", i->recipe) && container_put_string(w, "head", i->head) &&
           container_put_string(w, "activation", i->activation) && container_put_string(w, "scheme", i->scheme) &&
           put_number(w, "bare_names", tagset_has_bare_names(m->tags)) &&
           container_put_string(w, "scope", scope_name(m->scope)) && put_number(w, "window", i->window) &&
           put_number(w, "layers", i->n_hidden) && container_put_string(w, "trained_on", i->trained_on) &&
           container_put_string(w, "about", i->about) && container_put_string(w, "made_by", i->made_by) &&
           put_number(w, "seed", i->seed) && put_number(w, "epochs", i->epochs) &&
           put_number(w, "best_epoch", i->best_epoch) && put_real(w, "loss", i->loss) &&
           put_real(w, "dev_precision", i->dev_precision) && put_real(w, "dev_recall", i->dev_recall) &&
           put_real(w, "dev_f1", i->dev_f1) && put_number(w, "dev_was_held_out", i->dev_was_held_out) &&
           put_real(w, "threshold", i->threshold) && put_real(w, "o_bias", m->o_bias) &&
           put_real(w, "temperature", m->temperature) && put_real(w, "confidence_power", m->confidence_power) &&
           put_real(w, "confidence_factor", m->confidence_factor) &&
           put_real(w, "confidence_ceiling", m->confidence_ceiling);
}

/* names: one buffer per tensor, since the writer borrows them. */
static bool put_layers(struct container_writer *w, const oriel_model *m, char names[][LAYER_NAME_SIZE])
{
    for (size_t l = 0; l <= m->net.n_hidden; l++) {
        layer_name(names[2 * l], l, "weight");
        layer_name(names[2 * l + 1], l, "bias");
        size_t out = network_out(&m->net, l);
        if (!put_floats(w, names[2 * l], m->params.weight[l], out, network_in(&m->net, l)) ||
            !put_floats(w, names[2 * l + 1], m->params.bias[l], out, 0))
            return false;
    }
    return true;
}

/* Names and contents of a model's tensors that are made only for its file; the writer borrows them. */
struct stored {
    struct stored_words words[FEATURES_MAX];
    struct bytes types;
    char channel[FEATURES_MAX][6][LAYER_NAME_SIZE];
    char layer[2 * (NETWORK_MAX_HIDDEN + 1)][LAYER_NAME_SIZE];
};

static void stored_free(struct stored *s)
{
    for (size_t k = 0; s && k < FEATURES_MAX; k++)
        stored_words_clear(&s->words[k]);
    if (s)
        bytes_clear(&s->types);
    mem_free(s);
}

/* names: of rows, steps, scales. */
static bool put_table(struct container_writer *w, const struct table *t, char names[][LAYER_NAME_SIZE])
{
    if (t->at)
        return put_floats(w, names[0], t->at, t->rows, t->width);
    struct tensor steps = {
        .name = names[1], .dtype = DTYPE_I8, .n_dims = 2, .shape = {t->rows, t->width}, .data = t->steps};
    return container_put_tensor(w, &steps) && put_floats(w, names[2], t->scales, t->rows, 0);
}

static bool put_channel(struct container_writer *w, const oriel_model *m, size_t k, struct stored *s)
{
    static const char *const parts[] = {"text", "ends", "counts", "rows", "steps", "scales"};
    const struct channel *c = &m->channels.at[k];
    const struct table *t = &m->tables.table[k];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        channel_name(s->channel[k][i], k, parts[i]);
    if (!put_table(w, t, s->channel[k] + 3))
        return false;
    if (!c->values)
        return true;
    struct stored_words *words = &s->words[k];
    return stored_words_fill(words, c->values) &&
           put_list(w, s->channel[k][0], DTYPE_U8, words->strings.at, words->strings.n) &&
           put_list(w, s->channel[k][1], DTYPE_U64, words->ends, words->n) &&
           put_list(w, s->channel[k][2], DTYPE_U64, words->counts, words->n);
}

static bool put_channels(struct container_writer *w, const oriel_model *m, struct stored *s)
{
    for (size_t k = 0; k < m->channels.n; k++)
        if (!put_channel(w, m, k, s))
            return false;
    return container_put_string(w, "features", m->features);
}

static bool put_chain(struct container_writer *w, const oriel_model *m)
{
    size_t n = m->net.n_outputs;
    return m->net.head != HEAD_CRF ||
           (put_floats(w, "crf.start", m->params.start, n, 0) && put_floats(w, "crf.end", m->params.end, n, 0) &&
            put_floats(w, "crf.trans", m->params.trans, n, n));
}

/* Only where it says something. */
static bool put_together(struct container_writer *w, const oriel_model *m)
{
    size_t n = tagset_types(m->tags);
    struct tensor t = {.name = "types.together", .dtype = DTYPE_U8, .n_dims = 2, .shape = {n, n}, .data = m->together};
    return !m->together || container_put_tensor(w, &t);
}

static bool put_all(struct container_writer *w, const oriel_model *m, struct stored *s)
{
    const char *rules = tokenizer_rules(m->tokenizer);
    return put_strings(w, m) && types_fill(&s->types, m->tags) &&
           put_list(w, "types", DTYPE_U8, s->types.at, s->types.n) && put_together(w, m) &&
           put_list(w, "names.seen", DTYPE_U64, m->seen.hashes, m->seen.n) &&
           put_list(w, "tokenizer", DTYPE_U8, rules, strlen(rules)) && put_channels(w, m, s) && put_chain(w, m) &&
           put_layers(w, m, s->layer);
}

oriel_status oriel_model_save(const oriel_model *m, const char *path, oriel_error *err)
{
    struct stored *s = mem_zero(1, sizeof *s);
    struct container_writer *w = container_writer_new();
    oriel_status status = s && w && put_all(w, m, s) ? container_write(w, path, err) : error_memory(err);
    container_writer_free(w);
    stored_free(s);
    return status;
}

oriel_status oriel_model_save_check(const char *path, oriel_error *err)
{
    return container_write_check(path, KIND_MODEL, err);
}
