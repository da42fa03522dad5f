/* oriel info: what a model is, and what this program runs on. */
#include <inttypes.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/report.h"

struct settings {
    bool is_system;
    bool is_tokenizer;
};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    {.name = "system",
     .kind = OPTION_FLAG,
     .offset = FIELD(is_system),
     .help = "what this program is and runs on, instead of a model"},
    {.name = "tokenizer",
     .kind = OPTION_FLAG,
     .offset = FIELD(is_tokenizer),
     .help = "print the model's tokenizer rules only: a file for oriel train --tokenizer"},
};

static const struct usage usage = {
    .command = "info",
    .about = "what a model is, or what this program runs on",
    .synopsis = "info MODEL\ninfo --tokenizer MODEL\ninfo --system",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "Example:\n"
             "  oriel info names.oriel\n",
};

static void say(const char *name, const char *value)
{
    if (value && *value)
        printf("%-16s%s\n", name, value);
}

static void say_count(const char *name, uint64_t n)
{
    char text[FIGURE_BYTES];
    say(name, report_count(text, n));
}

static void say_types(const oriel_model *m, size_t n)
{
    printf("%-16s%zu:", "types", n);
    for (size_t i = 0; i < n; i++)
        printf(" %s", oriel_model_type_name(m, i));
    putchar('\n');
}

static void say_hidden(const oriel_info *i)
{
    printf("%-16s", "hidden layers");
    for (size_t k = 0; k < i->n_hidden; k++)
        printf("%s%zu", k ? ", " : "", i->hidden[k]);
    if (i->n_hidden)
        printf(" units, %s\n", i->activation);
    else
        printf("none\n");
}

/* With one hidden layer the count has a formula that can be checked by hand. */
static void say_weights(const oriel_info *i)
{
    char network[FIGURE_BYTES], all[FIGURE_BYTES];
    printf("%-16s%s in the network", "weights", report_count(network, i->n_network_weights));
    if (i->n_hidden == 1)
        printf(" = (%zu*%zu)*%zu + %zu*%zu + %zu + %zu", i->window, i->width, i->hidden[0], i->hidden[0], i->n_outputs,
               i->hidden[0], i->n_outputs);
    if (i->n_chain_weights)
        printf("\n%-16s%s in the chain = %zu*(%zu + 2)", "", report_count(all, i->n_chain_weights), i->n_outputs,
               i->n_outputs);
    printf("\n%-16s%s with all vectors\n", "", report_count(all, i->n_weights));
}

static void say_training(const oriel_info *i)
{
    say("trained on", i->trained_on);
    printf("%-16s%zu, best %zu, loss %.4f\n", "epochs", i->epochs, i->best_epoch, i->loss);
    printf("%-16sprecision %.2f  recall %.2f  F1 %.2f\n", i->dev_was_held_out ? "dev (held out)" : "dev",
           100 * i->dev_precision, 100 * i->dev_recall, 100 * i->dev_f1);
    printf("%-16s%" PRIu64 "\n", "seed", i->seed);
    say("made by", i->made_by);
    say("about", i->about);
}

static void say_model(const oriel_model *m)
{
    oriel_info i;
    oriel_model_info(m, &i);
    say("recipe", i.recipe);
    char n[FIGURE_BYTES];
    printf("%-16s%s\n", "vocabulary", report_number_of(n, i.n_words, "row", "rows"));
    say_count("vector width", i.dim);
    if (i.width != i.dim)
        printf("%-16s%s, %zu wide in all\n", "features", i.features, i.width);
    say_count("window", i.window);
    say_hidden(&i);
    if (strcmp(i.head, "sigmoid") == 0)
        printf("%-16s%zu, %s, threshold %g\n", "outputs", i.n_outputs, i.head, i.threshold);
    else
        printf("%-16s%zu, %s, %g off the score of outside\n", "outputs", i.n_outputs, i.head, i.o_bias);
    if (strcmp(i.head, "sigmoid") != 0)
        printf("%-16sscores divided by %.3g, odds of entities to the power of %.3g times %.3g, at most %.3g\n",
               "confidence", i.temperature, i.confidence_power, i.confidence_factor, i.confidence_ceiling);
    say_weights(&i);
    say_types(m, i.n_types);
    say("tag scheme", i.scheme);
    say_training(&i);
}

static int info_of_model(const char *path, bool is_tokenizer)
{
    oriel_model *m;
    oriel_error err;
    if (oriel_model_load(&m, path, &err) != ORIEL_OK)
        return report_error(&usage, &err);
    if (is_tokenizer)
        fputs(oriel_model_tokenizer(m), stdout);
    else
        say_model(m);
    oriel_model_free(m);
    return EXIT_FINE;
}

static void info_of_system(void)
{
    oriel_system s;
    oriel_system_describe(&s);
    say("version", s.version);
    say("commit", s.commit);
    say("compiler", s.compiler);
    say("instructions", s.instructions);
    say("BLAS", s.blas);
    say("BLAS core", s.blas_core);
    say("best core", s.blas_core_best ? s.blas_core_best : "as it is");
    say("BLAS products", s.blas_is_correct ? "agree with plain loops" : "ARE WRONG on this processor");
    printf("%-16s%ld\n", "processors", sysconf(_SC_NPROCESSORS_ONLN));
}

int cmd_info(int argc, char **argv)
{
    struct settings s = {0};
    struct operands files;
    enum parsed parsed = options_parse(&usage, argc, argv, &s, &files);
    if (parsed != PARSED_GO)
        return parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    if (s.is_system && files.n)
        return options_misuse(&usage, "--system takes no model");
    if (!s.is_system && files.n != 1)
        return options_misuse(&usage, "expected one model, found %zu", files.n);
    if (!s.is_system)
        return info_of_model(files.at[0], s.is_tokenizer);
    info_of_system();
    return EXIT_FINE;
}
