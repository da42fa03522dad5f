/*
 * Going on from a model with the n-th allocation failing, for n = 1, 2, ... until all goes through: ORIEL_ENOMEM, no model,
 * no leak, and the old model as it was.
 */
#include "support/test.h"

#include <stdlib.h>

#include "support/memory_failing.h"
#include "support/tiny_continue.h"
#include "text/tokenizer.h"

/* How many allocations of the tokenizer's rules can fail without harm: it has a fast path, which takes memory, and a slow one. */
static size_t lacking_in_tokenizer(void)
{
    size_t n_lacking = 0;
    bool has_met = true;
    for (size_t n = 1; has_met; n++) {
        struct tokenizer *t;
        mem_fail_at(n);
        oriel_status status = tokenizer_new(&t, tokenizer_default_rules(), "rules", NULL);
        has_met = mem_calls() >= n;
        tokenizer_free(t);
        n_lacking += has_met && status == ORIEL_OK;
    }
    mem_fail_at(0);
    return n_lacking;
}

static void fail_everywhere(const oriel_train_options *o)
{
    bool has_met = true;
    size_t n_lacking = 0;
    size_t n;
    for (n = 1; has_met; n++) {
        oriel_model *m;
        size_t n_live = mem_live();
        mem_fail_at(n);
        oriel_status status = oriel_train(&m, o, NULL, NULL, NULL);
        has_met = mem_calls() >= n;
        mem_fail_at(0);
        n_lacking += has_met && status == ORIEL_OK;
        if ((status != ORIEL_OK && status != ORIEL_ENOMEM) || (m != NULL) != (status == ORIEL_OK))
            fail_msg("allocation %zu: %s", n, oriel_status_name(status));
        oriel_model_free(m);
        assert_int_equal(mem_live(), n_live);
    }
    assert_true(n > 200);
    assert_int_equal(n_lacking, lacking_in_tokenizer());
}

static void test_going_on_from_a_model_survives_failing_allocations(void **state)
{
    (void)state;
    for (unsigned head = 0; head < 3; head += 2) {
        oriel_model *old = old_model(head);
        oriel_train_options o = going_on(old);
        o.vectors = head == 0 ? NULL : tiny_file("vectors", "acme 1 2 3 4 5 6\n");
        o.dev = head == 0 ? NULL : new_file;
        o.about = "new licence";
        size_t n;
        char *before = tiny_saved(old, "old.oriel", &n);
        fail_everywhere(&o);
        char *after = tiny_saved(old, "old.oriel", &n);
        assert_memory_equal(before, after, n);
        free(before);
        free(after);
        oriel_model_free(old);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_going_on_from_a_model_survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
