/*
 * tracer - let the actors of a scene go on one at a time, and write down
 * their system calls and what becomes of their sockets.
 *
 *   tracer LOG        started by the player, with a socket to it as
 *                     descriptor 3 (xray-message.h); log.h says what is
 *                     written
 *
 * Each thread stops before and behind each system call (ptrace(2)). One of
 * them has the turn; the others that could go on stand still. The turn ends
 * when its holder sleeps in a call, or ends. So the order of events is the
 * same each time, and a state that is shown is the kernel's at that point:
 * nobody moves while it is asked for.
 */
#define _GNU_SOURCE /* __WALL */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "decode.h"
#include "log.h"
#include "names.h"
#include "sockets.h"
#include "task.h"
#include "xray-message.h"

/* Too many calls of one process are not shown: see set_loose. */
enum { MOST_OF_A_TURN = 300, MOST_ACTORS = 64 };
static unsigned most_calls = 800;

/* Seconds. A thread that sleeps for so long in a call waits there; one that
 * computes for so long (it may have waited longer for a processor) loses the
 * turn; what has been typed needs a moment to wake its reader; who is woken
 * comes to a stop, be the machine ever so busy, unless it hangs in the kernel;
 * and who computes for so long beside all the others, who wait, will not stop
 * soon. */
static const double nap = 0.001, computes = 0.05, stuck = 0.02, wakes = 0.03,
                    comes = 1, endless = 0.3;

/* Where an actor's stdout and stderr go, and how much went there. */
static struct output {
    unsigned long long device[2], inode[2], printed[2];
    unsigned calls; /* since its last line */
    int processes;  /* numbers given so far */
    pid_t first;
} outputs[MOST_ACTORS];

static struct task *turn;   /* who may go on, or NULL */
static double turn_since;   /* when it last went on */
static double turn_from;    /* its processor time then; -1: not asked for */
static int wanted = -1;     /* whom the player would like to see move */
static int last_actor = -1; /* who had the turn last */
static bool asking;         /* the player has not answered yet */
static bool said_quiet;
static unsigned heard; /* STEPs and GOs */
static bool over;
static double awake_until; /* somebody is just being woken */
static double news_at;     /* when something has happened last */
static int signals;        /* signalfd for SIGCHLD */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ------------------------------------------------------------- the player --
 */

static void tell_player(const struct xray_message *message)
{
    size_t len = offsetof(struct xray_message, text);
    (void)!send(XRAY_FD, message, len, MSG_NOSIGNAL);
}

/* Everybody stands still until the player has seen this. */
static void ask(const struct task *task, pid_t ended)
{
    const struct output *output = &outputs[task->actor];
    struct xray_message message = {
        .what = XRAY_ASK, .actor = task->actor, .pid = ended};
    memcpy(message.printed, output->printed, sizeof message.printed);
    tell_player(&message);
    asking = true;
}

static void say_quiet(void)
{
    struct xray_message message = {
        .what = XRAY_QUIET, .actor = -1, .heard = heard};
    if (said_quiet)
        return;
    said_quiet = true;
    tell_player(&message);
}

/* ------------------------------------------------------------------ stops --
 */

static void let_go(struct task *task, enum __ptrace_request how, int signal)
{
    task->stopped = false;
    if (how == PTRACE_SYSCALL && task->loose)
        how = PTRACE_CONT;
    /* It may have been killed meanwhile; then waitpid(2) will say so. */
    ptrace(how, task->tid, NULL, (void *)(long)signal);
    if (task == turn) {
        turn_since = now();
        turn_from = -1;
    }
}

static bool is_syscall_stop(const struct task *task)
{
    return WIFSTOPPED(task->status) &&
           WSTOPSIG(task->status) == (SIGTRAP | 0x80);
}

static bool read_stop(const struct task *task,
                      struct __ptrace_syscall_info *info)
{
    memset(info, 0, sizeof *info);
    return ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, (void *)sizeof *info,
                  info) > 0;
}

/* The call that opens this descriptor has returned, and was not told yet. */
static bool is_pending(pid_t pid, int fd)
{
    struct __ptrace_syscall_info info;
    for (size_t i = 0; i < task_count(); i++) {
        const struct task *task = task_at(i);
        if (task->pid == pid && task != turn && task->stopped &&
            is_syscall_stop(task) && task->call.entered &&
            task->call.name != NULL &&
            (strncmp(task->call.name, "accept", 6) == 0 ||
             strcmp(task->call.name, "socket") == 0) &&
            read_stop(task, &info) && info.op == PTRACE_SYSCALL_INFO_EXIT &&
            info.exit.rval == fd)
            return true;
    }
    return false;
}

static struct task *task_of(pid_t tid)
{
    struct task *task = find_task(tid);
    return task != NULL ? task : add_task(tid);
}

/* Look for news of one process, or with 0 of any, and leave it there. A
 * traced process's stops come whatever we ask for (ptrace(2)). */
static bool has_news(pid_t tid, siginfo_t *info)
{
    info->si_pid = 0;
    return waitid(tid ? P_PID : P_ALL, (id_t)tid, info,
                  WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) == 0 &&
           info->si_pid != 0;
}

static bool is_end(const siginfo_t *info)
{
    return info->si_code == CLD_EXITED || info->si_code == CLD_KILLED ||
           info->si_code == CLD_DUMPED;
}

static void take_stop(struct task *task)
{
    if (waitpid(task->tid, &task->status, __WALL | WNOHANG) != task->tid)
        return;
    task->stopped = true;
    task->beside = false;
    news_at = now();
    said_quiet = false;
    awake_until = 0;
}

/* The stops of those that we know; ends are left where they are. */
static void collect_stops(void)
{
    siginfo_t info;
    for (size_t i = 0; i < task_count(); i++)
        if (!task_at(i)->stopped && has_news(task_at(i)->tid, &info) &&
            !is_end(&info))
            take_stop(task_at(i));
}

static bool is_moving(struct task *task)
{
    char state = state_of(task);
    return state == 'R' || state == 't';
}

/* A thread that has been woken comes to its stop by itself, soon: 't' is a
 * stop that we have not heard of yet. */
static void wait_for_sleepers(void)
{
    double deadline = now() + comes;
    struct timespec moment = {.tv_nsec = 100000};
    for (size_t i = 0; i < task_count(); i++) {
        struct task *task = task_at(i);
        while (task != turn && !task->stopped && !task->loose &&
               !task->beside && is_moving(task) && now() < deadline) {
            nanosleep(&moment, NULL);
            collect_stops();
        }
    }
}

/* ------------------------------------------------------------------ calls --
 */

/* Which of its actor's outputs is this descriptor? -1: none. */
static int output_of(const struct task *task, int fd)
{
    const struct output *output = &outputs[task->actor];
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)task->pid, fd);
    if (stat(path, &status) == -1)
        return -1;
    for (int i = 0; i < 2; i++)
        if (status.st_dev == output->device[i] &&
            status.st_ino == output->inode[i])
            return i;
    return -1;
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(name, *names) != 0)
        names++;
    return *names != NULL;
}

/* Of its first argument, a path: what the C library opens by itself. */
static bool is_of_the_system(const struct task *task)
{
    static const char *const places[] = {"/lib", "/usr", "/etc",  "/proc",
                                         "/sys", "/var", "/build"};
    struct bytes path = {0};
    bool at = strncmp(task->call.name, "openat", 6) == 0 ||
              strcmp(task->call.name, "unlinkat") == 0;
    read_path(&path, task->pid, task->call.arg[at ? 1 : 0]);
    bool found = false;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        found |= strncmp(bytes_text(&path), places[i], strlen(places[i])) == 0;
    bytes_free(&path);
    return found;
}

/* Does the descriptor lead to a file of the system, a terminal's output? */
static bool is_own_file(const struct task *task, int fd)
{
    char path[64], target[PATH_MAX] = "";
    snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)task->pid, fd);
    if (readlink(path, target, sizeof target - 1) <= 0)
        return true; /* closed, or never open: an error worth seeing */
    static const char *const places[] = {"/lib",  "/usr", "/etc",
                                         "/proc", "/sys", "/var"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (strncmp(target, places[i], strlen(places[i])) == 0)
            return false;
    return true;
}

/* Calls on paths, on descriptors; others stand for themselves. */
static bool is_worth_telling(const struct task *task)
{
    static const char *const by_path[] = {"open", "openat", "unlink",
                                          "unlinkat", NULL};
    static const char *const alone[] = {
        "socket", "socketpair", "fork",  "vfork", "clone",   "clone3",
        "wait4",  "kill",       "pause", "alarm", "unshare", NULL};
    static const char *const sockets_too[] = {"poll", "ppoll", "select",
                                              "pselect6", NULL};
    const struct call *call = &task->call;
    int fd = (int)call->arg[0];
    bool tool_call = strcmp(call->name, "unshare") == 0;
    if (!task->begun ||
        (task->is_tool && !tool_call && socket_inode(task->pid, fd) == 0 &&
         strcmp(call->name, "socket") != 0))
        return false;
    if (is_one_of(call->name, by_path))
        return !is_of_the_system(task);
    if (is_one_of(call->name, alone) || is_one_of(call->name, sockets_too))
        return true;
    if (strcmp(call->name, "rt_sigaction") == 0)
        return call->arg[1] != 0 && call->arg[0] < 32;
    if (strncmp(call->name, "pipe", 4) == 0 ||
        strncmp(call->name, "epoll_create", 12) == 0 ||
        strstr(call->name, "sleep") != NULL ||
        strcmp(call->name, "rt_sigsuspend") == 0)
        return true;
    if (strncmp(call->name, "write", 5) == 0 && output_of(task, fd) >= 0)
        return false; /* the line itself is shown */
    /* error.h's start_program() asks for 0 to 2 in this way. */
    if (strcmp(call->name, "fcntl") == 0 && call->arg[1] == F_GETFD)
        return false;
    if (strcmp(call->name, "ioctl") == 0)
        return socket_inode(task->pid, fd) != 0;
    if (fd <= STDERR_FILENO && strcmp(call->name, "read") != 0 &&
        strncmp(call->name, "dup", 3) != 0 && strcmp(call->name, "close") != 0)
        return output_of(task, fd) < 0;
    return is_own_file(task, fd);
}

static void look_around(void)
{
    wait_for_sleepers();
    look_at_sockets(is_pending, log_state);
}

static bool is_too_busy(int actor)
{
    return outputs[actor].calls > most_calls;
}

/* So many calls in one go: nobody will read them, and tracing them would
 * take minutes. Until its actor's next line it runs without stops. */
static void set_loose(struct task *task)
{
    task->loose = true;
    log_event(task, "more", "");
}

static void at_entry(struct task *task,
                     const struct __ptrace_syscall_info *info)
{
    struct call *call = &task->call;
    call->name = syscall_name((long)info->entry.nr);
    for (int i = 0; i < 6; i++)
        call->arg[i] = info->entry.args[i];
    call->entered = true;
    call->told = false;
    call->inode = 0;
    call->shown = call->name != NULL && is_shown_call(call->name) &&
                  task->actor >= 0 && is_worth_telling(task);
    if (!call->shown)
        return;
    call->inode = socket_inode(task->pid, (int)call->arg[0]);
    note_entry(task);
}

/* What it printed on its own stdout or stderr; the player waits for it. */
static bool has_printed(struct task *task, int64_t value)
{
    const struct call *call = &task->call;
    if (value <= 0 || call->name == NULL || task->actor < 0 ||
        (strcmp(call->name, "write") != 0 && strcmp(call->name, "writev") != 0))
        return false;
    int which = output_of(task, (int)call->arg[0]);
    if (which >= 0)
        outputs[task->actor].printed[which] += (unsigned long long)value;
    return which >= 0;
}

static bool concerns_sockets(const struct call *call)
{
    static const char *const names[] = {
        "socket", "accept",  "accept4", "socketpair", "close",
        "dup",    "dup2",    "fork",    "clone",      "clone3",
        "vfork",  "recvmsg", "sendmsg", NULL};
    return call->inode != 0 || is_one_of(call->name, names);
}

/* Is it one too many? */
static bool count_call(int actor)
{
    outputs[actor].calls++;
    return is_too_busy(actor);
}

static void at_exit(struct task *task, int64_t value)
{
    struct call *call = &task->call;
    call->entered = false;
    if (call->shown && !is_too_busy(task->actor)) {
        log_call(task, true, value, call->inode);
        if (concerns_sockets(call))
            look_around();
    }
    task->turn++;
    if (has_printed(task, value))
        ask(task, 0);
    else if (task->actor >= 0 && !task->loose && count_call(task->actor))
        set_loose(task);
}

static void at_syscall(struct task *task)
{
    struct __ptrace_syscall_info info;
    if (!read_stop(task, &info))
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
        at_entry(task, &info);
    else if (info.op == PTRACE_SYSCALL_INFO_EXIT && task->call.entered)
        at_exit(task, info.exit.rval);
}

/* -------------------------------------------------------------- processes --
 */

/* Programs of the system make calls that the lesson does not speak of. */
static void note_program(struct task *task)
{
    static const char *const places[] = {"/usr/", "/bin/", "/sbin/"};
    char path[64], program[PATH_MAX] = "";
    snprintf(path, sizeof path, "/proc/%ld/exe", (long)task->pid);
    (void)!readlink(path, program, sizeof program - 1);
    task->begun = true;
    task->is_tool = false;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        task->is_tool |= strncmp(program, places[i], strlen(places[i])) == 0;
}

static void at_birth(const struct task *parent, bool is_thread)
{
    unsigned long message = 0;
    if (ptrace(PTRACE_GETEVENTMSG, parent->tid, NULL, &message) == -1)
        return;
    struct task *child = find_task((pid_t)message);
    if (child == NULL)
        child = add_task((pid_t)message);
    child->actor = parent->actor;
    child->begun = parent->begun;
    child->is_tool = parent->is_tool;
    child->pid = is_thread ? parent->pid : child->tid;
    if (parent->actor >= 0)
        child->number = ++outputs[parent->actor].processes;
}

static void at_event(struct task *task, int event)
{
    switch (event) {
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
        at_birth(task, false);
        break;
    case PTRACE_EVENT_CLONE: {
        uint64_t flags = task->call.arg[0];
        if (task->call.name != NULL && strcmp(task->call.name, "clone3") == 0)
            read_memory(task->pid, task->call.arg[0], &flags, sizeof flags);
        at_birth(task, (flags & 0x10000) != 0); /* CLONE_THREAD */
        break;
    }
    case PTRACE_EVENT_EXEC:
        note_program(task);
        break;
    default:
        break;
    }
}

static bool is_told_signal(int number)
{
    return number != SIGCHLD && number != SIGCONT && number != SIGWINCH &&
           number != SIGSTOP && number != SIGTRAP;
}

/* A traced thread stops for a signal that it ignores, too, and then none comes
 * (proc_pid_status(5)).
 */
static bool ignores(const struct task *task, int number)
{
    char path[40], line[128];
    unsigned long long ignored = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)task->tid);
    FILE *status = fopen(path, "r");
    if (status == NULL)
        return false;
    while (fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "SigIgn:", 7) == 0)
            ignored = strtoull(line + 7, NULL, 16);
    fclose(status);
    return (ignored >> (number - 1) & 1) != 0;
}

/* Deal with the stop of the thread whose turn it is, and let it go on. */
static void go_on(struct task *task)
{
    int signal = WSTOPSIG(task->status), event = task->status >> 16;
    if (is_syscall_stop(task)) {
        at_syscall(task);
        if (asking)
            return; /* it goes on when the player has seen it */
        let_go(task, PTRACE_SYSCALL, 0);
    } else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
        let_go(task, PTRACE_LISTEN, 0); /* SIGSTOP and its like */
    } else if (event != 0) {
        at_event(task, event);
        let_go(task, PTRACE_SYSCALL, 0);
    } else {
        if (is_told_signal(signal) && task->begun && !ignores(task, signal))
            log_event(task, "signal", signal_name(signal));
        let_go(task, PTRACE_SYSCALL, signal);
    }
}

static void has_ended(struct task *task)
{
    char text[32];
    bool is_process = task->pid == task->tid && task->actor >= 0;
    if (task == turn)
        turn = NULL;
    if (is_process) {
        if (WIFSIGNALED(task->status))
            snprintf(text, sizeof text, "%s",
                     signal_name(WTERMSIG(task->status)));
        else
            snprintf(text, sizeof text, "%d", WEXITSTATUS(task->status));
        task->pid = 0; /* its descriptors are no more */
        task->begun = false;
        if (!is_too_busy(task->actor)) {
            log_event(task, "end", text);
            look_around();
        }
        if (task->tid == outputs[task->actor].first)
            ask(task, task->tid);
    }
    remove_task(task);
}

/* --------------------------------------------------------------- messages --
 */

static void start_tracing(const struct xray_message *message)
{
    if (message->actor < 0 || message->actor >= MOST_ACTORS)
        return;
    struct output *output = &outputs[message->actor];
    *output = (struct output){.first = message->pid};
    memcpy(output->device, message->device, sizeof output->device);
    memcpy(output->inode, message->inode, sizeof output->inode);
    struct task *task = find_task(message->pid);
    if (task == NULL)
        task = add_task(message->pid);
    task->actor = message->actor;
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                   PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                   PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SEIZE, message->pid, NULL, (void *)options) == -1) {
        log_refusal("ptrace", strerror(errno));
        exit(1);
    }
    ptrace(PTRACE_INTERRUPT, message->pid, NULL, NULL);
}

/* Something is done to this actor, or it has said something: its calls are
 * interesting again. Who runs loose goes on so until something is done: when
 * it speaks is chance. */
static void renew(int actor, bool is_action)
{
    if (actor >= 0 && actor < MOST_ACTORS && is_too_busy(actor) && !is_action)
        return;
    if (actor >= 0 && actor < MOST_ACTORS)
        outputs[actor].calls = 0;
    for (size_t i = 0; i < task_count(); i++) {
        struct task *task = task_at(i);
        if (task->actor != actor)
            continue;
        if (task->loose)
            ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
        task->loose = false;
    }
}

/* False if there was none. */
static bool read_message(void)
{
    static struct xray_message message;
    ssize_t n = recv(XRAY_FD, &message, sizeof message, MSG_DONTWAIT);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0 || message.what == XRAY_DONE) {
        over = true;
        return false;
    }
    said_quiet = false;
    heard += message.what != XRAY_STARTED;
    switch (message.what) {
    case XRAY_STARTED:
        start_tracing(&message);
        awake_until = now() + 1; /* it stops at once */
        break;
    case XRAY_STEP:
        log_step(&message);
        renew(message.actor, strchr("$<^", message.sign[0]) != NULL);
        if (strchr("<^", message.sign[0]) != NULL)
            awake_until = now() + wakes;
        else if (message.sign[0] == '$')
            awake_until = now() + 1;
        break;
    case XRAY_GO:
        wanted = message.actor;
        asking = false;
        if (turn != NULL && turn->stopped)
            let_go(turn, PTRACE_SYSCALL, 0);
        break;
    default:
        break;
    }
    return true;
}

static void read_messages(void)
{
    while (!over && read_message())
        ;
}

/*
 * Take in all news; true if there were any. Who has ended is only looked at
 * until all is written down that the player said before: with waitpid(2) the
 * player hears of the end, too.
 */
static bool take_events(void)
{
    siginfo_t info;
    bool any = false;
    for (; has_news(0, &info); any = true) {
        struct task *task = task_of(info.si_pid);
        if (!is_end(&info)) {
            take_stop(task);
            continue;
        }
        read_messages();
        (void)!waitpid(task->tid, &task->status, __WALL);
        said_quiet = false;
        awake_until = 0;
        has_ended(task);
    }
    read_messages();
    return any;
}

/* ------------------------------------------------------------- whose turn --
 */

/* Has the holder of the turn gone to sleep in its call? */
static bool is_asleep(struct task *task)
{
    char state = state_of(task);
    if (state == 0)
        return true;
    if (state == 'D')
        return now() - turn_since >= stuck;
    return state == 'S' && now() - turn_since >= nap;
}

static void falls_asleep(struct task *task)
{
    struct call *call = &task->call;
    if (call->entered && call->shown && !call->told && may_wait(call->name) &&
        !is_too_busy(task->actor)) {
        call->told = true;
        log_call(task, false, 0, call->inode);
        look_around();
    }
    turn = NULL;
}

static bool is_computing(struct task *task)
{
    double time = processor_time_of(task);
    if (turn_from < 0)
        turn_from = time;
    return time - turn_from >= computes;
}

static void wait_for_news(double seconds)
{
    struct pollfd polls[] = {{.fd = signals, .events = POLLIN},
                             {.fd = XRAY_FD, .events = POLLIN}};
    int timeout = seconds < 0 ? -1 : (int)(seconds * 1000 + 0.5);
    if (poll(polls, 2, timeout) <= 0)
        return;
    struct signalfd_siginfo info;
    if (polls[0].revents & POLLIN)
        (void)!read(signals, &info, sizeof info);
}

static bool others_stand(void)
{
    for (size_t i = 0; i < task_count(); i++)
        if (task_at(i) != turn && task_at(i)->stopped && task_at(i)->actor >= 0)
            return true;
    return false;
}

static void watch_turn(void)
{
    if (turn->stopped && turn->turn > MOST_OF_A_TURN && others_stand()) {
        turn->turn = 0;
        last_actor = turn->actor;
        turn = NULL;
        return;
    }
    if (turn->stopped) {
        go_on(turn);
        return;
    }
    if (is_asleep(turn)) {
        if (!take_events())
            falls_asleep(turn);
        return;
    }
    if (turn->loose || is_computing(turn)) {
        turn->beside = true;
        turn = NULL;
        return;
    }
    wait_for_news(nap);
}

/* The wanted actor first, then who comes behind the last one. */
static struct task *next_turn(void)
{
    struct task *best = NULL;
    int best_rank = INT_MAX;
    for (size_t i = 0; i < task_count(); i++) {
        struct task *task = task_at(i);
        if (!task->stopped || task->actor < 0)
            continue;
        int rank = task->actor == wanted      ? 0
                   : task->actor > last_actor ? 1 + task->actor
                                              : 1 + MOST_ACTORS + task->actor;
        if (rank < best_rank) {
            best = task;
            best_rank = rank;
        }
    }
    return best;
}

static bool somebody_runs(void)
{
    for (size_t i = 0; i < task_count(); i++) {
        struct task *task = task_at(i);
        char state = task->stopped ? 0 : state_of(task);
        if (state == 'R' || state == 'D') /* D: a disk, or vfork; it will end */
            return true;
    }
    return false;
}

static void give_turn(void)
{
    wait_for_sleepers();
    take_events();
    turn = next_turn();
    if (turn != NULL) {
        turn->turn = 0;
        last_actor = turn->actor;
        return;
    }
    if (now() < awake_until)
        wait_for_news(nap);
    else if (somebody_runs()) {
        if (now() - news_at >= endless)
            say_quiet();
        wait_for_news(5 * nap);
    } else {
        look_around();
        say_quiet();
        wait_for_news(-1);
    }
}

static void perform(void)
{
    while (!over) {
        take_events();
        if (over)
            break;
        if (asking)
            wait_for_news(-1);
        else if (turn != NULL)
            watch_turn();
        else
            give_turn();
    }
}

int main(int argc, char *argv[])
{
    sigset_t child;
    if (argc != 2) {
        fputs("usage: tracer LOG\n", stderr);
        return 2;
    }
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    const char *most = getenv("XRAY_CALLS");
    if (most != NULL)
        most_calls = (unsigned)atoi(most);
    log_open(argv[1]);
    perform();
    log_close();
    return 0;
}
