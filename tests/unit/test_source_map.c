#include "support/test.h"

#include "base/source.h"

static void test_map_shows_the_whole_file(void **state)
{
    (void)state;
    const char *path = test_path("mapped");
    test_write(path, "abc\0d", 5);
    const void *bytes;
    size_t n;
    oriel_error err;
    assert_ok(source_map(path, &bytes, &n, &err), err);
    assert_int_equal(n, 5);
    assert_memory_equal(bytes, "abc\0d", 5);
    source_unmap(bytes, n);
    test_write(path, "", 0);
    assert_ok(source_map(path, &bytes, &n, &err), err);
    assert_null(bytes);
    assert_int_equal(n, 0);
    source_unmap(bytes, n);
    assert_int_equal(source_map(test_path("missing"), &bytes, &n, &err), ORIEL_EIO);
    assert_int_equal(source_map(test_folder(), &bytes, &n, &err), ORIEL_EIO);
    assert_int_equal(source_map("/dev/null", &bytes, &n, &err), ORIEL_EIO);
    assert_string_equal(err.text, "/dev/null: not a plain file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_shows_the_whole_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
