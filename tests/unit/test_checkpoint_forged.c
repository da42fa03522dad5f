/*
 * Checkpoints that are damaged, or that someone made on purpose with a right checksum: refused, each for what it is, and
 * nothing is trained from them.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "model/container.h"
#include "support/tiny_runs.h"

/* A run of the crf that was stopped in the middle of its third epoch: 30 sentences in batches of 8, without case copies. */
static const char *train_file, *dev_file;
static oriel_train_options options;
static char path[256];

static int stop_in_the_third(void *user, const oriel_progress *p)
{
    (void)user;
    return p->moment == ORIEL_AT_CHECKPOINT && p->epoch == 3 && p->done < 1;
}

static void begin(void)
{
    train_file = tiny_thirty("train.conll", 3);
    dev_file = tiny_thirty("dev.conll", 4);
    snprintf(path, sizeof path, "%s", test_path("checkpoint"));
    remove(path);
    options = tiny_run(5, &train_file, dev_file);
    options.features = "word";
    options.dim = 2;
    options.hidden[0] = 2;
    options.checkpoint = path;
    options.checkpoint_seconds = 1e-9;
    options.resume = true;
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_train(&m, &options, stop_in_the_third, NULL, &err), err);
    oriel_model_free(m);
}

static void refuse(const char *what, const char *message)
{
    oriel_model *m;
    oriel_error err = {0};
    oriel_status status = oriel_train(&m, &options, NULL, NULL, &err);
    if (status != ORIEL_EFORMAT || m || !strstr(err.text, message) || !strstr(err.text, path))
        fail_msg("%s: expected \"%s\", found %s: %s", what, message, oriel_status_name(status), err.text);
}

/* ---- damaged ---- */

static void test_a_flipped_bit_is_refused(void **state)
{
    (void)state;
    begin();
    size_t n;
    char *bytes = test_read(path, &n);
    struct random r = random_seeded(test_seed(8));
    for (size_t i = 0; i < 300; i++) {
        char what[128];
        size_t at = (size_t)random_below(&r, n);
        unsigned bit = (unsigned)random_below(&r, 8);
        bytes[at] = (char)(bytes[at] ^ (1 << bit));
        test_write(path, bytes, n);
        snprintf(what, sizeof what, "bit %u of byte %zu", bit, at);
        refuse(what, "");
        bytes[at] = (char)(bytes[at] ^ (1 << bit));
    }
    free(bytes);
}

static void test_a_truncation_is_refused(void **state)
{
    (void)state;
    begin();
    size_t n;
    char *bytes = test_read(path, &n);
    for (size_t left = 1; left < n; left += 1 + left / 16) {
        char what[128];
        test_write(path, bytes, left);
        snprintf(what, sizeof what, "%zu bytes", left);
        refuse(what, "");
    }
    test_write(path, bytes, n - 1);
    refuse("all but one", "");
    free(bytes);
}

/* ---- forged ---- */

static const struct {
    const char *name;
    enum dtype dtype;
} tensors[] = {
    {"made", DTYPE_U8},           {"counts", DTYPE_U64},         {"reals", DTYPE_F64},
    {"random", DTYPE_U64},        {"order", DTYPE_I32},          {"dense.weights", DTYPE_F32},
    {"dense.best", DTYPE_F32},    {"dense.first", DTYPE_F32},    {"dense.second", DTYPE_F32},
    {"dense.history", DTYPE_F32}, {"rows.0.weights", DTYPE_F32}, {"rows.0.best", DTYPE_F32},
    {"rows.0.first", DTYPE_F32},  {"rows.0.history", DTYPE_F32},
};
enum { TENSORS = sizeof tensors / sizeof *tensors };

/* Element `at` of a tensor gets a value, or the tensor so many elements more (less); or it is left out. */
struct forgery {
    const char *name;
    const char *message;
    size_t at;
    double value;
    int more;
    bool is_missing;
};

static void set(void *data, enum dtype dtype, size_t at, double value)
{
    if (dtype == DTYPE_U64)
        ((uint64_t *)data)[at] = (uint64_t)value;
    else if (dtype == DTYPE_I32)
        ((int32_t *)data)[at] = (int32_t)value;
    else if (dtype == DTYPE_F64)
        ((double *)data)[at] = value;
    else if (dtype == DTYPE_F32)
        ((float *)data)[at] = (float)value;
    else
        ((char *)data)[at] = (char)value;
}

/* Writes c again, its tensors copied to data, with the forgery; f NULL: as it is. */
static void write_forged(const struct container *c, const struct forgery *f)
{
    oriel_error err;
    void *data[TENSORS];
    struct container_writer *w = container_writer_new();
    assert_true(container_put_string(w, "oriel.kind", KIND_CHECKPOINT));
    for (size_t i = 0; i < TENSORS; i++) {
        struct tensor t;
        bool is_meant = f && strcmp(f->name, tensors[i].name) == 0;
        assert_ok(container_tensor(c, tensors[i].name, tensors[i].dtype, 1, &t, &err), err);
        size_t n = (size_t)((long)t.shape[0] + (is_meant ? f->more : 0));
        data[i] = mem_zero(n, dtype_size(t.dtype));
        memcpy(data[i], t.data, (n < t.shape[0] ? n : t.shape[0]) * dtype_size(t.dtype));
        if (is_meant && f->more == 0 && !f->is_missing)
            set(data[i], t.dtype, f->at, f->value);
        t = (struct tensor){.name = tensors[i].name, .dtype = t.dtype, .n_dims = 1, .shape = {n}, .data = data[i]};
        assert_true((is_meant && f->is_missing) || container_put_tensor(w, &t));
    }
    remove(path);
    assert_ok(container_write(w, path, &err), err);
    container_writer_free(w);
    for (size_t i = 0; i < TENSORS; i++)
        mem_free(data[i]);
}

/* counts: epochs judged 2, at most 4, best, items done, ...; reals: seven shares, the best loss, ... */
static const struct forgery forgeries[] = {
    {"counts", "epochs that cannot be", 0, 5, 0, false},
    {"counts", "epochs that cannot be", 1, 3, 0, false},
    {"counts", "epochs that cannot be", 2, 3, 0, false},
    {"counts", "epochs that cannot be", 2, 0, 0, false},
    {"counts", "epochs that cannot be", 0, 0, 0, false},
    {"counts", "an epoch behind the last", 0, 4, 0, false},
    {"counts", "its order is none", 3, 31, 0, false},
    {"counts", "tensor counts: expected 6 numbers, found 7", 0, 0, 1, false},
    {"reals", "its progress is none", 0, 1.5, 0, false},
    {"reals", "its progress is none", 3, -0.1, 0, false},
    {"reals", "its progress is none", 7, NAN, 0, false},
    {"reals", "its progress is none", 9, INFINITY, 0, false},
    {"reals", "its progress is none", 13, -2, 0, false},
    {"reals", "tensor reals: expected 14 numbers, found 13", 0, 0, -1, false},
    {"random", "tensor random: expected 12 numbers, found 11", 0, 0, -1, false},
    {"order", "its order is none", 0, 30, 0, false},
    {"order", "its order is none", 0, -1, 0, false},
    {"order", "its order is none", 0, 0, 1, false},
    {"order", "its order is none", 0, 0, -1, false},
    {"dense.weights", "dense.weights", 3, NAN, 0, false},
    {"dense.best", "dense.best", 0, INFINITY, 0, false},
    {"dense.first", "dense.first", 1, -INFINITY, 0, false},
    {"dense.second", "dense.second", 0, -1e-9, 0, false},
    {"dense.history", "dense.history", 0, NAN, 0, false},
    {"rows.0.weights", "rows.0.weights: expected", 0, 0, 2, false},
    {"rows.0.first", "rows.0.first", 0, -1e-9, 0, false}, /* AdaGrad's sum of squares */
    {"rows.0.first", "rows.0.first: expected", 0, 0, -2, false},
};

static void test_what_no_training_has_is_refused(void **state)
{
    (void)state;
    oriel_error err;
    struct container *c;
    size_t n;
    begin();
    char *bytes = test_read(path, &n);
    assert_ok(container_parse(&c, bytes, n, KIND_CHECKPOINT, &err), err);
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        write_forged(c, &forgeries[i]);
        refuse(forgeries[i].name, forgeries[i].message);
    }
    for (size_t i = 0; i < TENSORS; i++) {
        struct forgery f = {.name = tensors[i].name, .is_missing = true};
        write_forged(c, &f);
        refuse(f.name, f.name);
    }
    write_forged(c, NULL); /* else this shows nothing */
    oriel_model *m;
    assert_ok(oriel_train(&m, &options, NULL, NULL, &err), err);
    oriel_model_free(m);
    container_close(c);
    free(bytes);
}

/* An item that comes twice, in the place of another. */
static void test_an_order_with_an_item_twice_is_refused(void **state)
{
    (void)state;
    oriel_error err;
    struct container *c;
    struct tensor order;
    size_t n;
    begin();
    char *bytes = test_read(path, &n);
    assert_ok(container_parse(&c, bytes, n, KIND_CHECKPOINT, &err), err);
    assert_ok(container_tensor(c, "order", DTYPE_I32, 1, &order, &err), err);
    const int32_t *at = order.data;
    for (size_t i = 1; i < order.shape[0]; i++) {
        write_forged(c, &(struct forgery){.name = "order", .at = i, .value = at[0]});
        refuse("order", "its order is none");
    }
    container_close(c);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_flipped_bit_is_refused),
        cmocka_unit_test(test_a_truncation_is_refused),
        cmocka_unit_test(test_what_no_training_has_is_refused),
        cmocka_unit_test(test_an_order_with_an_item_twice_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
