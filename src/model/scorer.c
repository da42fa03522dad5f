#include "model/scorer.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

#define DEFAULT_CACHE_BYTES ((size_t)64 << 20)

/* More forms than this are hardly ever met again, and a cache costs something before it is used. */
enum { MOST_SLOTS = 1 << 16 };

/* So many slots ahead of the one that is added up the memory is asked for it. */
enum { PREFETCH_AHEAD = 4 };

/* ---- making ---- */

static size_t slots_for(const struct blueprint *b, size_t bytes)
{
    size_t least = PASS_SLOTS + CACHE_EDGES;
    size_t n = (bytes ? bytes : DEFAULT_CACHE_BYTES) / (products_slot_size(b) + sizeof(struct cached_token));
    n = n < least ? least : n;
    return n < MOST_SLOTS ? n : MOST_SLOTS;
}

static bool pack_layers(struct scorer *s)
{
    const struct blueprint *b = &s->m->net;
    bool is_done = true;
    size_t widest = network_out(b, 0);
    for (size_t l = 1; l <= b->n_hidden && is_done; l++) {
        is_done = packed_init(&s->layers[l], matrix_of(s->m->params.weight[l], network_out(b, l), network_in(b, l)));
        widest = network_out(b, l) > widest ? network_out(b, l) : widest;
    }
    for (size_t i = 0; i < 2 && is_done; i++)
        is_done = (s->layer[i] = mem_alloc(LAYER_ROWS, widest * sizeof(real)));
    return is_done;
}

/* What stands beyond a sentence's ends has its slots for ever. */
static bool fill_edges(struct scorer *s)
{
    const struct channels *c = &s->m->channels;
    static const int32_t tokens[] = {0, 1};
    static const uint32_t slots[] = {SLOT_BEFORE, SLOT_AFTER};
    token_builder_empty(&s->missing);
    if (!token_builder_add_edge(&s->missing, c, VOCAB_BEFORE) || !token_builder_add_edge(&s->missing, c, VOCAB_AFTER))
        return false;
    tables_gather(s->rows, &s->m->tables, &s->missing.ids, tokens, CACHE_EDGES, NULL);
    products_fill(&s->products, slots, s->rows, NULL, CACHE_EDGES);
    token_builder_empty(&s->missing);
    return true;
}

/* Most new tokens are words that the model does not know, so their rows begin with one of a few. */
static bool share_unknown(struct scorer *s)
{
    const struct table *words = &s->m->tables.table[0];
    real *begins = mem_alloc(VOCAB_SPECIAL, words->width * sizeof *begins);
    for (int32_t id = 0; begins && id < VOCAB_SPECIAL; id++)
        table_row(begins + (size_t)id * words->width, words, (size_t)id);
    bool is_done = begins && products_share(&s->products, begins, VOCAB_SPECIAL, words->width);
    mem_free(begins);
    return is_done;
}

bool scorer_init(struct scorer *s, const oriel_model *m, size_t cache_bytes)
{
    *s = (struct scorer){.m = m};
    size_t n_slots = slots_for(&m->net, cache_bytes);
    s->missing_slots = mem_alloc(PASS_SLOTS, sizeof *s->missing_slots);
    s->rows = mem_alloc(LAYER_ROWS, m->tables.width * sizeof *s->rows);
    return s->missing_slots && s->rows && token_cache_init(&s->cache, n_slots) &&
           products_init(&s->products, &m->net, &m->params, n_slots) && share_unknown(s) && pack_layers(s) &&
           fill_edges(s);
}

void scorer_clear(struct scorer *s)
{
    token_cache_clear(&s->cache);
    if (s->products.window)
        products_clear(&s->products);
    for (size_t l = 0; l <= NETWORK_MAX_HIDDEN; l++)
        packed_clear(&s->layers[l]);
    token_builder_clear(&s->missing);
    mem_free(s->missing_slots);
    mem_free(s->rows);
    mem_free(s->layer[0]);
    mem_free(s->layer[1]);
    mem_free(s->scores);
    *s = (struct scorer){0};
}

/* ---- a pass ---- */

/* New tokens that are computed together: all begin with rows that are shared, or none of them need. */
struct block {
    int32_t tokens[LAYER_ROWS], begins[LAYER_ROWS];
    uint32_t slots[LAYER_ROWS];
    size_t n;
};

static void fill_block(struct scorer *s, struct block *b, bool is_shared)
{
    tables_gather(s->rows, &s->m->tables, &s->missing.ids, b->tokens, b->n, NULL);
    products_fill(&s->products, b->slots, s->rows, is_shared ? b->begins : NULL, b->n);
    b->n = 0;
}

/* The products of the pass's new tokens. */
static void fill_missing(struct scorer *s)
{
    struct block blocks[2] = {0};
    size_t n = s->missing.ids.n;
    for (size_t i = 0; i < n; i++) {
        size_t n_words;
        int32_t word = *token_channel(&s->missing.ids, s->m->channels.n, i, 0, &n_words);
        bool is_shared = word < VOCAB_SPECIAL;
        struct block *b = &blocks[is_shared];
        b->tokens[b->n] = (int32_t)i;
        b->begins[b->n] = word;
        b->slots[b->n++] = s->missing_slots[i];
        if (b->n == LAYER_ROWS)
            fill_block(s, b, is_shared);
    }
    for (size_t k = 0; k < 2; k++)
        if (blocks[k].n > 0)
            fill_block(s, &blocks[k], k == 1);
    s->stats.n_computed += n;
    token_builder_empty(&s->missing);
}

/* The network above the sums, for n windows of the pass; scores [n][Y]. */
static void score_block(struct scorer *s, size_t first, size_t n, real *scores)
{
    const struct blueprint *b = &s->m->net;
    for (size_t i = 0; i < n; i++) {
        const uint32_t *window = s->slots + s->windows[first + i];
        if (first + i + PREFETCH_AHEAD < s->n_windows)
            products_prefetch(&s->products, s->slots[s->windows[first + i + PREFETCH_AHEAD] + b->window - 1]);
        products_sum(&s->products, (b->n_hidden > 0 ? s->layer[0] : scores) + i * network_out(b, 0), window);
    }
    for (size_t l = 1; l <= b->n_hidden; l++) {
        struct matrix below = matrix_of(s->layer[(l - 1) % 2], n, network_in(b, l));
        struct matrix above = matrix_of(l < b->n_hidden ? s->layer[l % 2] : scores, n, network_out(b, l));
        activate(b->activation, below.at, n * below.cols);
        packed_product(above, below, &s->layers[l], s->m->params.bias[l]);
    }
}

static void run_pass(struct scorer *s)
{
    size_t n_outputs = s->m->net.n_outputs;
    double begin = clock_seconds();
    fill_missing(s);
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
}

/* ---- sentences to passes ---- */

static bool look_up(struct scorer *s, uint64_t hash, const char *token, size_t n)
{
    bool is_new;
    uint32_t slot = token_cache_find(&s->cache, hash, token, n, &is_new);
    if (is_new) {
        s->missing_slots[s->missing.ids.n] = slot;
        if (!token_builder_add(&s->missing, &s->m->channels, token, n))
            return false;
    }
    s->slots[s->n_slots++] = slot;
    return true;
}

/* Tokens [first, last) of a sentence. */
static bool look_up_all(struct scorer *s, const oriel_sentence *sentence, size_t first, size_t last)
{
    const oriel_range *tokens = sentence->tokens + first;
    size_t n = last - first;
    for (size_t i = 0; i < n; i++)
        s->hashes[i] = token_cache_hash(&s->cache, sentence->text + tokens[i].begin, tokens[i].end - tokens[i].begin);
    for (size_t i = 0; i < n; i++)
        token_cache_expect(&s->cache, s->hashes[i]);
    for (size_t i = 0; i < n; i++)
        if (!look_up(s, s->hashes[i], sentence->text + tokens[i].begin, tokens[i].end - tokens[i].begin))
            return false;
    return true;
}

/* Tokens [first, last) of a sentence, with `reach` more on both sides. */
static bool add_windows(struct scorer *s, const oriel_sentence *sentence, size_t first, size_t last)
{
    size_t reach = s->m->net.window / 2;
    size_t begin = s->n_slots;
    for (size_t i = first; i < reach; i++)
        s->slots[s->n_slots++] = SLOT_BEFORE;
    size_t n_after = sentence->n_tokens - last < reach ? reach - (sentence->n_tokens - last) : 0;
    if (!look_up_all(s, sentence, first < reach ? 0 : first - reach, last + reach - n_after))
        return false;
    for (size_t i = 0; i < n_after; i++)
        s->slots[s->n_slots++] = SLOT_AFTER;
    for (size_t i = first; i < last; i++)
        s->windows[s->n_windows++] = (uint32_t)(begin + i - first);
    s->stats.n_tokens += last - first;
    return true;
}

/* A sentence that has no room in a pass any more begins the next, and goes on in others if it is longer than one. */
static bool add_sentence(struct scorer *s, const oriel_sentence *sentence)
{
    size_t around = s->m->net.window - 1;
    if (s->n_slots > 0 && PASS_SLOTS - s->n_slots < sentence->n_tokens + around)
        run_pass(s);
    for (size_t first = 0; first < sentence->n_tokens;) {
        size_t room = PASS_SLOTS - around - s->n_slots;
        size_t n = sentence->n_tokens - first;
        n = n < room ? n : room;
        if (!add_windows(s, sentence, first, first + n))
            return false;
        first += n;
        if (first < sentence->n_tokens)
            run_pass(s);
    }
    return true;
}

/* After a failure slots are promised that nothing was put in. */
static bool give_up(struct scorer *s)
{
    token_cache_empty(&s->cache);
    token_cache_next_pass(&s->cache);
    token_builder_empty(&s->missing);
    s->n_windows = s->n_slots = 0;
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
    run_pass(s);
    others = s->stats.computing + s->stats.network - others;
    s->stats.looking_up += clock_seconds() - begin - others;
    return true;
}
