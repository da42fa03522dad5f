/*
 * Small models, and new data to go on with.
 */
#ifndef ORIEL_TEST_TINY_CONTINUE_H
#define ORIEL_TEST_TINY_CONTINUE_H

#include "support/tiny_runs.h"

/* Labels organisations only; Bob and Rome, which the old corpus labels, are O here. */
#define TINY_ORGANISATIONS                                                                                             \
    "Acme\tB-ORG\nsold\tO\nBob\tO\n\n"                                                                                 \
    "Initech\tB-ORG\nCorp\tI-ORG\nin\tO\nRome\tO\n\n"                                                                  \
    "the\tO\nACME\tB-ORG\nCorp\tI-ORG\nsaid\tO\n\n"

static const char *old_file, *new_file;

/* Head 0: sigmoid, 1: softmax, 2: crf. */
static inline oriel_model *old_model(unsigned head)
{
    /* independent outputs cannot tell neighbours of a type apart */
    static const char *const apart[] = {
        "Ada\tB-PER\nsaid\tO\n", "Rome\tB-LOC\nin\tO\n", "in\tO\n", "said\tO\n", "Bob\tB-PER\nx\tO\n", "x\tO\n"};
    old_file = head == 0 ? tiny_drawn("old.conll", apart, 3) : tiny_thirty("old.conll", 3);
    new_file = tiny_file("new.conll", TINY_ORGANISATIONS);
    oriel_train_options o = tiny_options(&old_file);
    o.epochs = 20;
    if (head > 0) {
        o = tiny_standard(&old_file, old_file);
        o.head = (oriel_head)head;
        o.epochs = 40;
        o.case_copies = 0;
    }
    o.about = "old licence";
    return tiny_trained(&o);
}

static inline oriel_train_options going_on(const oriel_model *old)
{
    oriel_train_options o;
    oriel_train_options_continue(&o, old);
    o.train = &new_file;
    o.n_train = 1;
    o.dev = new_file;
    o.min_count = 1;
    o.epochs = 1;
    o.patience = 0;
    return o;
}

#endif
