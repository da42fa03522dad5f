#include "model/scope.h"

#include <string.h>

#include "base/memory.h"

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

bool scope_apply(struct corpus *c, const struct tagset *from, enum scope scope, struct tagset *to)
{
    int32_t *new_type = mem_alloc(tagset_types(from), sizeof *new_type);
    if (!new_type)
        return false;
    bool is_done = map_types(new_type, from, scope, to);
    for (size_t i = 0; is_done && i < c->s.n_tokens; i++) {
        if (!tag_has_type(c->tags[i]))
            continue;
        int32_t type = new_type[tag_type(c->tags[i])];
        c->tags[i] = type < 0 ? TAG_OUTSIDE : tag_begins(c->tags[i]) ? tag_begin(type) : tag_inside(type);
    }
    mem_free(new_type);
    return is_done;
}
