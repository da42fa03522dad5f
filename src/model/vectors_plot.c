/*
 * Chosen words in the plane of their two principal components.  Rows are taken with length 1, as `near` compares them.
 */
#include <string.h>

#include "base/aside.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/picture.h"
#include "model/vectors.h"
#include "net/principal.h"
#include "text/lines.h"

enum { MOST_POINTS = 10000, NAME_ROOM = 96 };

#define NO_TYPE ((size_t)-1)

struct chosen {
    size_t row;
    size_t type; /* NO_TYPE: none */
};

struct plot {
    const oriel_vectors *v;
    struct chosen *chosen; /* [n] */
    size_t n, cap;
    bool *is_chosen;     /* [V] */
    struct vocab *types; /* their names: id = type + VOCAB_SPECIAL */
    const char **names;  /* [n_types] */
    size_t n_types;
    size_t n_missing;
    struct picture_point *points; /* [n] */
    double *place;                /* [n][2] */
    double *x;                    /* [n][d] */
};

/* ---- which words ---- */

static oriel_status choose_row(struct plot *p, size_t row, size_t type, oriel_error *err)
{
    if (p->is_chosen[row])
        return ORIEL_OK;
    if (p->n == MOST_POINTS)
        return error_at(err, ORIEL_ELIMIT, NULL, 0, "a picture holds at most %d words", MOST_POINTS);
    struct chosen *grown = mem_grow(p->chosen, &p->cap, p->n + 1, sizeof *grown);
    if (!grown)
        return error_memory(err);
    p->chosen = grown;
    p->chosen[p->n++] = (struct chosen){row, type};
    p->is_chosen[row] = true;
    return ORIEL_OK;
}

static oriel_status choose_word(struct plot *p, const char *word, size_t type, oriel_error *err)
{
    size_t row = oriel_vectors_find(p->v, word);
    if (row < SIZE_MAX)
        return choose_row(p, row, type, err);
    p->n_missing++;
    return ORIEL_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A tab ends the word, or blanks do where there is none; *type is the column behind it, of n_type bytes, perhaps 0. */
static size_t split(const char *s, size_t n, const char **type, size_t *n_type)
{
    const char *tab = memchr(s, '\t', n);
    size_t n_word = tab ? (size_t)(tab - s) : 0;
    while (!tab && n_word < n && s[n_word] != ' ')
        n_word++;
    size_t at = n_word;
    while (at < n && is_blank(s[at]))
        at++;
    size_t end = at;
    while (end < n && (tab ? s[end] != '\t' : s[end] != ' '))
        end++;
    while (end > at && is_blank(s[end - 1]))
        end--;
    *type = s + at;
    *n_type = end - at;
    return n_word;
}

static oriel_status choose_line(struct plot *p, const struct line *line, const char *path, oriel_error *err)
{
    oriel_status status = line_check(line, path, err);
    if (status || line->n == 0 || line->at[0] == '#')
        return status;
    const char *type;
    size_t n_type;
    size_t n_word = split(line->at, line->n, &type, &n_type);
    if (n_word == 0)
        return error_at(err, ORIEL_EFORMAT, path, line->number,
                        "expected a word, found a blank at the start of the line");
    int32_t id = n_type > 0 ? vocab_add(p->types, type, n_type, 1) : 0;
    char *word = mem_string(line->at, n_word);
    status = id >= 0 && word ? choose_word(p, word, n_type > 0 ? (size_t)(id - VOCAB_SPECIAL) : NO_TYPE, err)
                             : error_memory(err);
    mem_free(word);
    return status;
}

static oriel_status choose_from_file(struct plot *p, const char *path, oriel_error *err)
{
    struct source *source;
    struct lines *lines;
    oriel_status status = source_open(&source, path, err);
    if (status)
        return status;
    status = lines_new(&lines, source, 0, err);
    bool more = !status;
    while (more && !status) {
        struct line line;
        status = lines_next(lines, &line, &more, err);
        if (!status && more)
            status = choose_line(p, &line, path, err);
    }
    lines_free(lines);
    source_close(source);
    return status;
}

static oriel_status choose(struct plot *p, const oriel_plot_options *o, oriel_error *err)
{
    oriel_status status = ORIEL_OK;
    p->is_chosen = mem_zero(oriel_vectors_count(p->v), sizeof *p->is_chosen);
    p->types = vocab_new();
    if (!p->is_chosen || !p->types)
        return error_memory(err);
    for (size_t i = 0; i < o->n_words && !status; i++)
        status = choose_word(p, o->words[i], NO_TYPE, err);
    if (!status && o->words_file)
        status = choose_from_file(p, o->words_file, err);
    for (size_t i = 0; i < o->n_first && i < oriel_vectors_count(p->v) && !status; i++)
        status = choose_row(p, i, NO_TYPE, err);
    if (!status && p->n < 2)
        return error_at(err, ORIEL_EARG, NULL, 0, "expected at least 2 words that have vectors, found %zu", p->n);
    return status;
}

/* ---- where they are ---- */

/* Names of the types, and for words without one, if others have, a last one. */
static bool name_types(struct plot *p)
{
    size_t n = vocab_size(p->types) - VOCAB_SPECIAL;
    p->names = mem_zero(n + 1, sizeof *p->names);
    if (!p->names)
        return false;
    for (size_t i = 0; i < n; i++)
        p->names[i] = vocab_word(p->types, (int32_t)(i + VOCAB_SPECIAL), NULL);
    p->n_types = n;
    for (size_t i = 0; i < p->n; i++) {
        if (p->chosen[i].type != NO_TYPE)
            continue;
        p->chosen[i].type = n;
        p->names[n] = "(no type)";
        p->n_types = n > 0 ? n + 1 : 0;
    }
    return true;
}

static void take_row(double *x, const oriel_vectors *v, size_t row)
{
    const float *from = oriel_vectors_row(v, row);
    double length = vectors_length(v, row);
    for (size_t k = 0; k < oriel_vectors_dim(v); k++)
        x[k] = length > 0 ? (double)from[k] / length : 0;
}

static bool find_places(struct plot *p, double share[2])
{
    size_t d = oriel_vectors_dim(p->v);
    p->x = mem_alloc(p->n, d * sizeof *p->x);
    p->place = mem_alloc(p->n, 2 * sizeof *p->place);
    p->points = mem_alloc(p->n, sizeof *p->points);
    if (!p->x || !p->place || !p->points || !name_types(p))
        return false;
    for (size_t i = 0; i < p->n; i++)
        take_row(p->x + i * d, p->v, p->chosen[i].row);
    if (!principal_plane(p->place, share, p->x, p->n, d))
        return false;
    for (size_t i = 0; i < p->n; i++) {
        size_t type = p->chosen[i].type;
        p->points[i] = (struct picture_point){.label = oriel_vectors_word(p->v, p->chosen[i].row),
                                              .type = p->n_types > 0 ? type : 0,
                                              .x = p->place[2 * i],
                                              .y = p->place[2 * i + 1]};
    }
    return true;
}

/* "first principal component, 12.3 % of the variance", whatever the locale. */
static void name_axis(char name[NAME_ROOM], const char *which, double share)
{
    int tenths = (int)(share * 1000 + 0.5);
    snprintf(name, NAME_ROOM, "%s principal component, %d.%d %% of the variance", which, tenths / 10, tenths % 10);
}

static oriel_status draw(struct plot *p, const char *title, const char *path, oriel_plot_facts *facts, oriel_error *err)
{
    char x_name[NAME_ROOM];
    char y_name[NAME_ROOM];
    struct aside *file;
    name_axis(x_name, "first", facts->share[0]);
    name_axis(y_name, "second", facts->share[1]);
    const struct picture picture = {.title = title,
                                    .x_name = x_name,
                                    .y_name = y_name,
                                    .points = p->points,
                                    .n_points = p->n,
                                    .types = p->names,
                                    .n_types = p->n_types};
    oriel_status status = aside_open(&file, path, err);
    if (status)
        return status;
    status = picture_write(aside_file(file), &picture, &facts->n_labels, err);
    if (!status)
        return aside_commit(file, err);
    aside_abandon(file);
    return status;
}

static void plot_clear(struct plot *p)
{
    mem_free(p->chosen);
    mem_free(p->is_chosen);
    vocab_free(p->types);
    mem_free((void *)p->names);
    mem_free(p->points);
    mem_free(p->place);
    mem_free(p->x);
}

oriel_status oriel_vectors_plot(const oriel_vectors *v, const oriel_plot_options *o, const char *path,
                                oriel_plot_facts *facts, oriel_error *err)
{
    struct plot p = {.v = v};
    oriel_plot_facts found = {0};
    oriel_status status = choose(&p, o, err);
    if (!status && !find_places(&p, found.share))
        status = error_memory(err);
    found.n_words = p.n;
    found.n_missing = p.n_missing;
    if (!status)
        status = draw(&p, o->title ? o->title : "Word vectors", path, &found, err);
    *facts = status ? (oriel_plot_facts){0} : found;
    plot_clear(&p);
    return status;
}
