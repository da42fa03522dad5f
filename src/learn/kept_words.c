#include "learn/kept_words.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

#define NEGATIVES_POWER 0.75

static bool find_keeps(struct kept_words *k, double sample)
{
    size_t V = k->text->V;
    k->keeps = mem_alloc(V, sizeof *k->keeps);
    for (size_t i = 0; i < V && k->keeps; i++) {
        double count = (double)vocab_word_count(k->text->words, (int32_t)(i + VOCAB_SPECIAL));
        k->keeps[i] = (uint64_t)(sampler_keeps(count / (double)k->text->n_words, sample) * 0x1p32);
    }
    return k->keeps != NULL;
}

static bool find_negatives(struct kept_words *k)
{
    size_t V = k->text->V;
    uint64_t *counts = mem_alloc(V, sizeof *counts);
    for (size_t i = 0; i < V && counts; i++)
        counts[i] = vocab_word_count(k->text->words, (int32_t)(i + VOCAB_SPECIAL));
    bool is_good = counts && sampler_init(&k->negatives, counts, V, NEGATIVES_POWER);
    mem_free(counts);
    return is_good;
}

oriel_status kept_words_init(struct kept_words *k, struct text_ids *text, const oriel_vectors_options *o, size_t n_most,
                             oriel_error *err)
{
    *k = (struct kept_words){.text = text, .random = random_seeded(o->seed), .reach = o->context};
    k->cap = n_most + 2 * o->context;
    k->words = mem_alloc(k->cap, sizeof *k->words);
    k->sentence = mem_alloc(k->cap, sizeof *k->sentence);
    if (k->words && k->sentence && find_keeps(k, o->sample) && find_negatives(k))
        return ORIEL_OK;
    kept_words_clear(k);
    return error_memory(err);
}

void kept_words_clear(struct kept_words *k)
{
    sampler_clear(&k->negatives);
    mem_free(k->keeps);
    mem_free(k->words);
    mem_free(k->sentence);
    *k = (struct kept_words){0};
}

oriel_status kept_words_restart(struct kept_words *k, oriel_error *err)
{
    k->n = k->reach;
    for (size_t i = 0; i < k->reach; i++)
        k->words[i] = k->sentence[i] = -1; /* nothing is before the first word */
    k->n_sentences = 0;
    k->n_read = 0;
    k->is_over = false;
    return text_ids_rewind(k->text, err);
}

static oriel_status fill(struct kept_words *k, oriel_error *err)
{
    while (k->n < k->cap && !k->is_over) {
        int32_t id;
        oriel_status status = text_ids_next(k->text, &id, err);
        if (status)
            return status;
        if (id == ID_TEXT_END) {
            k->is_over = true;
        } else if (id == ID_SENTENCE_END) {
            k->n_sentences = (k->n_sentences + 1) & INT32_MAX;
        } else {
            k->n_read++;
            if ((random_next(&k->random) >> 32) >= k->keeps[id])
                continue;
            k->words[k->n] = id;
            k->sentence[k->n++] = k->n_sentences;
        }
    }
    return ORIEL_OK;
}

/* Contexts are shrunk at random, so that near words count for more; they end with the sentence. */
static void draw_contexts(struct kept_words *k, struct pair_plan *p)
{
    p->n_pairs = 0;
    for (size_t i = 0; i < p->n_centres; i++) {
        size_t at = i + k->reach;
        size_t most = 1 + (size_t)random_below(&k->random, k->reach);
        size_t left = 0;
        size_t right = 0;
        while (left < most && k->sentence[at - left - 1] == k->sentence[at])
            left++;
        while (right < most && at + right + 1 < k->n && k->sentence[at + right + 1] == k->sentence[at])
            right++;
        p->left[i] = (uint8_t)left;
        p->right[i] = (uint8_t)right;
        p->n_pairs += left + right;
    }
}

oriel_status kept_words_plan(struct kept_words *k, struct pair_plan *p, const struct pair_shape *s, oriel_error *err)
{
    p->n_centres = 0;
    oriel_status status = fill(k, err);
    if (status)
        return status;
    size_t n_ready = k->n - k->reach - (k->is_over ? 0 : k->reach);
    p->n_centres = n_ready < s->n_tiles * PAIRS_TILE ? n_ready : s->n_tiles * PAIRS_TILE;
    draw_contexts(k, p);
    size_t n_tiles = pair_plan_tiles(p);
    size_t n_words = n_tiles * PAIRS_TILE + 2 * k->reach;
    size_t n_there = k->n < n_words ? k->n : n_words;
    memcpy(p->words, k->words, n_there * sizeof *p->words);
    for (size_t i = n_there; i < n_words; i++)
        p->words[i] = -1;
    for (size_t i = 0; i < n_tiles * s->n_negatives; i++)
        p->negatives[i] = sampler_draw(&k->negatives, &k->random);
    k->n -= p->n_centres;
    memmove(k->words, k->words + p->n_centres, k->n * sizeof *k->words);
    memmove(k->sentence, k->sentence + p->n_centres, k->n * sizeof *k->sentence);
    return ORIEL_OK;
}
