/*
 * Laws of tags and scores over random sequences, and agreement with the oracle for conlleval.
 */
#include "support/test.h"

#include "base/random.h"
#include "model/score.h"
#include "support/conlleval.h"
#include "text/tagset.h"

enum { LONGEST = 12, N_TYPES = 3, N_ROUNDS = 20000 };

static const char *const type_names[N_TYPES] = {"PER", "LOC", "creative-work"};

static struct tagset *three_types(enum scheme scheme, bool has_bare_names)
{
    struct tagset *t = tagset_new();
    for (size_t i = 0; i < N_TYPES; i++)
        assert_int_equal(tagset_add_type(t, type_names[i], strlen(type_names[i])), i);
    tagset_set_scheme(t, scheme, has_bare_names);
    return t;
}

/* ---- random sequences ---- */

struct tagged {
    size_t n;
    struct spelled spelled[LONGEST];
    int32_t types[LONGEST];
    int32_t tags[LONGEST];
};

/* Any prefixes of a given alphabet ("OBIES" and the like) before any types, sense or not. */
static void draw(struct tagged *s, size_t n, struct random *r, const char *alphabet)
{
    s->n = n;
    for (size_t i = 0; i < n; i++) {
        char prefix = alphabet[random_below(r, strlen(alphabet))];
        s->types[i] = prefix == 'O' ? -1 : (int32_t)random_below(r, N_TYPES);
        const char *name = prefix == 'O' ? "" : type_names[s->types[i]];
        s->spelled[i] = (struct spelled){prefix == '.' ? 0 : prefix, name, strlen(name)};
    }
    tags_from_spelled(s->tags, s->spelled, s->types, n, false);
}

static const char *const alphabets[] = {"OBIES", "OBI", "OI", "OB", "OIIB", "OOS", "OIE", "O."};
enum { N_ALPHABETS = sizeof alphabets / sizeof *alphabets };

static const char *any_alphabet(struct random *r)
{
    return alphabets[random_below(r, N_ALPHABETS)];
}

/* What the oracle sees: a bare name counts as I-. */
static void oracle_of(struct oracle_tag *out, const struct tagged *s)
{
    for (size_t i = 0; i < s->n; i++) {
        char prefix = s->spelled[i].prefix;
        out[i] = (struct oracle_tag){prefix ? prefix : 'I', prefix == 'O' ? "" : type_names[s->types[i]]};
    }
}

static void ask_oracle(struct conlleval *counts, const struct tagged *gold, const struct tagged *predicted)
{
    struct oracle_tag g[LONGEST];
    struct oracle_tag p[LONGEST];
    oracle_of(g, gold);
    oracle_of(p, predicted);
    conlleval_add(counts, g, p, gold->n);
}

/* ---- laws ---- */

static void assert_same_entities(const struct entity *a, size_t n_a, const struct entity *b, size_t n_b)
{
    assert_int_equal(n_a, n_b);
    for (size_t i = 0; i < n_a; i++) {
        assert_int_equal(a[i].first, b[i].first);
        assert_int_equal(a[i].last, b[i].last);
        assert_int_equal(a[i].type, b[i].type);
    }
}

/* Entities with gaps, neighbours and all lengths. */
static size_t draw_entities(struct entity *out, size_t n, struct random *r)
{
    size_t n_entities = 0;
    for (size_t i = 0; i < n;) {
        size_t length = 1 + (size_t)random_below(r, 3);
        if (random_below(r, 3) == 0 || i + length > n) {
            i++;
            continue;
        }
        out[n_entities++] = (struct entity){i, i + length, (int32_t)random_below(r, N_TYPES)};
        i += length;
    }
    return n_entities;
}

/* Spells the tags in the set's scheme and reads them back from the strings. */
static void spell_and_read(const struct tagset *t, const int32_t *tags, size_t n, struct tagged *out)
{
    int32_t spelled[LONGEST];
    tags_spell(t, spelled, tags, n);
    out->n = n;
    for (size_t i = 0; i < n; i++) {
        assert_in_range(spelled[i], 0, tagset_tag_names(t) - 1);
        const char *name = tagset_tag_name(t, spelled[i]);
        out->spelled[i] = tag_spell_out(name, strlen(name));
        out->types[i] =
            out->spelled[i].prefix == 'O' ? -1 : tagset_find_type(t, out->spelled[i].name, out->spelled[i].n);
    }
    tags_from_spelled(out->tags, out->spelled, out->types, n, tagset_scheme(t) == SCHEME_PLAIN);
}

static void test_spans_to_tags_to_spans_is_the_identity(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(11));
    const enum scheme schemes[] = {SCHEME_IOB1, SCHEME_IOB2, SCHEME_IOBES};
    for (size_t k = 0; k < sizeof schemes / sizeof *schemes; k++) {
        struct tagset *t = three_types(schemes[k], false);
        for (size_t round = 0; round < N_ROUNDS; round++) {
            struct entity drawn[LONGEST];
            struct entity found[LONGEST];
            int32_t tags[LONGEST];
            struct tagged again;
            size_t n = (size_t)random_below(&r, LONGEST + 1);
            size_t n_drawn = draw_entities(drawn, n, &r);
            tags_from_entities(tags, n, drawn, n_drawn);
            assert_same_entities(found, tags_to_entities(found, tags, n), drawn, n_drawn);
            spell_and_read(t, tags, n, &again);
            assert_same_entities(found, tags_to_entities(found, again.tags, n), drawn, n_drawn);
            assert_int_equal(tags_count_bad(t, again.spelled, again.tags, n, NULL), 0);
        }
        tagset_free(t);
    }
}

/* IO cannot tell neighbours of one type apart: they come back as one, everything else as it was. */
static void test_io_joins_neighbours_of_a_type_and_keeps_the_rest(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(12));
    for (int has_bare_names = 0; has_bare_names < 2; has_bare_names++) {
        struct tagset *t = three_types(SCHEME_IO, has_bare_names);
        for (size_t round = 0; round < N_ROUNDS; round++) {
            struct entity drawn[LONGEST];
            struct entity found[LONGEST];
            int32_t tags[LONGEST];
            struct tagged again;
            size_t n = (size_t)random_below(&r, LONGEST + 1);
            size_t n_drawn = draw_entities(drawn, n, &r);
            tags_from_entities(tags, n, drawn, n_drawn);
            size_t n_joined = 0;
            for (size_t i = 0; i < n_drawn; i++) {
                struct entity *last = n_joined > 0 ? &drawn[n_joined - 1] : NULL;
                if (last && last->last == drawn[i].first && last->type == drawn[i].type)
                    last->last = drawn[i].last;
                else
                    drawn[n_joined++] = drawn[i];
            }
            spell_and_read(t, tags, n, &again);
            assert_same_entities(found, tags_to_entities(found, again.tags, n), drawn, n_joined);
        }
        tagset_free(t);
    }
}

static void test_any_sequence_gives_ascending_entities_and_respells_well_formed(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(13));
    const enum scheme schemes[] = {SCHEME_IO, SCHEME_IOB1, SCHEME_IOB2, SCHEME_IOBES};
    for (size_t round = 0; round < N_ROUNDS; round++) {
        struct tagset *t = three_types(schemes[round % 4], false);
        struct tagged s;
        struct tagged again;
        struct entity found[LONGEST];
        draw(&s, (size_t)random_below(&r, LONGEST + 1), &r, any_alphabet(&r));
        size_t n_entities = tags_to_entities(found, s.tags, s.n);
        size_t end = 0;
        size_t n_covered = 0;
        for (size_t i = 0; i < n_entities; i++) {
            assert_true(found[i].first >= end && found[i].last > found[i].first && found[i].last <= s.n);
            end = found[i].last;
            n_covered += found[i].last - found[i].first;
        }
        for (size_t i = 0; i < s.n; i++)
            n_covered += s.types[i] < 0;
        assert_int_equal(n_covered, s.n);
        spell_and_read(t, s.tags, s.n, &again);
        assert_int_equal(tags_count_bad(t, again.spelled, again.tags, s.n, NULL), 0);
        tagset_free(t);
    }
}

/* Also tags that nothing spelled: an inside anywhere. */
static void test_any_numbers_are_tags(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(14));
    struct tagset *t = three_types(SCHEME_IOB2, false);
    for (size_t round = 0; round < N_ROUNDS; round++) {
        int32_t tags[LONGEST];
        struct tagged again;
        struct entity found[LONGEST];
        struct entity respelled[LONGEST];
        size_t n = (size_t)random_below(&r, LONGEST + 1);
        for (size_t i = 0; i < n; i++)
            tags[i] = (int32_t)random_below(&r, 1 + 2 * N_TYPES);
        size_t n_entities = tags_to_entities(found, tags, n);
        spell_and_read(t, tags, n, &again);
        assert_same_entities(respelled, tags_to_entities(respelled, again.tags, n), found, n_entities);
    }
    tagset_free(t);
}

static void add(oriel_scores *s, const struct tagged *gold, const struct tagged *predicted)
{
    assert_true(scores_add(s, NULL, NULL, gold->n, gold->tags, predicted->tags, NULL));
}

static void draw_pair(struct tagged *gold, struct tagged *predicted, struct random *r, const char *alphabet)
{
    size_t n = (size_t)random_below(r, LONGEST + 1);
    draw(gold, n, r, alphabet);
    draw(predicted, n, r, alphabet);
    /* agreement that chance alone would seldom give */
    for (size_t i = 0; i < n && random_below(r, 8) > 0; i++) {
        predicted->spelled[i] = gold->spelled[i];
        predicted->types[i] = gold->types[i];
    }
    tags_from_spelled(predicted->tags, predicted->spelled, predicted->types, n, false);
}

static void test_counts_are_those_of_conlleval(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(15));
    struct tagset *t = three_types(SCHEME_IOB2, false);
    struct conlleval sum = {0};
    for (size_t round = 0; round < N_ROUNDS; round++) {
        struct tagged gold;
        struct tagged predicted;
        struct conlleval expected = {0};
        draw_pair(&gold, &predicted, &r, any_alphabet(&r));
        ask_oracle(&expected, &gold, &predicted);
        oriel_scores *s = scores_new(t, NULL, NULL);
        add(s, &gold, &predicted);
        oriel_score micro = oriel_scores_micro(s, ORIEL_ENTITIES);
        assert_int_equal(micro.gold, expected.gold);
        assert_int_equal(micro.predicted, expected.predicted);
        assert_int_equal(micro.correct, expected.correct);
        sum.correct += micro.correct;
        sum.gold += micro.gold;
        oriel_scores_free(s);
    }
    /* the sequences must be worth it: neither all right nor all wrong */
    assert_in_range(100 * sum.correct / sum.gold, 20, 80);
    tagset_free(t);
}

/* Where both sides are well-formed in one scheme, the share of right tags is conlleval's too. */
static void test_accuracy_is_that_of_conlleval(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(16));
    const enum scheme schemes[] = {SCHEME_IO, SCHEME_IOB1, SCHEME_IOB2, SCHEME_IOBES};
    for (size_t round = 0; round < N_ROUNDS; round++) {
        struct tagset *t = three_types(schemes[round % 4], false);
        struct tagged drawn[2];
        struct tagged gold;
        struct tagged predicted;
        struct conlleval expected = {0};
        draw_pair(&drawn[0], &drawn[1], &r, "OBIES");
        spell_and_read(t, drawn[0].tags, drawn[0].n, &gold);
        spell_and_read(t, drawn[1].tags, drawn[1].n, &predicted);
        ask_oracle(&expected, &gold, &predicted);
        oriel_scores *s = scores_new(t, NULL, NULL);
        add(s, &gold, &predicted);
        double found = oriel_scores_about(s).accuracy * (double)gold.n;
        double wanted = (double)expected.right_tags;
        assert_close(&found, &wanted, 1, 1e-9, 0);
        oriel_scores_free(s);
        tagset_free(t);
    }
}

static void test_swapping_sides_swaps_precision_and_recall(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(17));
    struct tagset *t = three_types(SCHEME_IOB2, false);
    for (size_t round = 0; round < N_ROUNDS / 10; round++) {
        oriel_scores *a = scores_new(t, NULL, NULL);
        oriel_scores *b = scores_new(t, NULL, NULL);
        for (size_t i = 0; i < 3; i++) {
            struct tagged gold;
            struct tagged predicted;
            draw_pair(&gold, &predicted, &r, any_alphabet(&r));
            add(a, &gold, &predicted);
            add(b, &predicted, &gold);
        }
        for (oriel_level level = ORIEL_ENTITIES; level <= ORIEL_TOKENS; level++) {
            oriel_score x = oriel_scores_micro(a, level);
            oriel_score y = oriel_scores_micro(b, level);
            double forward[] = {x.precision, x.recall, x.f1, oriel_scores_macro(a, level).f1};
            double backward[] = {y.recall, y.precision, y.f1, oriel_scores_macro(b, level).f1};
            assert_close(forward, backward, 4, 1e-12, 0);
        }
        oriel_scores_free(a);
        oriel_scores_free(b);
    }
    tagset_free(t);
}

static void test_counts_of_two_halves_add_to_the_whole(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(18));
    struct tagset *t = three_types(SCHEME_IOB2, false);
    for (size_t round = 0; round < N_ROUNDS / 10; round++) {
        oriel_scores *whole = scores_new(t, NULL, NULL);
        oriel_scores *half[2] = {scores_new(t, NULL, NULL), scores_new(t, NULL, NULL)};
        for (size_t i = 0; i < 4; i++) {
            struct tagged gold;
            struct tagged predicted;
            draw_pair(&gold, &predicted, &r, any_alphabet(&r));
            add(whole, &gold, &predicted);
            add(half[i % 2], &gold, &predicted);
        }
        scores_merge(half[0], half[1]);
        for (size_t type = 0; type < N_TYPES; type++) {
            for (oriel_level level = ORIEL_ENTITIES; level <= ORIEL_UNSEEN; level++) {
                oriel_score x = oriel_scores_type(whole, level, type);
                oriel_score y = oriel_scores_type(half[0], level, type);
                assert_string_equal(x.name, y.name);
                assert_true(x.gold == y.gold && x.predicted == y.predicted && x.correct == y.correct);
            }
        }
        oriel_scores_facts x = oriel_scores_about(whole);
        oriel_scores_facts y = oriel_scores_about(half[0]);
        assert_int_equal(x.n_sentences, y.n_sentences);
        assert_int_equal(x.n_tokens, y.n_tokens);
        assert_close(&x.accuracy, &y.accuracy, 1, 0, 0);
        oriel_scores_free(whole);
        oriel_scores_free(half[0]);
        oriel_scores_free(half[1]);
    }
    tagset_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans_to_tags_to_spans_is_the_identity),
        cmocka_unit_test(test_io_joins_neighbours_of_a_type_and_keeps_the_rest),
        cmocka_unit_test(test_any_sequence_gives_ascending_entities_and_respells_well_formed),
        cmocka_unit_test(test_any_numbers_are_tags),
        cmocka_unit_test(test_counts_are_those_of_conlleval),
        cmocka_unit_test(test_accuracy_is_that_of_conlleval),
        cmocka_unit_test(test_swapping_sides_swaps_precision_and_recall),
        cmocka_unit_test(test_counts_of_two_halves_add_to_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
