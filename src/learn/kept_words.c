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

oriel_status kept_words_init(struct kept_words *k, struct text_ids *text, const oriel_vectors_options *o,
                             size_t n_tiles, oriel_error *err)
{
    *k = (struct kept_words){.text = text, .random = random_seeded(o->seed), .reach = o->context};
    k->n_segments = n_tiles * PAIRS_TILE / PAIRS_GROUP;
    k->cap = k->n_segments * SEGMENT_WORDS + 2 * o->context;
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
    k->n_block = 0;
    k->n_turns = 0;
    k->n_read = 0;
    k->n_planned = 0;
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

/* Words of the centre's sentence on a side of it, at most so many: contexts are shrunk at random, so that near words count for
 * more.  at: of the centre. */
static size_t words_left(const struct kept_words *k, size_t at, size_t most)
{
    size_t n = 0;
    while (n < most && k->sentence[at - n - 1] == k->sentence[at])
        n++;
    return n;
}

static size_t words_right(const struct kept_words *k, size_t at, size_t most)
{
    size_t n = 0;
    while (n < most && at + n + 1 < k->n && k->sentence[at + n + 1] == k->sentence[at])
        n++;
    return n;
}

/* The words of a group, of which the first stands at `first` in the block, are centres of the plan from i on.  Words that belong to
 * none of them are left out. */
static void plan_group(struct kept_words *k, struct pair_plan *p, const struct pair_shape *s, size_t i, size_t first)
{
    int32_t *words = p->words + i / PAIRS_GROUP * s->span;
    size_t begin = k->reach; /* of what belongs to the group, in its span */
    size_t end = k->reach;
    for (size_t j = 0; j < PAIRS_GROUP; j++) {
        bool is_there = first + j < k->n_block;
        size_t most = is_there ? 1 + (size_t)random_below(&k->random, k->reach) : 0;
        size_t left = words_left(k, k->reach + first + j, most);
        size_t right = words_right(k, k->reach + first + j, most);
        p->left[i + j] = (uint8_t)left;
        p->right[i + j] = (uint8_t)right;
        begin = k->reach + j - left < begin ? k->reach + j - left : begin;
        end = is_there && k->reach + j + right + 1 > end ? k->reach + j + right + 1 : end;
    }
    for (size_t j = 0; j < s->span; j++)
        words[j] = j >= begin && j < end ? k->words[first + j] : -1;
}

/* A block begins, or the text is over: n_block = 0. */
static oriel_status begin_block(struct kept_words *k, oriel_error *err)
{
    oriel_status status = fill(k, err);
    if (status)
        return status;
    size_t n_ready = k->n - k->reach - (k->is_over ? 0 : k->reach);
    size_t most = k->n_segments * SEGMENT_WORDS;
    k->n_block = n_ready < most ? n_ready : most;
    k->n_turns = 0;
    return ORIEL_OK;
}

static void end_turn(struct kept_words *k)
{
    k->n_turns++;
    if (k->n_turns < SEGMENT_TURNS && k->n_turns * PAIRS_GROUP < k->n_block)
        return;
    k->n -= k->n_block;
    memmove(k->words, k->words + k->n_block, k->n * sizeof *k->words);
    memmove(k->sentence, k->sentence + k->n_block, k->n * sizeof *k->sentence);
    k->n_block = 0;
}

/* The words around the last group may be fewer than a tile has. */
static void end_tile(struct pair_plan *p, const struct pair_shape *s)
{
    size_t n = p->n_centres / PAIRS_GROUP * s->span;
    size_t n_all = pair_plan_tiles(p) * s->n_around;
    for (; n < n_all; n++)
        p->words[n] = -1;
}

oriel_status kept_words_plan(struct kept_words *k, struct pair_plan *p, const struct pair_shape *s, oriel_error *err)
{
    p->number = k->n_planned++;
    p->n_centres = 0;
    oriel_status status = k->n_block == 0 ? begin_block(k, err) : ORIEL_OK;
    if (status || k->n_block == 0)
        return status;
    for (size_t first = k->n_turns * PAIRS_GROUP; first < k->n_block; first += SEGMENT_WORDS) {
        plan_group(k, p, s, p->n_centres, first);
        p->n_centres += PAIRS_GROUP;
    }
    end_tile(p, s);
    for (size_t i = 0; i < pair_plan_tiles(p) * s->n_negatives; i++)
        p->negatives[i] = sampler_draw(&k->negatives, &k->random);
    end_turn(k);
    return ORIEL_OK;
}
