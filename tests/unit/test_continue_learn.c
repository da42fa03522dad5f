/*
 * What a model learns that goes on with new data: the new types, without unlearning the old ones.
 */
#include "support/test.h"

#include <stdlib.h>

#include "support/tiny_continue.h"

static double f1_of(const oriel_model *m, const char *file, const char *types)
{
    oriel_scores *scores;
    oriel_error err;
    oriel_eval_options o = {.threshold = -1, .threads = 1, .types = types};
    assert_ok(oriel_eval_model(&scores, m, &file, 1, &o, &err), err);
    double f1 = oriel_scores_micro(scores, ORIEL_ENTITIES).f1;
    oriel_scores_free(scores);
    return f1;
}

/* Thirty sentences of old words, which are O here, and of organisations. */
static const char *mixed_file(void)
{
    static const char *const words[] = {"Ada\tO\nsaid\tO\n",         "Rome\tO\n", "in\tO\n",
                                        "Initech\tB-ORG\nsaid\tO\n", "x\tO\n",    "of\tO\n"};
    return tiny_drawn("mixed.conll", words, 9);
}

static void test_a_new_type_is_learned_and_the_old_ones_stay(void **state)
{
    (void)state;
    for (unsigned head = 0; head < 3; head++) {
        oriel_model *old = old_model(head);
        assert_true(f1_of(old, old_file, "PER,LOC") == 1.0);
        new_file = mixed_file();
        oriel_train_options o = going_on(old);
        o.epochs = head == 0 ? 40 : 150;
        o.learning_rate = head == 0 ? 0.1 : 0.02;
        o.hidden_dropout = 0; /* eight units are too few to leave half of them out */
        oriel_model *m = tiny_trained(&o);
        if (f1_of(m, new_file, "ORG") < 0.9 || f1_of(m, old_file, "PER,LOC") < 0.98)
            fail_msg("head %u: F1 of the new type %g, of the old ones %g", head, f1_of(m, new_file, "ORG"),
                     f1_of(m, old_file, "PER,LOC"));
        assert_true(tiny_info(m).dev_f1 > 0.9); /* of the type that dev labels */
        oriel_model_free(m);
        oriel_model_free(old);
    }
}

/* Where the user says so, O means that there is none of the old types: they are unlearned. */
static void test_known_types_may_unlearn(void **state)
{
    (void)state;
    oriel_model *old = old_model(2);
    new_file = mixed_file();
    oriel_train_options o = going_on(old);
    const char *known = "PER,LOC,ORG";
    o.known_types = &known;
    o.epochs = 150;
    o.learning_rate = 0.02;
    oriel_model *m = tiny_trained(&o);
    assert_true(f1_of(m, new_file, NULL) > 0.9); /* Ada and Rome are none */
    assert_true(f1_of(m, old_file, "PER,LOC") < 0.5);
    oriel_model_free(m);
    oriel_error err;
    known = "ORG,MISC";
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EARG);
    assert_non_null(strstr(err.text, "--known-types: \"MISC\""));
    oriel_model_free(old);
}

static void test_plain_labels_get_new_ones(void **state)
{
    (void)state;
    old_file = tiny_file("plain.conll", "the\tDET\ndog\tNOUN\nruns\tVERB\n\nthe\tDET\nend\tNOUN\n\n");
    new_file = tiny_file("adjectives.conll", "the\tDET\nold\tADJ\ndog\tNOUN\nruns\tVERB\n\n");
    oriel_train_options o = tiny_standard(&old_file, old_file);
    o.epochs = 60;
    oriel_model *old = tiny_trained(&o);
    o = going_on(old);
    o.epochs = 100;
    o.learning_rate = 0.02;
    oriel_model *m = tiny_trained(&o);
    assert_int_equal(tiny_info(m).n_types, 4);
    assert_string_equal(oriel_model_type_name(m, 3), "ADJ");
    assert_true(tiny_f1(m, new_file) == 1.0);
    oriel_model_free(m);
    oriel_error err;
    new_file = tiny_file("entities.conll", "Acme\tB-ORG\nsold\tO\n\n");
    assert_int_equal(oriel_train(&m, &o, NULL, NULL, &err), ORIEL_EFORMAT);
    oriel_model_free(old);
}

/* A model of one type goes on with that type. */
static void test_a_model_of_one_type_stays_one(void **state)
{
    (void)state;
    old_file = tiny_thirty("old.conll", 3);
    new_file = tiny_file("new.conll", "Zoe\tB-PER\nran\tO\nAcme\tB-ORG\n\n");
    static const char *const types[] = {"PER", "any"};
    static const double expected[] = {1, 2}; /* entities in the new file */
    for (size_t i = 0; i < 2; i++) {
        oriel_train_options o = tiny_options(&old_file);
        o.type = types[i];
        o.epochs = 30;
        oriel_model *old = tiny_trained(&o);
        o = going_on(old);
        assert_string_equal(o.type, types[i]);
        o.epochs = 200;
        o.learning_rate = 0.1;
        oriel_model *m = tiny_trained(&o);
        assert_int_equal(tiny_info(m).n_types, 1);
        oriel_scores *scores;
        oriel_error err;
        assert_ok(oriel_eval_model(&scores, m, &new_file, 1, NULL, &err), err);
        assert_true((double)oriel_scores_micro(scores, ORIEL_ENTITIES).correct == expected[i]);
        oriel_scores_free(scores);
        oriel_model_free(m);
        oriel_model_free(old);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_type_is_learned_and_the_old_ones_stay),
        cmocka_unit_test(test_known_types_may_unlearn),
        cmocka_unit_test(test_plain_labels_get_new_ones),
        cmocka_unit_test(test_a_model_of_one_type_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
