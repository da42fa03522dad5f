/*
 * Readings and marginals with the n-th allocation failing, for n = 1, 2, ... until all goes through: the step that meets the
 * failure says ORIEL_ENOMEM, nothing leaks, and the same tagger goes on.
 */
#include "support/test.h"

#include "support/gen_model.h"
#include "support/memory_failing.h"

static const oriel_tagger_options options = {.threshold = -1, .n_best = 3, .marginals = true};

static oriel_status tag_twice(const oriel_model *m)
{
    oriel_range tokens[6];
    oriel_sentence s = gen_model_sentence("a b c a b c", tokens);
    oriel_tags tags;
    oriel_tagger *both[2];
    oriel_status status = oriel_taggers_new(both, 2, m, &options, NULL);
    oriel_tagger *t = both[0];
    assert_true((t != NULL) == (status == ORIEL_OK) && (both[1] != NULL) == (status == ORIEL_OK));
    if (status != ORIEL_OK)
        return status;
    oriel_tagger_free(both[1]);
    status = oriel_tag_sentence(t, &s, &tags, NULL);
    assert_int_equal(tags.n_readings, status == ORIEL_OK ? 3 : 0);
    assert_int_equal(tags.marginals != NULL, status == ORIEL_OK);
    if (status != ORIEL_OK)
        assert_int_equal(oriel_tag_sentence(t, &s, &tags, NULL), ORIEL_OK); /* only one allocation fails */
    oriel_tagger_free(t);
    return status;
}

static void test_readings_survive_failing_allocations(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(1));
    for (enum head head = HEAD_SOFTMAX; head <= HEAD_CRF; head++) {
        oriel_model *m = gen_model(&(struct gen_model){head, SCHEME_IOB1, 2, 3}, &r, 2);
        size_t n_live = mem_live();
        bool has_met = true;
        size_t n = 1;
        for (; has_met; n++) {
            mem_fail_at(n);
            oriel_status status = tag_twice(m);
            has_met = mem_calls() >= n;
            assert_int_equal(status, has_met ? ORIEL_ENOMEM : ORIEL_OK);
            assert_int_equal(mem_live(), n_live);
        }
        mem_fail_at(0);
        assert_true(n > 20);
        oriel_model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readings_survive_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
