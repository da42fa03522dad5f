/*
 * Word vectors from text by several threads: they change nothing.  Apart from other tests of a training, for the thread sanitizer.
 */
#include "support/two_topics.h"

static void test_threads_change_nothing(void **state)
{
    (void)state;
    const char *text[] = {two_topics()};
    for (int way = 0; way < 8; way++) {
        oriel_vectors_options o = options_for(text);
        o.method = way & 1 ? ORIEL_CBOW : ORIEL_SKIPGRAM;
        o.loss = way & 2 ? ORIEL_SOFTMAX : ORIEL_NEGATIVE;
        o.subwords = way & 4;
        o.buckets = 50;
        o.epochs = 1;
        o.sample = 1e-2;
        oriel_vectors *one = train(&o);
        for (size_t threads = 2; threads <= 5; threads += 3) {
            o.threads = threads;
            oriel_vectors *many = train(&o);
            assert_same(one, many);
            oriel_vectors_free(many);
        }
        oriel_vectors_free(one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
