/*
 * Tagging any bytes at all: spans refer to the bytes that were given.  With the model of support/tiny_model.h and a threshold
 * of 0.6 the tokens that are tagged are exactly "ada", "zoë" and "rome" in any case (where no "in" or "said" stands beside
 * them), so a text with such names planted in it says by itself what must be found.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "support/tiny_tagger.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

#define THRESHOLD 0.6

/* Spans as "begin-end first-last type, ..." */
static void assert_spans(const struct pair *p, const char *text, size_t n, const char *expected)
{
    const oriel_span *spans;
    size_t n_spans;
    oriel_error err;
    char found[512] = "";
    assert_ok(oriel_tag_text(p->t, text, n, &spans, &n_spans, &err), err);
    for (size_t i = 0; i < n_spans; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%zu-%zu %zu-%zu %s", i ? ", " : "",
                 spans[i].begin, spans[i].end, spans[i].first, spans[i].last,
                 oriel_model_type_name(p->m, (size_t)spans[i].type));
    assert_string_equal(found, expected);
}

#define ASSERT_SPANS(p, text, expected) assert_spans(p, text, sizeof text - 1, expected)

static void test_spans_are_places_in_the_text(void **state)
{
    (void)state;
    struct pair p = tiny_pair(THRESHOLD);
    ASSERT_SPANS(&p, "", "");
    ASSERT_SPANS(&p, " \n\t\r\n ", "");
    ASSERT_SPANS(&p, "Ada", "0-3 0-1 PER");
    ASSERT_SPANS(&p, "Ada Zoë, Rome.", "0-8 0-2 PER, 10-14 3-4 LOC");
    ASSERT_SPANS(&p,
                 "\xEF\xBB\xBF"
                 "Ada",
                 "3-6 0-1 PER");                         /* a byte order mark */
    ASSERT_SPANS(&p, "😀 zoe\xCC\x88 !", "5-10 1-2 PER"); /* e and a combining diaeresis */
    pair_clear(&p);
}

/* A line's end and a full stop end a sentence: neighbours do not merge across them; tokens are counted on. */
static void test_tokens_are_counted_through_the_text(void **state)
{
    (void)state;
    struct pair p = tiny_pair(THRESHOLD);
    ASSERT_SPANS(&p, "Ada\nAda\r\nAda", "0-3 0-1 PER, 4-7 1-2 PER, 9-12 2-3 PER");
    ASSERT_SPANS(&p, "x y! Ada. Ada\n\n\nz Rome", "5-8 3-4 PER, 10-13 5-6 PER, 18-22 7-8 LOC");
    pair_clear(&p);
}

/* Each byte that is no part of UTF-8, and NUL, is a token of its own in this tokenizer. */
static void test_bytes_that_are_no_text_keep_their_places(void **state)
{
    (void)state;
    struct pair p = tiny_pair(THRESHOLD);
    ASSERT_SPANS(&p, "\xFF Ada", "2-5 1-2 PER");
    ASSERT_SPANS(&p,
                 "Ada\xFF"
                 "Ada",
                 "0-3 0-1 PER, 4-7 2-3 PER");
    ASSERT_SPANS(&p, "\xE2\x82 Ada", "3-6 2-3 PER");     /* the euro sign cut short */
    ASSERT_SPANS(&p, "\xED\xA0\x80 Ada", "4-7 3-4 PER"); /* a surrogate */
    ASSERT_SPANS(&p, "\xC0\xAF\xF5 Ada", "4-7 3-4 PER"); /* overlong, and beyond U+10FFFF */
    ASSERT_SPANS(&p, "\0Ada\0\0Rome", "1-4 1-2 PER, 6-10 4-5 LOC");
    ASSERT_SPANS(&p, "Ada\xC3", "0-3 0-1 PER"); /* a character cut off by the end */
    ASSERT_SPANS(&p, "zo\xC3\xAB\xAB", "0-4 0-1 PER");
    pair_clear(&p);
}

/* The text is not written to, and n is believed, not a NUL behind it. */
static void test_only_the_given_bytes_are_read(void **state)
{
    (void)state;
    struct pair p = tiny_pair(THRESHOLD);
    char *text = malloc(8);
    assert_non_null(text);
    memcpy(text, "Ada\xFF Ada", 8); /* no NUL: the sanitizer sees a look beyond */
    assert_spans(&p, text, 8, "0-3 0-1 PER, 5-8 2-3 PER");
    assert_spans(&p, text, 7, "0-3 0-1 PER");
    assert_memory_equal(text, "Ada\xFF Ada", 8);
    free(text);
    pair_clear(&p);
}

/* A sentence of a text is tagged as the same sentence is alone: 1500 tokens on a line are cut at 1024 of them. */
static void test_a_line_without_end_goes_through(void **state)
{
    (void)state;
    struct pair p = tiny_pair(THRESHOLD);
    enum { N = 1500 };
    static char text[4 * N];
    for (size_t i = 0; i < N; i++)
        memcpy(text + 4 * i, i == 1200 ? "zoe " : "ada ", 4);
    const oriel_span *spans;
    size_t n_spans;
    oriel_error err;
    assert_ok(oriel_tag_text(p.t, text, sizeof text, &spans, &n_spans, &err), err);
    assert_int_equal(n_spans, 3);
    static const size_t firsts[] = {0, ORIEL_MAX_SENTENCE_TOKENS, 1201};
    static const size_t lasts[] = {ORIEL_MAX_SENTENCE_TOKENS, 1200, N};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(spans[i].first, firsts[i]);
        assert_int_equal(spans[i].last, lasts[i]);
        assert_int_equal(spans[i].begin, 4 * firsts[i]);
        assert_int_equal(spans[i].end, 4 * lasts[i] - 1);
    }
    pair_clear(&p);
}

/* ---- any text --------------------------------------------------------------------------------------------------- */

static const char *const names[] = {"Ada", "ada", "ADA", "Rome", "rOME", "Zoë", "ZOË", "zoe\xCC\x88"};
enum { N_NAMES = sizeof names / sizeof *names, FIRST_ROME = 3, LAST_ROME = 4, MOST_PLANTED = 16, MOST_BYTES = 512 };

struct planted {
    char text[MOST_BYTES];
    size_t n;
    oriel_range names[MOST_PLANTED]; /* where they stand */
    int types[MOST_PLANTED];
    size_t n_names;
};

static void plant(struct planted *p, const char *bytes, size_t n)
{
    memcpy(p->text + p->n, bytes, n);
    p->n += n;
}

/* A character that is no ASCII letter, so that no "in" and no "said" comes about. */
static void plant_character(struct planted *p, struct random *r)
{
    static const int32_t limits[] = {0x80, 0x800, 0x3000, 0x10000, 0x110000};
    int32_t c = (int32_t)random_below(r, (uint64_t)limits[random_below(r, 5)]);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        c = '-';
    char bytes[4];
    plant(p, bytes, utf8_encode(c, bytes));
}

static void plant_anything(struct planted *p, struct random *r)
{
    static const char *const pieces[] = {" ",
                                         "\r\n",
                                         "\n",
                                         "\n\n",
                                         "\t",
                                         "e\xCC\x81",
                                         "\xCC\x81\xCC\x88",
                                         "👩‍👩‍👧",
                                         "🇩🇪",
                                         "...",
                                         "!",
                                         "?!",
                                         "'",
                                         "\"",
                                         "\xC2\xA0",
                                         "\xE2\x80\xA8",
                                         "\xEF\xBB\xBF",
                                         "\xD9\xA0\xD9\xA1",
                                         "東京",
                                         "(",
                                         "1,000",
                                         "\xE2\x80\x8D"};
    static const char *const bad[] = {"\xFF", "\xC3", "\xE2\x82", "\xED\xA0\x80", "\xF0\x9F", "\x80", "\xC0\x80"};
    switch (random_below(r, 4)) {
    case 0: {
        const char *piece = pieces[random_below(r, sizeof pieces / sizeof *pieces)];
        plant(p, piece, strlen(piece));
        break;
    }
    case 1: {
        const char *piece = bad[random_below(r, sizeof bad / sizeof *bad)];
        plant(p, piece, strlen(piece));
        break;
    }
    case 2:
        plant(p, "", 1); /* NUL */
        break;
    default:
        plant_character(p, r);
    }
}

/* A name between blanks, which cut it from whatever stands there. */
static void plant_name(struct planted *p, struct random *r)
{
    size_t which = (size_t)random_below(r, N_NAMES);
    plant(p, " ", 1);
    p->names[p->n_names] = (oriel_range){p->n, p->n + strlen(names[which])};
    p->types[p->n_names++] = which >= FIRST_ROME && which <= LAST_ROME;
    plant(p, names[which], strlen(names[which]));
    plant(p, " ", 1);
}

static void plant_text(struct planted *p, struct random *r)
{
    *p = (struct planted){0};
    size_t n_pieces = (size_t)random_below(r, 24);
    for (size_t i = 0; i < n_pieces && p->n + 32 < MOST_BYTES; i++)
        if (p->n_names < MOST_PLANTED && random_below(r, 4) == 0)
            plant_name(p, r);
        else
            plant_anything(p, r);
}

/* The spans are the planted names in order, neighbours of one type perhaps merged, and nothing else. */
static void assert_planted(const struct planted *p, const oriel_span *spans, size_t n_spans)
{
    size_t k = 0;
    size_t n_tokens = 0;
    for (size_t i = 0; i < n_spans; i++) {
        oriel_span s = spans[i];
        assert_true(s.last > s.first && s.first >= n_tokens);
        n_tokens = s.last;
        assert_true(s.last - s.first <= p->n_names - k);
        assert_int_equal(s.begin, p->names[k].begin);
        assert_int_equal(s.type, p->types[k]);
        for (k++; s.first + 1 < s.last; s.first++, k++)
            assert_int_equal(s.type, p->types[k]);
        assert_int_equal(s.end, p->names[k - 1].end);
        assert_true(s.confidence > 0 && s.confidence <= 1);
    }
    assert_int_equal(k, p->n_names);
}

static void assert_found(const struct pair *p, size_t n_texts)
{
    struct random r = random_seeded(test_seed(5));
    struct planted planted;
    for (size_t i = 0; i < n_texts; i++) {
        const oriel_span *spans;
        size_t n_spans;
        oriel_error err;
        plant_text(&planted, &r);
        char *text = malloc(planted.n + !planted.n);
        assert_non_null(text);
        memcpy(text, planted.text, planted.n);
        assert_ok(oriel_tag_text(p->t, text, planted.n, &spans, &n_spans, &err), err);
        free(text); /* spans hold no part of it */
        assert_planted(&planted, spans, n_spans);
    }
}

static void test_names_planted_in_any_bytes_are_found_in_their_places(void **state)
{
    (void)state;
    struct pair p = tiny_pair(THRESHOLD);
    assert_found(&p, 10000);
    pair_clear(&p);
}

static void test_names_planted_in_any_bytes_are_found_by_the_built_in_rules(void **state)
{
    (void)state;
    const char *rules = tokenizer_default_rules();
    struct tiny_model file = tiny_model();
    tiny_set_tensor(&file, &(struct tiny_tensor){"tokenizer", "U8", 1, {strlen(rules)}, rules, strlen(rules)});
    struct pair p = pair_of(&file, THRESHOLD);
    assert_found(&p, 10000);
    pair_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans_are_places_in_the_text),
        cmocka_unit_test(test_tokens_are_counted_through_the_text),
        cmocka_unit_test(test_bytes_that_are_no_text_keep_their_places),
        cmocka_unit_test(test_only_the_given_bytes_are_read),
        cmocka_unit_test(test_a_line_without_end_goes_through),
        cmocka_unit_test(test_names_planted_in_any_bytes_are_found_in_their_places),
        cmocka_unit_test(test_names_planted_in_any_bytes_are_found_by_the_built_in_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
