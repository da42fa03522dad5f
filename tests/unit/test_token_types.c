/*
 * The types of a training corpus: what its distinct tokens are made of, where strings that are made of the
 * same are one.  The words known here are "ada" (row 7) and "rome" (row 8); shapes those of rome, Rome and ROME
 * (rows 7, 8, 9).
 */
#include "support/test.h"

#include "base/bytes.h"
#include "learn/token_types.h"

static void add_channel(struct channels *c, const char *feature, const char *const *values)
{
    struct channel *channel = &c->at[c->n++];
    assert_true(feature_from_name(&channel->feature, feature, strlen(feature)));
    if (channel->feature.kind == FEATURE_NGRAMS) {
        channel->n_buckets = 50;
        return;
    }
    channel->values = vocab_new();
    for (; *values; values++)
        assert_true(vocab_add(channel->values, *values, strlen(*values), 1) >= 0);
    assert_true(vocab_freeze(channel->values, 1));
}

static struct channels words_alone(void)
{
    static const char *const words[] = {"ada", "rome", NULL};
    struct channels c = {0};
    add_channel(&c, "word", words);
    return c;
}

static struct channels words_and_shapes(void)
{
    static const char *const shapes[] = {"xxxx", "Xxxx", "XXXX", NULL};
    struct channels c = words_alone();
    add_channel(&c, "shape", shapes);
    return c;
}

struct fixture {
    struct channels channels;
    struct token_types types;
};

static void fixture_init(struct fixture *f, struct channels channels)
{
    f->channels = channels;
    assert_true(token_types_init(&f->types, &f->channels));
}

static void fixture_clear(struct fixture *f)
{
    token_types_clear(&f->types);
    channels_clear(&f->channels);
}

static int32_t type_of(struct fixture *f, const char *token, enum spelling how)
{
    int32_t type = token_type(&f->types, token, strlen(token), how);
    assert_true(type >= 0 && (size_t)type < f->types.made_of.ids.n);
    return type;
}

/* The one row of a token in a channel. */
static int32_t row_of(const struct token_builder *b, const struct channels *c, size_t token, size_t channel)
{
    size_t n;
    const int32_t *ids = token_channel(&b->ids, c->n, token, channel, &n);
    assert_int_equal(n, 1);
    return ids[0];
}

/* ---- types ------------------------------------------------------------------------------------------------------ */

static void test_the_edges_are_types_0_and_1(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, words_and_shapes());
    assert_int_equal(f.types.made_of.ids.n, 2);
    for (size_t channel = 0; channel < 2; channel++) {
        assert_int_equal(row_of(&f.types.made_of, &f.channels, TYPE_BEFORE, channel), VOCAB_BEFORE);
        assert_int_equal(row_of(&f.types.made_of, &f.channels, TYPE_AFTER, channel), VOCAB_AFTER);
    }
    assert_int_equal(f.types.unknown[TYPE_BEFORE], VOCAB_BEFORE);
    assert_int_equal(f.types.unknown[TYPE_AFTER], VOCAB_AFTER);
    assert_int_equal(type_of(&f, "ada", SPELLING_AS_IS), 2);
    fixture_clear(&f);
}

static void test_a_string_is_one_type_however_often_it_comes(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, words_and_shapes());
    static const char *const tokens[] = {"ada", "rome", "ada", "Rome", "rome", "Rome"};
    static const int32_t expected[] = {2, 3, 2, 4, 3, 4};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(type_of(&f, tokens[i], SPELLING_AS_IS), expected[i]);
    assert_int_equal(f.types.made_of.ids.n, 5);
    assert_int_equal(row_of(&f.types.made_of, &f.channels, 4, 0), 8); /* Rome is found as rome */
    assert_int_equal(row_of(&f.types.made_of, &f.channels, 4, 1), 8);
    fixture_clear(&f);
}

static void test_strings_of_equal_values_are_one_type(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, words_alone());
    int32_t zebra = type_of(&f, "Zebra", SPELLING_AS_IS);
    assert_int_equal(type_of(&f, "Quark", SPELLING_AS_IS), zebra); /* both an unknown word with a capital */
    assert_int_not_equal(type_of(&f, "quark", SPELLING_AS_IS), zebra);
    int32_t rome = type_of(&f, "rome", SPELLING_AS_IS);
    assert_int_equal(type_of(&f, "Rome", SPELLING_AS_IS), rome);
    assert_int_equal(f.types.made_of.ids.n, 2 + 3); /* what was the same left nothing behind */
    assert_int_equal(f.types.made_of.n_ids, 2 + 3);
    assert_int_equal(row_of(&f.types.made_of, &f.channels, (size_t)rome, 0), 8);
    int32_t ada = type_of(&f, "ada", SPELLING_AS_IS); /* and what comes next has its own place */
    assert_int_equal(ada, 5);
    assert_int_equal(row_of(&f.types.made_of, &f.channels, (size_t)ada, 0), 7);
    assert_int_equal(row_of(&f.types.made_of, &f.channels, (size_t)zebra, 0), VOCAB_UNKNOWN_CAPITAL);
    fixture_clear(&f);
}

/* Equal in one channel is not enough: rome and Rome are the same word in two shapes, bern and rome two words in one. */
static void test_a_value_that_differs_makes_another_type(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, words_and_shapes());
    assert_int_not_equal(type_of(&f, "rome", SPELLING_AS_IS), type_of(&f, "Rome", SPELLING_AS_IS));
    assert_int_not_equal(type_of(&f, "rome", SPELLING_AS_IS), type_of(&f, "bern", SPELLING_AS_IS));
    assert_int_equal(type_of(&f, "bern", SPELLING_AS_IS), type_of(&f, "oslo", SPELLING_AS_IS));
    fixture_clear(&f);
}

static void test_the_unknown_row_is_that_of_the_string(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, words_and_shapes());
    static const struct {
        const char *token;
        int32_t row;
    } cases[] = {{"rome", VOCAB_UNKNOWN},       {"Rome", VOCAB_UNKNOWN_CAPITAL}, {"ROME", VOCAB_UNKNOWN_UPPER},
                 {"1990", VOCAB_UNKNOWN_DIGIT}, {",", VOCAB_UNKNOWN_SYMBOL},     {"oslo", VOCAB_UNKNOWN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(f.types.unknown[type_of(&f, cases[i].token, SPELLING_AS_IS)], cases[i].row);
    fixture_clear(&f);
}

static void test_a_type_keeps_the_unknown_row_of_its_first_string(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, words_alone());
    int32_t rome = type_of(&f, "rome", SPELLING_AS_IS);
    assert_int_equal(type_of(&f, "ROME", SPELLING_AS_IS), rome);
    assert_int_equal(f.types.unknown[rome], VOCAB_UNKNOWN);
    int32_t ada = type_of(&f, "Ada", SPELLING_AS_IS);
    assert_int_equal(type_of(&f, "ada", SPELLING_AS_IS), ada);
    assert_int_equal(f.types.unknown[ada], VOCAB_UNKNOWN_CAPITAL);
    fixture_clear(&f);
}

/* ---- spellings -------------------------------------------------------------------------------------------------- */

static void test_spellings_change_case_and_nothing_else(void **state)
{
    (void)state;
    static const char *const cases[][SPELLINGS] = {
        {"Rome", "rome", "ROME", "Rome"},
        {"McDonald's", "mcdonald's", "MCDONALD'S", "Mcdonald's"},
        {"ÉCOLE", "école", "ÉCOLE", "École"},
        {"москва", "москва", "МОСКВА", "Москва"},
        {"2025-b", "2025-b", "2025-B", "2025-b"},
        {"東京", "東京", "東京", "東京"},
        {"...", "...", "...", "..."},
    };
    struct bytes out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (enum spelling how = SPELLING_AS_IS; how < SPELLINGS; how++) {
            assert_true(spell(&out, cases[i][0], strlen(cases[i][0]), how));
            assert_int_equal(out.n, strlen(cases[i][how]));
            assert_memory_equal(out.at, cases[i][how], out.n);
        }
    bytes_clear(&out);
}

static void test_a_case_copy_has_the_type_of_the_string_it_becomes(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, words_and_shapes());
    int32_t lower = type_of(&f, "Rome", SPELLING_LOWER);
    int32_t upper = type_of(&f, "Rome", SPELLING_UPPER);
    int32_t capital = type_of(&f, "rOMe", SPELLING_CAPITAL);
    assert_true(lower != upper && lower != capital && upper != capital);
    assert_int_equal(type_of(&f, "rome", SPELLING_AS_IS), lower);
    assert_int_equal(type_of(&f, "ROME", SPELLING_AS_IS), upper);
    assert_int_equal(type_of(&f, "Rome", SPELLING_AS_IS), capital);
    assert_int_equal(f.types.made_of.ids.n, 5);
    assert_int_equal(f.types.unknown[upper], VOCAB_UNKNOWN_UPPER);
    fixture_clear(&f);
}

/* ---- the builder ------------------------------------------------------------------------------------------------ */

/* Between its marks "a" has one 3-gram, "ab" two and "abc" three. */
static void test_tokens_have_as_many_ids_as_their_channels_have_values(void **state)
{
    (void)state;
    struct channels c = words_alone();
    add_channel(&c, "ngrams3", NULL);
    struct token_builder b = {0};
    assert_true(token_builder_add_edge(&b, &c, VOCAB_BEFORE));
    static const char *const tokens[] = {"a", "ab", "abc"};
    for (size_t i = 0; i < 3; i++)
        assert_true(token_builder_add(&b, &c, tokens[i], strlen(tokens[i])));
    assert_int_equal(b.ids.n, 4);
    assert_int_equal(b.n_ids, 2 + 2 + 3 + 4);
    assert_int_equal(row_of(&b, &c, 0, 1), VOCAB_BEFORE);
    for (size_t token = 1; token <= 3; token++) {
        size_t n;
        const int32_t *ids = token_channel(&b.ids, c.n, token, 1, &n);
        assert_int_equal(n, token);
        for (size_t i = 0; i < n; i++)
            assert_in_range(ids[i], VOCAB_SPECIAL, VOCAB_SPECIAL + 49);
        assert_int_equal(row_of(&b, &c, token, 0), VOCAB_UNKNOWN);
    }
    token_builder_clear(&b);
    channels_clear(&c);
}

static void test_a_token_that_is_dropped_leaves_nothing(void **state)
{
    (void)state;
    struct channels c = words_alone();
    add_channel(&c, "ngrams3", NULL);
    struct token_builder b = {0};
    assert_true(token_builder_add(&b, &c, "ada", 3));
    size_t n_ids = b.n_ids;
    assert_true(token_builder_add(&b, &c, "something", 9));
    token_builder_drop(&b, &c);
    assert_int_equal(b.ids.n, 1);
    assert_int_equal(b.n_ids, n_ids);
    assert_true(token_builder_add(&b, &c, "rome", 4));
    assert_int_equal(row_of(&b, &c, 0, 0), 7);
    assert_int_equal(row_of(&b, &c, 1, 0), 8);
    token_builder_drop(&b, &c);
    token_builder_drop(&b, &c);
    assert_int_equal(b.n_ids, 0);
    token_builder_clear(&b);
    channels_clear(&c);
}

static void test_an_emptied_builder_begins_anew(void **state)
{
    (void)state;
    struct channels c = words_and_shapes();
    struct token_builder b = {0};
    for (size_t i = 0; i < 100; i++)
        assert_true(token_builder_add(&b, &c, "ada", 3));
    const int32_t *ids = b.ids.ids;
    token_builder_empty(&b);
    assert_int_equal(b.ids.n, 0);
    assert_true(token_builder_add(&b, &c, "Rome", 4));
    assert_int_equal(b.n_ids, 2);
    assert_int_equal(row_of(&b, &c, 0, 0), 8);
    assert_int_equal(row_of(&b, &c, 0, 1), 8);
    assert_ptr_equal(b.ids.ids, ids); /* in the memory it had */
    token_builder_clear(&b);
    channels_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_edges_are_types_0_and_1),
        cmocka_unit_test(test_a_string_is_one_type_however_often_it_comes),
        cmocka_unit_test(test_strings_of_equal_values_are_one_type),
        cmocka_unit_test(test_a_value_that_differs_makes_another_type),
        cmocka_unit_test(test_the_unknown_row_is_that_of_the_string),
        cmocka_unit_test(test_a_type_keeps_the_unknown_row_of_its_first_string),
        cmocka_unit_test(test_spellings_change_case_and_nothing_else),
        cmocka_unit_test(test_a_case_copy_has_the_type_of_the_string_it_becomes),
        cmocka_unit_test(test_tokens_have_as_many_ids_as_their_channels_have_values),
        cmocka_unit_test(test_a_token_that_is_dropped_leaves_nothing),
        cmocka_unit_test(test_an_emptied_builder_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
