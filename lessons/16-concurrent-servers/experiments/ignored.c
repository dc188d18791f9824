/*
 * ignored.c - ignore SIGCHLD, and the kernel buries the children by itself.
 *
 *   build  cc -I../../../common ignored.c ../../../common/error.c -o ignored
 *   run    ./ignored
 *   read   waitpid(2) on ECHILD, sigaction(2) on SA_NOCLDWAIT
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("ignored");
    struct sigaction action = {.sa_handler = SIG_IGN};
    if (sigaction(SIGCHLD, &action, NULL) == -1)
        die("sigaction SIGCHLD");
    pid_t pid = fork();
    if (pid == -1)
        die("fork");
    if (pid == 0)
        _exit(3);

    /* waitpid still waits until the child has ended; then it has no status. */
    int status;
    if (waitpid(pid, &status, 0) == -1)
        report("waitpid");
    else
        printf("the child's status is %d\n", WEXITSTATUS(status));
    /* No zombie keeps the number, but waitpid may be back before it is gone. */
    while (kill(pid, 0) == 0)
        sched_yield();
    report("kill with signal 0, is it there?");
    return 0;
}
