#include "support/test.h"

#include <stdlib.h>

#include "base/workers.h"
#include "net/network.h"
#include "support/gen.h"

/* Several blocks of examples and of rows, none of them full at the end. */
enum { N_TOKENS = 211, N_IDS = 170, N_OUTPUTS = 5, MAX_HIDDEN = 2, CREWS = 4, ROUNDS = 3 };

/* All that a pass forward and back leaves. */
struct trace {
    real *scores, *block, *d_rows;
};

static void *numbers(size_t n)
{
    void *p = calloc(n + 1, sizeof(real));
    assert_non_null(p);
    return p;
}

static void trace_clear(struct trace *t)
{
    free(t->scores);
    free(t->block);
    free(t->d_rows);
}

/* A step in place, so that weights written too early would show in the deltas of others. */
static struct trace pass(const struct gen_case *c, struct workers *crew)
{
    struct net_work work = {.crew = crew};
    struct params p;
    size_t n_scores = c->n * c->net.n_outputs;
    size_t n_weights = network_count(&c->net);
    size_t n_rows = c->plan.n_rows * c->net.width;
    struct trace t = {numbers(n_scores), numbers(n_weights), numbers(n_rows)};
    real *delta = numbers(n_scores);
    assert_true(params_init(&p, &c->net));
    memcpy(p.block, c->params.block, n_weights * sizeof *p.block);
    assert_true(network_forward(&c->net, &p, &c->input, &work));
    memcpy(t.scores, network_scores(&c->net, &work), n_scores * sizeof *t.scores);
    softmax_loss(delta, t.scores, c->gold, NULL, c->n, c->net.n_outputs, 1.0 / (double)c->n);
    struct net_back to = {.into = &p, .scale = (real)-0.3, .keep = (real)0.999};
    network_back(&c->net, &p, &c->input, &work, delta, &to, t.d_rows);
    memcpy(t.block, p.block, n_weights * sizeof *t.block);
    params_clear(&p);
    net_work_clear(&work);
    free(delta);
    return t;
}

static void draw_case(struct gen_case *c, size_t n_hidden, enum gen_form form)
{
    struct blueprint net = {.width = 7,
                            .window = 3,
                            .n_hidden = n_hidden,
                            .hidden = {33, 18},
                            .n_outputs = N_OUTPUTS,
                            .activation = (enum activation)(n_hidden % 2),
                            .head = HEAD_SOFTMAX};
    struct random r = random_seeded(test_seed(6) + n_hidden);
    static const size_t n_tokens = N_TOKENS;
    int32_t ids[N_TOKENS];
    gen_sentence(&r, ids, N_TOKENS, N_IDS);
    gen_case_init(c, &r, &net, N_IDS, &(struct gen_sentences){ids, &n_tokens, 1}, form);
    for (size_t i = 0; i < c->n; i++)
        c->gold[i] = c->gold[i] < 0 ? GOLD_UNKNOWN : c->gold[i];
}

/* One case under crews of 1, 2 and 3 against no crew at all; a race need not show at once, so each is asked several times. */
static void check_case(const struct gen_case *c, struct workers *const *crews)
{
    struct trace alone = pass(c, NULL);
    for (size_t i = 0; i < CREWS * ROUNDS; i++) {
        struct trace t = pass(c, crews[i % CREWS]);
        assert_memory_equal(t.scores, alone.scores, c->n * N_OUTPUTS * sizeof(real));
        assert_memory_equal(t.d_rows, alone.d_rows, c->plan.n_rows * c->net.width * sizeof(real));
        assert_memory_equal(t.block, alone.block, network_count(&c->net) * sizeof(real));
        trace_clear(&t);
    }
    assert_memory_not_equal(alone.block, c->params.block, network_count(&c->net) * sizeof(real));
    trace_clear(&alone);
}

static void check_form(enum gen_form form, bool drops)
{
    struct workers *crews[CREWS] = {NULL};
    for (size_t n = 1; n < CREWS; n++) {
        crews[n] = workers_new(n);
        assert_non_null(crews[n]);
        assert_int_equal(workers_count(crews[n]), n);
    }
    for (size_t n_hidden = 0; n_hidden <= MAX_HIDDEN; n_hidden++) {
        struct gen_case c;
        struct dropout dropout = {.keep = (real)0.5};
        real *mask = numbers((size_t)N_TOKENS * 33);
        draw_case(&c, n_hidden, form);
        for (size_t i = 0; i < (size_t)N_TOKENS * 33; i++)
            mask[i] = i * i % 7 < 4 ? 2 : 0;
        for (size_t l = 0; l < n_hidden; l++)
            dropout.masks[l] = mask;
        c.input.dropout = drops ? &dropout : NULL;
        assert_true((c.input.slots != NULL) == (form == GEN_SHARED));
        check_case(&c, crews);
        free(mask);
        gen_case_clear(&c);
    }
    for (size_t n = 1; n < CREWS; n++)
        workers_free(crews[n]);
}

static void test_any_crew_gives_the_same_bytes_with_shared_rows(void **state)
{
    (void)state;
    check_form(GEN_SHARED, false);
}

static void test_any_crew_gives_the_same_bytes_with_rows_laid_out(void **state)
{
    (void)state;
    check_form(GEN_DENSE, false);
}

static void test_any_crew_gives_the_same_bytes_under_dropout(void **state)
{
    (void)state;
    check_form(GEN_SHARED, true);
    check_form(GEN_DENSE, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_crew_gives_the_same_bytes_with_shared_rows),
        cmocka_unit_test(test_any_crew_gives_the_same_bytes_with_rows_laid_out),
        cmocka_unit_test(test_any_crew_gives_the_same_bytes_under_dropout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
