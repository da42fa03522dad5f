/*
 * Names that a step puts in each other's place: of one type and of as many words, each spelling as likely as any other, and
 * nothing else of a sentence changes.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "learn/names.h"
#include "support/tiny_runs.h"
#include "text/vocabulary.h"

/* Sentences 0 to 3.  Persons of one word: Bob (three times) and Ada; of two: Ada Lovelace.  Places: Rome, New York. */
static const char text[] = "Bob\tB-PER\nmet\tO\nAda\tB-PER\nLovelace\tI-PER\nin\tO\nRome\tB-LOC\n\n"
                           "Bob\tB-PER\nleft\tO\nNew\tB-LOC\nYork\tI-LOC\n\n"
                           "Ada\tB-PER\nand\tO\nBob\tB-PER\n\n"
                           "Eve\tB-PER\n?\t?\nMax\tB-PER\n\n";

enum { MOST_TOKENS = 32, DRAWS = 4000 };

struct fixture {
    struct corpus c;
    struct tagset *t;
    struct vocab *words;
    int32_t tokens[MOST_TOKENS]; /* of the whole corpus */
    struct names names;
    struct names_swapped swapped;
    struct random random;
};

static void fixture_init(struct fixture *f, size_t n_sentences, double share)
{
    static const size_t sentences[] = {0, 1, 2, 3};
    oriel_error err;
    *f = (struct fixture){.t = tagset_new(), .words = vocab_new(), .random = random_seeded(test_seed(3))};
    assert_ok(corpus_read_bytes(&f->c, f->t, true, text, strlen(text), "x", &(oriel_columns){0}, &err), err);
    assert_true(f->c.s.n_tokens <= MOST_TOKENS);
    for (size_t i = 0; i < f->c.s.n_tokens; i++) {
        oriel_range r = f->c.s.tokens[i];
        f->tokens[i] = vocab_add(f->words, f->c.s.text.at + r.begin, r.end - r.begin, 1);
    }
    assert_true(names_init(&f->names, &f->c, sentences, n_sentences, f->tokens, share));
}

static void fixture_clear(struct fixture *f)
{
    names_swapped_clear(&f->swapped);
    names_clear(&f->names);
    vocab_free(f->words);
    tagset_free(f->t);
    corpus_clear(&f->c);
}

/* A sentence with its names swapped, words between blanks. */
static const char *swapped(struct fixture *f, size_t sentence)
{
    static char out[256];
    size_t n_tokens = f->c.s.starts[sentence + 1] - f->c.s.starts[sentence];
    const int32_t *tokens = names_swap(&f->names, &f->swapped, sentence, f->tokens, &f->random);
    assert_non_null(tokens);
    out[0] = 0;
    for (size_t i = 0; i < n_tokens; i++) {
        size_t n;
        strcat(out, i > 0 ? " " : "");
        strcat(out, vocab_word(f->words, tokens[i], &n));
    }
    return out;
}

/* How many of many draws gave each of two sentences; there is no third. */
static void count(struct fixture *f, size_t sentence, const char *const *either, size_t *n)
{
    n[0] = n[1] = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        const char *found = swapped(f, sentence);
        size_t which = strcmp(found, either[0]) == 0 ? 0 : 1;
        assert_string_equal(found, either[which]);
        n[which]++;
    }
}

/* Bob stands three times and Ada once, but each is one spelling; a standard deviation is sqrt(4000)/2 = 32. */
static void test_each_spelling_is_as_likely_as_any_other(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 3, 1);
    static const char *const either[] = {"Bob left New York", "Ada left New York"};
    size_t n[2];
    count(&f, 1, either, n);
    assert_in_range(n[0], DRAWS / 2 - 160, DRAWS / 2 + 160);
    fixture_clear(&f);
}

/* Half of the time another is drawn, and that is Bob again half of the time: 3000, give or take sqrt(4000 * 3/16) = 27. */
static void test_the_share_is_of_names(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 3, 0.5);
    static const char *const either[] = {"Bob left New York", "Ada left New York"};
    size_t n[2];
    count(&f, 1, either, n);
    assert_in_range(n[0], 3000 - 135, 3000 + 135);
    fixture_clear(&f);
}

static void test_names_of_another_length_or_type_are_not_alike(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 3, 1);
    static const char *const either[] = {"Bob met Ada Lovelace in Rome", "Ada met Ada Lovelace in Rome"};
    size_t n[2];
    count(&f, 0, either, n);
    assert_true(n[0] > 0 && n[1] > 0);
    fixture_clear(&f);
}

static void test_names_of_other_sentences_do_not_count(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2, 1); /* of these Bob is the only person of one word */
    for (size_t i = 0; i < 100; i++) {
        assert_string_equal(swapped(&f, 1), "Bob left New York");
        assert_string_equal(swapped(&f, 2), "Ada and Bob");
    }
    fixture_clear(&f);
}

static void test_a_share_of_zero_changes_nothing(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 4, 0);
    for (size_t i = 0; i < 100; i++)
        assert_string_equal(swapped(&f, 2), "Ada and Bob");
    fixture_clear(&f);
}

/* Whether Eve and Max go on into the token between them is not known. */
static void test_what_may_be_a_part_of_a_name_is_none(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 4, 1);
    for (size_t i = 0; i < 100; i++) {
        assert_string_equal(swapped(&f, 3), "Eve ? Max");
        assert_null(strstr(swapped(&f, 2), "Eve"));
        assert_null(strstr(swapped(&f, 2), "Max"));
    }
    fixture_clear(&f);
}

/* What is put in is in the spelling of what it is put into: here every token is its negative. */
static void test_tokens_are_those_of_the_given_spelling(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 3, 1);
    int32_t other[MOST_TOKENS];
    for (size_t i = 0; i < f.c.s.n_tokens; i++)
        other[i] = -f.tokens[i];
    const int32_t *tokens = names_swap(&f.names, &f.swapped, 2, other, &f.random);
    assert_true(tokens[0] == other[0] || tokens[0] == other[10]); /* Bob, and Ada in the third sentence */
    assert_true(tokens[2] == other[0] || tokens[2] == other[10]);
    assert_int_equal(tokens[1], other[11]);
    fixture_clear(&f);
}

/* Whether a corpus makes the same model with names swapped as without. */
static bool is_left_alone(const char *name, const char *corpus)
{
    const char *train = tiny_file(name, corpus);
    oriel_train_options o = tiny_standard(&train, train);
    o.epochs = 2;
    size_t n[2];
    char *bytes[2];
    for (size_t k = 0; k < 2; k++) {
        o.swap_names = k == 0 ? 0 : 1;
        oriel_model *m = tiny_trained(&o);
        bytes[k] = tiny_saved(m, "swapped.oriel", &n[k]);
        oriel_model_free(m);
    }
    bool is_same = n[0] == n[1] && memcmp(bytes[0], bytes[1], n[0]) == 0;
    free(bytes[0]);
    free(bytes[1]);
    return is_same;
}

static void test_labels_that_every_token_has_are_left_alone(void **state)
{
    (void)state;
    assert_true(is_left_alone("plain.conll", "the\tDET\ndog\tNOUN\nruns\tVERB\n\ncats\tNOUN\nsleep\tVERB\n\n"));
    assert_false(is_left_alone("names.conll", "Ada\tB-PER\nsleeps\tO\n\nBob\tB-PER\nruns\tO\n\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_spelling_is_as_likely_as_any_other),
        cmocka_unit_test(test_the_share_is_of_names),
        cmocka_unit_test(test_names_of_another_length_or_type_are_not_alike),
        cmocka_unit_test(test_names_of_other_sentences_do_not_count),
        cmocka_unit_test(test_a_share_of_zero_changes_nothing),
        cmocka_unit_test(test_what_may_be_a_part_of_a_name_is_none),
        cmocka_unit_test(test_tokens_are_those_of_the_given_spelling),
        cmocka_unit_test(test_labels_that_every_token_has_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
