#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "text/features.h"
#include "text/utf8.h"

static struct feature feature_of(const char *name)
{
    struct feature f;
    if (!feature_from_name(&f, name, strlen(name)))
        fail_msg("no feature '%s'", name);
    return f;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static void test_names_round_trip(void **state)
{
    (void)state;
    for (enum feature_kind kind = FEATURE_WORD; kind <= FEATURE_NGRAMS; kind++) {
        size_t smallest = kind >= FEATURE_PREFIX;
        for (size_t size = smallest; size <= (smallest ? FEATURE_SIZE_MAX : 0); size++) {
            char name[FEATURE_NAME_SIZE];
            feature_name(name, (struct feature){kind, size});
            struct feature back = feature_of(name);
            assert_int_equal(back.kind, kind);
            assert_int_equal(back.size, size);
        }
    }
    char name[FEATURE_NAME_SIZE];
    feature_name(name, (struct feature){FEATURE_COARSE, 0});
    assert_string_equal(name, "coarse");
    feature_name(name, (struct feature){FEATURE_NGRAMS, 3});
    assert_string_equal(name, "ngrams3");
    assert_int_equal(feature_of("suffix8").size, 8);
}

static void test_other_names_are_refused(void **state)
{
    (void)state;
    const char *const others[] = {"",        "wor",     "words",    "Word",    "shape1",   "prefix", "prefix0",
                                  "prefix9", "prefix-", "prefix12", "prefix3", "suffix 3", "3ngrams"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct feature f = {FEATURE_SHAPE, 5};
        bool is_cut = strcmp(others[i], "prefix3") == 0; /* only its first six bytes are given */
        assert_false(feature_from_name(&f, others[i], is_cut ? 6 : strlen(others[i])));
        assert_int_equal(f.kind, FEATURE_SHAPE);
        assert_int_equal(f.size, 5);
    }
}

/* ---- forms ------------------------------------------------------------------------------------------------------ */

/* In turn: word, shape, coarse, prefix3, suffix2; "" where a token has none.  Worked out by hand. */
static const struct {
    const char *token, *word, *shape, *coarse, *prefix3, *suffix2;
} tokens[] = {
    {"McDonald's-2025", "McDonald's-2025", "XxXxxxx'x-dddd", "XxXx-x-d", "mcd", "00"},
    {"WASHINGTON", "WASHINGTON", "XXXX", "X", "was", "on"},
    {"iPhone", "iPhone", "xXxxxx", "xXx", "iph", "ne"}, /* hone is a run of four */
    {"U.S.", "U.S.", "X.X.", "X-X-", "u.s", "s."},
    {"$1,234,567.89", "$1,234,567.89", "$d,ddd,ddd.dd", "-d-d-d-d", "$0,", "00"},
    {"......", "......", "....", "-", "...", ".."},
    {"!?!?", "!?!?", "!?!?", "-", "!?!", "!?"}, /* two runs of one each */
    {"a", "a", "x", "x", "", ""},
    {"AB", "AB", "XX", "X", "", "ab"},
    {"AB7", "AB7", "XXd", "Xd", "ab0", "b0"},
    {"", "", "", "", "", ""},
    /* Cyrillic: М о с к в а; Й composed and as И with a breve */
    {"Москва", "Москва", "Xxxxx", "Xx", "мос", "ва"},
    {"ЙОД", "ЙОД", "XXX", "X", "йод", "од"},
    {"И\u0306ОД", "ЙОД", "XXX", "X", "йод", "од"},
    {"1990-е", "1990-е", "dddd-x", "d-x", "000", "-е"},
    /* é composed and as e with an acute; the mark may stand just behind a prefix, or at the end */
    {"É", "É", "X", "X", "", ""},
    {"E\u0301", "É", "X", "X", "", ""},
    {"cafE\u0301", "cafÉ", "xxxX", "xX", "caf", "fé"},
    {"Rene\u0301", "René", "Xxxx", "Xx", "ren", "né"},
    {"abe\u0301d", "abéd", "xxxx", "x", "abé", "éd"},
    {"ab\u0303cd", "ab\u0303cd", "xxxx", "x", "ab\u0303", "cd"}, /* no b with a tilde: it stays a character */
    {"x\u0302", "x\u0302", "x", "x", "", "x\u0302"},
    {"\u0301", "\u0301", "", "", "", ""},
    /* letters without case; Devanagari vowel signs are marks; Arabic-Indic digits; title case */
    {"東京都庁舎", "東京都庁舎", "cccc", "c", "東京都", "庁舎"},
    {"हिन्दी", "हिन्दी", "ccc", "c", "हिन", "दी"},
    {"٣٤", "٣٤", "dd", "d", "", "00"},
    {"ǅep", "ǅep", "Xxx", "Xx", "ǆep", "ep"},
    /* emoji: with a skin tone, joined by U+200D, with a variation selector (a mark), five in a run */
    {"👍🏽", "👍🏽", "👍🏽", "-", "", "👍🏽"},
    {"👩\u200D💻", "👩\u200D💻", "👩\u200D💻", "-", "👩\u200D💻", "\u200D💻"},
    {"❤\uFE0F", "❤\uFE0F", "❤", "-", "", "❤\uFE0F"},
    {"😀😀😀😀😀", "😀😀😀😀😀", "😀😀😀😀", "-", "😀😀😀", "😀😀"},
    /* other characters that no class knows: a number that is no digit, a quotation mark, white space of its own */
    {"x²", "x²", "x²", "x-", "", "x²"},
    {"«да»", "«да»", "«xx»", "-x-", "«да", "а»"},
};

static void assert_form(struct feature_scratch *s, const char *name, const char *token, const char *expected)
{
    assert_true(feature_form(s, feature_of(name), token, strlen(token)));
    if (s->form.n != strlen(expected) || (s->form.n > 0 && memcmp(s->form.at, expected, s->form.n) != 0))
        fail_msg("%s of '%s' is '%.*s', not '%s'", name, token, (int)s->form.n, s->form.n > 0 ? s->form.at : "",
                 expected);
}

static void test_forms_are_what_a_reader_makes_of_a_token(void **state)
{
    (void)state;
    struct feature_scratch s = {0};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        assert_form(&s, "word", tokens[i].token, tokens[i].word);
        assert_form(&s, "shape", tokens[i].token, tokens[i].shape);
        assert_form(&s, "coarse", tokens[i].token, tokens[i].coarse);
        assert_form(&s, "prefix3", tokens[i].token, tokens[i].prefix3);
        assert_form(&s, "suffix2", tokens[i].token, tokens[i].suffix2);
    }
    feature_scratch_clear(&s);
}

static void test_ngrams_are_made_of_the_folded_token_between_marks(void **state)
{
    (void)state;
    struct feature_scratch s = {0};
    assert_form(&s, "ngrams3", "Ab7",
                "\xFE"
                "ab0\xFF");
    assert_form(&s, "ngrams3", "E\u0301А",
                "\xFE"
                "éа\xFF");
    assert_form(&s, "ngrams3", "", "\xFE\xFF");
    feature_scratch_clear(&s);
}

/* ---- forms of all short strings --------------------------------------------------------------------------------- */

static const char *const alphabet[] = {"a", "E", "5", "-", "\u0301", "É", "и", "\u0306", "東", "😀"};
enum { N_LETTERS = sizeof alphabet / sizeof *alphabet, LONGEST = 4 };

/* The k-th string of n letters. */
static void make_string(char *out, size_t k, size_t n)
{
    *out = 0;
    for (size_t i = 0; i < n; i++, k /= N_LETTERS)
        strcat(out, alphabet[k % N_LETTERS]);
}

/* Affixes by definition: characters of the whole token after NFC, lower case, digits as 0. */
static size_t fold_by_definition(int32_t *characters, const char *token)
{
    struct bytes nfc = {0};
    struct bytes lower = {0};
    struct bytes folded = {0};
    assert_true(utf8_nfc(&nfc, token, strlen(token)));
    assert_true(utf8_lower(&lower, nfc.at, nfc.n));
    assert_true(utf8_fold_digits(&folded, lower.at, lower.n));
    size_t n = 0;
    for (size_t i = 0; i < folded.n;)
        i += utf8_decode(folded.at + i, folded.n - i, &characters[n++]);
    bytes_clear(&nfc);
    bytes_clear(&lower);
    bytes_clear(&folded);
    return n;
}

static void assert_affix(struct feature_scratch *s, const char *token, const int32_t *characters, size_t n,
                         struct feature f)
{
    char expected[4 * LONGEST + 1];
    size_t n_bytes = 0;
    size_t first = f.kind == FEATURE_PREFIX ? 0 : n - f.size;
    for (size_t i = first; n >= f.size && i < first + f.size; i++)
        n_bytes += utf8_encode(characters[i], expected + n_bytes);
    assert_true(feature_form(s, f, token, strlen(token)));
    if (s->form.n != n_bytes || (n_bytes > 0 && memcmp(s->form.at, expected, n_bytes) != 0))
        fail_msg("%s %zu of '%s' is '%.*s'", f.kind == FEATURE_PREFIX ? "prefix" : "suffix", f.size, token,
                 (int)s->form.n, n_bytes > 0 ? s->form.at : "");
}

static void test_affixes_are_the_outer_characters_of_the_folded_token(void **state)
{
    (void)state;
    struct feature_scratch s = {0};
    size_t n_strings = 1;
    for (size_t n = 0; n <= LONGEST; n++, n_strings *= N_LETTERS) {
        for (size_t k = 0; k < n_strings; k++) {
            char token[4 * LONGEST + 1];
            int32_t characters[4 * LONGEST];
            make_string(token, k, n);
            size_t n_characters = fold_by_definition(characters, token);
            for (size_t size = 1; size <= LONGEST; size++) {
                assert_affix(&s, token, characters, n_characters, (struct feature){FEATURE_PREFIX, size});
                assert_affix(&s, token, characters, n_characters, (struct feature){FEATURE_SUFFIX, size});
            }
        }
    }
    feature_scratch_clear(&s);
}

static void test_strings_that_are_composed_differently_have_the_same_forms(void **state)
{
    (void)state;
    const char *const names[] = {"word", "shape", "coarse", "prefix2", "suffix1", "suffix3", "ngrams2"};
    struct feature_scratch s = {0};
    struct bytes nfc = {0};
    for (size_t k = 0; k < N_LETTERS * N_LETTERS * N_LETTERS; k++) {
        char token[4 * LONGEST + 1];
        make_string(token, k, 3);
        assert_true(utf8_nfc(&nfc, token, strlen(token)));
        assert_true(bytes_append(&nfc, "", 1));
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            assert_true(feature_form(&s, feature_of(names[i]), token, strlen(token)));
            char form[8 * LONGEST];
            memcpy(form, s.form.at, s.form.n);
            form[s.form.n] = 0;
            assert_form(&s, names[i], nfc.at, form);
        }
    }
    bytes_clear(&nfc);
    feature_scratch_clear(&s);
}

/* ---- channels --------------------------------------------------------------------------------------------------- */

struct found {
    int32_t *ids;
    size_t n, cap;
};

static void look_up(struct found *f, const struct channel *c, struct feature_scratch *s, const char *token)
{
    f->n = 0;
    assert_true(channel_ids(c, s, token, strlen(token), &f->ids, &f->n, &f->cap));
}

static void assert_id(const struct channel *c, const char *token, int32_t expected)
{
    struct feature_scratch s = {0};
    struct found f = {0};
    look_up(&f, c, &s, token);
    if (f.n != 1 || f.ids[0] != expected)
        fail_msg("'%s' has %zu ids, the first %d, not %d", token, f.n, (int)f.ids[0], (int)expected);
    mem_free(f.ids);
    feature_scratch_clear(&s);
}

/* A channel that has counted the words of a row, once each. */
static struct channels one_channel(const char *name, const char *row)
{
    struct channels c = {.n = 1, .at = {{.feature = feature_of(name), .values = vocab_new()}}};
    struct feature_scratch s = {0};
    while (*row) {
        size_t n = strcspn(row, " ");
        assert_true(channel_count(&c.at[0], &s, row, n, 1));
        row += n + (row[n] == ' ');
    }
    assert_true(vocab_freeze(c.at[0].values, 1));
    feature_scratch_clear(&s);
    return c;
}

static void test_values_are_counted_and_found(void **state)
{
    (void)state;
    /* ing 4; then ted, ded and era, once each, in the order they came; "no" has none */
    struct channels c = one_channel("suffix3", "Sing no wanted bring ended opERA kiNG Ing");
    assert_int_equal(channel_rows(&c.at[0]), VOCAB_SPECIAL + 4);
    assert_id(&c.at[0], "going", 7);
    assert_id(&c.at[0], "GOING", 7);
    assert_id(&c.at[0], "ing", 7);
    assert_id(&c.at[0], "started", 8);
    assert_id(&c.at[0], "cameras", VOCAB_UNKNOWN);
    assert_id(&c.at[0], "camera", 10);
    assert_id(&c.at[0], "ng", VOCAB_UNKNOWN);
    assert_id(&c.at[0], "", VOCAB_UNKNOWN);
    channels_clear(&c);
    assert_int_equal(c.n, 0);
    assert_null(c.at[0].values);
    channels_clear(&c);
}

static void test_words_are_found_by_their_forms(void **state)
{
    (void)state;
    struct channels c = one_channel("word", "Rene\u0301 Rene\u0301 said 0000");
    assert_id(&c.at[0], "René", 7);
    assert_id(&c.at[0], "Rene\u0301", 7);
    assert_id(&c.at[0], "SAID", 8);
    assert_id(&c.at[0], "1984", 9);
    assert_id(&c.at[0], "Bob", VOCAB_UNKNOWN_CAPITAL);
    assert_id(&c.at[0], "B2", VOCAB_UNKNOWN_DIGIT);
    channels_clear(&c);
}

static void test_shapes_share_a_row(void **state)
{
    (void)state;
    struct channels c = one_channel("shape", "Ada Rome Москва Washington U.S.");
    assert_int_equal(channel_rows(&c.at[0]), VOCAB_SPECIAL + 4); /* Xxx, Xxxx, Xxxxx (two), X.X. */
    assert_id(&c.at[0], "Copenhagen", 7);
    assert_id(&c.at[0], "Bob", 8);
    assert_id(&c.at[0], "И\u0306а", VOCAB_UNKNOWN); /* Xx */
    assert_id(&c.at[0], "E\u0301va", 8);
    channels_clear(&c);
}

/* FNV-1a (64 bits) of the bytes, modulo the buckets, computed by another program.  The grams of the first row are <a, an,
 * nn, na, a>. */
static const struct {
    const char *name, *token;
    size_t n_buckets, n;
    int32_t ids[5];
} ngrams[] = {
    {"ngrams2", "Anna", 1000, 5, {727, 237, 204, 39, 816}},
    {"ngrams3", "ab", 1000, 2, {189, 478}},
    {"ngrams3", "a", 1000, 1, {300}},
    {"ngrams3", "É7", 1000, 2, {606, 995}},
    {"ngrams3", "E\u0301٣", 1000, 2, {606, 995}},
    {"ngrams3", "КОТ", 1000, 3, {428, 525, 480}},
    {"ngrams5", "1X2", 65536, 1, {30555}},
    {"ngrams2", "", 10, 1, {15}},
    {"ngrams4", "a", 10, 1, {VOCAB_UNKNOWN}}, /* shorter with both marks than an n-gram */
    {"ngrams1", "aaa", 2147483640, 5, {2085233304, 2084549123, 2084549123, 2084549123, 2085228773}},
    {"ngrams1", "aaa", 1, 5, {7, 7, 7, 7, 7}},
};

static void test_ngrams_are_hashed_from_left_to_right(void **state)
{
    (void)state;
    struct feature_scratch s = {0};
    struct found f = {0};
    for (size_t i = 0; i < sizeof ngrams / sizeof *ngrams; i++) {
        struct channel c = {.feature = feature_of(ngrams[i].name), .n_buckets = ngrams[i].n_buckets};
        assert_int_equal(channel_rows(&c), VOCAB_SPECIAL + ngrams[i].n_buckets);
        assert_true(channel_count(&c, &s, ngrams[i].token, strlen(ngrams[i].token), 1));
        look_up(&f, &c, &s, ngrams[i].token);
        assert_int_equal(f.n, ngrams[i].n);
        for (size_t k = 0; k < f.n; k++) {
            if (f.ids[k] != ngrams[i].ids[k])
                fail_msg("%s of '%s': id %zu is %d", ngrams[i].name, ngrams[i].token, k, (int)f.ids[k]);
        }
    }
    mem_free(f.ids);
    feature_scratch_clear(&s);
}

static void test_ids_of_several_channels_are_appended(void **state)
{
    (void)state;
    struct channels c = one_channel("coarse", "Ada");
    c.at[c.n++] = (struct channel){.feature = feature_of("ngrams3"), .n_buckets = 1000};
    struct feature_scratch s = {0};
    struct found f = {0};
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < c.n; i++)
            assert_true(channel_ids(&c.at[i], &s, "Ab", 2, &f.ids, &f.n, &f.cap));
    }
    const int32_t expected[] = {7, 189, 478, 7, 189, 478, 7, 189, 478};
    assert_int_equal(f.n, 9);
    assert_memory_equal(f.ids, expected, sizeof expected);
    mem_free(f.ids);
    feature_scratch_clear(&s);
    channels_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_round_trip),
        cmocka_unit_test(test_other_names_are_refused),
        cmocka_unit_test(test_forms_are_what_a_reader_makes_of_a_token),
        cmocka_unit_test(test_ngrams_are_made_of_the_folded_token_between_marks),
        cmocka_unit_test(test_affixes_are_the_outer_characters_of_the_folded_token),
        cmocka_unit_test(test_strings_that_are_composed_differently_have_the_same_forms),
        cmocka_unit_test(test_values_are_counted_and_found),
        cmocka_unit_test(test_words_are_found_by_their_forms),
        cmocka_unit_test(test_shapes_share_a_row),
        cmocka_unit_test(test_ngrams_are_hashed_from_left_to_right),
        cmocka_unit_test(test_ids_of_several_channels_are_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
