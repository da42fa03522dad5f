/*
 * Files that someone made on purpose: the checksum is right, the header lies.
 */
#include "support/test.h"

#include <stdlib.h>

#include "model/container.h"
#include "support/forge.h"

#define META "\"__metadata__\":{\"oriel.format\":\"1\"}"
#define SUM(from, to) "\"oriel.xxh3\":{\"dtype\":\"U64\",\"shape\":[1],\"data_offsets\":[" #from "," #to "]}"
#define ENTRY(name, dtype, shape, from, to)                                                                            \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" #from "," #to "]}"

struct forgery {
    const char *header;
    size_t n_data;
    oriel_status expected;
    const char *message; /* a part of it */
};

static const struct forgery forgeries[] = {
    {"{" META "," SUM(0, 8) "}", 8, ORIEL_OK, ""},
    {"{" META "," ENTRY("a", "F32", "[4,4]", 0, 64) "," SUM(64, 72) "}", 72, ORIEL_OK, ""},
    {"{" SUM(0, 8) "}", 8, ORIEL_EFORMAT, "has no __metadata__"},
    {"{\"__metadata__\":{\"format\":\"pt\"}," SUM(0, 8) "}", 8, ORIEL_EFORMAT, "not an Oriel model"},
    {"{\"__metadata__\":{\"oriel.format\":1}," SUM(0, 8) "}", 8, ORIEL_EFORMAT, "something else than strings"},
    {"{\"__metadata__\":{\"oriel.format\":\"2\"}," SUM(0, 8) "}", 8, ORIEL_EVERSION, "version 1 or earlier, found 2"},
    {"{\"__metadata__\":{\"oriel.format\":\"10\"}}", 8, ORIEL_EVERSION, "found 10"},
    {"{\"__metadata__\":{\"oriel.format\":\"0\"}," SUM(0, 8) "}", 8, ORIEL_EFORMAT, "expected a format version"},
    {"{\"__metadata__\":{\"oriel.format\":\"\"}," SUM(0, 8) "}", 8, ORIEL_EFORMAT, "expected a format version"},
    {"{" META "}", 8, ORIEL_EFORMAT, "oriel.xxh3"},
    {"{" META "," SUM(0, 8) "," SUM(8, 16) "}", 16, ORIEL_EFORMAT, "duplicate"},
    {"{" META "," SUM(0, 8) "} x", 8, ORIEL_EFORMAT, "not JSON"},
    {"{" META "," SUM(0, 8), 8, ORIEL_EFORMAT, "not JSON"},
    {"[]", 8, ORIEL_EFORMAT, "no JSON header"},
    {" {" META "," SUM(0, 8) "}", 8, ORIEL_EFORMAT, "no JSON header"},
    {"{" META "," ENTRY("a", "F31", "[4,4]", 0, 64) "," SUM(64, 72) "}", 72, ORIEL_EFORMAT, "unknown dtype"},
    {"{" META "," ENTRY("a", "F32", "[4,-4]", 0, 64) "," SUM(64, 72) "}", 72, ORIEL_EFORMAT, "impossible shape"},
    {"{" META "," ENTRY("a", "F32", "[4.0,4]", 0, 64) "," SUM(64, 72) "}", 72, ORIEL_EFORMAT, "impossible shape"},
    {"{" META "," ENTRY("a", "F32", "[2,2,2,2,1]", 0, 64) "," SUM(64, 72) "}", 72, ORIEL_EFORMAT, "impossible shape"},
    /* 2^62 * 4 + 64 is 64 in 64 bits */
    {"{" META "," ENTRY("a", "F32", "[4611686018427387920]", 0, 64) "," SUM(64, 72) "}", 72, ORIEL_EFORMAT,
     "impossible shape"},
    {"{" META "," ENTRY("a", "F32", "[4294967296,4294967296,4294967296]", 0, 64) "," SUM(64, 72) "}", 72, ORIEL_EFORMAT,
     "impossible shape"},
    {"{" META "," ENTRY("a", "F32", "[4,5]", 0, 64) "," SUM(64, 72) "}", 72, ORIEL_EFORMAT, "does not fit its offsets"},
    {"{" META "," ENTRY("a", "F32", "[32]", 0, 128) "," SUM(128, 136) "}", 72, ORIEL_EFORMAT, "not the file"},
    {"{" META "," ENTRY("a", "F32", "[16]", 64, 128) "," SUM(128, 136) "}", 136, ORIEL_EFORMAT, "does not begin where"},
    {"{" META "," ENTRY("a", "F32", "[32]", 0, 128) "," ENTRY("b", "F32", "[16]", 64, 128) "," SUM(128, 136) "}", 136,
     ORIEL_EFORMAT, "does not begin where"},
    {"{" META "," ENTRY("b", "F32", "[16]", 64, 128) "," ENTRY("a", "F32", "[16]", 0, 64) "," SUM(128, 136) "}", 136,
     ORIEL_EFORMAT, "does not begin where"},
    {"{" META "," ENTRY("a", "F32", "[8]", 0, 32) "," ENTRY("b", "F32", "[8]", 32, 64) "," SUM(64, 72) "}", 72,
     ORIEL_EFORMAT, "multiple of 64"},
    {"{" META "," ENTRY("a", "F32", "[16]", 64, 0) "," SUM(64, 72) "}", 72, ORIEL_EFORMAT, "does not begin where"},
    {"{" META ",\"a\":{\"dtype\":\"F32\",\"shape\":[16]}," SUM(64, 72) "}", 72, ORIEL_EFORMAT, "two data_offsets"},
    {"{" META ",\"a\":[]," SUM(0, 8) "}", 8, ORIEL_EFORMAT, "two data_offsets"},
    {"{" META ",\"a\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[0,64],\"more\":1}," SUM(64, 72) "}", 72,
     ORIEL_EFORMAT, "two data_offsets"},
    {"{" META "," SUM(0, 8) "," ENTRY("a", "F32", "[16]", 8, 72) "}", 72, ORIEL_EFORMAT, "multiple of 64"},
    {"{" META "," SUM(0, 8) "}", 16, ORIEL_EFORMAT, "last 8 bytes"},
};

static void test_forged_headers_with_a_right_checksum_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        struct container *c;
        oriel_error err = {0};
        size_t n;
        char *bytes = forge(forgeries[i].header, forgeries[i].n_data, &n);
        oriel_status status = container_parse(&c, bytes, n, KIND_MODEL, &err);
        if (status != forgeries[i].expected || !strstr(err.text, forgeries[i].message))
            fail_msg("%s: %s, %s", forgeries[i].header, oriel_status_name(status), err.text);
        container_close(c);
        free(bytes);
    }
}

/* A header length near 2^64 or over the limit must not be added to or allocated. */
static void test_absurd_header_lengths_are_refused(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {UINT64_MAX, UINT64_MAX - 7, (uint64_t)1 << 63, 100000001, 1000, 0};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char bytes[80] = {0};
        memcpy(bytes, &lengths[i], 8);
        bytes[8] = '{';
        bytes[9] = '}';
        struct container *c;
        assert_int_equal(container_parse(&c, bytes, sizeof bytes, KIND_MODEL, NULL), ORIEL_EFORMAT);
        assert_null(c);
    }
}

static void test_deep_nesting_is_refused(void **state)
{
    (void)state;
    size_t n;
    char *header = malloc(100002);
    assert_non_null(header);
    memset(header, '[', 100001);
    header[100001] = 0;
    memcpy(header, "{\"a\":", 5);
    char *bytes = forge(header, 8, &n);
    struct container *c;
    assert_int_equal(container_parse(&c, bytes, n, KIND_MODEL, NULL), ORIEL_EFORMAT);
    assert_null(c);
    free(bytes);
    free(header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forged_headers_with_a_right_checksum_are_refused),
        cmocka_unit_test(test_absurd_header_lengths_are_refused),
        cmocka_unit_test(test_deep_nesting_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
