/*
 * Tagging sentences with a model whose answers can be worked out by hand (support/tiny_model.h): which tokens are tagged,
 * how sure it is, and where the spans are.
 */
#include "support/test.h"

#include <math.h>

#include "support/tiny_tagger.h"

#define SIGMOID_2 0.88079707797788243 /* 1 / (1 + e^-2) */
#define SIGMOID_4 0.98201379003790845

/* A sentence of words with a blank after each; tokens is filled. */
static oriel_sentence sentence_of(const char *text, oriel_range *tokens)
{
    oriel_sentence s = {.text = text, .n_text = strlen(text), .tokens = tokens};
    for (size_t at = 0; text[at]; at++) {
        size_t n = strcspn(text + at, " ");
        tokens[s.n_tokens++] = (oriel_range){at, at + n};
        at += n;
        if (!text[at])
            break;
    }
    return s;
}

/* Tags as they are spelled, with a blank after each, are as expected. */
static void assert_tags(const struct pair *p, const char *text, const char *expected)
{
    oriel_range tokens[64];
    oriel_error err;
    oriel_tags tags;
    char found[512] = "";
    oriel_sentence s = sentence_of(text, tokens);
    assert_ok(oriel_tag_sentence(p->t, &s, &tags, &err), err);
    for (size_t i = 0; i < s.n_tokens; i++) {
        strcat(found, i ? " " : "");
        strcat(found, oriel_model_tag_name(p->m, tags.tags[i]));
    }
    assert_string_equal(found, expected);
}

static void assert_span(oriel_span s, size_t begin, size_t end, size_t first, size_t last, int type, double confidence)
{
    assert_int_equal(s.begin, begin);
    assert_int_equal(s.end, end);
    assert_int_equal(s.first, first);
    assert_int_equal(s.last, last);
    assert_int_equal(s.type, type);
    double found = (double)s.confidence;
    assert_close(&found, &confidence, 1, 0, 1e-7);
}

/* ---- sentences -------------------------------------------------------------------------------------------------- */

/* Scores: Ada PER 4 - 2 - 2 = 0; in -2; Rome LOC 6 - 2 = 4; said -2; the dot -2.  A score of 0 reaches 0.5. */
static void test_tags_and_confidences_are_those_worked_out_by_hand(void **state)
{
    (void)state;
    struct pair p = tiny_pair(-1);
    oriel_range tokens[8];
    oriel_tags tags;
    oriel_error err;
    oriel_sentence s = sentence_of("Ada in ROME said .", tokens);
    assert_ok(oriel_tag_sentence(p.t, &s, &tags, &err), err);
    assert_int_equal(tags.n_spans, 2);
    assert_span(tags.spans[0], 0, 3, 0, 1, 0, 0.5);
    assert_span(tags.spans[1], 7, 11, 2, 3, 1, SIGMOID_4);
    assert_tags(&p, "Ada in ROME said .", "B-PER O B-LOC O O");
    pair_clear(&p);
}

/* The window reaches neither beyond the sentence nor further than one token. */
static void test_neighbours_count_at_their_side_only(void **state)
{
    (void)state;
    struct pair p = tiny_pair(-1);
    assert_tags(&p, "bob said", "B-PER O");
    assert_tags(&p, "said bob", "O O");
    assert_tags(&p, "in oslo", "O B-LOC");
    assert_tags(&p, "oslo in", "O O");
    assert_tags(&p, "bob today said", "O B-PER O");
    assert_tags(&p, "said", "O");
    assert_tags(&p, "in", "O");
    pair_clear(&p);
}

static void test_neighbours_of_one_type_are_one_entity(void **state)
{
    (void)state;
    struct pair p = tiny_pair(-1);
    oriel_range tokens[8];
    oriel_tags tags;
    oriel_error err;
    oriel_sentence s = sentence_of("Ada Zoë Ada Rome x Ada", tokens);
    assert_ok(oriel_tag_sentence(p.t, &s, &tags, &err), err);
    assert_int_equal(tags.n_spans, 3);
    assert_span(tags.spans[0], 0, 12, 0, 3, 0, SIGMOID_2 * SIGMOID_2 * SIGMOID_2); /* ë is two bytes */
    assert_span(tags.spans[1], 13, 17, 3, 4, 1, SIGMOID_2);
    assert_span(tags.spans[2], 20, 23, 5, 6, 0, SIGMOID_2);
    assert_tags(&p, "Ada Zoë Ada Rome x Ada", "B-PER I-PER I-PER B-LOC O B-PER");
    pair_clear(&p);
}

static void test_tags_are_spelled_in_the_scheme_of_the_model(void **state)
{
    (void)state;
    static const char *const expected[][2] = {
        {"IO", "I-PER I-PER I-LOC O I-PER"},   {"IOB1", "I-PER I-PER I-LOC O I-PER"},
        {"IOB2", "B-PER I-PER B-LOC O B-PER"}, {"IOBES", "B-PER E-PER S-LOC O S-PER"},
        {"plain", "PER PER LOC PER PER"}, /* of equal scores the first */
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct tiny_model file = tiny_model();
        tiny_set_text(&file, "scheme", expected[i][0]);
        struct pair p = pair_of(&file, -1);
        assert_tags(&p, "Ada Zoë Rome x Ada", expected[i][1]);
        pair_clear(&p);
    }
}

static void test_plain_labels_are_a_span_to_a_token(void **state)
{
    (void)state;
    struct tiny_model file = tiny_model();
    tiny_set_text(&file, "scheme", "plain");
    struct pair p = pair_of(&file, 1); /* the threshold is for entities */
    oriel_range tokens[8];
    oriel_tags tags;
    oriel_error err;
    oriel_sentence s = sentence_of("Ada Ada x", tokens);
    assert_ok(oriel_tag_sentence(p.t, &s, &tags, &err), err);
    assert_int_equal(tags.n_spans, 3);
    assert_span(tags.spans[0], 0, 3, 0, 1, 0, SIGMOID_2);
    assert_span(tags.spans[1], 4, 7, 1, 2, 0, SIGMOID_2);
    assert_span(tags.spans[2], 8, 9, 2, 3, 0, 1 - SIGMOID_2); /* score -2 */
    pair_clear(&p);
}

/* Confidences are 0.88 (Ada), 0.5 (bob before said), 0.12 (the rest). */
static void test_the_threshold_decides(void **state)
{
    (void)state;
    static const struct {
        double threshold;
        const char *expected;
    } cases[] = {
        {0, "B-PER I-PER I-PER I-PER"},
        {0.12, "B-PER O B-PER O"},
        {0.5, "B-PER O B-PER O"},
        {0.5000001, "B-PER O O O"},
        {0.8807, "B-PER O O O"},
        {0.8808, "O O O O"},
        {1, "O O O O"},
        {-1, "B-PER O B-PER O"}, /* the model's own, 0.5 */
        {-0.001, "B-PER O B-PER O"},
        {(double)NAN, "B-PER O B-PER O"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pair p = tiny_pair(cases[i].threshold);
        assert_tags(&p, "Ada x bob said", cases[i].expected);
        pair_clear(&p);
    }
}

static void test_the_models_own_threshold_is_used_without_options(void **state)
{
    (void)state;
    struct tiny_model file = tiny_model();
    tiny_set_text(&file, "threshold", "0.6");
    struct pair p = {.m = tiny_made(&file)};
    oriel_error err;
    assert_ok(oriel_tagger_new(&p.t, p.m, NULL, &err), err);
    assert_tags(&p, "Ada x bob said", "B-PER O O O");
    pair_clear(&p);
}

static void test_a_threshold_above_one_is_an_argument_error(void **state)
{
    (void)state;
    struct pair p = tiny_pair(-1);
    static const double bad[] = {1.0000001, 2, (double)INFINITY};
    for (size_t i = 0; i < 3; i++) {
        oriel_tagger *t = p.t;
        oriel_error err;
        assert_int_equal(oriel_tagger_new(&t, p.m, &(oriel_tagger_options){.threshold = bad[i]}, &err), ORIEL_EARG);
        assert_null(t);
        assert_non_null(strstr(err.text, "threshold"));
    }
    oriel_tagger_free(NULL);
    pair_clear(&p);
}

static void test_tokens_that_are_no_tokens_are_an_argument_error(void **state)
{
    (void)state;
    static const struct {
        oriel_range tokens[2];
        size_t n;
    } cases[] = {
        {{{0, 3}, {2, 5}}, 2}, /* overlap */
        {{{4, 7}, {0, 3}}, 2}, /* fall */
        {{{0, 3}, {0, 3}}, 2}, /* twice */
        {{{3, 3}}, 1},         /* empty */
        {{{3, 2}}, 1},         /* ends before it begins */
        {{{5, 9}}, 1},         /* beyond the 8 bytes */
        {{{8, 9}}, 1},         {{{SIZE_MAX, SIZE_MAX}}, 1},
        {{{0, SIZE_MAX}}, 1},  {{{0, 3}, {4, 7}}, 2}, /* half of the ë */
        {{{0, 3}, {7, 8}}, 2},                        /* the other half */
    };
    struct pair p = tiny_pair(-1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        oriel_sentence s = {.text = "Ada Zoë", .n_text = 8, .tokens = cases[i].tokens, .n_tokens = cases[i].n};
        oriel_tags tags = {.n_spans = 7};
        oriel_error err;
        assert_int_equal(oriel_tag_sentence(p.t, &s, &tags, &err), ORIEL_EARG);
        assert_null(tags.tags);
        assert_null(tags.spans);
        assert_int_equal(tags.n_spans, 0);
    }
    assert_tags(&p, "Ada Zoë", "B-PER I-PER"); /* the tagger is as it was */
    pair_clear(&p);
}

static void test_a_sentence_without_tokens_has_no_tags(void **state)
{
    (void)state;
    struct pair p = tiny_pair(0);
    oriel_sentence s = {0};
    oriel_tags tags;
    oriel_error err;
    assert_ok(oriel_tag_sentence(p.t, &s, &tags, &err), err);
    assert_int_equal(tags.n_spans, 0);
    pair_clear(&p);
}

static void test_what_was_tagged_before_changes_nothing(void **state)
{
    (void)state;
    struct pair p = tiny_pair(-1);
    for (size_t i = 0; i < 3; i++) {
        assert_tags(&p, "Ada Zoë Rome", "B-PER I-PER B-LOC");
        assert_tags(&p, "x", "O");
        assert_tags(&p, "in x said in x said in x said in x said", "O B-PER O O B-PER O O B-PER O O B-PER O");
    }
    pair_clear(&p);
}

/* Taggers made together say what one says alone, also when others of them are gone. */
static void test_taggers_that_share_are_freed_in_any_order(void **state)
{
    (void)state;
    struct pair p = tiny_pair(-1);
    oriel_tagger *alone = p.t;
    oriel_tagger *taggers[3];
    oriel_error err;
    assert_ok(oriel_taggers_new(taggers, 3, p.m, NULL, &err), err);
    for (size_t i = 3; i-- > 0;) {
        p.t = taggers[i];
        assert_tags(&p, "Ada saw Rome", "B-PER O B-LOC");
        oriel_tagger_free(taggers[i]);
    }
    p.t = alone;
    pair_clear(&p);
}

static void test_too_many_taggers_are_an_argument_error(void **state)
{
    (void)state;
    struct pair p = tiny_pair(-1);
    oriel_tagger *taggers[ORIEL_MAX_TAGGERS + 1];
    oriel_error err;
    assert_int_equal(oriel_taggers_new(taggers, ORIEL_MAX_TAGGERS + 1, p.m, NULL, &err), ORIEL_EARG);
    assert_string_equal(err.text, "taggers must be between 1 and 256, not 257");
    assert_int_equal(oriel_taggers_new(taggers, 0, p.m, NULL, &err), ORIEL_EARG);
    assert_int_equal(oriel_taggers_new(taggers, 2, p.m, &(oriel_tagger_options){.min_confidence = 2}, &err),
                     ORIEL_EARG);
    assert_true(taggers[0] == NULL && taggers[1] == NULL);
    pair_clear(&p);
}

/* A file's weights may be finite and what comes of them not: 3e38 * 2 is infinite, and infinity times 0 is no number. */
static void test_confidence_is_a_number_whatever_the_weights(void **state)
{
    (void)state;
    static const float huge[2][9] = {[0] = {[3] = 3e38F}};
    static const float rows[TINY_ROWS][TINY_DIM] = {[9] = {2, 0, 0}}; /* ada */
    static const float zero[2][2];
    struct tiny_model file = tiny_model();
    tiny_set_tensor(&file, &(struct tiny_tensor){"channel.0.rows", "F32", 2, {TINY_ROWS, TINY_DIM}, rows, sizeof rows});
    tiny_set_tensor(&file, &(struct tiny_tensor){"layer.0.weight", "F32", 2, {2, 9}, huge, sizeof huge});
    tiny_set_tensor(&file, &(struct tiny_tensor){"layer.1.weight", "F32", 2, {2, 2}, zero, sizeof zero});
    struct pair p = pair_of(&file, 0);
    oriel_range tokens[16];
    oriel_tags tags;
    oriel_error err;
    oriel_sentence s = sentence_of("x ada y", tokens);
    assert_ok(oriel_tag_sentence(p.t, &s, &tags, &err), err);
    assert_true(tags.n_spans > 0);
    for (size_t i = 0; i < tags.n_spans; i++)
        assert_true(tags.spans[i].confidence >= 0 && tags.spans[i].confidence <= 1);
    pair_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tags_and_confidences_are_those_worked_out_by_hand),
        cmocka_unit_test(test_neighbours_count_at_their_side_only),
        cmocka_unit_test(test_neighbours_of_one_type_are_one_entity),
        cmocka_unit_test(test_tags_are_spelled_in_the_scheme_of_the_model),
        cmocka_unit_test(test_plain_labels_are_a_span_to_a_token),
        cmocka_unit_test(test_the_threshold_decides),
        cmocka_unit_test(test_the_models_own_threshold_is_used_without_options),
        cmocka_unit_test(test_a_threshold_above_one_is_an_argument_error),
        cmocka_unit_test(test_tokens_that_are_no_tokens_are_an_argument_error),
        cmocka_unit_test(test_a_sentence_without_tokens_has_no_tags),
        cmocka_unit_test(test_what_was_tagged_before_changes_nothing),
        cmocka_unit_test(test_taggers_that_share_are_freed_in_any_order),
        cmocka_unit_test(test_too_many_taggers_are_an_argument_error),
        cmocka_unit_test(test_confidence_is_a_number_whatever_the_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
