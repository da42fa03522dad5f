#include "model/parts.h"

#include <string.h>

#include "base/memory.h"

/* ---- making ---- */

/* Puts a channel among those of the part, where it tells all that stand behind it; false: it cannot be. */
static bool join(struct parts *p, struct part *part, size_t channel)
{
    const struct channel *c = p->m->channels.at;
    size_t *asked = p->asked + part->first;
    size_t at = 0;
    while (at < part->n && feature_tells(c[asked[at]].feature, c[channel].feature))
        at++;
    if (at < part->n && !feature_tells(c[channel].feature, c[asked[at]].feature))
        return false;
    memmove(asked + at + 1, asked + at, (part->n - at) * sizeof *asked);
    asked[at] = channel;
    part->n++;
    return true;
}

static void divide(struct parts *p)
{
    size_t from = 0;
    for (size_t k = 0; k < p->m->channels.n; k++) {
        size_t to = from + p->m->tables.table[k].width;
        if (k == 0 || !join(p, &p->at[p->n - 1], k)) {
            p->at[p->n++] = (struct part){.first = k, .n = 1, .from = from};
            p->asked[k] = k;
        }
        p->at[p->n - 1].to = to;
        from = to;
    }
}

static bool round_weights(struct parts *p)
{
    const struct blueprint *b = &p->m->net;
    struct matrix weights = matrix_of(p->m->params.weight[0], network_out(b, 0), network_in(b, 0));
    p->weights = mem_zero(b->window * p->n, sizeof *p->weights);
    bool is_done = p->weights;
    for (size_t i = 0; is_done && i < b->window * p->n; i++) {
        const struct part *part = &p->at[i % p->n];
        size_t column = i / p->n * b->width + part->from;
        is_done = whole_init(&p->weights[i], matrix_columns(weights, column, part->to - part->from));
    }
    return is_done;
}

bool parts_init(struct parts *p, const oriel_model *m, size_t cache_bytes, size_t n_benches)
{
    *p = (struct parts){.m = m};
    divide(p);
    return token_cache_init(&p->cache, cache_bytes, products_slot_size(&m->net), n_benches * PARTS_BLOCK * p->n) &&
           products_init(&p->products, &m->net, p->cache.n_slots) && round_weights(p);
}

void parts_clear(struct parts *p)
{
    for (size_t i = 0; p->weights && i < p->m->net.window * p->n; i++)
        whole_clear(&p->weights[i]);
    mem_free(p->weights);
    token_cache_clear(&p->cache);
    products_clear(&p->products);
    *p = (struct parts){0};
}

bool parts_bench_init(struct parts_bench *b, struct parts *p, uint16_t asker)
{
    *b = (struct parts_bench){.p = p, .asker = asker};
    b->row = mem_alloc(p->m->net.width, sizeof *b->row);
    b->rows = mem_alloc(PARTS_BLOCK, (p->m->net.width + 1) * sizeof *b->rows);
    b->scales = mem_alloc(PARTS_BLOCK, sizeof *b->scales);
    b->sums = mem_zero(PARTS_BLOCK, p->products.units * sizeof *b->sums);
    b->slots = mem_alloc(PARTS_BLOCK, p->n * sizeof *b->slots);
    b->new = mem_alloc(PARTS_BLOCK, sizeof *b->new);
    b->keys = mem_alloc(PARTS_BLOCK, sizeof *b->keys);
    return b->row && b->rows && b->scales && b->sums && b->slots && b->new && b->keys;
}

void parts_bench_clear(struct parts_bench *b)
{
    feature_scratch_clear(&b->scratch);
    mem_free(b->ids);
    mem_free(b->row);
    mem_free(b->rows);
    mem_free(b->scales);
    mem_free(b->sums);
    mem_free(b->slots);
    mem_free(b->new);
    mem_free(b->keys);
    bytes_clear(&b->forms);
    *b = (struct parts_bench){0};
}

/* ---- finding ---- */

/* A key: part, channel and id of a value, or, of n-grams, part and form.  false: no memory. */
static bool key_of_form(struct part_key *key, struct parts_bench *b, size_t k, const struct new_token *token)
{
    if (!feature_form(&b->scratch, b->p->m->channels.at[key->channel].feature, token->at, token->n))
        return false;
    const struct bytes *form = &b->scratch.form;
    key->n = 1 + form->n;
    key->id = -1;
    if (key->n > sizeof key->at)
        return true;
    key->at[0] = (char)k;
    memcpy(key->at + 1, form->at, form->n);
    return true;
}

/* The first value that is known tells the others. */
static bool key_of(struct part_key *key, struct parts_bench *b, size_t k, const struct new_token *token)
{
    const size_t *asked = b->p->asked + b->p->at[k].first;
    size_t i = 0;
    do {
        key->channel = asked[i];
        const struct channel *c = &b->p->m->channels.at[key->channel];
        if (c->feature.kind == FEATURE_NGRAMS)
            return key_of_form(key, b, k, token);
        if (i == 0 && c->feature.kind != FEATURE_WORD)
            key->id = channel_id_of(c, b->forms.at + key->form, key->n_form);
        else
            key->id = channel_id(c, &b->scratch, token->at, token->n);
    } while (++i < b->p->at[k].n && key->id == VOCAB_UNKNOWN);
    key->at[0] = (char)k;
    key->at[1] = (char)i;
    memcpy(key->at + 2, &key->id, sizeof key->id);
    key->n = 2 + sizeof key->id;
    return key->id >= 0;
}

/* What is looked for first, so that the memory is asked for all of it before the first answer is awaited. */
static bool expect_values(struct parts_bench *b, size_t k, const struct new_token *tokens, size_t n)
{
    const struct channel *c = &b->p->m->channels.at[b->p->asked[b->p->at[k].first]];
    b->forms.n = 0;
    for (size_t i = 0; i < n; i++) {
        if (c->feature.kind == FEATURE_NGRAMS)
            continue;
        if (c->feature.kind == FEATURE_WORD) {
            vocab_expect(c->values, tokens[i].at, tokens[i].n);
            continue;
        }
        if (!feature_form(&b->scratch, c->feature, tokens[i].at, tokens[i].n))
            return false;
        const struct bytes *form = &b->scratch.form;
        b->keys[i].form = b->forms.n;
        b->keys[i].n_form = form->n;
        if (!bytes_append(&b->forms, form->at, form->n))
            return false;
        vocab_expect(c->values, form->at, form->n);
    }
    return true;
}

/* The numbers of a part of a token, to b->row. */
static bool gather(struct parts_bench *b, const struct part *part, const struct new_part *new,
                   const struct new_token *token)
{
    real *at = b->row;
    if (part->n == 1 && new->id >= 0) {
        table_mean(at, &b->p->m->tables.table[part->first], &new->id, 1);
        return true;
    }
    for (size_t k = part->first; k < part->first + part->n; k++) {
        size_t n_ids = 0;
        if (!channel_ids(&b->p->m->channels.at[k], &b->scratch, token->at, token->n, &b->ids, &n_ids, &b->cap_ids))
            return false;
        table_mean(at, &b->p->m->tables.table[k], b->ids, n_ids);
        at += b->p->m->tables.table[k].width;
    }
    return true;
}

/* The products of rows [n] with the weights of part k, for the slots that b->new has. */
static void compute(struct parts_bench *b, size_t k, size_t n)
{
    struct matrix sums = matrix_columns(matrix_of(b->sums, n, b->p->products.units), 0, network_out(&b->p->m->net, 0));
    for (size_t place = 0; place < b->p->products.window; place++) {
        whole_product(sums, b->rows, b->scales, &b->p->weights[place * b->p->n + k]);
        for (size_t i = 0; i < n; i++)
            products_keep(&b->p->products, b->new[i].slot, place, sums.at + i * sums.stride);
    }
}

/* Row i of those that are multiplied together, from b->row. */
static void put_row(struct parts_bench *b, size_t k, size_t i)
{
    const struct whole *w = &b->p->weights[k];
    b->scales[i] = whole_row(b->rows + i * whole_row_size(w), w, b->row);
}

static bool make_keys(struct parts_bench *b, size_t k, const struct new_token *tokens, size_t n)
{
    if (!expect_values(b, k, tokens, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct part_key *key = &b->keys[i];
        if (!key_of(key, b, k, &tokens[i]))
            return false;
        key->hash = key->n <= sizeof key->at ? token_cache_hash(&b->p->cache, key->at, key->n) : 0;
    }
    for (size_t i = 0; i < n; i++)
        token_cache_expect(&b->p->cache, b->keys[i].hash);
    return true;
}

enum { FOUND_AT_ONCE = 64 };

/* The slots of part k of tokens [first, end); b->new: those of them that hold nothing yet, n_new so far; how many then. */
static size_t find_some(struct parts_bench *b, size_t k, size_t first, size_t end, size_t n_new)
{
    struct token_cache *cache = &b->p->cache;
    token_cache_lock(cache);
    for (size_t i = first; i < end; i++) {
        const struct part_key *key = &b->keys[i];
        bool is_new;
        uint32_t slot = token_cache_find(cache, b->asker, key->hash, key->at, key->n, &is_new);
        b->slots[k * PARTS_BLOCK + i] = slot;
        if (is_new)
            b->new[n_new++] = (struct new_part){.token = (uint32_t)i, .slot = slot, .id = key->id};
    }
    token_cache_unlock(cache);
    return n_new;
}

/* All of them; others may have the lock in between. */
static size_t find_all(struct parts_bench *b, size_t k, size_t n)
{
    size_t n_new = 0;
    for (size_t first = 0; first < n; first += FOUND_AT_ONCE)
        n_new = find_some(b, k, first, n - first < FOUND_AT_ONCE ? n : first + FOUND_AT_ONCE, n_new);
    b->n_asked++;
    for (size_t i = 0; i < n_new; i++)
        if (b->new[i].id >= 0)
            table_expect(&b->p->m->tables.table[b->keys[b->new[i].token].channel], (size_t)b->new[i].id);
    return n_new;
}

/* Part k of each token has a slot that holds its products. */
static bool fill_part(struct parts_bench *b, size_t k, const struct new_token *tokens, size_t n)
{
    if (!make_keys(b, k, tokens, n))
        return false;
    size_t n_new = find_all(b, k, n);
    for (size_t i = 0; i < n_new; i++) {
        if (!gather(b, &b->p->at[k], &b->new[i], &tokens[b->new[i].token]))
            return false;
        put_row(b, k, i);
    }
    compute(b, k, n_new);
    return true;
}

/* The slots of the block's n tokens. */
static void give_back(struct parts_bench *b, size_t n, bool is_filled)
{
    for (size_t k = 0; k < b->n_asked; k++)
        token_cache_release(&b->p->cache, b->asker, b->slots + k * PARTS_BLOCK, n, is_filled);
    b->n_asked = 0;
}

/* ---- putting together ---- */

/* The slots of token i's parts hold its products; those of token `next` will be needed soon. */
static void put_together(struct parts_bench *b, struct products *out, uint32_t slot, size_t i, size_t next)
{
    const struct parts *p = b->p;
    struct kept_row rows[FEATURES_MAX];
    for (size_t place = 0; place < out->window; place++) {
        for (size_t k = 0; k < p->n; k++)
            rows[k] = products_row(&p->products, b->slots[k * PARTS_BLOCK + i], place);
        for (size_t k = 0; k < p->n; k++)
            products_expect(&p->products, b->slots[k * PARTS_BLOCK + next], place);
        memset(b->sums, 0, out->units * sizeof *b->sums);
        products_add(out, b->sums, rows, p->n);
        products_keep(out, slot, place, b->sums);
    }
}

bool parts_fill(struct parts_bench *b, struct products *out, const struct new_token *tokens, size_t n)
{
    bool is_done = true;
    for (size_t k = 0; k < b->p->n && is_done; k++)
        is_done = fill_part(b, k, tokens, n);
    for (size_t i = 0; i < n && is_done; i++)
        put_together(b, out, tokens[i].slot, i, i + 1 < n ? i + 1 : i);
    give_back(b, n, is_done);
    return is_done;
}

/* The parts take slots that no key finds. */
void parts_fill_edge(struct parts_bench *b, struct products *out, uint32_t slot, int32_t row)
{
    const struct oriel_model *m = b->p->m;
    for (size_t k = 0; k < b->p->n; k++) {
        const struct part *part = &b->p->at[k];
        real *at = b->row;
        for (size_t c = part->first; c < part->first + part->n; at += m->tables.table[c++].width)
            table_mean(at, &m->tables.table[c], &row, 1);
        put_row(b, k, 0);
        b->keys[0] = (struct part_key){.n = sizeof b->keys[0].at + 1, .id = -1};
        compute(b, k, find_all(b, k, 1));
    }
    put_together(b, out, slot, 0, 0);
    give_back(b, 1, true);
}
