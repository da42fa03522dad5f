/*
 * How the learning rate changes over a training.
 */
#ifndef ORIEL_LEARN_SCHEDULE_H
#define ORIEL_LEARN_SCHEDULE_H

#include "oriel.h"

/* What the rate is multiplied by when a share `done` of all epochs, 0..1, is over: 1 at the start of each schedule. */
double schedule_factor(oriel_schedule schedule, double done);

#endif
