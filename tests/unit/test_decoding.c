/*
 * From scores to tags: a model made by hand, in which a word's row is its scores (window 1, no hidden layer, U the unit
 * matrix), so that a test says what the head sees by choosing words.
 */
#include "support/test.h"

#include <math.h>

#include "model/tagger.h"

enum { PER = 0, LOC = 1, N_TYPES = 2, MAX_TOKENS = 600 };

static const struct {
    const char *word;
    real scores[N_TYPES];
} words[] = {
    {"ann", {2, -5}},  /* PER, p = 0.88 */
    {"rome", {-5, 2}}, /* LOC, p = 0.88 */
    {"both", {3, 2}},  /* PER before LOC */
    {"half", {0, -5}}, /* PER, p = 0.5 */
    {"is", {-3, -4}},  /* PER at best, p = 0.05 */
};
enum { N_WORDS = sizeof words / sizeof *words };

struct fixture {
    oriel_model model;
    real table[(VOCAB_SPECIAL + N_WORDS) * N_TYPES];
};

static void make_model(struct fixture *f, enum scheme scheme)
{
    memset(f, 0, sizeof *f);
    oriel_model *m = &f->model;
    m->channels.n = 1;
    m->channels.at[0].values = vocab_new();
    struct vocab *vocab = m->channels.at[0].values;
    m->tags = tagset_new();
    assert_true(vocab && m->tags);
    for (size_t i = 0; i < N_WORDS; i++)
        assert_true(vocab_add(vocab, words[i].word, strlen(words[i].word), 1) >= 0);
    assert_true(vocab_freeze(vocab, 1));
    for (size_t i = 0; i < N_WORDS; i++) {
        int32_t id = vocab_find(vocab, words[i].word, strlen(words[i].word));
        memcpy(f->table + id * N_TYPES, words[i].scores, sizeof words[i].scores);
    }
    assert_int_equal(tagset_add_type(m->tags, "PER", 3), PER);
    assert_int_equal(tagset_add_type(m->tags, "LOC", 3), LOC);
    tagset_set_scheme(m->tags, scheme, false);
    m->net = (struct blueprint){.width = N_TYPES, .window = 1, .n_outputs = N_TYPES};
    assert_true(params_init(&m->params, &m->net));
    m->params.weight[0][0] = m->params.weight[0][3] = 1;
    m->tables = (struct tables){.n = 1, .width = N_TYPES};
    m->tables.table[0] = (struct table){.at = f->table, .rows = vocab_size(vocab), .width = N_TYPES};
    m->info.threshold = 0.5;
}

static void clear_model(struct fixture *f)
{
    channels_clear(&f->model.channels);
    tagset_free(f->model.tags);
    params_clear(&f->model.params);
}

/* Words between single blanks. */
static size_t split(const char *text, oriel_range *tokens)
{
    size_t n = 0;
    for (size_t at = 0; text[at];) {
        size_t end = at + strcspn(text + at, " ");
        tokens[n++] = (oriel_range){at, end};
        at = end + (text[end] == ' ');
    }
    return n;
}

/* Tags as one letter each: O, P and p for PER that begins and goes on, L and l for LOC. */
static void assert_tags(enum scheme scheme, double threshold, const char *text, const char *expected)
{
    struct fixture f;
    oriel_tagger *t;
    oriel_error err;
    oriel_range tokens[MAX_TOKENS];
    const int32_t *tags;
    make_model(&f, scheme);
    size_t n = split(text, tokens);
    assert_int_equal(n, strlen(expected));
    assert_ok(oriel_tagger_new(&t, &f.model, &(oriel_tagger_options){.threshold = threshold}, &err), err);
    const oriel_sentence sentence = {.text = text, .tokens = tokens, .n_tokens = n};
    assert_ok(tagger_begin(t, &sentence, 1, &err), err);
    assert_ok(tagger_next(t, &tags, &err), err);
    for (size_t i = 0; i < n; i++) {
        char letter = tags[i] == TAG_OUTSIDE ? 'O' : "PpLl"[2 * tag_type(tags[i]) + !tag_begins(tags[i])];
        if (letter != expected[i])
            fail_msg("\"%s\": token %zu is %c, expected %s", text, i, letter, expected);
    }
    oriel_tagger_free(t);
    clear_model(&f);
}

static void test_a_token_takes_its_best_type_above_the_threshold(void **state)
{
    (void)state;
    assert_tags(SCHEME_IOB2, -1, "ann is rome is both", "POLOP");
}

static void test_the_threshold_itself_is_enough(void **state)
{
    (void)state;
    assert_tags(SCHEME_IOB2, 0.5, "half", "P");
    assert_tags(SCHEME_IOB2, 0.501, "half", "O");
}

static void test_the_threshold_can_be_chosen_per_tagger(void **state)
{
    (void)state;
    assert_tags(SCHEME_IOB2, -1, "is half ann", "OPp"); /* the model's own */
    assert_tags(SCHEME_IOB2, 0.7, "is half ann", "OOP");
    assert_tags(SCHEME_IOB2, 0.9, "is half ann", "OOO");
    assert_tags(SCHEME_IOB2, 0.01, "is half ann", "Ppp");
}

static void test_neighbours_of_one_type_merge(void **state)
{
    (void)state;
    assert_tags(SCHEME_IOB2, -1, "ann both rome rome ann", "PpLlP");
    assert_tags(SCHEME_IOB2, -1, "ann is ann", "POP");
}

static void test_plain_labels_have_no_threshold_and_never_merge(void **state)
{
    (void)state;
    assert_tags(SCHEME_PLAIN, 0.9, "ann ann is rome half", "PPPLP");
}

/* A sentence longer than one pass through the network: nothing shows where passes meet. */
static void test_an_entity_goes_on_across_passes(void **state)
{
    (void)state;
    static char text[5 * MAX_TOKENS];
    static char expected[MAX_TOKENS + 1];
    for (size_t i = 0; i < MAX_TOKENS; i++) {
        memcpy(text + 4 * i, "ann ", 4);
        expected[i] = i == 0 ? 'P' : 'p';
    }
    text[4 * MAX_TOKENS - 1] = 0;
    assert_tags(SCHEME_IOB2, -1, text, expected);
}

static void test_a_spans_confidence_is_the_product_of_its_tokens(void **state)
{
    (void)state;
    static const char text[] = "is ann half rome";
    struct fixture f;
    oriel_tagger *t;
    oriel_error err;
    oriel_range tokens[4];
    oriel_tags tags;
    make_model(&f, SCHEME_IOB2);
    oriel_sentence s = {.text = text, .n_text = sizeof text - 1, .tokens = tokens, .n_tokens = split(text, tokens)};
    assert_ok(oriel_tagger_new(&t, &f.model, NULL, &err), err);
    assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
    assert_int_equal(tags.n_spans, 2);
    assert_int_equal(tags.spans[0].type, PER);
    assert_int_equal(tags.spans[0].first, 1);
    assert_int_equal(tags.spans[0].last, 3);
    assert_int_equal(tags.spans[0].begin, 3);
    assert_int_equal(tags.spans[0].end, 11);
    double p = 1 / (1 + exp(-2.0));
    assert_true(fabs((double)tags.spans[0].confidence - p * 0.5) < 1e-4);
    assert_int_equal(tags.spans[1].type, LOC);
    assert_int_equal(tags.spans[1].begin, 12);
    assert_int_equal(tags.spans[1].end, 16);
    assert_true(fabs((double)tags.spans[1].confidence - p) < 1e-4);
    oriel_tagger_free(t);
    clear_model(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_token_takes_its_best_type_above_the_threshold),
        cmocka_unit_test(test_the_threshold_itself_is_enough),
        cmocka_unit_test(test_the_threshold_can_be_chosen_per_tagger),
        cmocka_unit_test(test_neighbours_of_one_type_merge),
        cmocka_unit_test(test_plain_labels_have_no_threshold_and_never_merge),
        cmocka_unit_test(test_an_entity_goes_on_across_passes),
        cmocka_unit_test(test_a_spans_confidence_is_the_product_of_its_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
