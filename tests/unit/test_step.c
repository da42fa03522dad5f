/*
 * A step of training as training makes it, from a corpus on: weights move by the rate times the gradient of the cost by its
 * definition, with the very words, numbers and units dropped that the step drew; what it does not touch stays.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "learn/step.h"
#include "support/ref_way.h"
#include "support/tiny_corpus.h"

enum { MOST_ITEMS = 12, MOST_TOKENS = 32 };

static const double STEP = 0.01;
static const double RATE = 0.5;

static const char all_known[] = "# weight = 0.5\nAda\tB-PER\nmet\tO\nBob\tB-PER\n\n"
                                "Rome\tB-LOC\nis\t?\nold\tO\n\n# weight = 2\nNew\tB-LOC\nYork\tI-LOC\n\n";
static const char persons_known[] = "Ada\tB-PER\nin\tO\nBobville\tO\n\n";

struct fixture {
    oriel_train_options o;
    oriel_model *m;
    struct data d;
    struct stepper s;
    struct item items[MOST_ITEMS];
    size_t n;
    size_t lengths[MOST_ITEMS];
    double weights[MOST_ITEMS];
};

struct what {
    oriel_head head;
    size_t n_hidden;
    bool drops, averages;
};

static oriel_train_options options_of(const struct what *what)
{
    static const char *files[2];
    static const char *const known[2] = {"", "PER"};
    files[0] = tiny_file("all.conll", all_known);
    files[1] = tiny_file("persons.conll", persons_known);
    oriel_train_options o = tiny_options(files);
    o.n_train = 2;
    o.known_types = known;
    o.dev = files[0];
    o.features = "word,shape,ngrams3";
    o.dim = 3;
    o.feature_dim = 2;
    o.n_hidden = what->n_hidden;
    o.hidden[0] = 5;
    o.hidden[1] = 4;
    o.head = what->head;
    o.sentences = what->head == ORIEL_HEAD_CRF;
    o.average = what->averages;
    o.lambda = 0.3;
    o.case_copies = 0.3;
    o.input_dropout = what->drops ? 0.4 : 0;
    o.hidden_dropout = what->drops ? 0.25 : 0;
    o.word_dropout = what->drops ? 1.5 : 0;
    o.feature_dropout = what->drops ? 1.5 : 0;
    o.swap_names = what->drops ? 0.5 : 0;
    return o;
}

/* Every item, each in a spelling of its own. */
static void fixture_init(struct fixture *f, const struct what *what)
{
    oriel_error err;
    *f = (struct fixture){.o = options_of(what)};
    f->o.seed = test_seed(5);
    assert_ok(data_prepare(&f->d, &f->m, &f->o, &err), err);
    assert_ok(stepper_init(&f->s, &f->o, f->m, &f->d, &err), err);
    assert_true(f->d.n_items <= MOST_ITEMS);
    for (size_t i = 0; i < f->d.n_items; i++) {
        struct item item = f->d.items[i];
        item.spelling = (enum spelling)(i % SPELLINGS);
        f->lengths[f->n] = (size_t)(item.last - item.first);
        f->weights[f->n] = (double)f->d.train_corpus.weights[item.sentence];
        f->items[f->n++] = item;
    }
}

static void fixture_clear(struct fixture *f)
{
    stepper_clear(&f->s);
    data_clear(&f->d);
    oriel_model_free(f->m);
}

/* The step that was made, as the oracle sees it.  The chain's weights are those of the model now. */
static struct ref_way way_of(const struct fixture *f, const struct crf *chain)
{
    const struct stepper *s = &f->s;
    bool is_chain = f->o.head == ORIEL_HEAD_CRF;
    struct ref_way w = {.net = &f->m->net,
                        .params = &f->m->params,
                        .chain = chain,
                        .tables = &f->m->tables,
                        .ids = &f->d.types.made_of.ids,
                        .tokens = s->plan.ids,
                        .slots = s->plan.slots,
                        .left_out = f->d.doubt ? s->left_out : NULL,
                        .unknown = f->d.types.unknown,
                        .mask = f->o.input_dropout > 0 ? s->mask : NULL,
                        .gold = s->gold,
                        .sets = f->d.gold.sets,
                        .lengths = f->lengths,
                        .weights = f->weights,
                        .n_sentences = f->n,
                        .mean_over = (double)(is_chain ? f->n : s->plan.n),
                        .decay = f->o.lambda / (double)f->d.n_examples};
    for (size_t l = 0; f->o.hidden_dropout > 0 && l < f->m->net.n_hidden; l++)
        w.hidden_masks[l] = s->hidden_mask[l];
    return w;
}

/* values [n] as they were; `after` as the step left them.  Returns how many moved. */
static size_t compare(const struct ref_way *w, real *values, const real *after, size_t n, const char *what)
{
    size_t n_moved = 0;
    for (size_t i = 0; i < n; i++) {
        double slope = ref_way_slope(w, &values[i], STEP);
        double moved = ((double)values[i] - (double)after[i]) / RATE;
        if (!(fabs(moved - slope) <= 1e-4 + 2e-3 * fabs(slope)))
            fail_msg("%s %zu moved by %g times the rate, the slope is %g", what, i, moved, slope);
        n_moved += moved != 0;
    }
    return n_moved;
}

/* Rows of a table that the step touched; all others are as they were. */
static void compare_table(const struct ref_way *w, const struct fixture *f, size_t k, const real *after)
{
    const struct table *t = &f->m->tables.table[k];
    const struct row_sums *touched = &f->s.sums.of[k];
    for (size_t row = 0; row < t->rows; row++) {
        size_t at = row * t->width;
        if (touched->slot_of[row] >= 0)
            compare(w, t->at + at, after + at, t->width, "row");
        else
            assert_memory_equal(t->at + at, after + at, t->width * sizeof *after);
    }
}

static real *copy_of(const real *at, size_t n)
{
    real *copy = malloc(n * sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, at, n * sizeof *copy);
    return copy;
}

/* `then` and what is there change places. */
static void swap(real *at, real *then, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        real kept = at[i];
        at[i] = then[i];
        then[i] = kept;
    }
}

static void check_step(const struct what *what)
{
    struct fixture f;
    real *tables[TABLES_MAX];
    double loss = 0;
    double corner;
    size_t n_examples = 0;
    fixture_init(&f, what);
    size_t n_weights = network_count(&f.m->net);
    real *weights = copy_of(f.m->params.block, n_weights);
    for (size_t k = 0; k < f.m->tables.n; k++)
        tables[k] = copy_of(f.m->tables.table[k].at, f.m->tables.table[k].rows * f.m->tables.table[k].width);
    assert_true(stepper_step(&f.s, f.items, f.n, RATE, &loss, &n_examples));
    swap(f.m->params.block, weights, n_weights);
    for (size_t k = 0; k < f.m->tables.n; k++)
        swap(f.m->tables.table[k].at, tables[k], f.m->tables.table[k].rows * f.m->tables.table[k].width);
    struct crf chain = model_chain(f.m);
    struct ref_way w = way_of(&f, &chain);
    struct ref_way unpenalised = w;
    unpenalised.decay = 0;
    double expected = ref_way_cost(&unpenalised, &corner) * w.mean_over;
    assert_close(&loss, &expected, 1, 1e-5, 0);
    assert_true(compare(&w, f.m->params.block, weights, n_weights, "weight") > n_weights / 2);
    for (size_t k = 0; k < f.m->tables.n; k++) {
        compare_table(&w, &f, k, tables[k]);
        free(tables[k]);
    }
    free(weights);
    fixture_clear(&f);
}

static void check_head(oriel_head head)
{
    for (size_t n_hidden = 0; n_hidden <= 2; n_hidden++)
        for (int drops = 0; drops <= 1; drops++)
            for (int averages = 0; averages <= 1; averages++)
                check_step(&(struct what){head, n_hidden, drops, averages});
}

static void test_a_step_goes_down_the_slope_of_the_sigmoids_cost(void **state)
{
    (void)state;
    check_head(ORIEL_HEAD_SIGMOID);
}

static void test_a_step_goes_down_the_slope_of_the_softmaxs_cost(void **state)
{
    (void)state;
    check_head(ORIEL_HEAD_SOFTMAX);
}

static void test_a_step_goes_down_the_slope_of_the_chains_cost(void **state)
{
    (void)state;
    check_head(ORIEL_HEAD_CRF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_step_goes_down_the_slope_of_the_sigmoids_cost),
        cmocka_unit_test(test_a_step_goes_down_the_slope_of_the_softmaxs_cost),
        cmocka_unit_test(test_a_step_goes_down_the_slope_of_the_chains_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
