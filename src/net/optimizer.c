#include "net/optimizer.h"

#include <math.h>
#include <string.h>

#include "net/clones.h"
#include "net/kernel.h"

#define MOMENTUM 0.9
#define FIRST_DECAY 0.9
#define SECOND_DECAY 0.999
#define EPSILON 1e-8

static const char *const names[] = {"sgd", "momentum", "adagrad", "adam"};

const char *optimizer_name(enum optimizer_kind k)
{
    return names[k];
}

bool optimizer_from_name(const char *name, enum optimizer_kind *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) != 0)
            continue;
        *out = (enum optimizer_kind)i;
        return true;
    }
    return false;
}

size_t optimizer_moments(enum optimizer_kind k)
{
    static const size_t moments[] = {0, 1, 1, 2};
    return moments[k];
}

/* The loops below: w the weights, g the gradient, m and v the moments, h the history.  `weight` is that of the history, 0
 * before averaging begins, when the history need not be touched. */

FOR_EACH_CPU static void step_sgd(real *restrict w, real *restrict h, const real *restrict g, size_t n, real rate,
                                  real weight)
{
    for (size_t i = 0; i < n; i++) {
        real change = -rate * g[i];
        w[i] += change;
        if (weight != 0)
            h[i] += weight * change;
    }
}

FOR_EACH_CPU static void step_momentum(real *restrict w, real *restrict m, real *restrict h, const real *restrict g,
                                       size_t n, real rate, real weight)
{
    for (size_t i = 0; i < n; i++) {
        m[i] = (real)MOMENTUM * m[i] + g[i];
        real change = -rate * m[i];
        w[i] += change;
        if (weight != 0)
            h[i] += weight * change;
    }
}

FOR_EACH_CPU static void step_adagrad(real *restrict w, real *restrict v, real *restrict h, const real *restrict g,
                                      size_t n, real rate, real weight)
{
    for (size_t i = 0; i < n; i++) {
        real d = g[i];
        v[i] += d * d;
        real change = -rate * d / (real_sqrt(v[i]) + (real)EPSILON);
        w[i] += change;
        if (weight != 0)
            h[i] += weight * change;
    }
}

/* rate and small already hold the corrections for moments that begin at zero. */
FOR_EACH_CPU static void step_adam(real *restrict w, real *restrict m, real *restrict v, real *restrict h,
                                   const real *restrict g, size_t n, real rate, real small, real weight)
{
    for (size_t i = 0; i < n; i++) {
        real d = g[i];
        m[i] = (real)FIRST_DECAY * m[i] + (real)(1 - FIRST_DECAY) * d;
        v[i] = (real)SECOND_DECAY * v[i] + (real)(1 - SECOND_DECAY) * d * d;
        real change = -rate * m[i] / (real_sqrt(v[i]) + small);
        w[i] += change;
        if (weight != 0)
            h[i] += weight * change;
    }
}

void optimizer_update(const struct optimizer *o, const struct weights_run *w, const real *gradient)
{
    real rate = (real)o->rate;
    real weight = o->average > 0 ? (real)o->average : 0;
    if (o->kind == OPTIMIZER_SGD) {
        step_sgd(w->at, w->history, gradient, w->n, rate, weight);
    } else if (o->kind == OPTIMIZER_MOMENTUM) {
        step_momentum(w->at, w->first, w->history, gradient, w->n, rate, weight);
    } else if (o->kind == OPTIMIZER_ADAGRAD) {
        step_adagrad(w->at, w->first, w->history, gradient, w->n, rate, weight);
    } else {
        double first = 1 - pow(FIRST_DECAY, (double)o->step);
        double second = sqrt(1 - pow(SECOND_DECAY, (double)o->step));
        step_adam(w->at, w->first, w->second, w->history, gradient, w->n, (real)(o->rate * second / first),
                  (real)(EPSILON * second), weight);
    }
}

void optimizer_average(real *out, const struct weights_run *w, double n_steps)
{
    real share = n_steps > 0 ? (real)(1 / n_steps) : 0;
    for (size_t i = 0; i < w->n; i++)
        out[i] = w->at[i] - share * w->history[i];
}
