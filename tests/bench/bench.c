/*
 * One measurement a run, for scripts/bench, which runs all kinds in turn and takes medians.  Prints a name and a figure a line.
 *
 *     bench machine
 *     bench product                                         product_gflops, of 1024 x 1024 matrices; blas_gflops, the same by
 *                                                           the BLAS
 *     bench train RECIPE BATCH THREADS COPIES TRAIN DEV MODEL [wall]
 *                                                           one epoch into MODEL: tokens_per_second, counted_gflops (products
 *                                                           really done), unshared_gflops (of the same network were no work
 *                                                           shared between equal tokens); scoring on dev is left out
 *     bench reach F1 EPOCHS TRAIN DEV                       standard until dev F1 is reached: seconds, loading included,
 *                                                           epoch, f1; `finished` instead of `reached` when it was not before the
 *                                                           end (EPOCHS; 0: default; quick: two, with less dropout)
 *     bench tag PROGRAM MODEL TEXT                          tokens_per_second from raw text to columns, peak_kib
 *
 * Seconds are those of the processor, so that others on a busy machine do not count, or of the clock on the wall (`wall`).
 * Linked so that the network's products pass the counters here (test.mk).
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench_time.h"
#include "net/kernel.h"
#include "oriel.h"

enum { SIDE = 1024, PRODUCTS = 5 };

static void give_up(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* ---- counted work ---- */

static atomic_ullong n_multiplied; /* multiply-adds of all products so far */

static void count(size_t m, size_t n, size_t k)
{
    atomic_fetch_add_explicit(&n_multiplied, (unsigned long long)m * n * k, memory_order_relaxed);
}

void __real_product_nn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep);
void __real_product_nt(struct matrix c, struct matrix a, struct matrix b, real scale, real keep);
void __real_product_tn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep);
void __wrap_product_nn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep);
void __wrap_product_nt(struct matrix c, struct matrix a, struct matrix b, real scale, real keep);
void __wrap_product_tn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep);

void __wrap_product_nn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep)
{
    count(c.rows, c.cols, a.cols);
    __real_product_nn(c, a, b, scale, keep);
}

void __wrap_product_nt(struct matrix c, struct matrix a, struct matrix b, real scale, real keep)
{
    count(c.rows, c.cols, a.cols);
    __real_product_nt(c, a, b, scale, keep);
}

void __wrap_product_tn(struct matrix c, struct matrix a, struct matrix b, real scale, real keep)
{
    count(c.rows, c.cols, a.rows);
    __real_product_tn(c, a, b, scale, keep);
}

/* Of SIDE x SIDE matrices, a hundredth of a second and more each. */
static double gflops_of(void (*multiply)(struct matrix c, struct matrix a, struct matrix b), struct matrix c,
                        struct matrix a, struct matrix b)
{
    multiply(c, a, b);
    double begin = seconds_by(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t i = 0; i < PRODUCTS; i++)
        multiply(c, a, b);
    double seconds = (seconds_by(CLOCK_PROCESS_CPUTIME_ID) - begin) / PRODUCTS;
    return 2.0 * SIDE * SIDE * SIDE / seconds * 1e-9;
}

static void multiply_by_tiles(struct matrix c, struct matrix a, struct matrix b)
{
    product_nt(c, a, b, 1, 0);
}

static void measure_product(void)
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
    double ours = gflops_of(multiply_by_tiles, z, x, y);
    double theirs = gflops_of(blas_product_nt, z, x, y);
    free(a);
    printf("product_gflops %.2f\nblas_gflops %.2f\n", ours, theirs);
}

/* ---- training ---- */

/* An epoch as it is seen from outside. */
struct epoch {
    clockid_t clock;
    double begin, seconds;
    unsigned long long work_before, work;
    size_t n_tokens;
};

static int note_epoch(void *user, const oriel_progress *p)
{
    struct epoch *e = user;
    if (p->moment == ORIEL_AT_START) {
        e->n_tokens = p->facts->n_tokens;
        e->work_before = n_multiplied;
        e->begin = seconds_by(e->clock);
    } else if (p->moment == ORIEL_AT_STEP) { /* the last comes after the epoch and before scoring */
        e->seconds = seconds_by(e->clock) - e->begin;
        e->work = n_multiplied - e->work_before;
    }
    return 0;
}

static oriel_model *trained(oriel_train_options *o, char *const *files, oriel_on_progress *f, void *user)
{
    const char *train = files[0];
    oriel_model *m;
    oriel_error err;
    o->train = &train;
    o->n_train = 1;
    o->dev = files[1];
    if (oriel_train(&m, o, f, user, &err) != ORIEL_OK)
        give_up(err.text);
    return m;
}

/* Multiply-adds for a token of the network of a model: forward, back to what is below, and the weights' gradient. */
static double unshared_work(const oriel_model *m)
{
    oriel_info i;
    oriel_model_info(m, &i);
    double below = (double)(i.window * i.width);
    double n = 0;
    for (size_t l = 0; l < i.n_hidden; below = (double)i.hidden[l++])
        n += below * (double)i.hidden[l];
    return 3 * (n + below * (double)i.n_outputs);
}

/* RECIPE BATCH THREADS COPIES TRAIN DEV MODEL */
static void measure_training(char *const *argument, bool by_wall)
{
    oriel_train_options o;
    oriel_train_options_default(&o, strcmp(argument[0], "classic") == 0 ? ORIEL_CLASSIC : ORIEL_STANDARD);
    o.batch = strtoul(argument[1], NULL, 10);
    o.threads = strtoul(argument[2], NULL, 10);
    o.case_copies = strtod(argument[3], NULL);
    o.epochs = 1;
    o.tune_outside = false;
    struct epoch e = {.clock = by_wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID};
    oriel_model *m = trained(&o, argument + 4, note_epoch, &e);
    oriel_error err;
    if (oriel_model_save(m, argument[6], &err) != ORIEL_OK)
        give_up(err.text);
    if (e.work == 0)
        give_up("no product was counted: the network's products have other names than test.mk says");
    double rate = (double)e.n_tokens / e.seconds;
    printf("tokens_per_second %.1f\n", rate);
    printf("counted_gflops %.3f\n", 2 * (double)e.work / e.seconds * 1e-9);
    printf("unshared_gflops %.3f\n", 2 * unshared_work(m) * rate * 1e-9);
    oriel_model_free(m);
}

/* ---- until a score ---- */

struct goal {
    double f1;
    bool is_reached;
};

static void say_score(const char *how, double f1, size_t epoch)
{
    printf("%s 1\nseconds %.2f\nf1 %.4f\nepoch %zu\n", how, seconds_by(CLOCK_PROCESS_CPUTIME_ID), f1, epoch);
}

static int look_for_goal(void *user, const oriel_progress *p)
{
    struct goal *g = user;
    g->is_reached = p->moment == ORIEL_AT_EPOCH && p->dev_f1 >= g->f1;
    if (g->is_reached)
        say_score("reached", p->dev_f1, p->epoch);
    return g->is_reached;
}

/* For two epochs there is no use in what keeps twelve from learning a corpus by heart. */
static void hurry(oriel_train_options *o)
{
    o->epochs = 2;
    o->input_dropout = o->hidden_dropout = 0.3;
    o->swap_names = o->case_copies = 0;
}

/* F1 EPOCHS TRAIN DEV */
static void measure_reach(char *const *argument)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_STANDARD);
    if (strcmp(argument[1], "quick") == 0)
        hurry(&o);
    else
        o.epochs = strtoul(argument[1], NULL, 10);
    struct goal g = {.f1 = strtod(argument[0], NULL)};
    oriel_model *m = trained(&o, argument + 2, look_for_goal, &g);
    oriel_info i;
    oriel_model_info(m, &i);
    if (!g.is_reached)
        say_score("finished", i.dev_f1, i.epochs);
    oriel_model_free(m);
}

/* ---- tagging ---- */

/* Runs `oriel tag`, raw text to columns; *usage is what it took. */
static void run_tagger(char *const *argument, struct rusage *usage)
{
    fflush(stdout); /* or the child says it again */
    pid_t child = fork();
    if (child < 0)
        give_up("cannot fork");
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout))
            _exit(127);
        execl(argument[0], argument[0], "tag", "--model", argument[1], "--quiet", argument[2], (char *)NULL);
        _exit(127);
    }
    int status;
    if (wait4(child, &status, 0, usage) < 0 || status != 0)
        give_up("oriel tag failed");
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

/* PROGRAM MODEL TEXT */
static void measure_tagging(char *const *argument)
{
    struct rusage usage;
    run_tagger(argument, &usage);
    double seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    printf("tokens_per_second %.1f\npeak_kib %ld\n", (double)count_tokens(argument[2]) / seconds, usage.ru_maxrss);
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
    const char *what = argc > 1 ? argv[1] : "";
    oriel_system_single_blas_thread();
    if (strcmp(what, "machine") == 0 && argc == 2)
        say_machine();
    else if (strcmp(what, "product") == 0 && argc == 2)
        measure_product();
    else if (strcmp(what, "train") == 0 && (argc == 9 || argc == 10))
        measure_training(argv + 2, argc == 10);
    else if (strcmp(what, "reach") == 0 && argc == 6)
        measure_reach(argv + 2);
    else if (strcmp(what, "tag") == 0 && argc == 5)
        measure_tagging(argv + 2);
    else
        give_up("expected machine, product, train, reach or tag and its arguments (see the top of bench.c)");
    return 0;
}
