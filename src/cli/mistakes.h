/*
 * The mistakes of a scoring, a line each: where, what kind, and the words around it.
 */
#ifndef ORIEL_CLI_MISTAKES_H
#define ORIEL_CLI_MISTAKES_H

#include <stdio.h>

#include "oriel.h"

struct mistakes {
    FILE *f;
    size_t n_most; /* lines at most */
    size_t n;      /* mistakes so far, listed or not */
};

/* An oriel_on_mistake; user is a struct mistakes. */
void mistakes_list(void *user, const oriel_mistake *m);

/* Says how many were not listed, and sets what follows apart. */
void mistakes_end(struct mistakes *list);

#endif
