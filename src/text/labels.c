/*
 * A label of IOBES is a type and a place in its entity, and the place is two answers: does an entity start here, does
 * it end here.  Everything below asks these two of a token and its neighbours.
 */
#include "text/labels.h"

enum place { PLACE_BEGIN, PLACE_INSIDE, PLACE_END, PLACE_SINGLE, N_PLACES };

int32_t label_of(int32_t type, bool is_start, bool is_end)
{
    enum place place = is_start ? (is_end ? PLACE_SINGLE : PLACE_BEGIN) : is_end ? PLACE_END : PLACE_INSIDE;
    return 1 + N_PLACES * type + (int32_t)place;
}

static int32_t type_of(int32_t label)
{
    return (label - 1) / N_PLACES;
}

static enum place place_of(int32_t label)
{
    return (enum place)((label - 1) % N_PLACES);
}

static bool is_start(int32_t label)
{
    return label == LABEL_OUTSIDE || place_of(label) == PLACE_BEGIN || place_of(label) == PLACE_SINGLE;
}

static bool is_end(int32_t label)
{
    return label == LABEL_OUTSIDE || place_of(label) == PLACE_END || place_of(label) == PLACE_SINGLE;
}

size_t labels_count(size_t n_types, bool is_plain)
{
    return is_plain ? n_types : 1 + N_PLACES * n_types;
}

/* ---- labels and tags -------------------------------------------------------------------------------------------- */

/* May tag a be of an entity that has this type? */
static bool may_be_part(int32_t a, int32_t type)
{
    return a == TAG_UNKNOWN || (tag_has_type(a) && tag_type(a) == type);
}

static int32_t label_at(const int32_t *tags, size_t n, size_t i)
{
    int32_t type = tag_type(tags[i]);
    bool starts = tag_begins(tags[i]) || i == 0 || !may_be_part(tags[i - 1], type);
    bool goes_on = i + 1 < n && (tags[i + 1] == TAG_UNKNOWN || tags[i + 1] == tag_inside(type));
    return label_of(type, starts, !goes_on);
}

void labels_from_tags(int32_t *labels, const int32_t *tags, size_t n, bool is_plain)
{
    for (size_t i = 0; i < n; i++) {
        if (tag_has_type(tags[i]))
            labels[i] = is_plain ? tag_type(tags[i]) : label_at(tags, n, i);
        else
            labels[i] = is_plain || tags[i] == TAG_UNKNOWN ? LABEL_UNKNOWN : LABEL_OUTSIDE;
    }
}

/* Does a label that is inside or end go on from the one before? */
static bool goes_on_from(int32_t before, int32_t label)
{
    return before == LABEL_UNKNOWN || (!is_end(before) && type_of(before) == type_of(label));
}

static int32_t tag_at(const int32_t *labels, size_t i)
{
    if (labels[i] <= LABEL_OUTSIDE)
        return labels[i] == LABEL_UNKNOWN ? TAG_UNKNOWN : TAG_OUTSIDE;
    bool starts = is_start(labels[i]) || i == 0 || !goes_on_from(labels[i - 1], labels[i]);
    return starts ? tag_begin(type_of(labels[i])) : tag_inside(type_of(labels[i]));
}

void tags_from_labels(int32_t *tags, const int32_t *labels, size_t n, bool is_plain)
{
    for (size_t i = 0; i < n; i++) {
        if (is_plain)
            tags[i] = labels[i] == LABEL_UNKNOWN ? TAG_UNKNOWN : tag_begin(labels[i]);
        else
            tags[i] = tag_at(labels, i);
    }
}

int32_t label_spelled(const struct tagset *t, int32_t label)
{
    enum scheme scheme = tagset_scheme(t);
    if (scheme == SCHEME_PLAIN)
        return tag_spelled(t, label, 0);
    if (label == LABEL_OUTSIDE)
        return TAG_OUTSIDE;
    if (scheme == SCHEME_IOBES)
        return tag_spelled(t, type_of(label), "BIES"[place_of(label)]);
    return tag_spelled(t, type_of(label), scheme == SCHEME_IOB2 && is_start(label) ? 'B' : 'I');
}

/* ---- rules ------------------------------------------------------------------------------------------------------ */

/* b after a: goes on inside one entity, or lies apart from it. */
static bool may_step(int32_t a, int32_t b, enum scheme scheme)
{
    if (!is_end(a) || !is_start(b))
        return !is_end(a) && !is_start(b) && type_of(a) == type_of(b);
    bool are_neighbours = a != LABEL_OUTSIDE && b != LABEL_OUTSIDE && type_of(a) == type_of(b);
    return scheme != SCHEME_IO || !are_neighbours;
}

void labels_rules(bool *may_start, bool *may_end, bool *may_follow, size_t n_types, enum scheme scheme)
{
    bool is_plain = scheme == SCHEME_PLAIN;
    size_t n_labels = labels_count(n_types, is_plain);
    for (size_t a = 0; a < n_labels; a++) {
        int32_t from = (int32_t)a;
        may_start[a] = is_plain || is_start(from);
        may_end[a] = is_plain || is_end(from);
        for (size_t b = 0; b < n_labels; b++)
            may_follow[a * n_labels + b] = is_plain || may_step(from, (int32_t)b, scheme);
    }
}

/* ---- partly known tags ------------------------------------------------------------------------------------------ */

/* A sentence of which some tags are not known, in whole or within some types. */
struct part_known {
    const int32_t *tags;       /* [n] */
    const bool *outside_types; /* [n_types] or NULL */
    size_t n;
};

/* May token i have a tag of this type that is not the one it has? */
static bool is_open(const struct part_known *p, size_t i, int32_t type)
{
    return p->tags[i] == TAG_UNKNOWN || (p->tags[i] == TAG_OUTSIDE && p->outside_types && p->outside_types[type]);
}

static bool may_be(const struct part_known *p, size_t i, int32_t tag)
{
    return p->tags[i] == tag || is_open(p, i, tag_type(tag));
}

/* May token i, taken as a part of an entity of this type, be its first; may it not be?  Each depends on one neighbour
 * alone, so that any answer about the start goes with any about the end. */
static bool may_start(const struct part_known *p, size_t i, int32_t type)
{
    bool follows_type = i > 0 && tag_has_type(p->tags[i - 1]) && tag_type(p->tags[i - 1]) == type;
    return may_be(p, i, tag_begin(type)) || (p->tags[i] == tag_inside(type) && !follows_type);
}

static bool may_continue(const struct part_known *p, size_t i, int32_t type)
{
    return i > 0 && may_be(p, i, tag_inside(type)) &&
           (may_be(p, i - 1, tag_begin(type)) || may_be(p, i - 1, tag_inside(type)));
}

static bool may_end(const struct part_known *p, size_t i, int32_t type)
{
    return i + 1 == p->n || p->tags[i + 1] != tag_inside(type);
}

static bool may_go_on(const struct part_known *p, size_t i, int32_t type)
{
    return i + 1 < p->n && may_be(p, i + 1, tag_inside(type));
}

/* The four labels of a type that token i may be a part of. */
static void allow_type(bool *allowed, const struct part_known *p, size_t i, int32_t type)
{
    const bool starts[2] = {may_continue(p, i, type), may_start(p, i, type)};
    const bool ends[2] = {may_go_on(p, i, type), may_end(p, i, type)};
    for (int s = 0; s < 2; s++) {
        for (int e = 0; e < 2; e++)
            allowed[label_of(type, s, e)] = starts[s] && ends[e];
    }
}

static void allow_plain(bool *allowed, int32_t tag, size_t n_types)
{
    for (size_t type = 0; type < n_types; type++)
        allowed[type] = !tag_has_type(tag) || tag_type(tag) == (int32_t)type;
}

void labels_allowed(bool *allowed, const int32_t *tags, size_t n, size_t n_types, bool is_plain,
                    const bool *outside_types)
{
    const struct part_known p = {.tags = tags, .outside_types = outside_types, .n = n};
    size_t n_labels = labels_count(n_types, is_plain);
    for (size_t i = 0; i < n; i++) {
        bool *row = allowed + i * n_labels;
        if (is_plain) {
            allow_plain(row, tags[i], n_types);
            continue;
        }
        row[LABEL_OUTSIDE] = !tag_has_type(tags[i]);
        for (size_t type = 0; type < n_types; type++)
            allow_type(row, &p, i, (int32_t)type);
    }
}
