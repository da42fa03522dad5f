/* asan, valgrind: heap-buffer-overflow|Invalid write */
/* The error is in a child process whose exit code and messages nobody looks at, as in a pipe. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char *volatile block;

int main(int argc, char **argv)
{
    (void)argv;
    pid_t child = fork();
    if (child > 0)
        return waitpid(child, NULL, 0) != child;
    close(STDERR_FILENO);
    block = malloc(8);
    if (!block)
        return 1;
    block[7 + argc] = 'x';
    free(block);
    return 0;
}
