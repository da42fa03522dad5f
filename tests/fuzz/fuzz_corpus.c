/*
 * Any bytes as a labelled corpus: read or refused.  What was read has its sentences in order, with weights that can be
 * used, and tags of its set; spelled in the set's scheme and read again, the tags are the same and none is bad.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "text/corpus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_order(const struct corpus *c)
{
    must(c->s.n_sentences > 0 && c->s.starts[0] == 0 && c->s.starts[c->s.n_sentences] == c->s.n_tokens);
    for (size_t i = 0; i < c->s.n_sentences; i++)
        must(c->s.starts[i] < c->s.starts[i + 1] && c->s.lines[i] > 0 && isfinite(c->weights[i]) && c->weights[i] >= 0);
    for (size_t i = 0; i < c->s.n_tokens; i++)
        must(c->s.tokens[i].begin < c->s.tokens[i].end && c->s.tokens[i].end <= c->s.text.n);
    for (size_t i = 0; i < c->n_documents; i++)
        must(c->documents[i] < c->s.n_sentences && (i == 0 || c->documents[i - 1] < c->documents[i]));
}

/* n tokens; scratch has room for them. */
static void check_respelling(const struct tagset *t, const int32_t *tags, size_t n, int32_t *scratch,
                             struct spelled *spelled, int32_t *types)
{
    tags_spell(t, scratch, tags, n);
    for (size_t i = 0; i < n; i++) {
        must(scratch[i] == TAG_UNKNOWN || (size_t)scratch[i] < tagset_tag_names(t));
        const char *name = tagset_tag_name(t, scratch[i]);
        spelled[i] = tag_spell_out(name, strlen(name));
        types[i] = strchr("O?", spelled[i].prefix) && spelled[i].prefix
                       ? -1
                       : tagset_find_type(t, spelled[i].name, spelled[i].n);
        must(types[i] == (tag_has_type(tags[i]) ? tag_type(tags[i]) : -1));
    }
    tags_from_spelled(scratch, spelled, types, n, tagset_scheme(t) == SCHEME_PLAIN);
    must(memcmp(scratch, tags, n * sizeof *tags) == 0 && tags_count_bad(t, spelled, tags, n, NULL) == 0);
}

static void check_tags(const struct corpus *c, const struct tagset *t)
{
    size_t n = c->s.n_tokens;
    int32_t *scratch = mem_alloc(n, sizeof *scratch);
    int32_t *types = mem_alloc(n, sizeof *types);
    struct spelled *spelled = mem_alloc(n, sizeof *spelled);
    struct entity *entities = mem_alloc(n, sizeof *entities);
    must(scratch && types && spelled && entities);
    for (size_t i = 0; i < c->s.n_sentences; i++) {
        size_t start = c->s.starts[i];
        check_respelling(t, c->tags + start, c->s.starts[i + 1] - start, scratch, spelled, types);
        must(tags_to_entities(entities, c->tags + start, c->s.starts[i + 1] - start) <= c->s.starts[i + 1] - start);
    }
    mem_free(scratch);
    mem_free(types);
    mem_free(spelled);
    mem_free(entities);
}

static void check_refused(const struct corpus *c, const oriel_error *err)
{
    const struct corpus zero = {0};
    must(memcmp(c, &zero, sizeof zero) == 0 && err->code != ORIEL_OK && err->text[0]);
}

/* The first byte chooses columns: two bits each for the token's and the tag's, one for strictness. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    oriel_columns columns = {.token_column = data[0] & 3,
                             .tag_column = data[0] >> 2 & 3,
                             .refuse_bad_tags = data[0] >> 4 & 1,
                             .max_line = 4096};
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err = {0};
    must(t);
    if (corpus_read_bytes(&c, t, true, data + 1, size - 1, "fuzz", &columns, &err) == ORIEL_OK) {
        must(!columns.refuse_bad_tags || c.n_bad_tags == 0);
        check_order(&c);
        check_tags(&c, t);
        corpus_clear(&c);
    } else {
        check_refused(&c, &err);
    }
    tagset_free(t);
    return 0;
}
