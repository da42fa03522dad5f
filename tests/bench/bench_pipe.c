/*
 * How long a sentence takes through a pipe.
 *
 *     bench_pipe TEXT N PROGRAM [argument...]   N lines of TEXT, one at a time, to PROGRAM, which answers each with a line, and to
 *                                               an echo of the same kind in turn; prints microseconds: a name and a figure a
 *                                               line, oriel_p50, oriel_p99, oriel_max, echo_p50, ...
 *     bench_pipe echo                           answers each line with itself
 *
 * The next line is sent when both have answered.  Those of the first tenth are not counted.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench_time.h"

struct partner {
    const char *name;
    pid_t process;
    int to, from;
    double *seconds; /* [n] */
};

static void give_up(const char *what)
{
    fprintf(stderr, "bench_pipe: %s\n", what);
    exit(1);
}

/* What one inherited of the other's pipes would keep it from seeing the end. */
static struct partner start(const char *name, char *const *command, size_t n)
{
    int to[2];
    int from[2];
    struct partner p = {.name = name, .seconds = calloc(n, sizeof *p.seconds)};
    if (!p.seconds || pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        give_up("no memory or no pipe");
    p.process = fork();
    if (p.process < 0)
        give_up("cannot fork");
    if (p.process == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        execv(command[0], command);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    p.to = to[1];
    p.from = from[0];
    return p;
}

/* All of it, to a pipe. */
static void send_line(int to, const char *line, size_t n)
{
    while (n > 0) {
        ssize_t done = write(to, line, n);
        if (done <= 0)
            give_up("a program does not take its line");
        line += done;
        n -= (size_t)done;
    }
}

/* Until a line ends; nothing may come behind it. */
static void wait_for_line(int from)
{
    char answer[1 << 16];
    for (;;) {
        ssize_t n = read(from, answer, sizeof answer);
        if (n <= 0)
            give_up("a program does not answer");
        if (answer[n - 1] == '\n')
            return;
    }
}

static double ask(const struct partner *p, const char *line, size_t n)
{
    double begin = seconds_by(CLOCK_MONOTONIC);
    send_line(p->to, line, n);
    wait_for_line(p->from);
    return seconds_by(CLOCK_MONOTONIC) - begin;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(struct partner *p, size_t n)
{
    size_t first = n / 10;
    double *counted = p->seconds + first;
    n -= first;
    qsort(counted, n, sizeof *counted, compare);
    printf("%s_p50 %.1f\n%s_p99 %.1f\n%s_max %.1f\n", p->name, 1e6 * counted[n / 2], p->name,
           1e6 * counted[n * 99 / 100], p->name, 1e6 * counted[n - 1]);
    close(p->to);
    close(p->from);
    waitpid(p->process, NULL, 0);
    free(p->seconds);
}

static void measure(const char *self, const char *text, size_t n, char **command)
{
    char *echo[] = {(char *)(size_t)self, "echo", NULL};
    struct partner partners[] = {start("oriel", command, n), start("echo", echo, n)};
    char *line = NULL;
    size_t cap = 0;
    FILE *f = fopen(text, "r");
    if (!f)
        give_up("cannot read the text");
    for (size_t i = 0; i < n;) {
        ssize_t length = getline(&line, &cap, f);
        if (length < 0 && i == 0)
            give_up("the text is empty");
        if (length < 0)
            rewind(f);
        if (length < 2)
            continue;
        for (size_t k = 0; k < 2; k++)
            partners[k].seconds[i] = ask(&partners[k], line, (size_t)length);
        i++;
    }
    free(line);
    fclose(f);
    report(&partners[0], n);
    report(&partners[1], n);
}

static void echo_lines(void)
{
    char text[1 << 16];
    ssize_t n;
    while ((n = read(STDIN_FILENO, text, sizeof text)) > 0)
        send_line(STDOUT_FILENO, text, (size_t)n);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc == 2 && strcmp(argv[1], "echo") == 0) {
        echo_lines();
        return 0;
    }
    if (argc < 4 || strtoul(argv[2], NULL, 10) < 10)
        give_up("expected TEXT N PROGRAM [argument...], N at least 10, or echo");
    measure(argv[0], argv[1], strtoul(argv[2], NULL, 10), argv + 3);
    return 0;
}
