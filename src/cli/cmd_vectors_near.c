/* oriel vectors near: which words are near to a word. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/report.h"
#include "cli/vectors_from.h"

struct settings {
    const char *model;
    const char *vectors;
    size_t n_near;
    size_t limit; /* 0: all */
};

#define FIELD(name) offsetof(struct settings, name)

enum { MOST_NEAR = 1000 };

static const struct option_row near_rows[] = {
    ROW_VECTORS(FIELD(vectors)),
    ROW_MODEL(FIELD(model)),
    {.name = "neighbours",
     .letter = 'k',
     .kind = OPTION_SIZE,
     .offset = FIELD(n_near),
     .argument = "K",
     .least = 1,
     .most = MOST_NEAR,
     .help = "how many for each word"},
    ROW_LIMIT(FIELD(limit)),
};

static const struct usage near_usage = {
    .command = "vectors near",
    .about = "the words nearest to a word, by cosine",
    .synopsis = "vectors near --vectors FILE [-k K] WORD...\n"
                "vectors near --model FILE [-k K] WORD...",
    .rows = near_rows,
    .n_rows = sizeof near_rows / sizeof *near_rows,
    .notes = "A word without a vector is looked up in lower case, then with its digits folded; else it is\n"
             "made of its letter groups, if the file has those (vectors train --subwords, safetensors).\n"
             "\n"
             "Example:\n"
             "  oriel vectors near --model names.oriel -k 5 London Tuesday\n",
};

/* found: the word of the row; NULL: it was made. */
static void print_near(const oriel_vectors *v, const char *word, const char *found, const oriel_neighbour *near,
                       size_t n)
{
    if (!found)
        printf("%s (of its letter groups)\n", word);
    else if (strcmp(word, found) == 0)
        printf("%s\n", word);
    else
        printf("%s (as %s)\n", word, found);
    for (size_t i = 0; i < n; i++)
        printf("  %6.3f  %s\n", (double)near[i].similarity, oriel_vectors_word(v, near[i].row));
}

static oriel_status near_row(const oriel_vectors *v, const char *word, size_t row, size_t k, oriel_error *err)
{
    oriel_neighbour near[MOST_NEAR];
    size_t n;
    oriel_status status = oriel_vectors_near(v, row, near, k, &n, err);
    if (status == ORIEL_OK)
        print_near(v, word, oriel_vectors_word(v, row), near, n);
    return status;
}

/* *has_groups = false: the word has none, and nothing was printed. */
static oriel_status near_composed(const oriel_vectors *v, const char *word, size_t k, bool *has_groups,
                                  oriel_error *err)
{
    oriel_neighbour near[MOST_NEAR];
    size_t n;
    float *x = malloc((oriel_vectors_dim(v) + 1) * sizeof *x);
    *has_groups = false;
    if (!x) {
        *err = (oriel_error){.code = ORIEL_ENOMEM, .text = "out of memory"};
        return ORIEL_ENOMEM;
    }
    oriel_status status = oriel_vectors_compose(v, word, x, &n, err);
    *has_groups = status == ORIEL_OK && n > 0;
    if (*has_groups)
        status = oriel_vectors_near_vector(v, x, near, k, &n, err);
    if (*has_groups && status == ORIEL_OK)
        print_near(v, word, NULL, near, n);
    free(x);
    return status;
}

/* A word without a vector does not stop the others, but counts as a failure. */
static int print_all(const oriel_vectors *v, const struct settings *s, struct operands words)
{
    int code = EXIT_FINE;
    for (size_t i = 0; i < words.n; i++) {
        oriel_error err;
        bool is_known = true;
        size_t row = oriel_vectors_find(v, words.at[i]);
        oriel_status status = row != SIZE_MAX ? near_row(v, words.at[i], row, s->n_near, &err)
                                              : near_composed(v, words.at[i], s->n_near, &is_known, &err);
        if (status != ORIEL_OK)
            return report_error(&near_usage, &err);
        if (!is_known) {
            fprintf(stderr, "oriel: there is no vector for \"%s\"\n", words.at[i]);
            code = EXIT_FAILED;
        }
    }
    return code;
}

int cmd_vectors_near(int argc, char **argv)
{
    const struct usage *u = &near_usage;
    struct settings s = {.n_near = 10};
    struct operands words;
    enum parsed parsed = options_parse(u, argc, argv, &s, &words);
    if (parsed != PARSED_GO)
        return parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    if (!s.model == !s.vectors)
        return options_misuse(u, "give either --vectors FILE or --model FILE");
    if (words.n == 0)
        return options_misuse(u, "which word?");
    oriel_vectors *v;
    oriel_error err;
    oriel_status status = vectors_from(&v, s.vectors, s.model, s.limit, &err);
    int code = status == ORIEL_OK ? print_all(v, &s, words) : report_error(u, &err);
    oriel_vectors_free(v);
    return code;
}
