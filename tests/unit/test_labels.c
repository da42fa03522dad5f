#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "text/labels.h"

enum { N_TYPES = 2, LONGEST = 6, Y = 1 + 4 * N_TYPES };

/* ---- rows of letters: tags as ? O, B I of the first type, b i of the second; labels with E S, e s besides ------- */

static const char tag_letters[] = "?OBIbi";
static const char label_letters[] = "?OBIESbies";

static size_t numbers_of(int32_t *out, const char *row, const char *letters)
{
    size_t n = strlen(row);
    for (size_t i = 0; i < n; i++)
        out[i] = (int32_t)(strchr(letters, row[i]) - letters) - 1;
    return n;
}

static const char *row_of(char *out, const int32_t *numbers, size_t n, const char *letters)
{
    for (size_t i = 0; i < n; i++)
        out[i] = letters[numbers[i] + 1];
    out[n] = 0;
    return out;
}

/* The k-th sequence of n numbers from low on, of `base` numbers. */
static void make_sequence(int32_t *out, size_t k, size_t n, size_t base, int32_t low)
{
    for (size_t i = 0; i < n; i++, k /= base)
        out[i] = low + (int32_t)(k % base);
}

static size_t power(size_t base, size_t n)
{
    return n == 0 ? 1 : base * power(base, n - 1);
}

/* ---- labels and tags -------------------------------------------------------------------------------------------- */

/* Worked out by hand. */
static const struct {
    const char *tags, *labels;
} pairs[] = {
    {"", ""},           {"O", "O"},         {"B", "S"},       {"BI", "BE"},
    {"BIIIb", "BIIEs"}, {"BBIOb", "SBEOs"}, {"bBiI", "sSsS"}, /* an inside of another type starts */
    {"OIIO", "OBEO"},                                         /* and one without a begin */
    {"I", "S"},         {"?", "?"},         {"B?", "B?"},     /* it may go on into what is not known */
    {"BI?", "BI?"},     {"?I", "?E"},                         /* and go on from there */
    {"?II", "?IE"},     {"?I?", "?I?"},     {"?B", "?S"},     /* but a begin is one */
    {"?B?i", "?B?e"},   {"O?O", "O?O"},
};

static void test_labels_say_where_entities_start_and_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        int32_t tags[LONGEST];
        int32_t labels[LONGEST];
        char found[LONGEST + 1];
        size_t n = numbers_of(tags, pairs[i].tags, tag_letters);
        labels_from_tags(labels, tags, n, false);
        if (strcmp(row_of(found, labels, n, label_letters), pairs[i].labels) != 0)
            fail_msg("labels of %s are %s, not %s", pairs[i].tags, found, pairs[i].labels);
    }
}

/* Rows that no scheme allows, read as conlleval does. */
static const struct {
    const char *labels, *tags;
} readings[] = {
    {"IE", "BI"},   {"OE", "OB"},   {"EE", "BB"},       {"SI", "BB"}, {"BS", "BB"},   {"Bi", "Bb"},
    {"IeE", "BbB"}, {"BBE", "BBI"}, {"BIOIe", "BIOBb"}, {"EI", "BB"}, {"?EE", "?IB"}, {"?S?", "?B?"},
};

static void test_any_labels_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        int32_t labels[LONGEST];
        int32_t tags[LONGEST];
        char found[LONGEST + 1];
        size_t n = numbers_of(labels, readings[i].labels, label_letters);
        tags_from_labels(tags, labels, n, false);
        if (strcmp(row_of(found, tags, n, tag_letters), readings[i].tags) != 0)
            fail_msg("tags of %s are %s, not %s", readings[i].labels, found, readings[i].tags);
    }
}

/* Is each inside after a tag of its type, or after one that is not known?  So tags are when they come from entities. */
static bool is_regular(const int32_t *tags, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!tag_has_type(tags[i]) || tag_begins(tags[i]))
            continue;
        if (i == 0 || (tags[i - 1] != TAG_UNKNOWN && tags[i - 1] != tags[i] && tags[i - 1] != tags[i] - 1))
            return false;
    }
    return true;
}

static void assert_there_and_back(const int32_t *tags, size_t n)
{
    int32_t labels[LONGEST];
    int32_t back[LONGEST];
    char row[LONGEST + 1];
    labels_from_tags(labels, tags, n, false);
    tags_from_labels(back, labels, n, false);
    if (memcmp(tags, back, n * sizeof *tags) != 0)
        fail_msg("%s does not come back", row_of(row, tags, n, tag_letters));
}

static void test_tags_to_labels_to_tags_is_the_identity(void **state)
{
    (void)state;
    size_t n_tried = 0;
    for (size_t n = 0; n <= LONGEST; n++) {
        for (size_t k = 0; k < power(6, n); k++) {
            int32_t tags[LONGEST];
            make_sequence(tags, k, n, 6, TAG_UNKNOWN);
            if (!is_regular(tags, n))
                continue;
            assert_there_and_back(tags, n);
            n_tried++;
        }
    }
    assert_true(n_tried > 10000);
}

/* Tags of any kind keep their entities, found by the tag set's reader. */
static void test_labels_have_the_entities_of_their_tags(void **state)
{
    (void)state;
    for (size_t k = 0; k < power(5, LONGEST); k++) {
        int32_t tags[LONGEST];
        int32_t labels[LONGEST];
        int32_t back[LONGEST];
        struct entity a[LONGEST];
        struct entity b[LONGEST];
        make_sequence(tags, k, LONGEST, 5, TAG_OUTSIDE);
        labels_from_tags(labels, tags, LONGEST, false);
        tags_from_labels(back, labels, LONGEST, false);
        size_t n = tags_to_entities(a, tags, LONGEST);
        assert_int_equal(tags_to_entities(b, back, LONGEST), n);
        for (size_t e = 0; e < n; e++)
            assert_true(a[e].first == b[e].first && a[e].last == b[e].last && a[e].type == b[e].type);
    }
}

static void test_plain_labels_are_types(void **state)
{
    (void)state;
    const int32_t tags[] = {tag_begin(1), tag_begin(1), TAG_UNKNOWN, tag_begin(0)};
    const int32_t expected[] = {1, 1, LABEL_UNKNOWN, 0};
    int32_t labels[4];
    int32_t back[4];
    assert_int_equal(labels_count(N_TYPES, true), 2);
    assert_int_equal(labels_count(N_TYPES, false), 9);
    labels_from_tags(labels, tags, 4, true);
    assert_memory_equal(labels, expected, sizeof expected);
    tags_from_labels(back, labels, 4, true);
    assert_memory_equal(back, tags, sizeof tags);
    const int32_t outside = TAG_OUTSIDE; /* no label stands for it */
    labels_from_tags(labels, &outside, 1, true);
    assert_int_equal(labels[0], LABEL_UNKNOWN);
}

/* ---- rules ------------------------------------------------------------------------------------------------------ */

struct rules {
    bool may_start[Y], may_end[Y], may_follow[Y * Y];
};

static bool rules_allow(const struct rules *r, const int32_t *labels, size_t n)
{
    bool is_allowed = r->may_start[labels[0]] && r->may_end[labels[n - 1]];
    for (size_t i = 1; i < n; i++)
        is_allowed = is_allowed && r->may_follow[labels[i - 1] * Y + labels[i]];
    return is_allowed;
}

static size_t number_of(const int32_t *labels, size_t n)
{
    return n == 0 ? 0 : (size_t)labels[0] + Y * number_of(labels + 1, n - 1);
}

static void test_rules_allow_what_some_tags_spell_and_nothing_else(void **state)
{
    (void)state;
    struct rules r;
    labels_rules(r.may_start, r.may_end, r.may_follow, N_TYPES, SCHEME_IOB2);
    for (size_t n = 1; n <= 5; n++) {
        size_t n_sequences = power(Y, n);
        bool *is_image = calloc(n_sequences, sizeof *is_image);
        for (size_t k = 0; k < power(5, n); k++) {
            int32_t tags[LONGEST];
            int32_t labels[LONGEST];
            make_sequence(tags, k, n, 5, TAG_OUTSIDE);
            labels_from_tags(labels, tags, n, false);
            is_image[number_of(labels, n)] = true;
        }
        for (size_t k = 0; k < n_sequences; k++) {
            int32_t labels[LONGEST];
            char row[LONGEST + 1];
            make_sequence(labels, k, n, Y, 0);
            if (rules_allow(&r, labels, n) != is_image[k])
                fail_msg("%s is %s", row_of(row, labels, n, label_letters), is_image[k] ? "forbidden" : "allowed");
        }
        free(is_image);
    }
}

/* What tags without a begin after the same type become: in a corpus of IO neighbours of one type are one entity. */
static void test_io_allows_no_entity_beside_one_of_its_type(void **state)
{
    (void)state;
    struct rules r;
    struct rules io;
    labels_rules(r.may_start, r.may_end, r.may_follow, N_TYPES, SCHEME_IOB2);
    labels_rules(io.may_start, io.may_end, io.may_follow, N_TYPES, SCHEME_IO);
    assert_memory_equal(io.may_start, r.may_start, sizeof r.may_start);
    assert_memory_equal(io.may_end, r.may_end, sizeof r.may_end);
    for (size_t a = 0; a < Y; a++)
        for (size_t b = 0; b < Y; b++) {
            char row[3] = {label_letters[a + 1], label_letters[b + 1], 0};
            bool is_like = strstr("EB ES SB SS eb es sb ss", row) != NULL;
            assert_int_equal(io.may_follow[a * Y + b], r.may_follow[a * Y + b] && !is_like);
        }
}

/* ---- spelling ---------------------------------------------------------------------------------------------------- */

/* A label alone in the sentence's middle, as each scheme writes it. */
static void test_labels_are_spelled_in_the_scheme_of_the_corpus(void **state)
{
    (void)state;
    static const struct {
        enum scheme scheme;
        const char *tags[5]; /* of O, then B I E S of the first type */
    } schemes[] = {
        {SCHEME_IO, {"O", "I-x", "I-x", "I-x", "I-x"}},   {SCHEME_IOB1, {"O", "I-x", "I-x", "I-x", "I-x"}},
        {SCHEME_IOB2, {"O", "B-x", "I-x", "I-x", "B-x"}}, {SCHEME_IOBES, {"O", "B-x", "I-x", "E-x", "S-x"}},
        {SCHEME_PLAIN, {"x", "y", NULL, NULL, NULL}},
    };
    struct tagset *t = tagset_new();
    assert_int_equal(tagset_add_type(t, "x", 1), 0);
    assert_int_equal(tagset_add_type(t, "y", 1), 1);
    for (size_t k = 0; k < sizeof schemes / sizeof *schemes; k++) {
        tagset_set_scheme(t, schemes[k].scheme, false);
        for (int32_t label = 0; label < 5 && schemes[k].tags[label]; label++)
            assert_string_equal(tagset_tag_name(t, label_spelled(t, label)), schemes[k].tags[label]);
        if (schemes[k].scheme != SCHEME_PLAIN)
            assert_int_equal(tagset_tag_name(t, label_spelled(t, label_of(1, true, true)))[2], 'y');
    }
    tagset_free(t);
}

static void test_plain_labels_have_no_rules(void **state)
{
    (void)state;
    bool start[3] = {0};
    bool end[3] = {0};
    bool follow[9] = {0};
    labels_rules(start, end, follow, 3, SCHEME_PLAIN);
    for (size_t i = 0; i < 9; i++)
        assert_true(follow[i] && start[i / 3] && end[i / 3]);
}

/* ---- partly known tags ------------------------------------------------------------------------------------------ */

/* Worked out by hand: the labels that each token can have, one word to a token.  `outside`: types that outside may hide. */
static const struct {
    const char *tags, *outside, *allowed;
} partly[] = {
    {"BIOb", "", "B E O s"},   {"?", "", "OSs"},
    {"??", "", "OBSbs OESes"}, {"B?", "", "BS OESs"}, /* of another type it must start as well as end */
    {"?I", "", "OBs ES"},                             /* the I goes on from the unknown, or starts */
    {"?B", "", "OSs S"},       {"?I?", "", "OBs BIES OESs"},
    {"OO", "", "O O"},         {"OO", "b", "Obs Oes"},
    {"O", "bB", "OSs"},        {"BO", "b", "S Os"}, /* what is known of the first type ends where it ends */
    {"BO", "B", "BS OES"},     {"OI", "B", "OB ES"},
};

/* Letters of a row of allowed, in the order of the labels. */
static void append_set(char *out, const bool *row)
{
    char *end = out + strlen(out);
    for (size_t y = 0; y < Y; y++) {
        if (row[y])
            *end++ = label_letters[y + 1];
    }
    *end = 0;
}

static void test_partly_known_tags_allow_what_they_leave_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof partly / sizeof *partly; i++) {
        int32_t tags[LONGEST];
        bool allowed[LONGEST * Y];
        char found[128] = "";
        const bool outside[N_TYPES] = {strchr(partly[i].outside, 'B'), strchr(partly[i].outside, 'b')};
        size_t n = numbers_of(tags, partly[i].tags, tag_letters);
        memset(allowed, 1, sizeof allowed); /* what was there does not matter */
        labels_allowed(allowed, tags, n, N_TYPES, false, *partly[i].outside ? outside : NULL);
        for (size_t t = 0; t < n; t++) {
            strcat(found, t > 0 ? " " : "");
            append_set(found, allowed + t * Y);
        }
        if (strcmp(found, partly[i].allowed) != 0)
            fail_msg("%s, hidden '%s': %s, not %s", partly[i].tags, partly[i].outside, found, partly[i].allowed);
    }
}

/* Can token i be `tag`? */
static bool fits(int32_t known, int32_t tag, const bool *outside)
{
    if (known == tag || known == TAG_UNKNOWN)
        return true;
    return known == TAG_OUTSIDE && outside && tag_has_type(tag) && outside[tag_type(tag)];
}

/* By definition: the labels of all sequences that fit. */
static void union_of_completions(bool *allowed, const int32_t *tags, size_t n, const bool *outside)
{
    memset(allowed, 0, n * Y);
    for (size_t k = 0; k < power(5, n); k++) {
        int32_t full[LONGEST];
        int32_t labels[LONGEST];
        bool all_fit = true;
        make_sequence(full, k, n, 5, TAG_OUTSIDE);
        for (size_t i = 0; i < n && all_fit; i++)
            all_fit = fits(tags[i], full[i], outside);
        if (!all_fit)
            continue;
        labels_from_tags(labels, full, n, false);
        for (size_t i = 0; i < n; i++)
            allowed[i * Y + (size_t)labels[i]] = true;
    }
}

static void test_allowed_is_the_union_over_all_completions(void **state)
{
    (void)state;
    static const bool hidden[][N_TYPES] = {{false, false}, {true, false}, {false, true}, {true, true}};
    for (size_t h = 0; h <= 4; h++) {
        const bool *outside = h < 4 ? hidden[h] : NULL;
        for (size_t n = 1; n <= 4; n++) {
            for (size_t k = 0; k < power(6, n); k++) {
                int32_t tags[LONGEST];
                bool expected[4 * Y];
                bool found[4 * Y];
                char row[LONGEST + 1];
                make_sequence(tags, k, n, 6, TAG_UNKNOWN);
                union_of_completions(expected, tags, n, outside);
                labels_allowed(found, tags, n, N_TYPES, false, outside);
                if (memcmp(found, expected, n * Y) != 0)
                    fail_msg("%s, hidden types %zu", row_of(row, tags, n, tag_letters), h);
            }
        }
    }
}

static void test_plain_labels_are_known_or_not(void **state)
{
    (void)state;
    const int32_t tags[] = {tag_begin(1), TAG_UNKNOWN, TAG_OUTSIDE};
    const bool expected[] = {false, true, false, true, true, true, true, true, true};
    bool allowed[9] = {0};
    labels_allowed(allowed, tags, 3, 3, true, NULL);
    assert_memory_equal(allowed, expected, sizeof expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_say_where_entities_start_and_end),
        cmocka_unit_test(test_any_labels_are_read),
        cmocka_unit_test(test_tags_to_labels_to_tags_is_the_identity),
        cmocka_unit_test(test_labels_have_the_entities_of_their_tags),
        cmocka_unit_test(test_plain_labels_are_types),
        cmocka_unit_test(test_rules_allow_what_some_tags_spell_and_nothing_else),
        cmocka_unit_test(test_io_allows_no_entity_beside_one_of_its_type),
        cmocka_unit_test(test_labels_are_spelled_in_the_scheme_of_the_corpus),
        cmocka_unit_test(test_plain_labels_have_no_rules),
        cmocka_unit_test(test_partly_known_tags_allow_what_they_leave_open),
        cmocka_unit_test(test_allowed_is_the_union_over_all_completions),
        cmocka_unit_test(test_plain_labels_are_known_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
