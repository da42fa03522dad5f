/*
 * Vectors judged by similarities and analogies, on figures that can be worked out by hand.
 */
#include "support/test.h"

#include <stdio.h>

#include "support/tiny_vectors.h"

static oriel_vectors *load(const char *text)
{
    oriel_vectors *v;
    oriel_error err;
    const char *path = test_path("v.txt");
    test_write(path, text, strlen(text));
    assert_ok(oriel_vectors_load(&v, path, 0, &err), err);
    return v;
}

static oriel_status similarity(oriel_similarity *out, const oriel_vectors *v, const char *text, oriel_error *err)
{
    const char *path = test_path("pairs.tsv");
    test_write(path, text, strlen(text));
    return oriel_vectors_similarity(v, path, out, err);
}

/* All groups have the row (0, 1), so words of two characters or more lie in that direction. */
static const float up[] = {0, 1};

/* Cosines with a: b 1, c 0.6, d 0, e -1. */
static const char *const five = "a 1 0\nb 2 0\nc 3 4\nd 0 5\ne -1 0\n";

static void test_rank_correlation_by_hand(void **state)
{
    (void)state;
    oriel_vectors *v = load(five);
    oriel_similarity s;
    oriel_error err;
    assert_ok(similarity(&s, v, "# pairs\na\tb\t10\na c 9.5\n\na  d  2\na e -1\na zebra 3\n", &err), err);
    assert_int_equal(s.n_pairs, 5);
    assert_int_equal(s.n_known, 4);
    assert_close(&s.spearman, &(double){1}, 1, 1e-12, 0);
    /* ranks 3 2 1 0 against 2 3 0 1: 1 - 6 * 4 / (4 * 15) */
    assert_ok(similarity(&s, v, "a b 3\na c 4\na d 1\na e 2\n", &err), err);
    assert_close(&s.spearman, &(double){0.6}, 1, 1e-12, 0);
    /* given ranks 2.5 2.5 0.5 0.5 against 3 2 1 0: Σxy = 4, sqrt(4 * 5) */
    assert_ok(similarity(&s, v, "a b 7\na c 7\na d 1\na e 1\n", &err), err);
    assert_close(&s.spearman, &(double){0.894427190999915878}, 1, 1e-12, 0);
    assert_ok(similarity(&s, v, "a b 7\na c 7\n", &err), err);
    assert_true(s.spearman == 0);
    oriel_vectors_free(v);
}

/* "zebra" and "yak" lie as d, at cosine 0 from a and 0.8 from c; "x" has no groups.  Found: a c 0.6, a zebra 0, c yak 0.8. */
static void test_words_without_a_vector_are_made_of_letter_groups(void **state)
{
    (void)state;
    oriel_vectors *v = load(five);
    oriel_similarity s;
    oriel_error err;
    tiny_groups(v, up, 1, false);
    assert_ok(similarity(&s, v, "a c 5\na zebra 1\nc yak 9\na x 3\n", &err), err);
    assert_int_equal(s.n_pairs, 4);
    assert_int_equal(s.n_known, 3);
    assert_int_equal(s.n_composed, 2);
    assert_close(&s.spearman, &(double){1}, 1, 1e-12, 0);
    assert_ok(similarity(&s, v, "zebra yak 5\nc zebra 4\na zebra 1\n", &err), err);
    assert_int_equal(s.n_composed, 2);
    assert_close(&s.spearman, &(double){1}, 1, 1e-12, 0);
    oriel_vectors_free(v);
}

static void test_bad_lines_are_refused_with_their_number(void **state)
{
    (void)state;
    oriel_vectors *v = load(five);
    oriel_similarity s;
    oriel_error err;
    assert_int_equal(similarity(&s, v, "a b 1\na b\n", &err), ORIEL_EFORMAT);
    assert_int_equal(err.line, 2);
    assert_non_null(strstr(err.text, "expected two words and a number, found 2 fields"));
    assert_int_equal(similarity(&s, v, "a b much\n", &err), ORIEL_EFORMAT);
    assert_non_null(strstr(err.text, "expected a number, found \"much\""));
    assert_int_equal(similarity(&s, v, "a b c d 5\n", &err), ORIEL_EFORMAT);
    assert_int_equal(similarity(&s, v, "a \xFF 5\n", &err), ORIEL_EENCODING);
    assert_int_equal(oriel_vectors_similarity(v, test_path("none"), &s, &err), ORIEL_EIO);
    oriel_vectors_free(v);
}

struct sections {
    size_t n;
    char names[4][32];
    size_t known[4], right[4], composed[4];
};

static void on_section(void *user, const oriel_analogies *a)
{
    struct sections *s = user;
    snprintf(s->names[s->n], sizeof *s->names, "%s", a->section);
    s->known[s->n] = a->n_known;
    s->composed[s->n] = a->n_composed;
    s->right[s->n++] = a->n_right;
}

/* queen = king - man + woman; aunt lies where uncle - man + woman does not. */
static void test_analogies_are_answered_by_the_nearest_row(void **state)
{
    (void)state;
    oriel_vectors *v =
        load("man 1 0 0\nwoman 0 1 0\nking 1 0 1\nqueen 0 1 1\nuncle 1 0 -1\naunt 1 0.1 -1\ncow 0 0.1 -1\n");
    const char *text = ": royal\nman king woman queen\nman queen woman zebra\n: family\nman uncle woman aunt\n"
                       "king queen man woman\n";
    struct sections found = {0};
    oriel_analogies total;
    oriel_error err;
    const char *path = test_path("questions.txt");
    test_write(path, text, strlen(text));
    assert_ok(oriel_vectors_analogies(v, path, on_section, &found, &total, &err), err);
    assert_int_equal(found.n, 2);
    assert_string_equal(found.names[0], "royal");
    assert_string_equal(found.names[1], "family");
    assert_int_equal(found.known[0], 1);
    assert_int_equal(found.right[0], 1);
    assert_int_equal(found.known[1], 2);
    assert_int_equal(found.right[1], 1);
    assert_int_equal(total.n_questions, 4);
    assert_int_equal(total.n_known, 3);
    assert_int_equal(total.n_right, 2);
    test_write(path, "a b c\n", 6);
    assert_int_equal(oriel_vectors_analogies(v, path, NULL, NULL, &total, &err), ORIEL_EFORMAT);
    assert_int_equal(err.line, 1);
    oriel_vectors_free(v);
}

/* right is (1, 0), left (-1, 0), low (0, -1), high (0.1, 1).  zebra = (0, 1): right - left + zebra = (2, 1) is nearest to
 * corner (2, 1); low - right + zebra = (-1, 0) to left, which is not given. */
static void test_given_words_of_analogies_may_be_made_of_letter_groups(void **state)
{
    (void)state;
    oriel_vectors *v = load("right 1 0\nleft -1 0\nlow 0 -1\nhigh 0.1 1\ncorner 2 1\n");
    static const char text[] = ": one\nleft right zebra corner\n: two\nright low zebra left\nright low zebra corner\n"
                               "right low yak left\nright low x left\nright low left zebra\n";
    struct sections found = {0};
    oriel_analogies total;
    oriel_error err;
    const char *path = test_path("questions.txt");
    tiny_groups(v, up, 1, false);
    test_write(path, text, sizeof text - 1);
    assert_ok(oriel_vectors_analogies(v, path, on_section, &found, &total, &err), err);
    assert_int_equal(found.known[0], 1);
    assert_int_equal(found.right[0], 1);
    assert_int_equal(found.composed[0], 1);
    assert_int_equal(found.known[1], 3);
    assert_int_equal(found.right[1], 2);
    assert_int_equal(found.composed[1], 2);
    assert_int_equal(total.n_questions, 6);
    assert_int_equal(total.n_known, 4);
    assert_int_equal(total.n_right, 3);
    assert_int_equal(total.n_composed, 2);
    oriel_vectors_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank_correlation_by_hand),
        cmocka_unit_test(test_words_without_a_vector_are_made_of_letter_groups),
        cmocka_unit_test(test_given_words_of_analogies_may_be_made_of_letter_groups),
        cmocka_unit_test(test_bad_lines_are_refused_with_their_number),
        cmocka_unit_test(test_analogies_are_answered_by_the_nearest_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
