#define _GNU_SOURCE /* ptrace's events, close_range's number */
#include "tracer.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptor.h"
#include "famine.h"
#include "report.h"
#include "sky.h"
#include "task.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static uint64_t seed;

/* --------------------------------------------------------------- resume -- */

/* With a signal, or 0; to the end of the call if there is something to do. A
 * task that has been killed meanwhile is told of by waitpid(2). */
static void resume(const struct task *task, int signal)
{
    if (task->intent.what != NOTHING)
        ptrace(PTRACE_SYSCALL, task->tid, 0L, (long)signal);
    else
        ptrace(PTRACE_CONT, task->tid, 0L, (long)signal);
}

static pid_t event_number(pid_t tid)
{
    unsigned long number = 0;
    ptrace(PTRACE_GETEVENTMSG, tid, 0L, &number);
    return (pid_t)number;
}

/* Who is killed before he can tell of his child, tells of nobody. */
static void adopt_orphans(pid_t executed)
{
    struct task *orphan;
    while ((orphan = find_orphan(executed)) != NULL) {
        adopt_task(orphan, NULL, seed);
        orphan->process->begun = true;
        resume(orphan, 0);
    }
}

/* ----------------------------------------------------------------- exec -- */

/* Where the program begins, once the loader has done its work (getauxval(3),
 * AT_ENTRY); 0 if it does not let itself be looked into. */
static unsigned long entry_of(pid_t pid)
{
    char path[64];
    Elf64_auxv_t vector[64];
    snprintf(path, sizeof path, "/proc/%ld/auxv", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return 0;
    ssize_t size = read(fd, vector, sizeof vector);
    close(fd);
    for (ssize_t i = 0; (i + 1) * (ssize_t)sizeof *vector <= size; i++)
        if (vector[i].a_type == AT_ENTRY)
            return vector[i].a_un.a_val;
    return 0;
}

static void begin_program(struct task *task)
{
    task_executes(task, event_number(task->tid));
    struct process *process = task->process;
    registers regs = {0};
    adopt_orphans(process->pid);
    if (!read_registers(task->tid, &regs))
        return; /* another machine's code */
    process->entry = entry_of(process->pid);
    if (process->entry != 0)
        set_breakpoint(task->tid, process->entry, &process->before);
}

/* SIGTRAP: our breakpoint, or the program's own affair? */
static bool has_begun(struct task *task)
{
    struct process *process = task->process;
    if (process->begun || process->entry == 0 ||
        !pass_breakpoint(task->tid, process->entry, process->before))
        return false;
    process->begun = true;
    return true;
}

/* ------------------------------------------------------------- children -- */

static void adopt_and_resume(struct task *task, struct task *parent)
{
    adopt_task(task, parent, seed);
    resume(task, 0);
}

/* A child may stop for the first time before its parent tells of it; then it
 * waits for that. */
static void child_is_born(struct task *parent)
{
    pid_t tid = event_number(parent->tid);
    struct task *task = find_task(tid);
    if (task != NULL && task->process == NULL) {
        adopt_and_resume(task, parent);
        return;
    }
    if (task == NULL)
        adopt_task(add_task(tid), parent, seed);
}

/* ---------------------------------------------------------------- stops -- */

static bool is_stop_signal(int signal)
{
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN ||
           signal == SIGTTOU;
}

static void has_event(struct task *task, int event, int signal)
{
    switch (event) {
    case PTRACE_EVENT_SECCOMP:
        if (!before_call(task))
            task->intent.what = NOTHING;
        break;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        child_is_born(task);
        break;
    case PTRACE_EVENT_EXEC:
        begin_program(task);
        break;
    case PTRACE_EVENT_STOP:
        if (is_stop_signal(signal)) { /* it stays stopped until SIGCONT */
            ptrace(PTRACE_LISTEN, task->tid, 0L, 0L);
            return;
        }
        break;
    default:
        break;
    }
    resume(task, 0);
}

static void has_stopped(pid_t tid, int status)
{
    struct task *task = find_task(tid);
    int signal = WSTOPSIG(status), event = status >> 16;
    if (task == NULL) {
        add_task(tid); /* a child, before its parent tells of it */
        return;
    }
    if (task->process == NULL)
        return;
    if (event != 0) {
        has_event(task, event, signal);
    } else if (signal == (SIGTRAP | 0x80)) {
        after_call(task);
        resume(task, 0);
    } else {
        bool ours = signal == SIGTRAP && has_begun(task);
        resume(task, ours ? 0 : signal);
    }
}

/* Until there is nobody left: we have no other children than those we trace. */
static _Noreturn void serve(void)
{
    for (;;) {
        int status;
        pid_t tid = waitpid(-1, &status, __WALL);
        end_famine_in_time();
        if (tid == -1 && errno == EINTR)
            continue;
        if (tid == -1)
            _exit(0);
        if (WIFSTOPPED(status)) {
            has_stopped(tid, status);
            continue;
        }
        struct task *task = find_task(tid);
        if (task != NULL)
            remove_task(task);
        adopt_orphans(0);
    }
}

/* ---------------------------------------------------------------- start -- */

static void close_between(int first, int last)
{
    if (first > last ||
        syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0) == 0)
        return;
    long limit = sysconf(_SC_OPEN_MAX); /* Linux before 5.9 */
    for (int fd = first; fd <= last && fd < limit; fd++)
        close(fd);
}

/* Hold nothing of the program's: no file, no directory, no terminal. */
static void let_go(int *channel, int *report_fd)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int low = fcntl(*channel, F_DUPFD_CLOEXEC, 3);
    int high =
        *report_fd == -1 ? low : fcntl(*report_fd, F_DUPFD_CLOEXEC, low + 1);
    *channel = low;
    if (*report_fd != -1)
        *report_fd = high;
    for (int fd = 0; fd < 3; fd++)
        if (null == -1 || dup2(null, fd) == -1)
            close(fd);
    close_between(3, low - 1);
    close_between(low + 1, high - 1);
    close_between(high + 1, (int)(~0U >> 1));
    prctl(PR_SET_DUMPABLE, 0); /* /proc/PID/fd is nobody's affair */
    setsid();
    (void)!chdir("/");
}

static void default_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A descriptor for each traced process. */
static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

_Noreturn void trace(const struct options *options, pid_t pid, int channel,
                     int report_fd)
{
    const long wishes = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                        PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                        PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP |
                        PTRACE_O_EXITKILL;
    struct answer answer = {0, false};
    let_go(&channel, &report_fd);
    default_signals();
    raise_limit();
    seed = options->seed;
    begin_report(options, report_fd);

    if (ptrace(PTRACE_SEIZE, pid, 0L, wishes) == -1)
        answer.error = errno;
    else
        answer.tracking = choose_way_to_look(pid, options->track);
    set_weather(options, answer.tracking);
    adopt_task(add_task(pid), NULL, seed);
    if (write(channel, &answer, sizeof answer) != sizeof answer ||
        answer.error != 0)
        _exit(IMPOSSIBLE);
    close(channel);
    serve();
}
