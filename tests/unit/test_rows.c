/*
 * How rows of words and features are learned: at a rate of their own, and so that rare values teach what unknown ones get.
 */
#include "support/test.h"

#include <math.h>
#include <string.h>

#include "model/model.h"
#include "support/tiny_runs.h"

/* One step over the whole corpus, without anything that is drawn by chance. */
static oriel_train_options one_step(const char *const *train)
{
    oriel_train_options o = tiny_standard(train, *train);
    o.case_copies = o.swap_names = o.input_dropout = o.hidden_dropout = o.word_dropout = o.feature_dropout = 0;
    o.average = false;
    o.batch = 1000;
    o.epochs = 1;
    return o;
}

/* How far the rows of a channel went from one model to the other: the most that a number did, and how many moved. */
static double farthest(const oriel_model *a, const oriel_model *b, size_t channel, size_t *n_moved)
{
    const struct table *x = &a->tables.table[channel];
    const struct table *y = &b->tables.table[channel];
    double most = 0;
    *n_moved = 0;
    for (size_t i = 0; i < x->rows * x->width; i++) {
        double way = fabs((double)x->at[i] - (double)y->at[i]);
        most = way > most ? way : most;
        *n_moved += way > 1e-6;
    }
    return most;
}

/* AdaGrad's first step is the rate, whatever the gradient (Duchi, Hazan and Singer 2011). */
static void test_rows_move_at_their_own_rate(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = one_step(&train);
    o.learning_rate = 1e-9;
    o.row_rate = 1e-9;
    oriel_model *first = tiny_trained(&o);
    o.row_rate = 0.25;
    oriel_model *m = tiny_trained(&o);
    for (size_t k = 0; k < m->tables.n; k++) {
        size_t n_moved;
        assert_true(fabs(farthest(first, m, k, &n_moved) - 0.25) < 1e-5);
        assert_true(n_moved >= m->tables.table[k].width);
    }
    for (size_t i = 0; i < network_count(&m->net); i++)
        assert_true(fabs((double)m->params.block[i] - (double)first->params.block[i]) < 1e-6);
    oriel_model_free(first);
    oriel_model_free(m);
}

static void test_a_rate_of_zero_is_the_learning_rate(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = one_step(&train);
    o.row_rate = 0;
    oriel_model *same = tiny_trained(&o);
    o.row_rate = o.learning_rate;
    oriel_model *m = tiny_trained(&o);
    for (size_t k = 0; k < m->tables.n; k++) {
        size_t n_moved;
        assert_true(farthest(same, m, k, &n_moved) == 0);
    }
    oriel_model_free(same);
    oriel_model_free(m);
}

static bool has_value(const oriel_model *m, size_t channel, const char *value)
{
    return vocab_find(m->channels.at[channel].values, value, strlen(value)) >= 0;
}

/* "Zurich" stands once, "Rome" twice.  Case copies spell both in other ways: their shapes have rows, but the suffix of Zurich
 * stays rare and shares the unknown row. */
static void test_case_copies_make_no_suffix_frequent(void **state)
{
    (void)state;
    const char *train = tiny_file("cities.conll", "Rome\tB-LOC\nis\tO\n\nZurich\tB-LOC\nis\tO\n\nRome\tB-LOC\n\n");
    oriel_train_options o = tiny_standard(&train, train);
    o.features = "word,shape,suffix3";
    o.case_copies = 1;
    o.epochs = 1;
    oriel_model *m = tiny_trained(&o);
    assert_true(has_value(m, 2, "ome"));
    assert_false(has_value(m, 2, "ich"));
    assert_true(has_value(m, 1, "xxxx"));
    assert_true(has_value(m, 1, "XXXX"));
    assert_true(has_value(m, 0, "Zurich"));
    oriel_model_free(m);
}

/* With A so large that every value is left out, only unknown rows are learned. */
static void test_values_left_out_teach_the_unknown_row(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = one_step(&train);
    o.features = "word,shape,suffix2";
    o.row_rate = 1e-9;
    oriel_model *first = tiny_trained(&o);
    o.feature_dropout = 1000;
    o.row_rate = 0.25;
    oriel_model *m = tiny_trained(&o);
    for (size_t k = 1; k < m->tables.n; k++) {
        const struct table *t = &m->tables.table[k];
        double unknown = fabs((double)t->at[0] - (double)first->tables.table[k].at[0]);
        size_t n_moved;
        farthest(first, m, k, &n_moved);
        assert_true(fabs(unknown - 0.25) < 1e-5);
        assert_true(n_moved <= 4 * t->width); /* the unknown row, those of the edges, a value by a chance of 1 in 200 */
    }
    oriel_model_free(first);
    oriel_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_move_at_their_own_rate),
        cmocka_unit_test(test_a_rate_of_zero_is_the_learning_rate),
        cmocka_unit_test(test_case_copies_make_no_suffix_frequent),
        cmocka_unit_test(test_values_left_out_teach_the_unknown_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
