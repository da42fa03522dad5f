#include "learn/calibrate.h"

#include <math.h>

/* Looked at are half powers of two between these, and then what lies beside the best of them, closer and closer. */
#define LEAST_POWER (-1.0)
#define MOST_POWER 3.0
#define FIRST_STEP 0.5
#define LAST_STEP 0.01

/* As much as 40 entities of confidence 1/2 would tell of the factor. */
#define STIFFNESS 10.0
#define LEAST_SLOPE 0.1 /* what is surer stays surer */
#define MOST_LOG 10
#define SUREST 1e-6 /* from 0 or 1: single precision tells no finer */

/* ---- temperature ---- */

struct fit {
    oriel_model *m;
    const struct eval_part *dev;
    struct kept_scores *kept;
    double best;  /* log2 of a temperature */
    double least; /* its loss */
};

static void set_temperature(oriel_model *m, double power)
{
    m->temperature = (double)(float)exp2(power); /* as its file will have it */
    m->info.temperature = m->temperature;
}

static oriel_status try_temperature(struct fit *f, double power, oriel_error *err)
{
    oriel_scores *scores = NULL;
    if (power < LEAST_POWER || power > MOST_POWER)
        return ORIEL_OK;
    set_temperature(f->m, power);
    oriel_status status = eval_sentences(&scores, f->m, f->dev, f->kept, err);
    if (status != ORIEL_OK)
        return status;
    double loss = scores_log_loss(scores);
    oriel_scores_free(scores);
    if (loss < f->least) {
        f->least = loss;
        f->best = power;
    }
    return ORIEL_OK;
}

static oriel_status find_temperature(struct fit *f, oriel_error *err)
{
    oriel_status status = try_temperature(f, 0, err); /* first, so that it stays where none is better */
    for (double power = LEAST_POWER; power <= MOST_POWER && status == ORIEL_OK; power += FIRST_STEP)
        status = try_temperature(f, power, err);
    for (double step = FIRST_STEP / 2; step > LAST_STEP && status == ORIEL_OK; step /= 2) {
        double middle = f->best;
        status = try_temperature(f, middle - step, err);
        if (status == ORIEL_OK)
            status = try_temperature(f, middle + step, err);
    }
    return status;
}

/* ---- odds ---- */

static double log_odds(double p)
{
    p = p < SUREST ? SUREST : p > 1 - SUREST ? 1 - SUREST : p;
    return log(p) - log1p(-p);
}

/* The sum that is minimised; its gradient and its curvature [a a], [a b], [b b]. */
static double surprise(const struct judged *entities, size_t n, double a, double b, double gradient[2],
                       double curvature[3])
{
    double sum = STIFFNESS / 2 * ((a - 1) * (a - 1) + b * b);
    gradient[0] = STIFFNESS * (a - 1);
    gradient[1] = STIFFNESS * b;
    curvature[0] = curvature[2] = STIFFNESS;
    curvature[1] = 0;
    for (size_t i = 0; i < n; i++) {
        double x = log_odds((double)entities[i].confidence);
        double s = a * x + b;
        double p = 1 / (1 + exp(-s));
        double y = entities[i].is_right;
        double bend = p * (1 - p);
        sum += log1p(exp(-fabs(s))) + (s > 0 ? s : 0) - y * s; /* -log p, -log (1 - p) */
        gradient[0] += (p - y) * x;
        gradient[1] += p - y;
        curvature[0] += bend * x * x;
        curvature[1] += bend * x;
        curvature[2] += bend;
    }
    return sum;
}

/* Newton's steps, halved until they go down: the sum is convex. */
void calibrate_odds(const struct judged *entities, size_t n, double *power, double *factor)
{
    double a = 1;
    double b = 0;
    double gradient[2];
    double curvature[3];
    double sum = surprise(entities, n, a, b, gradient, curvature);
    for (int step = 0; step < 50; step++) {
        double determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
        double da = (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant;
        double db = (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant;
        double share = 1;
        double found = surprise(entities, n, a - da, b - db, gradient, curvature);
        for (; !(found <= sum) && share > 1e-6; share /= 2)
            found = surprise(entities, n, a - share / 2 * da, b - share / 2 * db, gradient, curvature);
        if (!(found < sum))
            break;
        a -= share * da;
        b -= share * db;
        sum = found;
    }
    *power = a > LEAST_SLOPE ? a : LEAST_SLOPE;
    *factor = exp(b < -MOST_LOG ? -MOST_LOG : b > MOST_LOG ? MOST_LOG : b);
}

static oriel_status find_odds(const struct fit *f, oriel_error *err)
{
    oriel_scores *scores = NULL;
    oriel_status status = eval_sentences(&scores, f->m, f->dev, f->kept, err);
    if (status != ORIEL_OK)
        return status;
    size_t n;
    double power;
    double factor;
    const struct judged *entities = scores_judged(scores, &n);
    calibrate_odds(entities, n, &power, &factor);
    oriel_scores_free(scores);
    oriel_model *m = f->m;
    m->confidence_power = m->info.confidence_power = (double)(float)power;
    m->confidence_factor = m->info.confidence_factor = (double)(float)factor;
    return ORIEL_OK;
}

oriel_status calibrate(oriel_model *m, const struct eval_part *dev, struct kept_scores *kept, oriel_error *err)
{
    struct fit f = {.m = m, .dev = dev, .kept = kept, .least = INFINITY};
    oriel_status status = find_temperature(&f, err);
    set_temperature(m, f.best);
    return status == ORIEL_OK ? find_odds(&f, err) : status;
}
