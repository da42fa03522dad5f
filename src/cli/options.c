#include "cli/options.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROWS = 64, FIRST_LONG = 256, HELP = FIRST_LONG - 1 };

/* What getopt_long wants to know, made from the rows: row i has the value FIRST_LONG + i. */
struct getopt_tables {
    struct option longs[MAX_ROWS + 2];
    char shorts[2 * MAX_ROWS + 4];
};

int options_misuse(const struct usage *u, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "oriel %s: ", u->command);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n\"oriel %s --help\" shows what it takes\n", u->command);
    va_end(arguments);
    return EXIT_MISUSE;
}

bool list_add(struct list *l, const char *s)
{
    const char **at = realloc(l->at, (l->n + 1) * sizeof *at);
    if (!at)
        return false;
    l->at = at;
    l->at[l->n++] = s;
    return true;
}

void list_clear(struct list *l)
{
    free(l->at);
    *l = (struct list){0};
}

/* ---- values ---- */

bool options_whole(const char *s, uint64_t *out)
{
    if (!*s || s[strspn(s, "0123456789")])
        return false;
    errno = 0;
    *out = strtoull(s, NULL, 10);
    return errno == 0;
}

static bool parse_size(const struct option_row *row, void *field, const char *value)
{
    uint64_t n;
    if (!options_whole(value, &n) || (double)n < row->least || (double)n > row->most)
        return false;
    if (row->is_odd && n % 2 == 0)
        return false;
    *(size_t *)field = (size_t)n;
    return true;
}

static bool parse_number(const struct option_row *row, double *field, const char *value)
{
    if (!*value || value[strspn(value, "0123456789.+-eE")])
        return false;
    char *end;
    double x = strtod(value, &end);
    if (end == value || *end || !isfinite(x) || x < row->least || x > row->most)
        return false;
    *field = x;
    return true;
}

static bool parse_choice(const struct option_row *row, unsigned *field, const char *value)
{
    for (unsigned i = 0; row->choices[i]; i++) {
        if (strcmp(row->choices[i], value) != 0)
            continue;
        *field = i;
        return true;
    }
    return false;
}

static bool parse_value(const struct option_row *row, void *settings, const char *value)
{
    void *field = (char *)settings + row->offset;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_SIZE:
        return parse_size(row, field, value);
    case OPTION_SEED:
        return options_whole(value, field);
    case OPTION_NUMBER:
        return parse_number(row, field, value);
    case OPTION_TEXT:
        *(const char **)field = value;
        return *value != 0;
    case OPTION_LIST:
        return *value && list_add(field, value);
    case OPTION_CHOICE:
        return parse_choice(row, field, value);
    case OPTION_FORM:
        return row->form->parse(field, value);
    }
    return false;
}

/* ---- what was wrong ---- */

static void say_choices(const struct option_row *row, char *text, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; row->choices[i] && n < size; i++) {
        const char *before = i == 0 ? "" : row->choices[i + 1] ? ", " : " or ";
        n += (size_t)snprintf(text + n, size - n, "%s%s", before, row->choices[i]);
    }
}

/* "a whole number from 1 to 100000", to stand after "must be". */
static void say_range(const struct option_row *row, char *text, size_t size)
{
    if (row->kind == OPTION_SIZE && row->is_odd)
        snprintf(text, size, "odd and between %.0f and %.0f", row->least, row->most);
    else if (row->kind == OPTION_SIZE)
        snprintf(text, size, "a whole number from %.0f to %.0f", row->least, row->most);
    else if (row->kind == OPTION_SEED)
        snprintf(text, size, "a whole number from 0 to %llu", (unsigned long long)UINT64_MAX);
    else if (row->kind == OPTION_NUMBER)
        snprintf(text, size, "a number from %g to %g", row->least, row->most);
    else if (row->kind == OPTION_CHOICE)
        say_choices(row, text, size);
    else if (row->kind == OPTION_FORM)
        snprintf(text, size, "%s", row->form->must);
}

static bool looks_like_number(const char *s)
{
    s += *s == '-' || *s == '+';
    return isdigit((unsigned char)*s) && !s[strspn(s, "0123456789.eE+-")];
}

static void say_wrong_value(const struct usage *u, const struct option_row *row, const char *value)
{
    if (row->kind == OPTION_TEXT || row->kind == OPTION_LIST) {
        options_misuse(u, "--%s must not be empty", row->name);
        return;
    }
    char range[512];
    say_range(row, range, sizeof range);
    const char *quote = looks_like_number(value) ? "" : "\"";
    options_misuse(u, "--%s must be %s, not %s%s%s", row->name, range, quote, value, quote);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, one row at a time; words longer than the row are far from everything. */
static size_t distance(const char *a, const char *b)
{
    size_t row[64];
    size_t n = strlen(b);
    if (n >= sizeof row / sizeof *row)
        return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= n; j++) {
            size_t changed = diagonal + (a[i] != b[j - 1]);
            diagonal = row[j];
            row[j] = smaller(changed, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[n];
}

const char *options_nearest(const char *word, const char *const *names, size_t n)
{
    const char *best = NULL;
    size_t least = strlen(word) / 3 + 2;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, names[i]);
        if (d >= least)
            continue;
        least = d;
        best = names[i];
    }
    return best;
}

/* Says that there is no such option; `shown` as it was typed, `word` its letters without dashes and value. */
static void say_unknown(const struct usage *u, const char *shown, int n_shown, const char *word)
{
    const char *names[MAX_ROWS + 1];
    const char *starts[2] = {NULL, NULL};
    size_t n_starts = 0;
    for (size_t i = 0; i < u->n_rows; i++) {
        names[i] = u->rows[i].name;
        if (*word && strncmp(names[i], word, strlen(word)) == 0 && n_starts < 2)
            starts[n_starts++] = names[i];
    }
    names[u->n_rows] = "help";
    const char *near = options_nearest(word, names, u->n_rows + 1);
    if (n_starts == 2)
        options_misuse(u, "%.*s could be --%s or --%s", n_shown, shown, starts[0], starts[1]);
    else if (near)
        options_misuse(u, "there is no option %.*s; did you mean --%s?", n_shown, shown, near);
    else
        options_misuse(u, "there is no option %.*s", n_shown, shown);
}

/* getopt stopped at an option that it does not know, or that has a value though it takes none (then `known`). */
static void say_bad_option(const struct usage *u, char **argv, const struct option_row *known)
{
    if (known || optopt == HELP) {
        options_misuse(u, "--%s takes no value", known ? known->name : "help");
        return;
    }
    char word[64] = {(char)optopt, 0};
    const char *shown = argv[optopt ? optind : optind - 1];
    bool is_cluster = optopt && shown && shown[0] == '-' && shown[1] == optopt;
    if (optopt && !is_cluster) {
        options_misuse(u, "there is no option -%c", optopt);
        return;
    }
    size_t n_dashes = strspn(shown, "-");
    size_t n_shown = strcspn(shown, "=");
    snprintf(word, sizeof word, "%.*s", (int)(n_shown - n_dashes), shown + n_dashes);
    say_unknown(u, shown, (int)n_shown, word);
}

/* ---- getopt ---- */

static void make_tables(struct getopt_tables *t, const struct usage *u)
{
    assert(u->n_rows <= MAX_ROWS);
    char *shorts = t->shorts;
    *shorts++ = ':';
    *shorts++ = 'h';
    for (size_t i = 0; i < u->n_rows; i++) {
        const struct option_row *row = &u->rows[i];
        int takes = row->kind == OPTION_FLAG ? no_argument : row->bare ? optional_argument : required_argument;
        t->longs[i] = (struct option){row->name, takes, NULL, FIRST_LONG + (int)i};
        if (!row->letter)
            continue;
        *shorts++ = row->letter;
        if (takes != no_argument)
            *shorts++ = ':';
    }
    *shorts = 0;
    t->longs[u->n_rows] = (struct option){"help", no_argument, NULL, HELP};
    t->longs[u->n_rows + 1] = (struct option){0};
}

static int next_option(int argc, char **argv, const struct getopt_tables *t)
{
    int which = getopt_long(argc, argv, t->shorts, t->longs, NULL);
    return which == 'h' ? HELP : which;
}

/* The row of what getopt returned, or NULL. */
static const struct option_row *row_of(const struct usage *u, int which)
{
    if (which >= FIRST_LONG)
        return &u->rows[which - FIRST_LONG];
    for (size_t i = 0; i < u->n_rows; i++) {
        if (which && u->rows[i].letter == which)
            return &u->rows[i];
    }
    return NULL;
}

static bool asks_for_help(int argc, char **argv, const struct getopt_tables *t)
{
    optind = 0;
    int which = next_option(argc, argv, t);
    while (which != -1 && which != HELP)
        which = next_option(argc, argv, t);
    return which == HELP;
}

static bool take_options(const struct usage *u, int argc, char **argv, const struct getopt_tables *t, void *settings)
{
    optind = 0;
    for (int which = next_option(argc, argv, t); which != -1; which = next_option(argc, argv, t)) {
        const struct option_row *row = row_of(u, which == ':' || which == '?' ? optopt : which);
        if (which == ':') {
            options_misuse(u, "--%s needs a value: %s", row->name, row->argument);
            return false;
        }
        if (which == '?') {
            say_bad_option(u, argv, row);
            return false;
        }
        const char *value = optarg ? optarg : row->bare;
        if (parse_value(row, settings, value))
            continue;
        say_wrong_value(u, row, value);
        return false;
    }
    return true;
}

enum parsed options_parse(const struct usage *u, int argc, char **argv, void *settings, struct operands *rest)
{
    struct getopt_tables tables;
    make_tables(&tables, u);
    opterr = 0;
    if (asks_for_help(argc, argv, &tables)) {
        options_help(stdout, u, settings);
        return PARSED_HELP;
    }
    if (!take_options(u, argc, argv, &tables, settings))
        return PARSED_MISUSE;
    rest->at = argv + optind;
    rest->n = (size_t)(argc - optind);
    return PARSED_GO;
}
