#include "support/test.h"

#include "base/bytes.h"
#include "base/memory.h"

static void test_blocks_begin_at_multiples_of_64(void **state)
{
    (void)state;
    for (size_t n = 0; n < 300; n += 7) {
        void *p = mem_alloc(n, 3);
        void *z = mem_zero(n, 1);
        assert_non_null(p);
        assert_non_null(z);
        assert_int_equal((uintptr_t)p % 64, 0);
        assert_int_equal((uintptr_t)z % 64, 0);
        z = mem_resize(z, n, n + 50, 1);
        assert_non_null(z);
        assert_int_equal((uintptr_t)z % 64, 0);
        mem_free(z);
        mem_free(p);
    }
}

/* Growing through the size from which pages are moved and not copied. */
static void test_large_blocks_keep_what_they_hold_and_stay_aligned(void **state)
{
    (void)state;
    size_t n = 1000;
    uint32_t *p = mem_alloc(n, sizeof *p);
    for (size_t i = 0; i < n; i++)
        p[i] = (uint32_t)(i * 2654435761u);
    for (size_t round = 0; round < 14; round++) {
        size_t more = n + n / 2 + 13 * round;
        p = mem_resize(p, n, more, sizeof *p);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t i = n; i < more; i++)
            p[i] = (uint32_t)(i * 2654435761u);
        n = more;
    }
    assert_true(n * sizeof *p > 1 << 20);
    assert_null(mem_resize(p, n, SIZE_MAX / 4, sizeof *p));
    for (size_t i = 0; i < n; i++)
        assert_true(p[i] == (uint32_t)(i * 2654435761u));
    p = mem_resize(p, n, 10, sizeof *p);
    assert_true(p[9] == (uint32_t)(9 * 2654435761u));
    mem_free(p);
}

static void test_sizes_that_wrap_are_refused(void **state)
{
    (void)state;
    /* 2^32 * 2^32 is 0 in 64 bits; (2^61 + 1) * 8 is 8. */
    assert_null(mem_alloc((size_t)1 << 32, (size_t)1 << 32));
    assert_null(mem_zero(((size_t)1 << 61) + 1, 8));
    assert_null(mem_alloc(SIZE_MAX, 1));
    assert_null(mem_string("x", SIZE_MAX));
    size_t cap = 0;
    assert_null(mem_grow(NULL, &cap, ((size_t)1 << 61) + 1, 8));
    assert_int_equal(cap, 0);
}

static void test_zero_is_zero(void **state)
{
    (void)state;
    char *dirty = mem_alloc(5000, 1);
    memset(dirty, 0xFF, 5000);
    mem_free(dirty);
    char *p = mem_zero(2500, 2);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(p[i], 0);
    mem_free(p);
}

static void test_resize_keeps_what_fits(void **state)
{
    (void)state;
    int *p = mem_resize(NULL, 0, 3, sizeof *p);
    p[0] = 10;
    p[1] = 11;
    p[2] = 12;
    p = mem_resize(p, 3, 1000, sizeof *p);
    assert_int_equal(p[2], 12);
    p = mem_resize(p, 1000, 2, sizeof *p);
    assert_int_equal(p[0], 10);
    assert_int_equal(p[1], 11);
    int *refused = mem_resize(p, 2, SIZE_MAX, sizeof *p);
    assert_null(refused);
    assert_int_equal(p[1], 11);
    mem_free(p);
}

static void test_growth_is_at_least_by_half_and_stays_when_it_suffices(void **state)
{
    (void)state;
    size_t cap = 0;
    char *p = mem_grow(NULL, &cap, 0, 1);
    assert_non_null(p);
    for (size_t need = 1; need < 20000; need++) {
        size_t before = cap;
        char *old = p;
        p = mem_grow(p, &cap, need, 1);
        assert_true(cap >= need);
        if (need <= before) {
            assert_ptr_equal(p, old);
            assert_int_equal(cap, before);
        } else {
            assert_true(cap >= before + before / 2);
        }
        p[need - 1] = (char)need;
    }
    for (size_t need = 1; need < 20000; need++)
        assert_int_equal(p[need - 1], (char)need);
    mem_free(p);
}

static void test_string_is_a_copy_with_nul(void **state)
{
    (void)state;
    char *s = mem_string("abcdef", 3);
    assert_string_equal(s, "abc");
    mem_free(s);
    s = mem_string(NULL, 0);
    assert_string_equal(s, "");
    mem_free(s);
    mem_free(NULL);
}

static void test_bytes_hold_what_was_appended(void **state)
{
    (void)state;
    struct bytes b = {0};
    assert_true(bytes_append(&b, NULL, 0));
    assert_int_equal(b.n, 0);
    for (int i = 0; i < 1000; i++)
        assert_true(bytes_append(&b, "a\0b", 3));
    assert_int_equal(b.n, 3000);
    for (size_t i = 0; i < 3000; i += 3)
        assert_memory_equal(b.at + i, "a\0b", 3);
    assert_false(bytes_reserve(&b, SIZE_MAX));
    assert_int_equal(b.n, 3000);
    size_t cap = b.cap;
    assert_true(bytes_reserve(&b, 10));
    assert_int_equal(b.cap, cap);
    bytes_clear(&b);
    assert_null(b.at);
    assert_int_equal(b.cap, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_begin_at_multiples_of_64),
        cmocka_unit_test(test_large_blocks_keep_what_they_hold_and_stay_aligned),
        cmocka_unit_test(test_sizes_that_wrap_are_refused),
        cmocka_unit_test(test_zero_is_zero),
        cmocka_unit_test(test_resize_keeps_what_fits),
        cmocka_unit_test(test_growth_is_at_least_by_half_and_stays_when_it_suffices),
        cmocka_unit_test(test_string_is_a_copy_with_nul),
        cmocka_unit_test(test_bytes_hold_what_was_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
