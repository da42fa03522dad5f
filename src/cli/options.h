/*
 * The command line's options.  Each command has one table; parsing, range checks, defaults and help all come from it, so
 * they cannot drift apart.  A default is whatever stands in the settings before parsing.
 */
#ifndef ORIEL_CLI_OPTIONS_H
#define ORIEL_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum exit_code { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_MISUSE = 2 };

enum option_kind {
    OPTION_FLAG,   /* bool; takes no argument                              */
    OPTION_SIZE,   /* size_t, from least to most                           */
    OPTION_SEED,   /* uint64_t, any                                        */
    OPTION_NUMBER, /* double, from least to most                           */
    OPTION_TEXT,   /* const char *, not empty                              */
    OPTION_LIST,   /* struct list; each use of the option adds to it       */
    OPTION_CHOICE, /* unsigned (or an enum): index into choices            */
    OPTION_FORM    /* what its form makes of it                            */
};

struct list {
    const char **at; /* [n] on loan from argv */
    size_t n;
};

/* An option whose value is neither a number nor a name. */
struct option_form {
    const char *must; /* "--hidden must be ..." */
    bool (*parse)(void *field, const char *value);
    void (*show)(const void *field, char *text, size_t size); /* the default, "" for none */
};

struct option_row {
    const char *name; /* without dashes */
    enum option_kind kind;
    size_t offset;        /* of the field in the settings */
    const char *argument; /* "FILE"; as the help names it */
    const char *help;
    const char *bare; /* not NULL: the argument may be left out, and this stands for it */
    char letter;      /* of the short form; 0: none */
    bool is_odd;      /* size: even numbers are refused */
    double least, most;
    const char *const *choices; /* NULL after the last */
    const struct option_form *form;
};

struct usage {
    const char *command;  /* "train", "vectors near" */
    const char *about;    /* one line */
    const char *synopsis; /* without "oriel "; a line for each way to call it */
    const struct option_row *rows;
    size_t n_rows;
    const char *notes; /* what the help says after the options, with an example */
};

struct operands {
    char **at; /* [n] what is not an option, in order */
    size_t n;
};

enum parsed { PARSED_GO, PARSED_HELP, PARSED_MISUSE };

/* Parses argv[1..] into the settings, which hold the defaults.  PARSED_HELP: the help was asked for and is printed to
 * stdout, whatever else the line says.  PARSED_MISUSE: the message is printed. */
enum parsed options_parse(const struct usage *u, int argc, char **argv, void *settings, struct operands *rest);

/* Prints "oriel COMMAND: message" and where to find help, to stderr; EXIT_MISUSE. */
int options_misuse(const struct usage *u, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The help text, with the defaults that stand in the settings. */
void options_help(FILE *f, const struct usage *u, const void *settings);

/* A whole number without sign, blanks or anything after it. */
bool options_whole(const char *s, uint64_t *out);

/* The name most like `word`; NULL if none is like it. */
const char *options_nearest(const char *word, const char *const *names, size_t n);

bool list_add(struct list *l, const char *s); /* false: no memory */
void list_clear(struct list *l);

#endif
