#include "cli/batch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* So many tokens share the work on those that are new among them. */
enum { FULL_TOKENS = 4096, FULL_SENTENCES = 1024 };
#define FULL_BYTES ((size_t)1 << 18)

void batch_empty(struct batch *b)
{
    b->n = b->n_tokens = b->n_bytes = b->n_ranges = 0;
}

void batch_clear(struct batch *b)
{
    free(b->sentences);
    free(b->bytes);
    free(b->ranges);
    *b = (struct batch){0};
}

bool batch_is_full(const struct batch *b)
{
    return b->n_tokens >= FULL_TOKENS || b->n >= FULL_SENTENCES || b->n_bytes >= FULL_BYTES;
}

/* Room for `more` behind the n elements of *at.  false: no memory. */
static bool reserve(void **at, size_t *cap, size_t n, size_t more, size_t size)
{
    if (more <= *cap - n)
        return true;
    size_t need = n + more;
    need += need / 2;
    void *larger = need < SIZE_MAX / size ? realloc(*at, need * size) : NULL;
    if (!larger)
        return false;
    *at = larger;
    *cap = need;
    return true;
}

/* While sentences are added the blocks may move, so a pointer into one is its place, from 1 on, until all is settled. */
static const char *keep_bytes(struct batch *b, const char *from, size_t n)
{
    if (n)
        memcpy(b->bytes + b->n_bytes, from, n);
    b->n_bytes += n;
    return (const char *)(uintptr_t)(b->n_bytes - n + 1);
}

static const oriel_range *keep_ranges(struct batch *b, const oriel_range *from, size_t n)
{
    if (n)
        memcpy(b->ranges + b->n_ranges, from, n * sizeof *from);
    b->n_ranges += n;
    return (const oriel_range *)(uintptr_t)(b->n_ranges - n + 1);
}

bool batch_add(struct batch *b, const oriel_sentence *s)
{
    size_t n_raw = s->lines && s->n_tokens ? s->lines[s->n_tokens - 1].end : 0;
    size_t n_ranges = s->lines ? 2 * s->n_tokens : s->n_tokens;
    if (!reserve((void **)&b->sentences, &b->cap, b->n, 1, sizeof *b->sentences) ||
        !reserve((void **)&b->bytes, &b->cap_bytes, b->n_bytes, s->n_before + s->n_text + n_raw, 1) ||
        !reserve((void **)&b->ranges, &b->cap_ranges, b->n_ranges, n_ranges, sizeof *b->ranges))
        return false;
    oriel_sentence *copy = &b->sentences[b->n++];
    *copy = *s;
    copy->before = keep_bytes(b, s->before, s->n_before);
    copy->text = keep_bytes(b, s->text, s->n_text);
    copy->tokens = keep_ranges(b, s->tokens, s->n_tokens);
    copy->raw = s->lines ? keep_bytes(b, s->raw, n_raw) : NULL;
    copy->lines = s->lines ? keep_ranges(b, s->lines, s->n_tokens) : NULL;
    b->n_tokens += s->n_tokens;
    return true;
}

void batch_settle(struct batch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        oriel_sentence *s = &b->sentences[i];
        s->before = b->bytes + ((uintptr_t)s->before - 1);
        s->text = b->bytes + ((uintptr_t)s->text - 1);
        s->tokens = b->ranges + ((uintptr_t)s->tokens - 1);
        s->raw = s->raw ? b->bytes + ((uintptr_t)s->raw - 1) : NULL;
        s->lines = s->lines ? b->ranges + ((uintptr_t)s->lines - 1) : NULL;
    }
}
