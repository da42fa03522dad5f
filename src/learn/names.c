#include "learn/names.h"

#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "text/vocabulary.h"

void names_clear(struct names *n)
{
    mem_free(n->at);
    mem_free(n->of_sentence);
    mem_free(n->alike);
    mem_free(n->groups);
    *n = (struct names){0};
}

/* What is needed while names are collected. */
struct collector {
    struct names *names;
    const int32_t *tokens;   /* [T] */
    struct vocab *kinds;     /* type and length -> group, the count is that of its spellings */
    struct vocab *spellings; /* type and tokens: met already or not */
    struct entity *entities; /* of a sentence */
    bool *is_new;            /* [n] the first of its type and spelling */
    struct bytes key;
    size_t cap_entities, cap_is_new;
};

static void collector_clear(struct collector *c)
{
    vocab_free(c->kinds);
    vocab_free(c->spellings);
    mem_free(c->entities);
    mem_free(c->is_new);
    bytes_clear(&c->key);
}

/* 1: the name was not met before, 0: it was, -1: no memory. */
static int meet(struct collector *c, const struct name *name, int32_t type)
{
    c->key.n = 0;
    if (!bytes_append(&c->key, (const char *)&type, sizeof type) ||
        !bytes_append(&c->key, (const char *)(c->tokens + name->first), (size_t)name->n * sizeof *c->tokens))
        return -1;
    if (vocab_find(c->spellings, c->key.at, c->key.n) >= 0)
        return 0;
    return vocab_add(c->spellings, c->key.at, c->key.n, 1) < 0 ? -1 : 1;
}

static bool add_name(struct collector *c, size_t first, size_t n, int32_t type)
{
    struct names *names = c->names;
    struct name name = {.first = (int32_t)first, .n = (int32_t)n};
    int is_new = meet(c, &name, type);
    const int32_t kind[] = {type, name.n};
    int32_t id = is_new < 0 ? -1 : vocab_add(c->kinds, (const char *)kind, sizeof kind, (uint64_t)is_new);
    struct name *at = id < 0 ? NULL : mem_grow(names->at, &names->cap, names->n + 1, sizeof *at);
    if (!at)
        return false;
    names->at = at;
    bool *flags = mem_grow(c->is_new, &c->cap_is_new, names->n + 1, sizeof *flags);
    if (!flags)
        return false;
    c->is_new = flags;
    c->is_new[names->n] = is_new > 0;
    name.group = id - VOCAB_SPECIAL;
    names->at[names->n++] = name;
    return true;
}

static bool may_be_part(const int32_t *tags, size_t n, const struct entity *e)
{
    return (e->first > 0 && tags[e->first - 1] == TAG_UNKNOWN) || (e->last < n && tags[e->last] == TAG_UNKNOWN);
}

static bool add_sentence(struct collector *c, size_t sentence)
{
    size_t first = c->names->corpus->s.starts[sentence];
    size_t n = c->names->corpus->s.starts[sentence + 1] - first;
    struct entity *entities = mem_grow(c->entities, &c->cap_entities, n, sizeof *entities);
    if (!entities)
        return false;
    c->entities = entities;
    const int32_t *tags = c->names->corpus->tags + first;
    size_t n_entities = tags_to_entities(entities, tags, n);
    for (size_t i = 0; i < n_entities; i++) {
        const struct entity *e = &entities[i];
        if (!may_be_part(tags, n, e) && !add_name(c, first + e->first, e->last - e->first, e->type))
            return false;
    }
    return true;
}

static bool add_sentences(struct collector *c, const size_t *sentences, size_t n_sentences)
{
    size_t n = c->names->corpus->s.n_sentences;
    struct names *names = c->names;
    for (size_t s = 0, i = 0; s < n; s++) {
        names->of_sentence[s] = (int32_t)names->n;
        if (i < n_sentences && sentences[i] == s && !add_sentence(c, sentences[i++]))
            return false;
    }
    names->of_sentence[n] = (int32_t)names->n;
    return true;
}

/* Counts say where each group begins; then each name that is new goes behind those of its group. */
static bool sort_alike(struct collector *c)
{
    struct names *names = c->names;
    names->n_groups = vocab_size(c->kinds) - VOCAB_SPECIAL;
    names->groups = mem_zero(names->n_groups + 2, sizeof *names->groups);
    names->alike = mem_alloc(vocab_size(c->spellings) - VOCAB_SPECIAL, sizeof *names->alike);
    if (!names->groups || !names->alike)
        return false;
    int32_t *next = names->groups + 1; /* where the next of a group goes; at the end, where the group ends */
    for (size_t g = 0; g < names->n_groups; g++)
        next[g + 1] = next[g] + (int32_t)vocab_word_count(c->kinds, (int32_t)g + VOCAB_SPECIAL);
    for (size_t i = 0; i < names->n; i++)
        if (c->is_new[i])
            names->alike[next[names->at[i].group]++] = names->at[i].first;
    return true;
}

bool names_init(struct names *out, const struct corpus *corpus, const size_t *sentences, size_t n_sentences,
                const int32_t *tokens, double share)
{
    *out = (struct names){.corpus = corpus, .share = share};
    struct collector c = {.names = out, .tokens = tokens, .kinds = vocab_new(), .spellings = vocab_new()};
    out->of_sentence = mem_alloc(corpus->s.n_sentences + 1, sizeof *out->of_sentence);
    bool is_done =
        c.kinds && c.spellings && out->of_sentence && add_sentences(&c, sentences, n_sentences) && sort_alike(&c);
    collector_clear(&c);
    if (!is_done)
        names_clear(out);
    return is_done;
}

void names_swapped_clear(struct names_swapped *s)
{
    mem_free(s->tokens);
    *s = (struct names_swapped){0};
}

const int32_t *names_swap(const struct names *n, struct names_swapped *s, size_t sentence, const int32_t *tokens,
                          struct random *r)
{
    size_t start = n->corpus->s.starts[sentence];
    size_t n_tokens = n->corpus->s.starts[sentence + 1] - start;
    if (n->of_sentence[sentence] == n->of_sentence[sentence + 1])
        return tokens + start;
    int32_t *out = mem_grow(s->tokens, &s->cap, n_tokens, sizeof *out);
    if (!out)
        return NULL;
    s->tokens = out;
    memcpy(out, tokens + start, n_tokens * sizeof *out);
    for (int32_t i = n->of_sentence[sentence]; i < n->of_sentence[sentence + 1]; i++) {
        const struct name *name = &n->at[i];
        if (random_uniform(r) >= n->share)
            continue;
        const int32_t *group = n->groups + name->group;
        size_t which = (size_t)group[0] + random_below(r, (uint64_t)(group[1] - group[0]));
        memcpy(out + ((size_t)name->first - start), tokens + n->alike[which], (size_t)name->n * sizeof *out);
    }
    return out;
}
