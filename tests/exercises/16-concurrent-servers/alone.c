/*
 * alone.c - let SIGTERM come to a program alone, and not to its children.
 *
 *   run    alone COMMAND [ARG]...
 *   read   kill(2), sigwait(3), signal(7) on SIGURG
 *
 * A scene sends its signals to a process group, as a key does. COMMAND has this
 * very process; in its group somebody waits for SIGURG, which everybody else
 * ignores, and sends SIGTERM to COMMAND: `kill PID`.
 */
#define _GNU_SOURCE /* syscall numbers */
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

int main(int argc, char *argv[])
{
    sigset_t urgent, before;
    int number;
    sigemptyset(&urgent);
    sigaddset(&urgent, SIGURG);
    if (argc < 2 || sigprocmask(SIG_BLOCK, &urgent, &before) == -1)
        return 2;
    pid_t program = getpid(), child = fork();
    if (child == 0) {
        /* Not the program's child: its waitpid is not to find us. */
        if (fork() != 0)
            _exit(0);
        syscall(SYS_close_range, 0U, ~0U, 0);
        if (sigwait(&urgent, &number) == 0)
            kill(program, SIGTERM);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    sigprocmask(SIG_SETMASK, &before, NULL);
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
