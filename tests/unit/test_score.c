#include "support/test.h"

#include "base/memory.h"
#include "model/score.h"

enum { PER = 0, LOC = 1, ORG = 2, LONGEST = 16 };

static struct tagset *three_types(enum scheme scheme)
{
    struct tagset *t = tagset_new();
    tagset_add_type(t, "PER", 3);
    tagset_add_type(t, "LOC", 3);
    tagset_add_type(t, "ORG", 3);
    tagset_set_scheme(t, scheme, false);
    return t;
}

/* One letter to a tag: B I of PER, b i of LOC, X Y (begin, inside) of ORG, ? unknown, else O. */
static size_t tags_of(int32_t *tags, const char *letters)
{
    static const char known[] = "?OBIbiXY";
    size_t n = strlen(letters);
    for (size_t i = 0; i < n; i++) {
        const char *at = strchr(known, letters[i]);
        tags[i] = at ? (int32_t)(at - known) - 1 : TAG_OUTSIDE;
    }
    return n;
}

static void add(oriel_scores *s, const char *gold, const char *predicted)
{
    int32_t g[LONGEST];
    int32_t p[LONGEST];
    size_t n = tags_of(g, gold);
    assert_int_equal(tags_of(p, predicted), n);
    assert_true(scores_add(s, NULL, NULL, n, g, p, NULL));
}

static oriel_scores *new_scores(enum scheme scheme)
{
    struct tagset *t = three_types(scheme);
    oriel_error err;
    oriel_scores *s = scores_new(t, NULL, &err);
    assert_non_null(s);
    tagset_free(t); /* the scores have a copy */
    return s;
}

static void assert_counts(oriel_score s, const char *name, uint64_t gold, uint64_t predicted, uint64_t correct)
{
    if (strcmp(s.name, name) != 0 || s.gold != gold || s.predicted != predicted || s.correct != correct)
        fail_msg("%s: gold %d, predicted %d, correct %d; expected %s: %d, %d, %d", s.name, (int)s.gold,
                 (int)s.predicted, (int)s.correct, name, (int)gold, (int)predicted, (int)correct);
}

static void assert_rates(oriel_score s, double precision, double recall, double f1)
{
    double found[] = {s.precision, s.recall, s.f1};
    double expected[] = {precision, recall, f1};
    assert_close(found, expected, 3, 1e-12, 0);
}

/* Three sentences, worked out by hand:
 *   gold       PER[0,2) LOC[3,4)          LOC[0,1) LOC[1,2)   ORG[0,3)
 *   predicted  PER[0,2) ORG[3,4)          LOC[0,2)            ORG[0,2) PER[3,4)
 * right: PER[0,2). */
static oriel_scores *worked_example(void)
{
    oriel_scores *s = new_scores(SCHEME_IOB2);
    add(s, "BIOb", "BIOX");
    add(s, "bb", "bi");
    add(s, "XYYO", "XYOB");
    return s;
}

static void test_entities_count_when_boundaries_and_type_agree(void **state)
{
    (void)state;
    oriel_scores *s = worked_example();
    scores_finish(s);
    assert_int_equal(oriel_scores_types(s), 3);
    assert_counts(oriel_scores_type(s, ORIEL_ENTITIES, 0), "LOC", 3, 1, 0);
    assert_counts(oriel_scores_type(s, ORIEL_ENTITIES, 1), "ORG", 1, 2, 0);
    assert_counts(oriel_scores_type(s, ORIEL_ENTITIES, 2), "PER", 1, 2, 1);
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", 5, 5, 1);
    assert_rates(oriel_scores_micro(s, ORIEL_ENTITIES), 0.2, 0.2, 0.2);
    /* PER: P 1/2, R 1, F 2/3; the others 0 */
    assert_rates(oriel_scores_type(s, ORIEL_ENTITIES, 2), 0.5, 1, 2.0 / 3);
    assert_counts(oriel_scores_macro(s, ORIEL_ENTITIES), "macro", 5, 5, 1);
    assert_rates(oriel_scores_macro(s, ORIEL_ENTITIES), 0.5 / 3, 1.0 / 3, 2.0 / 9);
    oriel_scores_free(s);
}

static void test_tokens_count_by_type_whatever_their_prefix(void **state)
{
    (void)state;
    oriel_scores *s = worked_example();
    scores_finish(s);
    assert_counts(oriel_scores_type(s, ORIEL_TOKENS, 0), "LOC", 3, 2, 2);
    assert_counts(oriel_scores_type(s, ORIEL_TOKENS, 1), "ORG", 3, 3, 2);
    assert_counts(oriel_scores_type(s, ORIEL_TOKENS, 2), "PER", 2, 3, 2);
    assert_rates(oriel_scores_micro(s, ORIEL_TOKENS), 6.0 / 8, 6.0 / 8, 0.75);
    oriel_scores_free(s);
}

/* The example in IOB2 has 10 tokens; wrong are its 4th, the second b, the third Y and the last. */
static void test_accuracy_is_the_share_of_tags_that_are_spelled_alike(void **state)
{
    (void)state;
    oriel_scores *s = worked_example();
    oriel_scores_facts facts = oriel_scores_about(s);
    assert_int_equal(facts.n_sentences, 3);
    assert_int_equal(facts.n_tokens, 10);
    assert_close(&facts.accuracy, &(double){0.6}, 1, 1e-12, 0);
    assert_false(facts.knows_seen);
    assert_false(facts.has_plain_labels);
    oriel_scores_free(s);

    s = new_scores(SCHEME_IOBES); /* B-PER I-PER E-PER against B-PER E-PER O: only the first is the same */
    add(s, "BII", "BIO");
    double accuracy = oriel_scores_about(s).accuracy;
    assert_close(&accuracy, &(double){1.0 / 3}, 1, 1e-12, 0);
    oriel_scores_free(s);
}

static void test_nothing_to_divide_by_gives_zero(void **state)
{
    (void)state;
    oriel_scores *s = new_scores(SCHEME_IOB2);
    assert_rates(oriel_scores_micro(s, ORIEL_ENTITIES), 0, 0, 0);
    assert_rates(oriel_scores_macro(s, ORIEL_ENTITIES), 0, 0, 0);
    double accuracy = oriel_scores_about(s).accuracy;
    assert_close(&accuracy, &(double){0}, 1, 0, 0);
    add(s, "", "");
    add(s, "OBO", "OOO");
    scores_finish(s);
    assert_rates(oriel_scores_micro(s, ORIEL_ENTITIES), 0, 0, 0);
    assert_int_equal(oriel_scores_types(s), 1);
    assert_counts(oriel_scores_type(s, ORIEL_ENTITIES, 1), "", 0, 0, 0);
    oriel_scores_free(s);
}

static void test_plain_labels_count_as_tokens(void **state)
{
    (void)state;
    oriel_scores *s = new_scores(SCHEME_PLAIN);
    add(s, "BBbX", "BbbO");
    scores_finish(s);
    oriel_scores_facts facts = oriel_scores_about(s);
    assert_true(facts.has_plain_labels);
    assert_close(&facts.accuracy, &(double){0.5}, 1, 1e-12, 0);
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", 4, 3, 2);
    assert_counts(oriel_scores_micro(s, ORIEL_TOKENS), "micro", 4, 3, 2);
    assert_counts(oriel_scores_type(s, ORIEL_TOKENS, 0), "PER", 2, 1, 1);
    assert_counts(oriel_scores_type(s, ORIEL_TOKENS, 1), "LOC", 1, 2, 1);
    oriel_scores_free(s);
}

static void test_rows_fall_by_gold_then_rise_by_name(void **state)
{
    (void)state;
    oriel_scores *s = new_scores(SCHEME_IOB2);
    add(s, "BOXOb", "OOOOO");
    scores_finish(s);
    const char *expected[] = {"LOC", "ORG", "PER"};
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(oriel_scores_type(s, ORIEL_ENTITIES, i).name, expected[i]);
    oriel_scores_free(s);

    s = new_scores(SCHEME_IOB2);
    add(s, "XOXOb", "OOOOB"); /* ORG 2, LOC 1, PER only predicted */
    scores_finish(s);
    const char *by_gold[] = {"ORG", "LOC", "PER"};
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(oriel_scores_type(s, ORIEL_ENTITIES, i).name, by_gold[i]);
    oriel_scores_free(s);
}

/* Counts of entities, then of tokens, worked out by hand. */
static const struct {
    const char *gold, *predicted;
    uint64_t entities[3], tokens[3]; /* gold, predicted, correct */
    uint64_t n_tokens;
} partly_known[] = {
    {"?", "B", {0, 0, 0}, {0, 0, 0}, 0},
    {"B?", "BO", {1, 1, 1}, {1, 1, 1}, 1}, /* it may end there */
    {"B?", "BI", {0, 0, 0}, {1, 1, 1}, 1}, /* or go on */
    {"B?", "BB", {1, 1, 1}, {1, 1, 1}, 1}, /* or be followed by another */
    {"B?", "OO", {1, 0, 0}, {1, 0, 0}, 1}, /* but it is there */
    {"B?", "bi", {1, 0, 0}, {1, 1, 0}, 1}, /* and of its type; what reaches into the unknown is not counted */
    {"?I", "BI", {0, 0, 0}, {1, 1, 1}, 1},
    {"?I", "OB", {1, 1, 1}, {1, 1, 1}, 1},
    {"?B", "BI", {1, 0, 0}, {1, 1, 1}, 1},   /* a begin is one */
    {"O?O", "BIO", {0, 0, 0}, {0, 1, 0}, 2}, /* the entity overlaps the unknown, its first token is wrong */
    {"O?O", "BOb", {0, 2, 0}, {0, 2, 0}, 2},
    {"?????", "BIObi", {0, 0, 0}, {0, 0, 0}, 0},
    {"BI?Ob", "BIIOb", {1, 1, 1}, {3, 3, 3}, 4},
    {"OB", "??", {1, 0, 0}, {1, 0, 0}, 2}, /* a prediction that says nothing is none */
};

static bool has_counts(oriel_score s, const uint64_t expected[3])
{
    return s.gold == expected[0] && s.predicted == expected[1] && s.correct == expected[2];
}

static void test_what_gold_does_not_know_is_not_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof partly_known / sizeof *partly_known; i++) {
        oriel_scores *s = new_scores(SCHEME_IOB2);
        add(s, partly_known[i].gold, partly_known[i].predicted);
        if (!has_counts(oriel_scores_micro(s, ORIEL_ENTITIES), partly_known[i].entities) ||
            !has_counts(oriel_scores_micro(s, ORIEL_TOKENS), partly_known[i].tokens) ||
            oriel_scores_about(s).n_tokens != partly_known[i].n_tokens)
            fail_msg("gold %s, predicted %s", partly_known[i].gold, partly_known[i].predicted);
        oriel_scores_free(s);
    }
}

/* In IOBES the tag beside the unknown depends on it: B- or S-, as the prediction goes on or ends. */
static void test_accuracy_is_of_known_tokens(void **state)
{
    (void)state;
    oriel_scores *s = new_scores(SCHEME_IOBES);
    add(s, "B?OO", "BIOB"); /* three known, two right */
    add(s, "B?", "BO");     /* one, right */
    double accuracy = oriel_scores_about(s).accuracy;
    assert_close(&accuracy, &(double){0.75}, 1, 1e-12, 0);
    oriel_scores_free(s);
}

/* text and tokens of "Ada King saw Rome and Oslo" */
static const char text[] = "AdaKingsawRomeandOslo";
static const oriel_range words[] = {{0, 3}, {3, 7}, {7, 10}, {10, 14}, {14, 17}, {17, 21}};

static uint64_t hash_of_words(const char *type, size_t first, size_t last)
{
    return seen_hash(type, text, words, first, last);
}

static void test_seen_names_are_told_by_words_and_type(void **state)
{
    (void)state;
    uint64_t *hashes = mem_alloc(4, sizeof *hashes);
    hashes[0] = hash_of_words("PER", 0, 2);
    hashes[1] = hash_of_words("LOC", 3, 4);
    hashes[2] = hash_of_words("PER", 0, 2);
    hashes[3] = hash_of_words("ORG", 5, 6); /* Oslo is known, but as ORG */
    struct seen_names seen = seen_from_hashes(hashes, 4);
    assert_int_equal(seen.n, 3);
    assert_true(seen.hashes[0] < seen.hashes[1] && seen.hashes[1] < seen.hashes[2]);
    assert_true(seen_has(&seen, hash_of_words("PER", 0, 2)));
    assert_false(seen_has(&seen, hash_of_words("PER", 0, 1)));
    assert_false(seen_has(&seen, hash_of_words("LOC", 0, 2)));

    struct tagset *t = three_types(SCHEME_IOB2);
    oriel_scores *s = scores_new(t, &seen, NULL);
    int32_t gold[6];
    int32_t predicted[6];
    tags_of(gold, "BIObOb");
    tags_of(predicted, "BIOXOX"); /* the person is right, the cities are taken for ORG */
    assert_true(scores_add(s, text, words, 6, gold, predicted, NULL));
    scores_finish(s);
    mem_free(seen.hashes); /* no longer needed */
    assert_true(oriel_scores_about(s).knows_seen);
    /* seen: gold PER Ada King, LOC Rome; predicted PER Ada King, ORG Oslo */
    assert_counts(oriel_scores_micro(s, ORIEL_SEEN), "micro", 2, 2, 1);
    assert_counts(oriel_scores_micro(s, ORIEL_UNSEEN), "micro", 1, 1, 0);
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", 3, 3, 1);
    oriel_scores_free(s);
    tagset_free(t);
}

static void test_a_name_is_not_the_same_name_cut_elsewhere(void **state)
{
    (void)state;
    const oriel_range cut[] = {{0, 2}, {2, 7}}; /* "Ad" "aKing" */
    assert_true(hash_of_words("PER", 0, 2) != seen_hash("PER", text, cut, 0, 2));
    assert_true(hash_of_words("PER", 0, 2) != hash_of_words("PE", 0, 2));
    assert_false(seen_has(&(struct seen_names){NULL, 0}, 1));
}

static void test_seen_names_of_a_corpus_are_its_entities(void **state)
{
    (void)state;
    const char lines[] = "AdaX O\n\nAda B-PER\nKing I-PER\n\nRome B-LOC\n\nAda B-PER\nKing I-PER\n";
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_ok(corpus_read_bytes(&c, t, true, lines, strlen(lines), "x", &(oriel_columns){0}, &err), err);
    struct seen_names seen;
    assert_true(seen_from_corpus(&seen, &c, t, NULL, 0));
    assert_int_equal(seen.n, 2);
    assert_true(seen_has(&seen, hash_of_words("PER", 0, 2)));
    assert_true(seen_has(&seen, hash_of_words("LOC", 3, 4)));
    mem_free(seen.hashes);
    assert_true(seen_from_corpus(&seen, &c, t, &(size_t){2}, 1));
    assert_int_equal(seen.n, 1);
    assert_true(seen_has(&seen, hash_of_words("LOC", 3, 4)));
    mem_free(seen.hashes);
    corpus_clear(&c);
    tagset_free(t);
}

static void test_bad_tags_are_summed(void **state)
{
    (void)state;
    oriel_scores *a = new_scores(SCHEME_IOB2);
    oriel_scores *b = new_scores(SCHEME_IOB2);
    scores_count_bad(a, 2);
    scores_count_bad(b, 3);
    scores_merge(a, b);
    assert_int_equal(oriel_scores_about(a).n_bad_tags, 5);
    oriel_scores_free(a);
    oriel_scores_free(b);
    oriel_scores_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entities_count_when_boundaries_and_type_agree),
        cmocka_unit_test(test_tokens_count_by_type_whatever_their_prefix),
        cmocka_unit_test(test_accuracy_is_the_share_of_tags_that_are_spelled_alike),
        cmocka_unit_test(test_nothing_to_divide_by_gives_zero),
        cmocka_unit_test(test_plain_labels_count_as_tokens),
        cmocka_unit_test(test_rows_fall_by_gold_then_rise_by_name),
        cmocka_unit_test(test_seen_names_are_told_by_words_and_type),
        cmocka_unit_test(test_a_name_is_not_the_same_name_cut_elsewhere),
        cmocka_unit_test(test_seen_names_of_a_corpus_are_its_entities),
        cmocka_unit_test(test_what_gold_does_not_know_is_not_counted),
        cmocka_unit_test(test_accuracy_is_of_known_tokens),
        cmocka_unit_test(test_bad_tags_are_summed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
