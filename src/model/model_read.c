/*
 * A model from named tensors and strings.  Whatever the file says is checked before it is believed: sizes against each other
 * and against the tensors that are there.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "model/model_field.h"
#include "model/model_names.h"
#include "text/utf8.h"

#define MAX_WINDOW 31
#define MAX_WIDTH 65536
#define MAX_TEMPERATURE 1000.0
#define MAX_ODDS 1e6

/* A number between 1/most and most; models that were made before there was one have 1. */
static oriel_status read_factor(const struct model_reading *r, const char *key, double most, double *out)
{
    *out = 1;
    if (!container_string(r->c, key))
        return ORIEL_OK;
    oriel_status status = field_real(r, key, most, out);
    if (status == ORIEL_OK && *out < 1 / most)
        status = field_bad(r, key, container_string(r->c, key));
    return status;
}

static oriel_status read_calibration(const struct model_reading *r)
{
    oriel_model *m = r->m;
    oriel_status status = read_factor(r, "temperature", MAX_TEMPERATURE, &m->temperature);
    if (status == ORIEL_OK)
        status = read_factor(r, "confidence_power", MAX_TEMPERATURE, &m->confidence_power);
    if (status == ORIEL_OK)
        status = read_factor(r, "confidence_factor", MAX_ODDS, &m->confidence_factor);
    if (status == ORIEL_OK)
        status = read_factor(r, "confidence_ceiling", 2, &m->confidence_ceiling);
    if (status == ORIEL_OK && m->confidence_ceiling > 1)
        status = field_bad(r, "a confidence_ceiling up to 1", container_string(r->c, "confidence_ceiling"));
    return status;
}

static oriel_status read_strings(const struct model_reading *r)
{
    oriel_info *i = &r->m->info;
    size_t held_out = 0;
    oriel_status status = ORIEL_OK;
    const struct {
        const char *key;
        double max;
        double *out;
    } reals[] = {{"loss", INFINITY, &i->loss},      {"dev_precision", 1, &i->dev_precision},
                 {"dev_recall", 1, &i->dev_recall}, {"dev_f1", 1, &i->dev_f1},
                 {"threshold", 1, &i->threshold},   {"o_bias", INFINITY, &r->m->o_bias}};
    for (size_t k = 0; k < sizeof reals / sizeof *reals && status == ORIEL_OK; k++)
        status = field_real(r, reals[k].key, reals[k].max, reals[k].out);
    if (status == ORIEL_OK)
        status = read_calibration(r);
    if (status == ORIEL_OK)
        status = field_number(r, "seed", UINT64_MAX, &i->seed);
    if (status == ORIEL_OK)
        status = field_size(r, "epochs", SIZE_MAX, &i->epochs);
    if (status == ORIEL_OK)
        status = field_size(r, "best_epoch", SIZE_MAX, &i->best_epoch);
    if (status == ORIEL_OK)
        status = field_size(r, "dev_was_held_out", 1, &held_out);
    i->dev_was_held_out = held_out;
    return status;
}

static oriel_status read_texts(const struct model_reading *r)
{
    const char *recipe;
    const char *head;
    oriel_status status = field_text(r, "recipe", &recipe);
    if (status == ORIEL_OK)
        status = field_text(r, "head", &head);
    if (status != ORIEL_OK)
        return status;
    if (!recipe_from_name(recipe, &r->m->info.recipe))
        return field_bad(r, "a recipe that is known here", recipe);
    if (!head_from_name(head, &r->m->net.head) || r->m->net.head > HEAD_CRF)
        return field_bad(r, "a head that is known here", head);
    status = field_own_text(r, "trained_on", &r->m->trained_on);
    if (status == ORIEL_OK)
        status = field_own_text(r, "about", &r->m->about);
    if (status == ORIEL_OK)
        status = field_own_text(r, "made_by", &r->m->made_by);
    return status;
}

/* "word,shape,prefix2": a channel each, the word first. */
static oriel_status read_features(const struct model_reading *r)
{
    oriel_status status = field_own_text(r, "features", &r->m->features);
    if (status != ORIEL_OK)
        return status;
    const char *list = r->m->features;
    struct channels *c = &r->m->channels;
    for (const char *at = list; *at || at == list;) {
        size_t n = strcspn(at, ",");
        if (c->n == FEATURES_MAX || !feature_from_name(&c->at[c->n].feature, at, n))
            return field_bad(r, "features that are known here", list);
        c->n++;
        at += n + (at[n] == ',');
    }
    return c->at[0].feature.kind == FEATURE_WORD ? ORIEL_OK : field_bad(r, "the word as the first feature", list);
}

static oriel_status read_values(const struct model_reading *r, size_t k)
{
    struct tensor text;
    struct tensor ends;
    struct tensor counts;
    char name[LAYER_NAME_SIZE];
    channel_name(name, k, "text");
    oriel_status status = container_tensor(r->c, name, DTYPE_U8, 1, &text, r->err);
    channel_name(name, k, "ends");
    if (status == ORIEL_OK)
        status = container_tensor(r->c, name, DTYPE_U64, 1, &ends, r->err);
    channel_name(name, k, "counts");
    if (status == ORIEL_OK)
        status = container_tensor(r->c, name, DTYPE_U64, 1, &counts, r->err);
    if (status != ORIEL_OK)
        return status;
    if (ends.shape[0] != counts.shape[0] || ends.shape[0] >= INT32_MAX - VOCAB_SPECIAL)
        return field_bad(r, "as many counts as words", "another number");
    oriel_error why;
    status = vocab_from_stored(&r->m->channels.at[k].values, text.data, text.shape[0], ends.data, counts.data,
                               ends.shape[0], &why);
    return field_of_part(r, status, &why);
}

/* Rows as numbers, or as steps and scales; to *t. */
static oriel_status read_table(const struct model_reading *r, size_t k, struct table *t)
{
    struct tensor rows;
    struct tensor scales;
    char name[LAYER_NAME_SIZE];
    channel_name(name, k, "steps");
    /* what is the mean of several rows has numbers */
    bool is_narrow = r->m->channels.at[k].feature.kind != FEATURE_NGRAMS && container_has(r->c, name);
    if (!is_narrow)
        channel_name(name, k, "rows");
    oriel_status status =
        is_narrow ? container_tensor(r->c, name, DTYPE_I8, 2, &rows, r->err) : field_floats(r, name, 2, &rows);
    channel_name(name, k, "scales");
    if (status == ORIEL_OK && is_narrow)
        status = field_floats(r, name, 1, &scales);
    if (status != ORIEL_OK)
        return status;
    if (rows.shape[1] == 0 || rows.shape[1] > MAX_WIDTH)
        return field_bad(r, "a row for each value", "rows of another width");
    if (is_narrow && scales.shape[0] != rows.shape[0])
        return field_bad(r, "a scale for each row", name);
    /* weights are only read through a model, which is const for all who have one */
    *t = (struct table){.rows = rows.shape[0], .width = rows.shape[1]};
    if (is_narrow) {
        t->steps = (int8_t *)(uintptr_t)rows.data;
        t->scales = (real *)(uintptr_t)scales.data;
    } else {
        t->at = (real *)(uintptr_t)rows.data;
    }
    return ORIEL_OK;
}

static oriel_status read_channel(const struct model_reading *r, size_t k)
{
    struct channel *c = &r->m->channels.at[k];
    struct table *t = &r->m->tables.table[k];
    oriel_status status = read_table(r, k, t);
    if (status == ORIEL_OK && c->feature.kind != FEATURE_NGRAMS)
        status = read_values(r, k);
    if (status != ORIEL_OK)
        return status;
    if (t->rows <= VOCAB_SPECIAL && c->feature.kind == FEATURE_NGRAMS)
        return field_bad(r, "buckets of n-grams", "none");
    c->n_buckets = c->feature.kind == FEATURE_NGRAMS ? t->rows - VOCAB_SPECIAL : 0;
    if (t->rows != channel_rows(c))
        return field_bad(r, "a row for each value", "another number");
    r->m->tables.n = k + 1;
    r->m->tables.width += t->width;
    return ORIEL_OK;
}

static oriel_status read_channels(const struct model_reading *r)
{
    oriel_status status = read_features(r);
    for (size_t k = 0; status == ORIEL_OK && k < r->m->channels.n; k++)
        status = read_channel(r, k);
    return status;
}

static oriel_status read_layer(const struct model_reading *r, size_t layer)
{
    struct blueprint *net = &r->m->net;
    char name[LAYER_NAME_SIZE];
    struct tensor weight;
    struct tensor bias;
    layer_name(name, layer, "weight");
    oriel_status status = field_floats(r, name, 2, &weight);
    layer_name(name, layer, "bias");
    if (status == ORIEL_OK)
        status = field_floats(r, name, 1, &bias);
    if (status != ORIEL_OK)
        return status;
    size_t out = weight.shape[0];
    if (layer < net->n_hidden)
        net->hidden[layer] = out;
    else
        net->n_outputs = out;
    if (out == 0 || out > INT32_MAX || bias.shape[0] != out || weight.shape[1] != network_in(net, layer))
        return field_bad(r, "layers that fit each other", name);
    /* weights are only read through a model, which is const for all who have one */
    r->m->params.weight[layer] = (real *)(uintptr_t)weight.data;
    r->m->params.bias[layer] = (real *)(uintptr_t)bias.data;
    return ORIEL_OK;
}

static oriel_status read_sizes(const struct model_reading *r)
{
    struct blueprint *net = &r->m->net;
    const char *activation;
    oriel_status status = field_size(r, "window", MAX_WINDOW, &net->window);
    if (status == ORIEL_OK)
        status = field_size(r, "layers", NETWORK_MAX_HIDDEN, &net->n_hidden);
    if (status == ORIEL_OK)
        status = field_text(r, "activation", &activation);
    if (status != ORIEL_OK)
        return status;
    if (!activation_from_name(activation, &net->activation))
        return field_bad(r, "an activation that is known here", activation);
    net->width = r->m->tables.width;
    return net->window % 2 == 1 ? ORIEL_OK : field_bad(r, "an odd window", "an even one");
}

static oriel_status read_chain(const struct model_reading *r)
{
    struct params *p = &r->m->params;
    size_t n = r->m->net.n_outputs;
    struct tensor start;
    struct tensor end;
    struct tensor trans;
    oriel_status status = field_floats(r, "crf.start", 1, &start);
    if (status == ORIEL_OK)
        status = field_floats(r, "crf.end", 1, &end);
    if (status == ORIEL_OK)
        status = field_floats(r, "crf.trans", 2, &trans);
    if (status != ORIEL_OK)
        return status;
    if (start.shape[0] != n || end.shape[0] != n || trans.shape[0] != n || trans.shape[1] != n)
        return field_bad(r, "a transition from each label to each", "other sizes");
    p->start = (real *)(uintptr_t)start.data;
    p->end = (real *)(uintptr_t)end.data;
    p->trans = (real *)(uintptr_t)trans.data;
    return ORIEL_OK;
}

static oriel_status read_weights(const struct model_reading *r)
{
    oriel_model *m = r->m;
    oriel_status status = read_sizes(r);
    for (size_t l = 0; status == ORIEL_OK && l <= m->net.n_hidden; l++)
        status = read_layer(r, l);
    if (status != ORIEL_OK)
        return status;
    if (m->net.n_outputs != model_outputs(m->net.head, tagset_types(m->tags), model_is_plain(m)))
        return field_bad(r, "an output for each type", "another number");
    if (m->net.head == HEAD_CRF)
        status = read_chain(r);
    if (status == ORIEL_OK && m->net.head != HEAD_SIGMOID && !model_make_rules(m))
        status = error_memory(r->err);
    return status;
}

static oriel_status read_tokenizer(const struct model_reading *r)
{
    struct tensor rules;
    oriel_status status = container_tensor(r->c, "tokenizer", DTYPE_U8, 1, &rules, r->err);
    if (status != ORIEL_OK)
        return status;
    if (memchr(rules.data, 0, rules.shape[0]))
        return field_bad(r, "tokenizer rules as text", "a NUL");
    char *text = mem_string(rules.data, rules.shape[0]);
    if (!text)
        return error_memory(r->err);
    oriel_error why;
    status = tokenizer_new(&r->m->tokenizer, text, "its tokenizer rules", &why);
    mem_free(text);
    return field_of_part(r, status, &why);
}

static oriel_status read_seen(const struct model_reading *r)
{
    struct tensor seen;
    oriel_status status = container_tensor(r->c, "names.seen", DTYPE_U64, 1, &seen, r->err);
    if (status != ORIEL_OK)
        return status;
    r->m->seen = (struct seen_names){.hashes = (uint64_t *)(uintptr_t)seen.data, .n = seen.shape[0]};
    for (size_t i = 1; i < r->m->seen.n; i++)
        if (r->m->seen.hashes[i - 1] >= r->m->seen.hashes[i])
            return field_bad(r, "rising hashes of names", "others");
    return ORIEL_OK;
}

/* Takes the container. */
static oriel_status model_from_container(oriel_model **out, struct container *take_c, oriel_error *err)
{
    static oriel_status (*const parts[])(const struct model_reading *) = {
        read_texts, read_strings, model_read_tagset, read_channels, read_weights, read_tokenizer, read_seen};
    oriel_model *m = mem_zero(1, sizeof *m);
    if (!m) {
        container_close(take_c);
        return error_memory(err);
    }
    m->file = take_c;
    struct model_reading reading = {.m = m, .c = take_c, .err = err};
    oriel_status status = ORIEL_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == ORIEL_OK; i++)
        status = parts[i](&reading);
    if (status != ORIEL_OK) {
        oriel_model_free(m);
        return status;
    }
    model_complete_info(m);
    *out = m;
    return ORIEL_OK;
}

oriel_status oriel_model_load(oriel_model **out, const char *path, oriel_error *err)
{
    struct container *c;
    *out = NULL;
    oriel_status status = container_open(&c, path, KIND_MODEL, err);
    return status == ORIEL_OK ? model_from_container(out, c, err) : status;
}

oriel_status oriel_model_parse(oriel_model **out, const void *bytes, size_t n, oriel_error *err)
{
    struct container *c;
    *out = NULL;
    oriel_status status = container_parse(&c, bytes, n, KIND_MODEL, err);
    return status == ORIEL_OK ? model_from_container(out, c, err) : status;
}
