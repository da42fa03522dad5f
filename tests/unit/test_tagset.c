#include "support/test.h"

#include <stdio.h>

#include "text/tagset.h"

enum { LONGEST = 8, PER = 0, LOC = 1 };

/* One letter to a tag: O; ?; B I of PER; b i of LOC.  Every expected row below was worked out by hand from the rules. */
static int32_t tag_of(char letter)
{
    switch (letter) {
    case 'B':
        return tag_begin(PER);
    case 'I':
        return tag_inside(PER);
    case 'b':
        return tag_begin(LOC);
    case 'i':
        return tag_inside(LOC);
    case '?':
        return TAG_UNKNOWN;
    default:
        return TAG_OUTSIDE;
    }
}

static struct tagset *per_loc(enum scheme scheme, bool has_bare_names)
{
    struct tagset *t = tagset_new();
    assert_non_null(t);
    assert_int_equal(tagset_add_type(t, "PER", 3), PER);
    assert_int_equal(tagset_add_type(t, "LOC", 3), LOC);
    tagset_set_scheme(t, scheme, has_bare_names);
    return t;
}

/* Splits "B-PER O" at blanks; returns the number of tags. */
static size_t spell_row(struct spelled *out, const char *row)
{
    size_t n = 0;
    while (*row) {
        size_t length = strcspn(row, " ");
        out[n++] = tag_spell_out(row, length);
        row += length + (row[length] == ' ');
    }
    return n;
}

static size_t read_row(int32_t *tags, struct spelled *spelled, const struct tagset *t, const char *row)
{
    int32_t types[LONGEST];
    size_t n = spell_row(spelled, row);
    for (size_t i = 0; i < n; i++)
        types[i] = spelled[i].prefix == 'O' ? -1 : tagset_find_type(t, spelled[i].name, spelled[i].n);
    tags_from_spelled(tags, spelled, types, n, tagset_scheme(t) == SCHEME_PLAIN);
    return n;
}

static const struct {
    const char *name, *row, *inside;
} readings[] = {
    {"well-formed IOB2", "B-PER I-PER O B-LOC", "BIOb"},
    {"I starts after O", "O I-PER I-PER", "OBI"},
    {"I starts a sentence", "I-PER", "B"},
    {"B always starts", "B-PER B-PER I-PER", "BBI"},
    {"IOB1: B splits neighbours", "I-PER B-PER I-PER", "BBI"},
    {"another type starts", "B-PER I-LOC I-LOC", "Bbi"},
    {"another type starts after I", "I-PER I-PER I-LOC", "BIb"},
    {"well-formed IOBES", "B-PER I-PER E-PER S-LOC", "BIIb"},
    {"E starts after O", "O E-PER E-PER", "OBB"},
    {"I starts after E", "B-PER E-PER I-PER", "BIB"},
    {"E starts after E", "B-PER E-PER E-PER", "BIB"},
    {"I and E start after S", "S-PER I-PER E-PER", "BBI"},
    {"S always starts", "B-PER S-PER S-PER", "BBB"},
    {"E goes on after I", "I-PER E-PER", "BI"},
    {"B after E starts", "B-PER E-PER B-PER", "BIB"},
    {"another type starts with E", "B-PER E-LOC", "Bb"},
    {"bare names go on", "PER PER O PER LOC", "BIOBb"},
    {"unknown tags are their own", "? O ?", "?O?"},
    {"I may go on from the unknown", "O ? I-PER I-PER", "O?II"},
    {"so may E and a bare name", "? E-PER ? PER", "?I?I"},
    {"B and S start after the unknown", "B-PER ? B-PER ? S-LOC", "B?B?b"},
};

static void test_spelled_tags_are_read_by_the_rules_of_conlleval(void **state)
{
    (void)state;
    struct tagset *t = per_loc(SCHEME_IOB2, false);
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct spelled spelled[LONGEST];
        int32_t tags[LONGEST];
        size_t n = read_row(tags, spelled, t, readings[i].row);
        assert_int_equal(n, strlen(readings[i].inside));
        for (size_t k = 0; k < n; k++) {
            if (tags[k] != tag_of(readings[i].inside[k]))
                fail_msg("%s: token %zu of '%s' is not %c", readings[i].name, k, readings[i].row,
                         readings[i].inside[k]);
        }
    }
    tagset_free(t);
}

static void test_plain_labels_all_begin(void **state)
{
    (void)state;
    struct tagset *t = per_loc(SCHEME_PLAIN, false);
    struct spelled spelled[LONGEST];
    int32_t tags[LONGEST];
    assert_int_equal(read_row(tags, spelled, t, "PER PER LOC"), 3);
    assert_int_equal(tags[0], tag_of('B'));
    assert_int_equal(tags[1], tag_of('B'));
    assert_int_equal(tags[2], tag_of('b'));
    assert_int_equal(read_row(tags, spelled, t, "PER ? PER"), 3);
    assert_int_equal(tags[1], TAG_UNKNOWN);
    assert_int_equal(tags[2], tag_of('B'));
    tagset_free(t);
}

static const struct {
    enum scheme scheme;
    bool has_bare_names;
    const char *inside, *row;
} spellings[] = {
    {SCHEME_IOB2, false, "BIOBBIb", "B-PER I-PER O B-PER B-PER I-PER B-LOC"},
    {SCHEME_IOB1, false, "BIOBBIb", "I-PER I-PER O I-PER B-PER I-PER I-LOC"},
    {SCHEME_IOBES, false, "BIOBBIb", "B-PER E-PER O S-PER B-PER E-PER S-LOC"},
    {SCHEME_IOBES, false, "BIIb", "B-PER I-PER E-PER S-LOC"},
    {SCHEME_IO, false, "BIOBBIb", "I-PER I-PER O I-PER I-PER I-PER I-LOC"},
    {SCHEME_IO, true, "BIOBBIb", "PER PER O PER PER PER LOC"},
    {SCHEME_PLAIN, false, "BBb", "PER PER LOC"},
    /* an inside without its begin starts an entity */
    {SCHEME_IOB2, false, "OIIi", "O B-PER I-PER B-LOC"},
    {SCHEME_IOBES, false, "Ii", "S-PER S-LOC"},
    /* beside the unknown: what starts is told from what may go on, an end is assumed */
    {SCHEME_IOB2, false, "B?I?B", "B-PER ? I-PER ? B-PER"},
    {SCHEME_IOB1, false, "B?I?B", "I-PER ? I-PER ? B-PER"},
    {SCHEME_IOBES, false, "BI?I?Bb", "B-PER E-PER ? E-PER ? S-PER S-LOC"},
    {SCHEME_IO, true, "B?I", "PER ? PER"},
    {SCHEME_PLAIN, false, "B?b", "PER ? LOC"},
};

static void test_tags_are_spelled_in_the_scheme_of_the_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct tagset *t = per_loc(spellings[i].scheme, spellings[i].has_bare_names);
        int32_t tags[LONGEST];
        int32_t spelled[LONGEST];
        char row[128] = "";
        size_t n = strlen(spellings[i].inside);
        for (size_t k = 0; k < n; k++)
            tags[k] = tag_of(spellings[i].inside[k]);
        tags_spell(t, spelled, tags, n);
        for (size_t k = 0; k < n; k++) {
            assert_in_range(spelled[k] + 1, 0, tagset_tag_names(t));
            if (k > 0)
                strcat(row, " ");
            strcat(row, tagset_tag_name(t, spelled[k]));
        }
        assert_string_equal(row, spellings[i].row);
        tagset_free(t);
    }
}

static const struct {
    const char *first, *second; /* two sentences */
    enum scheme scheme;
    bool has_bare_names;
} corpora[] = {
    {"B-PER I-PER O", "O", SCHEME_IOB2, false},
    {"I-PER I-PER O", "B-PER", SCHEME_IOB2, false},       /* a B- that has no neighbour */
    {"I-PER O", "I-LOC B-PER", SCHEME_IOB2, false},       /* nor this one: another type */
    {"I-PER B-PER O", "I-LOC I-PER", SCHEME_IOB1, false}, /* only where it must */
    {"I-PER I-PER O", "I-LOC", SCHEME_IO, false},         /* no B- at all */
    {"PER PER O", "LOC", SCHEME_IO, true},                /* bare beside O */
    {"NOUN VERB", "NOUN", SCHEME_PLAIN, false},           /* bare without O */
    {"B-PER E-PER", "O", SCHEME_IOBES, false},            /* E- */
    {"S-PER O", "O", SCHEME_IOBES, false},                /* S- */
    {"O O", "O", SCHEME_IOB2, false},                     /* nothing to tell from */
    {"? ?", "O ?", SCHEME_IOB2, false},                   /* the unknown tells nothing */
    {"? NOUN", "VERB ?", SCHEME_PLAIN, false},            /* nor is it an O */
    {"? B-PER", "I-PER ? I-LOC", SCHEME_IOB1, false},     /* the B- may have a neighbour */
    {"-LRB- -RRB-", "NOUN", SCHEME_PLAIN, false},         /* a hyphen does not make a prefix */
};

static void test_scheme_of_a_corpus_is_recognised(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof corpora / sizeof *corpora; i++) {
        struct scheme_evidence e = {0};
        struct spelled spelled[LONGEST];
        enum scheme scheme;
        bool has_bare_names;
        scheme_observe(&e, spelled, spell_row(spelled, corpora[i].first));
        scheme_observe(&e, spelled, spell_row(spelled, corpora[i].second));
        assert_true(scheme_recognise(&e, &scheme, &has_bare_names));
        assert_string_equal(scheme_name(scheme), scheme_name(corpora[i].scheme));
        assert_int_equal(has_bare_names, corpora[i].has_bare_names);
    }
}

static void test_bare_and_prefixed_names_have_no_scheme_together(void **state)
{
    (void)state;
    struct scheme_evidence e = {0};
    struct spelled spelled[LONGEST];
    enum scheme scheme;
    bool has_bare_names;
    scheme_observe(&e, spelled, spell_row(spelled, "B-PER O"));
    scheme_observe(&e, spelled, spell_row(spelled, "LOC O"));
    assert_false(scheme_recognise(&e, &scheme, &has_bare_names));
}

static const struct {
    enum scheme scheme;
    const char *row;
    size_t n_bad, first;
} forbidden[] = {
    {SCHEME_IOB2, "B-PER I-PER O B-PER", 0, 0},
    {SCHEME_IOB2, "O I-PER I-PER", 1, 1},     /* should be B- */
    {SCHEME_IOB2, "I-PER I-LOC I-LOC", 2, 0}, /* both starts */
    {SCHEME_IOB1, "I-PER B-PER I-LOC", 0, 0},
    {SCHEME_IOB1, "O B-PER", 1, 1}, /* should be I- */
    {SCHEME_IOBES, "B-PER E-PER S-LOC", 0, 0},
    {SCHEME_IOBES, "B-PER I-PER O", 1, 1}, /* should be E- */
    {SCHEME_IOBES, "O B-PER", 1, 1},       /* should be S- */
    {SCHEME_IO, "I-PER I-LOC", 0, 0},
    {SCHEME_IO, "I-PER B-PER", 1, 1},
    /* right if the unknown is one thing or another */
    {SCHEME_IOB2, "B-PER ? I-PER ? B-PER", 0, 0},
    {SCHEME_IOB1, "I-PER ? B-PER ? I-PER", 0, 0},
    {SCHEME_IOBES, "B-PER ? E-PER ? S-PER ? B-PER ?", 0, 0},
    {SCHEME_IOBES, "S-PER ? I-PER ? B-PER E-PER", 0, 0},
    {SCHEME_IO, "I-PER ? I-PER", 0, 0},
    {SCHEME_IOB2, "I-PER ? I-PER", 1, 0}, /* nothing is before it */
    {SCHEME_IOBES, "? B-PER", 1, 1},      /* nothing follows */
    {SCHEME_IOBES, "? O E-PER ?", 1, 2},  /* nor does anything go on */
    {SCHEME_IO, "I-PER ? B-PER", 1, 2},
    {SCHEME_IOB2, "? E-PER", 1, 1}, /* no tag of this scheme */
};

static void test_tags_that_their_scheme_forbids_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        struct tagset *t = per_loc(forbidden[i].scheme, false);
        struct spelled spelled[LONGEST];
        int32_t tags[LONGEST];
        size_t first = SIZE_MAX;
        size_t n = read_row(tags, spelled, t, forbidden[i].row);
        assert_int_equal(tags_count_bad(t, spelled, tags, n, &first), forbidden[i].n_bad);
        assert_true(first == (forbidden[i].n_bad > 0 ? forbidden[i].first : SIZE_MAX));
        assert_int_equal(tags_count_bad(t, spelled, tags, n, NULL), forbidden[i].n_bad);
        tagset_free(t);
    }
}

/* inside: LONGEST letters. */
static void assert_entities(const char *inside, const struct entity *expected, size_t n)
{
    struct entity found[LONGEST];
    int32_t tags[LONGEST];
    for (size_t i = 0; i < LONGEST; i++)
        tags[i] = tag_of(inside[i]);
    assert_int_equal(tags_to_entities(found, tags, LONGEST), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(found[i].first, expected[i].first);
        assert_int_equal(found[i].last, expected[i].last);
        assert_int_equal(found[i].type, expected[i].type);
    }
}

static void test_entities_are_runs_of_one_type(void **state)
{
    (void)state;
    const struct entity expected[] = {{0, 1, LOC}, {2, 4, PER}, {4, 5, PER}, {5, 8, LOC}};
    assert_entities("iOBIBbii", expected, 4);
}

static void test_unknown_tokens_are_outside_of_all_entities(void **state)
{
    (void)state;
    const struct entity expected[] = {{1, 2, PER}, {2, 3, PER}, {4, 6, PER}, {7, 8, LOC}};
    assert_entities("?IB?II?b", expected, 4);
}

static void assert_spelled(const char *tag, char prefix, const char *name)
{
    struct spelled s = tag_spell_out(tag, strlen(tag));
    assert_int_equal(s.prefix, prefix);
    assert_int_equal(s.n, strlen(name));
    assert_memory_equal(s.name, name, s.n);
}

static void test_a_tag_is_a_prefix_a_hyphen_and_a_name(void **state)
{
    (void)state;
    assert_spelled("B-PER", 'B', "PER");
    assert_spelled("I-creative-work", 'I', "creative-work");
    assert_spelled("S-", 'S', "");
    assert_spelled("E--x", 'E', "-x");
    assert_spelled("O", 'O', "");
    assert_spelled("?", '?', "");
    assert_spelled("??", 0, "??");
    assert_spelled("B-?", 'B', "?");
    assert_spelled("OO", 0, "OO");
    assert_spelled("O-PER", 0, "O-PER");
    assert_spelled("B", 0, "B");
    assert_spelled("b-PER", 0, "b-PER");
    assert_spelled("-X", 0, "-X");
    assert_spelled("B_PER", 0, "B_PER");
    assert_spelled("", 0, "");
}

static void test_types_keep_their_order_and_are_found_among_many(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    struct tagset *t = tagset_new();
    assert_int_equal(tagset_find_type(t, "PER", 3), -1);
    for (int32_t i = 0; i < MANY; i++) {
        char name[16];
        size_t n = (size_t)snprintf(name, sizeof name, "t%d", i * 7);
        assert_int_equal(tagset_add_type(t, name, n), i);
    }
    assert_int_equal(tagset_types(t), MANY);
    assert_int_equal(tagset_add_type(t, "t49xx", 3), 7);
    assert_int_equal(tagset_find_type(t, "t34993", 6), 4999);
    assert_int_equal(tagset_find_type(t, "t1", 2), -1);
    assert_string_equal(tagset_type_name(t, 4999), "t34993");
    tagset_free(t);
}

static void test_a_copy_has_the_same_types_and_scheme(void **state)
{
    (void)state;
    struct tagset *t = per_loc(SCHEME_IO, true);
    struct tagset *copy = tagset_copy(t);
    assert_int_equal(tagset_add_type(t, "ORG", 3), 2);
    tagset_free(t);
    assert_int_equal(tagset_types(copy), 2);
    assert_string_equal(tagset_type_name(copy, LOC), "LOC");
    assert_int_equal(tagset_scheme(copy), SCHEME_IO);
    assert_true(tagset_has_bare_names(copy));
    tagset_free(copy);
    tagset_free(NULL);
}

static void test_scheme_names_go_both_ways(void **state)
{
    (void)state;
    for (int i = SCHEME_IO; i <= SCHEME_PLAIN; i++) {
        enum scheme found;
        assert_true(scheme_from_name(scheme_name((enum scheme)i), &found));
        assert_int_equal(found, i);
    }
    enum scheme found;
    assert_false(scheme_from_name("BILOU", &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spelled_tags_are_read_by_the_rules_of_conlleval),
        cmocka_unit_test(test_plain_labels_all_begin),
        cmocka_unit_test(test_tags_are_spelled_in_the_scheme_of_the_set),
        cmocka_unit_test(test_scheme_of_a_corpus_is_recognised),
        cmocka_unit_test(test_bare_and_prefixed_names_have_no_scheme_together),
        cmocka_unit_test(test_tags_that_their_scheme_forbids_are_counted),
        cmocka_unit_test(test_entities_are_runs_of_one_type),
        cmocka_unit_test(test_unknown_tokens_are_outside_of_all_entities),
        cmocka_unit_test(test_a_tag_is_a_prefix_a_hyphen_and_a_name),
        cmocka_unit_test(test_types_keep_their_order_and_are_found_among_many),
        cmocka_unit_test(test_a_copy_has_the_same_types_and_scheme),
        cmocka_unit_test(test_scheme_names_go_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
