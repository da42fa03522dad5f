/*
 * Word vectors from text: what is promised of a training.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "support/two_topics.h"

/* Of the nearest 10 to a word of each topic, how many are of its own; 10 of 40 words at random would be half. */
static size_t neighbours_of_own_topic(const oriel_vectors *v)
{
    size_t own = 0;
    for (int i = 0; i < 2; i++) {
        const char *word = i ? "a3" : "b7";
        oriel_neighbour near[10];
        size_t n;
        oriel_error err;
        assert_ok(oriel_vectors_near(v, oriel_vectors_find(v, word), near, 10, &n, &err), err);
        for (size_t k = 0; k < n; k++)
            own += oriel_vectors_word(v, near[k].row)[0] == word[0];
    }
    return own;
}

static void check_topics(oriel_vectors_method method, oriel_vectors_loss loss, bool subwords)
{
    const char *text[] = {two_topics()};
    oriel_vectors_options o = options_for(text);
    o.method = method;
    o.loss = loss;
    o.subwords = subwords;
    o.buckets = 100;
    o.epochs = 10;
    o.learning_rate = method == ORIEL_CBOW ? 0.5 : 0.05;
    oriel_vectors *v = train(&o);
    assert_int_equal(oriel_vectors_count(v), 2 * N_TOPIC + 1);
    assert_string_equal(oriel_vectors_word(v, 0), "the");
    size_t own = neighbours_of_own_topic(v);
    if (own < 19)
        fail_msg("%zu of 20 neighbours are of the word's own topic", own);
    oriel_vectors_free(v);
}

static void test_words_that_stand_together_become_neighbours(void **state)
{
    (void)state;
    check_topics(ORIEL_SKIPGRAM, ORIEL_NEGATIVE, false);
    check_topics(ORIEL_CBOW, ORIEL_NEGATIVE, false);
    check_topics(ORIEL_SKIPGRAM, ORIEL_SOFTMAX, false);
    check_topics(ORIEL_CBOW, ORIEL_SOFTMAX, false);
    check_topics(ORIEL_SKIPGRAM, ORIEL_NEGATIVE, true);
}

static const char *const stems[2][4] = {{"garden", "flower", "tulip", "meadow"},
                                        {"harbour", "sailor", "anchor", "vessel"}};

/* Lines about one of two topics, with forms of four stems each. */
static const char *inflected(void)
{
    static const char *const endings[] = {"", "s", "ed", "er"};
    static char path[256];
    char *text = malloc(N_LINES * LINE_WORDS * 12);
    size_t n = 0;
    struct random r = random_seeded(12);
    for (size_t line = 0; line < N_LINES; line++) {
        size_t topic = (size_t)random_below(&r, 2);
        for (size_t i = 0; i < LINE_WORDS; i++) {
            size_t stem = (size_t)random_below(&r, 4);
            size_t ending = (size_t)random_below(&r, topic == 1 && stem == 0 ? 2 : 4); /* harbour, harbours */
            n += (size_t)sprintf(text + n, "%s%s%c", stems[topic][stem], endings[ending],
                                 i + 1 < LINE_WORDS ? ' ' : '\n');
        }
    }
    snprintf(path, sizeof path, "%s", test_path("inflected.txt"));
    test_write(path, text, n);
    free(text);
    return path;
}

/* Of the 2 nearest to a form that no line has, how many are of its stem. */
static size_t neighbours_of_own_stem(const oriel_vectors *v, const char *stem, const char *ending)
{
    char word[32];
    float x[20];
    oriel_neighbour near[2];
    size_t n;
    size_t own = 0;
    oriel_error err;
    snprintf(word, sizeof word, "%s%s", stem, ending);
    assert_true(oriel_vectors_find(v, word) == SIZE_MAX);
    assert_ok(oriel_vectors_compose(v, word, x, &n, &err), err);
    assert_true(n > 0);
    assert_ok(oriel_vectors_near_vector(v, x, near, 2, &n, &err), err);
    for (size_t i = 0; i < n; i++)
        own += strncmp(oriel_vectors_word(v, near[i].row), stem, strlen(stem)) == 0;
    return own;
}

/* Words of a topic stand together whatever their stem, a quarter of them of one: of 48 neighbours at random 12 would be.  Through
 * a file, as whoever uses them has them. */
static void test_unknown_forms_lie_near_their_stems(void **state)
{
    (void)state;
    const char *text[] = {inflected()};
    oriel_vectors_options o = options_for(text);
    oriel_vectors *loaded;
    oriel_error err;
    o.subwords = true;
    o.buckets = 2000;
    o.epochs = 5;
    oriel_vectors *v = train(&o);
    assert_ok(oriel_vectors_save(v, test_path("v.safetensors"), ORIEL_FORMAT_BY_NAME, 1, &err), err);
    assert_ok(oriel_vectors_load(&loaded, test_path("v.safetensors"), 0, &err), err);
    assert_same(v, loaded);
    static const char *const endings[] = {"ing", "est", "ish"};
    size_t own = 0;
    for (size_t i = 0; i < 24; i++)
        own += neighbours_of_own_stem(loaded, stems[i / 12][i / 3 % 4], endings[i % 3]);
    if (own < 32)
        fail_msg("%zu of 48 neighbours are of the form's own stem", own);
    oriel_vectors_free(loaded);
    oriel_vectors_free(v);
}

static void test_same_seed_same_vectors_other_seed_others(void **state)
{
    (void)state;
    const char *text[] = {two_topics()};
    oriel_vectors_options o = options_for(text);
    o.epochs = 1;
    oriel_vectors *a = train(&o);
    oriel_vectors *b = train(&o);
    o.seed = 2;
    oriel_vectors *c = train(&o);
    assert_same(a, b);
    assert_memory_not_equal(oriel_vectors_row(a, 0), oriel_vectors_row(c, 0), 20 * sizeof(float));
    oriel_vectors_free(a);
    oriel_vectors_free(b);
    oriel_vectors_free(c);
}

/* What is cut into two files is the text. */
static void test_files_follow_each_other(void **state)
{
    (void)state;
    const char *whole[] = {two_topics()};
    size_t n;
    char *bytes = test_read(whole[0], &n);
    char *middle = strchr(bytes + n / 2, '\n') + 1;
    char first[256];
    char second[256];
    snprintf(first, sizeof first, "%s", test_path("first.txt"));
    snprintf(second, sizeof second, "%s", test_path("second.txt"));
    test_write(first, bytes, (size_t)(middle - bytes));
    test_write(second, middle, n - (size_t)(middle - bytes));
    free(bytes);
    const char *parts[] = {first, second};
    oriel_vectors_options o = options_for(whole);
    o.epochs = 1;
    oriel_vectors *a = train(&o);
    o.text = parts;
    o.n_text = 2;
    oriel_vectors *b = train(&o);
    assert_same(a, b);
    oriel_vectors_free(a);
    oriel_vectors_free(b);
}

static void write_text(const char **path, const char *name, const char *text)
{
    static char paths[4][256];
    static size_t n;
    snprintf(paths[n % 4], sizeof *paths, "%s", test_path(name));
    *path = paths[n++ % 4];
    test_write(*path, text, strlen(text));
}

/* Counts: c 4, B and b 3, a 2, d 1; e-acute is there twice, composed and decomposed. */
static void test_words_are_ordered_by_count_and_rare_ones_left_out(void **state)
{
    (void)state;
    const char *text[1];
    write_text(&text[0], "counts.txt", "c B a c\tB c d\nb a c  b b B\n\xC3\xA9 e\xCC\x81");
    oriel_vectors_options o = options_for(text);
    o.min_count = 2;
    oriel_vectors *v = train(&o);
    const char *const expected[] = {"c", "B", "b", "a", "\xC3\xA9"};
    assert_int_equal(oriel_vectors_count(v), 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(oriel_vectors_word(v, i), expected[i]);
    oriel_vectors_free(v);
    o.lower_case = true;
    o.max_words = 2;
    v = train(&o);
    assert_int_equal(oriel_vectors_count(v), 2);
    assert_string_equal(oriel_vectors_word(v, 0), "b");
    assert_string_equal(oriel_vectors_word(v, 1), "c");
    oriel_vectors_free(v);
}

static void test_a_text_without_frequent_words_is_refused(void **state)
{
    (void)state;
    const char *text[1];
    oriel_vectors *v;
    oriel_error err;
    write_text(&text[0], "rare.txt", "one two\nthree\n");
    oriel_vectors_options o = options_for(text);
    assert_int_equal(oriel_vectors_train(&v, &o, NULL, NULL, &err), ORIEL_EFORMAT);
    assert_null(v);
    assert_non_null(strstr(err.text, "no word is there 5 times or more"));
    assert_non_null(strstr(err.text, "3 words"));
}

/* Steps are limited by the curvature, so that what was learned stays finite. */
static void test_no_learning_rate_diverges(void **state)
{
    (void)state;
    const char *text[] = {two_topics()};
    for (int way = 0; way < 4; way++) {
        oriel_vectors_options o = options_for(text);
        o.method = way & 1 ? ORIEL_CBOW : ORIEL_SKIPGRAM;
        o.loss = way & 2 ? ORIEL_SOFTMAX : ORIEL_NEGATIVE;
        o.learning_rate = 1000;
        oriel_vectors *v = train(&o);
        for (size_t i = 0; i < oriel_vectors_count(v); i++)
            for (size_t k = 0; k < o.dim; k++)
                assert_true(fabsf(oriel_vectors_row(v, i)[k]) < 1000);
        oriel_vectors_free(v);
    }
}

struct watch {
    size_t n_starts, n_epochs;
    double first_loss, last_loss;
    bool stops;
};

static int on_progress(void *user, const oriel_vectors_progress *p)
{
    struct watch *w = user;
    w->n_starts += p->moment == ORIEL_AT_START;
    w->n_epochs += p->moment == ORIEL_AT_EPOCH;
    assert_int_equal(p->n_tokens, N_LINES * (LINE_WORDS + 1));
    assert_int_equal(p->V, 2 * N_TOPIC + 1);
    if (p->moment == ORIEL_AT_EPOCH && p->epoch == 1)
        w->first_loss = p->loss;
    w->last_loss = p->loss;
    return w->stops && p->moment == ORIEL_AT_EPOCH;
}

static void test_progress_tells_and_can_stop(void **state)
{
    (void)state;
    const char *text[] = {two_topics()};
    oriel_vectors_options o = options_for(text);
    oriel_vectors *v;
    oriel_error err;
    struct watch w = {0};
    assert_ok(oriel_vectors_train(&v, &o, on_progress, &w, &err), err);
    assert_int_equal(w.n_starts, 1);
    assert_int_equal(w.n_epochs, 3);
    assert_true(w.last_loss < w.first_loss);
    oriel_vectors_free(v);
    w = (struct watch){.stops = true};
    assert_ok(oriel_vectors_train(&v, &o, on_progress, &w, &err), err);
    assert_int_equal(w.n_epochs, 1);
    assert_int_equal(oriel_vectors_count(v), 2 * N_TOPIC + 1);
    oriel_vectors_free(v);
}

static void test_options_out_of_range_are_told(void **state)
{
    (void)state;
    const char *text[] = {"x"};
    oriel_error err;
    oriel_vectors_options o = options_for(text);
    assert_ok(oriel_vectors_options_check(&o, &err), err);
    o.context = 101;
    assert_int_equal(oriel_vectors_options_check(&o, &err), ORIEL_EARG);
    assert_string_equal(err.text, "--context must be between 1 and 100, not 101");
    o.context = 5;
    o.sample = 1;
    assert_int_equal(oriel_vectors_options_check(&o, &err), ORIEL_EARG);
    o.sample = 0; /* the few words of these texts are all frequent */
    o.learning_rate = NAN;
    assert_int_equal(oriel_vectors_options_check(&o, &err), ORIEL_EARG);
    o.learning_rate = 1;
    o.n_text = 0;
    assert_int_equal(oriel_vectors_options_check(&o, &err), ORIEL_EARG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_that_stand_together_become_neighbours),
        cmocka_unit_test(test_unknown_forms_lie_near_their_stems),
        cmocka_unit_test(test_same_seed_same_vectors_other_seed_others),
        cmocka_unit_test(test_files_follow_each_other),
        cmocka_unit_test(test_words_are_ordered_by_count_and_rare_ones_left_out),
        cmocka_unit_test(test_a_text_without_frequent_words_is_refused),
        cmocka_unit_test(test_no_learning_rate_diverges),
        cmocka_unit_test(test_progress_tells_and_can_stop),
        cmocka_unit_test(test_options_out_of_range_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
