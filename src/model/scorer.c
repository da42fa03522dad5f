#include "model/scorer.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

#define DEFAULT_CACHE_BYTES ((size_t)64 << 20)

/* Of the bytes of the cache, what is for parts of tokens. */
enum { SHARE_OF_PARTS = 6 };

/* So many slots ahead of the one that is added up the memory is asked for it; rows that are added at once. */
enum { PREFETCH_AHEAD = 4, SUM_ROWS = 16 };

/* ---- what is shared ---- */

static bool pack_layers(struct scoring *shared)
{
    const struct blueprint *b = &shared->m->net;
    bool is_done = true;
    for (size_t l = 1; l <= b->n_hidden && is_done; l++)
        is_done = packed_init(&shared->layers[l],
                              matrix_of(shared->m->params.weight[l], network_out(b, l), network_in(b, l)));
    shared->bias = mem_zero(shared->products.units, sizeof *shared->bias);
    if (shared->bias)
        memcpy(shared->bias, shared->m->params.bias[0], network_out(b, 0) * sizeof *shared->bias);
    return is_done && shared->bias;
}

static bool fill_edges(struct scoring *shared)
{
    struct parts_bench bench;
    bool is_done = parts_bench_init(&bench, &shared->parts, 1);
    if (is_done) {
        parts_fill_edge(&bench, &shared->products, SLOT_BEFORE, VOCAB_BEFORE);
        parts_fill_edge(&bench, &shared->products, SLOT_AFTER, VOCAB_AFTER);
    }
    parts_bench_clear(&bench);
    return is_done;
}

struct scoring *scoring_new(const oriel_model *m, size_t cache_bytes, size_t n_scorers)
{
    struct scoring *shared = mem_zero(1, sizeof *shared);
    if (!shared)
        return NULL;
    shared->m = m;
    atomic_init(&shared->n_users, 1);
    cache_bytes = cache_bytes ? cache_bytes : DEFAULT_CACHE_BYTES;
    size_t for_parts = cache_bytes / SHARE_OF_PARTS;
    if (token_cache_init(&shared->cache, cache_bytes - for_parts, products_slot_size(&m->net),
                         n_scorers * PASS_SLOTS) &&
        products_init(&shared->products, &m->net, shared->cache.n_slots) &&
        parts_init(&shared->parts, m, for_parts, n_scorers) && pack_layers(shared) && fill_edges(shared))
        return shared;
    scoring_done(shared);
    return NULL;
}

void scoring_done(struct scoring *shared)
{
    if (!shared || atomic_fetch_sub(&shared->n_users, 1) > 1)
        return;
    token_cache_clear(&shared->cache);
    products_clear(&shared->products);
    parts_clear(&shared->parts);
    for (size_t l = 0; l <= NETWORK_MAX_HIDDEN; l++)
        packed_clear(&shared->layers[l]);
    mem_free(shared->bias);
    mem_free(shared);
}

/* ---- a scorer ---- */

bool scorer_init(struct scorer *s, const oriel_model *m, struct scoring *shared, size_t which)
{
    const struct blueprint *b = &m->net;
    *s = (struct scorer){.m = m, .shared = shared, .asker = (uint16_t)(which + 1)};
    if (!shared)
        return true;
    atomic_fetch_add(&shared->n_users, 1);
    size_t widest = shared->products.units;
    for (size_t l = 1; l <= b->n_hidden; l++)
        widest = network_out(b, l) > widest ? network_out(b, l) : widest;
    s->missing = mem_alloc(PASS_SLOTS, sizeof *s->missing);
    for (size_t i = 0; i < 2; i++)
        s->layer[i] = mem_alloc(LAYER_ROWS, widest * sizeof(real));
    return parts_bench_init(&s->bench, &shared->parts, s->asker) && s->missing && s->layer[0] && s->layer[1];
}

void scorer_clear(struct scorer *s)
{
    parts_bench_clear(&s->bench);
    mem_free(s->missing);
    mem_free(s->layer[0]);
    mem_free(s->layer[1]);
    mem_free(s->scores);
    scoring_done(s->shared);
    *s = (struct scorer){0};
}

/* ---- a pass ---- */

/* The products of the pass's new tokens. */
static bool fill_missing(struct scorer *s)
{
    bool is_done = true;
    for (size_t first = 0; first < s->n_missing && is_done; first += PARTS_BLOCK)
        is_done = parts_fill(&s->bench, &s->shared->products, s->missing + first,
                             s->n_missing - first < PARTS_BLOCK ? s->n_missing - first : PARTS_BLOCK);
    s->stats.n_computed += s->n_missing;
    return is_done;
}

/* z [H'] of a window. */
static void sum_window(const struct scorer *s, real *z, const uint32_t *slots)
{
    struct kept_row rows[SUM_ROWS];
    size_t window = s->shared->products.window;
    memcpy(z, s->shared->bias, s->shared->products.units * sizeof *z);
    for (size_t first = 0; first < window; first += SUM_ROWS) {
        size_t n = window - first < SUM_ROWS ? window - first : SUM_ROWS;
        for (size_t i = 0; i < n; i++)
            rows[i] = products_row(&s->shared->products, slots[first + i], first + i);
        products_add(&s->shared->products, z, rows, n);
    }
}

/* Asks the memory for what a window of the pass will need: of each token one row. */
static void expect_window(const struct scorer *s, size_t window)
{
    if (window >= s->n_windows)
        return;
    for (size_t place = 0; place < s->shared->products.window; place++)
        products_expect(&s->shared->products, s->slots[s->windows[window] + place], place);
}

/* The network above the sums, for n windows of the pass; scores [n][Y]. */
static void score_block(struct scorer *s, size_t first, size_t n, real *scores)
{
    const struct blueprint *b = &s->m->net;
    struct matrix sums = matrix_of(s->layer[0], n, s->shared->products.units);
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
        packed_product(above, below, &s->shared->layers[l], s->m->params.bias[l]);
        below = above;
    }
}

/* The slots of the pass go back to the cache. */
static void end_pass(struct scorer *s, bool is_filled)
{
    token_cache_release(&s->shared->cache, s->asker, s->slots, s->n_slots, is_filled);
    s->n_windows = s->n_slots = s->n_missing = 0;
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
    end_pass(s, true);
    s->stats.computing += filled - begin;
    s->stats.network += clock_seconds() - filled;
    return true;
}

/* ---- sentences to passes ---- */

/* Tokens [first, last) of a sentence. */
static void look_up_all(struct scorer *s, const oriel_sentence *sentence, size_t first, size_t last)
{
    struct token_cache *cache = &s->shared->cache;
    const oriel_range *tokens = sentence->tokens + first;
    size_t n = last - first;
    for (size_t i = 0; i < n; i++)
        s->hashes[i] = token_cache_hash(cache, sentence->text + tokens[i].begin, tokens[i].end - tokens[i].begin);
    for (size_t i = 0; i < n; i++)
        token_cache_expect(cache, s->hashes[i]);
    token_cache_lock(cache);
    for (size_t i = 0; i < n; i++) {
        struct new_token token = {sentence->text + tokens[i].begin, tokens[i].end - tokens[i].begin, 0};
        bool is_new;
        token.slot = token_cache_find(cache, s->asker, s->hashes[i], token.at, token.n, &is_new);
        if (is_new)
            s->missing[s->n_missing++] = token;
        s->slots[s->n_slots++] = token.slot;
    }
    token_cache_unlock(cache);
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
    bool is_done = true;
    for (size_t i = 0; i < n && is_done; i++)
        is_done = add_sentence(s, &sentences[i]);
    is_done = is_done && run_pass(s);
    if (!is_done)
        end_pass(s, false);
    others = s->stats.computing + s->stats.network - others;
    s->stats.looking_up += clock_seconds() - begin - others;
    return is_done;
}
