#include "model/token_builder.h"

#include "base/memory.h"

void token_builder_clear(struct token_builder *b)
{
    mem_free(b->ids.ids);
    mem_free(b->ids.starts);
    feature_scratch_clear(&b->scratch);
    *b = (struct token_builder){0};
}

void token_builder_empty(struct token_builder *b)
{
    b->ids.n = 0;
    b->n_ids = 0;
}

/* Room for one token more; the starts of its channels, NULL: no memory. */
static size_t *new_token(struct token_builder *b, const struct channels *c)
{
    size_t *starts = mem_grow(b->ids.starts, &b->cap_starts, (b->ids.n + 1) * c->n + 1, sizeof *starts);
    if (!starts)
        return NULL;
    b->ids.starts = starts;
    return starts + b->ids.n * c->n;
}

bool token_builder_add_edge(struct token_builder *b, const struct channels *c, int32_t row)
{
    size_t *starts = new_token(b, c);
    int32_t *ids = mem_grow(b->ids.ids, &b->cap_ids, b->n_ids + c->n, sizeof *ids);
    if (ids)
        b->ids.ids = ids;
    if (!starts || !ids)
        return false;
    for (size_t k = 0; k < c->n; k++) {
        starts[k] = b->n_ids;
        ids[b->n_ids++] = row;
    }
    starts[c->n] = b->n_ids;
    b->ids.n++;
    return true;
}

bool token_builder_add(struct token_builder *b, const struct channels *c, const char *token, size_t n)
{
    size_t *starts = new_token(b, c);
    size_t n_before = b->n_ids;
    for (size_t k = 0; starts && k < c->n; k++) {
        starts[k] = b->n_ids;
        if (!channel_ids(&c->at[k], &b->scratch, token, n, &b->ids.ids, &b->n_ids, &b->cap_ids)) {
            b->n_ids = n_before;
            return false;
        }
    }
    if (!starts)
        return false;
    starts[c->n] = b->n_ids;
    b->ids.n++;
    return true;
}

void token_builder_drop(struct token_builder *b, const struct channels *c)
{
    b->ids.n--;
    b->n_ids = b->ids.starts[b->ids.n * c->n];
}
