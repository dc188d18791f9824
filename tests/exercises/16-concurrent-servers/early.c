/*
 * early.c - let a child live its whole life before fork returns in its parent.
 *
 *   run    early COMMAND [ARG]...
 *   read   ptrace(2), PTRACE_O_TRACEFORK
 *
 * COMMAND starts the program, and may have this very process. Whoever forks
 * is held, still within the call, until the child has ended. So SIGCHLD is
 * there before the parent knows the child's number, as it is when chance wants
 * it so. A child that starts another program is not waited for, and one that
 * does not end no longer than half a second: perhaps it waits for its parent.
 */
#define _GNU_SOURCE /* ptrace's events, syscall numbers */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { LONGEST = 500 }; /* milliseconds */

/* The one who is held, and the child that it has not heard of. */
static pid_t held, child_of_held;
static int rounds;

static void hold(pid_t parent)
{
    unsigned long child = 0;
    ptrace(PTRACE_GETEVENTMSG, parent, 0L, &child);
    held = parent;
    child_of_held = (pid_t)child;
    rounds = 0;
}

static void let_go(void)
{
    ptrace(PTRACE_CONT, held, 0L, 0L);
    held = 0;
}

/* Somebody has stopped: at a fork, as a new child or program, or for a
 * signal. */
static void go_on(pid_t tid, int status)
{
    int event = status >> 16;
    if (event == PTRACE_EVENT_FORK && held == 0)
        hold(tid);
    else if (event == PTRACE_EVENT_EXEC && held != 0 && tid == child_of_held)
        let_go();
    if (tid != held)
        ptrace(PTRACE_CONT, tid, 0L, event == 0 ? (long)WSTOPSIG(status) : 0L);
}

static _Noreturn void watch(void)
{
    int status;
    pid_t tid;
    while ((tid = waitpid(-1, &status, held ? __WALL | WNOHANG : __WALL)) !=
           -1) {
        if (tid == 0) {
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
            if (++rounds >= LONGEST)
                let_go();
        } else if (WIFSTOPPED(status)) {
            go_on(tid, status);
        } else if (held != 0 && tid == child_of_held) {
            let_go(); /* by our waitpid the parent has got its SIGCHLD */
        } else if (tid == held) {
            held = 0;
        }
    }
    _exit(0);
}

int main(int argc, char *argv[])
{
    int ready[2];
    char c;
    if (argc < 2 || pipe2(ready, O_CLOEXEC) == -1)
        return 2;
    pid_t program = getpid(), child = fork();
    if (child == 0) {
        /* Not the program's child: its waitpid is not to find us. */
        if (fork() != 0)
            _exit(0);
        setsid();
        dup2(ready[1], 0);
        syscall(SYS_close_range, 1U, ~0U, 0);
        if (ptrace(PTRACE_SEIZE, program, 0L,
                   PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC |
                       PTRACE_O_EXITKILL) == -1 ||
            write(0, "r", 1) != 1)
            _exit(3);
        close(0);
        watch();
    }
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0L, 0L, 0L);
    close(ready[1]);
    waitpid(child, NULL, 0);
    if (read(ready[0], &c, 1) != 1) {
        fprintf(stderr, "early: cannot trace\n");
        return 3;
    }
    close(ready[0]);
    prctl(PR_SET_PTRACER, 0L, 0L, 0L, 0L);
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
