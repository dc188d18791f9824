/*
 * merged.c - five children end; how often does SIGCHLD come?
 *
 *   build  cc -I../../../common merged.c ../../../common/error.c -o merged
 *   run    ./merged
 *   read   signal(7) on pending signals, waitpid(2) on WNOHANG
 */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

enum { CHILDREN = 5 };

static volatile sig_atomic_t times;

static void on_child(int number)
{
    (void)number;
    times++;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("merged");
    struct sigaction action = {.sa_handler = on_child};
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    if (sigaction(SIGCHLD, &action, NULL) == -1)
        die("sigaction SIGCHLD");

    /* Keep SIGCHLD waiting outside, as it is while a handler runs. */
    sigprocmask(SIG_BLOCK, &children, NULL);
    for (int i = 0; i < CHILDREN; i++) {
        pid_t pid = fork();
        if (pid == -1)
            die("fork");
        if (pid == 0)
            _exit(i);
        siginfo_t info;
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
            die("waitid");
    }
    printf("%d children have ended\n", CHILDREN);
    sigprocmask(SIG_UNBLOCK, &children, NULL);
    printf("the handler ran %d time\n", (int)times);

    /* One waitpid for each signal? Four would stay for ever. */
    int count = 0;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        count++;
    printf("waitpid found %d\n", count);
    return 0;
}
