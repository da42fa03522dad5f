#include "learn/data_read.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

/* ---- the training corpus ---- */

/* The types that the model will have: those of the one that it goes on from, and then those that some file labels.  NULL: no
 * memory. */
static struct tagset *types_for(const struct tagset *all, const oriel_train_options *o, enum scope scope,
                                const struct known *known)
{
    struct tagset *t = o->continue_from ? tagset_copy(o->continue_from->tags) : tagset_new();
    if (!t)
        return NULL;
    if (!o->continue_from)
        tagset_set_scheme(t, tagset_scheme(all), tagset_has_bare_names(all));
    bool is_done = scope == SCOPE_ALL || tagset_add_type(t, o->type, strlen(o->type)) >= 0;
    for (size_t k = 0; k < tagset_types(all) && scope == SCOPE_ALL && is_done; k++) {
        const char *name = tagset_type_name(all, (int32_t)k);
        is_done = !known_somewhere(known, (int32_t)k) || tagset_add_type(t, name, strlen(name)) >= 0;
    }
    if (is_done)
        return t;
    tagset_free(t);
    return NULL;
}

static oriel_status read_scoped(struct corpus *c, const char *const *files, size_t n_files,
                                const oriel_train_options *o, struct tagset *all, oriel_error *err)
{
    if (!all)
        return error_memory(err);
    return corpus_read(c, all, true, files, n_files, &o->columns, err);
}

static enum scope scope_of(const oriel_train_options *o)
{
    if (!o->type)
        return SCOPE_ALL;
    return strcmp(o->type, "any") == 0 ? SCOPE_ANY : SCOPE_ONE;
}

/* Makes the model's types and brings the corpus to them. */
static oriel_status take_types(struct data *d, oriel_model *m, const struct tagset *all, const oriel_train_options *o,
                               oriel_error *err)
{
    bool as_found = o->continue_from && tagset_scheme(all) != SCHEME_PLAIN;
    oriel_status status = known_make(&d->known, &d->train_corpus, all, o->known_types, as_found, err);
    if (status != ORIEL_OK)
        return status;
    known_apply(&d->known, &d->train_corpus);
    m->tags = types_for(all, o, m->scope, &d->known);
    enum scope how = m->scope == SCOPE_ANY ? SCOPE_ANY : SCOPE_ONE; /* types that are not kept become outside */
    if (!m->tags || !scope_apply(&d->train_corpus, all, how, m->tags) || !known_rename(&d->known, all, m->tags))
        return error_memory(err);
    return ORIEL_OK;
}

static bool has_tags(const struct corpus *c)
{
    for (size_t i = 0; i < c->s.n_tokens; i++)
        if (tag_has_type(c->tags[i]))
            return true;
    return false;
}

/* Whether a corpus with these types can be learned at all. */
static oriel_status check_train(const struct corpus *c, const struct tagset *all, const oriel_train_options *o,
                                enum scope scope, oriel_error *err)
{
    const oriel_model *old = o->continue_from;
    if (scope == SCOPE_ONE && tagset_find_type(all, o->type, strlen(o->type)) < 0)
        return error_at(err, ORIEL_EARG, NULL, 0, "--type %s: the training corpus has no such type", o->type);
    if (!has_tags(c))
        return error_at(err, ORIEL_EFORMAT, o->train[0], 0, "expected tags, found O alone");
    if (c->s.n_tokens > INT32_MAX)
        return error_at(err, ORIEL_ELIMIT, o->train[0], 0, "more than 2147483647 tokens");
    if (old && model_is_plain(old) != (tagset_scheme(all) == SCHEME_PLAIN))
        return error_at(err, ORIEL_EFORMAT, o->train[0], 0, "expected %s as in the model to go on from, found %s",
                        model_is_plain(old) ? "a label for every token" : "entities and O",
                        model_is_plain(old) ? "entities and O" : "a label for every token");
    return ORIEL_OK;
}

oriel_status data_read_train(struct data *d, oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    m->scope = scope_of(o);
    bool has_types = o->continue_from && m->scope == SCOPE_ALL; /* which come first, as in the model */
    struct tagset *all = has_types ? tagset_copy(o->continue_from->tags) : tagset_new();
    oriel_status status = read_scoped(&d->train_corpus, o->train, o->n_train, o, all, err);
    if (status == ORIEL_OK)
        status = check_train(&d->train_corpus, all, o, m->scope, err);
    if (status == ORIEL_OK)
        status = take_types(d, m, all, o, err);
    tagset_free(all);
    return status;
}

/* ---- dev ---- */

oriel_status data_read_dev(struct data *d, const oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    d->dev_tags = tagset_copy(m->tags);
    if (!d->dev_tags)
        return error_memory(err);
    if (!o->dev)
        return ORIEL_OK;
    struct tagset *all = m->scope == SCOPE_ALL ? tagset_copy(m->tags) : tagset_new();
    oriel_status status = read_scoped(&d->dev_corpus, &o->dev, 1, o, all, err);
    if (status == ORIEL_OK && !scope_apply(&d->dev_corpus, all, m->scope, d->dev_tags))
        status = error_memory(err);
    if (status == ORIEL_OK && o->dev_types)
        status = corpus_keep_types(&d->dev_corpus, d->dev_tags, o->dev_types, err);
    tagset_free(all);
    return status;
}

/* ---- what is scored ---- */

/* Who goes on with a corpus that labels some types only has them scored: the others' finds would all count as wrong. */
oriel_status data_choose_dev_types(struct data *d, const oriel_model *m, const oriel_train_options *o, oriel_error *err)
{
    bool is_open = !o->dev_types && m->scope == SCOPE_ALL && !model_is_plain(m) && (!o->dev || o->continue_from);
    struct bytes list = {0};
    bool *is_scored = mem_alloc(tagset_types(d->dev_tags), sizeof *is_scored);
    bool is_done = is_scored;
    if (is_done && is_open) {
        types_found(is_scored, &d->dev_corpus, d->dev_tags);
        for (size_t k = 0; !o->dev && k < tagset_types(m->tags); k++)
            is_scored[k] = known_somewhere(&d->known, (int32_t)k);
        is_done = types_list(&list, m->tags, is_scored);
    }
    if (is_done && o->dev_types)
        is_done = bytes_append(&list, o->dev_types, strlen(o->dev_types));
    if (is_done && list.n > 0)
        is_done = (d->dev_types = mem_string(list.at, list.n));
    mem_free(is_scored);
    bytes_clear(&list);
    return is_done ? ORIEL_OK : error_memory(err);
}
