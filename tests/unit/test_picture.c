/*
 * Pictures: labels that do not lie over one another, XML that holds whatever the words hold; and the choice of words.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "model/picture.h"
#include "model/picture_labels.h"
#include "model/vectors.h"
#include "support/tiny_vectors.h"

/* ---- labels ---- */

static void assert_apart(const struct label *a, const struct label *b)
{
    bool is_beside = a->left + a->width < b->left || b->left + b->width < a->left;
    bool is_above = a->line <= b->line - LABEL_SIZE + 2 || b->line <= a->line - LABEL_SIZE + 2;
    if (!is_beside && !is_above)
        fail_msg("labels at %g, %g and %g, %g overlap", a->left, a->line, b->left, b->line);
}

static void test_labels_stay_apart_and_within_the_frame(void **state)
{
    (void)state;
    enum { N = 120 };
    static struct label labels[N];
    const struct box frame = {10, 20, 400, 300};
    struct random r = random_seeded(test_seed(5));
    for (size_t i = 0; i < N; i++)
        labels[i] = (struct label){.x = 10 + 390 * random_uniform(&r),
                                   .y = 20 + 280 * random_uniform(&r),
                                   .width = 10 + 60 * random_uniform(&r)};
    size_t n = labels_place(labels, N, frame);
    size_t n_found = 0;
    for (size_t i = 0; i < N; i++) {
        if (!labels[i].has_room)
            continue;
        n_found++;
        assert_true(labels[i].left >= 10 && labels[i].left + labels[i].width <= 400);
        assert_true(labels[i].line <= 300 && labels[i].line - LABEL_SIZE + 2 >= 20);
        for (size_t j = 0; j < i; j++)
            if (labels[j].has_room)
                assert_apart(&labels[i], &labels[j]);
    }
    assert_int_equal(n, n_found);
    assert_true(n >= 10 && n < N);
    assert_true(labels[0].has_room); /* the first has all the room there is */
}

static void test_wide_letters_are_wider(void **state)
{
    (void)state;
    assert_true(label_width("iiii", 12) < label_width("aaaa", 12));
    assert_true(label_width("aaaa", 12) < label_width("MMMM", 12));
    assert_true(label_width("\xE6\x9D\xB1\xE4\xBA\xAC", 12) == 24); /* two ideographs */
    assert_true(label_width("e\xCC\x81", 12) == label_width("e", 12));
    assert_true(label_width("", 12) == 0);
}

/* ---- the file ---- */

static char *drawn(const struct picture *p, size_t *n_labels)
{
    oriel_error err;
    size_t n;
    FILE *f = fopen(test_path("p.svg"), "w");
    assert_non_null(f);
    assert_ok(picture_write(f, p, n_labels, &err), err);
    fclose(f);
    return test_read(test_path("p.svg"), &n);
}

static void test_what_xml_cannot_hold_is_escaped(void **state)
{
    (void)state;
    static const struct picture_point points[] = {{"a<b>&\"c\"", 0, 0, 0}, {"\x01\xFF", 0, 1, 1}};
    const struct picture p = {
        .title = "<&>", .x_name = "x", .y_name = "y", .points = points, .n_points = 2, .types = NULL};
    size_t n_labels;
    char *svg = drawn(&p, &n_labels);
    assert_int_equal(n_labels, 2);
    assert_non_null(strstr(svg, ">a&#60;b&#62;&#38;&#34;c&#34;</text>"));
    assert_non_null(strstr(svg, ">\xEF\xBF\xBD\xEF\xBF\xBD</text>"));
    assert_non_null(strstr(svg, "<title>&#60;&#38;&#62;</title>"));
    free(svg);
}

/* Frame: x from 40 to 976, y from 56 to 676, 18 pixels within; so 3 units across by 2 up are drawn at 292 pixels a unit, with
 * the middle (1.5, 1) at (508, 366). */
static void test_both_axes_have_one_scale(void **state)
{
    (void)state;
    static const struct picture_point points[] = {{"a", 0, 0, 0}, {"b", 0, 3, 2}, {"c", 0, 1.5, 1}};
    const struct picture p = {.title = "", .x_name = "", .y_name = "", .points = points, .n_points = 3};
    size_t n_labels;
    char *svg = drawn(&p, &n_labels);
    assert_non_null(strstr(svg, "translate(70.0 658.0)"));
    assert_non_null(strstr(svg, "translate(946.0 74.0)"));
    assert_non_null(strstr(svg, "translate(508.0 366.0)"));
    free(svg);
}

/* ---- words ---- */

/* Rows of length 1 are (1, 0), (-1, 0), (0, 1): mean (0, 1/3), squares 2 along the first axis, 2/3 along the second. */
static void test_words_are_chosen_once_with_their_types(void **state)
{
    (void)state;
    static const char *const words[] = {"east", "nowhere", "East"};
    static const char file[] = "# a comment\n\nwest\tplaces far off\neast\tother\nnorth place\nmissing x\n";
    oriel_vectors *v = tiny_vectors("east 5 0\nwest -2 0\nnorth 0 3\nzero 0 0\n");
    test_write(test_path("w.tsv"), file, sizeof file - 1);
    const oriel_plot_options o = {.words = words, .n_words = 3, .words_file = test_path("w.tsv"), .n_first = 2};
    oriel_plot_facts facts;
    oriel_error err;
    size_t n;
    assert_ok(oriel_vectors_plot(v, &o, test_path("w.svg"), &facts, &err), err);
    assert_int_equal(facts.n_words, 3);
    assert_int_equal(facts.n_missing, 2);
    assert_int_equal(facts.n_labels, 3);
    assert_close(facts.share, ((double[]){0.75, 0.25}), 2, 0, 1e-12);
    char *svg = test_read(test_path("w.svg"), &n);
    assert_non_null(strstr(svg, ">places far off</text>"));
    assert_non_null(strstr(svg, ">place</text>"));
    assert_non_null(strstr(svg, ">(no type)</text>"));
    assert_non_null(strstr(svg, "first principal component, 75.0 % of the variance"));
    free(svg);
    oriel_vectors_free(v);
}

static void test_what_makes_no_picture_is_refused(void **state)
{
    (void)state;
    static const char *const words[] = {"east", "nowhere"};
    oriel_vectors *v = tiny_vectors("east 5 0\nwest -2 0\n");
    oriel_plot_options o = {.words = words, .n_words = 2};
    oriel_plot_facts facts;
    oriel_error err;
    assert_int_equal(oriel_vectors_plot(v, &o, test_path("no.svg"), &facts, &err), ORIEL_EARG);
    assert_non_null(strstr(err.text, "at least 2 words that have vectors, found 1"));
    test_write(test_path("bad.tsv"), "east\n west\n", 11);
    o.words_file = test_path("bad.tsv");
    assert_int_equal(oriel_vectors_plot(v, &o, test_path("no.svg"), &facts, &err), ORIEL_EFORMAT);
    assert_int_equal(err.line, 2);
    o.words_file = test_path("missing.tsv");
    assert_int_equal(oriel_vectors_plot(v, &o, test_path("no.svg"), &facts, &err), ORIEL_EIO);
    o = (oriel_plot_options){.n_first = 2};
    assert_int_equal(oriel_vectors_plot(v, &o, test_path("missing/no.svg"), &facts, &err), ORIEL_EIO);
    assert_int_equal(facts.n_words, 0);
    oriel_vectors_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_stay_apart_and_within_the_frame),
        cmocka_unit_test(test_wide_letters_are_wider),
        cmocka_unit_test(test_what_xml_cannot_hold_is_escaped),
        cmocka_unit_test(test_both_axes_have_one_scale),
        cmocka_unit_test(test_words_are_chosen_once_with_their_types),
        cmocka_unit_test(test_what_makes_no_picture_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
