/*
 * Names that were seen in training, as a sorted set of hashes.
 */
#include "model/seen.h"

#include <stdlib.h>
#include <string.h>

#define XXH_STATIC_LINKING_ONLY /* for the state as a value: hashing allocates nothing */
#include <xxhash.h>

#include "base/memory.h"

uint64_t seen_hash(const char *type, const char *text, const oriel_range *tokens, size_t first, size_t last)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    XXH3_64bits_update(&state, type, strlen(type) + 1);
    for (size_t i = first; i < last; i++) {
        XXH3_64bits_update(&state, text + tokens[i].begin, tokens[i].end - tokens[i].begin);
        XXH3_64bits_update(&state, "", 1);
    }
    return XXH3_64bits_digest(&state);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

bool seen_has(const struct seen_names *s, uint64_t hash)
{
    return s->n > 0 && bsearch(&hash, s->hashes, s->n, sizeof hash, compare_hashes);
}

struct seen_names seen_from_hashes(uint64_t *take_hashes, size_t n)
{
    size_t n_kept = 0;
    if (n > 0)
        qsort(take_hashes, n, sizeof *take_hashes, compare_hashes);
    for (size_t i = 0; i < n; i++) {
        if (n_kept == 0 || take_hashes[n_kept - 1] != take_hashes[i])
            take_hashes[n_kept++] = take_hashes[i];
    }
    return (struct seen_names){take_hashes, n_kept};
}

bool seen_from_corpus(struct seen_names *out, const struct corpus *c, const struct tagset *types,
                      const size_t *sentences, size_t n)
{
    const struct sentences *s = &c->s;
    size_t n_hashes = 0;
    *out = (struct seen_names){0};
    struct entity *entities = mem_alloc(s->n_tokens, sizeof *entities);
    uint64_t *hashes = mem_alloc(s->n_tokens, sizeof *hashes);
    if (!entities || !hashes) {
        mem_free(entities);
        mem_free(hashes);
        return false;
    }
    for (size_t i = 0; i < (sentences ? n : s->n_sentences); i++) {
        size_t sentence = sentences ? sentences[i] : i;
        size_t start = s->starts[sentence];
        size_t n_entities = tags_to_entities(entities, c->tags + start, s->starts[sentence + 1] - start);
        for (size_t e = 0; e < n_entities; e++)
            hashes[n_hashes++] = seen_hash(tagset_type_name(types, entities[e].type), s->text.at, s->tokens + start,
                                           entities[e].first, entities[e].last);
    }
    mem_free(entities);
    *out = seen_from_hashes(hashes, n_hashes);
    return true;
}
