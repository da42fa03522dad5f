/* The help text of a command, from its option table. */
#include <inttypes.h>
#include <string.h>

#include "cli/options.h"

enum { WIDTH = 80, HELP_COLUMN = 24 };

/* The default as the user would type it; "" if there is nothing to say, as where it lies out of the range. */
static void say_default(const struct option_row *row, const void *settings, char *text, size_t size)
{
    const void *field = (const char *)settings + row->offset;
    text[0] = 0;
    if (row->kind == OPTION_SIZE && !row->bare && (double)*(const size_t *)field <= row->most)
        snprintf(text, size, "%zu", *(const size_t *)field);
    else if (row->kind == OPTION_SEED)
        snprintf(text, size, "%" PRIu64, *(const uint64_t *)field);
    else if (row->kind == OPTION_NUMBER && *(const double *)field >= row->least)
        snprintf(text, size, "%g", *(const double *)field);
    else if (row->kind == OPTION_TEXT && *(const char *const *)field)
        snprintf(text, size, "%s", *(const char *const *)field);
    else if (row->kind == OPTION_CHOICE)
        snprintf(text, size, "%s", row->choices[*(const unsigned *)field]);
    else if (row->kind == OPTION_FORM)
        row->form->show(field, text, size);
}

/* Writes text from column `at` on, with later lines indented to HELP_COLUMN. */
static void wrap(FILE *f, const char *text, size_t at)
{
    while (*text) {
        size_t n = strcspn(text, " ");
        if (at > HELP_COLUMN && at + 1 + n > WIDTH) {
            fprintf(f, "\n%*s", HELP_COLUMN, "");
            at = HELP_COLUMN;
        } else if (at > HELP_COLUMN) {
            fputc(' ', f);
            at++;
        }
        fprintf(f, "%.*s", (int)n, text);
        at += n;
        text += n;
        text += strspn(text, " ");
    }
    fputc('\n', f);
}

static void say_row(FILE *f, const struct option_row *row, const void *settings)
{
    char left[64];
    char letter[8] = "";
    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    if (row->kind == OPTION_FLAG)
        snprintf(left, sizeof left, "  %s--%s", letter, row->name);
    else if (row->bare)
        snprintf(left, sizeof left, "  %s--%s[=%s]", letter, row->name, row->argument);
    else
        snprintf(left, sizeof left, "  %s--%s %s", letter, row->name, row->argument);
    fprintf(f, "%-*s", HELP_COLUMN, left);
    if (strlen(left) >= HELP_COLUMN)
        fprintf(f, "\n%*s", HELP_COLUMN, "");
    char value[128];
    char text[1024];
    say_default(row, settings, value, sizeof value);
    snprintf(text, sizeof text, "%s%s%s%s", row->help, value[0] ? " [" : "", value, value[0] ? "]" : "");
    wrap(f, text, HELP_COLUMN);
}

static void say_synopsis(FILE *f, const char *lines)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        fprintf(f, "  oriel %.*s\n", (int)n, lines);
        lines += n;
        lines += *lines == '\n';
    }
}

void options_help(FILE *f, const struct usage *u, const void *settings)
{
    fprintf(f, "oriel %s: %s\n\n", u->command, u->about);
    say_synopsis(f, u->synopsis);
    fprintf(f, "\nOptions [default]:\n");
    for (size_t i = 0; i < u->n_rows; i++)
        say_row(f, &u->rows[i], settings);
    fprintf(f, "%-*sthis text\n", HELP_COLUMN, "  -h, --help");
    if (u->notes)
        fprintf(f, "\n%s", u->notes);
}
