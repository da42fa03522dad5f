/*
 * Whatever the weights are, no sequence of tags is produced that the corpus's scheme forbids, and who reads the tags finds
 * the entities that came with them: for every scheme and head, for the best and the n best, with entities left out or not.
 */
#include "support/test.h"

#include "support/gen_model.h"

enum { ROUNDS = 150, LONGEST = 9, N_WORDS = 6, N_BEST = 7 };

/* The tags as a file has them, read again. */
static size_t read_again(struct entity *out, const oriel_model *m, const int *tags, size_t n)
{
    struct spelled spelled[LONGEST];
    int32_t types[LONGEST];
    int32_t read[LONGEST];
    size_t first = 0;
    for (size_t i = 0; i < n; i++) {
        const char *name = oriel_model_tag_name(m, tags[i]);
        spelled[i] = tag_spell_out(name, strlen(name));
        types[i] = spelled[i].prefix == 'O' ? -1 : tagset_find_type(m->tags, spelled[i].name, spelled[i].n);
    }
    tags_from_spelled(read, spelled, types, n, model_is_plain(m));
    if (tags_count_bad(m->tags, spelled, read, n, &first) > 0)
        fail_msg("%s: token %zu of %zu has the tag %s", scheme_name(tagset_scheme(m->tags)), first, n,
                 oriel_model_tag_name(m, tags[first]));
    return tags_to_entities(out, read, n);
}

static void check_tags(const oriel_model *m, const int *tags, const oriel_span *spans, size_t n_spans, size_t n)
{
    struct entity found[LONGEST];
    assert_int_equal(read_again(found, m, tags, n), n_spans);
    for (size_t i = 0; i < n_spans; i++) {
        assert_int_equal(found[i].first, spans[i].first);
        assert_int_equal(found[i].last, spans[i].last);
        assert_int_equal(found[i].type, spans[i].type);
    }
}

static void check_filters(const oriel_tags *tags, const oriel_tagger_options *o)
{
    for (size_t k = 0; k <= tags->n_readings; k++) {
        const oriel_span *spans = k == 0 ? tags->spans : tags->readings[k - 1].spans;
        size_t n_spans = k == 0 ? tags->n_spans : tags->readings[k - 1].n_spans;
        for (size_t i = 0; i < n_spans; i++)
            assert_true((double)spans[i].confidence >= o->min_confidence && (!o->types || spans[i].type == 1));
    }
}

/* Without confidence the tags are the same. */
static void check_unasked(oriel_tagger *unasked, const oriel_sentence *s, const oriel_tags *asked,
                          const oriel_tagger_options *o)
{
    oriel_tags tags;
    oriel_error err;
    assert_ok(oriel_tag_sentence(unasked, s, &tags, &err), err);
    assert_memory_equal(tags.tags, asked->tags, s->n_tokens * sizeof *tags.tags);
    assert_int_equal(tags.n_spans, asked->n_spans);
    for (size_t i = 0; i < tags.n_spans; i++)
        assert_true(tags.spans[i].confidence == (o->min_confidence > 0 ? asked->spans[i].confidence : 0));
}

static void check_model(const oriel_model *m, struct random *r, const oriel_tagger_options *o)
{
    oriel_tagger *t, *unasked;
    oriel_error err;
    assert_ok(oriel_tagger_new(&t, m, o, &err), err);
    oriel_tagger_options fast = *o;
    fast.no_confidence = true;
    assert_ok(oriel_tagger_new(&unasked, m, &fast, &err), err);
    for (size_t round = 0; round < 20; round++) {
        char text[2 * LONGEST];
        oriel_range tokens[LONGEST];
        oriel_tags tags;
        gen_model_text(r, text, gen_size(r, 1, LONGEST), N_WORDS);
        oriel_sentence s = gen_model_sentence(text, tokens);
        assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
        check_tags(m, tags.tags, tags.spans, tags.n_spans, s.n_tokens);
        assert_true(tags.n_readings <= o->n_best && (tags.n_readings > 0) == (o->n_best > 0));
        for (size_t k = 0; k < tags.n_readings; k++)
            check_tags(m, tags.readings[k].tags, tags.readings[k].spans, tags.readings[k].n_spans, s.n_tokens);
        check_filters(&tags, o);
        check_unasked(unasked, &s, &tags, o);
    }
    oriel_tagger_free(t);
    oriel_tagger_free(unasked);
}

static void check_head(enum head head)
{
    struct random r = random_seeded(test_seed(20) + (uint64_t)head);
    for (enum scheme scheme = SCHEME_IO; scheme <= SCHEME_PLAIN; scheme++)
        for (size_t round = 0; round < ROUNDS; round++) {
            bool is_plain = scheme == SCHEME_PLAIN;
            struct gen_model what = {head, scheme, gen_size(&r, 2, 3), N_WORDS};
            oriel_model *m = gen_model(&what, &r, round % 2 ? 1 : 8);
            tagset_set_scheme(m->tags, scheme, random_below(&r, 2)); /* names without prefixes, for IO */
            m->temperature = 0.5 + random_uniform(&r);
            m->o_bias = 2 * random_uniform(&r);
            oriel_tagger_options o = {.threshold = -1,
                                      .n_best = head == HEAD_SIGMOID ? 0 : random_below(&r, N_BEST),
                                      .marginals = head != HEAD_SIGMOID && random_below(&r, 2),
                                      .types = !is_plain && random_below(&r, 2) ? "LOC" : NULL,
                                      .min_confidence = !is_plain && random_below(&r, 2) ? random_uniform(&r) : 0};
            check_model(m, &r, &o);
            oriel_model_free(m);
        }
}

static void test_the_crf_keeps_to_every_scheme(void **state)
{
    (void)state;
    check_head(HEAD_CRF);
}

static void test_softmax_keeps_to_every_scheme(void **state)
{
    (void)state;
    check_head(HEAD_SOFTMAX);
}

static void test_sigmoid_keeps_to_every_scheme(void **state)
{
    (void)state;
    check_head(HEAD_SIGMOID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_crf_keeps_to_every_scheme),
        cmocka_unit_test(test_softmax_keeps_to_every_scheme),
        cmocka_unit_test(test_sigmoid_keeps_to_every_scheme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
