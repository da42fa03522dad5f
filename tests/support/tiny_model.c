#include "support/tiny_model.h"

#include <stdio.h>
#include <stdlib.h>

#include <xxhash.h>

#include "support/test.h"

enum { ALIGNMENT = 64, MOST_BYTES = 100000 };

static const char types[] = "PER\0LOC"; /* and the NUL that ends the literal */
static const char words[] = "saidinadaromezoë";
static const uint64_t ends[TINY_WORDS] = {4, 6, 9, 13, 17};
static const uint64_t counts[TINY_WORDS] = {9, 5, 3, 3, 1};
static const uint64_t seen[2] = {10, 20};
static const char rules[] = "token.word = [\\p{L}\\p{M}\\p{N}]++\ntoken.other = \\X\nsentence.end = [.!?]\n";
static const float table[TINY_ROWS][TINY_DIM] = {
    [7] = {0, 0, -1}, [8] = {0, 0, 1}, [9] = {1, 0, 0}, [10] = {0, 1, 0}, [11] = {1, 0, 0}};
/*                                  before    here      after  */
static const float hidden[2][9] = {{0, 0, 0, 4, 0, 0, 0, 0, -2}, {0, 0, 2, 0, 4, 0, 0, 0, 0}};
static const float hidden_bias[2] = {0, 0};
static const float output[2][2] = {{1, 0}, {0, 1}};
static const float output_bias[2] = {-2, -2};

static const struct tiny_text the_texts[] = {
    {"oriel.format", "1"},
    {"recipe", "classic"},
    {"head", "sigmoid"},
    {"activation", "relu"},
    {"scheme", "IOB2"},
    {"bare_names", "0"},
    {"scope", "all"},
    {"window", "3"},
    {"layers", "1"},
    {"trained_on", "x"},
    {"about", ""},
    {"made_by", "hand"},
    {"seed", "7"},
    {"epochs", "5"},
    {"best_epoch", "4"},
    {"loss", "0.25"},
    {"dev_precision", "0.5"},
    {"dev_recall", "1"},
    {"dev_f1", "0.75"},
    {"dev_was_held_out", "1"},
    {"threshold", "0.5"},
    {"o_bias", "0"},
    {"features", "word"},
};

static const struct tiny_tensor the_tensors[] = {
    {"channel.0.text", "U8", 1, {sizeof words - 1}, words, sizeof words - 1},
    {"channel.0.ends", "U64", 1, {TINY_WORDS}, ends, sizeof ends},
    {"channel.0.counts", "U64", 1, {TINY_WORDS}, counts, sizeof counts},
    {"types", "U8", 1, {sizeof types}, types, sizeof types},
    {"names.seen", "U64", 1, {2}, seen, sizeof seen},
    {"tokenizer", "U8", 1, {sizeof rules - 1}, rules, sizeof rules - 1},
    {"channel.0.rows", "F32", 2, {TINY_ROWS, TINY_DIM}, table, sizeof table},
    {"layer.0.weight", "F32", 2, {2, 9}, hidden, sizeof hidden},
    {"layer.0.bias", "F32", 1, {2}, hidden_bias, sizeof hidden_bias},
    {"layer.1.weight", "F32", 2, {2, 2}, output, sizeof output},
    {"layer.1.bias", "F32", 1, {2}, output_bias, sizeof output_bias},
};

struct tiny_model tiny_model(void)
{
    struct tiny_model m = {.n_texts = sizeof the_texts / sizeof *the_texts,
                           .n_tensors = sizeof the_tensors / sizeof *the_tensors};
    memcpy(m.texts, the_texts, sizeof the_texts);
    memcpy(m.tensors, the_tensors, sizeof the_tensors);
    return m;
}

void tiny_set_text(struct tiny_model *m, const char *key, const char *value)
{
    size_t i = 0;
    while (i < m->n_texts && strcmp(m->texts[i].key, key) != 0)
        i++;
    assert_true(i < m->n_texts);
    if (value)
        m->texts[i].value = value;
    else
        m->texts[i] = m->texts[--m->n_texts];
}

void tiny_set_tensor(struct tiny_model *m, const struct tiny_tensor *t)
{
    size_t i = 0;
    while (i < m->n_tensors && strcmp(m->tensors[i].name, t->name) != 0)
        i++;
    assert_true(i < m->n_tensors);
    m->tensors[i] = t->data ? *t : m->tensors[--m->n_tensors];
}

/* ---- the file ---- */

/* Appends to a header that has room. */
static void say(char *header, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(char *header, const char *format, ...)
{
    size_t n = strlen(header);
    va_list list;
    va_start(list, format);
    vsnprintf(header + n, MOST_BYTES - n, format, list);
    va_end(list);
}

/* A tensor behind those before it, which end at *at; copied there. */
static void put(char *header, char *data, size_t *at, const struct tiny_tensor *t)
{
    say(header, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[", t->name, t->dtype);
    for (size_t i = 0; i < t->n_dims; i++)
        say(header, "%s%zu", i ? "," : "", t->shape[i]);
    say(header, "],\"data_offsets\":[%zu,%zu]}", *at, *at + t->n_bytes);
    assert_true(*at + t->n_bytes < MOST_BYTES);
    memcpy(data + *at, t->data, t->n_bytes);
    *at += t->n_bytes;
}

static void pad(char *header, char *data, size_t *at, size_t number)
{
    static const char zeros[ALIGNMENT];
    char name[32];
    size_t n = (ALIGNMENT - *at % ALIGNMENT) % ALIGNMENT;
    snprintf(name, sizeof name, "oriel.pad.%zu", number);
    if (n > 0)
        put(header, data, at, &(struct tiny_tensor){name, "U8", 1, {n}, zeros, n});
}

char *tiny_bytes(const struct tiny_model *m, size_t *n)
{
    char *header = calloc(MOST_BYTES, 1);
    char *data = calloc(MOST_BYTES, 1);
    size_t n_data = 0;
    uint64_t sum = 0;
    assert_true(header && data);
    say(header, "{\"__metadata__\":{");
    for (size_t i = 0; i < m->n_texts; i++)
        say(header, "%s\"%s\":\"%s\"", i ? "," : "", m->texts[i].key, m->texts[i].value);
    say(header, "}");
    for (size_t i = 0; i < m->n_tensors; i++) {
        put(header, data, &n_data, &m->tensors[i]);
        pad(header, data, &n_data, i);
    }
    put(header, data, &n_data, &(struct tiny_tensor){"oriel.xxh3", "U64", 1, {1}, &sum, sizeof sum});
    say(header, "}");
    uint64_t n_header = (8 + strlen(header) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - 8;
    *n = 8 + (size_t)n_header + n_data;
    char *bytes = malloc(*n);
    assert_non_null(bytes);
    memset(bytes, ' ', *n);
    memcpy(bytes, &n_header, 8); /* like all here, as this little-endian machine has it */
    memcpy(bytes + 8, header, strlen(header));
    memcpy(bytes + 8 + n_header, data, n_data);
    sum = XXH3_64bits(bytes, *n - 8);
    memcpy(bytes + *n - 8, &sum, 8);
    free(header);
    free(data);
    return bytes;
}
