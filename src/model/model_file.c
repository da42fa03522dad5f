/*
 * A model as named tensors and strings, and back.  Whatever the file says is checked before it is believed: sizes against
 * each other and against the tensors that are there.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/decimal.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"

/* ---- writing ---- */

static bool put_number(struct container_writer *w, const char *key, uint64_t value)
{
    char text[32];
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

/* Tensors borrow their data, so what is made only for the file must live until it is written. */
struct stored_words {
    struct bytes strings;
    uint64_t *ends;   /* [n] */
    uint64_t *counts; /* [n] */
    size_t n;
};

static void stored_words_clear(struct stored_words *s)
{
    bytes_clear(&s->strings);
    mem_free(s->ends);
    mem_free(s->counts);
}

static bool stored_words_fill(struct stored_words *s, const struct vocab *words)
{
    s->n = vocab_size(words) - VOCAB_SPECIAL;
    s->ends = mem_alloc(s->n, sizeof *s->ends);
    s->counts = mem_alloc(s->n, sizeof *s->counts);
    if (!s->ends || !s->counts)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        size_t length;
        const char *word = vocab_word(words, (int32_t)(VOCAB_SPECIAL + i), &length);
        if (!bytes_append(&s->strings, word, length))
            return false;
        s->ends[i] = s->strings.n;
        s->counts[i] = vocab_word_count(words, (int32_t)(VOCAB_SPECIAL + i));
    }
    return true;
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
           put_real(w, "threshold", i->threshold);
}

static void layer_name(char *out, size_t size, size_t layer, const char *part)
{
    snprintf(out, size, "layer.%zu.%s", layer, part);
}

/* names: one buffer per tensor, since the writer borrows them. */
static bool put_layers(struct container_writer *w, const oriel_model *m, char names[][32])
{
    for (size_t l = 0; l <= m->net.n_hidden; l++) {
        layer_name(names[2 * l], 32, l, "weight");
        layer_name(names[2 * l + 1], 32, l, "bias");
        size_t out = network_out(&m->net, l);
        if (!put_floats(w, names[2 * l], m->params.weight[l], out, network_in(&m->net, l)) ||
            !put_floats(w, names[2 * l + 1], m->params.bias[l], out, 0))
            return false;
    }
    return true;
}

oriel_status oriel_model_save(const oriel_model *m, const char *path, oriel_error *err)
{
    struct stored_words words = {0};
    struct bytes types = {0};
    char names[2 * (NETWORK_MAX_HIDDEN + 1)][32];
    const char *rules = tokenizer_rules(m->tokenizer);
    oriel_status status;
    struct container_writer *w = container_writer_new();
    if (!w || !stored_words_fill(&words, m->words) || !types_fill(&types, m->tags) || !put_strings(w, m) ||
        !put_list(w, "words.text", DTYPE_U8, words.strings.at, words.strings.n) ||
        !put_list(w, "words.ends", DTYPE_U64, words.ends, words.n) ||
        !put_list(w, "words.counts", DTYPE_U64, words.counts, words.n) ||
        !put_list(w, "types", DTYPE_U8, types.at, types.n) ||
        !put_list(w, "names.seen", DTYPE_U64, m->seen.hashes, m->seen.n) ||
        !put_list(w, "tokenizer", DTYPE_U8, rules, strlen(rules)) ||
        !put_floats(w, "words.vectors", m->table, vocab_size(m->words), m->net.width) || !put_layers(w, m, names))
        status = error_memory(err);
    else
        status = container_write(w, path, err);
    container_writer_free(w);
    stored_words_clear(&words);
    bytes_clear(&types);
    return status;
}

oriel_status oriel_model_save_check(const char *path, oriel_error *err)
{
    return container_write_check(path, err);
}

/* ---- reading ---- */

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
    uint64_t value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || value > max)
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

static oriel_status real_of(const struct model_reading *r, const char *key, double *out)
{
    const char *text;
    oriel_status status = text_of(r, key, &text);
    if (status != ORIEL_OK)
        return status;
    float value;
    size_t n = strlen(text);
    if (n == 0 || decimal_read(text, n, &value) != n || !isfinite(value))
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
        double *out;
    } reals[] = {{"loss", &i->loss},
                 {"dev_precision", &i->dev_precision},
                 {"dev_recall", &i->dev_recall},
                 {"dev_f1", &i->dev_f1},
                 {"threshold", &i->threshold}};
    for (size_t k = 0; k < sizeof reals / sizeof *reals && status == ORIEL_OK; k++)
        status = real_of(r, reals[k].key, reals[k].out);
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

static oriel_status read_tagset(const struct model_reading *r)
{
    struct tensor types;
    const char *scheme_text;
    const char *scope_text;
    enum scheme scheme;
    size_t bare = 0;
    oriel_status status = container_tensor(r->c, "types", DTYPE_U8, 1, &types, r->err);
    if (status == ORIEL_OK)
        status = text_of(r, "scheme", &scheme_text);
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
    const char *names = types.data;
    for (size_t at = 0, i = 0; at < types.shape[0]; i++) {
        const char *end = memchr(names + at, 0, types.shape[0] - at);
        if (!end || end == names + at)
            return bad(r, "type names with a NUL after each", "another list");
        int32_t id = tagset_add_type(r->m->tags, names + at, (size_t)(end - names) - at);
        if (id < 0)
            return error_memory(r->err);
        if ((size_t)id != i)
            return bad(r, "each type once", names + at);
        at = (size_t)(end - names) + 1;
    }
    return tagset_types(r->m->tags) ? ORIEL_OK : bad(r, "a type", "none");
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
    return vocab_from_stored(&r->m->words, text.data, text.shape[0], ends.data, counts.data, ends.shape[0], r->err);
}

/* All in one direction: finite numbers only, as training never writes others. */
static bool all_finite(const real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

static oriel_status floats_of(const struct model_reading *r, const char *name, size_t n_dims, struct tensor *out)
{
    oriel_status status = container_tensor(r->c, name, DTYPE_F32, n_dims, out, r->err);
    if (status != ORIEL_OK)
        return status;
    size_t n = n_dims == 2 ? out->shape[0] * out->shape[1] : out->shape[0]; /* the container has checked the product */
    return all_finite(out->data, n) ? ORIEL_OK : bad(r, "finite numbers", name);
}

static oriel_status read_layer(const struct model_reading *r, size_t layer)
{
    struct blueprint *net = &r->m->net;
    char name[32];
    struct tensor weight;
    struct tensor bias;
    layer_name(name, sizeof name, layer, "weight");
    oriel_status status = floats_of(r, name, 2, &weight);
    layer_name(name, sizeof name, layer, "bias");
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
        status = size_of(r, "window", 31, &net->window);
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
    char *text = mem_string(rules.data, rules.shape[0]);
    if (!text)
        return error_memory(r->err);
    status = tokenizer_new(&r->m->tokenizer, text, container_name(r->c), r->err);
    mem_free(text);
    return status;
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
