/*
 * How sure a trained model should be, by the entities that it finds on dev.  Labels do not depend on it.
 *
 * First the temperature at which these entities are least surprisingly right or wrong (Guo et al. 2017), which makes all
 * probabilities softer or sharper.  One number cannot do both, be less sure of what is nearly certain and surer of what
 * is not; so the odds of an entity are then raised to a power and multiplied by a factor, both again those that surprise
 * least (Platt 1999), held near 1 where dev has few entities to tell.
 */
#ifndef ORIEL_LEARN_CALIBRATE_H
#define ORIEL_LEARN_CALIBRATE_H

#include "model/eval.h"

/* Sets temperature, power and factor of m, whose weights are what they will be; all 1 where it finds nothing on dev.
 * kept: as eval_sentences takes it.  ORIEL_ENOMEM. */
oriel_status calibrate(oriel_model *m, const struct eval_part *dev, struct kept_scores *kept, oriel_error *err);

/* Power and factor for entities of these confidences.  What is minimised, with a = power and b = log factor:
 *     Σ -log p  +  STIFFNESS/2 ((a - 1)² + b²),     p = 1 / (1 + e^-(a x + b)) of the right ones, 1 - p of the others,
 *     x = log odds of the confidence */
void calibrate_odds(const struct judged *entities, size_t n, double *power, double *factor);

#endif
