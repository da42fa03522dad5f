/* oriel tag: text comes in, the same text with its tags goes out. */
#include <assert.h>
#include <inttypes.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/machine.h"
#include "cli/report.h"
#include "cli/tag_stream.h"

struct settings {
    const char *model;
    oriel_reader_options reader;
    oriel_tagger_options tagger;
    unsigned form; /* enum tagged_form */
    size_t threads;
    bool is_quiet, wants_stats;
};

static const char *const form_names[] = {"conll", "jsonl", "inline", NULL};
static_assert(sizeof(oriel_input) == sizeof(unsigned), "a choice is stored as unsigned");

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    {.name = "model", .kind = OPTION_TEXT, .offset = FIELD(model), .argument = "FILE", .help = "made by oriel train"},
    {.name = "input",
     .kind = OPTION_CHOICE,
     .offset = FIELD(reader.format),
     .argument = "FORM",
     .choices = names_of_inputs,
     .help = "text: raw text; tokens: a sentence a line, blanks between its tokens; conll: a token a line"},
    {.name = "output",
     .kind = OPTION_CHOICE,
     .offset = FIELD(form),
     .argument = "FORM",
     .choices = form_names,
     .help = "conll, jsonl or inline, as described below"},
    {.name = "min-confidence",
     .kind = OPTION_NUMBER,
     .offset = FIELD(tagger.min_confidence),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "leave out entities of less confidence"},
    {.name = "types",
     .kind = OPTION_TEXT,
     .offset = FIELD(tagger.types),
     .argument = "TYPE,...",
     .help = "leave out entities of other types [all]"},
    {.name = "n-best",
     .kind = OPTION_SIZE,
     .offset = FIELD(tagger.n_best),
     .argument = "N",
     .least = 1,
     .most = ORIEL_MAX_READINGS,
     .help = "softmax, crf: the N most probable readings of each sentence [the best alone]"},
    {.name = "marginals",
     .kind = OPTION_FLAG,
     .offset = FIELD(tagger.marginals),
     .help = "softmax, crf: how probable each tag of each token is"},
    {.name = "threshold",
     .kind = OPTION_NUMBER,
     .offset = FIELD(tagger.threshold),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "probability that a type must reach [the model's]"},
    {.name = "wrapped",
     .kind = OPTION_FLAG,
     .offset = FIELD(reader.wrapped),
     .help = "text: a sentence may go on in the next line; only a blank line ends it"},
    {.name = "columns",
     .kind = OPTION_SIZE,
     .offset = FIELD(reader.token_column),
     .argument = "TOKEN",
     .least = 1,
     .most = MOST_COLUMN,
     .help = "conll: the column of the token, counted from 1"},
    {.name = "max-line",
     .kind = OPTION_SIZE,
     .offset = FIELD(reader.max_line),
     .argument = "BYTES",
     .least = 1,
     .most = MOST_LINE_BYTES,
     .help = "conll: a longer line is an error"},
    {.name = "strict",
     .kind = OPTION_FLAG,
     .offset = FIELD(reader.strict),
     .help = "stop at invalid UTF-8 and say where [replace it by U+FFFD and count]"},
    {.name = "threads",
     .kind = OPTION_SIZE,
     .offset = FIELD(threads),
     .argument = "N",
     .least = 1,
     .most = MOST_THREADS,
     .help = "the output is the same for any number [processors]"},
    {.name = "stats", .kind = OPTION_FLAG, .offset = FIELD(wants_stats), .help = "say at the end what took the time"},
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = FIELD(is_quiet), .help = "say nothing but errors"},
};

static const struct usage usage = {
    .command = "tag",
    .about = "tag text from files or standard input",
    .synopsis = "tag --model FILE [options] [FILE...]",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "Heads softmax and crf take the most probable tags that the scheme allows for the\n"
             "whole sentence. Sigmoid: a token takes its best type if that reaches the\n"
             "threshold; neighbours of one type are one entity.\n"
             "\n"
             "Output:\n"
             "  conll   token, tab, tag, and a blank line after each sentence. With --input conll\n"
             "          the lines stay as they are and the tag is added as their last column.\n"
             "          --n-best: a tag column for each reading, the best first (_ where there are\n"
             "          no more), after a line \"# readings = 0.91 0.052\" with their probabilities\n"
             "          (not where a sentence goes on that was too long). --marginals: one column\n"
             "          more, such as B-PER=0.912|O=0.087.\n"
             "  jsonl   an object a sentence: text, offset (of the sentence in the input) and\n"
             "          entities with start and end (bytes of text, UTF-8), type, text, confidence.\n"
             "          --n-best: readings, each with its probability and entities. --marginals:\n"
             "          tokens, each with start, end, tag and probabilities by tag.\n"
             "  inline  the input with its entities marked: [PER Ada Lovelace]; plain labels:\n"
             "          word/TAG. Brackets in the input are not escaped: for programs use jsonl.\n"
             "\n"
             "A reading's probability is that of all its tags together, so it is small for a long\n"
             "sentence. Confidence is that of the entity alone. Tags of less than 0.0005 are not\n"
             "shown. --types and --min-confidence leave entities out of the readings, too; they\n"
             "change no probability.\n"
             "\n"
             "Example:\n"
             "  echo 'Ada Lovelace lived in London.' | oriel tag --model names.oriel --output inline\n",
};

static struct tagged form_of(const struct settings *s, const oriel_model *m)
{
    oriel_info info;
    oriel_model_info(m, &info);
    return (struct tagged){
        .model = m,
        .form = (enum tagged_form)s->form,
        .input = s->reader.format,
        .is_plain = strcmp(info.scheme, "plain") == 0,
        .n_best = s->tagger.n_best,
    };
}

static void say_replaced(uint64_t n)
{
    char text[FIGURE_BYTES];
    fprintf(stderr, "oriel: U+FFFD stands for %s that %s not UTF-8\n",
            report_number_of(text, n, "sequence", "sequences"), n == 1 ? "was" : "were");
}

/* Where the time went; threads side by side, so their seconds add up to more than the clock's. */
static void say_stats(const struct tag_stats *s)
{
    const oriel_tagger_stats *t = &s->tagger;
    const struct {
        const char *name;
        double seconds;
    } stages[] = {{"reading", s->reading}, {"look-up", t->looking_up},    {"new tokens", t->computing},
                  {"network", t->network}, {"tags, output", s->deciding}, {"writing", s->writing}};
    char text[FIGURE_BYTES];
    double n = (double)t->n_tokens;
    fprintf(stderr, "%s", report_number_of(text, s->n_sentences, "sentence", "sentences"));
    fprintf(stderr, ", %s, ", report_number_of(text, t->n_tokens, "token", "tokens"));
    fprintf(stderr, "%.1f %% known to the cache\n", n > 0 ? 100 * (1 - (double)t->n_computed / n) : 0);
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        fprintf(stderr, "%-13s %8.3f s  %6.3f us/token\n", stages[i].name, stages[i].seconds,
                n > 0 ? 1e6 * stages[i].seconds / n : 0);
}

/* What was tagged before a failure is still written. */
static int tag(const struct settings *s, struct operands files)
{
    oriel_error err;
    oriel_model *model;
    struct tag_stats stats = {0};
    oriel_status status = oriel_model_load(&model, s->model, &err);
    if (status == ORIEL_OK) {
        const struct tag_stream order = {.model = model,
                                         .reader = &s->reader,
                                         .tagger = &s->tagger,
                                         .form = form_of(s, model),
                                         .files = files,
                                         .threads = s->threads,
                                         .fd = STDOUT_FILENO};
        status = tag_stream(&order, &stats, &err);
    }
    int code = EXIT_FINE;
    if (stats.write_error)
        code = report_write_error(stats.write_error);
    if (status != ORIEL_OK)
        code = report_error(&usage, &err);
    if (stats.n_replaced && !s->is_quiet)
        say_replaced(stats.n_replaced);
    if (s->wants_stats)
        say_stats(&stats);
    oriel_model_free(model);
    return code;
}

int cmd_tag(int argc, char **argv)
{
    struct settings s = {.threads = available_processors(),
                         .tagger.threshold = -1,
                         .reader.token_column = 1,
                         .reader.max_line = 1 << 20};
    struct operands files;
    enum parsed parsed = options_parse(&usage, argc, argv, &s, &files);
    if (parsed != PARSED_GO)
        return parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    if (!s.model)
        return options_misuse(&usage, "--model FILE is missing");
    if (s.form == TAGGED_INLINE && (s.tagger.n_best > 0 || s.tagger.marginals))
        return options_misuse(&usage, "--%s goes with --output conll or jsonl",
                              s.tagger.n_best > 0 ? "n-best" : "marginals");
    s.tagger.no_confidence = s.form != TAGGED_JSONL;
    return tag(&s, files);
}
