#include "model/scope.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

static const char *const scope_names[] = {"all", "one", "any"};

const char *scope_name(enum scope s)
{
    return scope_names[s];
}

bool scope_from_name(const char *name, enum scope *out)
{
    for (size_t i = 0; i < sizeof scope_names / sizeof *scope_names; i++) {
        if (strcmp(name, scope_names[i]) != 0)
            continue;
        *out = (enum scope)i;
        return true;
    }
    return false;
}

/* new_type [types of from]: what each becomes, -1 for outside. */
static bool map_types(int32_t *new_type, const struct tagset *from, enum scope scope, struct tagset *to)
{
    for (size_t i = 0; i < tagset_types(from); i++) {
        const char *name = tagset_type_name(from, (int32_t)i);
        if (scope == SCOPE_ANY)
            new_type[i] = 0;
        else if (scope == SCOPE_ONE)
            new_type[i] = tagset_find_type(to, name, strlen(name));
        else if ((new_type[i] = tagset_add_type(to, name, strlen(name))) < 0)
            return false;
    }
    return true;
}

/* The tags [n] of a sentence.  joins: neighbours whose types become one become one entity, as their scheme reads them. */
static void map_tags(int32_t *tags, size_t n, const int32_t *new_type, bool joins)
{
    int32_t before = TAG_OUTSIDE; /* as it was */
    for (size_t i = 0; i < n; i++) {
        int32_t tag = tags[i];
        int32_t type = tag_has_type(tag) ? new_type[tag_type(tag)] : -1;
        bool is_joined = joins && tag_has_type(tag) && tag_has_type(before) && tag_type(before) != tag_type(tag);
        if (tag_has_type(tag))
            tags[i] = type < 0 ? TAG_OUTSIDE : tag_begins(tag) && !is_joined ? tag_begin(type) : tag_inside(type);
        before = tag;
    }
}

bool scope_apply(struct corpus *c, const struct tagset *from, enum scope scope, struct tagset *to)
{
    int32_t *new_type = mem_alloc(tagset_types(from), sizeof *new_type);
    if (!new_type)
        return false;
    bool is_done = map_types(new_type, from, scope, to);
    bool joins = scope == SCOPE_ANY && tagset_scheme(from) == SCHEME_IO;
    for (size_t i = 0; is_done && i < c->s.n_sentences; i++)
        map_tags(c->tags + c->s.starts[i], c->s.starts[i + 1] - c->s.starts[i], new_type, joins);
    mem_free(new_type);
    return is_done;
}

oriel_status types_listed(bool *is_in, const struct tagset *t, const char *list, const char *option, oriel_error *err)
{
    size_t n_types = tagset_types(t);
    for (size_t k = 0; k < n_types; k++)
        is_in[k] = !list;
    while (list && *list) {
        size_t n = strcspn(list, ",");
        int32_t type = tagset_find_type(t, list, n);
        if (type < 0)
            return error_at(err, ORIEL_EARG, NULL, 0, "%s: \"%.*s\" is no type that is known here", option, (int)n,
                            list);
        is_in[type] = true;
        list += n + (list[n] == ',');
    }
    return ORIEL_OK;
}

oriel_status corpus_keep_types(struct corpus *c, const struct tagset *t, const char *list, oriel_error *err)
{
    bool *is_in = mem_alloc(tagset_types(t), sizeof *is_in);
    oriel_status status = is_in ? types_listed(is_in, t, list, "--types", err) : error_memory(err);
    for (size_t i = 0; i < c->s.n_tokens && status == ORIEL_OK; i++)
        if (tag_has_type(c->tags[i]) && !is_in[tag_type(c->tags[i])])
            c->tags[i] = TAG_OUTSIDE;
    mem_free(is_in);
    return status;
}
