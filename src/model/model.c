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
    i->head = head_name(m->head);
    i->activation = activation_name(m->net.activation);
    i->scheme = scheme_name(tagset_scheme(m->tags));
    i->trained_on = m->trained_on ? m->trained_on : "";
    i->about = m->about ? m->about : "";
    i->made_by = m->made_by ? m->made_by : "";
    i->n_words = vocab_size(m->words);
    i->dim = m->net.width;
    i->window = m->net.window;
    i->n_hidden = m->net.n_hidden;
    memcpy(i->hidden, m->net.hidden, sizeof i->hidden);
    i->n_outputs = m->net.n_outputs;
    i->n_types = tagset_types(m->tags);
    i->n_network_weights = network_count(&m->net);
    i->n_weights = i->n_network_weights + i->n_words * i->dim;
}

void oriel_model_free(oriel_model *m)
{
    if (!m)
        return;
    tokenizer_free(m->tokenizer);
    vocab_free(m->words);
    tagset_free(m->tags);
    params_clear(&m->params);
    if (!m->file) {
        mem_free(m->seen.hashes);
        mem_free(m->table);
    }
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
