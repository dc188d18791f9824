/*
 * gap.c - send SIGTERM to a program in the gap between its last look and its
 * sleep, or as soon as it has said that it is open.
 *
 *   run    gap [--said | --child] COMMAND [ARG]...
 *   read   ptrace(2), syscall(2)
 *
 * COMMAND starts the program, and may have this very process. After the
 * program has listened and said so, at its first call that may sleep, that is
 * taken back: the program counter stands before it again. There the signal
 * comes, and from then on the program is left alone. A handler runs before the
 * call is made, as it does when chance wants it so.
 *
 * With --said it comes at the end of the first write to stdout after listen.
 *
 * With --child, for lesson 16, there is no SIGTERM. In the first gap after a
 * fork the parent waits until its child has ended (half a second at most), and
 * what comes there is SIGCHLD.
 */
#define _GNU_SOURCE /* ptrace's events, syscall numbers */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
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

/* A server that has children looks for ended ones first, and then sleeps. */
static bool looks_first(long call)
{
    return call == SYS_wait4 || call == SYS_waitid || call == SYS_read ||
           call == SYS_recvfrom || call == SYS_recvmsg || call == SYS_futex;
}

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

static long first_argument(const struct user_regs_struct *regs)
{
    return (long)regs->rdi;
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

static long first_argument(const struct user_regs_struct *regs)
{
    return (long)regs->regs[0];
}

static void step_back(struct user_regs_struct *regs)
{
    regs->pc -= 4;
}
#endif /* Elsewhere this does not compile, and the test is not run. */

/* Who is traced, and whether he stands within a call. */
static struct task {
    pid_t tid;
    bool within;
} tasks[64];

static struct task *task_of(pid_t tid)
{
    size_t i = 0;
    while (i < 63 && tasks[i].tid != tid && tasks[i].tid != 0)
        i++;
    tasks[i].tid = tid;
    return &tasks[i];
}

enum moment { ASLEEP, SAID, CHILD };

/* What waitpid tells next; if somebody is held, nothing after half a second. */
static pid_t next_event(int *status, bool held)
{
    pid_t tid = 0;
    for (int i = 0; held && i < 500; i++) {
        if ((tid = waitpid(-1, status, __WALL | WNOHANG)) != 0)
            return tid;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return held ? 0 : waitpid(-1, status, __WALL);
}

/* Follow everybody to the first call that may sleep, once listen and write were
 * called, and let the signal come there; then do nothing but pass signals on.
 * The first process may be one that has started the program and waits. */
static _Noreturn void haunt(pid_t first, enum moment moment)
{
    struct user_regs_struct regs = {0};
    pid_t listener = 0, chosen = 0, held = 0;
    unsigned long child = 0;
    bool open = false, done = false;
    int status;
    pid_t tid;
    while ((tid = next_event(&status, held != 0)) != -1) {
        if (held != 0 &&
            (tid == 0 || (!WIFSTOPPED(status) && tid == (pid_t)child))) {
            ptrace(PTRACE_CONT, held, 0L, 0L);
            held = 0;
        }
        if (tid == 0 || !WIFSTOPPED(status))
            continue;
        int number = status >> 16 == 0 ? WSTOPSIG(status) : 0;
        if (status >> 16 == PTRACE_EVENT_FORK && tid == listener && child == 0)
            ptrace(PTRACE_GETEVENTMSG, tid, 0L, &child);
        if (number == (SIGTRAP | 0x80)) {
            struct task *task = task_of(tid);
            task->within = !task->within;
            number = 0;
            struct user_regs_struct now = {0};
            get(tid, &now);
            long call = call_number(&now);
            if (task->within && !open) {
                open = listener != 0 &&
                       (call == SYS_write || call == SYS_writev) &&
                       (moment != SAID || first_argument(&now) == 1);
                if (open && moment == SAID)
                    chosen = tid;
                if (call == SYS_listen)
                    listener = tid;
            } else if (task->within && chosen == 0 &&
                       (tid != first || listener == first) && may_sleep(call) &&
                       (moment != CHILD || (child != 0 && tid == listener &&
                                            !looks_first(call)))) {
                chosen = tid;
                regs = now;
                skip(tid, now);
            } else if (!task->within && tid == chosen && !done) {
                done = true;
                if (moment != SAID) {
                    step_back(&regs);
                    set(tid, &regs);
                }
                if (moment != CHILD) {
                    kill(tid, SIGTERM);
                } else if (kill((pid_t)child, 0) == 0) {
                    held = tid;
                    continue;
                }
            }
        }
        ptrace(done ? PTRACE_CONT : PTRACE_SYSCALL, tid, 0L, (long)number);
    }
    _exit(0);
}

int main(int argc, char *argv[])
{
    int ready[2];
    char c;
    enum moment moment = ASLEEP;
    if (argc > 1 && strcmp(argv[1], "--said") == 0)
        moment = SAID;
    else if (argc > 1 && strcmp(argv[1], "--child") == 0)
        moment = CHILD;
    argc -= moment != ASLEEP;
    argv += moment != ASLEEP;
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
        const long wishes = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
                            PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACECLONE;
        if (ptrace(PTRACE_SEIZE, program, 0L, wishes) == -1 ||
            ptrace(PTRACE_INTERRUPT, program, 0L, 0L) == -1 ||
            waitpid(program, NULL, __WALL) == -1 || write(0, "r", 1) != 1)
            _exit(3);
        close(0);
        ptrace(PTRACE_SYSCALL, program, 0L, 0L);
        haunt(program, moment);
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
