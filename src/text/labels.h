/*
 * Labels: what a network's outputs stand for when it decides among exclusive tags.  Whatever scheme the corpus has,
 * entities are spelled IOBES inside, because each label then says most about its neighbours: LABEL_OUTSIDE, and after
 * it for each type its begin, inside, end and single.  Plain labels stand for themselves, one to a type, and there is
 * no outside.
 *
 * Nothing is known of a TAG_UNKNOWN, so its label may be anything that its neighbours allow, and it leaves open
 * whether an entity beside it reaches into it.  A corpus that labels only some types leaves as much open where it
 * says "outside".
 */
#ifndef ORIEL_TEXT_LABELS_H
#define ORIEL_TEXT_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/tagset.h"

enum { LABEL_UNKNOWN = -1, LABEL_OUTSIDE = 0 };

/* How many labels n_types types have, Y: 1 + 4 n_types, or n_types if they are plain. */
size_t labels_count(size_t n_types, bool is_plain);

/* Labels [n] of a sentence's tags [n], whose entities are read by tags_to_entities' rules.  TAG_UNKNOWN becomes
 * LABEL_UNKNOWN, and of the labels that are possible beside it one is chosen: an entity goes on into it (begin,
 * inside), and a tag_inside after it goes on from it (inside, end).  Plain: TAG_OUTSIDE is LABEL_UNKNOWN too. */
void labels_from_tags(int32_t *labels, const int32_t *tags, size_t n, bool is_plain);

/* Tags [n] of any labels [n], each LABEL_UNKNOWN .. Y - 1.  Begin and single start an entity; inside and end do where
 * they cannot go on from the label before, as conlleval reads what no scheme allows; after LABEL_UNKNOWN they can. */
void tags_from_labels(int32_t *tags, const int32_t *labels, size_t n, bool is_plain);

/* The rules of IOBES: may_start [Y], may_end [Y], may_follow [Y][Y] from row to column; for a corpus of SCHEME_IO also that
 * no entity follows one of its type, which that scheme cannot say.  Plain labels: all true. */
void labels_rules(bool *may_start, bool *may_end, bool *may_follow, size_t n_types, enum scheme scheme);

/* The label of a token of an entity. */
int32_t label_of(int32_t type, bool is_start, bool is_end);

/* The tag that a label becomes in the set's scheme, as tags_spell numbers them.  IOB1: where no entity of its type ends
 * right before. */
int32_t label_spelled(const struct tagset *t, int32_t label);

/* What is learned from partly known tags [n]: allowed [n][Y] says for each token which labels it can have, over all
 * choices of the tags that are not known, each read by tags_to_entities' rules.  Known tags between known ones have
 * exactly one label.  outside_types [n_types]: types that the corpus does not label, so that a token
 * tagged outside may as well be a part of one of them; NULL: none.  Plain labels: a token that is outside counts as
 * not known. */
void labels_allowed(bool *allowed, const int32_t *tags, size_t n, size_t n_types, bool is_plain,
                    const bool *outside_types);

#endif
