/*
 * gap.c - send SIGTERM to a program in the gap between its last look and its
 * sleep.
 *
 *   run    gap COMMAND [ARG]...
 *   read   ptrace(2), syscall(2)
 *
 * COMMAND has this very process. After its first listen, at the first call
 * that may sleep, the call is taken back: the program counter stands before
 * it again. There the signal comes, and then COMMAND is left alone. A handler
 * runs before the call is made, as it does when chance wants it so.
 */
#define _GNU_SOURCE /* ptrace's events, syscall numbers */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static const long sleeping[] = {
    SYS_accept,
    SYS_accept4,
    SYS_ppoll,
    SYS_pselect6,
    SYS_epoll_pwait,
    SYS_futex,
    SYS_rt_sigtimedwait,
    SYS_rt_sigsuspend,
    SYS_recvfrom,
    SYS_recvmsg,
    SYS_read,
    SYS_wait4,
    SYS_waitid,
    SYS_nanosleep,
    SYS_clock_nanosleep,
#ifdef SYS_poll
    SYS_poll,
    SYS_select,
    SYS_epoll_wait,
    SYS_pause,
#endif
#ifdef SYS_epoll_pwait2
    SYS_epoll_pwait2,
#endif
};

static bool may_sleep(long call)
{
    for (size_t i = 0; i < sizeof sleeping / sizeof sleeping[0]; i++)
        if (sleeping[i] == call)
            return true;
    return false;
}

static void get(pid_t pid, struct user_regs_struct *regs)
{
    struct iovec room = {regs, sizeof *regs};
    ptrace(PTRACE_GETREGSET, pid, (long)NT_PRSTATUS, &room);
}

static void set(pid_t pid, struct user_regs_struct *regs)
{
    struct iovec room = {regs, sizeof *regs};
    ptrace(PTRACE_SETREGSET, pid, (long)NT_PRSTATUS, &room);
}

/* Which call it is that begins, and that it is not made after all. */
#if defined __x86_64__
static long call_number(const struct user_regs_struct *regs)
{
    return (long)regs->orig_rax;
}

static void skip(pid_t pid, struct user_regs_struct regs)
{
    regs.orig_rax = ~0UL;
    set(pid, &regs);
}

static void step_back(struct user_regs_struct *regs)
{
    regs->rax = regs->orig_rax;
    regs->orig_rax = ~0UL;
    regs->rip -= 2;
}
#elif defined __aarch64__
static long call_number(const struct user_regs_struct *regs)
{
    return (long)regs->regs[8];
}

static void skip(pid_t pid, struct user_regs_struct regs)
{
    int none = -1;
    struct iovec room = {&none, sizeof none};
    (void)regs;
    ptrace(PTRACE_SETREGSET, pid, (long)NT_ARM_SYSTEM_CALL, &room);
}

static void step_back(struct user_regs_struct *regs)
{
    regs->pc -= 4;
}
#else
#error gap.c knows x86-64 and 64-bit ARM
#endif

/* Go on to the next stop at a call's beginning or end; signals are passed on.
 * False: the program has ended. */
static bool to_next_call(pid_t pid)
{
    int status, number = 0;
    do {
        ptrace(PTRACE_SYSCALL, pid, 0L, (long)number);
        if (waitpid(pid, &status, __WALL) == -1 || !WIFSTOPPED(status))
            return false;
        number = status >> 16 == 0 ? WSTOPSIG(status) : 0;
    } while (number != (SIGTRAP | 0x80));
    return true;
}

static _Noreturn void haunt(pid_t pid)
{
    struct user_regs_struct regs;
    bool listens = false;
    while (to_next_call(pid)) {
        get(pid, &regs);
        long call = call_number(&regs);
        if (listens && may_sleep(call)) {
            skip(pid, regs);
            if (!to_next_call(pid))
                break;
            step_back(&regs);
            set(pid, &regs);
            kill(pid, SIGTERM);
            ptrace(PTRACE_DETACH, pid, 0L, 0L);
            break;
        }
        if (!to_next_call(pid))
            break;
        listens = listens || call == SYS_listen;
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
        const long wishes = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
        if (ptrace(PTRACE_SEIZE, program, 0L, wishes) == -1 ||
            ptrace(PTRACE_INTERRUPT, program, 0L, 0L) == -1 ||
            waitpid(program, NULL, __WALL) == -1 || write(0, "r", 1) != 1)
            _exit(3);
        close(0);
        haunt(program);
    }
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0L, 0L, 0L);
    close(ready[1]);
    waitpid(child, NULL, 0);
    if (read(ready[0], &c, 1) != 1) {
        fprintf(stderr, "gap: cannot trace\n");
        return 3;
    }
    close(ready[0]);
    prctl(PR_SET_PTRACER, 0L, 0L, 0L, 0L);
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
