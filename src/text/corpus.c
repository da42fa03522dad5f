/*
 * Reads in two steps, because a scheme is known only when all tags were seen: first the lines go to tokens and columns
 * of tags as they stand there; then the columns become tags.
 */
#include "text/corpus.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "text/columns.h"
#include "text/lines.h"
#include "text/tag_column.h"

struct loading {
    struct corpus *c;
    struct tagset *t;
    const char *const *files; /* [n_files] names for messages, once opened */
    const oriel_columns *columns;
    struct tag_column gold, predicted;
    bool has_pair;      /* a gold and a predicted column */
    bool learns_scheme; /* else the set's own holds */
    bool had_types;     /* the set had some before */
    bool saw_marks;
    size_t cap_documents, cap_weights;
    float weight;         /* of the next sentence */
    size_t sentence_line; /* of the first token of the open sentence, 0: none is open */
};

void corpus_clear(struct corpus *c)
{
    sentences_clear(&c->s);
    mem_free(c->tags);
    mem_free(c->predicted);
    mem_free(c->weights);
    mem_free(c->documents);
    mem_free(c->file_starts);
    *c = (struct corpus){0};
}

size_t corpus_file_of(const struct corpus *c, size_t sentence)
{
    size_t file = c->n_files - 1;
    while (file > 0 && c->file_starts[file] > sentence)
        file--;
    return file;
}

const char *corpus_file_name(const char *file)
{
    return !file || strcmp(file, "-") == 0 ? "standard input" : file;
}

/* ---- first step: lines ------------------------------------------------------------------------------------------ */

static oriel_status too_few(const struct loading *l, const struct columns *split, const char *file, size_t line,
                            oriel_error *err)
{
    size_t n_needed = l->has_pair ? 3 : 2;
    const char *wanted = l->has_pair ? "token, gold tag and predicted tag" : "token and tag";
    if (split->n < n_needed)
        return error_at(err, ORIEL_EFORMAT, file, line, "expected %s, found %zu column%s", wanted, split->n,
                        split->n == 1 ? "" : "s");
    size_t token = l->columns->token_column;
    size_t tag = l->columns->tag_column;
    size_t asked = token > tag ? token : tag;
    if (asked > split->n)
        return error_at(err, ORIEL_EFORMAT, file, line, "expected column %zu, found %zu columns", asked, split->n);
    return error_at(err, ORIEL_EFORMAT, file, line, "expected %s in columns of their own, found two to be the same",
                    wanted);
}

/* Where the token and its tags are; false: one is missing, or two are the same. */
static bool pick(const struct loading *l, const struct columns *split, oriel_range *token, oriel_range *gold,
                 oriel_range *predicted)
{
    size_t gold_column = l->columns->tag_column;
    if (split->n < (l->has_pair ? 3 : 2))
        return false;
    if (l->has_pair && gold_column == 0)
        gold_column = split->n - 1;
    if (!columns_pick(split, l->columns->token_column, false, token) || !columns_pick(split, gold_column, true, gold))
        return false;
    *predicted = split->last;
    if (l->has_pair && (predicted->begin == gold->begin || predicted->begin == token->begin))
        return false;
    return token->begin != gold->begin;
}

static oriel_status add_tag(struct loading *l, struct tag_column *column, const struct line *line, oriel_range tag,
                            const char *file, oriel_error *err)
{
    struct spelled spelled = tag_spell_out(line->at + tag.begin, tag.end - tag.begin);
    if (spelled.prefix == 'O' || spelled.prefix == '?')
        return tag_column_add(column, l->c->s.n_tokens, spelled.prefix, -1) ? ORIEL_OK : error_memory(err);
    if (spelled.n == 0)
        return error_at(err, ORIEL_EFORMAT, file, line->number, "expected a type after '%c-', found nothing",
                        spelled.prefix);
    int32_t type = tagset_add_type(l->t, spelled.name, spelled.n);
    if (type < 0 || !tag_column_add(column, l->c->s.n_tokens, spelled.prefix, type))
        return error_memory(err);
    return ORIEL_OK;
}

static oriel_status add_token(struct loading *l, const struct line *line, const struct columns *split, const char *file,
                              oriel_error *err)
{
    oriel_range token, gold, predicted;
    if (!pick(l, split, &token, &gold, &predicted))
        return too_few(l, split, file, line->number, err);
    oriel_status status = add_tag(l, &l->gold, line, gold, file, err);
    if (status == ORIEL_OK && l->has_pair)
        status = add_tag(l, &l->predicted, line, predicted, file, err);
    if (status != ORIEL_OK)
        return status;
    if (l->sentence_line == 0)
        l->sentence_line = line->number;
    if (!sentences_add_token(&l->c->s, line->at + token.begin, token.end - token.begin))
        return error_memory(err);
    return ORIEL_OK;
}

static bool end_sentence(struct loading *l)
{
    struct corpus *c = l->c;
    size_t line = l->sentence_line;
    if (line == 0)
        return true;
    float *weights = mem_grow(c->weights, &l->cap_weights, c->s.n_sentences + 1, sizeof *weights);
    if (!weights)
        return false;
    c->weights = weights;
    weights[c->s.n_sentences] = l->weight;
    l->weight = 1;
    l->sentence_line = 0;
    return sentences_end(&c->s, line);
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* "# weight = 0.3".  What does not go as far as the equals sign is a remark of another kind. */
static oriel_status read_comment(struct loading *l, const struct line *line, const char *file, oriel_error *err)
{
    static const char word[] = "weight";
    const size_t n_word = sizeof word - 1;
    const char *end = line->at + line->n;
    const char *at = skip_blanks(line->at + 1, end);
    if ((size_t)(end - at) < n_word || memcmp(at, word, n_word) != 0)
        return ORIEL_OK;
    at = skip_blanks(at + n_word, end);
    if (at == end || *at != '=')
        return ORIEL_OK;
    at = skip_blanks(at + 1, end);
    float weight;
    size_t n = decimal_read(at, (size_t)(end - at), &weight);
    if (n == 0 || skip_blanks(at + n, end) < end || !isfinite(weight) || weight < 0)
        return error_at(err, ORIEL_EFORMAT, file, line->number,
                        "expected a finite number from 0 on after '# weight ='");
    l->weight = weight;
    return ORIEL_OK;
}

/* A document begins with the next sentence; one that got none is taken back. */
static bool begin_document(struct loading *l)
{
    struct corpus *c = l->c;
    if (c->n_documents > 0 && c->documents[c->n_documents - 1] == c->s.n_sentences)
        return true;
    size_t *documents = mem_grow(c->documents, &l->cap_documents, c->n_documents + 1, sizeof *documents);
    if (!documents)
        return false;
    c->documents = documents;
    documents[c->n_documents++] = c->s.n_sentences;
    return true;
}

static oriel_status read_line(struct loading *l, struct columns_state *state, const struct line *line, const char *file,
                              oriel_error *err)
{
    struct columns split;
    oriel_status status = line_check(line, file, err);
    if (status != ORIEL_OK)
        return status;
    enum column_line kind = columns_split(state, line, &split);
    if (kind == COLUMNS_TOKEN)
        return add_token(l, line, &split, file, err);
    if (!end_sentence(l))
        return error_memory(err);
    if (kind == COLUMNS_COMMENT)
        return read_comment(l, line, file, err);
    if (kind != COLUMNS_DOCUMENT)
        return ORIEL_OK;
    l->saw_marks = true;
    return begin_document(l) ? ORIEL_OK : error_memory(err);
}

/* Reads all of a source, which is closed in every case. */
static oriel_status read_source(struct loading *l, struct source *take_source, oriel_error *err)
{
    struct lines *lines = NULL;
    struct columns_state state = {0};
    struct line line;
    bool more = true;
    l->weight = 1;
    l->c->file_starts[l->c->n_files++] = l->c->s.n_sentences;
    oriel_status status = begin_document(l) ? ORIEL_OK : error_memory(err);
    if (status == ORIEL_OK)
        status = lines_new(&lines, take_source, l->columns->max_line, err);
    while (status == ORIEL_OK && more) {
        status = lines_next(lines, &line, &more, err);
        if (status == ORIEL_OK && more)
            status = read_line(l, &state, &line, source_name(take_source), err);
    }
    if (status == ORIEL_OK && !end_sentence(l))
        status = error_memory(err);
    lines_free(lines);
    source_close(take_source);
    return status;
}

/* ---- second step: tags ------------------------------------------------------------------------------------------ */

static void settle_documents(struct loading *l)
{
    struct corpus *c = l->c;
    if (!l->saw_marks)
        c->n_documents = 0;
    else if (c->documents[c->n_documents - 1] == c->s.n_sentences)
        c->n_documents--;
}

/* The predicted column may have a scheme of its own, but gold decides what bare names are and what the set keeps. */
static oriel_status convert_predicted(struct loading *l, struct conversion *v, oriel_error *err)
{
    enum scheme scheme = tagset_scheme(l->t);
    bool has_bare_names = tagset_has_bare_names(l->t);
    v->keeps_bare = true;
    oriel_status status = conversion_run(v, &l->predicted, &l->c->predicted, err);
    tagset_set_scheme(l->t, scheme, has_bare_names);
    return status;
}

static oriel_status convert(struct loading *l, oriel_error *err)
{
    if (l->c->s.n_tokens == 0)
        return error_at(err, ORIEL_EFORMAT, corpus_file_name(l->files[0]), 0,
                        "expected lines with a token and a tag, found none");
    settle_documents(l);
    struct conversion v = {.c = l->c,
                           .t = l->t,
                           .files = l->files,
                           .learns_scheme = l->learns_scheme,
                           .keeps_bare = l->had_types,
                           .refuses_bad = l->columns->refuse_bad_tags};
    oriel_status status = conversion_reserve(&v) ? ORIEL_OK : error_memory(err);
    if (status == ORIEL_OK)
        status = conversion_run(&v, &l->gold, &l->c->tags, err);
    if (status == ORIEL_OK && l->has_pair)
        status = convert_predicted(l, &v, err);
    conversion_clear(&v);
    return status;
}

/* ---- the calls -------------------------------------------------------------------------------------------------- */

static oriel_status begin(struct loading *l, size_t n_files, oriel_error *err)
{
    l->had_types = tagset_types(l->t) > 0;
    l->c->file_starts = mem_alloc(n_files, sizeof *l->c->file_starts);
    return l->c->file_starts ? ORIEL_OK : error_memory(err);
}

static oriel_status end(struct loading *l, oriel_status status, oriel_error *err)
{
    if (status == ORIEL_OK)
        status = convert(l, err);
    if (status != ORIEL_OK)
        corpus_clear(l->c);
    tag_column_clear(&l->gold);
    tag_column_clear(&l->predicted);
    return status;
}

static oriel_status read_files(struct loading *l, size_t n_files, oriel_error *err)
{
    oriel_status status = begin(l, n_files, err);
    for (size_t i = 0; i < n_files && status == ORIEL_OK; i++) {
        struct source *source;
        status = source_open(&source, l->files[i], err);
        if (status == ORIEL_OK)
            status = read_source(l, source, err);
    }
    return end(l, status, err);
}

oriel_status corpus_read(struct corpus *out, struct tagset *t, bool learn_scheme, const char *const *files,
                         size_t n_files, const oriel_columns *columns, oriel_error *err)
{
    *out = (struct corpus){0};
    if (n_files == 0)
        return error_at(err, ORIEL_EARG, NULL, 0, "expected a corpus file, found none");
    struct loading l = {.c = out, .t = t, .files = files, .columns = columns, .learns_scheme = learn_scheme};
    return read_files(&l, n_files, err);
}

oriel_status corpus_read_pair(struct corpus *out, struct tagset *t, const char *file, const oriel_columns *columns,
                              oriel_error *err)
{
    *out = (struct corpus){0};
    struct loading l = {.c = out, .t = t, .files = &file, .columns = columns, .learns_scheme = true, .has_pair = true};
    return read_files(&l, 1, err);
}

oriel_status corpus_read_bytes(struct corpus *out, struct tagset *t, bool learn_scheme, const void *bytes, size_t n,
                               const char *name, const oriel_columns *columns, oriel_error *err)
{
    *out = (struct corpus){0};
    struct loading l = {.c = out, .t = t, .files = &name, .columns = columns, .learns_scheme = learn_scheme};
    struct source *source = NULL;
    oriel_status status = begin(&l, 1, err);
    if (status == ORIEL_OK)
        status = source_from_memory(&source, bytes, n, name, err);
    if (status == ORIEL_OK)
        status = read_source(&l, source, err);
    return end(&l, status, err);
}
