/*
 * Reads every corpus that the README under ORIEL_CORPORA lists, and finds the figures of its table again: sentences,
 * tokens, entities, documents, longest sentence, longest token.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "text/corpus.h"

enum { N_SPLITS = 3, N_CELLS = 12 };
static const char *const splits[N_SPLITS] = {"train", "dev", "test"};

/* Cells of a row of the table, from 1; the empty one before the first bar is 0. */
enum { CELL_NAME = 1, CELL_SPLITS = 5, CELL_DOCUMENTS = 8, CELL_LONGEST = 11 };

struct row {
    char *cells[N_CELLS];
    size_t longest_sentence, longest_token; /* found so far */
};

static const char *folder(void)
{
    const char *path = getenv("ORIEL_CORPORA");
    return path && *path ? path : "../shared/corpora";
}

static void measure(struct row *row, const struct sentences *s)
{
    for (size_t i = 0; i < s->n_sentences; i++) {
        size_t n = s->starts[i + 1] - s->starts[i];
        row->longest_sentence = n > row->longest_sentence ? n : row->longest_sentence;
    }
    for (size_t i = 0; i < s->n_tokens; i++) {
        size_t n = s->tokens[i].end - s->tokens[i].begin;
        row->longest_token = n > row->longest_token ? n : row->longest_token;
    }
}

static size_t count_entities(const struct corpus *c)
{
    size_t n = 0;
    struct entity *scratch = mem_alloc(c->s.n_tokens, sizeof *scratch);
    assert_non_null(scratch);
    for (size_t i = 0; i < c->s.n_sentences; i++)
        n += tags_to_entities(scratch, c->tags + c->s.starts[i], c->s.starts[i + 1] - c->s.starts[i]);
    mem_free(scratch);
    return n;
}

/* Part `i` of "540 / 318 / -", 0 for "-". */
static size_t part_of(const char *cell, size_t i)
{
    for (; i > 0; i--)
        cell = strchr(cell, '/') + 1;
    return strtoul(cell, NULL, 10);
}

static void check_split(struct row *row, size_t split)
{
    const char *cell = row->cells[CELL_SPLITS + split];
    char path[1024];
    const char *files[] = {path};
    snprintf(path, sizeof path, "%s/%s/%s.conll", folder(), row->cells[CELL_NAME], splits[split]);
    bool is_listed = cell[strspn(cell, " ")] >= '0' && cell[strspn(cell, " ")] <= '9';
    assert_int_equal(access(path, R_OK) == 0, is_listed);
    if (!is_listed)
        return;
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_ok(corpus_read(&c, t, true, files, 1, &(oriel_columns){.refuse_bad_tags = true}, &err), err);
    bool is_plain = part_of(cell, 2) == 0;
    bool has_documents = strchr(row->cells[CELL_DOCUMENTS], '/') != NULL;
    size_t found[] = {c.s.n_sentences, c.s.n_tokens, is_plain ? 0 : count_entities(&c), c.n_documents};
    size_t expected[] = {part_of(cell, 0), part_of(cell, 1), part_of(cell, 2),
                         has_documents ? part_of(row->cells[CELL_DOCUMENTS], split) : 0};
    for (size_t i = 0; i < 4; i++) {
        if (found[i] != expected[i])
            fail_msg("%s: %zu %s, the table says %zu", path, found[i],
                     (const char *[]){"sentences", "tokens", "entities", "documents"}[i], expected[i]);
    }
    assert_string_equal(scheme_name(tagset_scheme(t)), is_plain ? "plain" : "IOB2");
    measure(row, &c.s);
    corpus_clear(&c);
    tagset_free(t);
}

/* Cuts a line at its bars; false: no row of the table. */
static bool cut_row(struct row *row, char *line)
{
    size_t n = 0;
    *row = (struct row){0};
    for (char *at = line; at && n < N_CELLS; n++) {
        row->cells[n] = at;
        at = strchr(at, '|');
        if (at)
            *at++ = 0;
    }
    if (n < N_CELLS)
        return false;
    char *name = row->cells[CELL_NAME] + strspn(row->cells[CELL_NAME], " ");
    name[strcspn(name, " ")] = 0;
    row->cells[CELL_NAME] = name;
    return name[0] != 0 && name[0] != '-' && strcmp(name, "corpus") != 0;
}

static void test_corpora_have_the_figures_of_their_table(void **state)
{
    (void)state;
    char path[1024];
    snprintf(path, sizeof path, "%s/README.md", folder());
    if (access(path, R_OK) != 0) {
        print_message("skipped: no %s; ORIEL_CORPORA names the folder of the corpora\n", path);
        skip();
    }
    char *text = test_read(path, NULL);
    size_t n_rows = 0;
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        struct row row;
        if (!cut_row(&row, line))
            continue;
        for (size_t split = 0; split < N_SPLITS; split++)
            check_split(&row, split);
        assert_int_equal(row.longest_sentence, part_of(row.cells[CELL_LONGEST], 0));
        assert_int_equal(row.longest_token, part_of(row.cells[CELL_LONGEST], 1));
        n_rows++;
    }
    assert_true(n_rows > 0);
    print_message("%zu corpora\n", n_rows);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpora_have_the_figures_of_their_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
