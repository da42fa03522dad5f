/*
 * New tokens put together from parts that are kept: the products of the token's row, and always the same bits.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "model/parts.h"
#include "model/token_builder.h"
#include "support/tiny_runs.h"

enum { MOST_BYTES = 80, N_TOKENS = 5000 };

struct strings {
    char bytes[N_TOKENS][MOST_BYTES];
    struct new_token tokens[N_TOKENS]; /* slots 0 .. PARTS_BLOCK - 1, again and again */
};

/* Words of few kinds of beginnings, middles and ends, so that parts come again; some of other scripts, some too long for a key. */
static struct strings *some_strings(struct random *r)
{
    static const char *const pieces[] = {"Ada",        "in",  "x",         "ROME",         "-7", "é",
                                         "Zo\xC3\xAB", "ing", "e\xCC\x81", "\xE6\x9D\xB1", "q"};
    struct strings *s = malloc(sizeof *s);
    assert_non_null(s);
    for (size_t i = 0; i < N_TOKENS; i++) {
        size_t n = 0;
        for (size_t k = random_below(r, 12) ? 1 + random_below(r, 4) : 18; k > 0; k--)
            n += (size_t)sprintf(s->bytes[i] + n, "%s", pieces[random_below(r, 11)]);
        s->tokens[i] = (struct new_token){.at = s->bytes[i], .n = n, .slot = (uint32_t)(i % PARTS_BLOCK)};
    }
    return s;
}

/* Each kind of model, with prefixes in an order of their own and several kinds of n-grams. */
static oriel_model *model_of(size_t k)
{
    static const char *const features[] = {"word", "word,prefix2,prefix4,prefix3,suffix3,suffix1,coarse,shape",
                                           "word,ngrams3,ngrams4,prefix2,ngrams2"};
    const char *file = tiny_thirty("train.conll", 5);
    oriel_train_options o = tiny_run(k % TINY_RUNS, &file, file);
    o.features = features[k % 3];
    o.epochs = 1;
    return tiny_trained(&o);
}

/* The products of a token's whole row, [W][H], and how far rounding to whole steps may lead from them. */
struct expected {
    real at, error;
};

static struct expected expected_of(const real *row, const real *weights, size_t n)
{
    double most = floor(sqrt((double)INT32_MAX / (double)n));
    double of_row = (double)vector_largest(row, n) / most;
    double of_weights = (double)vector_largest(weights, n) / most;
    double sum = 0;
    double error = 1e-6;
    for (size_t k = 0; k < n; k++) {
        sum += (double)row[k] * (double)weights[k];
        error += 0.51 * (fabs((double)row[k]) * of_weights + fabs((double)weights[k]) * of_row + of_row * of_weights);
    }
    return (struct expected){(real)sum, (real)error};
}

static void whole_products(struct expected *out, const oriel_model *m, const struct new_token *token)
{
    struct token_builder b = {0};
    static const int32_t first = 0;
    size_t units = network_out(&m->net, 0);
    real *row = malloc(m->net.width * sizeof *row);
    assert_true(row && token_builder_add(&b, &m->channels, token->at, token->n));
    tables_gather(row, &m->tables, &b.ids, &first, 1, NULL);
    for (size_t place = 0; place < m->net.window; place++)
        for (size_t i = 0; i < units; i++)
            out[place * units + i] =
                expected_of(row, m->params.weight[0] + i * network_in(&m->net, 0) + place * m->net.width, m->net.width);
    free(row);
    token_builder_clear(&b);
}

/* Beside the rounding before the products there is that of the parts and of their sum, to 16 bits. */
static void assert_holds(const struct products *s, const struct new_token *token, const struct expected *expected,
                         size_t units)
{
    for (size_t place = 0; place < s->window; place++) {
        struct kept_row row = products_row(s, token->slot, place);
        for (size_t i = 0; i < s->units; i++) {
            real x = row.scale * (real)row.at[i];
            struct expected y = i < units ? expected[place * units + i] : (struct expected){0};
            if (!(fabsf(x - y.at) <= y.error + 5 * row.scale))
                fail_msg("\"%.*s\", place %zu, unit %zu: %g, its row has %g +- %g", (int)token->n, token->at, place, i,
                         (double)x, (double)y.at, (double)y.error);
        }
    }
}

static void test_a_token_has_the_products_of_its_row(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(61));
    for (size_t k = 0; k < 3; k++) {
        oriel_model *m = model_of(k);
        struct strings *s = some_strings(&r);
        struct parts p;
        struct parts_bench bench;
        struct products out;
        size_t units = network_out(&m->net, 0);
        struct expected *expected = malloc(m->net.window * units * sizeof *expected);
        assert_true(expected && parts_init(&p, m, 1, 1) && parts_bench_init(&bench, &p, 1) &&
                    products_init(&out, &m->net, PARTS_BLOCK));
        for (size_t first = 0; first < N_TOKENS; first += PARTS_BLOCK) {
            size_t n = N_TOKENS - first < PARTS_BLOCK ? N_TOKENS - first : PARTS_BLOCK;
            assert_true(parts_fill(&bench, &out, s->tokens + first, n));
            for (size_t i = 0; i < n; i += 7) {
                whole_products(expected, m, &s->tokens[first + i]);
                assert_holds(&out, &s->tokens[first + i], expected, units);
            }
        }
        free(expected);
        free(s);
        products_clear(&out);
        parts_bench_clear(&bench);
        parts_clear(&p);
        oriel_model_free(m);
    }
}

static void fill_anew(const oriel_model *m, struct products *out, const struct new_token *token)
{
    struct parts p;
    struct parts_bench bench;
    assert_true(parts_init(&p, m, 1, 1) && parts_bench_init(&bench, &p, 1) && parts_fill(&bench, out, token, 1));
    parts_bench_clear(&bench);
    parts_clear(&p);
}

/* Parts that have seen much, and some that are made anew for the token. */
static void test_the_bits_do_not_depend_on_what_is_kept(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(62));
    for (size_t k = 1; k < 3; k++) {
        oriel_model *m = model_of(k);
        struct strings *s = some_strings(&r);
        struct parts used;
        struct parts_bench bench;
        struct products out, alone;
        assert_true(parts_init(&used, m, 1, 1) && parts_bench_init(&bench, &used, 1) &&
                    products_init(&out, &m->net, PARTS_BLOCK) && products_init(&alone, &m->net, PARTS_BLOCK));
        size_t row_bytes = out.window * out.units * sizeof *out.at;
        for (size_t first = 0; first < N_TOKENS; first += PARTS_BLOCK) {
            size_t n = N_TOKENS - first < PARTS_BLOCK ? N_TOKENS - first : PARTS_BLOCK;
            assert_true(parts_fill(&bench, &out, s->tokens + first, n));
            for (size_t i = 0; i < n; i += 31) {
                const struct new_token *token = &s->tokens[first + i];
                fill_anew(m, &alone, token);
                assert_memory_equal(alone.at + token->slot * out.window * out.units,
                                    out.at + token->slot * out.window * out.units, row_bytes);
                assert_memory_equal(alone.scales + token->slot * out.window, out.scales + token->slot * out.window,
                                    out.window * sizeof *out.scales);
            }
        }
        free(s);
        products_clear(&out);
        products_clear(&alone);
        parts_bench_clear(&bench);
        parts_clear(&used);
        oriel_model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_token_has_the_products_of_its_row),
        cmocka_unit_test(test_the_bits_do_not_depend_on_what_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
