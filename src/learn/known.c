#include "learn/known.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

void types_found(bool *is_found, const struct corpus *c, const struct tagset *t)
{
    memset(is_found, 0, tagset_types(t) * sizeof *is_found);
    for (size_t i = 0; i < c->s.n_tokens; i++)
        if (tag_has_type(c->tags[i]))
            is_found[tag_type(c->tags[i])] = true;
}

bool types_list(struct bytes *out, const struct tagset *t, const bool *is_listed)
{
    size_t n_types = tagset_types(t);
    bool is_sayable = memchr(is_listed, false, n_types * sizeof *is_listed) != NULL;
    for (size_t k = 0; k < n_types && is_sayable; k++)
        is_sayable = !is_listed[k] || !strchr(tagset_type_name(t, (int32_t)k), ',');
    bool is_done = true;
    for (size_t k = 0; k < n_types && is_sayable && is_done; k++) {
        const char *name = tagset_type_name(t, (int32_t)k);
        is_done =
            !is_listed[k] || ((out->n == 0 || bytes_append(out, ",", 1)) && bytes_append(out, name, strlen(name)));
    }
    return is_done;
}

oriel_status known_make(struct known *k, const struct corpus *c, const struct tagset *all, const char *const *lists,
                        bool as_found, oriel_error *err)
{
    size_t n_types = tagset_types(all);
    *k = (struct known){
        .is_known = mem_alloc(c->n_files, n_types * sizeof *k->is_known), .n_files = c->n_files, .n_types = n_types};
    if (!k->is_known)
        return error_memory(err);
    oriel_status status = ORIEL_OK;
    for (size_t file = 0; file < c->n_files && status == ORIEL_OK; file++) {
        const char *list = lists && lists[file] && *lists[file] ? lists[file] : NULL;
        bool *is_known = k->is_known + file * n_types;
        if (!list && as_found)
            types_found(is_known, c, all);
        else
            status = types_listed(is_known, all, list, "--known-types", err);
    }
    return status;
}

void known_clear(struct known *k)
{
    mem_free(k->is_known);
    *k = (struct known){0};
}

void known_apply(const struct known *k, struct corpus *c)
{
    for (size_t file = 0; file < c->n_files; file++) {
        size_t last = file + 1 < c->n_files ? c->file_starts[file + 1] : c->s.n_sentences;
        const bool *is_known = k->is_known + file * k->n_types;
        for (size_t t = c->s.starts[c->file_starts[file]]; t < c->s.starts[last]; t++)
            if (tag_has_type(c->tags[t]) && !is_known[tag_type(c->tags[t])])
                c->tags[t] = TAG_OUTSIDE;
    }
}

bool known_somewhere(const struct known *k, int32_t type)
{
    bool is_known = false;
    for (size_t file = 0; file < k->n_files; file++)
        is_known = is_known || k->is_known[file * k->n_types + (size_t)type];
    return is_known;
}

static bool are_together(const struct known *k, size_t a, size_t b)
{
    for (size_t file = 0; file < k->n_files; file++)
        if (k->is_known[file * k->n_types + a] && k->is_known[file * k->n_types + b])
            return true;
    return false;
}

bool known_together(const struct known *k, bool *out, const bool *old, size_t n_old)
{
    bool are_some_apart = false;
    for (size_t a = 0; a < k->n_types; a++)
        for (size_t b = 0; b < k->n_types; b++) {
            bool are_old = a < n_old && b < n_old;
            bool is = are_old ? !old || old[a * n_old + b] : are_together(k, a, b);
            out[a * k->n_types + b] = is;
            are_some_apart = are_some_apart || !is;
        }
    return are_some_apart;
}

bool known_rename(struct known *k, const struct tagset *all, const struct tagset *to)
{
    struct known renamed = {.n_files = k->n_files, .n_types = tagset_types(to)};
    renamed.is_known = mem_alloc(k->n_files, renamed.n_types * sizeof *renamed.is_known);
    if (!renamed.is_known)
        return false;
    for (size_t type = 0; type < renamed.n_types; type++) {
        const char *name = tagset_type_name(to, (int32_t)type);
        int32_t from = tagset_find_type(all, name, strlen(name));
        for (size_t file = 0; file < k->n_files; file++)
            renamed.is_known[file * renamed.n_types + type] = from < 0 || k->is_known[file * k->n_types + (size_t)from];
    }
    known_clear(k);
    *k = renamed;
    return true;
}
