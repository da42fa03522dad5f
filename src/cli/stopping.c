#include "cli/stopping.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "cli/options.h"

static volatile sig_atomic_t stop_is_asked;

/* The first signal asks; the second, of either kind, does not wait. */
static void ask_to_stop(int signal_number)
{
    static const char first[] = "\noriel: stopping after this step; once more stops at once\n";
    static const char second[] = "\noriel: stopped, nothing was written\n";
    int saved_errno = errno;
    bool is_second = stop_is_asked;
    (void)signal_number;
    stop_is_asked = 1;
    ssize_t ignored = write(STDERR_FILENO, is_second ? second : first, (is_second ? sizeof second : sizeof first) - 1);
    (void)ignored;
    if (is_second)
        _exit(EXIT_FAILED);
    errno = saved_errno;
}

/* A signal that whoever started us chose to ignore, as a shell does for a job in the background, stays ignored. */
static void listen_to(int signal_number)
{
    struct sigaction ours = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
    struct sigaction inherited;
    if (sigaction(signal_number, NULL, &inherited) == 0 && inherited.sa_handler != SIG_IGN)
        sigaction(signal_number, &ours, NULL);
}

void stopping_hold(void)
{
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    sigprocmask(SIG_BLOCK, &both, NULL);
}

void stopping_listen(void)
{
    listen_to(SIGINT);
    listen_to(SIGTERM);
}

bool stopping_is_asked(void)
{
    return stop_is_asked;
}
