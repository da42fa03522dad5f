/*
 * How fast training and tagging are here, next to the speed of this machine's own matrix product in the same run.
 *
 *     bench PROGRAM TRAIN DEV TEXT REPEATS
 *
 * TRAIN and DEV are column files, TEXT raw text to tag; each figure is the median of REPEATS runs, all kinds in turn, so
 * that a noisy neighbour slows all of them.  One line a figure, then the ratios.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/kernel.h"
#include "oriel.h"

enum { MAX_REPEATS = 99, SIDE = 1024 };

struct series {
    const char *name, *unit;
    double values[MAX_REPEATS];
    size_t n;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void add(struct series *s, double value)
{
    s->values[s->n++] = value;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(struct series *s)
{
    qsort(s->values, s->n, sizeof *s->values, by_value);
    return s->values[s->n / 2];
}

static void give_up(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* Giga floating-point operations a second of a product of two square matrices. */
static double product_rate(void)
{
    size_t n = (size_t)SIDE * SIDE;
    real *a = malloc(3 * n * sizeof *a);
    if (!a)
        give_up("no memory");
    for (size_t i = 0; i < 3 * n; i++)
        a[i] = (real)((double)(i % 97) / 97);
    struct matrix x = matrix_of(a, SIDE, SIDE);
    struct matrix y = matrix_of(a + n, SIDE, SIDE);
    struct matrix z = matrix_of(a + 2 * n, SIDE, SIDE);
    product_nt(z, x, y, 1, 0);
    double begin = now();
    for (size_t i = 0; i < 3; i++)
        product_nt(z, x, y, 1, 0);
    double seconds = (now() - begin) / 3;
    free(a);
    return 2.0 * SIDE * SIDE * SIDE / seconds * 1e-9;
}

static int note_rate(void *user, const oriel_progress *p)
{
    if (p->moment == ORIEL_AT_EPOCH)
        *(double *)user = p->words_per_second;
    return 0;
}

/* Trains as the options say, on one corpus; *rate becomes its words a second, scoring on dev left out. */
static oriel_model *trained(oriel_train_options *o, const char *train, const char *dev, double *rate)
{
    o->train = &train;
    o->n_train = 1;
    o->dev = dev;
    oriel_model *m;
    oriel_error err;
    if (oriel_train(&m, o, note_rate, rate, &err) != ORIEL_OK)
        give_up(err.text);
    return m;
}

/* Two epochs of the classic recipe. */
static double train_rate(const char *train, const char *dev, size_t batch)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_CLASSIC);
    o.dim = 50;
    o.n_hidden = 1;
    o.hidden[0] = 100;
    o.window = 5;
    o.batch = batch;
    o.epochs = 2;
    double rate = 0;
    oriel_model_free(trained(&o, train, dev, &rate));
    return rate;
}

/* One epoch of the standard recipe; its case copies are not counted. */
static double standard_rate(const char *train, const char *dev)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_STANDARD);
    o.epochs = 1;
    o.tune_outside = false;
    double rate = 0;
    oriel_model_free(trained(&o, train, dev, &rate));
    return rate;
}

/* A classic model to tag with; how many outputs it has. */
static size_t make_model(const char *train, const char *dev, const char *path)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_CLASSIC);
    o.epochs = 1;
    double rate;
    oriel_model *m = trained(&o, train, dev, &rate);
    oriel_error err;
    if (oriel_model_save(m, path, &err) != ORIEL_OK)
        give_up(err.text);
    oriel_info info;
    oriel_model_info(m, &info);
    oriel_model_free(m);
    return info.n_outputs;
}

/* Runs `oriel tag`, raw text to columns; *seconds of it and *kilobytes at its peak. */
static void tag_run(const char *program, const char *model, const char *text, double *seconds, double *kilobytes)
{
    fflush(stdout); /* or the child says it again */
    double begin = now();
    pid_t child = fork();
    if (child < 0)
        give_up("cannot fork");
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout))
            _exit(127);
        execl(program, program, "tag", "--model", model, "--quiet", text, (char *)NULL);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) < 0 || status != 0)
        give_up("oriel tag failed");
    *seconds = now() - begin;
    *kilobytes = (double)usage.ru_maxrss;
}

/* Tokens that the tagger will see. */
static size_t count_tokens(const char *path)
{
    oriel_reader *reader;
    oriel_error err;
    size_t n = 0;
    if (oriel_reader_open(&reader, NULL, path, NULL, &err) != ORIEL_OK)
        give_up(err.text);
    for (;;) {
        oriel_sentence s;
        bool more;
        if (oriel_reader_next(reader, &s, &more, &err) != ORIEL_OK)
            give_up(err.text);
        if (!more)
            break;
        n += s.n_tokens;
    }
    oriel_reader_free(reader);
    return n;
}

static void say_machine(void)
{
    oriel_system s;
    oriel_system_describe(&s);
    printf("Oriel %s (%s), %s, %s, BLAS core %s%s\n", s.version, s.commit, s.compiler, s.instructions, s.blas_core,
           s.blas_is_correct ? "" : " (WRONG RESULTS)");
}

int main(int argc, char **argv)
{
    if (argc != 6)
        give_up("usage: bench PROGRAM TRAIN DEV TEXT REPEATS");
    const char *train = argv[2];
    const char *dev = argv[3];
    int repeats = atoi(argv[5]);
    if (repeats < 1 || repeats > MAX_REPEATS)
        give_up("REPEATS must be between 1 and 99");
    oriel_system_single_blas_thread();
    say_machine();
    const char *model = "build/bench.oriel";
    size_t n_outputs = make_model(train, dev, model);
    size_t n_tokens = count_tokens(argv[4]);
    struct series product = {.name = "product of 1024 x 1024 matrices", .unit = "GFLOP/s"};
    struct series one = {.name = "classic training, batch 1", .unit = "words/s"};
    struct series many = {.name = "classic training, batch 32", .unit = "words/s"};
    struct series standard = {.name = "standard training, 16 sentences", .unit = "words/s"};
    struct series tag = {.name = "classic tagging, text to columns", .unit = "words/s"};
    struct series memory = {.name = "peak memory while tagging", .unit = "KiB"};
    for (int i = 0; i < repeats; i++) {
        double seconds;
        double kilobytes;
        add(&product, product_rate());
        add(&one, train_rate(train, dev, 1));
        add(&many, train_rate(train, dev, 32));
        add(&standard, standard_rate(train, dev));
        tag_run(argv[1], model, argv[4], &seconds, &kilobytes);
        add(&tag, (double)n_tokens / seconds);
        add(&memory, kilobytes);
    }
    struct series *all[] = {&product, &one, &many, &standard, &tag, &memory};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        printf("%-36s %12.1f %s\n", all[i]->name, median(all[i]), all[i]->unit);
    /* forward, back to the rows, and the weights' gradient: three products of 2 (W d H + H Y) operations a word */
    double work = 3 * 2 * (5 * 50 * 100 + 100 * (double)n_outputs) * 1e-9;
    printf("%-36s %12.3f\n", "batch 1: share of the product's rate", median(&one) * work / median(&product));
    printf("%-36s %12.3f\n", "batch 32: share of the product's rate", median(&many) * work / median(&product));
    return 0;
}
