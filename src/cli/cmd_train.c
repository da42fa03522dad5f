/* oriel train: a tagged corpus becomes a model file. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/report.h"
#include "cli/stopping.h"
#include "cli/train_log.h"
#include "cli/train_options.h"

/* ---- before training ---- */

static size_t available_processors(void)
{
    cpu_set_t set;
    size_t n = sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
    return n > 256 ? 256 : n;
}

/* Those of a recipe, or of going on from a model. */
static void set_defaults(struct train_settings *s, oriel_recipe recipe, const oriel_model *old)
{
    list_clear(&s->train);
    list_clear(&s->known);
    *s = (struct train_settings){0};
    if (old)
        oriel_train_options_continue(&s->options, old);
    else
        oriel_train_options_default(&s->options, recipe);
    s->average = s->options.average;
    s->batch_of = s->options.sentences;
    s->options.threads = available_processors();
    s->options.columns.max_line = 1 << 20;
}

static bool is_readable(const char *path)
{
    if (!path || strcmp(path, "-") == 0 || access(path, R_OK) == 0)
        return true;
    fprintf(stderr, "oriel: %s: %s\n", path, strerror(errno));
    return false;
}

/* A missing file should be told before the others are read. */
static bool inputs_are_readable(const oriel_train_options *o)
{
    bool is_good = true;
    for (size_t i = 0; i < o->n_train; i++)
        is_good &= is_readable(o->train[i]);
    is_good &= is_readable(o->dev);
    is_good &= is_readable(o->vectors);
    is_good &= is_readable(o->tokenizer);
    return is_good;
}

static bool are_equal(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static int complete(struct train_settings *s, struct operands files)
{
    for (size_t i = 0; i < files.n; i++) {
        if (!list_add(&s->train, files.at[i]))
            return report_no_memory();
    }
    if (s->train.n == 0)
        return options_misuse(&train_usage, "--train FILE is missing");
    if (!s->model)
        return options_misuse(&train_usage, "--model FILE is missing: where should the model go?");
    while (s->known.n > 0 && s->known.n < s->train.n)
        if (!list_add(&s->known, ""))
            return report_no_memory();
    s->options.train = s->train.at;
    s->options.n_train = s->train.n;
    s->options.known_types = s->known.n > 0 ? s->known.at : NULL;
    s->options.columns.refuse_bad_tags = s->bad_tags == 1;
    s->options.average = s->average == 1;
    s->options.sentences = s->batch_of == 1;
    oriel_error err;
    if (oriel_train_options_check(&s->options, &err) != ORIEL_OK)
        return report_error(&train_usage, &err);
    if (!inputs_are_readable(&s->options))
        return EXIT_FAILED;
    if (are_equal(s->options.checkpoint, s->model))
        return options_misuse(&train_usage, "--checkpoint and --model must be two files");
    if (are_equal(s->log, s->model) || are_equal(s->log, s->options.checkpoint))
        return options_misuse(&train_usage, "--log must be another file than the model and the checkpoint");
    if (oriel_model_save_check(s->model, &err) != ORIEL_OK)
        return report_error(&train_usage, &err);
    return EXIT_FINE;
}

/* ---- training ---- */

struct watch {
    struct progress progress;
    struct train_log log;
    bool is_quiet, is_resumed;
    bool has_old_checkpoint; /* the latest could not be written */
};

/* A failure is told once, until one could be written again. */
static void say_checkpoint(struct watch *w, const char *error)
{
    if (error && !w->has_old_checkpoint)
        fprintf(stderr, "%soriel: %s; training goes on\n", w->progress.has_line ? "\n" : "", error);
    w->has_old_checkpoint = error;
}

static void say_resumed(const oriel_progress *now)
{
    if (now->epoch == 0 && now->done == 0)
        fprintf(stderr, "resume: there is no checkpoint yet, training begins\n");
    else
        fprintf(stderr, "resume: after epoch %zu of %zu and %.0f %% of the next\n", now->epoch, now->epochs,
                100 * now->done);
}

static int on_progress(void *user, const oriel_progress *now)
{
    struct watch *watch = user;
    if (!watch->is_quiet)
        progress_show(&watch->progress, now);
    if (now->moment == ORIEL_AT_START && watch->is_resumed && !watch->is_quiet)
        say_resumed(now);
    if (now->moment == ORIEL_AT_CHECKPOINT)
        say_checkpoint(watch, now->checkpoint_error);
    train_log_note(&watch->log, now);
    return stopping_is_asked();
}

static void say_result(const oriel_model *m, const struct train_settings *s, double seconds)
{
    oriel_info info;
    oriel_model_info(m, &info);
    if (info.best_epoch)
        fprintf(stderr, "best:   epoch %zu of %zu, dev precision %.2f  recall %.2f  F1 %.2f\n", info.best_epoch,
                info.epochs, 100 * info.dev_precision, 100 * info.dev_recall, 100 * info.dev_f1);
    else
        fprintf(stderr, "best:   the starting weights; no epoch made them better on dev\n");
    char size[FIGURE_BYTES], took[FIGURE_BYTES];
    struct stat file;
    uint64_t n = stat(s->model, &file) == 0 ? (uint64_t)file.st_size : 0;
    fprintf(stderr, "saved:  %s, %s, after %s%s%s\n", s->model, report_bytes(size, n), report_seconds(took, seconds),
            stopping_is_asked() ? " (stopped early" : "",
            !stopping_is_asked()    ? ""
            : s->options.checkpoint ? "; --resume goes on)"
                                    : ")");
}

static double now_in_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A training that has ended needs no checkpoint; one that was stopped is told when it has none of the moment.  A device that
 * stands in its place stays.  false: a failure. */
static bool end_checkpoint(const struct watch *w, const char *path)
{
    struct stat there;
    if (path && !stopping_is_asked() && stat(path, &there) == 0 && S_ISREG(there.st_mode))
        unlink(path);
    return !path || !stopping_is_asked() || !w->has_old_checkpoint;
}

static int train(const struct train_settings *s)
{
    struct watch watch = {.progress = progress_begin(stderr), .is_quiet = s->is_quiet, .is_resumed = s->options.resume};
    double begin = now_in_seconds();
    oriel_model *m;
    oriel_error err;
    if (s->log && !train_log_open(&watch.log, s->log))
        return EXIT_FAILED;
    stopping_listen();
    oriel_status status = oriel_train(&m, &s->options, on_progress, &watch, &err);
    stopping_hold();
    progress_end(&watch.progress);
    bool log_is_good = train_log_close(&watch.log);
    if (status == ORIEL_OK)
        status = oriel_model_save(m, s->model, &err);
    if (status == ORIEL_OK && !s->is_quiet)
        say_result(m, s, now_in_seconds() - begin);
    oriel_model_free(m);
    if (status != ORIEL_OK)
        return report_error(&train_usage, &err);
    bool checkpoint_is_good = end_checkpoint(&watch, s->options.checkpoint);
    return log_is_good && checkpoint_is_good ? EXIT_FINE : EXIT_FAILED;
}

/* The command line again, over the defaults that it asks for itself. */
static int parse_again(struct train_settings *s, struct operands *files, int argc, char **argv, oriel_model **old)
{
    oriel_error err;
    oriel_recipe recipe = s->options.recipe;
    if (s->continue_from && oriel_model_load(old, s->continue_from, &err) != ORIEL_OK)
        return report_error(&train_usage, &err);
    set_defaults(s, recipe, *old);
    return options_parse(&train_usage, argc, argv, s, files) == PARSED_GO ? EXIT_FINE : EXIT_MISUSE;
}

int cmd_train(int argc, char **argv)
{
    struct train_settings s = {0};
    struct operands files;
    oriel_model *old = NULL;
    set_defaults(&s, ORIEL_STANDARD, NULL);
    enum parsed parsed = options_parse(&train_usage, argc, argv, &s, &files);
    int code = parsed == PARSED_MISUSE ? EXIT_MISUSE : EXIT_FINE;
    if (parsed == PARSED_GO && (s.options.recipe != ORIEL_STANDARD || s.continue_from))
        code = parse_again(&s, &files, argc, argv, &old);
    if (parsed == PARSED_GO && code == EXIT_FINE)
        code = complete(&s, files);
    if (parsed == PARSED_GO && code == EXIT_FINE)
        code = train(&s);
    list_clear(&s.train);
    list_clear(&s.known);
    oriel_model_free(old);
    return code;
}
