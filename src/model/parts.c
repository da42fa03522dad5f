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

bool parts_init(struct parts *p, const oriel_model *m, size_t cache_bytes)
{
    *p = (struct parts){.m = m};
    divide(p);
    size_t n_slots = token_cache_slots(cache_bytes, products_slot_size(&m->net), PARTS_BLOCK * p->n);
    p->row = mem_alloc(m->net.width, sizeof *p->row);
    p->rows = mem_alloc(PARTS_BLOCK, (m->net.width + 1) * sizeof *p->rows);
    p->scales = mem_alloc(PARTS_BLOCK, sizeof *p->scales);
    p->slots = mem_alloc(PARTS_BLOCK, p->n * sizeof *p->slots);
    p->new = mem_alloc(PARTS_BLOCK, sizeof *p->new);
    p->keys = mem_alloc(PARTS_BLOCK, sizeof *p->keys);
    if (!p->row || !p->rows || !p->scales || !p->slots || !p->new || !p->keys ||
        !token_cache_init(&p->cache, n_slots) || !products_init(&p->products, &m->net, n_slots) || !round_weights(p))
        return false;
    p->sums = mem_zero(PARTS_BLOCK, p->products.units * sizeof *p->sums);
    return p->sums;
}

void parts_clear(struct parts *p)
{
    for (size_t i = 0; p->weights && i < p->m->net.window * p->n; i++)
        whole_clear(&p->weights[i]);
    mem_free(p->weights);
    token_cache_clear(&p->cache);
    products_clear(&p->products);
    feature_scratch_clear(&p->scratch);
    mem_free(p->ids);
    mem_free(p->row);
    mem_free(p->rows);
    mem_free(p->scales);
    mem_free(p->sums);
    mem_free(p->slots);
    mem_free(p->new);
    mem_free(p->keys);
    bytes_clear(&p->forms);
    *p = (struct parts){0};
}

/* ---- finding ---- */

/* A key: part, channel and id of a value, or, of n-grams, part and form.  false: no memory. */
static bool key_of_form(struct part_key *key, struct parts *p, size_t k, const struct new_token *token)
{
    if (!feature_form(&p->scratch, p->m->channels.at[key->channel].feature, token->at, token->n))
        return false;
    const struct bytes *form = &p->scratch.form;
    key->n = 1 + form->n;
    key->id = -1;
    if (key->n > sizeof key->at)
        return true;
    key->at[0] = (char)k;
    memcpy(key->at + 1, form->at, form->n);
    return true;
}

/* The first value that is known tells the others. */
static bool key_of(struct part_key *key, struct parts *p, size_t k, const struct new_token *token)
{
    const size_t *asked = p->asked + p->at[k].first;
    size_t i = 0;
    do {
        key->channel = asked[i];
        const struct channel *c = &p->m->channels.at[key->channel];
        if (c->feature.kind == FEATURE_NGRAMS)
            return key_of_form(key, p, k, token);
        if (i == 0 && c->feature.kind != FEATURE_WORD)
            key->id = channel_id_of(c, p->forms.at + key->form, key->n_form);
        else
            key->id = channel_id(c, &p->scratch, token->at, token->n);
    } while (++i < p->at[k].n && key->id == VOCAB_UNKNOWN);
    key->at[0] = (char)k;
    key->at[1] = (char)i;
    memcpy(key->at + 2, &key->id, sizeof key->id);
    key->n = 2 + sizeof key->id;
    return key->id >= 0;
}

/* What is looked for first, so that the memory is asked for all of it before the first answer is awaited. */
static bool expect_values(struct parts *p, size_t k, const struct new_token *tokens, size_t n)
{
    const struct channel *c = &p->m->channels.at[p->asked[p->at[k].first]];
    p->forms.n = 0;
    for (size_t i = 0; i < n; i++) {
        if (c->feature.kind == FEATURE_NGRAMS)
            continue;
        if (c->feature.kind == FEATURE_WORD) {
            vocab_expect(c->values, tokens[i].at, tokens[i].n);
            continue;
        }
        if (!feature_form(&p->scratch, c->feature, tokens[i].at, tokens[i].n))
            return false;
        const struct bytes *form = &p->scratch.form;
        p->keys[i].form = p->forms.n;
        p->keys[i].n_form = form->n;
        if (!bytes_append(&p->forms, form->at, form->n))
            return false;
        vocab_expect(c->values, form->at, form->n);
    }
    return true;
}

/* The numbers of a part of a token, to p->row. */
static bool gather(struct parts *p, const struct part *part, const struct new_part *new, const struct new_token *token)
{
    real *at = p->row;
    if (part->n == 1 && new->id >= 0) {
        table_mean(at, &p->m->tables.table[part->first], &new->id, 1);
        return true;
    }
    for (size_t k = part->first; k < part->first + part->n; k++) {
        size_t n_ids = 0;
        if (!channel_ids(&p->m->channels.at[k], &p->scratch, token->at, token->n, &p->ids, &n_ids, &p->cap_ids))
            return false;
        table_mean(at, &p->m->tables.table[k], p->ids, n_ids);
        at += p->m->tables.table[k].width;
    }
    return true;
}

/* The products of rows [n] with the weights of part k, for the slots that p->new has. */
static void compute(struct parts *p, size_t k, size_t n)
{
    struct matrix sums = matrix_columns(matrix_of(p->sums, n, p->products.units), 0, network_out(&p->m->net, 0));
    for (size_t place = 0; place < p->products.window; place++) {
        whole_product(sums, p->rows, p->scales, &p->weights[place * p->n + k]);
        for (size_t i = 0; i < n; i++)
            products_keep(&p->products, p->new[i].slot, place, sums.at + i * sums.stride);
    }
}

/* Row i of those that are multiplied together, from p->row. */
static void put_row(struct parts *p, size_t k, size_t i)
{
    const struct whole *w = &p->weights[k];
    p->scales[i] = whole_row(p->rows + i * whole_row_size(w), w, p->row);
}

static bool make_keys(struct parts *p, size_t k, const struct new_token *tokens, size_t n)
{
    if (!expect_values(p, k, tokens, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct part_key *key = &p->keys[i];
        if (!key_of(key, p, k, &tokens[i]))
            return false;
        key->hash = key->n <= sizeof key->at ? token_cache_hash(&p->cache, key->at, key->n) : 0;
    }
    for (size_t i = 0; i < n; i++)
        token_cache_expect(&p->cache, p->keys[i].hash);
    return true;
}

/* The slots of part k of the tokens; p->new: those of them that hold nothing yet; how many. */
static size_t find_all(struct parts *p, size_t k, size_t n)
{
    size_t n_new = 0;
    for (size_t i = 0; i < n; i++) {
        const struct part_key *key = &p->keys[i];
        bool is_new;
        uint32_t slot = token_cache_find(&p->cache, key->hash, key->at, key->n, &is_new);
        p->slots[i * p->n + k] = slot;
        if (!is_new)
            continue;
        p->new[n_new++] = (struct new_part){.token = (uint32_t)i, .slot = slot, .id = key->id};
        if (key->id >= 0)
            table_expect(&p->m->tables.table[key->channel], (size_t)key->id);
    }
    return n_new;
}

/* Part k of each token has a slot that holds its products. */
static bool fill_part(struct parts *p, size_t k, const struct new_token *tokens, size_t n)
{
    if (!make_keys(p, k, tokens, n))
        return false;
    size_t n_new = find_all(p, k, n);
    for (size_t i = 0; i < n_new; i++) {
        if (!gather(p, &p->at[k], &p->new[i], &tokens[p->new[i].token]))
            return false;
        put_row(p, k, i);
    }
    compute(p, k, n_new);
    return true;
}

/* ---- putting together ---- */

static void put_together(struct parts *p, struct products *out, uint32_t slot, const uint32_t *of_parts,
                         const uint32_t *next)
{
    struct kept_row rows[FEATURES_MAX];
    for (size_t place = 0; place < out->window; place++) {
        for (size_t k = 0; k < p->n; k++)
            rows[k] = products_row(&p->products, of_parts[k], place);
        for (size_t k = 0; k < p->n; k++)
            products_expect(&p->products, next[k], place);
        memset(p->sums, 0, out->units * sizeof *p->sums);
        products_add(out, p->sums, rows, p->n);
        products_keep(out, slot, place, p->sums);
    }
}

bool parts_fill(struct parts *p, struct products *out, const struct new_token *tokens, size_t n)
{
    bool is_done = true;
    for (size_t k = 0; k < p->n && is_done; k++)
        is_done = fill_part(p, k, tokens, n);
    for (size_t i = 0; i < n && is_done; i++)
        put_together(p, out, tokens[i].slot, p->slots + i * p->n, p->slots + (i + 1 < n ? i + 1 : i) * p->n);
    if (!is_done)
        token_cache_empty(&p->cache); /* slots are promised that nothing was put in */
    token_cache_next_pass(&p->cache);
    return is_done;
}

/* The parts take slots that no key finds, and that are free again afterwards. */
void parts_fill_edge(struct parts *p, struct products *out, uint32_t slot, int32_t row)
{
    for (size_t k = 0; k < p->n; k++) {
        const struct part *part = &p->at[k];
        real *at = p->row;
        for (size_t c = part->first; c < part->first + part->n; at += p->m->tables.table[c++].width)
            table_mean(at, &p->m->tables.table[c], &row, 1);
        put_row(p, k, 0);
        bool is_new;
        p->slots[k] = p->new[0].slot = token_cache_find(&p->cache, 0, "", CACHED_TOKEN_BYTES + 1, &is_new);
        compute(p, k, 1);
    }
    put_together(p, out, slot, p->slots, p->slots);
    token_cache_next_pass(&p->cache);
}
