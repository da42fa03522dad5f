/*
 * The n best readings, their probabilities and the tags' marginals, against all label sequences written down one by one.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "support/gen_model.h"
#include "support/ref_crf.h"
#include "support/tiny_scorer.h"

enum { ROUNDS = 12, N_WORDS = 5, LONGEST = 4, MOST_NAMES = 13 };

/* A sentence of one-letter words, its scores as the tagger sees them, and its paths. */
struct drawn {
    oriel_model *m;
    char text[2 * LONGEST];
    oriel_range tokens[LONGEST];
    oriel_sentence sentence;
    real *scores;           /* [T][Y] less the outside constant */
    struct ref_paths paths; /* that the rules allow; scores at the temperature; best first */
};

/* Scores and chain divided by the temperature: what the probabilities are of. */
static void find_paths(struct drawn *d)
{
    size_t n_outputs = d->m->net.n_outputs;
    size_t n = d->sentence.n_tokens;
    struct crf chain = model_chain(d->m);
    real *chain_parts[3];
    const real *from[] = {chain.start, chain.end, chain.trans};
    real temperature = (real)d->m->temperature;
    for (size_t k = 0; k < 3; k++) {
        size_t n_part = k < 2 ? n_outputs : n_outputs * n_outputs;
        chain_parts[k] = calloc(n_part, sizeof(real));
        for (size_t i = 0; i < n_part; i++)
            chain_parts[k][i] = from[k][i] / temperature;
    }
    d->scores = calloc(n * n_outputs, sizeof *d->scores);
    struct scorer scorer;
    assert_true(scorer_alone(&scorer, d->m, 0) && scorer_run(&scorer, &d->sentence, 1));
    for (size_t i = 0; i < n * n_outputs; i++) {
        bool is_outside = i % n_outputs == LABEL_OUTSIDE && !model_is_plain(d->m);
        d->scores[i] = (scorer.scores[i] - (is_outside ? (real)d->m->o_bias : 0)) / temperature;
    }
    scorer_clear(&scorer);
    chain.start = chain_parts[0];
    chain.end = chain_parts[1];
    chain.trans = chain_parts[2];
    ref_paths_init(&d->paths, &chain, d->scores, n, NULL);
    for (size_t k = 0; k < 3; k++)
        free(chain_parts[k]);
}

static void draw(struct drawn *d, struct random *r, enum head head, enum scheme scheme, size_t n)
{
    struct gen_model what = {head, scheme, scheme == SCHEME_PLAIN ? 3 : n > 3 ? 1 : 2, N_WORDS};
    d->m = gen_model(&what, r, 2);
    d->m->temperature = 0.5 + 2 * random_uniform(r);
    d->m->o_bias = random_uniform(r);
    gen_model_text(r, d->text, n, N_WORDS);
    d->sentence = gen_model_sentence(d->text, d->tokens);
    find_paths(d);
}

static void drawn_clear(struct drawn *d)
{
    ref_paths_clear(&d->paths);
    free(d->scores);
    oriel_model_free(d->m);
}

static oriel_tags tag(oriel_tagger **t, const struct drawn *d, const oriel_tagger_options *o)
{
    oriel_tags tags;
    oriel_error err;
    assert_ok(oriel_tagger_new(t, d->m, o, &err), err);
    assert_ok(oriel_tag_sentence(*t, &d->sentence, &tags, &err), err);
    return tags;
}

/* Softmax of one token, by its definition. */
static double softmax_of(const struct drawn *d, size_t t, int32_t label)
{
    const real *s = d->scores + t * d->m->net.n_outputs;
    double sum = 0;
    for (size_t y = 0; y < d->m->net.n_outputs; y++)
        sum += exp((double)s[y]);
    return exp((double)s[label]) / sum;
}

/* Of a path: softmax has no chain, and forbidden paths keep their share. */
static double probability_of(const struct drawn *d, const int32_t *labels, double score)
{
    double p = 1;
    if (d->m->net.head == HEAD_CRF)
        return exp(score - ref_log_sum(&d->paths));
    for (size_t t = 0; t < d->sentence.n_tokens; t++)
        p *= softmax_of(d, t, labels[t]);
    return p;
}

typedef void check_fn(struct drawn *d);

static void for_all(check_fn *check, uint64_t seed)
{
    struct random r = random_seeded(test_seed(seed));
    for (enum head head = HEAD_SOFTMAX; head <= HEAD_CRF; head++)
        for (enum scheme scheme = SCHEME_IO; scheme <= SCHEME_PLAIN; scheme++)
            for (size_t round = 0; round < ROUNDS; round++) {
                struct drawn d;
                draw(&d, &r, head, scheme, 1 + round % LONGEST);
                check(&d);
                drawn_clear(&d);
            }
}

/* ---- readings ---- */

static void check_readings(struct drawn *d)
{
    size_t n = d->sentence.n_tokens;
    oriel_tagger *t;
    oriel_tags found = tag(&t, d, &(oriel_tagger_options){.threshold = -1, .n_best = 6});
    ref_paths_sort(&d->paths);
    assert_int_equal(found.n_readings, d->paths.n < 6 ? d->paths.n : 6);
    for (size_t k = 0; k < found.n_readings; k++) {
        int32_t tags[LONGEST];
        int32_t spelled[LONGEST];
        const int32_t *labels = d->paths.tags + k * n;
        double p = probability_of(d, labels, d->paths.scores[k]);
        tags_from_labels(tags, labels, n, model_is_plain(d->m));
        tags_spell(d->m->tags, spelled, tags, n);
        assert_memory_equal(found.readings[k].tags, spelled, n * sizeof *spelled);
        assert_close(&found.readings[k].probability, &p, 1, 1e-5, 0);
    }
    assert_memory_equal(found.tags, found.readings[0].tags, n * sizeof *found.tags);
    assert_int_equal(found.n_spans, found.readings[0].n_spans);
    for (size_t i = 0; i < found.n_spans; i++)
        assert_memory_equal(&found.spans[i], &found.readings[0].spans[i], sizeof *found.spans);
    oriel_tagger_free(t);
}

static void test_readings_are_the_best_of_all_paths(void **state)
{
    (void)state;
    for_all(check_readings, 30);
}

/* Of a chain all readings together have probability 1, and an entity's confidence is what the readings with it have. */
static void test_confidence_is_the_sum_over_readings(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(31));
    for (size_t round = 0; round < 60; round++) {
        struct drawn d;
        draw(&d, &r, HEAD_CRF, SCHEME_IOB2, 2); /* 2 types: 33 paths */
        oriel_tagger *t;
        oriel_tags found = tag(&t, &d, &(oriel_tagger_options){.threshold = -1, .n_best = ORIEL_MAX_READINGS});
        assert_int_equal(found.n_readings, d.paths.n);
        double all = 0;
        for (size_t k = 0; k < found.n_readings; k++)
            all += found.readings[k].probability;
        assert_close(&all, &(double){1}, 1, 1e-5, 0);
        for (size_t k = 0; k < found.n_readings; k++)
            for (size_t i = 0; i < found.readings[k].n_spans; i++) {
                const oriel_span *span = &found.readings[k].spans[i];
                double sum = 0;
                for (size_t other = 0; other < found.n_readings; other++)
                    for (size_t j = 0; j < found.readings[other].n_spans; j++)
                        sum += memcmp(span, &found.readings[other].spans[j], sizeof *span) == 0
                                   ? found.readings[other].probability
                                   : 0;
                double confidence = (double)span->confidence;
                assert_close(&confidence, &sum, 1, 1e-4, 1e-6);
            }
        oriel_tagger_free(t);
        drawn_clear(&d);
    }
}

/* Scores of O and S-PER, the labels 0 and 4, so far above the others that these do not count: at temperature 2 the odds of
 * "a" are e^(2/2) : 1 for PER, those of "b" e^(1/2) : 1 for O. */
static oriel_model *by_hand(enum head head)
{
    struct random r = random_seeded(1);
    oriel_model *m = gen_model(&(struct gen_model){head, SCHEME_IOB2, 1, 2}, &r, 0);
    static const real scores[2][5] = {{0, 0, 0, 0, 2}, {1, 0, 0, 0, 0}};
    for (size_t label = 1; label < 4; label++)
        m->params.bias[0][label] = -32; /* not in the rows, whose numbers the tagger would round */
    memcpy(gen_model_row(m, 'a'), scores[0], sizeof scores[0]);
    memcpy(gen_model_row(m, 'b'), scores[1], sizeof scores[1]);
    m->temperature = 2;
    return m;
}

static void test_readings_by_hand(void **state)
{
    (void)state;
    static const double expected[] = {0.4550542, 0.2760043, 0.1674051,
                                      0.1015363}; /* 0.7310586, 0.6224593 and the rest */
    static const char *const tags[] = {"BO", "BB", "OO", "OB"};
    for (enum head head = HEAD_SOFTMAX; head <= HEAD_CRF; head++) {
        struct drawn d = {.m = by_hand(head), .text = "a b"};
        d.sentence = gen_model_sentence(d.text, d.tokens);
        oriel_tagger *t;
        oriel_tags found = tag(&t, &d, &(oriel_tagger_options){.threshold = -1, .n_best = 4, .marginals = true});
        assert_int_equal(found.n_readings, 4);
        for (size_t k = 0; k < 4; k++) {
            assert_close(&found.readings[k].probability, &expected[k], 1, 0, 1e-6);
            for (size_t i = 0; i < 2; i++)
                assert_int_equal(oriel_model_tag_name(d.m, found.readings[k].tags[i])[0], tags[k][i]);
        }
        assert_int_equal(oriel_model_tags(d.m), 3); /* O, B-PER, I-PER */
        static const double marginals[] = {0.2689414, 0.7310586, 0, 0.6224593, 0.3775407, 0};
        for (size_t i = 0; i < 6; i++)
            assert_true(fabs((double)found.marginals[i] - marginals[i]) < 1e-6);
        oriel_tagger_free(t);
        oriel_model_free(d.m);
    }
}

/* ---- marginals ---- */

/* The tag of a label after another (-1: none) by the schemes' definitions. */
static const char *name_of(const oriel_model *m, int32_t before, int32_t label, char *name)
{
    enum scheme scheme = tagset_scheme(m->tags);
    if (scheme == SCHEME_PLAIN)
        return gen_types[label];
    if (label == LABEL_OUTSIDE)
        return "O";
    int32_t type = (label - 1) / 4;
    bool starts = (label - 1) % 4 == 0 || (label - 1) % 4 == 3;
    bool ends_before = before > 0 && (before - 1) / 4 == type && (before - 1) % 4 >= 2;
    char prefix = scheme == SCHEME_IOBES ? "BIES"[(label - 1) % 4]
                  : starts && (scheme == SCHEME_IOB2 || (scheme == SCHEME_IOB1 && ends_before)) ? 'B'
                                                                                                : 'I';
    snprintf(name, 8, "%c-%s", prefix, gen_types[type]);
    return name;
}

/* Adds a path's probability to the tags that it spells. */
static void add_path(double *marginals, const oriel_model *m, const int32_t *labels, size_t n, double p)
{
    size_t n_names = oriel_model_tags(m);
    for (size_t t = 0; t < n; t++) {
        char buffer[8];
        const char *name = name_of(m, t > 0 ? labels[t - 1] : -1, labels[t], buffer);
        int k = 0;
        while (strcmp(oriel_model_tag_name(m, k), name) != 0)
            assert_true((size_t)++k < n_names);
        marginals[t * n_names + (size_t)k] += p;
    }
}

/* Softmax: over all sequences, allowed or not. */
static void check_marginals(struct drawn *d)
{
    size_t n = d->sentence.n_tokens;
    size_t n_names = oriel_model_tags(d->m);
    double expected[LONGEST * MOST_NAMES] = {0};
    double found[LONGEST * MOST_NAMES];
    struct ref_paths paths = d->paths;
    struct crf anything = model_chain(d->m);
    anything.may_start = anything.may_end = anything.may_follow = NULL;
    if (d->m->net.head == HEAD_SOFTMAX)
        ref_paths_init(&paths, &anything, d->scores, n, NULL);
    for (size_t i = 0; i < paths.n; i++)
        add_path(expected, d->m, paths.tags + i * n, n, probability_of(d, paths.tags + i * n, paths.scores[i]));
    if (d->m->net.head == HEAD_SOFTMAX)
        ref_paths_clear(&paths);
    oriel_tagger *t;
    oriel_tags tags = tag(&t, d, &(oriel_tagger_options){.threshold = -1, .marginals = true});
    for (size_t i = 0; i < n * n_names; i++)
        found[i] = (double)tags.marginals[i];
    assert_close(found, expected, n * n_names, 1e-4, 1e-6);
    oriel_tagger_free(t);
}

static void test_marginals_are_sums_over_paths_in_the_corpus_scheme(void **state)
{
    (void)state;
    for_all(check_marginals, 32);
}

/* ---- what is left out ---- */

static void test_what_is_left_out_leaves_probabilities_as_they_are(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(33));
    for (size_t round = 0; round < 40; round++) {
        struct drawn d;
        draw(&d, &r, round % 2 ? HEAD_CRF : HEAD_SOFTMAX, SCHEME_IOBES, 3);
        oriel_tagger *all;
        oriel_tagger *some;
        oriel_tags a = tag(&all, &d, &(oriel_tagger_options){.threshold = -1, .n_best = 5, .marginals = true});
        oriel_tags b = tag(&some, &d,
                           &(oriel_tagger_options){
                               .threshold = -1, .n_best = 5, .marginals = true, .types = "LOC", .min_confidence = 0.3});
        assert_int_equal(a.n_readings, b.n_readings);
        assert_memory_equal(a.marginals, b.marginals, 3 * oriel_model_tags(d.m) * sizeof *a.marginals);
        for (size_t k = 0; k < a.n_readings; k++) {
            size_t n_left = 0;
            for (size_t i = 0; i < a.readings[k].n_spans; i++) {
                const oriel_span *span = &a.readings[k].spans[i];
                if (span->type == 1 && (double)span->confidence >= 0.3)
                    assert_memory_equal(&b.readings[k].spans[n_left++], span, sizeof *span);
            }
            assert_int_equal(b.readings[k].n_spans, n_left);
            assert_true(a.readings[k].probability == b.readings[k].probability);
        }
        oriel_tagger_free(all);
        oriel_tagger_free(some);
        drawn_clear(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readings_are_the_best_of_all_paths),
        cmocka_unit_test(test_confidence_is_the_sum_over_readings),
        cmocka_unit_test(test_readings_by_hand),
        cmocka_unit_test(test_marginals_are_sums_over_paths_in_the_corpus_scheme),
        cmocka_unit_test(test_what_is_left_out_leaves_probabilities_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
