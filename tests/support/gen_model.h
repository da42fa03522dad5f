/*
 * Models without training: window 1, no hidden layer, U the unit matrix, so that a word's row is its scores; all numbers
 * drawn or chosen by the test.  A header alone, as not every test that links support links the library's models.
 */
#ifndef ORIEL_TEST_GEN_MODEL_H
#define ORIEL_TEST_GEN_MODEL_H

#include <stdio.h>

#include "base/memory.h"
#include "model/model.h"
#include "support/gen.h"
#include "support/test.h"

static const char *const gen_types[] = {"PER", "LOC", "ORG"};

struct gen_model {
    enum head head;
    enum scheme scheme;
    size_t n_types;
    size_t n_words; /* "a", "b", "c", ... at most 26 */
};

static inline void gen_model_words(oriel_model *m, size_t n_words)
{
    m->channels.n = 1;
    m->channels.at[0].values = vocab_new();
    assert_non_null(m->channels.at[0].values);
    for (size_t i = 0; i < n_words; i++)
        assert_true(vocab_add(m->channels.at[0].values, &"abcdefghijklmnopqrstuvwxyz"[i], 1, 1) >= 0);
    assert_true(vocab_freeze(m->channels.at[0].values, 1));
}

static inline void gen_model_types(oriel_model *m, const struct gen_model *what)
{
    m->tags = tagset_new();
    assert_non_null(m->tags);
    for (size_t k = 0; k < what->n_types; k++)
        assert_int_equal(tagset_add_type(m->tags, gen_types[k], strlen(gen_types[k])), k);
    tagset_set_scheme(m->tags, what->scheme, false);
}

/* Scores and chain are uniform within ±spread.  The caller may change them, temperature and o_bias before it makes a tagger;
 * oriel_model_free ends it. */
static inline oriel_model *gen_model(const struct gen_model *what, struct random *r, double spread)
{
    oriel_model *m = mem_zero(1, sizeof *m);
    assert_non_null(m);
    gen_model_words(m, what->n_words);
    gen_model_types(m, what);
    size_t n_outputs = model_outputs(what->head, what->n_types, what->scheme == SCHEME_PLAIN);
    m->net = (struct blueprint){.width = n_outputs, .window = 1, .n_outputs = n_outputs, .head = what->head};
    assert_true(params_init(&m->params, &m->net));
    for (size_t y = 0; y < n_outputs; y++)
        m->params.weight[0][y * n_outputs + y] = 1;
    struct table *t = &m->tables.table[0];
    m->tables.n = 1;
    m->tables.width = n_outputs;
    *t = (struct table){.rows = vocab_size(model_words(m)), .width = n_outputs};
    t->at = mem_alloc(t->rows, n_outputs * sizeof *t->at);
    assert_true(t->at && (what->head == HEAD_SIGMOID || model_make_rules(m)));
    gen_reals(r, t->at, t->rows * n_outputs, -spread, spread);
    if (what->head == HEAD_CRF) {
        gen_reals(r, m->params.start, n_outputs, -spread, spread);
        gen_reals(r, m->params.end, n_outputs, -spread, spread);
        gen_reals(r, m->params.trans, n_outputs * n_outputs, -spread, spread);
    }
    m->temperature = m->confidence_power = m->confidence_factor = m->confidence_ceiling = 1;
    m->info.threshold = 0.5;
    return m;
}

/* The scores of a word. */
static inline real *gen_model_row(oriel_model *m, char word)
{
    int32_t id = vocab_find(model_words(m), &word, 1);
    assert_true(id >= 0);
    return m->tables.table[0].at + (size_t)id * m->net.n_outputs;
}

/* A sentence of one-letter words; its tokens [n] are the caller's. */
static inline oriel_sentence gen_model_sentence(const char *text, oriel_range *tokens)
{
    size_t n = (strlen(text) + 1) / 2;
    for (size_t i = 0; i < n; i++)
        tokens[i] = (oriel_range){2 * i, 2 * i + 1};
    return (oriel_sentence){.text = text, .n_text = strlen(text), .tokens = tokens, .n_tokens = n};
}

/* Words drawn from those of the model, with blanks between; text [2 n]. */
static inline void gen_model_text(struct random *r, char *text, size_t n, size_t n_words)
{
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = "abcdefghijklmnopqrstuvwxyz"[random_below(r, n_words)];
        text[2 * i + 1] = i + 1 < n ? ' ' : 0;
    }
}

#endif
