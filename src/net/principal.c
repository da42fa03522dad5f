#include "net/principal.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

/* Directions that are followed at once: the more, the faster the first two settle, by the ratio of the last's variance to
 * the second's a round. */
enum { M = 16, MOST_ROUNDS = 1000, MOST_SWEEPS = 30, SEED = 1 };

#define TOLERANCE 1e-11 /* of X'X q - theta q, by the first theta */
#define TINY 1e-14      /* a direction whose part that is new is smaller has none */

struct plane_work {
    const double *x; /* [n][d] */
    size_t n, d, m;  /* m = min(M, d) */
    double *q;       /* [m][d] orthonormal, or zero */
    double *z;       /* [m][d] X'X q */
    double *turned;  /* [m][d] */
    double *y;       /* [m] of one row */
    double s[M * M]; /* [m][m] columns are the eigenvectors of q X'X q' */
    double theta[M]; /* its eigenvalues, falling */
};

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add(double *y, const double *x, double scale, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += scale * x[i];
}

static void take_off_mean(double *x, size_t n, size_t d)
{
    for (size_t k = 0; k < d; k++) {
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += x[i * d + k];
        mean /= (double)n;
        for (size_t i = 0; i < n; i++)
            x[i * d + k] -= mean;
    }
}

/* Rows of q, one after the other: what is along those before is taken off, twice because of rounding; then its length is 1. */
static void make_orthonormal(double *q, size_t m, size_t d)
{
    for (size_t j = 0; j < m; j++) {
        double *row = q + j * d;
        double before = sqrt(dot(row, row, d));
        for (size_t i = 0; i < 2 * j; i++)
            add(row, q + i % j * d, -dot(row, q + i % j * d, d), d);
        double length = sqrt(dot(row, row, d));
        bool is_new = length > TINY * before && length > 0;
        for (size_t k = 0; k < d; k++)
            row[k] = is_new ? row[k] / length : 0;
    }
}

/* z = q X'X, a row of x at a time. */
static void multiply(struct plane_work *w)
{
    memset(w->z, 0, w->m * w->d * sizeof *w->z);
    for (size_t i = 0; i < w->n; i++) {
        const double *row = w->x + i * w->d;
        for (size_t j = 0; j < w->m; j++)
            w->y[j] = dot(w->q + j * w->d, row, w->d);
        for (size_t j = 0; j < w->m; j++)
            add(w->z + j * w->d, row, w->y[j], w->d);
    }
}

/* ---- eigenvectors of a small symmetric table, by Jacobi's rotations ---- */

/* Makes b[p][q] zero: the smaller angle of the two that do. */
static void rotate(double *b, double *s, size_t m, size_t p, size_t q)
{
    double t = (b[q * m + q] - b[p * m + p]) / (2 * b[p * m + q]);
    t = (t >= 0 ? 1 : -1) / (fabs(t) + sqrt(t * t + 1));
    double cosine = 1 / sqrt(t * t + 1);
    double sine = t * cosine;
    for (size_t k = 0; k < m; k++) { /* columns */
        double at_p = b[k * m + p], at_q = b[k * m + q];
        b[k * m + p] = cosine * at_p - sine * at_q;
        b[k * m + q] = sine * at_p + cosine * at_q;
        at_p = s[k * m + p];
        at_q = s[k * m + q];
        s[k * m + p] = cosine * at_p - sine * at_q;
        s[k * m + q] = sine * at_p + cosine * at_q;
    }
    for (size_t k = 0; k < m; k++) { /* rows */
        double at_p = b[p * m + k], at_q = b[q * m + k];
        b[p * m + k] = cosine * at_p - sine * at_q;
        b[q * m + k] = sine * at_p + cosine * at_q;
    }
}

/* Largest first: columns of s change places with their eigenvalues. */
static void sort(struct plane_work *w)
{
    for (size_t i = 0; i < w->m; i++)
        for (size_t j = i + 1; j < w->m; j++) {
            if (w->theta[j] <= w->theta[i])
                continue;
            double theta = w->theta[i];
            w->theta[i] = w->theta[j];
            w->theta[j] = theta;
            for (size_t k = 0; k < w->m; k++) {
                double x = w->s[k * w->m + i];
                w->s[k * w->m + i] = w->s[k * w->m + j];
                w->s[k * w->m + j] = x;
            }
        }
}

/* theta and s of b [m][m], which is used up. */
static void decompose(struct plane_work *w, double *b)
{
    size_t m = w->m;
    double scale = 0;
    for (size_t i = 0; i < m * m; i++) {
        w->s[i] = i % (m + 1) == 0;
        scale = fmax(scale, fabs(b[i]));
    }
    for (size_t sweep = 0, n_turned = 1; sweep < MOST_SWEEPS && n_turned > 0; sweep++) {
        n_turned = 0;
        for (size_t p = 0; p < m; p++)
            for (size_t q = p + 1; q < m; q++)
                if (fabs(b[p * m + q]) > 1e-17 * scale) {
                    rotate(b, w->s, m, p, q);
                    n_turned++;
                }
    }
    for (size_t i = 0; i < m; i++)
        w->theta[i] = b[i * m + i];
    sort(w);
}

/* ---- rounds ---- */

/* rows [m][d] = s' rows */
static void turn(struct plane_work *w, double *rows)
{
    memset(w->turned, 0, w->m * w->d * sizeof *w->turned);
    for (size_t j = 0; j < w->m; j++)
        for (size_t k = 0; k < w->m; k++)
            add(w->turned + j * w->d, rows + k * w->d, w->s[k * w->m + j], w->d);
    memcpy(rows, w->turned, w->m * w->d * sizeof *rows);
}

/* Of the first two: is X'X q as good as theta q? */
static bool has_settled(const struct plane_work *w)
{
    for (size_t j = 0; j < 2 && j < w->m; j++) {
        double sum = 0;
        for (size_t k = 0; k < w->d; k++) {
            double off = w->z[j * w->d + k] - w->theta[j] * w->q[j * w->d + k];
            sum += off * off;
        }
        if (sqrt(sum) > TOLERANCE * w->theta[0])
            return false;
    }
    return true;
}

static void find_directions(struct plane_work *w)
{
    double b[M * M];
    struct random r = random_seeded(SEED);
    for (size_t i = 0; i < w->m * w->d; i++)
        w->q[i] = random_uniform(&r) - 0.5;
    make_orthonormal(w->q, w->m, w->d);
    for (size_t round = 0; round < MOST_ROUNDS; round++) {
        multiply(w);
        for (size_t i = 0; i < w->m * w->m; i++) {
            size_t j = i / w->m, k = i % w->m;
            b[i] = dot(w->q + (j < k ? j : k) * w->d, w->z + (j < k ? k : j) * w->d, w->d);
        }
        decompose(w, b);
        turn(w, w->q);
        turn(w, w->z);
        if (has_settled(w))
            return;
        memcpy(w->q, w->z, w->m * w->d * sizeof *w->q);
        make_orthonormal(w->q, w->m, w->d);
    }
}

/* ---- places ---- */

static double sign_of(const double *q, size_t d)
{
    size_t largest = 0;
    for (size_t k = 1; k < d; k++)
        if (fabs(q[k]) > fabs(q[largest]))
            largest = k;
    return q[largest] < 0 ? -1 : 1;
}

static void find_places(double *place, double share[2], const struct plane_work *w)
{
    double all = dot(w->x, w->x, w->n * w->d);
    for (size_t j = 0; j < 2; j++) {
        bool is_there = j < w->m && all > 0;
        share[j] = is_there && w->theta[j] > 0 ? w->theta[j] / all : 0;
        double sign = is_there ? sign_of(w->q + j * w->d, w->d) : 0;
        for (size_t i = 0; i < w->n; i++)
            place[2 * i + j] = is_there ? sign * dot(w->x + i * w->d, w->q + j * w->d, w->d) : 0;
    }
}

bool principal_plane(double *place, double share[2], double *x, size_t n, size_t d)
{
    struct plane_work w = {.x = x, .n = n, .d = d, .m = d < M ? d : M};
    w.q = mem_zero(w.m, d * sizeof *w.q);
    w.z = mem_zero(w.m, d * sizeof *w.z);
    w.turned = mem_zero(w.m, d * sizeof *w.turned);
    w.y = mem_zero(w.m, sizeof *w.y);
    bool is_done = w.q && w.z && w.turned && w.y;
    if (is_done) {
        take_off_mean(x, n, d);
        find_directions(&w);
        find_places(place, share, &w);
    }
    mem_free(w.q);
    mem_free(w.z);
    mem_free(w.turned);
    mem_free(w.y);
    return is_done;
}
