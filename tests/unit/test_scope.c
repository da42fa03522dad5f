#include "support/test.h"

#include "model/scope.h"

/* The tags of a file as numbers of the model's types, in letters: O, B and I. */
static void assert_any(const char *text, const char *expected)
{
    struct corpus c;
    struct tagset *from = tagset_new();
    struct tagset *to = tagset_new();
    oriel_error err;
    assert_ok(corpus_read_bytes(&c, from, true, text, strlen(text), "corpus", &(oriel_columns){0}, &err), err);
    assert_int_equal(tagset_add_type(to, "any", 3), 0);
    assert_true(scope_apply(&c, from, SCOPE_ANY, to));
    assert_int_equal(c.s.n_tokens, strlen(expected));
    for (size_t i = 0; i < c.s.n_tokens; i++)
        assert_int_equal(c.tags[i] == TAG_OUTSIDE ? 'O' : tag_begins(c.tags[i]) ? 'B' : 'I', expected[i]);
    corpus_clear(&c);
    tagset_free(from);
    tagset_free(to);
}

static void test_types_that_become_one_stay_apart(void **state)
{
    (void)state;
    assert_any("a\tB-PER\nb\tB-LOC\nc\tI-LOC\nd\tO\n", "BBIO");
}

/* As that scheme reads neighbours of one type; but not across sentences. */
static void test_types_that_become_one_merge_in_io(void **state)
{
    (void)state;
    assert_any("a\tI-PER\nb\tI-LOC\nc\tI-LOC\nd\tO\ne\tI-PER\n\nf\tI-LOC\n", "BIIOBB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_that_become_one_stay_apart),
        cmocka_unit_test(test_types_that_become_one_merge_in_io),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
