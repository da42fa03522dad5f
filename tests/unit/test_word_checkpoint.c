/*
 * A training of word vectors that was stopped, or killed, goes on to the same bytes as one without a break.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "model/container.h"
#include "model/vectors.h"

enum { N_LINES = 60, LINE_WORDS = 9, N_WORDS = 40 };

static const char *a_text(uint64_t seed)
{
    static char path[256];
    char *text = malloc(N_LINES * LINE_WORDS * 5);
    size_t n = 0;
    struct random r = random_seeded(seed);
    for (size_t line = 0; line < N_LINES; line++)
        for (size_t i = 0; i < LINE_WORDS; i++)
            n += (size_t)sprintf(text + n, "w%d%c", (int)random_below(&r, N_WORDS), i + 1 < LINE_WORDS ? ' ' : '\n');
    snprintf(path, sizeof path, "%s", test_path("text.txt"));
    test_write(path, text, n);
    free(text);
    return path;
}

static oriel_vectors_options options_for(const char *const *text)
{
    oriel_vectors_options o;
    oriel_vectors_options_default(&o);
    o.text = text;
    o.n_text = 1;
    o.dim = 9;
    o.buckets = 50;
    o.sample = 1e-2;
    o.min_count = 1;
    o.epochs = 3;
    return o;
}

struct stop {
    size_t at, n;     /* the at-th checkpoint */
    const char *copy; /* NULL, or to keep a copy of the file there, as a kill finds it */
    const char *file;
    bool has_resumed;
};

static int on_progress(void *user, const oriel_vectors_progress *p)
{
    struct stop *s = user;
    if (p->moment == ORIEL_AT_START)
        s->has_resumed = p->epoch > 0 || p->done > 0;
    if (p->moment != ORIEL_AT_CHECKPOINT || s->n++ != s->at)
        return 0;
    assert_null(p->checkpoint_error);
    if (!s->copy)
        return 1;
    size_t n;
    char *bytes = test_read(s->file, &n);
    test_write(s->copy, bytes, n);
    free(bytes);
    return 1;
}

static oriel_vectors *train(const oriel_vectors_options *o, struct stop *s)
{
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_train(&v, o, s ? on_progress : NULL, s, &err), err);
    return v;
}

static bool are_same(const oriel_vectors *a, const oriel_vectors *b)
{
    size_t n = oriel_vectors_count(a);
    const struct letter_rows *groups = vectors_groups(a);
    if (groups->n != vectors_groups(b)->n ||
        (groups->n > 0 &&
         memcmp(groups->at, vectors_groups(b)->at, groups->n * oriel_vectors_dim(a) * sizeof(float)) != 0))
        return false;
    return n == oriel_vectors_count(b) &&
           memcmp(oriel_vectors_row(a, 0), oriel_vectors_row(b, 0), n * oriel_vectors_dim(a) * sizeof(float)) == 0;
}

static void check_break(oriel_vectors_options o, const oriel_vectors *whole, size_t at, bool is_killed)
{
    char file[256];
    char copy[256];
    snprintf(file, sizeof file, "%s", test_path("c"));
    snprintf(copy, sizeof copy, "%s", test_path("copy"));
    struct stop s = {.at = at, .copy = is_killed ? copy : NULL, .file = file};
    o.checkpoint = file;
    o.checkpoint_seconds = 1e-9;
    oriel_vectors *first = train(&o, &s);
    assert_int_equal(s.n, at + 2); /* the last one tells where it stopped */
    assert_false(are_same(first, whole));
    oriel_vectors_free(first);
    o.checkpoint = is_killed ? copy : file;
    o.checkpoint_seconds = 0;
    o.resume = true;
    o.threads = 2;
    s = (struct stop){.at = SIZE_MAX};
    oriel_vectors *second = train(&o, &s);
    assert_true(s.has_resumed);
    assert_true(are_same(second, whole));
    oriel_vectors_free(second);
    unlink(file);
    unlink(copy);
}

static void check_breaks(const oriel_vectors_options *o)
{
    struct random r = random_seeded(test_seed(8));
    oriel_vectors *whole = train(o, NULL);
    for (size_t i = 0; i < 4; i++) /* there are about 100 steps */
        check_break(*o, whole, (size_t)random_below(&r, 60), i % 2);
    oriel_vectors_free(whole);
}

static void test_a_break_anywhere_changes_nothing(void **state)
{
    (void)state;
    const char *text[] = {a_text(1)};
    oriel_vectors_options o = options_for(text);
    check_breaks(&o);
    o.method = ORIEL_CBOW;
    o.subwords = true;
    check_breaks(&o);
    o.loss = ORIEL_SOFTMAX;
    o.method = ORIEL_SKIPGRAM;
    check_breaks(&o);
}

static void test_a_finished_checkpoint_gives_the_result_again(void **state)
{
    (void)state;
    const char *text[] = {a_text(2)};
    oriel_vectors_options o = options_for(text);
    struct stop s = {.at = SIZE_MAX};
    o.checkpoint = test_path("done");
    o.checkpoint_seconds = 0;
    oriel_vectors *whole = train(&o, &s);
    assert_int_equal(s.n, 3); /* one an epoch */
    o.resume = true;
    s = (struct stop){.at = SIZE_MAX};
    oriel_vectors *again = train(&o, &s);
    assert_int_equal(s.n, 0);
    assert_true(are_same(again, whole));
    oriel_vectors_free(whole);
    oriel_vectors_free(again);
}

static void refuse(const oriel_vectors_options *o, oriel_status expected, const char *message)
{
    oriel_vectors *v;
    oriel_error err;
    oriel_status status = oriel_vectors_train(&v, o, NULL, NULL, &err);
    if (status != expected || !strstr(err.text, message))
        fail_msg("expected \"%s\", found %s: %s", message, oriel_status_name(status), status ? err.text : "");
    assert_null(v);
}

static void test_another_training_is_refused_by_what_differs(void **state)
{
    (void)state;
    const char *text[] = {a_text(3)};
    oriel_vectors_options o = options_for(text);
    struct stop s = {.at = 0};
    o.checkpoint = test_path("other");
    refuse(&(oriel_vectors_options){.text = text,
                                    .n_text = 1,
                                    .dim = 1,
                                    .context = 1,
                                    .negatives = 1,
                                    .min_count = 1,
                                    .max_words = 1,
                                    .buckets = 1,
                                    .epochs = 1,
                                    .threads = 1,
                                    .resume = true},
           ORIEL_EARG, "--resume goes on from the file of --checkpoint");
    oriel_vectors_free(train(&o, &s));
    refuse(&o, ORIEL_EARG, "a checkpoint is there");
    o.resume = true;
    o.dim = 10;
    refuse(&o, ORIEL_EARG, "was made with --dim 9, not 10");
    o.dim = 9;
    o.learning_rate = 0.2;
    refuse(&o, ORIEL_EARG, "was made with --learning-rate 0.1, not 0.2");
    o.learning_rate = 0;
    a_text(4);
    refuse(&o, ORIEL_EARG, "was made with another set of words");
    size_t n;
    a_text(3);
    char *bytes = test_read(text[0], &n);
    char *last = bytes + n - 1;
    while (last[-1] != '\n')
        last--;
    char *before = last - 1;
    while (before[-1] != '\n')
        before--;
    char line[LINE_WORDS * 5];
    size_t n_before = (size_t)(last - before);
    memcpy(line, before, n_before); /* the last two lines change places: the same words as often, in another order */
    memmove(before, last, (size_t)(bytes + n - last));
    memcpy(bytes + n - n_before, line, n_before);
    test_write(text[0], bytes, n);
    free(bytes);
    refuse(&o, ORIEL_EARG, "was made with another text");
}

static void test_a_damaged_checkpoint_is_refused(void **state)
{
    (void)state;
    size_t n;
    const char *text[] = {a_text(5)};
    oriel_vectors_options o = options_for(text);
    struct stop s = {.at = 7};
    o.checkpoint = test_path("damaged");
    o.checkpoint_seconds = 1e-9;
    oriel_vectors_free(train(&o, &s));
    o.resume = true;
    char *bytes = test_read(o.checkpoint, &n);
    for (size_t i = n - 200; i < n; i += 37) {
        bytes[i] ^= 1;
        test_write(o.checkpoint, bytes, n);
        refuse(&o, ORIEL_EFORMAT, "damaged");
        bytes[i] ^= 1;
    }
    test_write(o.checkpoint, bytes, n / 2);
    refuse(&o, ORIEL_EFORMAT, "damaged");
    free(bytes);
}

/* ---- made on purpose ---- */

/* Copies the checkpoint with number i of a tensor changed, and with a right checksum. */
static void forge_from(const char *from, const char *to, const char *tensor, size_t at, const void *value, size_t size)
{
    static const struct {
        const char *name;
        enum dtype dtype;
    } tensors[] = {{"made", DTYPE_U8},        {"counts", DTYPE_U64},        {"reals", DTYPE_F64},
                   {"random", DTYPE_U64},     {"inner", DTYPE_F32},         {"outer", DTYPE_F32},
                   {"kept.words", DTYPE_I32}, {"kept.sentences", DTYPE_I32}};
    struct container *c;
    oriel_error err;
    void *copies[sizeof tensors / sizeof *tensors];
    struct container_writer *w = container_writer_new();
    assert_ok(container_open(&c, from, KIND_VECTORS_CHECKPOINT, &err), err);
    assert_true(container_put_string(w, "oriel.kind", KIND_VECTORS_CHECKPOINT));
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++) {
        struct tensor t;
        assert_ok(container_tensor(c, tensors[i].name, tensors[i].dtype, 1, &t, &err), err);
        size_t n = t.shape[0] * dtype_size(t.dtype);
        copies[i] = malloc(n + 1);
        memcpy(copies[i], t.data, n);
        if (strcmp(tensors[i].name, tensor) == 0)
            memcpy((char *)copies[i] + at * size, value, size);
        t.data = copies[i];
        assert_true(container_put_tensor(w, &t));
    }
    assert_ok(container_write(w, to, &err), err);
    container_writer_free(w);
    container_close(c);
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        free(copies[i]);
}

static void test_a_forged_checkpoint_is_refused(void **state)
{
    (void)state;
    static const uint64_t large = UINT64_MAX;
    static const float nan = NAN;
    static const float one = 1;
    static const double minus = -1;
    static const double not_a_number = NAN;
    static const int32_t beyond = N_WORDS + 100;
    static const int32_t none = -1;
    static const struct {
        const char *tensor;
        size_t at;
        const void *value;
        size_t size;
    } forgeries[] = {
        {"counts", 0, &large, 8},         {"counts", 1, &large, 8},      {"counts", 2, &large, 8},
        {"counts", 3, &large, 8},         {"counts", 4, &large, 8},      {"counts", 5, &large, 8},
        {"counts", 7, &large, 8},         {"counts", 8, &large, 8},      {"counts", 9, &large, 8},
        {"counts", 10, &large, 8},        {"counts", 11, &large, 8},     {"reals", 0, &not_a_number, 8},
        {"reals", 1, &minus, 8},          {"inner", 3, &nan, 4},         {"inner", 15, &one, 4},
        {"outer", 16 * N_WORDS, &one, 4}, {"kept.words", 8, &beyond, 4}, {"kept.words", 8, &none, 4},
        {"kept.sentences", 8, &none, 4},
    };
    char from[256];
    char to[256];
    const char *text[] = {a_text(6)};
    oriel_vectors_options o = options_for(text);
    struct stop s = {.at = 7};
    snprintf(from, sizeof from, "%s", test_path("from"));
    snprintf(to, sizeof to, "%s", test_path("to"));
    o.checkpoint = from;
    o.checkpoint_seconds = 1e-9;
    oriel_vectors_free(train(&o, &s));
    o.checkpoint = to;
    o.resume = true;
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        forge_from(from, to, forgeries[i].tensor, forgeries[i].at, forgeries[i].value, forgeries[i].size);
        oriel_vectors *v;
        oriel_error err;
        oriel_status status = oriel_vectors_train(&v, &o, NULL, NULL, &err);
        if (status != ORIEL_EFORMAT)
            fail_msg("forgery %zu of %s: %s", i, forgeries[i].tensor, oriel_status_name(status));
        oriel_vectors_free(v);
        unlink(to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_break_anywhere_changes_nothing),
        cmocka_unit_test(test_a_finished_checkpoint_gives_the_result_again),
        cmocka_unit_test(test_another_training_is_refused_by_what_differs),
        cmocka_unit_test(test_a_damaged_checkpoint_is_refused),
        cmocka_unit_test(test_a_forged_checkpoint_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
