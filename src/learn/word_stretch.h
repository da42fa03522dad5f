/*
 * The way of the threads through a stretch of steps.  With negative sampling each thread goes its own share's way from the first step to
 * the last, and what is to come before what is laid down, not when: forward of a step before its back in the other half, and so on.
 * So a thread that was held up has the time of a step to catch up before another waits for it, and all that is computed is
 * the same for any number of threads.  Who has to wait plans steps in the meantime.
 *
 * A stretch begins and ends with no step in flight: then a training may be reported, kept, resumed or ended.
 */
#ifndef ORIEL_LEARN_WORD_STRETCH_H
#define ORIEL_LEARN_WORD_STRETCH_H

#include "learn/word_trainer.h"

/* Takes the next t->stretch steps of the epoch, or those that are left: then is_within is false.  Adds to the loss.  Errors of
 * kept_words_plan; ORIEL_ENOMEM: the tables are lost. */
oriel_status word_stretch_take(struct word_trainer *t, oriel_error *err);

#endif
