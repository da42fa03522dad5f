/* oriel train: a tagged corpus becomes a model file. */
#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/report.h"

struct settings {
    oriel_train_options options;
    struct list train;
    const char *model;
    unsigned bad_tags; /* index into bad_tag_names */
    bool is_quiet;
};

static const char *const recipe_names[] = {"classic", NULL};
static const char *const activation_names[] = {"tanh", "sigmoid", "relu", NULL};
static const char *const bad_tag_names[] = {"repair", "refuse", NULL};
static_assert(sizeof(oriel_recipe) == sizeof(unsigned) && sizeof(oriel_activation) == sizeof(unsigned),
              "a choice is stored as unsigned");

#define FIELD(name) offsetof(struct settings, name)
#define OPTION(name) offsetof(struct settings, options.name)

static const struct option_row rows[] = {
    {.name = "train",
     .kind = OPTION_LIST,
     .offset = FIELD(train),
     .argument = "FILE",
     .help = "corpus, plain or .gz: a token a line with its tag, a blank line after each sentence; may be repeated, "
             "and files without --train are added"},
    {.name = "dev",
     .kind = OPTION_TEXT,
     .offset = OPTION(dev),
     .argument = "FILE",
     .help = "corpus that decides when to stop [a tenth of the training sentences, held out by the seed]"},
    {.name = "model", .kind = OPTION_TEXT, .offset = FIELD(model), .argument = "FILE", .help = "where the model goes"},
    {.name = "vectors",
     .kind = OPTION_TEXT,
     .offset = OPTION(vectors),
     .argument = "FILE",
     .help = "word vectors to start from (word2vec or GloVe, plain or .gz) [random]"},
    {.name = "recipe",
     .kind = OPTION_CHOICE,
     .offset = OPTION(recipe),
     .argument = "NAME",
     .choices = recipe_names,
     .help = "what to train; classic: a window of word vectors, hidden layers, a yes or no for each type"},
    {.name = "type",
     .kind = OPTION_TEXT,
     .offset = OPTION(type),
     .argument = "NAME",
     .help = "learn this type only; any: one type for all names [a yes or no for each type]"},
    {.name = "window",
     .kind = OPTION_SIZE,
     .offset = OPTION(window),
     .argument = "W",
     .least = 1,
     .most = 31,
     .is_odd = true,
     .help = "words seen at once, odd: 5 is two on each side"},
    {.name = "dim",
     .kind = OPTION_SIZE,
     .offset = OPTION(dim),
     .argument = "D",
     .least = 1,
     .most = 4096,
     .help = "width of a word vector; --vectors brings its own"},
    {.name = "hidden",
     .kind = OPTION_FORM,
     .offset = FIELD(options),
     .argument = "H,...",
     .form = &form_hidden,
     .help = "units of each hidden layer, as 100 or 300,100; none: no hidden layer"},
    {.name = "activation",
     .kind = OPTION_CHOICE,
     .offset = OPTION(activation),
     .argument = "NAME",
     .choices = activation_names,
     .help = "of the hidden layers: tanh, sigmoid or relu"},
    {.name = "learning-rate",
     .kind = OPTION_NUMBER,
     .offset = OPTION(learning_rate),
     .argument = "ETA",
     .least = 1e-9,
     .most = 1000,
     .help = "step size of gradient descent"},
    {.name = "lambda",
     .kind = OPTION_NUMBER,
     .offset = OPTION(lambda),
     .argument = "X",
     .least = 0,
     .most = 1e9,
     .help = "weight of the L2 penalty"},
    {.name = "threshold",
     .kind = OPTION_NUMBER,
     .offset = OPTION(threshold),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "probability that a type must reach; stored in the model"},
    {.name = "epochs",
     .kind = OPTION_SIZE,
     .offset = OPTION(epochs),
     .argument = "N",
     .least = 1,
     .most = 100000,
     .help = "passes over the corpus, at most"},
    {.name = "patience",
     .kind = OPTION_SIZE,
     .offset = OPTION(patience),
     .argument = "N",
     .least = 0,
     .most = 100000,
     .help = "stop after so many epochs without a better dev F1; 0: never"},
    {.name = "batch",
     .kind = OPTION_SIZE,
     .offset = OPTION(batch),
     .argument = "N",
     .least = 1,
     .most = 100000,
     .help = "tokens to a step; more is faster and learns less from each"},
    {.name = "min-count",
     .kind = OPTION_SIZE,
     .offset = OPTION(min_count),
     .argument = "N",
     .least = 1,
     .most = 1e9,
     .help = "words seen less often share one vector"},
    {.name = "threads",
     .kind = OPTION_SIZE,
     .offset = OPTION(threads),
     .argument = "N",
     .least = 1,
     .most = 256,
     .help = "the result does not depend on it"},
    {.name = "seed",
     .kind = OPTION_SEED,
     .offset = OPTION(seed),
     .argument = "N",
     .help = "same seed, options and corpus: the same model"},
    {.name = "columns",
     .kind = OPTION_FORM,
     .offset = OPTION(columns),
     .argument = "TOKEN,TAG",
     .form = &form_columns,
     .help = "which columns of the corpus, counted from 1"},
    {.name = "bad-tags",
     .kind = OPTION_CHOICE,
     .offset = FIELD(bad_tags),
     .argument = "WHAT",
     .choices = bad_tag_names,
     .help = "an impossible tag sequence: repair reads it as conlleval does and counts it, refuse stops"},
    {.name = "max-line",
     .kind = OPTION_SIZE,
     .offset = OPTION(columns.max_line),
     .argument = "BYTES",
     .least = 1,
     .most = MOST_LINE_BYTES,
     .help = "a longer line of a corpus is an error"},
    {.name = "tokenizer",
     .kind = OPTION_TEXT,
     .offset = OPTION(tokenizer),
     .argument = "FILE",
     .help = "rules that cut raw text into words, stored in the model (\"oriel info --tokenizer MODEL\" prints them) "
             "[built in]"},
    {.name = "about",
     .kind = OPTION_TEXT,
     .offset = OPTION(about),
     .argument = "TEXT",
     .help = "a note for the model, such as the licence of the corpus"},
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = FIELD(is_quiet), .help = "say nothing but errors"},
};

static const struct usage usage = {
    .command = "train",
    .about = "learn a tagger from a tagged corpus",
    .synopsis = "train --train FILE... [--dev FILE] --model FILE [options]",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "Columns are separated by tabs or blanks. Tags are IO, IOB1, IOB2, IOBES or plain\n"
             "labels; which of them is recognised. Ctrl-C once: the best model so far is saved;\n"
             "twice: nothing is.\n"
             "\n"
             "Example:\n"
             "  oriel train --train train.conll --dev dev.conll --model names.oriel\n",
};

/* ---- stopping ---- */

static volatile sig_atomic_t stop_is_asked;

/* The first signal asks; the second, of either kind, does not wait. */
static void ask_to_stop(int signal_number)
{
    static const char first[] = "\noriel: stopping after this step; once more stops at once\n";
    static const char second[] = "\noriel: stopped, nothing was written\n";
    int saved_errno = errno;
    bool is_second = stop_is_asked;
    (void)signal_number;
    stop_is_asked = 1;
    ssize_t ignored = write(STDERR_FILENO, is_second ? second : first, (is_second ? sizeof second : sizeof first) - 1);
    (void)ignored;
    if (is_second)
        _exit(EXIT_FAILED);
    errno = saved_errno;
}

/* A signal that whoever started us chose to ignore, as a shell does for a job in the background, stays ignored. */
static void listen_to(int signal_number)
{
    struct sigaction ours = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
    struct sigaction inherited;
    if (sigaction(signal_number, NULL, &inherited) == 0 && inherited.sa_handler != SIG_IGN)
        sigaction(signal_number, &ours, NULL);
}

/* From here on nothing may come between. */
static void hold_signals(void)
{
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    sigprocmask(SIG_BLOCK, &both, NULL);
}

/* ---- before training ---- */

static size_t available_processors(void)
{
    cpu_set_t set;
    size_t n = sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
    return n > 256 ? 256 : n;
}

static void set_defaults(struct settings *s)
{
    *s = (struct settings){0};
    oriel_train_options_default(&s->options, ORIEL_CLASSIC);
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

static int complete(struct settings *s, struct operands files)
{
    for (size_t i = 0; i < files.n; i++) {
        if (!list_add(&s->train, files.at[i]))
            return report_no_memory();
    }
    if (s->train.n == 0)
        return options_misuse(&usage, "--train FILE is missing");
    if (!s->model)
        return options_misuse(&usage, "--model FILE is missing: where should the model go?");
    s->options.train = s->train.at;
    s->options.n_train = s->train.n;
    s->options.columns.refuse_bad_tags = s->bad_tags == 1;
    oriel_error err;
    if (oriel_train_options_check(&s->options, &err) != ORIEL_OK)
        return report_error(&usage, &err);
    if (!inputs_are_readable(&s->options))
        return EXIT_FAILED;
    if (oriel_model_save_check(s->model, &err) != ORIEL_OK)
        return report_error(&usage, &err);
    return EXIT_FINE;
}

/* ---- training ---- */

struct watch {
    struct progress progress;
    bool is_quiet;
};

static int on_progress(void *user, const oriel_progress *now)
{
    struct watch *watch = user;
    if (!watch->is_quiet)
        progress_show(&watch->progress, now);
    return stop_is_asked;
}

static void say_result(const oriel_model *m, const char *path, double seconds)
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
    uint64_t n = stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
    fprintf(stderr, "saved:  %s, %s, after %s%s\n", path, report_bytes(size, n), report_seconds(took, seconds),
            stop_is_asked ? " (stopped early)" : "");
}

static double now_in_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int train(const struct settings *s)
{
    struct watch watch = {progress_begin(stderr), s->is_quiet};
    double begin = now_in_seconds();
    oriel_model *m;
    oriel_error err;
    listen_to(SIGINT);
    listen_to(SIGTERM);
    oriel_status status = oriel_train(&m, &s->options, on_progress, &watch, &err);
    hold_signals();
    progress_end(&watch.progress);
    if (status == ORIEL_OK)
        status = oriel_model_save(m, s->model, &err);
    if (status == ORIEL_OK && !s->is_quiet)
        say_result(m, s->model, now_in_seconds() - begin);
    oriel_model_free(m);
    return status == ORIEL_OK ? EXIT_FINE : report_error(&usage, &err);
}

int cmd_train(int argc, char **argv)
{
    struct settings s;
    struct operands files;
    set_defaults(&s);
    enum parsed parsed = options_parse(&usage, argc, argv, &s, &files);
    int code = parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    if (parsed == PARSED_GO) {
        code = complete(&s, files);
        if (code == EXIT_FINE)
            code = train(&s);
    }
    list_clear(&s.train);
    return code;
}
