#include "model/scorer.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

#define DEFAULT_CACHE_BYTES ((size_t)64 << 20)

/* Of the bytes of the cache, what is for parts of tokens. */
enum { SHARE_OF_PARTS = 6 };

/* So many slots ahead of the one that is added up the memory is asked for it; rows that are added at once. */
enum { PREFETCH_AHEAD = 4, SUM_ROWS = 16 };

/* ---- making ---- */

static bool pack_layers(struct scorer *s)
{
    const struct blueprint *b = &s->m->net;
    bool is_done = true;
    size_t widest = s->products.units;
    for (size_t l = 1; l <= b->n_hidden && is_done; l++) {
        is_done = packed_init(&s->layers[l], matrix_of(s->m->params.weight[l], network_out(b, l), network_in(b, l)));
        widest = network_out(b, l) > widest ? network_out(b, l) : widest;
    }
    s->bias = mem_zero(s->products.units, sizeof *s->bias);
    if (s->bias)
        memcpy(s->bias, s->m->params.bias[0], network_out(b, 0) * sizeof *s->bias);
    is_done = is_done && s->bias;
    for (size_t i = 0; i < 2 && is_done; i++)
        is_done = (s->layer[i] = mem_alloc(LAYER_ROWS, widest * sizeof(real)));
    return is_done;
}

bool scorer_init(struct scorer *s, const oriel_model *m, size_t cache_bytes)
{
    *s = (struct scorer){.m = m};
    cache_bytes = cache_bytes ? cache_bytes : DEFAULT_CACHE_BYTES;
    size_t for_parts = cache_bytes / SHARE_OF_PARTS;
    size_t n_slots = token_cache_slots(cache_bytes - for_parts, products_slot_size(&m->net), PASS_SLOTS);
    s->missing = mem_alloc(PASS_SLOTS, sizeof *s->missing);
    if (!s->missing || !token_cache_init(&s->cache, n_slots) || !products_init(&s->products, &m->net, n_slots) ||
        !parts_init(&s->parts, m, for_parts) || !pack_layers(s))
        return false;
    parts_fill_edge(&s->parts, &s->products, SLOT_BEFORE, VOCAB_BEFORE);
    parts_fill_edge(&s->parts, &s->products, SLOT_AFTER, VOCAB_AFTER);
    return true;
}

void scorer_clear(struct scorer *s)
{
    token_cache_clear(&s->cache);
    products_clear(&s->products);
    parts_clear(&s->parts);
    for (size_t l = 0; l <= NETWORK_MAX_HIDDEN; l++)
        packed_clear(&s->layers[l]);
    mem_free(s->missing);
    mem_free(s->bias);
    mem_free(s->layer[0]);
    mem_free(s->layer[1]);
    mem_free(s->scores);
    *s = (struct scorer){0};
}

/* ---- a pass ---- */

/* The products of the pass's new tokens. */
static bool fill_missing(struct scorer *s)
{
    bool is_done = true;
    for (size_t first = 0; first < s->n_missing && is_done; first += PARTS_BLOCK)
        is_done = parts_fill(&s->parts, &s->products, s->missing + first,
                             s->n_missing - first < PARTS_BLOCK ? s->n_missing - first : PARTS_BLOCK);
    s->stats.n_computed += s->n_missing;
    s->n_missing = 0;
    return is_done;
}

/* z [H'] of a window. */
static void sum_window(const struct scorer *s, real *z, const uint32_t *slots)
{
    struct kept_row rows[SUM_ROWS];
    size_t window = s->products.window;
    memcpy(z, s->bias, s->products.units * sizeof *z);
    for (size_t first = 0; first < window; first += SUM_ROWS) {
        size_t n = window - first < SUM_ROWS ? window - first : SUM_ROWS;
        for (size_t i = 0; i < n; i++)
            rows[i] = products_row(&s->products, slots[first + i], first + i);
        products_add(&s->products, z, rows, n);
    }
}

/* Asks the memory for what a window of the pass will need: of each token one row. */
static void expect_window(const struct scorer *s, size_t window)
{
    if (window >= s->n_windows)
        return;
    for (size_t place = 0; place < s->products.window; place++)
        products_expect(&s->products, s->slots[s->windows[window] + place], place);
}

/* The network above the sums, for n windows of the pass; scores [n][Y]. */
static void score_block(struct scorer *s, size_t first, size_t n, real *scores)
{
    const struct blueprint *b = &s->m->net;
    struct matrix sums = matrix_of(s->layer[0], n, s->products.units);
    for (size_t i = 0; i < n; i++) {
        const uint32_t *window = s->slots + s->windows[first + i];
        expect_window(s, first + i + PREFETCH_AHEAD);
        sum_window(s, sums.at + i * sums.stride, window);
        if (b->n_hidden == 0)
            memcpy(scores + i * b->n_outputs, sums.at + i * sums.stride, b->n_outputs * sizeof *scores);
    }
    struct matrix below = matrix_columns(sums, 0, network_out(b, 0));
    for (size_t l = 1; l <= b->n_hidden; l++) {
        struct matrix above = matrix_of(l < b->n_hidden ? s->layer[l % 2] : scores, n, network_out(b, l));
        activate(b->activation, below.at, n * below.stride);
        packed_product(above, below, &s->layers[l], s->m->params.bias[l]);
        below = above;
    }
}

static bool run_pass(struct scorer *s)
{
    size_t n_outputs = s->m->net.n_outputs;
    double begin = clock_seconds();
    if (!fill_missing(s))
        return false;
    double filled = clock_seconds();
    for (size_t first = 0; first < s->n_windows; first += LAYER_ROWS) {
        size_t n = s->n_windows - first < LAYER_ROWS ? s->n_windows - first : LAYER_ROWS;
        score_block(s, first, n, s->scores + (s->n_scored + first) * n_outputs);
    }
    s->n_scored += s->n_windows;
    s->n_windows = s->n_slots = 0;
    token_cache_next_pass(&s->cache);
    s->stats.computing += filled - begin;
    s->stats.network += clock_seconds() - filled;
    return true;
}

/* ---- sentences to passes ---- */

static void look_up(struct scorer *s, uint64_t hash, const char *token, size_t n)
{
    bool is_new;
    uint32_t slot = token_cache_find(&s->cache, hash, token, n, &is_new);
    if (is_new)
        s->missing[s->n_missing++] = (struct new_token){token, n, slot};
    s->slots[s->n_slots++] = slot;
}

/* Tokens [first, last) of a sentence. */
static void look_up_all(struct scorer *s, const oriel_sentence *sentence, size_t first, size_t last)
{
    const oriel_range *tokens = sentence->tokens + first;
    size_t n = last - first;
    for (size_t i = 0; i < n; i++)
        s->hashes[i] = token_cache_hash(&s->cache, sentence->text + tokens[i].begin, tokens[i].end - tokens[i].begin);
    for (size_t i = 0; i < n; i++)
        token_cache_expect(&s->cache, s->hashes[i]);
    for (size_t i = 0; i < n; i++)
        look_up(s, s->hashes[i], sentence->text + tokens[i].begin, tokens[i].end - tokens[i].begin);
}

/* Tokens [first, last) of a sentence, with `reach` more on both sides. */
static void add_windows(struct scorer *s, const oriel_sentence *sentence, size_t first, size_t last)
{
    size_t reach = s->m->net.window / 2;
    size_t begin = s->n_slots;
    for (size_t i = first; i < reach; i++)
        s->slots[s->n_slots++] = SLOT_BEFORE;
    size_t n_after = sentence->n_tokens - last < reach ? reach - (sentence->n_tokens - last) : 0;
    look_up_all(s, sentence, first < reach ? 0 : first - reach, last + reach - n_after);
    for (size_t i = 0; i < n_after; i++)
        s->slots[s->n_slots++] = SLOT_AFTER;
    for (size_t i = first; i < last; i++)
        s->windows[s->n_windows++] = (uint32_t)(begin + i - first);
    s->stats.n_tokens += last - first;
}

/* A sentence that has no room in a pass any more begins the next, and goes on in others if it is longer than one. */
static bool add_sentence(struct scorer *s, const oriel_sentence *sentence)
{
    size_t around = s->m->net.window - 1;
    if (s->n_slots > 0 && PASS_SLOTS - s->n_slots < sentence->n_tokens + around && !run_pass(s))
        return false;
    for (size_t first = 0; first < sentence->n_tokens;) {
        size_t room = PASS_SLOTS - around - s->n_slots;
        size_t n = sentence->n_tokens - first;
        n = n < room ? n : room;
        add_windows(s, sentence, first, first + n);
        first += n;
        if (first < sentence->n_tokens && !run_pass(s))
            return false;
    }
    return true;
}

/* After a failure slots are promised that nothing was put in. */
static bool give_up(struct scorer *s)
{
    token_cache_empty(&s->cache);
    token_cache_next_pass(&s->cache);
    s->n_windows = s->n_slots = s->n_missing = 0;
    return false;
}

/* Room for the scores of all their tokens, of which there are *n_tokens. */
static bool reserve(struct scorer *s, const oriel_sentence *sentences, size_t n, size_t *n_tokens)
{
    *n_tokens = 0;
    for (size_t i = 0; i < n; i++)
        *n_tokens += sentences[i].n_tokens;
    real *scores = mem_grow(s->scores, &s->cap_scores, *n_tokens * s->m->net.n_outputs, sizeof *scores);
    s->scores = scores ? scores : s->scores;
    s->n_scored = 0;
    return scores;
}

bool scorer_take(struct scorer *s, const oriel_sentence *sentences, size_t n, const real *scores)
{
    size_t n_tokens;
    if (!reserve(s, sentences, n, &n_tokens))
        return false;
    memcpy(s->scores, scores, n_tokens * s->m->net.n_outputs * sizeof *scores);
    s->n_scored = n_tokens;
    return true;
}

bool scorer_run(struct scorer *s, const oriel_sentence *sentences, size_t n)
{
    size_t n_tokens;
    if (!reserve(s, sentences, n, &n_tokens))
        return false;
    double begin = clock_seconds();
    double others = s->stats.computing + s->stats.network;
    for (size_t i = 0; i < n; i++)
        if (!add_sentence(s, &sentences[i]))
            return give_up(s);
    if (!run_pass(s))
        return give_up(s);
    others = s->stats.computing + s->stats.network - others;
    s->stats.looking_up += clock_seconds() - begin - others;
    return true;
}
