/*
 * How sure a trained model should be, by the entities that it finds on dev.  Labels do not depend on it.
 *
 * First the temperature at which these entities are least surprisingly right or wrong (Guo et al. 2017), which makes all
 * probabilities softer or sharper.  One number cannot do both, be less sure of what is nearly certain and surer of what
 * is not; so the odds of an entity are then raised to a power and multiplied by a factor, both again those that surprise
 * least (Platt 1999), held near 1 where dev has few entities to tell.  And a corpus has mistakes that no score can see: what
 * is surest of all is right as often as its ceiling says, if dev tells of one.
 */
#ifndef ORIEL_LEARN_CALIBRATE_H
#define ORIEL_LEARN_CALIBRATE_H

#include "model/eval.h"

/* Sets temperature, power, factor and ceiling of m, whose weights are what they will be; all 1 where it finds nothing on dev.
 * kept: as eval_sentences takes it.  ORIEL_ENOMEM. */
oriel_status calibrate(oriel_model *m, const struct eval_part *dev, struct kept_scores *kept, oriel_error *err);

/* For entities of these confidences.  What is minimised, with a = power, b = log factor, c = ceiling:
 *     Σ -log p  +  STIFFNESS/2 ((a - 1)² + b²),     p = c / (1 + e^-(a x + b)) of the right ones, 1 - that of the others,
 *     x = log odds of the confidence; c below 1 only where it makes that less by more than 1 */
struct odds {
    double power, factor, ceiling;
};
struct odds calibrate_odds(const struct judged *entities, size_t n);

#endif
