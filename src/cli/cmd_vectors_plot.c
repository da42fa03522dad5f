/* oriel vectors plot: words in the plane of their two principal components. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/report.h"
#include "cli/vectors_from.h"

struct settings {
    const char *vectors, *model, *words, *title, *output;
    size_t n_first, limit;
};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    ROW_VECTORS(FIELD(vectors)),
    ROW_MODEL(FIELD(model)),
    {.name = "words",
     .kind = OPTION_TEXT,
     .offset = FIELD(words),
     .argument = "FILE",
     .help = "a word a line and, if wanted, a tab or blanks and its type, which gives it a colour"},
    {.name = "first",
     .kind = OPTION_SIZE,
     .offset = FIELD(n_first),
     .argument = "N",
     .least = 0,
     .most = 10000,
     .help = "the first N words of the vectors, too: the most frequent ones; 200 if no word is named"},
    {.name = "title", .kind = OPTION_TEXT, .offset = FIELD(title), .argument = "TEXT", .help = "above the picture"},
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .offset = FIELD(output),
     .argument = "FILE",
     .help = "an SVG file; -: standard output"},
    ROW_LIMIT(FIELD(limit)),
};

static const struct usage plot_usage = {
    .command = "vectors plot",
    .about = "words as points: the two directions in which they differ most",
    .synopsis = "vectors plot --vectors FILE [options] [WORD...] > FILE.svg\n"
                "vectors plot --model FILE [options] [WORD...] > FILE.svg",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "The picture is one file that any browser shows. Words are compared by direction, as in near.\n"
             "A label that would lie over another one is left out; those that come first are kept.\n"
             "\n"
             "Example:\n"
             "  oriel vectors plot --vectors mine.vec --words cities-and-people.tsv -o plot.svg\n",
};

enum { FIRST_BY_DEFAULT = 200 };

static void say_missing(const oriel_plot_facts *facts)
{
    if (facts->n_missing > 0)
        fprintf(stderr, "oriel: there is no vector for %zu of the words that were named\n", facts->n_missing);
}

static int plot(const struct settings *s, struct operands words)
{
    bool has_words = words.n > 0 || s->words;
    const char *source = s->vectors ? s->vectors : s->model;
    const char *slash = strrchr(source, '/');
    oriel_plot_options options = {.words = (const char *const *)words.at,
                                  .n_words = words.n,
                                  .words_file = s->words,
                                  .n_first = s->n_first > 0 || has_words ? s->n_first : FIRST_BY_DEFAULT,
                                  .title = s->title ? s->title
                                           : slash  ? slash + 1
                                                    : source};
    oriel_plot_facts facts;
    oriel_vectors *v;
    oriel_error err;
    oriel_status status = vectors_from(&v, s->vectors, s->model, s->limit, &err);
    if (status == ORIEL_OK)
        status = oriel_vectors_plot(v, &options, s->output, &facts, &err);
    oriel_vectors_free(v);
    if (status != ORIEL_OK)
        return report_error(&plot_usage, &err);
    say_missing(&facts);
    return EXIT_FINE;
}

int cmd_vectors_plot(int argc, char **argv)
{
    struct settings s = {.output = "-"};
    struct operands words;
    enum parsed parsed = options_parse(&plot_usage, argc, argv, &s, &words);
    if (parsed != PARSED_GO)
        return parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    if (!s.model == !s.vectors)
        return options_misuse(&plot_usage, "give either --vectors FILE or --model FILE");
    return plot(&s, words);
}
