#include "cli/tagged.h"

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

/* The lines as they came with one more column: after a tab where the line has one, else after a blank. */
static void write_lines(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    put_bytes(t->out, s->before, s->n_before);
    for (size_t i = 0; i < s->n_tokens; i++) {
        const char *line = s->raw + s->lines[i].begin;
        size_t n = s->lines[i].end - s->lines[i].begin;
        put_bytes(t->out, line, n);
        put_char(t->out, memchr(line, '\t', n) ? '\t' : ' ');
        put_text(t->out, oriel_model_tag_name(t->model, tags->tags[i]));
        put_char(t->out, '\n');
    }
}

static void write_columns(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    for (size_t i = 0; i < s->n_tokens; i++) {
        put_column(t->out, s->text + s->tokens[i].begin, s->tokens[i].end - s->tokens[i].begin);
        put_char(t->out, '\t');
        put_text(t->out, oriel_model_tag_name(t->model, tags->tags[i]));
        put_char(t->out, '\n');
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

static void write_json(const struct tagged *t, const oriel_sentence *s, const oriel_tags *tags)
{
    if (s->n_text == 0)
        return;
    put_text(t->out, "{\"text\":");
    put_json(t->out, s->text, s->n_text);
    put_text(t->out, ",\"offset\":");
    put_whole(t->out, s->offset);
    put_text(t->out, ",\"entities\":[");
    for (size_t i = 0; i < tags->n_spans; i++) {
        if (i)
            put_char(t->out, ',');
        write_json_span(t, s, &tags->spans[i]);
    }
    put_text(t->out, "]}\n");
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
