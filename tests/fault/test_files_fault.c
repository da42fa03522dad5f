/*
 * Model containers and vectors files with the n-th allocation failing, for n = 1, 2, ... until all goes through: the status
 * is ORIEL_ENOMEM, nothing leaks, outputs are NULL, and no file is left or harmed.
 */
#include "support/test.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/source.h"
#include "learn/first_rows.h"
#include "model/container.h"
#include "support/memory_failing.h"
#include "support/tiny_vectors.h"

static const float numbers[6] = {1, 2, 3, 4, 5, 6};

static size_t files_in_folder(void)
{
    size_t n = 0;
    DIR *folder = opendir(test_folder());
    assert_non_null(folder);
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

/* What is tried: ORIEL_OK or ORIEL_ENOMEM. */
typedef oriel_status attempt(void);

static void fail_everywhere(attempt *f)
{
    size_t n_files = files_in_folder();
    size_t n_live = mem_live();
    for (size_t n = 1;; n++) {
        mem_fail_at(n);
        oriel_status status = f();
        size_t n_calls = mem_calls();
        mem_fail_at(0);
        assert_int_equal(mem_live(), n_live);
        assert_int_equal(files_in_folder(), n_files);
        if (n_calls < n) {
            assert_int_equal(status, ORIEL_OK);
            assert_true(n > 1);
            return;
        }
        assert_int_equal(status, ORIEL_ENOMEM);
    }
}

static oriel_status try_container_write(void)
{
    oriel_status status = ORIEL_ENOMEM;
    struct container_writer *w = container_writer_new();
    struct tensor t = {"numbers", DTYPE_F32, 2, {2, 3}, numbers};
    if (w && container_put_string(w, "key", "value") && container_put_string(w, "key", "other") &&
        container_put_tensor(w, &t))
        status = container_write(w, test_path("model"), NULL);
    container_writer_free(w);
    return status;
}

static oriel_status try_container_check(void)
{
    return container_write_check(test_path("model"), KIND_MODEL, NULL);
}

static oriel_status try_container_open(void)
{
    struct container *c;
    oriel_status status = container_open(&c, test_path("model"), KIND_MODEL, NULL);
    assert_int_equal(c != NULL, status == ORIEL_OK);
    container_close(c);
    return status;
}

static oriel_status try_container_parse(void)
{
    size_t n;
    struct container *c;
    char *bytes = test_read(test_path("model"), &n);
    oriel_status status = container_parse(&c, bytes, n, KIND_MODEL, NULL);
    assert_int_equal(c != NULL, status == ORIEL_OK);
    container_close(c);
    free(bytes);
    return status;
}

static void test_a_container_survives_failing_allocations(void **state)
{
    (void)state;
    assert_int_equal(try_container_write(), ORIEL_OK); /* so that the file is there when files are counted */
    fail_everywhere(try_container_write);
    fail_everywhere(try_container_check);
    fail_everywhere(try_container_open);
    fail_everywhere(try_container_parse);
    assert_int_equal(try_container_open(), ORIEL_OK);
}

static oriel_status try_load(const char *path)
{
    oriel_vectors *v;
    oriel_status status = oriel_vectors_load(&v, path, 0, NULL);
    assert_int_equal(v != NULL, status == ORIEL_OK);
    oriel_vectors_free(v);
    return status;
}

static oriel_status try_load_text(void)
{
    return try_load(test_path("text"));
}

static oriel_status try_load_binary(void)
{
    return try_load(test_path("binary"));
}

static oriel_vectors *saved; /* made before allocations fail */

static oriel_status try_save(void)
{
    return oriel_vectors_save(saved, test_path("text"), ORIEL_WORD2VEC_TEXT, 1, NULL);
}

static oriel_status try_load_npy(void)
{
    return try_load(test_path("v.npy"));
}

static oriel_status try_load_tensors(void)
{
    return try_load(test_path("v.safetensors"));
}

static oriel_status try_save_npy(void)
{
    return oriel_vectors_save(saved, test_path("v.npy"), ORIEL_NPY, 1, NULL);
}

static oriel_status try_save_tensors(void)
{
    return oriel_vectors_save(saved, test_path("v.safetensors"), ORIEL_SAFETENSORS, 1, NULL);
}

static oriel_status try_plot(void)
{
    oriel_plot_facts facts;
    const oriel_plot_options o = {.n_first = 3};
    return oriel_vectors_plot(saved, &o, test_path("v.svg"), &facts, NULL);
}

static oriel_status try_compose(void)
{
    float x[2];
    size_t n;
    oriel_status status = oriel_vectors_compose(saved, "e\xCC\x81tudes", x, &n, NULL);
    assert_int_equal(n > 0, status == ORIEL_OK);
    return status;
}

static oriel_status try_chosen_words(void)
{
    oriel_vectors *v;
    oriel_words_facts facts;
    oriel_status status = oriel_vectors_of_words(&v, saved, test_path("list"), &facts, NULL);
    assert_int_equal(v != NULL, status == ORIEL_OK);
    oriel_vectors_free(v);
    return status;
}

static oriel_status try_similarity(void)
{
    oriel_similarity s;
    return oriel_vectors_similarity(saved, test_path("pairs"), &s, NULL);
}

static oriel_status try_analogies(void)
{
    oriel_analogies total;
    return oriel_vectors_analogies(saved, test_path("questions"), NULL, NULL, &total, NULL);
}

/* Of a word that is made of letter groups, and one that is not. */
static oriel_status try_first_rows(void)
{
    oriel_vectors *v = NULL;
    struct table t = {.rows = VOCAB_SPECIAL + 2, .width = 2};
    struct random r = random_seeded(1);
    struct vocab *words = vocab_new();
    bool is_done = words && vocab_add(words, "first", 5, 1) >= 0 && vocab_add(words, "strange", 7, 1) >= 0 &&
                   vocab_freeze(words, 1) && oriel_vectors_load(&v, test_path("v.safetensors"), 0, NULL) == ORIEL_OK &&
                   first_word_rows(&t, words, v, 0.1, &r);
    mem_free(t.at);
    oriel_vectors_free(v);
    vocab_free(words);
    return is_done ? ORIEL_OK : ORIEL_ENOMEM;
}

static void write_lists(void)
{
    static const char *const lists[][2] = {{"list", "strange\nx\nfirst\n"},
                                           {"pairs", "first strange 1\nother second 2\n"},
                                           {"questions", "strange first second third\n"}};
    for (size_t i = 0; i < 3; i++)
        test_write(test_path(lists[i][0]), lists[i][1], strlen(lists[i][1]));
}

static void test_letter_groups_survive_failing_allocations(void **state)
{
    (void)state;
    static const float rows[] = {1, 2, 3, 4, 5, 6};
    saved = tiny_vectors("first 1 2\nsecond 3 4\nthird 5 6\n");
    tiny_groups(saved, rows, 3, true);
    assert_int_equal(try_save_tensors(), ORIEL_OK);
    write_lists();
    fail_everywhere(try_save_tensors);
    fail_everywhere(try_load_tensors);
    fail_everywhere(try_compose);
    fail_everywhere(try_chosen_words);
    fail_everywhere(try_similarity);
    fail_everywhere(try_analogies);
    fail_everywhere(try_first_rows);
    oriel_vectors_free(saved);
}

/* In both, the files are there when those of the folder are counted. */
static void test_vectors_of_whole_files_survive_failing_allocations(void **state)
{
    (void)state;
    oriel_error err;
    static const char text[] = "first 1 2\nsecond 3 4\nthird 5 6\n";
    test_write(test_path("text"), text, sizeof text - 1);
    assert_ok(oriel_vectors_load(&saved, test_path("text"), 0, &err), err);
    assert_int_equal(try_save_npy(), ORIEL_OK);
    assert_int_equal(try_save_tensors(), ORIEL_OK);
    assert_int_equal(try_plot(), ORIEL_OK);
    fail_everywhere(try_plot);
    fail_everywhere(try_load_npy);
    fail_everywhere(try_load_tensors);
    fail_everywhere(try_save_npy);
    fail_everywhere(try_save_tensors);
    assert_int_equal(try_load_npy(), ORIEL_OK);
    oriel_vectors_free(saved);
}

static void test_vectors_survive_failing_allocations(void **state)
{
    (void)state;
    oriel_error err;
    static const char text[] = "first 1 2\nsecond 3 4\nthird 5 6\n";
    test_write(test_path("text"), text, sizeof text - 1);
    assert_ok(oriel_vectors_load(&saved, test_path("text"), 0, &err), err);
    assert_ok(oriel_vectors_save(saved, test_path("binary"), ORIEL_WORD2VEC_BINARY, 1, &err), err);
    fail_everywhere(try_load_text);
    fail_everywhere(try_load_binary);
    fail_everywhere(try_save);
    assert_int_equal(try_load_text(), ORIEL_OK);
    oriel_vectors_free(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_container_survives_failing_allocations),
        cmocka_unit_test(test_vectors_survive_failing_allocations),
        cmocka_unit_test(test_vectors_of_whole_files_survive_failing_allocations),
        cmocka_unit_test(test_letter_groups_survive_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
