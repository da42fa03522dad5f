/*
 * An oracle for conlleval's counts that shares nothing with the library: it keeps its own state machine, asks at each
 * token whether a chunk ends before it and whether one starts at it, by tables, and never builds a list of entities.
 */
#ifndef ORIEL_TEST_CONLLEVAL_H
#define ORIEL_TEST_CONLLEVAL_H

#include <stddef.h>
#include <stdint.h>

/* As it stands in a file: one of O B I E S, and the type ("" of O). */
struct oracle_tag {
    char prefix;
    const char *type;
};

struct conlleval {
    uint64_t gold, predicted, correct; /* chunks */
    uint64_t right_tags;               /* tokens whose prefix and type are the same */
};

/* Adds a sentence of n tokens. */
void conlleval_add(struct conlleval *c, const struct oracle_tag *gold, const struct oracle_tag *predicted, size_t n);

#endif
