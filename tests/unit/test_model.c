/*
 * Model files: what is saved comes back, and whatever is damaged or contradicts itself is refused.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/tiny_corpus.h"
#include "support/tiny_tagger.h"

static void assert_saved_alike(const oriel_model *a, const oriel_model *b)
{
    size_t n_a;
    size_t n_b;
    char *of_a = tiny_saved(a, "saved.oriel", &n_a);
    char *of_b = tiny_saved(b, "saved.oriel", &n_b);
    assert_int_equal(n_a, n_b);
    assert_memory_equal(of_a, of_b, n_a);
    free(of_a);
    free(of_b);
}

/* Trained on a handful of sentences, with some of everything: layers of different sizes, vectors, rules, a note. */
static oriel_model *trained(void)
{
    static const char corpus[] =
        "Ada\tI-PER\nmet\tO\nBob\tI-PER\n\nCarol\tI-PER\nJones\tI-PER\nleft\tO\nŁódź\tI-LOC\n\n";
    static const char rules[] = "token.word = \\p{L}++\n";
    static const char vectors[] = "ada 1 0 0 0.5\nrome 0 1 0 0\n";
    const char *files[] = {test_path("train.conll")};
    test_write(files[0], corpus, sizeof corpus - 1);
    test_write(test_path("rules"), rules, sizeof rules - 1);
    test_write(test_path("vectors"), vectors, sizeof vectors - 1);
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_CLASSIC);
    o.train = files;
    o.n_train = 1;
    o.dev = files[0];
    o.vectors = test_path("vectors");
    o.tokenizer = test_path("rules");
    o.about = "a note, \"quoted\"; Łódź";
    o.n_hidden = 2;
    o.hidden[0] = 3;
    o.hidden[1] = 5;
    o.window = 3;
    o.threshold = 0.1; /* no float */
    o.epochs = 2;
    o.min_count = 1;
    o.seed = 18446744073709551615u;
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_train(&m, &o, NULL, NULL, &err), err);
    return m;
}

/* ---- what comes back -------------------------------------------------------------------------------------------- */

static void test_saved_loaded_and_saved_again_has_equal_bytes(void **state)
{
    (void)state;
    oriel_error err;
    oriel_model *first = trained();
    oriel_model *loaded;
    const char *path = test_path("first.oriel");
    assert_ok(oriel_model_save(first, path, &err), err);
    assert_ok(oriel_model_load(&loaded, path, &err), err);
    assert_saved_alike(first, loaded);
    oriel_model_free(first);
    oriel_model_free(loaded);
}

static void test_parsing_equals_loading(void **state)
{
    (void)state;
    oriel_error err;
    oriel_model *loaded;
    oriel_model *from_bytes;
    oriel_model *m = trained();
    size_t n;
    char *bytes = tiny_saved(m, "saved.oriel", &n);
    assert_ok(oriel_model_load(&loaded, test_path("saved.oriel"), &err), err);
    assert_ok(oriel_model_parse(&from_bytes, bytes, n, &err), err);
    memset(bytes, 0xA5, n); /* they were copied */
    free(bytes);
    assert_saved_alike(loaded, from_bytes);
    oriel_model_free(m);
    oriel_model_free(loaded);
    oriel_model_free(from_bytes);
}

/* Scores are kept in single precision. */
static void test_a_file_tells_the_same_of_the_model_as_the_model(void **state)
{
    (void)state;
    oriel_info a;
    oriel_info b;
    oriel_error err;
    oriel_model *loaded;
    oriel_model *m = trained();
    assert_ok(oriel_model_save(m, test_path("same.oriel"), &err), err);
    assert_ok(oriel_model_load(&loaded, test_path("same.oriel"), &err), err);
    oriel_model_info(m, &a);
    oriel_model_info(loaded, &b);
    const char *const of_a[] = {a.recipe, a.head, a.activation, a.scheme, a.trained_on, a.about, a.made_by};
    const char *const of_b[] = {b.recipe, b.head, b.activation, b.scheme, b.trained_on, b.about, b.made_by};
    for (size_t i = 0; i < sizeof of_a / sizeof *of_a; i++)
        assert_string_equal(of_a[i], of_b[i]);
    const uint64_t sizes_a[] = {a.n_words,   a.dim,        a.window,    a.n_hidden, a.hidden[0],
                                a.hidden[1], a.seed,       a.n_types,   a.epochs,   a.n_network_weights,
                                a.n_weights, a.best_epoch, a.hidden[2], a.n_outputs};
    const uint64_t sizes_b[] = {b.n_words,   b.dim,        b.window,    b.n_hidden, b.hidden[0],
                                b.hidden[1], b.seed,       b.n_types,   b.epochs,   b.n_network_weights,
                                b.n_weights, b.best_epoch, b.hidden[2], b.n_outputs};
    assert_memory_equal(sizes_a, sizes_b, sizeof sizes_a);
    const double scores_a[] = {a.loss, a.dev_precision, a.dev_recall, a.dev_f1};
    const double scores_b[] = {b.loss, b.dev_precision, b.dev_recall, b.dev_f1};
    assert_close(scores_a, scores_b, 4, 1e-7, 0);
    assert_true(a.threshold == b.threshold); /* it decides */
    assert_int_equal(a.dev_was_held_out, b.dev_was_held_out);
    assert_string_equal(oriel_model_tokenizer(m), oriel_model_tokenizer(loaded));
    oriel_model_free(m);
    oriel_model_free(loaded);
}

static void test_a_trained_model_says_what_it_is(void **state)
{
    (void)state;
    oriel_info i;
    oriel_model *m = trained();
    oriel_model_info(m, &i);
    assert_string_equal(i.recipe, "classic");
    assert_string_equal(i.head, "sigmoid");
    assert_string_equal(i.activation, "tanh");
    assert_string_equal(i.scheme, "IO");
    assert_string_equal(i.trained_on, "train.conll (2 sentences, 7 tokens)"); /* no folders */
    assert_string_equal(i.about, "a note, \"quoted\"; Łódź");
    assert_memory_equal(i.made_by, "Oriel " ORIEL_VERSION, strlen("Oriel " ORIEL_VERSION));
    assert_int_equal(i.n_words, 7 + 7 + 2); /* special, of the corpus, of the vectors alone */
    assert_int_equal(i.dim, 4);             /* that of the vectors */
    assert_int_equal(i.n_outputs, 2);
    assert_int_equal(i.n_types, 2);
    assert_int_equal(i.n_network_weights, (3 * 4 + 1) * 3 + (3 + 1) * 5 + (5 + 1) * 2);
    assert_int_equal(i.n_weights, i.n_network_weights + 16 * 4);
    assert_true(i.seed == 18446744073709551615u);
    assert_int_equal(i.epochs, 2);
    assert_in_range(i.best_epoch, 1, 2);
    assert_false(i.dev_was_held_out);
    assert_string_equal(oriel_model_tokenizer(m), "token.word = \\p{L}++\n");
    oriel_model_free(m);
}

static void test_a_file_made_by_hand_is_read_as_it_says(void **state)
{
    (void)state;
    struct tiny_model file = tiny_model();
    oriel_model *m = tiny_made(&file);
    oriel_info i;
    oriel_model_info(m, &i);
    assert_string_equal(i.activation, "relu");
    assert_string_equal(i.scheme, "IOB2");
    assert_string_equal(i.trained_on, "x");
    assert_string_equal(i.about, "");
    assert_string_equal(i.made_by, "hand");
    assert_int_equal(i.n_words, 12);
    assert_int_equal(i.dim, 3);
    assert_int_equal(i.window, 3);
    assert_int_equal(i.n_hidden, 1);
    assert_int_equal(i.hidden[0], 2);
    assert_int_equal(i.hidden[1], 0);
    assert_int_equal(i.n_network_weights, 3 * 3 * 2 + 2 * 2 + 2 + 2); /* document 003: (W*d)*H + H*Y + H + Y */
    assert_int_equal(i.n_weights, 26 + 36);
    assert_int_equal(i.seed, 7);
    assert_int_equal(i.epochs, 5);
    assert_int_equal(i.best_epoch, 4);
    const double expected[] = {0.25, 0.5, 1, 0.75, 0.5};
    const double found[] = {i.loss, i.dev_precision, i.dev_recall, i.dev_f1, i.threshold};
    assert_close(found, expected, 5, 0, 0);
    assert_true(i.dev_was_held_out);
    assert_string_equal(oriel_model_type_name(m, 0), "PER");
    assert_string_equal(oriel_model_type_name(m, 1), "LOC");
    assert_null(oriel_model_type_name(m, 2));
    oriel_model_free(m);
}

struct spelling {
    const char *scheme, *bare_names;
    const char *names; /* in any order, with a blank around each */
    size_t n;
};

static void assert_spelling(const oriel_model *m, const struct spelling *s)
{
    oriel_info info;
    oriel_model_info(m, &info);
    assert_string_equal(info.scheme, s->scheme);
    assert_string_equal(oriel_model_tag_name(m, 0), "O");
    for (int tag = 0; tag < (int)s->n; tag++) {
        char word[32];
        assert_non_null(oriel_model_tag_name(m, tag));
        snprintf(word, sizeof word, " %s ", oriel_model_tag_name(m, tag));
        assert_non_null(strstr(s->names, word));
        for (int other = 0; other < tag; other++)
            assert_string_not_equal(oriel_model_tag_name(m, tag), oriel_model_tag_name(m, other));
    }
    assert_null(oriel_model_tag_name(m, -1));
    assert_null(oriel_model_tag_name(m, (int)s->n));
}

static void test_tag_names_are_those_of_the_scheme(void **state)
{
    (void)state;
    static const struct spelling spellings[] = {
        {"IO", "0", " O I-PER I-LOC ", 3},
        {"IO", "1", " O PER LOC ", 3},
        {"IOB1", "0", " O B-PER I-PER B-LOC I-LOC ", 5},
        {"IOB2", "0", " O B-PER I-PER B-LOC I-LOC ", 5},
        {"IOBES", "0", " O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC ", 9},
        {"plain", "0", " O PER LOC ", 3},
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct tiny_model file = tiny_model();
        tiny_set_text(&file, "scheme", spellings[i].scheme);
        tiny_set_text(&file, "bare_names", spellings[i].bare_names);
        oriel_model *m = tiny_made(&file);
        oriel_model *again;
        oriel_error err;
        size_t n;
        char *bytes = tiny_saved(m, "saved.oriel", &n);
        assert_ok(oriel_model_parse(&again, bytes, n, &err), err);
        assert_spelling(m, &spellings[i]);
        assert_spelling(again, &spellings[i]);
        free(bytes);
        oriel_model_free(m);
        oriel_model_free(again);
    }
}

/* A file of another maker may have its words in any order. */
static void test_vectors_of_a_model_are_its_rows_whatever_the_counts(void **state)
{
    (void)state;
    static const uint64_t rising[TINY_WORDS] = {1, 2, 2, 4, 5};
    static const char *const words[TINY_WORDS] = {"said", "in", "ada", "rome", "zoë"};
    static const float rows[TINY_WORDS][TINY_DIM] = {{0, 0, -1}, {0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {1, 0, 0}};
    struct tiny_model file = tiny_model();
    tiny_set_tensor(&file, &(struct tiny_tensor){"channel.0.counts", "U64", 1, {TINY_WORDS}, rising, sizeof rising});
    oriel_model *m = tiny_made(&file);
    oriel_vectors *v;
    oriel_error err;
    assert_ok(oriel_vectors_of_model(&v, m, &err), err);
    oriel_model_free(m); /* they are a copy */
    assert_int_equal(oriel_vectors_count(v), TINY_WORDS);
    assert_int_equal(oriel_vectors_dim(v), TINY_DIM);
    for (size_t i = 0; i < TINY_WORDS; i++) {
        assert_string_equal(oriel_vectors_word(v, i), words[i]);
        assert_memory_equal(oriel_vectors_row(v, i), rows[i], sizeof rows[i]);
        assert_int_equal(oriel_vectors_find(v, words[i]), i);
    }
    oriel_vectors_free(v);
}

/* ---- damage ------------------------------------------------------------------------------------------------------ */

static void assert_refused(const char *bytes, size_t n, const char *what, size_t where)
{
    oriel_model *m = (oriel_model *)(uintptr_t)bytes;
    oriel_error err = {0};
    oriel_status status = oriel_model_parse(&m, bytes, n, &err);
    if (status != ORIEL_EFORMAT || m || err.code != ORIEL_EFORMAT || !*err.text)
        fail_msg("%s %zu: %s: %s", what, where, oriel_status_name(status), err.text);
}

static char *tiny_file_bytes(size_t *n)
{
    struct tiny_model file = tiny_model();
    oriel_model *m = tiny_made(&file);
    char *bytes = tiny_saved(m, "saved.oriel", n);
    oriel_model_free(m);
    assert_true(*n < 4096); /* small enough to try all of it */
    return bytes;
}

static void test_every_flipped_bit_is_refused(void **state)
{
    (void)state;
    size_t n;
    char *bytes = tiny_file_bytes(&n);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        assert_refused(bytes, n, "bit", bit);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_model_parse(&m, bytes, n, &err), err); /* it was the bits */
    oriel_model_free(m);
    free(bytes);
}

/* Each in a block of its own size, so that the sanitizer sees a look beyond the end. */
static void test_every_truncation_is_refused(void **state)
{
    (void)state;
    size_t n;
    char *bytes = tiny_file_bytes(&n);
    for (size_t length = 0; length < n; length++) {
        char *part = malloc(length + !length);
        assert_non_null(part);
        memcpy(part, bytes, length);
        assert_refused(part, length, "length", length);
        free(part);
    }
    free(bytes);
}

static void test_bytes_added_are_refused(void **state)
{
    (void)state;
    size_t n;
    char *bytes = tiny_file_bytes(&n);
    char *more = calloc(n + 64, 1);
    assert_non_null(more);
    memcpy(more, bytes, n);
    for (size_t added = 1; added <= 64; added++)
        assert_refused(more, n + added, "added", added);
    free(bytes);
    free(more);
}

static void test_a_message_names_the_file(void **state)
{
    (void)state;
    oriel_model *m;
    oriel_error err;
    size_t n;
    struct tiny_model file = tiny_model();
    tiny_set_text(&file, "threshold", "2");
    char *bytes = tiny_bytes(&file, &n);
    const char *path = test_path("strange.oriel");
    test_write(path, bytes, n);
    free(bytes);
    assert_int_equal(oriel_model_load(&m, path, &err), ORIEL_EFORMAT);
    assert_null(m);
    assert_memory_equal(err.text, path, strlen(path));
}

static void test_a_file_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    oriel_model *m;
    oriel_error err;
    assert_int_equal(oriel_model_load(&m, test_path("absent.oriel"), &err), ORIEL_EIO);
    assert_null(m);
    assert_non_null(strstr(err.text, "absent.oriel"));
    assert_int_equal(oriel_model_load(&m, test_folder(), NULL), ORIEL_EIO);
    assert_null(m);
    oriel_model_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_saved_loaded_and_saved_again_has_equal_bytes),
        cmocka_unit_test(test_parsing_equals_loading),
        cmocka_unit_test(test_a_file_tells_the_same_of_the_model_as_the_model),
        cmocka_unit_test(test_a_trained_model_says_what_it_is),
        cmocka_unit_test(test_a_file_made_by_hand_is_read_as_it_says),
        cmocka_unit_test(test_tag_names_are_those_of_the_scheme),
        cmocka_unit_test(test_vectors_of_a_model_are_its_rows_whatever_the_counts),
        cmocka_unit_test(test_every_flipped_bit_is_refused),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_bytes_added_are_refused),
        cmocka_unit_test(test_a_message_names_the_file),
        cmocka_unit_test(test_a_file_that_cannot_be_read_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
