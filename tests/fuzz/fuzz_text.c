/*
 * Any bytes as a stream of text, token lines or columns, with the built-in rules or rules of its own.  The first byte
 * says how they are read: bits 0-1 the format (3: wrapped text), bit 2 strict, bit 3: rules come first, up to a NUL.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/reader.h"
#include "text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_tokens(const oriel_sentence *s)
{
    size_t last = 0;
    require(s->n_tokens <= ORIEL_MAX_SENTENCE_TOKENS);
    for (size_t i = 0; i < s->n_tokens; i++) {
        require(s->tokens[i].begin >= last && s->tokens[i].begin < s->tokens[i].end);
        last = s->tokens[i].end;
        require(last - s->tokens[i].begin <= ORIEL_MAX_TOKEN_BYTES);
        if (s->lines)
            require(s->lines[i].end > s->lines[i].begin && strchr("\r\n", s->raw[s->lines[i].end])); /* or NUL */
    }
    require(last == s->n_text);
}

/* What comes out is the repaired input; with a failure, or as columns, the beginning of it at least. */
static void read_all(oriel_reader *r, const struct bytes *right)
{
    oriel_sentence s;
    bool more = true;
    size_t at = 0;
    while (more) {
        require(!oriel_reader_would_block(r)); /* memory never waits */
        if (oriel_reader_next(r, &s, &more, NULL))
            return;
        check_tokens(&s);
        require(s.n_before == 0 || (s.offset <= right->n && memcmp(right->at + at, s.before, s.n_before) == 0));
        at += s.n_before;
        require(s.offset == at);
        if (s.n_tokens == 0)
            continue;
        const oriel_range *last = s.lines ? &s.lines[s.n_tokens - 1] : &s.tokens[s.n_tokens - 1];
        const char *bytes = s.lines ? s.raw : s.text;
        require(last->end <= right->n - at && memcmp(right->at + at, bytes, last->end) == 0);
        at += last->end;
        if (s.lines && bytes[last->end] != 0)
            at += bytes[last->end] == '\r' ? 2 : 1;
    }
    require(at == right->n);
}

/* NULL: no rules, or bad ones.  *text: where the text begins. */
static struct tokenizer *rules_of(const uint8_t *data, size_t size, size_t *text)
{
    struct tokenizer *t = NULL;
    const uint8_t *nul = size > 1 && data[0] & 8 ? memchr(data + 1, 0, size - 1) : NULL;
    if (!nul)
        return NULL;
    *text = (size_t)(nul - data) + 1;
    tokenizer_new(&t, (const char *)data + 1, "rules", NULL);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const oriel_input formats[] = {ORIEL_INPUT_TEXT, ORIEL_INPUT_TOKENS, ORIEL_INPUT_CONLL, ORIEL_INPUT_TEXT};
    if (size == 0)
        return 0;
    oriel_reader_options o = {.format = formats[data[0] & 3], .wrapped = (data[0] & 3) == 3, .strict = data[0] & 4};
    size_t text = 1;
    struct tokenizer *t = rules_of(data, size, &text);
    struct bytes right = {0};
    struct source *source;
    oriel_reader *reader;
    const char *bytes = (const char *)data + text;
    if (size - text >= 2 && data[text] == 0x1F &&
        data[text + 1] == 0x8B) /* compressed: the source has its own target */
        text = size;
    if (!bytes_reserve(&right, 1) || utf8_repair(&right, bytes, size - text) == SIZE_MAX)
        abort();
    if (source_from_memory(&source, bytes, size - text, "input", NULL))
        abort();
    if (reader_new(&reader, t, source, &o, NULL))
        abort();
    read_all(reader, &right);
    oriel_reader_free(reader);
    tokenizer_free(t);
    bytes_clear(&right);
    return 0;
}
