/*
 * Corpora of which not all is known or trusted: tags that are "?", and sentences with weights.
 */
#include "support/test.h"

#include <stdio.h>

#include "model/score.h"
#include "text/corpus.h"

static const oriel_columns plain_columns;

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* Reads the text into a new set and corpus, or fails the test. */
static struct tagset *must_read(struct corpus *c, const char *text)
{
    struct tagset *t = tagset_new();
    oriel_error err;
    assert_ok(corpus_read_bytes(c, t, true, text, strlen(text), "x.conll", &plain_columns, &err), err);
    return t;
}

static void test_a_question_mark_is_a_tag_that_is_not_known(void **state)
{
    (void)state;
    struct corpus c;
    struct tagset *t = must_read(&c, "?\t?\nAda ?\nKing I-PER\nsaw O\nRome ?\n\nOslo ?\n\nBo B-PER\nand O\nAl ?\n");
    const int32_t expected[] = {TAG_UNKNOWN, TAG_UNKNOWN,  tag_inside(0), TAG_OUTSIDE, TAG_UNKNOWN,
                                TAG_UNKNOWN, tag_begin(0), TAG_OUTSIDE,   TAG_UNKNOWN};
    assert_int_equal(c.s.n_tokens, 9);
    assert_memory_equal(c.tags, expected, sizeof expected);
    assert_int_equal(tagset_types(t), 1);
    assert_int_equal(tagset_scheme(t), SCHEME_IOB2);
    assert_int_equal(c.n_bad_tags, 0);
    corpus_clear(&c);
    tagset_free(t);
}

static void test_labels_may_be_partly_known(void **state)
{
    (void)state;
    struct corpus c;
    struct tagset *t = must_read(&c, "Ada NOUN\nsang ?\nloud ADV\n");
    const int32_t expected[] = {tag_begin(0), TAG_UNKNOWN, tag_begin(1)};
    assert_memory_equal(c.tags, expected, sizeof expected);
    assert_int_equal(tagset_scheme(t), SCHEME_PLAIN);
    corpus_clear(&c);
    tagset_free(t);
}

static void test_a_comment_that_ends_in_a_question_mark_is_one(void **state)
{
    (void)state;
    struct corpus c;
    struct tagset *t = must_read(&c, "Ada NNP B-PER\n\n# why ?\n# is it ?\nIt PRP O\n");
    assert_int_equal(c.s.n_tokens, 2);
    corpus_clear(&c);
    tagset_free(t);
}

static void assert_weights(const char *text, const float *expected, size_t n)
{
    struct corpus c;
    struct tagset *t = must_read(&c, text);
    assert_int_equal(c.s.n_sentences, n);
    for (size_t i = 0; i < n; i++) {
        if (c.weights[i] != expected[i])
            fail_msg("sentence %zu weighs %g", i, (double)c.weights[i]);
    }
    corpus_clear(&c);
    tagset_free(t);
}

static void test_a_sentence_has_the_weight_that_the_comment_before_it_says(void **state)
{
    (void)state;
    assert_weights("a O\n\n# weight = 0.3\nb O\nc O\n\nd O\n", (float[]){1, 0.3F, 1}, 3);
    assert_weights("# weight = 2e1\na O\n\n# id = 7\n#weight=0\n# text\nb O\n", (float[]){20, 0}, 2);
    assert_weights("# weight = 3\n#\tweight\t=\tO\na O\n", (float[]){3}, 1); /* a token, by its tab */
    assert_weights("# weight = 3\n# weight = 4\na O\n", (float[]){4}, 1);
    assert_weights("#   weight =\t.5 \t\r\na O\n\n# weight = 7\n", (float[]){0.5F}, 1);
    assert_weights("# weight = 2\n\n-DOCSTART- O\n\na O\n", (float[]){2}, 1);
    /* remarks of another kind */
    assert_weights("# weight\na O\n\n# weights = 3\nb O\n\n# weight of x = 3\nc O\n\n# = 3\nd O\n",
                   (float[]){1, 1, 1, 1}, 4);
}

static void test_a_weight_does_not_reach_into_the_next_file(void **state)
{
    (void)state;
    const char *first = test_path("first.conll");
    const char *second = test_path("second.conll");
    const char first_text[] = "# weight = 0.5\na O\n\n# weight = 9\n";
    const char second_text[] = "b O\n\n# weight = 0.25\nc O\n";
    test_write(first, first_text, strlen(first_text));
    test_write(second, second_text, strlen(second_text));
    const char *files[] = {first, second};
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_ok(corpus_read(&c, t, true, files, 2, &plain_columns, &err), err);
    assert_int_equal(c.s.n_sentences, 3);
    assert_true(c.weights[0] == 0.5F && c.weights[1] == 1 && c.weights[2] == 0.25F);
    corpus_clear(&c);
    tagset_free(t);
}

/* ---- scoring ---------------------------------------------------------------------------------------------------- */

struct told {
    size_t n;
    oriel_mistake at[4];
};

static void note(void *user, const oriel_mistake *m)
{
    struct told *told = user;
    assert_in_range(told->n, 0, 3);
    told->at[told->n++] = *m;
}

static void test_nothing_is_a_mistake_where_gold_is_not_known(void **state)
{
    (void)state;
    const char text[] = "a B-PER B-PER\nb ? I-PER\nc O I-PER\n\n" /* it may go on */
                        "d ? B-LOC\ne O I-LOC\n\n"                /* overlaps what is not known */
                        "f B-PER O\ng ? O\n\n"                    /* missed, however long it is */
                        "h ? B-LOC\ni I-LOC O\nj O B-ORG\n";      /* j is spurious */
    const char *path = test_path("pair.conll");
    test_write(path, text, strlen(text));
    struct told told = {0};
    oriel_eval_options o = {.on_mistake = note, .user = &told};
    oriel_scores *s;
    oriel_error err;
    assert_ok(oriel_eval_files(&s, path, NULL, &o, &err), err);
    assert_int_equal(told.n, 2);
    assert_int_equal(told.at[0].line, 8);
    assert_true(told.at[0].gold_type && !told.at[0].predicted_type);
    assert_int_equal(told.at[1].line, 11);
    assert_true(!told.at[1].gold_type && told.at[1].predicted_type && told.at[1].predicted.begin == 2);
    oriel_score micro = oriel_scores_micro(s, ORIEL_ENTITIES);
    assert_true(micro.gold == 1 && micro.predicted == 1 && micro.correct == 0);
    oriel_scores_free(s);
}

/* ---- all short sentences, with all choices of tokens hidden ----------------------------------------------------- */

enum { N_TYPES = 2, LONGEST = 5 };

static const struct {
    enum scheme scheme;
    bool has_bare_names;
} schemes[] = {
    {SCHEME_IO, false}, {SCHEME_IO, true}, {SCHEME_IOB1, false}, {SCHEME_IOB2, false}, {SCHEME_IOBES, false}};

struct tagged {
    struct spelled spelled[LONGEST];
    int32_t tags[LONGEST];
};

/* Tags as they are in a file of the set's scheme, those whose bit is set as "?", and read again. */
static void write_and_read(struct tagged *out, const struct tagset *t, const int32_t *tags, size_t n, unsigned hidden)
{
    int32_t numbers[LONGEST];
    int32_t types[LONGEST];
    tags_spell(t, numbers, tags, n);
    for (size_t i = 0; i < n; i++) {
        const char *name = hidden >> i & 1 ? "?" : tagset_tag_name(t, numbers[i]);
        out->spelled[i] = tag_spell_out(name, strlen(name));
        types[i] = tagset_find_type(t, out->spelled[i].name, out->spelled[i].n); /* -1 for no name */
    }
    tags_from_spelled(out->tags, out->spelled, types, n, false);
}

static bool is_perfect(const oriel_scores *s)
{
    oriel_score entities = oriel_scores_micro(s, ORIEL_ENTITIES);
    oriel_score tokens = oriel_scores_micro(s, ORIEL_TOKENS);
    return entities.gold == entities.correct && entities.predicted == entities.correct &&
           tokens.gold == tokens.correct && tokens.predicted == tokens.correct &&
           (oriel_scores_about(s).n_tokens == 0 || oriel_scores_about(s).accuracy == 1);
}

/* With any of its tags hidden, a well-formed sentence has no bad tag; predicted as it is, nothing is wrong; and what is
 * left of it is read from what it is spelled as. */
static void assert_nothing_is_wrong(oriel_scores *s, const struct tagset *t, const int32_t *tags, size_t n)
{
    struct tagged all;
    write_and_read(&all, t, tags, n, 0);
    for (unsigned hidden = 0; hidden < 1U << n; hidden++) {
        struct tagged known;
        struct tagged again;
        write_and_read(&known, t, all.tags, n, hidden);
        if (tags_count_bad(t, known.spelled, known.tags, n, NULL) > 0)
            fail_msg("%s: hiding %x makes a tag bad", scheme_name(tagset_scheme(t)), hidden);
        assert_true(scores_add(s, NULL, NULL, n, known.tags, all.tags, NULL));
        if (!is_perfect(s))
            fail_msg("%s: hiding %x makes what is right wrong", scheme_name(tagset_scheme(t)), hidden);
        write_and_read(&again, t, known.tags, n, 0);
        assert_memory_equal(again.tags, known.tags, n * sizeof *tags);
    }
}

static void test_hiding_what_is_right_makes_nothing_wrong(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof schemes / sizeof *schemes; k++) {
        struct tagset *t = tagset_new();
        assert_true(tagset_add_type(t, "PER", 3) == 0 && tagset_add_type(t, "LOC", 3) == 1);
        tagset_set_scheme(t, schemes[k].scheme, schemes[k].has_bare_names);
        oriel_scores *s = scores_new(t, NULL, NULL);
        for (size_t i = 0; i < 5 * 5 * 5 * 5 * 5; i++) {
            int32_t tags[LONGEST];
            size_t rest = i;
            for (size_t n = 0; n < LONGEST; n++, rest /= 5)
                tags[n] = (int32_t)(rest % 5);
            assert_nothing_is_wrong(s, t, tags, LONGEST);
        }
        assert_int_equal(oriel_scores_about(s).n_sentences, 5 * 5 * 5 * 5 * 5 << LONGEST);
        oriel_scores_free(s);
        tagset_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_mark_is_a_tag_that_is_not_known),
        cmocka_unit_test(test_labels_may_be_partly_known),
        cmocka_unit_test(test_a_comment_that_ends_in_a_question_mark_is_one),
        cmocka_unit_test(test_a_sentence_has_the_weight_that_the_comment_before_it_says),
        cmocka_unit_test(test_a_weight_does_not_reach_into_the_next_file),
        cmocka_unit_test(test_nothing_is_a_mistake_where_gold_is_not_known),
        cmocka_unit_test(test_hiding_what_is_right_makes_nothing_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
