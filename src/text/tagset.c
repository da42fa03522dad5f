/*
 * A type's tags are strings of one block, so that every spelling of it can be lent out whatever the scheme is now or
 * will be.  What stands in a file is decided by one function, prefix_at: spelling tags and counting impossible
 * ones both ask it.
 */
#include "text/tagset.h"

#include <string.h>

#include <xxhash.h>

#include "base/memory.h"

static const char prefixes[] = "BIES";

enum {
    N_PREFIXES = 4,
    MAX_TYPES = 1 << 28, /* 1 + 4 * type is still an int32_t */
    FIRST_SLOTS = 64
};

struct name {
    char *spelled; /* "B-x", "I-x", "E-x", "S-x": each n + 3 bytes with its NUL; x alone is the tail of each */
    size_t n;
};

struct tagset {
    struct name *names; /* [n_types] in the order they came */
    size_t n_types, cap_types;
    int32_t *slots; /* [n_slots] hash table of types, -1: free; a power of two, at most half full */
    size_t n_slots;
    enum scheme scheme;
    bool has_bare_names;
};

/* ---- types ------------------------------------------------------------------------------------------------------ */

struct tagset *tagset_new(void)
{
    struct tagset *t = mem_zero(1, sizeof *t);
    if (t)
        t->scheme = SCHEME_IOB2;
    return t;
}

void tagset_free(struct tagset *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n_types; i++)
        mem_free(t->names[i].spelled);
    mem_free(t->names);
    mem_free(t->slots);
    mem_free(t);
}

struct tagset *tagset_copy(const struct tagset *t)
{
    struct tagset *copy = tagset_new();
    if (!copy)
        return NULL;
    tagset_set_scheme(copy, t->scheme, t->has_bare_names);
    for (size_t i = 0; i < t->n_types; i++) {
        const char *name = tagset_type_name(t, (int32_t)i);
        if (tagset_add_type(copy, name, t->names[i].n) >= 0)
            continue;
        tagset_free(copy);
        return NULL;
    }
    return copy;
}

size_t tagset_types(const struct tagset *t)
{
    return t->n_types;
}

const char *tagset_type_name(const struct tagset *t, int32_t type)
{
    return t->names[type].spelled + 2;
}

/* The slot that holds the name, or the free one where it would go; there are free ones. */
static size_t find_slot(const struct tagset *t, const char *name, size_t n)
{
    size_t slot = XXH3_64bits(name, n) & (t->n_slots - 1);
    while (t->slots[slot] >= 0) {
        const struct name *there = &t->names[t->slots[slot]];
        if (there->n == n && memcmp(there->spelled + 2, name, n) == 0)
            break;
        slot = (slot + 1) & (t->n_slots - 1);
    }
    return slot;
}

int32_t tagset_find_type(const struct tagset *t, const char *name, size_t n)
{
    return t->n_slots == 0 ? -1 : t->slots[find_slot(t, name, n)];
}

static bool widen_slots(struct tagset *t)
{
    size_t n_slots = t->n_slots == 0 ? FIRST_SLOTS : 2 * t->n_slots;
    int32_t *slots = mem_alloc(n_slots, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < n_slots; i++)
        slots[i] = -1;
    mem_free(t->slots);
    t->slots = slots;
    t->n_slots = n_slots;
    for (size_t i = 0; i < t->n_types; i++)
        slots[find_slot(t, t->names[i].spelled + 2, t->names[i].n)] = (int32_t)i;
    return true;
}

static char *spell_type(const char *name, size_t n)
{
    char *spelled = mem_alloc(N_PREFIXES, n + 3);
    for (size_t i = 0; spelled && i < N_PREFIXES; i++) {
        char *at = spelled + i * (n + 3);
        at[0] = prefixes[i];
        at[1] = '-';
        memcpy(at + 2, name, n);
        at[n + 2] = 0;
    }
    return spelled;
}

int32_t tagset_add_type(struct tagset *t, const char *name, size_t n)
{
    int32_t found = tagset_find_type(t, name, n);
    if (found >= 0)
        return found;
    if (t->n_types >= MAX_TYPES)
        return -1;
    struct name *names = mem_grow(t->names, &t->cap_types, t->n_types + 1, sizeof *names);
    if (!names)
        return -1;
    t->names = names;
    if (2 * (t->n_types + 1) > t->n_slots && !widen_slots(t))
        return -1;
    char *spelled = spell_type(name, n);
    if (!spelled)
        return -1;
    int32_t type = (int32_t)t->n_types;
    t->slots[find_slot(t, name, n)] = type;
    t->names[t->n_types++] = (struct name){spelled, n};
    return type;
}

/* ---- schemes ---------------------------------------------------------------------------------------------------- */

static const char *const scheme_names[] = {"IO", "IOB1", "IOB2", "IOBES", "plain"};

enum scheme tagset_scheme(const struct tagset *t)
{
    return t->scheme;
}

bool tagset_has_bare_names(const struct tagset *t)
{
    return t->has_bare_names;
}

void tagset_set_scheme(struct tagset *t, enum scheme scheme, bool has_bare_names)
{
    t->scheme = scheme;
    t->has_bare_names = scheme == SCHEME_IO && has_bare_names;
}

const char *scheme_name(enum scheme scheme)
{
    return scheme_names[scheme];
}

bool scheme_from_name(const char *name, enum scheme *out)
{
    for (size_t i = 0; i < sizeof scheme_names / sizeof *scheme_names; i++) {
        if (strcmp(name, scheme_names[i]) != 0)
            continue;
        *out = (enum scheme)i;
        return true;
    }
    return false;
}

struct spelled tag_spell_out(const char *tag, size_t n)
{
    if (n == 1 && (tag[0] == 'O' || tag[0] == '?'))
        return (struct spelled){tag[0], tag + 1, 0};
    if (n >= 2 && tag[1] == '-' && memchr(prefixes, tag[0], N_PREFIXES))
        return (struct spelled){tag[0], tag + 2, n - 2};
    return (struct spelled){0, tag, n};
}

/* b has a type; a may be of the same. */
static bool may_have_type_of(const struct spelled *a, const struct spelled *b)
{
    return a->prefix == '?' || (a->prefix != 'O' && a->n == b->n && memcmp(a->name, b->name, a->n) == 0);
}

void scheme_observe(struct scheme_evidence *e, const struct spelled *tags, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        e->saw_outside |= tags[i].prefix == 'O';
        e->saw_bare |= tags[i].prefix == 0;
        e->saw_begin |= tags[i].prefix == 'B';
        e->saw_inside |= tags[i].prefix == 'I';
        e->saw_end |= tags[i].prefix == 'E';
        e->saw_single |= tags[i].prefix == 'S';
        if (tags[i].prefix == 'B' && (i == 0 || !may_have_type_of(&tags[i - 1], &tags[i])))
            e->begin_without_neighbour = true;
    }
}

bool scheme_recognise(const struct scheme_evidence *e, enum scheme *scheme, bool *has_bare_names)
{
    bool saw_prefix = e->saw_begin || e->saw_inside || e->saw_end || e->saw_single;
    if (e->saw_bare && saw_prefix)
        return false;
    *has_bare_names = e->saw_bare && e->saw_outside;
    if (e->saw_bare)
        *scheme = e->saw_outside ? SCHEME_IO : SCHEME_PLAIN;
    else if (e->saw_end || e->saw_single)
        *scheme = SCHEME_IOBES;
    else if (e->begin_without_neighbour || !saw_prefix)
        *scheme = SCHEME_IOB2;
    else
        *scheme = e->saw_begin ? SCHEME_IOB1 : SCHEME_IO;
    return true;
}

/* ---- tags and entities ------------------------------------------------------------------------------------------ */

/* conlleval's tables name no start for B after E of the same type; B starts there too, as it does everywhere else.
 * What comes after "?" may go on with an entity that is not known, so it is tag_begin only if it starts whatever is
 * before. */
void tags_from_spelled(int32_t *tags, const struct spelled *spelled, const int32_t *types, size_t n, bool is_plain)
{
    for (size_t i = 0; i < n; i++) {
        char prefix = spelled[i].prefix;
        char before = i == 0 ? 'O' : spelled[i - 1].prefix;
        bool is_start = is_plain || prefix == 'B' || prefix == 'S';
        if (before != '?')
            is_start = is_start || i == 0 || types[i - 1] != types[i] || before == 'E' || before == 'S';
        if (types[i] < 0)
            tags[i] = prefix == '?' ? TAG_UNKNOWN : TAG_OUTSIDE;
        else
            tags[i] = is_start ? tag_begin(types[i]) : tag_inside(types[i]);
    }
}

/* Token i has a type: may the one before be of the same? */
static bool has_neighbour(const int32_t *tags, size_t i)
{
    if (i == 0 || !tag_has_type(tags[i - 1]))
        return i > 0 && tags[i - 1] == TAG_UNKNOWN;
    return tag_type(tags[i - 1]) == tag_type(tags[i]);
}

/* Surely, whatever the token before is. */
static bool starts_entity(const int32_t *tags, size_t i)
{
    return tag_has_type(tags[i]) && (tag_begins(tags[i]) || !has_neighbour(tags, i));
}

static bool ends_entity(const int32_t *tags, size_t n, size_t i)
{
    return i + 1 == n || !tag_has_type(tags[i + 1]) || starts_entity(tags, i + 1);
}

static bool is_bare(const struct tagset *t)
{
    return t->has_bare_names || t->scheme == SCHEME_PLAIN;
}

/* How the set's scheme spells tag i: 'B' 'I' 'E' 'S' 'O' '?', 0: the bare name. */
static char prefix_at(const struct tagset *t, const int32_t *tags, size_t i, bool is_end)
{
    if (!tag_has_type(tags[i]))
        return tags[i] == TAG_UNKNOWN ? '?' : 'O';
    if (is_bare(t))
        return 0;
    bool is_start = starts_entity(tags, i);
    if (t->scheme == SCHEME_IOBES && is_end)
        return is_start ? 'S' : 'E';
    if (t->scheme == SCHEME_IOB1)
        is_start = is_start && has_neighbour(tags, i);
    return is_start && t->scheme != SCHEME_IO ? 'B' : 'I';
}

/* An entity before a token that is not known may go on or end there. */
static bool is_bad(const struct tagset *t, char prefix, const int32_t *tags, size_t n, size_t i)
{
    bool is_end = ends_entity(tags, n, i);
    if (prefix_at(t, tags, i, is_end) == prefix)
        return false;
    return i + 1 == n || tags[i + 1] != TAG_UNKNOWN || prefix_at(t, tags, i, !is_end) != prefix;
}

size_t tags_count_bad(const struct tagset *t, const struct spelled *spelled, const int32_t *tags, size_t n,
                      size_t *first)
{
    size_t n_bad = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_bad(t, spelled[i].prefix, tags, n, i))
            continue;
        if (n_bad++ == 0 && first)
            *first = i;
    }
    return n_bad;
}

size_t tags_to_entities(struct entity *out, const int32_t *tags, size_t n)
{
    size_t n_entities = 0;
    for (size_t i = 0; i < n; i++) {
        if (!tag_has_type(tags[i]))
            continue;
        if (starts_entity(tags, i) || tags[i - 1] == TAG_UNKNOWN)
            out[n_entities++] = (struct entity){i, i, tag_type(tags[i])};
        out[n_entities - 1].last = i + 1;
    }
    return n_entities;
}

void tags_from_entities(int32_t *tags, size_t n, const struct entity *entities, size_t n_entities)
{
    for (size_t i = 0; i < n; i++)
        tags[i] = TAG_OUTSIDE;
    for (size_t e = 0; e < n_entities; e++) {
        for (size_t i = entities[e].first; i < entities[e].last; i++)
            tags[i] = i == entities[e].first ? tag_begin(entities[e].type) : tag_inside(entities[e].type);
    }
}

/* Spelled tags are numbered so: 0 is O, then each type has its names in the order of `prefixes`, as many as the scheme
 * uses (the bare name counts as one). */
static size_t names_per_type(const struct tagset *t)
{
    if (t->scheme == SCHEME_IOBES)
        return N_PREFIXES;
    return t->scheme == SCHEME_IOB1 || t->scheme == SCHEME_IOB2 ? 2 : 1;
}

int32_t tag_spelled(const struct tagset *t, int32_t type, char prefix)
{
    int32_t per_type = (int32_t)names_per_type(t);
    return 1 + per_type * type + (per_type == 1 ? 0 : (int32_t)(strchr(prefixes, prefix) - prefixes));
}

void tags_spell(const struct tagset *t, int32_t *spelled, const int32_t *tags, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (tag_has_type(tags[i]))
            spelled[i] = tag_spelled(t, tag_type(tags[i]), prefix_at(t, tags, i, ends_entity(tags, n, i)));
        else
            spelled[i] = tags[i];
    }
}

const char *tagset_tag_name(const struct tagset *t, int32_t spelled)
{
    if (spelled <= 0)
        return spelled == 0 ? "O" : "?";
    size_t per_type = names_per_type(t);
    const struct name *name = &t->names[(size_t)(spelled - 1) / per_type];
    if (is_bare(t))
        return name->spelled + 2;
    size_t place = t->scheme == SCHEME_IO ? 1 : (size_t)(spelled - 1) % per_type;
    return name->spelled + place * (name->n + 3);
}

size_t tagset_tag_names(const struct tagset *t)
{
    return 1 + t->n_types * names_per_type(t);
}
