#include "support/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/aside.h"

static char folder[400]; /* a new one for each test */

static int make_folder(void **state)
{
    static int n;
    (void)state;
    snprintf(folder, sizeof folder, "%s/%d", test_folder(), n++);
    return mkdir(folder, 0777);
}

static const char *in_folder(const char *name)
{
    static char paths[4][500];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static size_t count_files(void)
{
    size_t n = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

static void assert_holds(const char *path, const char *expected)
{
    char *text = test_read(path, NULL);
    assert_string_equal(text, expected);
    free(text);
}

static mode_t mode_of(const char *path)
{
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    return about.st_mode & 07777;
}

static struct aside *begin(const char *path)
{
    struct aside *a;
    oriel_error err;
    assert_ok(aside_open(&a, path, &err), err);
    return a;
}

static void replace(const char *path, const char *text)
{
    oriel_error err;
    struct aside *a = begin(path);
    aside_write(a, text, strlen(text));
    assert_ok(aside_commit(a, &err), err);
}

static void test_old_file_stands_until_the_new_one_is_whole(void **state)
{
    (void)state;
    const char *path = in_folder("f");
    test_write(path, "old", 3);
    struct aside *a = begin(path);
    aside_write(a, "ne", 2);
    fprintf(aside_file(a), "w %d", 7);
    assert_int_equal(fflush(aside_file(a)), 0);
    assert_holds(path, "old");
    oriel_error err;
    assert_ok(aside_commit(a, &err), err);
    assert_holds(path, "new 7");
    assert_int_equal(count_files(), 1);
}

static void test_abandoned_file_leaves_nothing(void **state)
{
    (void)state;
    test_write(in_folder("f"), "old", 3);
    struct aside *a = begin(in_folder("f"));
    struct aside *b = begin(in_folder("g"));
    for (int i = 0; i < 100000; i++)
        aside_write(a, "more than a buffer", 18);
    aside_write(b, "x", 1);
    assert_in_range(count_files(), 1, 3); /* a file system that has no files without a name shows them */
    aside_abandon(a);
    aside_abandon(b);
    aside_abandon(NULL);
    assert_int_equal(count_files(), 1);
    assert_holds(in_folder("f"), "old");
}

/* Where files without a name are to be had, and /proc to name them by. */
static bool has_nameless_files(void)
{
    char path[64];
    int fd = open(test_folder(), O_TMPFILE | O_WRONLY, 0600);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bool has_them = fd >= 0 && access(path, F_OK) == 0;
    if (fd >= 0)
        close(fd);
    return has_them;
}

static void test_a_kill_leaves_nothing(void **state)
{
    (void)state;
    if (!has_nameless_files()) {
        print_message("skipped: no files without a name here\n");
        skip();
    }
    test_write(in_folder("f"), "old", 3);
    pid_t child = fork();
    if (child == 0) {
        struct aside *a;
        if (aside_open(&a, in_folder("f"), NULL) == ORIEL_OK)
            for (int i = 0; i < 100000; i++)
                aside_write(a, "more than a buffer", 18);
        raise(SIGKILL);
    }
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    assert_int_equal(count_files(), 1);
    assert_holds(in_folder("f"), "old");
}

static void test_two_at_once_do_not_meet(void **state)
{
    (void)state;
    oriel_error err;
    struct aside *a = begin(in_folder("f"));
    struct aside *b = begin(in_folder("f"));
    aside_write(a, "first", 5);
    aside_write(b, "second", 6);
    assert_ok(aside_commit(a, &err), err);
    assert_holds(in_folder("f"), "first");
    assert_ok(aside_commit(b, &err), err);
    assert_holds(in_folder("f"), "second");
    assert_int_equal(count_files(), 1);
}

static void test_long_contents_come_whole(void **state)
{
    (void)state;
    enum { N = 1000003 };
    char *bytes = malloc(N);
    for (size_t i = 0; i < N; i++)
        bytes[i] = (char)(i * 7 + i / 256);
    struct aside *a = begin(in_folder("f"));
    for (size_t i = 0; i < N;) {
        size_t n = i % 1009 * 200 + 1;
        n = n < N - i ? n : N - i;
        aside_write(a, bytes + i, n);
        i += n;
    }
    oriel_error err;
    assert_ok(aside_commit(a, &err), err);
    size_t n;
    char *text = test_read(in_folder("f"), &n);
    assert_int_equal(n, N);
    assert_memory_equal(text, bytes, N);
    free(text);
    free(bytes);
}

static void test_permissions_are_the_old_ones_or_the_umasks(void **state)
{
    (void)state;
    mode_t before = umask(027);
    replace(in_folder("new"), "x");
    test_write(in_folder("old"), "y", 1);
    assert_int_equal(chmod(in_folder("old"), 0604), 0);
    replace(in_folder("old"), "x");
    umask(before);
    assert_int_equal(mode_of(in_folder("new")), 0640);
    assert_int_equal(mode_of(in_folder("old")), 0604);
}

static void test_links_are_followed(void **state)
{
    (void)state;
    struct stat about;
    assert_int_equal(mkdir(in_folder("sub"), 0777), 0);
    test_write(in_folder("sub/target"), "old", 3);
    assert_int_equal(symlink("sub/target", in_folder("middle")), 0);
    assert_int_equal(symlink(in_folder("middle"), in_folder("link")), 0);
    replace(in_folder("link"), "new");
    assert_holds(in_folder("sub/target"), "new");
    assert_int_equal(lstat(in_folder("link"), &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(symlink("sub/not yet", in_folder("dangling")), 0);
    replace(in_folder("dangling"), "made");
    assert_holds(in_folder("sub/not yet"), "made");
}

static void refuse(const char *path, const char *reason)
{
    struct aside *a = (struct aside *)-1;
    oriel_error err;
    char expected[600];
    snprintf(expected, sizeof expected, "%s: cannot be written: %s", path, reason);
    assert_int_equal(aside_open(&a, path, &err), ORIEL_EIO);
    assert_null(a);
    assert_string_equal(err.text, expected);
}

static void test_what_cannot_be_written_is_refused_at_once(void **state)
{
    (void)state;
    refuse(in_folder("no/such/folder"), "No such file or directory");
    refuse(folder, "Is a directory");
    refuse("", "No such file or directory");
    assert_int_equal(symlink("loop", in_folder("loop")), 0);
    refuse(in_folder("loop"), "Too many levels of symbolic links");
    unlink(in_folder("loop"));
    assert_int_equal(count_files(), 0);
}

static void test_protected_file_is_not_replaced(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        print_message("skipped: nothing is protected from root\n");
        skip();
    }
    test_write(in_folder("f"), "old", 3);
    chmod(in_folder("f"), 0444);
    refuse(in_folder("f"), "Permission denied");
    assert_holds(in_folder("f"), "old");
}

/* The reason must arrive whether little is written or much, by aside_write or by fprintf. */
static void test_full_disk_is_told_at_commit(void **state)
{
    (void)state;
    static const size_t times[] = {1, 100000};
    for (size_t i = 0; i < 4; i++) {
        struct aside *a = begin("/dev/full");
        for (size_t k = 0; k < times[i / 2]; k++) {
            if (i % 2)
                fprintf(aside_file(a), "%d", 12);
            else
                aside_write(a, "12", 2);
        }
        oriel_error err;
        assert_int_equal(aside_commit(a, &err), ORIEL_EIO);
        assert_string_equal(err.text, "/dev/full: cannot be written: No space left on device");
    }
    struct aside *a = begin("/dev/full");
    aside_write(a, "x", 1);
    aside_abandon(a);
    replace("/dev/null", "gone");
    struct stat about;
    assert_int_equal(stat("/dev/null", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
}

/* A disk that fills up half-way, played by the limit on a file's size. */
static void test_old_file_survives_a_disk_that_fills_up(void **state)
{
    (void)state;
    test_write(in_folder("f"), "old", 3);
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, before.rlim_max});
    struct aside *a = begin(in_folder("f"));
    for (int i = 0; i < 20000; i++)
        aside_write(a, "0123456789", 10);
    oriel_error err;
    oriel_status status = aside_commit(a, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(status, ORIEL_EIO);
    assert_non_null(strstr(err.text, "f: cannot be written: File too large"));
    assert_holds(in_folder("f"), "old");
    assert_int_equal(count_files(), 1);
}

static void test_pipe_is_written_directly(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    struct aside *a = begin(path);
    aside_write(a, "never", 5);
    aside_abandon(a);
    replace(path, "through");
    char buffer[20];
    assert_int_equal(read(ends[0], buffer, sizeof buffer), 7);
    assert_memory_equal(buffer, "through", 7);
    close(ends[0]);
    close(ends[1]);
}

/* Standard output stands in a file for the time of f. */
static void with_stdout_in(const char *path, const char *name)
{
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    FILE *f = fopen(path, "a");
    dup2(fileno(f), STDOUT_FILENO);
    fclose(f);
    printf("before ");
    struct aside *a;
    oriel_error err;
    oriel_status status = aside_open(&a, name, &err);
    if (status == ORIEL_OK) {
        aside_write(a, "aside ", 6);
        status = aside_commit(a, &err);
    }
    printf("after");
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    assert_ok(status, err);
}

static void test_standard_output_keeps_order_and_stays_open(void **state)
{
    (void)state;
    with_stdout_in(in_folder("a"), "-");
    assert_holds(in_folder("a"), "before aside after");
    test_write(in_folder("b"), "kept ", 5);
    with_stdout_in(in_folder("b"), "/dev/stdout");
    assert_holds(in_folder("b"), "kept before aside after");
    assert_int_equal(count_files(), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_old_file_stands_until_the_new_one_is_whole, make_folder),
        cmocka_unit_test_setup(test_abandoned_file_leaves_nothing, make_folder),
        cmocka_unit_test_setup(test_a_kill_leaves_nothing, make_folder),
        cmocka_unit_test_setup(test_two_at_once_do_not_meet, make_folder),
        cmocka_unit_test_setup(test_long_contents_come_whole, make_folder),
        cmocka_unit_test_setup(test_permissions_are_the_old_ones_or_the_umasks, make_folder),
        cmocka_unit_test_setup(test_links_are_followed, make_folder),
        cmocka_unit_test_setup(test_what_cannot_be_written_is_refused_at_once, make_folder),
        cmocka_unit_test_setup(test_protected_file_is_not_replaced, make_folder),
        cmocka_unit_test_setup(test_full_disk_is_told_at_commit, make_folder),
        cmocka_unit_test_setup(test_old_file_survives_a_disk_that_fills_up, make_folder),
        cmocka_unit_test_setup(test_pipe_is_written_directly, make_folder),
        cmocka_unit_test_setup(test_standard_output_keeps_order_and_stays_open, make_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
