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
#include "model/model_names.h"
#include "text/utf8.h"

#define MAX_WINDOW 31

/* What reading keeps at hand: the file, and where to complain. */
struct model_reading {
    oriel_model *m;
    const struct container *c;
    oriel_error *err;
};

static oriel_status bad(const struct model_reading *r, const char *what, const char *found)
{
    return error_at(r->err, ORIEL_EFORMAT, container_name(r->c), 0, "damaged model: %s, found %s", what, found);
}

/* What another module says of a part of the file is said of the file; all it can say but "no memory" is damage here. */
static oriel_status said_by_part(const struct model_reading *r, oriel_status status, const oriel_error *why)
{
    if (status == ORIEL_OK || status == ORIEL_ENOMEM)
        return status == ORIEL_OK ? status : error_memory(r->err);
    return error_at(r->err, ORIEL_EFORMAT, container_name(r->c), 0, "damaged model: %s", why->text);
}

static oriel_status text_of(const struct model_reading *r, const char *key, const char **out)
{
    *out = container_string(r->c, key);
    return *out ? ORIEL_OK : bad(r, key, "nothing");
}

static oriel_status number_of(const struct model_reading *r, const char *key, uint64_t max, uint64_t *out)
{
    const char *text;
    oriel_status status = text_of(r, key, &text);
    if (status != ORIEL_OK)
        return status;
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value > max)
        return bad(r, key, text);
    *out = value;
    return ORIEL_OK;
}

static oriel_status size_of(const struct model_reading *r, const char *key, uint64_t max, size_t *out)
{
    uint64_t value = 0;
    oriel_status status = number_of(r, key, max, &value);
    *out = (size_t)value;
    return status;
}

/* A finite number, 0 .. max. */
static oriel_status real_of(const struct model_reading *r, const char *key, double max, double *out)
{
    const char *text;
    oriel_status status = text_of(r, key, &text);
    if (status != ORIEL_OK)
        return status;
    float value;
    size_t n = strlen(text);
    if (n == 0 || decimal_read(text, n, &value) != n || !isfinite(value) || value < 0 || (double)value > max)
        return bad(r, key, text);
    *out = (double)value;
    return ORIEL_OK;
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
    } reals[] = {{"loss", INFINITY, &i->loss},
                 {"dev_precision", 1, &i->dev_precision},
                 {"dev_recall", 1, &i->dev_recall},
                 {"dev_f1", 1, &i->dev_f1},
                 {"threshold", 1, &i->threshold}};
    for (size_t k = 0; k < sizeof reals / sizeof *reals && status == ORIEL_OK; k++)
        status = real_of(r, reals[k].key, reals[k].max, reals[k].out);
    if (status == ORIEL_OK)
        status = number_of(r, "seed", UINT64_MAX, &i->seed);
    if (status == ORIEL_OK)
        status = size_of(r, "epochs", SIZE_MAX, &i->epochs);
    if (status == ORIEL_OK)
        status = size_of(r, "best_epoch", SIZE_MAX, &i->best_epoch);
    if (status == ORIEL_OK)
        status = size_of(r, "dev_was_held_out", 1, &held_out);
    i->dev_was_held_out = held_out;
    return status;
}

/* A copy of a metadata string that the model owns. */
static oriel_status own_text(const struct model_reading *r, const char *key, char **out)
{
    const char *text;
    oriel_status status = text_of(r, key, &text);
    if (status != ORIEL_OK)
        return status;
    *out = mem_string(text, strlen(text));
    return *out ? ORIEL_OK : error_memory(r->err);
}

static oriel_status read_texts(const struct model_reading *r)
{
    const char *recipe;
    const char *head;
    oriel_status status = text_of(r, "recipe", &recipe);
    if (status == ORIEL_OK)
        status = text_of(r, "head", &head);
    if (status != ORIEL_OK)
        return status;
    if (strcmp(recipe, "classic") != 0)
        return bad(r, "a recipe that is known here", recipe);
    if (strcmp(head, head_name(HEAD_SIGMOID)) != 0)
        return bad(r, "a head that is known here", head);
    r->m->info.recipe = "classic";
    r->m->head = HEAD_SIGMOID;
    status = own_text(r, "trained_on", &r->m->trained_on);
    if (status == ORIEL_OK)
        status = own_text(r, "about", &r->m->about);
    if (status == ORIEL_OK)
        status = own_text(r, "made_by", &r->m->made_by);
    return status;
}

/* Type names, each with a NUL after it; none twice. */
static oriel_status read_types(const struct model_reading *r)
{
    struct tagset *tags = r->m->tags;
    struct tensor types;
    oriel_status status = container_tensor(r->c, "types", DTYPE_U8, 1, &types, r->err);
    if (status != ORIEL_OK)
        return status;
    const char *names = types.data;
    for (size_t at = 0; at < types.shape[0];) {
        const char *end = memchr(names + at, 0, types.shape[0] - at);
        size_t n = end ? (size_t)(end - names) - at : 0;
        if (n == 0 || utf8_valid_prefix(names + at, n) < n)
            return bad(r, "type names with a NUL after each", "another list");
        if (tagset_find_type(tags, names + at, n) >= 0)
            return bad(r, "each type once", names + at);
        if (tagset_add_type(tags, names + at, n) < 0)
            return error_memory(r->err);
        at += n + 1;
    }
    if (tagset_types(tags) == 0 || (r->m->scope != SCOPE_ALL && tagset_types(tags) > 1))
        return bad(r, "as many types as the scope has", "others");
    return ORIEL_OK;
}

static oriel_status read_tagset(const struct model_reading *r)
{
    const char *scheme_text;
    const char *scope_text;
    enum scheme scheme;
    size_t bare = 0;
    oriel_status status = text_of(r, "scheme", &scheme_text);
    if (status == ORIEL_OK)
        status = text_of(r, "scope", &scope_text);
    if (status == ORIEL_OK)
        status = size_of(r, "bare_names", 1, &bare);
    if (status != ORIEL_OK)
        return status;
    if (!scheme_from_name(scheme_text, &scheme))
        return bad(r, "a tag scheme that is known here", scheme_text);
    if (!scope_from_name(scope_text, &r->m->scope))
        return bad(r, "a scope that is known here", scope_text);
    r->m->tags = tagset_new();
    if (!r->m->tags)
        return error_memory(r->err);
    tagset_set_scheme(r->m->tags, scheme, bare);
    return read_types(r);
}

static oriel_status read_words(const struct model_reading *r)
{
    struct tensor text;
    struct tensor ends;
    struct tensor counts;
    oriel_status status = container_tensor(r->c, "words.text", DTYPE_U8, 1, &text, r->err);
    if (status == ORIEL_OK)
        status = container_tensor(r->c, "words.ends", DTYPE_U64, 1, &ends, r->err);
    if (status == ORIEL_OK)
        status = container_tensor(r->c, "words.counts", DTYPE_U64, 1, &counts, r->err);
    if (status != ORIEL_OK)
        return status;
    if (ends.shape[0] != counts.shape[0] || ends.shape[0] >= INT32_MAX - VOCAB_SPECIAL)
        return bad(r, "as many counts as words", "another number");
    oriel_error why;
    status = vocab_from_stored(&r->m->words, text.data, text.shape[0], ends.data, counts.data, ends.shape[0], &why);
    return said_by_part(r, status, &why);
}

static oriel_status floats_of(const struct model_reading *r, const char *name, size_t n_dims, struct tensor *out)
{
    oriel_status status = container_tensor(r->c, name, DTYPE_F32, n_dims, out, r->err);
    if (status != ORIEL_OK)
        return status;
    size_t n = n_dims == 2 ? out->shape[0] * out->shape[1] : out->shape[0]; /* the container has checked the product */
    return reals_are_finite(out->data, n) ? ORIEL_OK : bad(r, "finite numbers", name);
}

static oriel_status read_layer(const struct model_reading *r, size_t layer)
{
    struct blueprint *net = &r->m->net;
    char name[LAYER_NAME_SIZE];
    struct tensor weight;
    struct tensor bias;
    layer_name(name, layer, "weight");
    oriel_status status = floats_of(r, name, 2, &weight);
    layer_name(name, layer, "bias");
    if (status == ORIEL_OK)
        status = floats_of(r, name, 1, &bias);
    if (status != ORIEL_OK)
        return status;
    size_t out = weight.shape[0];
    if (layer < net->n_hidden)
        net->hidden[layer] = out;
    else
        net->n_outputs = out;
    if (out == 0 || out > INT32_MAX || bias.shape[0] != out || weight.shape[1] != network_in(net, layer))
        return bad(r, "layers that fit each other", name);
    /* weights are only read through a model, which is const for all who have one */
    r->m->params.weight[layer] = (real *)(uintptr_t)weight.data;
    r->m->params.bias[layer] = (real *)(uintptr_t)bias.data;
    return ORIEL_OK;
}

static oriel_status read_weights(const struct model_reading *r)
{
    struct blueprint *net = &r->m->net;
    struct tensor table;
    const char *activation;
    oriel_status status = floats_of(r, "words.vectors", 2, &table);
    if (status == ORIEL_OK)
        status = size_of(r, "window", MAX_WINDOW, &net->window);
    if (status == ORIEL_OK)
        status = size_of(r, "layers", NETWORK_MAX_HIDDEN, &net->n_hidden);
    if (status == ORIEL_OK)
        status = text_of(r, "activation", &activation);
    if (status != ORIEL_OK)
        return status;
    if (!activation_from_name(activation, &net->activation))
        return bad(r, "an activation that is known here", activation);
    net->width = table.shape[1];
    if (net->window % 2 == 0 || net->width == 0 || net->width > 65536 || table.shape[0] != vocab_size(r->m->words))
        return bad(r, "an odd window and a row for each word", "other sizes");
    r->m->table = (real *)(uintptr_t)table.data;
    for (size_t l = 0; l <= net->n_hidden && status == ORIEL_OK; l++)
        status = read_layer(r, l);
    if (status == ORIEL_OK && net->n_outputs != tagset_types(r->m->tags))
        return bad(r, "an output for each type", "another number");
    return status;
}

static oriel_status read_tokenizer(const struct model_reading *r)
{
    struct tensor rules;
    oriel_status status = container_tensor(r->c, "tokenizer", DTYPE_U8, 1, &rules, r->err);
    if (status != ORIEL_OK)
        return status;
    if (memchr(rules.data, 0, rules.shape[0]))
        return bad(r, "tokenizer rules as text", "a NUL");
    char *text = mem_string(rules.data, rules.shape[0]);
    if (!text)
        return error_memory(r->err);
    oriel_error why;
    status = tokenizer_new(&r->m->tokenizer, text, "its tokenizer rules", &why);
    mem_free(text);
    return said_by_part(r, status, &why);
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
            return bad(r, "rising hashes of names", "others");
    return ORIEL_OK;
}

/* Takes the container. */
static oriel_status model_from_container(oriel_model **out, struct container *take_c, oriel_error *err)
{
    static oriel_status (*const parts[])(const struct model_reading *) = {
        read_texts, read_strings, read_tagset, read_words, read_weights, read_tokenizer, read_seen};
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
    oriel_status status = container_open(&c, path, err);
    return status == ORIEL_OK ? model_from_container(out, c, err) : status;
}

oriel_status oriel_model_parse(oriel_model **out, const void *bytes, size_t n, oriel_error *err)
{
    struct container *c;
    *out = NULL;
    oriel_status status = container_parse(&c, bytes, n, err);
    return status == ORIEL_OK ? model_from_container(out, c, err) : status;
}
