/* oriel vectors train: the words of a text become vectors. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/keeping.h"
#include "cli/machine.h"
#include "cli/report.h"
#include "cli/stopping.h"
#include "cli/vectors_from.h"

struct settings {
    oriel_vectors_options options;
    const char *output;
    oriel_vector_format form;
    unsigned input; /* 0: tokens, 1: text */
    bool is_quiet;
};

static const char *const input_names[] = {"tokens", "text", NULL};
static const char *const method_names[] = {"skipgram", "cbow", NULL};
static const char *const loss_names[] = {"negative", "softmax", NULL};

static_assert(sizeof(oriel_vectors_method) == sizeof(unsigned) && sizeof(oriel_vectors_loss) == sizeof(unsigned) &&
                  sizeof(oriel_vector_format) == sizeof(unsigned),
              "a choice is stored as unsigned");

#define FIELD(name) offsetof(struct settings, name)
#define OPTION(name) offsetof(struct settings, options.name)

static const struct option_row rows[] = {
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .offset = FIELD(output),
     .argument = "FILE",
     .help = "where the vectors go; -: standard output"},
    {.name = "format",
     .kind = OPTION_CHOICE,
     .offset = FIELD(form),
     .argument = "FORM",
     .choices = names_of_vector_formats,
     .help = HELP_OF_VECTOR_FORMATS},
    {.name = "input",
     .kind = OPTION_CHOICE,
     .offset = FIELD(input),
     .argument = "FORM",
     .choices = input_names,
     .help = "tokens: between blanks, as they stand; text: found as the tagger finds them"},
    {.name = "lowercase", .kind = OPTION_FLAG, .offset = OPTION(lower_case), .help = "take words in lower case"},
    {.name = "model",
     .kind = OPTION_CHOICE,
     .offset = OPTION(method),
     .argument = "NAME",
     .choices = method_names,
     .help = "skipgram: a word is to tell the words around it; cbow: they are to tell the word"},
    {.name = "loss",
     .kind = OPTION_CHOICE,
     .offset = OPTION(loss),
     .argument = "NAME",
     .choices = loss_names,
     .help = "negative: against a few words drawn at random; softmax: against all, exact and slow"},
    {.name = "dim",
     .kind = OPTION_SIZE,
     .offset = OPTION(dim),
     .argument = "D",
     .least = 1,
     .most = 4096,
     .help = "width of a vector"},
    {.name = "context",
     .kind = OPTION_SIZE,
     .offset = OPTION(context),
     .argument = "C",
     .least = 1,
     .most = 100,
     .help = "words on each side at most; how many is drawn for each word"},
    {.name = "negatives",
     .kind = OPTION_SIZE,
     .offset = OPTION(negatives),
     .argument = "K",
     .least = 1,
     .most = 100,
     .help = "words drawn at random for each pair of words"},
    {.name = "sample",
     .kind = OPTION_NUMBER,
     .offset = OPTION(sample),
     .argument = "T",
     .least = 0,
     .most = 0.999,
     .help = "words with a larger share of the text are left out at random; 0: none"},
    {.name = "min-count",
     .kind = OPTION_SIZE,
     .offset = OPTION(min_count),
     .argument = "N",
     .least = 1,
     .most = 1e9,
     .help = "words that are there less often have no vector"},
    {.name = "max-vocab",
     .kind = OPTION_SIZE,
     .offset = OPTION(max_words),
     .argument = "N",
     .least = 1,
     .most = 1e8,
     .help = "at most so many words, the most frequent ones; this bounds the memory"},
    {.name = "subwords",
     .kind = OPTION_FLAG,
     .offset = OPTION(subwords),
     .help = "a word's vector is made of its letter groups (3 to 6 characters), too; saved as safetensors, they make "
             "vectors of words that the text does not have"},
    {.name = "buckets",
     .kind = OPTION_SIZE,
     .offset = OPTION(buckets),
     .argument = "N",
     .least = 1,
     .most = 1e8,
     .help = "rows that letter groups share"},
    {.name = "epochs",
     .kind = OPTION_SIZE,
     .offset = OPTION(epochs),
     .argument = "N",
     .least = 1,
     .most = 100000,
     .help = "how often the text is read"},
    {.name = "learning-rate",
     .kind = OPTION_NUMBER,
     .offset = OPTION(learning_rate),
     .argument = "ETA",
     .least = 0,
     .most = 1000,
     .help = "step size at the beginning; it falls to nothing in a straight line; 0: 0.1, for cbow 0.5"},
    {.name = "threads",
     .kind = OPTION_SIZE,
     .offset = OPTION(threads),
     .argument = "N",
     .least = 1,
     .most = 256,
     .help = "the result does not depend on it [all processors]"},
    ROW_CHECKPOINT(OPTION(checkpoint)),
    ROW_CHECKPOINT_EVERY(OPTION(checkpoint_seconds)),
    {.name = "resume",
     .kind = OPTION_FLAG,
     .offset = OPTION(resume),
     .help = "go on from the checkpoint, with the same options and text, to the same vectors as without a break; begin "
             "if there is none yet"},
    {.name = "seed", .kind = OPTION_SEED, .offset = OPTION(seed), .argument = "N", .help = "of all that is random"},
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = FIELD(is_quiet), .help = "say nothing but errors"},
};

static const struct usage train_usage = {
    .command = "vectors train",
    .about = "learn the vectors of a text's words",
    .synopsis = "vectors train [options] --output FILE TEXT...",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "TEXT is plain or .gz; without one, or with -, standard input is read. A line ends a\n"
             "context. The words of the text are kept in a temporary file (TMPDIR), 4 bytes each.\n"
             "Ctrl-C once: what is learned so far is saved; twice: nothing is.\n"
             "\n"
             "Example:\n"
             "  oriel vectors train --lowercase --input text --output mine.vec text.txt.gz\n",
};

/* ---- what it says ---- */

struct watch {
    struct progress progress;
    struct keeping keeping;
    bool is_quiet, is_resumed;
    uint64_t seed;
};

static void show(struct watch *w, const oriel_vectors_progress *p)
{
    char a[FIGURE_BYTES], b[FIGURE_BYTES], c[FIGURE_BYTES];
    if (p->moment == ORIEL_AT_START) {
        fprintf(stderr, "text:   %s, %s in the vocabulary of %s; seed %" PRIu64 "\n",
                report_number_of(a, p->n_tokens, "token", "tokens"), report_count(b, p->n_words),
                report_number_of(c, p->V, "word", "words"), w->seed);
    } else if (w->progress.is_terminal) {
        char line[256];
        snprintf(line, sizeof line, "epoch %zu/%zu %3.0f %%  loss %.4f  %s words/s  %s left", p->epoch, p->epochs,
                 100 * p->done, p->loss, report_count(a, (uint64_t)p->words_per_second),
                 report_seconds(b, p->seconds_left));
        progress_rewrite(&w->progress, line);
    } else if (p->moment == ORIEL_AT_EPOCH) {
        fprintf(stderr, "epoch %zu/%zu  loss %.4f  %s words/s  %s left\n", p->epoch, p->epochs, p->loss,
                report_count(a, (uint64_t)p->words_per_second), report_seconds(b, p->seconds_left));
    }
}

static int on_progress(void *user, const oriel_vectors_progress *p)
{
    struct watch *w = user;
    if (p->moment == ORIEL_AT_CHECKPOINT)
        keeping_note(&w->keeping, p->checkpoint_error, &w->progress);
    else if (!w->is_quiet)
        show(w, p);
    if (p->moment == ORIEL_AT_START && w->is_resumed && !w->is_quiet)
        keeping_say_resumed(p->epoch, p->epochs, p->done);
    return stopping_is_asked();
}

static void say_result(const oriel_vectors *v, const char *path, double seconds, bool has_checkpoint)
{
    char words[FIGURE_BYTES], took[FIGURE_BYTES];
    fprintf(stderr, "saved:  %s, %s, %zu wide, after %s%s\n", path,
            report_number_of(words, oriel_vectors_count(v), "word", "words"), oriel_vectors_dim(v),
            report_seconds(took, seconds),
            !stopping_is_asked() ? ""
            : has_checkpoint     ? " (stopped early; --resume goes on)"
                                 : " (stopped early)");
}

/* ---- the command ---- */

static int train(const struct settings *s)
{
    struct watch watch = {.progress = progress_begin(stderr),
                          .keeping = {.path = s->options.checkpoint},
                          .is_quiet = s->is_quiet,
                          .is_resumed = s->options.resume,
                          .seed = s->options.seed};
    double begin = now_in_seconds();
    oriel_vectors *v;
    oriel_error err;
    stopping_listen();
    oriel_status status = oriel_vectors_train(&v, &s->options, on_progress, &watch, &err);
    stopping_hold();
    progress_end(&watch.progress);
    if (status == ORIEL_OK)
        status = oriel_vectors_save(v, s->output, s->form, s->options.threads, &err);
    if (status == ORIEL_OK && !s->is_quiet) {
        say_result(v, s->output, now_in_seconds() - begin, s->options.checkpoint);
        vectors_say_left_out(v, s->output, s->form);
    }
    oriel_vectors_free(v);
    if (status != ORIEL_OK)
        return report_error(&train_usage, &err);
    return keeping_end(&watch.keeping) ? EXIT_FINE : EXIT_FAILED;
}

int cmd_vectors_train(int argc, char **argv)
{
    const struct usage *u = &train_usage;
    struct settings s = {0};
    static const char *const standard_input[] = {"-"};
    struct operands texts;
    oriel_error err;
    oriel_vectors_options_default(&s.options);
    s.form = ORIEL_FORMAT_BY_NAME;
    s.options.threads = available_processors();
    enum parsed parsed = options_parse(u, argc, argv, &s, &texts);
    if (parsed != PARSED_GO)
        return parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    if (!s.output)
        return options_misuse(u, "--output FILE is missing: where should the vectors go?");
    if (s.options.checkpoint && strcmp(s.options.checkpoint, s.output) == 0)
        return options_misuse(u, "--checkpoint and --output must be two files");
    s.options.raw_text = s.input == 1;
    s.options.text = texts.n > 0 ? (const char *const *)texts.at : standard_input;
    s.options.n_text = texts.n > 0 ? texts.n : 1;
    if (oriel_vectors_options_check(&s.options, &err) != ORIEL_OK)
        return report_error(u, &err);
    return train(&s);
}
