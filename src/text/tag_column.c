/*
 * A scheme is known only when all tags were seen, so sentences are spelled out again from prefixes and types, once to
 * look at all of them and once to convert them.
 */
#include "text/tag_column.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

bool tag_column_add(struct tag_column *column, size_t n, char prefix, int32_t type)
{
    char *prefixes = mem_grow(column->prefixes, &column->cap_prefixes, n + 1, sizeof *prefixes);
    if (!prefixes)
        return false;
    column->prefixes = prefixes;
    int32_t *types = mem_grow(column->types, &column->cap_types, n + 1, sizeof *types);
    if (!types)
        return false;
    column->types = types;
    prefixes[n] = prefix;
    types[n] = type;
    return true;
}

void tag_column_clear(struct tag_column *column)
{
    mem_free(column->prefixes);
    mem_free(column->types);
    *column = (struct tag_column){0};
}

bool conversion_reserve(struct conversion *v)
{
    const struct sentences *s = &v->c->s;
    size_t longest = 0;
    for (size_t i = 0; i < s->n_sentences; i++)
        longest = s->starts[i + 1] - s->starts[i] > longest ? s->starts[i + 1] - s->starts[i] : longest;
    v->spelled = mem_alloc(longest, sizeof *v->spelled);
    v->types = mem_alloc(longest, sizeof *v->types);
    return v->spelled && v->types;
}

void conversion_clear(struct conversion *v)
{
    mem_free(v->spelled);
    mem_free(v->types);
}

/* The tags of sentence i as they were spelled, to v->spelled and v->types; returns their number. */
static size_t recall_sentence(struct conversion *v, const struct tag_column *column, size_t i)
{
    size_t start = v->c->s.starts[i];
    size_t n = v->c->s.starts[i + 1] - start;
    for (size_t k = 0; k < n; k++) {
        int32_t type = column->types[start + k];
        const char *name = type < 0 ? "" : tagset_type_name(v->t, type);
        v->types[k] = type;
        v->spelled[k] = (struct spelled){column->prefixes[start + k], name, strlen(name)};
    }
    return n;
}

/* ORIEL_EFORMAT at token k of sentence i, which is spelled in the scratch. */
static oriel_status bad_tag(const struct conversion *v, size_t i, size_t k, const char *reason, oriel_error *err)
{
    char prefix[3] = {v->spelled[k].prefix, '-', 0};
    if (!prefix[0] || !strchr("BIES", prefix[0]))
        prefix[1] = 0;
    return error_at(err, ORIEL_EFORMAT, corpus_file_name(v->files[corpus_file_of(v->c, i)]), v->c->s.lines[i] + k,
                    "tag '%s%s' %s", prefix, v->spelled[k].name, reason);
}

/* Refuses the first tag that is bare where those before have prefixes, or the other way round.  is_bare: what is
 * expected of the first, -1 for either. */
static oriel_status find_mixed(struct conversion *v, const struct tag_column *column, int is_bare, oriel_error *err)
{
    for (size_t i = 0; i < v->c->s.n_sentences; i++) {
        size_t n = recall_sentence(v, column, i);
        for (size_t k = 0; k < n; k++) {
            if (v->spelled[k].prefix == 'O' || v->spelled[k].prefix == '?')
                continue;
            if (is_bare >= 0 && is_bare != (v->spelled[k].prefix == 0))
                return bad_tag(v, i, k,
                               is_bare ? "has a prefix, expected none as in all tags before"
                                       : "has no prefix B-, I-, E- or S-, expected one as in all tags before",
                               err);
            is_bare = v->spelled[k].prefix == 0;
        }
    }
    return ORIEL_OK;
}

/* "B" and "I" beside "O" are prefixes that lost their type, not types. */
static oriel_status find_lost_type(struct conversion *v, const struct tag_column *column, oriel_error *err)
{
    if (tagset_find_type(v->t, "B", 1) < 0 && tagset_find_type(v->t, "I", 1) < 0)
        return ORIEL_OK;
    for (size_t i = 0; i < v->c->s.n_sentences; i++) {
        size_t n = recall_sentence(v, column, i);
        for (size_t k = 0; k < n; k++) {
            const struct spelled *tag = &v->spelled[k];
            if (tag->prefix == 0 && tag->n == 1 && (tag->name[0] == 'B' || tag->name[0] == 'I'))
                return bad_tag(v, i, k, "has no type; expected one, as in 'B-PER'", err);
        }
    }
    return ORIEL_OK;
}

/* Sets the scheme that the column is written in. */
static oriel_status settle_scheme(struct conversion *v, const struct tag_column *column, oriel_error *err)
{
    struct scheme_evidence e = {0};
    enum scheme scheme;
    bool has_bare_names;
    for (size_t i = 0; i < v->c->s.n_sentences; i++) {
        size_t n = recall_sentence(v, column, i);
        scheme_observe(&e, v->spelled, n);
    }
    bool wants_plain = v->keeps_bare && tagset_scheme(v->t) == SCHEME_PLAIN;
    bool saw_prefix = e.saw_begin || e.saw_inside || e.saw_end || e.saw_single;
    if (!scheme_recognise(&e, &scheme, &has_bare_names) || (wants_plain && saw_prefix))
        return find_mixed(v, column, wants_plain ? 1 : -1, err);
    if (!v->learns_scheme || (v->keeps_bare && !e.saw_bare && !saw_prefix))
        return ORIEL_OK;
    if (v->keeps_bare && e.saw_bare) {
        has_bare_names = !wants_plain;
        scheme = has_bare_names ? SCHEME_IO : SCHEME_PLAIN;
    }
    tagset_set_scheme(v->t, scheme, has_bare_names);
    return has_bare_names ? find_lost_type(v, column, err) : ORIEL_OK;
}

static oriel_status convert_sentence(struct conversion *v, struct tag_column *column, size_t i, oriel_error *err)
{
    struct corpus *c = v->c;
    int32_t *tags = column->types + c->s.starts[i];
    size_t n = recall_sentence(v, column, i);
    size_t first = 0;
    tags_from_spelled(tags, v->spelled, v->types, n, tagset_scheme(v->t) == SCHEME_PLAIN);
    size_t n_bad = tags_count_bad(v->t, v->spelled, tags, n, &first);
    if (n_bad == 0)
        return ORIEL_OK;
    if (v->refuses_bad) {
        char reason[64];
        snprintf(reason, sizeof reason, "cannot stand here in scheme %s", scheme_name(tagset_scheme(v->t)));
        return bad_tag(v, i, first, reason, err);
    }
    if (c->n_bad_tags == 0) {
        c->first_bad_file = corpus_file_of(c, i);
        c->first_bad_line = c->s.lines[i] + first;
    }
    c->n_bad_tags += n_bad;
    return ORIEL_OK;
}

oriel_status conversion_run(struct conversion *v, struct tag_column *column, int32_t **tags, oriel_error *err)
{
    oriel_status status = settle_scheme(v, column, err);
    for (size_t i = 0; i < v->c->s.n_sentences && status == ORIEL_OK; i++)
        status = convert_sentence(v, column, i, err);
    if (status != ORIEL_OK)
        return status;
    *tags = column->types;
    column->types = NULL;
    return ORIEL_OK;
}
