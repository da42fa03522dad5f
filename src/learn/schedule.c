#include "learn/schedule.h"

#include <math.h>

#define PI 3.14159265358979323846

double schedule_factor(oriel_schedule schedule, double done)
{
    switch (schedule) {
    case ORIEL_LINEAR:
        return 1 - done;
    case ORIEL_COSINE: /* Loshchilov and Hutter (2017), (5), without restarts */
        return 0.5 * (1 + cos(PI * done));
    case ORIEL_STEPS:
        return done < 0.5 ? 1 : done < 0.75 ? 0.1 : 0.01;
    case ORIEL_CONSTANT:
        break;
    }
    return 1;
}
