#include "model/model.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "text/reader.h"

const struct tagset *model_tagset(const oriel_model *m)
{
    return m->tags;
}

const struct seen_names *model_seen(const oriel_model *m)
{
    return &m->seen;
}

enum scope model_scope(const oriel_model *m)
{
    return m->scope;
}

void oriel_model_info(const oriel_model *m, oriel_info *out)
{
    *out = m->info;
}

const char *oriel_model_type_name(const oriel_model *m, size_t type)
{
    return type < tagset_types(m->tags) ? tagset_type_name(m->tags, (int32_t)type) : NULL;
}

const char *oriel_model_tag_name(const oriel_model *m, int tag)
{
    return tag >= 0 && (size_t)tag < tagset_tag_names(m->tags) ? tagset_tag_name(m->tags, tag) : NULL;
}

size_t oriel_model_tags(const oriel_model *m)
{
    return tagset_tag_names(m->tags);
}

const char *oriel_model_tokenizer(const oriel_model *m)
{
    return tokenizer_rules(m->tokenizer);
}

bool reals_are_finite(const real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

void model_complete_info(oriel_model *m)
{
    oriel_info *i = &m->info;
    i->head = head_name(m->net.head);
    i->activation = activation_name(m->net.activation);
    i->scheme = scheme_name(tagset_scheme(m->tags));
    i->trained_on = m->trained_on ? m->trained_on : "";
    i->about = m->about ? m->about : "";
    i->made_by = m->made_by ? m->made_by : "";
    i->width = m->net.width;
    i->o_bias = m->o_bias;
    i->temperature = m->temperature;
    i->confidence_power = m->confidence_power;
    i->confidence_factor = m->confidence_factor;
    i->confidence_ceiling = m->confidence_ceiling;
    i->n_chain_weights = m->net.head == HEAD_CRF ? m->net.n_outputs * (m->net.n_outputs + 2) : 0;
    i->features = m->features ? m->features : "";
    i->n_words = vocab_size(model_words(m));
    i->dim = m->tables.table[0].width;
    i->window = m->net.window;
    i->n_hidden = m->net.n_hidden;
    memcpy(i->hidden, m->net.hidden, sizeof i->hidden);
    i->n_outputs = m->net.n_outputs;
    i->n_types = tagset_types(m->tags);
    i->n_network_weights = network_count(&m->net) - i->n_chain_weights;
    i->n_weights = i->n_network_weights + i->n_chain_weights;
    for (size_t k = 0; k < m->tables.n; k++)
        i->n_weights += m->tables.table[k].rows * m->tables.table[k].width;
}

bool recipe_from_name(const char *name, const char **out)
{
    static const char *const names[] = {"classic", "standard"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            *out = names[i];
    return *out != NULL;
}

size_t model_outputs(enum head head, size_t n_types, bool is_plain)
{
    return head == HEAD_SIGMOID ? n_types : labels_count(n_types, is_plain);
}

bool model_make_rules(oriel_model *m)
{
    size_t n = m->net.n_outputs;
    m->rules = mem_alloc(n, (n + 2) * sizeof *m->rules);
    if (m->net.head == HEAD_SOFTMAX && !(m->no_chain = mem_zero(n, (n + 2) * sizeof *m->no_chain)))
        return false;
    if (m->rules)
        labels_rules(m->rules, m->rules + n, m->rules + 2 * n, tagset_types(m->tags), tagset_scheme(m->tags));
    return m->rules;
}

struct crf model_chain(const oriel_model *m)
{
    size_t n = m->net.n_outputs;
    return (struct crf){.n = n,
                        .start = m->params.start ? m->params.start : m->no_chain,
                        .end = m->params.end ? m->params.end : m->no_chain + n,
                        .trans = m->params.trans ? m->params.trans : m->no_chain + 2 * n,
                        .may_start = m->rules,
                        .may_end = m->rules + n,
                        .may_follow = m->rules + 2 * n};
}

void oriel_model_free(oriel_model *m)
{
    if (!m)
        return;
    tokenizer_free(m->tokenizer);
    channels_clear(&m->channels);
    tagset_free(m->tags);
    params_clear(&m->params);
    if (!m->file) {
        mem_free(m->seen.hashes);
        for (size_t k = 0; k < m->tables.n; k++)
            table_clear(&m->tables.table[k]);
    }
    mem_free(m->together);
    mem_free(m->features);
    mem_free(m->rules);
    mem_free(m->no_chain);
    mem_free(m->trained_on);
    mem_free(m->about);
    mem_free(m->made_by);
    container_close(m->file);
    mem_free(m);
}

oriel_status oriel_reader_open(oriel_reader **out, const oriel_model *m, const char *path,
                               const oriel_reader_options *o, oriel_error *err)
{
    *out = NULL;
    struct source *source;
    oriel_status status = source_open(&source, path, err);
    if (status != ORIEL_OK)
        return status;
    oriel_reader_options none = {0};
    return reader_new(out, m ? m->tokenizer : NULL, source, o ? o : &none, err);
}
