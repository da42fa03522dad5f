/* oriel vectors eval: word vectors against similarities and analogies. */
#include <string.h>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/report.h"
#include "cli/vectors_from.h"

struct settings {
    const char *vectors;
    struct list similarity, analogies;
    size_t limit;
};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    ROW_VECTORS(FIELD(vectors)),
    {.name = "similarity",
     .kind = OPTION_LIST,
     .offset = FIELD(similarity),
     .argument = "FILE",
     .help = "two words and a number a line; may be repeated"},
    {.name = "analogies",
     .kind = OPTION_LIST,
     .offset = FIELD(analogies),
     .argument = "FILE",
     .help = "four words a line, \": name\" before each section; may be repeated"},
    ROW_LIMIT(FIELD(limit)),
};

static const struct usage eval_usage = {
    .command = "vectors eval",
    .about = "word vectors against similarities and analogies",
    .synopsis = "vectors eval --vectors FILE [--similarity FILE] [--analogies FILE]",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "Similarity: Spearman's rank correlation of cosines and given numbers, over the pairs\n"
             "whose words have vectors, a word that the file does not have one of its letter groups,\n"
             "if the file has those. Analogies: a is to b as c is to the word nearest to b - a + c.\n"
             "\n"
             "Example:\n"
             "  oriel vectors eval --vectors mine.vec --similarity similarity.tsv\n",
};

/* A file without letter groups says nothing of them. */
static void print_composed(const oriel_vectors *v, size_t n)
{
    if (oriel_vectors_letter_groups(v) > 0)
        printf("\twords of letter groups %zu", n);
    putchar('\n');
}

static oriel_status judge_similarity(const oriel_vectors *v, const char *path, oriel_error *err)
{
    oriel_similarity s;
    oriel_status status = oriel_vectors_similarity(v, path, &s, err);
    if (status == ORIEL_OK) {
        printf("%s\tspearman %.4f\tpairs %zu of %zu", path, s.spearman, s.n_known, s.n_pairs);
        print_composed(v, s.n_composed);
    }
    return status;
}

/* A list that is being gone through. */
struct asked {
    const oriel_vectors *v;
    const char *path;
};

static void print_analogies(const struct asked *asked, const char *section, const oriel_analogies *a)
{
    printf("%s%s%s\tright %.4f\tquestions %zu of %zu", asked->path, *section ? ":" : "", section,
           a->n_known > 0 ? (double)a->n_right / (double)a->n_known : 0.0, a->n_known, a->n_questions);
    print_composed(asked->v, a->n_composed);
}

static void on_section(void *user, const oriel_analogies *a)
{
    if (*a->section)
        print_analogies(user, a->section, a);
}

static oriel_status judge_analogies(const oriel_vectors *v, const char *path, oriel_error *err)
{
    oriel_analogies total;
    struct asked asked = {v, path};
    oriel_status status = oriel_vectors_analogies(v, path, on_section, &asked, &total, err);
    if (status == ORIEL_OK)
        print_analogies(&asked, "", &total);
    return status;
}

static int judge(const struct settings *s)
{
    oriel_vectors *v;
    oriel_error err;
    oriel_status status = oriel_vectors_load(&v, s->vectors, s->limit, &err);
    for (size_t i = 0; i < s->similarity.n && status == ORIEL_OK; i++)
        status = judge_similarity(v, s->similarity.at[i], &err);
    for (size_t i = 0; i < s->analogies.n && status == ORIEL_OK; i++)
        status = judge_analogies(v, s->analogies.at[i], &err);
    oriel_vectors_free(v);
    return status == ORIEL_OK ? EXIT_FINE : report_error(&eval_usage, &err);
}

int cmd_vectors_eval(int argc, char **argv)
{
    struct settings s = {0};
    struct operands rest;
    enum parsed parsed = options_parse(&eval_usage, argc, argv, &s, &rest);
    int code = parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    if (parsed == PARSED_GO) {
        if (rest.n > 0)
            code = options_misuse(&eval_usage, "it takes no file without an option, found \"%s\"", rest.at[0]);
        else if (!s.vectors)
            code = options_misuse(&eval_usage, "--vectors FILE is missing");
        else if (s.similarity.n + s.analogies.n == 0)
            code = options_misuse(&eval_usage, "give --similarity FILE or --analogies FILE");
        else
            code = judge(&s);
    }
    list_clear(&s.similarity);
    list_clear(&s.analogies);
    return code;
}
