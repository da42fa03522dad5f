/* oriel eval: tags against gold, as precision, recall and F1, and what went wrong. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/mistakes.h"
#include "cli/report.h"

enum form { FORM_TABLE, FORM_TSV, FORM_JSON };

struct settings {
    const char *model;
    oriel_eval_options options;
    size_t n_mistakes; /* to list, at most */
    unsigned form;
    bool with_tokens, with_reliability;
};

static const char *const form_names[] = {"table", "tsv", "json", NULL};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    {.name = "model",
     .kind = OPTION_TEXT,
     .offset = FIELD(model),
     .argument = "FILE",
     .help = "tag the gold files with this model and score it"},
    {.name = "train",
     .kind = OPTION_TEXT,
     .offset = FIELD(options.train),
     .argument = "FILE",
     .help = "without a model: the training corpus, to tell seen from unseen names"},
    {.name = "types",
     .kind = OPTION_TEXT,
     .offset = FIELD(options.types),
     .argument = "TYPE,...",
     .help = "with a model: count these types only [all]"},
    {.name = "threshold",
     .kind = OPTION_NUMBER,
     .offset = FIELD(options.threshold),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "with a model: probability that a type must reach [the model's]"},
    {.name = "columns",
     .kind = OPTION_FORM,
     .offset = FIELD(options.columns),
     .argument = "TOKEN,TAG",
     .form = &form_columns,
     .help = "which columns of the files, counted from 1"},
    {.name = "max-line",
     .kind = OPTION_SIZE,
     .offset = FIELD(options.columns.max_line),
     .argument = "BYTES",
     .least = 1,
     .most = MOST_LINE_BYTES,
     .help = "a longer line is an error"},
    {.name = "errors",
     .kind = OPTION_SIZE,
     .offset = FIELD(n_mistakes),
     .argument = "N",
     .bare = "1000000000",
     .least = 0,
     .most = 1e9,
     .help = "list what went wrong, at most N of it, before the table"},
    {.name = "tokens",
     .kind = OPTION_FLAG,
     .offset = FIELD(with_tokens),
     .help = "figures of single tokens by type, too"},
    {.name = "reliability",
     .kind = OPTION_FLAG,
     .offset = FIELD(with_reliability),
     .help = "with a model: how often entities of each confidence are right"},
    {.name = "format",
     .kind = OPTION_CHOICE,
     .offset = FIELD(form),
     .argument = "FORM",
     .choices = form_names,
     .help = "table, tsv or json"},
    {.name = "threads",
     .kind = OPTION_SIZE,
     .offset = FIELD(options.threads),
     .argument = "N",
     .least = 1,
     .most = 256,
     .help = "the figures do not depend on it"},
};

static const struct usage usage = {
    .command = "eval",
    .about = "score a model, or the tags of a file, against gold",
    .synopsis = "eval --model FILE [options] GOLD...\n"
                "eval [options] GOLD PREDICTED    two files with the same tokens\n"
                "eval [options] [FILE]            the last two columns: gold, predicted",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "An entity is right when its first token, its last token and its type are, and\n"
             "malformed tag sequences are read as conlleval reads them. micro: over all\n"
             "entities; macro: mean over the types. seen: names that occur with that type in\n"
             "the training corpus; unseen: the others. A missing FILE or - is standard input.\n"
             "\n"
             "Example:\n"
             "  oriel eval --model names.oriel --errors=20 test.conll\n",
};

static int misuse_of(const struct settings *s, struct operands files)
{
    if (s->model && files.n == 0)
        return options_misuse(&usage, "which gold file? (- is standard input)");
    if (s->model && s->options.train)
        return options_misuse(&usage, "--train is for scoring without --model: a model knows the names it has seen");
    if (!s->model && s->options.threshold >= 0)
        return options_misuse(&usage, "--threshold goes with --model");
    if (s->with_reliability && (!s->model || s->form != FORM_TABLE))
        return options_misuse(&usage, "--reliability goes with --model and --format table");
    if (!s->model && s->options.types)
        return options_misuse(&usage, "--types goes with --model");
    if (!s->model && files.n > 2)
        return options_misuse(&usage, "expected gold and predicted, found %zu files", files.n);
    if (s->n_mistakes && s->form != FORM_TABLE)
        return options_misuse(&usage, "--errors goes with --format table");
    return EXIT_FINE;
}

static oriel_status score(oriel_scores **out, const struct settings *s, struct operands files, oriel_error *err)
{
    *out = NULL;
    if (!s->model)
        return oriel_eval_files(out, files.n ? files.at[0] : "-", files.n > 1 ? files.at[1] : NULL, &s->options, err);
    oriel_model *m;
    oriel_status status = oriel_model_load(&m, s->model, err);
    if (status == ORIEL_OK)
        status = oriel_eval_model(out, m, (const char *const *)files.at, files.n, &s->options, err);
    oriel_model_free(m);
    return status;
}

static int print_json(const oriel_scores *scores)
{
    struct output out;
    if (!output_open(&out, STDOUT_FILENO))
        return report_no_memory();
    report_scores_json(&out, scores);
    int code = output_flush(&out) ? EXIT_FINE : report_write_error(out.error);
    output_clear(&out);
    return code;
}

static int print_scores(const struct settings *s, const oriel_scores *scores)
{
    if (s->form == FORM_JSON)
        return print_json(scores);
    if (s->form == FORM_TSV)
        report_scores_tsv(stdout, scores);
    else
        report_scores(stdout, scores, s->with_tokens);
    if (s->with_reliability)
        report_reliability(stdout, scores);
    return EXIT_FINE;
}

int cmd_eval(int argc, char **argv)
{
    struct settings s = {.options = {.threshold = -1, .threads = 1, .columns.max_line = 1 << 20}};
    struct operands files;
    enum parsed parsed = options_parse(&usage, argc, argv, &s, &files);
    if (parsed != PARSED_GO)
        return parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    int code = misuse_of(&s, files);
    if (code != EXIT_FINE)
        return code;
    struct mistakes mistakes = {.f = stdout, .n_most = s.n_mistakes};
    s.options.on_mistake = s.n_mistakes ? mistakes_list : NULL;
    s.options.user = &mistakes;
    oriel_scores *scores;
    oriel_error err;
    oriel_status status = score(&scores, &s, files, &err);
    mistakes_end(&mistakes);
    code = status == ORIEL_OK ? print_scores(&s, scores) : report_error(&usage, &err);
    oriel_scores_free(scores);
    return code;
}
