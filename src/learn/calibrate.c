#include "learn/calibrate.h"

#include <math.h>

/* Looked at are half powers of two between these, and then what lies beside the best of them, closer and closer. */
#define LEAST_POWER (-1.0)
#define MOST_POWER 3.0
#define FIRST_STEP 0.5
#define LAST_STEP 0.01

/* As much as 12 entities of confidence 1/2 would tell of the factor. */
#define STIFFNESS 3.0

/* Ceilings that are tried: 1, and so many below it.  One has to be worth a number more (Akaike 1974). */
#define CEILING_STEP 0.02
#define CEILINGS 8
#define LEAST_GAIN 1.0
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

static double softplus(double x)
{
    return log1p(exp(-fabs(x))) + (x > 0 ? x : 0);
}

/* What is fitted: entities, and how sure anything can be. */
struct odds_fit {
    const struct judged *entities; /* [n] */
    size_t n;
    double ceiling;
};

/* The sum that is minimised; its gradient and (Fisher's) curvature [a a], [a b], [b b].  With p = c s and s = 1 / (1 + e^-z) the
 * derivative of z is (p - y) k, k = 1 / (1 + (1 - c) e^z), which is 1 for c = 1. */
static double surprise(const struct odds_fit *f, double a, double b, double gradient[2], double curvature[3])
{
    double sum = STIFFNESS / 2 * ((a - 1) * (a - 1) + b * b);
    gradient[0] = STIFFNESS * (a - 1);
    gradient[1] = STIFFNESS * b;
    curvature[0] = curvature[2] = STIFFNESS;
    curvature[1] = 0;
    for (size_t i = 0; i < f->n; i++) {
        double x = log_odds((double)f->entities[i].confidence);
        double z = a * x + b;
        double p = f->ceiling / (1 + exp(-z));
        double y = f->entities[i].is_right;
        double above = (1 - f->ceiling) * exp(z);
        double k = 1 / (1 + above);
        double bend = k * k * p * (1 - p);
        sum += f->entities[i].is_right ? softplus(-z) - log(f->ceiling) : softplus(z) - log1p(above);
        gradient[0] += (p - y) * k * x;
        gradient[1] += (p - y) * k;
        curvature[0] += bend * x * x;
        curvature[1] += bend * x;
        curvature[2] += bend;
    }
    return sum;
}

/* Steps of Fisher's scoring, halved until they go down; returns the sum. */
static double fit_odds(const struct odds_fit *f, double *power, double *log_factor)
{
    double a = 1;
    double b = 0;
    double gradient[2];
    double curvature[3];
    double sum = surprise(f, a, b, gradient, curvature);
    for (int step = 0; step < 100; step++) {
        double determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
        double da = (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant;
        double db = (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant;
        double share = 1;
        double found = surprise(f, a - da, b - db, gradient, curvature);
        for (; !(found <= sum) && share > 1e-6; share /= 2)
            found = surprise(f, a - share / 2 * da, b - share / 2 * db, gradient, curvature);
        if (!(found < sum))
            break;
        a -= share * da;
        b -= share * db;
        sum = found;
    }
    *power = a;
    *log_factor = b;
    return sum;
}

struct odds calibrate_odds(const struct judged *entities, size_t n)
{
    struct odds best = {0};
    double least = INFINITY;
    for (int i = 0; i <= CEILINGS; i++) {
        struct odds_fit f = {.entities = entities, .n = n, .ceiling = 1 - i * CEILING_STEP};
        double a;
        double b;
        double sum = fit_odds(&f, &a, &b) + (i > 0 ? LEAST_GAIN : 0);
        if (!(sum < least))
            continue;
        least = sum;
        best.ceiling = f.ceiling;
        best.power = a > LEAST_SLOPE ? a : LEAST_SLOPE;
        best.factor = exp(b < -MOST_LOG ? -MOST_LOG : b > MOST_LOG ? MOST_LOG : b);
    }
    return best;
}

static oriel_status find_odds(const struct fit *f, oriel_error *err)
{
    oriel_scores *scores = NULL;
    oriel_status status = eval_sentences(&scores, f->m, f->dev, f->kept, err);
    if (status != ORIEL_OK)
        return status;
    size_t n;
    const struct judged *entities = scores_judged(scores, &n);
    struct odds odds = calibrate_odds(entities, n);
    oriel_scores_free(scores);
    oriel_model *m = f->m;
    m->confidence_power = m->info.confidence_power = (double)(float)odds.power;
    m->confidence_factor = m->info.confidence_factor = (double)(float)odds.factor;
    m->confidence_ceiling = m->info.confidence_ceiling = (double)(float)odds.ceiling;
    return ORIEL_OK;
}

oriel_status calibrate(oriel_model *m, const struct eval_part *dev, struct kept_scores *kept, oriel_error *err)
{
    struct fit f = {.m = m, .dev = dev, .kept = kept, .least = INFINITY};
    oriel_status status = find_temperature(&f, err);
    set_temperature(m, f.best);
    return status == ORIEL_OK ? find_odds(&f, err) : status;
}
