/* oriel vectors: word vectors out of a model, from form to form; and which of its commands is meant. */
#include <assert.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/machine.h"
#include "cli/report.h"
#include "cli/vectors_from.h"

struct settings {
    const char *model;
    const char *output;
    const char *words;
    bool is_composed, is_quiet;
    oriel_vector_format form;
    size_t limit; /* 0: all */
};

static_assert(sizeof(oriel_vector_format) == sizeof(unsigned), "a choice is stored as unsigned");

#define FIELD(name) offsetof(struct settings, name)

#define ROW_FORMAT                                                                                                     \
    {                                                                                                                  \
        .name = "format", .kind = OPTION_CHOICE, .offset = FIELD(form), .argument = "FORM",                            \
        .choices = names_of_vector_formats, .help = HELP_OF_VECTOR_FORMATS                                             \
    }

static int run_done(const struct usage *u, oriel_status status, const oriel_error *err)
{
    return status == ORIEL_OK ? EXIT_FINE : report_error(u, err);
}

static int exit_of(enum parsed parsed)
{
    return parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
}

/* ---- export ---- */

static const struct option_row export_rows[] = {
    {.name = "model", .kind = OPTION_TEXT, .offset = FIELD(model), .argument = "FILE", .help = "made by oriel train"},
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .offset = FIELD(output),
     .argument = "FILE",
     .help = "where they go; -: standard output"},
    {.name = "composed",
     .kind = OPTION_FLAG,
     .offset = FIELD(is_composed),
     .help = "whole tokens, as the network gets them: the word's row and those of its other features"},
    {.name = "words",
     .kind = OPTION_TEXT,
     .offset = FIELD(words),
     .argument = "FILE",
     .help = "with --composed: of these words, one a line, known or not; else of the model's vocabulary"},
    ROW_FORMAT,
};

static const struct usage export_usage = {
    .command = "vectors export",
    .about = "write the word vectors of a model",
    .synopsis = "vectors export --model FILE [--composed [--words FILE]] [--output FILE] [--format FORM]",
    .rows = export_rows,
    .n_rows = sizeof export_rows / sizeof *export_rows,
    .notes = "Example:\n"
             "  oriel vectors export --model names.oriel --output names.vec\n",
};

static int vectors_export(int argc, char **argv)
{
    const struct usage *u = &export_usage;
    struct settings s = {.output = "-", .form = ORIEL_FORMAT_BY_NAME};
    struct operands rest;
    enum parsed parsed = options_parse(u, argc, argv, &s, &rest);
    if (parsed != PARSED_GO)
        return exit_of(parsed);
    if (!s.model)
        return options_misuse(u, "--model FILE is missing");
    if (rest.n)
        return options_misuse(u, "it takes no file besides --model and --output, found \"%s\"", rest.at[0]);
    if (s.words && !s.is_composed)
        return options_misuse(u, "--words needs --composed: other words have no row of their own");
    oriel_model *m;
    oriel_vectors *v = NULL;
    oriel_error err;
    oriel_status status = oriel_model_load(&m, s.model, &err);
    if (status == ORIEL_OK)
        status = s.is_composed ? oriel_vectors_of_tokens(&v, m, s.words, &err) : oriel_vectors_of_model(&v, m, &err);
    if (status == ORIEL_OK)
        status = oriel_vectors_save(v, s.output, s.form, available_processors(), &err);
    oriel_vectors_free(v);
    oriel_model_free(m);
    return run_done(u, status, &err);
}

/* ---- convert ---- */

static const struct option_row convert_rows[] = {
    ROW_FORMAT,
    {.name = "words",
     .kind = OPTION_TEXT,
     .offset = FIELD(words),
     .argument = "FILE",
     .help = "vectors of these words alone, one a line, in this order; those that FROM does not have are made of "
             "letter groups, if it has those; -: standard input"},
    ROW_LIMIT(FIELD(limit)),
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = FIELD(is_quiet), .help = "say nothing but errors"},
};

static const struct usage convert_usage = {
    .command = "vectors convert",
    .about = "write a vectors file in another form",
    .synopsis = "vectors convert [--format FORM] [--words FILE] FROM TO",
    .rows = convert_rows,
    .n_rows = sizeof convert_rows / sizeof *convert_rows,
    .notes = "The form of FROM (plain or .gz) is found out. A TO of - is standard output.\n"
             "Letter groups (vectors train --subwords) go from safetensors to safetensors alone, and\n"
             "not with --words.\n"
             "\n"
             "Example:\n"
             "  oriel vectors convert --format word2vec glove.6B.100d.txt glove.vec\n",
};

static void say_words(const oriel_words_facts *facts)
{
    char all[FIGURE_BYTES], composed[FIGURE_BYTES], missing[FIGURE_BYTES];
    fprintf(stderr, "words:  %s, of them %s made of letter groups, %s left out without a vector\n",
            report_count(all, facts->n_words), report_count(composed, facts->n_composed),
            report_count(missing, facts->n_missing));
}

/* The set becomes that of the words. */
static oriel_status choose_words(oriel_vectors **v, const struct settings *s, oriel_error *err)
{
    oriel_vectors *chosen;
    oriel_words_facts facts;
    oriel_status status = oriel_vectors_of_words(&chosen, *v, s->words, &facts, err);
    if (status == ORIEL_OK && !s->is_quiet)
        say_words(&facts);
    oriel_vectors_free(*v);
    *v = chosen;
    return status;
}

static int vectors_convert(int argc, char **argv)
{
    const struct usage *u = &convert_usage;
    struct settings s = {.form = ORIEL_FORMAT_BY_NAME};
    struct operands rest;
    enum parsed parsed = options_parse(u, argc, argv, &s, &rest);
    if (parsed != PARSED_GO)
        return exit_of(parsed);
    if (rest.n != 2)
        return options_misuse(u, "expected two files, from and to, found %zu", rest.n);
    if (s.words && strcmp(s.words, "-") == 0 && strcmp(rest.at[0], "-") == 0)
        return options_misuse(u, "standard input cannot be both the vectors and --words");
    oriel_vectors *v;
    oriel_error err;
    oriel_status status = oriel_vectors_load(&v, rest.at[0], s.limit, &err);
    if (status == ORIEL_OK && s.words)
        status = choose_words(&v, &s, &err);
    if (status == ORIEL_OK)
        status = oriel_vectors_save(v, rest.at[1], s.form, available_processors(), &err);
    if (status == ORIEL_OK && !s.is_quiet)
        vectors_say_left_out(v, rest.at[1], s.form);
    oriel_vectors_free(v);
    return run_done(u, status, &err);
}

/* ---- which of them ---- */

static const struct usage vectors_usage = {
    .command = "vectors",
    .about = "word vectors out of text or a model, from form to form, and neighbours",
    .synopsis = "vectors train [options] --output FILE TEXT...  learn them from text\n"
                "vectors export --model FILE [options]          write the vectors of a model\n"
                "vectors near --vectors FILE [options] WORD...  the nearest words\n"
                "vectors eval --vectors FILE [options]          against similarities and analogies\n"
                "vectors plot --vectors FILE [options] WORD...  a picture of words\n"
                "vectors convert [options] FROM TO              another form of file",
    .notes = "\"oriel vectors near --help\" shows the options of near, and so on.\n",
};

int cmd_vectors(int argc, char **argv)
{
    static const char *const names[] = {"train", "export", "near", "eval", "plot", "convert"};
    static int (*const runs[])(int, char **) = {cmd_vectors_train, vectors_export,   cmd_vectors_near,
                                                cmd_vectors_eval,  cmd_vectors_plot, vectors_convert};
    enum { N_NAMES = sizeof names / sizeof *names };
    if (argc < 2)
        return options_misuse(&vectors_usage, "train, export, near, eval, plot or convert?");
    for (size_t i = 0; i < N_NAMES; i++) {
        if (strcmp(argv[1], names[i]) == 0)
            return runs[i](argc - 1, argv + 1);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        options_help(stdout, &vectors_usage, NULL);
        return EXIT_FINE;
    }
    const char *near = options_nearest(argv[1], names, N_NAMES);
    if (near)
        return options_misuse(&vectors_usage, "there is no \"%s\"; did you mean \"%s\"?", argv[1], near);
    return options_misuse(&vectors_usage, "there is no \"%s\"; it is train, export, near, eval, plot or convert",
                          argv[1]);
}
