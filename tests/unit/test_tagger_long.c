/*
 * Sentences of any length are tagged in bounded steps; nobody can see where one ends and the next begins.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "support/tiny_tagger.h"

enum { LONG = 3000 };

/* LONG tokens from a few words in random order; text and tokens are the caller's to free. */
static oriel_sentence long_sentence(struct random *r)
{
    static const char *const words[] = {"said", "in", "ada", "rome", "zoë", "x", "Bob"};
    char *text = malloc(LONG * 8);
    oriel_range *tokens = malloc(LONG * sizeof *tokens);
    assert_true(text && tokens);
    size_t n = 0;
    for (size_t i = 0; i < LONG; i++) {
        const char *word = words[random_below(r, sizeof words / sizeof *words)];
        tokens[i] = (oriel_range){n, n + strlen(word)};
        memcpy(text + n, word, strlen(word));
        n += strlen(word);
        text[n++] = ' ';
    }
    return (oriel_sentence){.text = text, .n_text = n, .tokens = tokens, .n_tokens = LONG};
}

/* With plain labels each token has a span of its own: type and confidence of a token of the long sentence are those of the
 * middle of its window, tagged alone.  `bound`: by how much confidences may differ. */
static void assert_windows_agree(const struct tiny_model *file, double bound)
{
    struct random r = random_seeded(test_seed(3));
    struct pair p = pair_of(file, -1);
    oriel_tagger *alone = tiny_tagger(p.m, -1);
    oriel_sentence s = long_sentence(&r);
    oriel_tags tags;
    oriel_error err;
    assert_ok(oriel_tag_sentence(p.t, &s, &tags, &err), err);
    assert_int_equal(tags.n_spans, LONG);
    for (size_t i = 0; i < LONG; i++) {
        size_t first = i > 0 ? i - 1 : 0;
        size_t last = i + 2 < LONG ? i + 2 : LONG;
        oriel_sentence window = s;
        oriel_tags of_window;
        window.tokens = s.tokens + first;
        window.n_tokens = last - first;
        assert_ok(oriel_tag_sentence(alone, &window, &of_window, &err), err);
        assert_int_equal(tags.spans[i].type, of_window.spans[i - first].type);
        assert_true(fabs((double)(tags.spans[i].confidence - of_window.spans[i - first].confidence)) <= bound);
        assert_int_equal(tags.spans[i].begin, s.tokens[i].begin);
    }
    free((void *)(uintptr_t)s.text);
    free((void *)(uintptr_t)s.tokens);
    oriel_tagger_free(alone);
    pair_clear(&p);
}

static void test_a_long_sentence_is_tagged_as_its_windows_are(void **state)
{
    (void)state;
    struct tiny_model file = tiny_model();
    tiny_set_text(&file, "scheme", "plain");
    assert_windows_agree(&file, 0); /* small whole numbers: exact in any order */
}

static void test_a_long_sentence_is_tagged_as_its_windows_are_with_any_weights(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(4));
    float rows[TINY_ROWS][TINY_DIM];
    float hidden[2][9];
    for (size_t i = 0; i < TINY_ROWS * TINY_DIM; i++)
        (&rows[0][0])[i] = (float)(2 * random_uniform(&r) - 1);
    for (size_t i = 0; i < 18; i++)
        (&hidden[0][0])[i] = (float)(2 * random_uniform(&r) - 1);
    struct tiny_model file = tiny_model();
    tiny_set_text(&file, "scheme", "plain");
    tiny_set_text(&file, "activation", "tanh");
    tiny_set_tensor(&file, &(struct tiny_tensor){"channel.0.rows", "F32", 2, {TINY_ROWS, TINY_DIM}, rows, sizeof rows});
    tiny_set_tensor(&file, &(struct tiny_tensor){"layer.0.weight", "F32", 2, {2, 9}, hidden, sizeof hidden});
    assert_windows_agree(&file, 1e-6);
}

/* An entity may be longer than what passes through the network at once. */
static void test_a_long_entity_is_one(void **state)
{
    (void)state;
    struct pair p = tiny_pair(-1);
    static char text[4 * LONG];
    static oriel_range tokens[LONG];
    for (size_t i = 0; i < LONG; i++) {
        memcpy(text + 4 * i, "ada ", 4);
        tokens[i] = (oriel_range){4 * i, 4 * i + 3};
    }
    oriel_sentence s = {.text = text, .n_text = sizeof text, .tokens = tokens, .n_tokens = LONG};
    oriel_tags tags;
    oriel_error err;
    assert_ok(oriel_tag_sentence(p.t, &s, &tags, &err), err);
    assert_int_equal(tags.n_spans, 1);
    assert_int_equal(tags.spans[0].first, 0);
    assert_int_equal(tags.spans[0].last, LONG);
    assert_string_equal(oriel_model_tag_name(p.m, tags.tags[0]), "B-PER");
    for (size_t i = 1; i < LONG; i++)
        assert_string_equal(oriel_model_tag_name(p.m, tags.tags[i]), "I-PER");
    pair_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_long_sentence_is_tagged_as_its_windows_are),
        cmocka_unit_test(test_a_long_sentence_is_tagged_as_its_windows_are_with_any_weights),
        cmocka_unit_test(test_a_long_entity_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
