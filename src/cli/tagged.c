#include "cli/tagged.h"

/* Of a tag's probability: what is less would show as 0.000. */
static const float LEAST_SHOWN = 0.0005F;

/* A token as a column: white space inside would look like another column. */
static void put_column(struct output *o, const char *token, size_t n)
{
    size_t begin = 0;
    for (size_t i = 0; i < n; i++) {
        if (token[i] != ' ' && (token[i] < '\t' || token[i] > '\r'))
            continue;
        put_bytes(o, token + begin, i - begin);
        put_char(o, '_');
        begin = i + 1;
    }
    put_bytes(o, token + begin, n - begin);
}

/* The next of a token's tags in the order of falling probability, the first of equals first, after `last`; -1 before any and
 * when there are no more worth showing. */
static int next_tag(const float *p, size_t n_tags, int last)
{
    int next = -1;
    for (size_t i = 0; i < n_tags; i++) {
        bool comes_later = last < 0 || p[i] < p[last] || (p[i] == p[last] && (int)i > last);
        if (comes_later && p[i] >= LEAST_SHOWN && (next < 0 || p[i] > p[next]))
            next = (int)i;
    }
    return next;
}

/* B-PER=0.912|O=0.087 */
static void put_marginals(const struct tagged *t, const float *p)
{
    size_t n_tags = oriel_model_tags(t->model);
    for (int first = next_tag(p, n_tags, -1), tag = first; tag >= 0; tag = next_tag(p, n_tags, tag)) {
        if (tag != first)
            put_char(t->out, '|');
        put_text(t->out, oriel_model_tag_name(t->model, tag));
        put_char(t->out, '=');
        put_thousandths(t->out, (double)p[tag]);
    }
}

/* Everything that is added to the line of token i, each with `blank` before it. */
static void put_tags(const struct tagged *t, const oriel_tags *tags, size_t i, char blank)
{
    for (size_t k = 0; k < (t->n_best ? t->n_best : 1); k++) {
        const int *column = !t->n_best ? tags->tags : k < tags->n_readings ? tags->readings[k].tags : NULL;
        put_char(t->out, blank);
        put_text(t->out, column ? oriel_model_tag_name(t->model, column[i]) : "_");
    }
    if (tags->marginals) {
        put_char(t->out, blank);
        put_marginals(t, tags->marginals + i * oriel_model_tags(t->model));
    }
    put_char(t->out, '\n');
}

static void put_probabilities(const struct tagged *t, const oriel_tags *tags)
{
    put_text(t->out, "# readings =");
    for (size_t k = 0; k < tags->n_readings; k++) {
        put_char(t->out, ' ');
        put_significant(t->out, tags->readings[k].probability);
    }
    put_char(t->out, '\n');
}

/* The lines as they came with one more column: after a tab where the line has one, else after a blank.  A comment can only
 * stand where a sentence begins, not where one was cut because it is too long. */
static void write_lines(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    put_bytes(t->out, s->before, s->n_before);
    if (tags->n_readings && (s->n_before || s->offset == 0))
        put_probabilities(t, tags);
    for (size_t i = 0; i < s->n_tokens; i++) {
        const char *line = s->raw + s->lines[i].begin;
        size_t n = s->lines[i].end - s->lines[i].begin;
        put_bytes(t->out, line, n);
        put_tags(t, tags, i, memchr(line, '\t', n) ? '\t' : ' ');
    }
}

static void write_columns(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    if (tags->n_readings)
        put_probabilities(t, tags);
    for (size_t i = 0; i < s->n_tokens; i++) {
        put_column(t->out, s->text + s->tokens[i].begin, s->tokens[i].end - s->tokens[i].begin);
        put_tags(t, tags, i, '\t');
    }
    if (s->n_tokens)
        put_char(t->out, '\n');
}

static void write_json_span(const struct tagged *t, const oriel_sentence *s, const oriel_span *span)
{
    const char *type = oriel_model_type_name(t->model, (size_t)span->type);
    put_text(t->out, "{\"start\":");
    put_whole(t->out, span->begin);
    put_text(t->out, ",\"end\":");
    put_whole(t->out, span->end);
    put_text(t->out, ",\"type\":");
    put_json(t->out, type, strlen(type));
    put_text(t->out, ",\"text\":");
    put_json(t->out, s->text + span->begin, span->end - span->begin);
    put_text(t->out, ",\"confidence\":");
    put_thousandths(t->out, (double)span->confidence);
    put_char(t->out, '}');
}

static void write_json_spans(const struct tagged *t, const oriel_sentence *s, const oriel_span *spans, size_t n)
{
    put_text(t->out, "\"entities\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            put_char(t->out, ',');
        write_json_span(t, s, &spans[i]);
    }
    put_char(t->out, ']');
}

static void write_json_readings(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    put_text(t->out, ",\"readings\":[");
    for (size_t k = 0; k < tags->n_readings; k++) {
        put_text(t->out, k ? ",{\"probability\":" : "{\"probability\":");
        put_significant(t->out, tags->readings[k].probability);
        put_char(t->out, ',');
        write_json_spans(t, s, tags->readings[k].spans, tags->readings[k].n_spans);
        put_char(t->out, '}');
    }
    put_char(t->out, ']');
}

static void write_json_probabilities(const struct tagged *t, const float *p)
{
    size_t n_tags = oriel_model_tags(t->model);
    put_text(t->out, ",\"probabilities\":{");
    for (int first = next_tag(p, n_tags, -1), tag = first; tag >= 0; tag = next_tag(p, n_tags, tag)) {
        const char *name = oriel_model_tag_name(t->model, tag);
        if (tag != first)
            put_char(t->out, ',');
        put_json(t->out, name, strlen(name));
        put_char(t->out, ':');
        put_thousandths(t->out, (double)p[tag]);
    }
    put_char(t->out, '}');
}

static void write_json_tokens(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    put_text(t->out, ",\"tokens\":[");
    for (size_t i = 0; i < s->n_tokens; i++) {
        const char *name = oriel_model_tag_name(t->model, tags->tags[i]);
        put_text(t->out, i ? ",{\"start\":" : "{\"start\":");
        put_whole(t->out, s->tokens[i].begin);
        put_text(t->out, ",\"end\":");
        put_whole(t->out, s->tokens[i].end);
        put_text(t->out, ",\"tag\":");
        put_json(t->out, name, strlen(name));
        write_json_probabilities(t, tags->marginals + i * oriel_model_tags(t->model));
        put_char(t->out, '}');
    }
    put_char(t->out, ']');
}

static void write_json(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    if (s->n_text == 0)
        return;
    put_text(t->out, "{\"text\":");
    put_json(t->out, s->text, s->n_text);
    put_text(t->out, ",\"offset\":");
    put_whole(t->out, s->offset);
    put_char(t->out, ',');
    write_json_spans(t, s, tags->spans, tags->n_spans);
    if (t->n_best)
        write_json_readings(t, s, tags);
    if (tags->marginals)
        write_json_tokens(t, s, tags);
    put_text(t->out, "}\n");
}

/* The stream itself: only the marks are added.  CoNLL has no text of its own, so a sentence becomes a line. */
static void write_inline(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    put_bytes(t->out, s->before, s->n_before);
    size_t at = 0;
    for (size_t i = 0; i < tags->n_spans; i++) {
        const oriel_span *span = &tags->spans[i];
        const char *type = oriel_model_type_name(t->model, (size_t)span->type);
        put_bytes(t->out, s->text + at, span->begin - at);
        if (!t->is_plain) {
            put_char(t->out, '[');
            put_text(t->out, type);
            put_char(t->out, ' ');
        }
        put_bytes(t->out, s->text + span->begin, span->end - span->begin);
        put_char(t->out, t->is_plain ? '/' : ']');
        if (t->is_plain)
            put_text(t->out, type);
        at = span->end;
    }
    put_bytes(t->out, s->text + at, s->n_text - at);
    if (t->input == ORIEL_INPUT_CONLL && s->n_tokens)
        put_char(t->out, '\n');
}

void tagged_write(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    switch (t->form) {
    case TAGGED_CONLL:
        if (t->input == ORIEL_INPUT_CONLL)
            write_lines(t, s, tags);
        else
            write_columns(t, s, tags);
        break;
    case TAGGED_JSONL:
        write_json(t, s, tags);
        break;
    case TAGGED_INLINE:
        write_inline(t, s, tags);
        break;
    }
}
