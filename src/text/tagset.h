/*
 * Tag names, schemes, and the entities they spell.  Inside, a tag is a number that does not depend on the corpus's
 * scheme: TAG_OUTSIDE, or begin/inside of a type (IOB2); a corpus is converted when it is read and tags are spelled
 * in its own scheme when they are written.  Plain labels (parts of speech): every token begins an entity of its
 * label.
 *
 * Where nothing is known of a token, "?" in a file, its tag is TAG_UNKNOWN, and what could be right of the tokens
 * beside it is not held to be wrong.
 */
#ifndef ORIEL_TEXT_TAGSET_H
#define ORIEL_TEXT_TAGSET_H

#include <stdbool.h>

#include "oriel.h"

enum { TAG_UNKNOWN = -1, TAG_OUTSIDE = 0 };
static inline int32_t tag_begin(int32_t type)
{
    return 1 + 2 * type;
}
static inline int32_t tag_inside(int32_t type)
{
    return 2 + 2 * type;
}
static inline int32_t tag_type(int32_t tag)
{
    return (tag - 1) / 2;
} /* of a tag that tag_has_type */
static inline bool tag_has_type(int32_t tag)
{
    return tag > TAG_OUTSIDE;
}
static inline bool tag_begins(int32_t tag)
{
    return tag % 2 == 1;
}

enum scheme {
    SCHEME_IO,    /* I-PER, or PER where all names are bare beside an O; neighbours of one type are one entity */
    SCHEME_IOB1,  /* B- only where an entity follows one of its own type */
    SCHEME_IOB2,  /* B- at the start of every entity */
    SCHEME_IOBES, /* and E- at its end, S- for a single token */
    SCHEME_PLAIN  /* labels: no O, no prefixes */
};

struct tagset; /* types and scheme */

/* An entity: tokens [first, last) of a sentence. */
struct entity {
    size_t first, last;
    int32_t type;
};

struct tagset *tagset_new(void);                    /* no types, IOB2; NULL: no memory */
struct tagset *tagset_copy(const struct tagset *t); /* NULL: no memory */
void tagset_free(struct tagset *t);

size_t tagset_types(const struct tagset *t);
const char *tagset_type_name(const struct tagset *t, int32_t type);           /* on loan */
int32_t tagset_find_type(const struct tagset *t, const char *name, size_t n); /* -1: none */
int32_t tagset_add_type(struct tagset *t, const char *name, size_t n);        /* finds or adds; -1: no memory */
enum scheme tagset_scheme(const struct tagset *t);
bool tagset_has_bare_names(const struct tagset *t); /* IO spelled without prefixes */
void tagset_set_scheme(struct tagset *t, enum scheme scheme, bool has_bare_names);
const char *scheme_name(enum scheme scheme); /* "IOB2" */
bool scheme_from_name(const char *name, enum scheme *out);

/* How a tag is spelled in a file: prefix ('B' 'I' 'E' 'S' 'O' '?', or 0: no prefix) and the name after it.  "O" alone
 * is 'O' with an empty name, "?" alone is '?'.  "-" is the only separator; a name may contain more of them. */
struct spelled {
    char prefix;
    const char *name; /* [n], on loan from the string */
    size_t n;
};
struct spelled tag_spell_out(const char *tag, size_t n);

/* Recognises the scheme of a corpus from all its tags as spelled, sentence by sentence: add each sentence, then ask.
 * Zero is empty; without a tag that tells, the answer is IOB2.  "?" tells nothing. */
struct scheme_evidence {
    bool saw_outside, saw_bare, saw_begin, saw_inside, saw_end, saw_single;
    bool begin_without_neighbour; /* a B- that surely does not follow a token of its type: not IOB1 */
};
void scheme_observe(struct scheme_evidence *e, const struct spelled *tags, size_t n);
/* false: prefixed and bare names are mixed, which no scheme allows. */
bool scheme_recognise(const struct scheme_evidence *e, enum scheme *scheme, bool *has_bare_names);

/* Spelled tags of one sentence to inside form, by conlleval's rules whatever the scheme: B and S start; I and E start
 * after O, E, S or another type; a bare name goes on if the one before is the same (IO), or starts always (plain).
 * After "?" nothing but B, S and plain labels is tag_begin.  types: type of each token, -1 for O and "?".  Writes
 * tags [n]. */
void tags_from_spelled(int32_t *tags, const struct spelled *spelled, const int32_t *types, size_t n, bool is_plain);

/* How many tags of a sentence the set's scheme forbids: those that would be spelled otherwise if the entities read from
 * them were written again, whatever the tokens marked "?" are.  *first (may be NULL): the first such token. */
size_t tags_count_bad(const struct tagset *t, const struct spelled *spelled, const int32_t *tags, size_t n,
                      size_t *first);

/* Entities of a sentence, in order; out has room for n.  Returns their number.  A tag_inside without its begin starts
 * one.  TAG_UNKNOWN counts as outside. */
size_t tags_to_entities(struct entity *out, const int32_t *tags, size_t n);

/* The reverse; entities ascending, apart.  Tokens outside them are TAG_OUTSIDE. */
void tags_from_entities(int32_t *tags, size_t n, const struct entity *entities, size_t n_entities);

/* The tags as they are spelled in the set's scheme: number for tagset_tag_name, 0 is O in every scheme, TAG_UNKNOWN
 * stays as it is.  spelled [n].  A neighbour of the same type decides between IOB1's B- and I-, what follows between
 * I- and E-. */
void tags_spell(const struct tagset *t, int32_t *spelled, const int32_t *tags, size_t n);
int32_t tag_spelled(const struct tagset *t, int32_t type, char prefix); /* one of a type; where it has one name, that */
const char *tagset_tag_name(const struct tagset *t, int32_t spelled);   /* "B-PER"; "?" of TAG_UNKNOWN; on loan */
size_t tagset_tag_names(const struct tagset *t);                        /* how many there are, from 0 on */

#endif
