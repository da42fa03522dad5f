/* asan: AddressSanitizer: ABRT */
/* Undefined behaviour in a child process whose exit code and messages nobody looks at, as in a pipe. */
#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    (void)argv;
    pid_t child = fork();
    if (child > 0)
        return waitpid(child, NULL, 0) != child;
    close(STDERR_FILENO);
    volatile int n = INT_MAX;
    n += argc;
    return n == 0;
}
