/* The program: finds the command, runs it, and makes sure that what it printed has arrived. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/blas.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/report.h"
#include "oriel.h"

struct command {
    const char *name;
    const char *about;
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
    {"train", "learn a tagger from a tagged corpus", cmd_train},
    {"tag", "tag text from files or standard input", cmd_tag},
    {"eval", "score a model, or the tags of a file, against gold", cmd_eval},
    {"vectors", "word vectors: export, near, convert", cmd_vectors},
    {"info", "what a model is, or what this program runs on", cmd_info},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *f)
{
    fprintf(f, "oriel: learns to tag words from examples, and tags text\n\n"
               "  oriel COMMAND [options] [file...]\n\n"
               "Commands:\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(f, "  %-10s%s\n", commands[i].name, commands[i].about);
    fprintf(f, "\n"
               "  oriel help COMMAND   its options, with an example\n"
               "  oriel --version      version, commit, instruction set, BLAS core\n\n"
               "Data goes to standard output, talk to standard error. Exit code 0: fine, 1: the\n"
               "work failed, 2: the command line was wrong.\n");
}

static int print_version(void)
{
    oriel_system s;
    oriel_system_describe(&s);
    printf("oriel %s (commit %s)\n", s.version, s.commit);
    printf("instructions %s, BLAS core %s\n", s.instructions, s.blas_core);
    return EXIT_FINE;
}

static int misuse(const char *message, const char *word)
{
    fprintf(stderr, "oriel: %s%s%s%s", message, word ? " \"" : "", word ? word : "", word ? "\"" : "");
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i].name;
    const char *near = word ? options_nearest(word, names, N_COMMANDS) : NULL;
    if (near)
        fprintf(stderr, "; did you mean \"%s\"?", near);
    fprintf(stderr, "\n\"oriel --help\" lists the commands\n");
    return EXIT_MISUSE;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

/* "help train" is "train --help", "help vectors near" is "vectors near --help". */
static int help(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stdout);
        return EXIT_FINE;
    }
    const struct command *c = find(argv[1]);
    if (!c)
        return misuse("there is no command", argv[1]);
    char flag[] = "--help";
    char *asked[4] = {argv[1], argc > 2 ? argv[2] : flag, argc > 2 ? flag : NULL, NULL};
    return c->run(argc > 2 ? 3 : 2, asked);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static bool asks_for_help(int argc, char **argv)
{
    if (strcmp(argv[1], "help") == 0)
        return true;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (is_one_of(argv[i], "--help", "-h"))
            return true;
    }
    return false;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_MISUSE;
    }
    if (is_one_of(argv[1], "help", "--help") || strcmp(argv[1], "-h") == 0)
        return help(argc - 1, argv + 1);
    bool is_version = is_one_of(argv[1], "--version", "-V");
    const struct command *c = find(argv[1]);
    if (!c && !is_version)
        return misuse(argv[1][0] == '-' ? "there is no option" : "there is no command", argv[1]);
    if (!asks_for_help(argc, argv))
        blas_choose_core(argv);
    if (is_version)
        return print_version();
    if (!blas_is_usable(c->name))
        return EXIT_FAILED;
    return c->run(argc - 1, argv + 1);
}

/* A disk that is full or a reader that is gone may show only now. */
static int finish(int code)
{
    bool had_error = ferror(stdout) != 0;
    errno = 0;
    if ((fclose(stdout) == 0 && !had_error) || code != EXIT_FINE)
        return code;
    return report_write_error(errno ? errno : EIO);
}

/* A standard file that is closed would lend its number to the next file that is opened, and tags could end up in it. */
static void occupy_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            continue;
        int made = open("/dev/null", fd == 1 ? O_RDONLY : O_WRONLY);
        (void)made;
    }
}

int main(int argc, char **argv)
{
    occupy_standard_files();
    signal(SIGPIPE, SIG_IGN);
    oriel_system_single_blas_thread();
    return finish(dispatch(argc, argv));
}
