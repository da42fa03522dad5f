#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/source.h"

/* "hello\n" by hand: header, one final stored block, CRC-32 0x363A3020, length 6. */
static const unsigned char HELLO[] = {0x1F, 0x8B, 8,   0,   0,   0,    0,    0,    0,    255,  1, 6, 0, 0xF9, 0xFF,
                                      'h',  'e',  'l', 'l', 'o', '\n', 0x20, 0x30, 0x3A, 0x36, 6, 0, 0, 0};
enum { HEADER = 10 };

/* Reads all of a source in requests of n bytes; the text, with a NUL, is the caller's to free. */
static oriel_status read_all(struct source *s, size_t n, char **text, size_t *n_text, oriel_error *err)
{
    size_t cap = 1 << 20;
    *text = calloc(cap, 1);
    *n_text = 0;
    for (;;) {
        size_t got;
        assert_true(*n_text + n < cap);
        oriel_status status = source_read(s, *text + *n_text, n, &got, err);
        assert_true(got <= n && (status == ORIEL_OK || got == 0));
        if (status || got == 0)
            return status;
        *n_text += got;
    }
}

static void check_memory(const void *bytes, size_t n, const char *expected, size_t n_expected)
{
    static const size_t requests[] = {1, 2, 3, 7, 100, 70000};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct source *s;
        oriel_error err;
        char *text;
        size_t n_text;
        assert_ok(source_from_memory(&s, bytes, n, "bytes", &err), err);
        assert_ok(read_all(s, requests[i], &text, &n_text, &err), err);
        assert_int_equal(n_text, n_expected);
        assert_memory_equal(text, expected, n_expected);
        assert_false(source_would_block(s));
        source_close(s);
        free(text);
    }
}

static void check_file(const char *path, size_t n_request, const char *expected, size_t n_expected)
{
    struct source *s;
    oriel_error err;
    char *text;
    size_t n_text;
    assert_ok(source_open(&s, path, &err), err);
    assert_string_equal(source_name(s), path);
    assert_ok(read_all(s, n_request, &text, &n_text, &err), err);
    assert_int_equal(n_text, n_expected);
    assert_memory_equal(text, expected, n_expected);
    source_close(s);
    free(text);
}

/* Anything but ORIEL_EFORMAT with the name and `what` fails. */
static void check_refused(const void *bytes, size_t n, const char *what)
{
    struct source *s;
    oriel_error err = {0};
    char *text;
    size_t n_text;
    assert_ok(source_from_memory(&s, bytes, n, "x.gz", &err), err);
    if (read_all(s, 4096, &text, &n_text, &err) != ORIEL_EFORMAT)
        fail_msg("%zu bytes were read from damaged data", n_text);
    assert_memory_equal(err.text, "x.gz: ", 6);
    assert_non_null(strstr(err.text, what));
    size_t got;
    char c;
    assert_int_equal(source_read(s, &c, 1, &got, &err), ORIEL_EFORMAT); /* and stays so */
    free(text);
    source_close(s);
}

/* ---- plain ---- */

static void test_plain_bytes_come_as_they_are(void **state)
{
    (void)state;
    check_memory("", 0, "", 0);
    check_memory("a", 1, "a", 1);
    check_memory("two\0lines\n", 10, "two\0lines\n", 10);
    check_memory("\x1F", 1, "\x1F", 1);
    check_memory("\x1F\x8A", 2, "\x1F\x8A", 2);
    check_memory("\x1Fx\x8B", 3, "\x1Fx\x8B", 3);
}

static void test_large_file_comes_whole(void **state)
{
    (void)state;
    enum { N = 300001 };
    char *bytes = malloc(N);
    for (size_t i = 0; i < N; i++)
        bytes[i] = (char)(i * 31 + i / 251);
    const char *path = test_path("large");
    test_write(path, bytes, N);
    check_file(path, 99991, bytes, N);
    source_close(NULL);
    free(bytes);
}

static void test_missing_file_and_folder_are_named(void **state)
{
    (void)state;
    struct source *s;
    oriel_error err;
    const char *path = test_path("missing");
    char expected[600];
    snprintf(expected, sizeof expected, "%s: No such file or directory", path);
    assert_int_equal(source_open(&s, path, &err), ORIEL_EIO);
    assert_null(s);
    assert_string_equal(err.text, expected);
    snprintf(expected, sizeof expected, "%s: Is a directory", test_folder());
    assert_int_equal(source_open(&s, test_folder(), &err), ORIEL_EIO);
    assert_null(s);
    assert_string_equal(err.text, expected);
}

/* ---- gzip ---- */

static void test_gzip_is_known_by_its_bytes(void **state)
{
    (void)state;
    check_memory(HELLO, sizeof HELLO, "hello\n", 6);
}

static void test_gzip_members_and_padding_follow_each_other(void **state)
{
    (void)state;
    unsigned char three[3 * sizeof HELLO + 512] = {0};
    for (size_t i = 0; i < 3; i++)
        memcpy(three + i * sizeof HELLO, HELLO, sizeof HELLO);
    check_memory(three, 2 * sizeof HELLO, "hello\nhello\n", 12);
    check_memory(three, sizeof three, "hello\nhello\nhello\n", 18);
}

static void test_gzip_program_is_understood(void **state)
{
    (void)state;
    enum { N = 400000 };
    char *bytes = malloc(N);
    for (size_t i = 0; i < N; i++)
        bytes[i] = (char)("etaoin shrdlu"[i * i % 13] + (i % 1000 == 7));
    const char *path = test_path("by-program");
    test_write(path, bytes, N);
    char command[1100];
    snprintf(command, sizeof command, "gzip -c %s > %s.renamed", path, path);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s.renamed", path);
    static const size_t requests[] = {1, 1000, 65536, 500000};
    for (size_t i = 0; i < 4; i++)
        check_file(command, requests[i], bytes, N);
    free(bytes);
}

static void test_gzip_cut_anywhere_is_refused(void **state)
{
    (void)state;
    for (size_t n = 2; n < sizeof HELLO; n++)
        check_refused(HELLO, n, "cut off before its end");
    unsigned char two[2 * sizeof HELLO];
    memcpy(two, HELLO, sizeof HELLO);
    memcpy(two + sizeof HELLO, HELLO, sizeof HELLO);
    for (size_t n = sizeof HELLO + 1; n < sizeof two; n++)
        check_refused(two, n, "");
}

static void test_gzip_with_any_bit_of_its_data_flipped_is_refused(void **state)
{
    (void)state;
    for (size_t bit = 8 * HEADER; bit < 8 * sizeof HELLO; bit++) {
        /* Padding up to the next whole byte in the stored block's first byte: it means nothing. */
        if (bit / 8 == HEADER && bit % 8 >= 3)
            continue;
        unsigned char damaged[sizeof HELLO];
        memcpy(damaged, HELLO, sizeof HELLO);
        damaged[bit / 8] ^= (unsigned char)(1 << bit % 8);
        check_refused(damaged, sizeof damaged, "");
    }
}

static void test_gzip_followed_by_other_bytes_is_refused(void **state)
{
    (void)state;
    unsigned char longer[sizeof HELLO + 3];
    memcpy(longer, HELLO, sizeof HELLO);
    memcpy(longer + sizeof HELLO, "abc", 3);
    check_refused(longer, sizeof longer, "expected the end of the compressed data, found other bytes");
}

/* ---- pipes ---- */

struct piped {
    struct source *s;
    int to;
};

static struct piped piped_open(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct piped p = {.to = ends[1]};
    oriel_error err;
    assert_ok(source_open(&p.s, path, &err), err);
    close(ends[0]);
    return p;
}

static void send_bytes(const struct piped *p, const void *bytes, size_t n)
{
    assert_int_equal(write(p->to, bytes, n), n);
}

/* Reads once, asking for up to n <= 100 bytes. */
static void check_next(const struct piped *p, size_t n, const char *expected)
{
    char buffer[100];
    size_t got;
    oriel_error err;
    assert_false(source_would_block(p->s));
    assert_ok(source_read(p->s, buffer, n, &got, &err), err);
    assert_int_equal(got, strlen(expected));
    assert_memory_equal(buffer, expected, got);
}

static void test_pipe_gives_what_is_there(void **state)
{
    (void)state;
    struct piped p = piped_open();
    assert_true(source_would_block(p.s));
    send_bytes(&p, "abc", 3);
    check_next(&p, 2, "ab");
    check_next(&p, 100, "c");
    assert_true(source_would_block(p.s));
    send_bytes(&p, "de", 2);
    check_next(&p, 100, "de");
    assert_true(source_would_block(p.s));
    close(p.to);
    check_next(&p, 100, "");
    check_next(&p, 100, "");
    source_close(p.s);
}

/* Blocks of compressed data at hand that give no byte are no reason to say that there is something to read. */
static void test_compressed_pipe_gives_what_is_there(void **state)
{
    (void)state;
    static const unsigned char abc[] = {0, 3, 0, 0xFC, 0xFF, 'a', 'b', 'c'}; /* stored, not the last */
    static const unsigned char none[] = {0, 0, 0, 0xFF, 0xFF};
    static const unsigned char x[] = {0, 1, 0, 0xFE, 0xFF, 'x'};
    struct piped p = piped_open();
    send_bytes(&p, HELLO, HEADER);
    send_bytes(&p, abc, sizeof abc);
    send_bytes(&p, none, sizeof none);
    check_next(&p, 3, "abc");
    assert_true(source_would_block(p.s));
    send_bytes(&p, none, sizeof none);
    send_bytes(&p, x, sizeof x);
    check_next(&p, 100, "x");
    assert_true(source_would_block(p.s));
    send_bytes(&p, abc, sizeof abc);
    check_next(&p, 1, "a");
    check_next(&p, 1, "b");
    check_next(&p, 100, "c");
    close(p.to);
    source_close(p.s);
}

static void test_header_of_the_next_member_is_nothing_to_read(void **state)
{
    (void)state;
    struct piped p = piped_open();
    send_bytes(&p, HELLO, sizeof HELLO);
    send_bytes(&p, HELLO, HEADER);
    check_next(&p, 6, "hello\n");
    assert_true(source_would_block(p.s));
    send_bytes(&p, HELLO + HEADER, sizeof HELLO - HEADER);
    check_next(&p, 100, "hello\n");
    close(p.to);
    check_next(&p, 100, "");
    source_close(p.s);
}

static void test_first_byte_of_gzip_alone_is_waited_for(void **state)
{
    (void)state;
    struct piped p = piped_open();
    send_bytes(&p, "\x1F", 1);
    close(p.to);
    check_next(&p, 100, "\x1F");
    check_next(&p, 100, "");
    source_close(p.s);
}

static int alarm_to;

/* The first alarms interrupt the wait and change nothing; a later one sends. */
static void on_alarm(int signal_number)
{
    static int times;
    (void)signal_number;
    if (++times == 3 && write(alarm_to, "late", 4) != 4)
        abort();
}

static void test_interrupted_read_goes_on(void **state)
{
    (void)state;
    struct piped p = piped_open();
    alarm_to = p.to;
    struct sigaction act = {.sa_handler = on_alarm}; /* without SA_RESTART: reads end with EINTR */
    struct sigaction before;
    sigaction(SIGALRM, &act, &before);
    struct itimerval every = {{0, 20000}, {0, 20000}};
    setitimer(ITIMER_REAL, &every, NULL);
    char buffer[10];
    size_t got;
    oriel_error err;
    oriel_status status = source_read(p.s, buffer, sizeof buffer, &got, &err);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    sigaction(SIGALRM, &before, NULL);
    assert_ok(status, err);
    assert_int_equal(got, 4);
    assert_memory_equal(buffer, "late", 4);
    close(p.to);
    source_close(p.s);
}

static void test_standard_input_is_read_and_left_open(void **state)
{
    (void)state;
    int kept = dup(STDIN_FILENO);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    static const char *const names[] = {NULL, "-"};
    for (size_t i = 0; i < 2; i++) {
        struct piped p = {.to = ends[1]};
        oriel_error err;
        assert_ok(source_open(&p.s, names[i], &err), err);
        assert_string_equal(source_name(p.s), "standard input");
        send_bytes(&p, "in", 2);
        check_next(&p, 100, "in");
        source_close(p.s);
        assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
    }
    close(ends[1]);
    dup2(kept, STDIN_FILENO);
    close(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_bytes_come_as_they_are),
        cmocka_unit_test(test_large_file_comes_whole),
        cmocka_unit_test(test_missing_file_and_folder_are_named),
        cmocka_unit_test(test_gzip_is_known_by_its_bytes),
        cmocka_unit_test(test_gzip_members_and_padding_follow_each_other),
        cmocka_unit_test(test_gzip_program_is_understood),
        cmocka_unit_test(test_gzip_cut_anywhere_is_refused),
        cmocka_unit_test(test_gzip_with_any_bit_of_its_data_flipped_is_refused),
        cmocka_unit_test(test_gzip_followed_by_other_bytes_is_refused),
        cmocka_unit_test(test_pipe_gives_what_is_there),
        cmocka_unit_test(test_compressed_pipe_gives_what_is_there),
        cmocka_unit_test(test_header_of_the_next_member_is_nothing_to_read),
        cmocka_unit_test(test_first_byte_of_gzip_alone_is_waited_for),
        cmocka_unit_test(test_interrupted_read_goes_on),
        cmocka_unit_test(test_standard_input_is_read_and_left_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
