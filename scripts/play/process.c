#define _GNU_SOURCE /* syscall, pidfd_getfd's number */
#include "process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "names.h"

static double stopped; /* for so many seconds, so far */

double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9 - stopped;
}

void stop_clock(double seconds)
{
    stopped += seconds;
}

/* The file's beginning as a C string; false if it cannot be read. */
static bool read_file(const char *path, char *to, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    ssize_t n = read(fd, to, size - 1);
    close(fd);
    to[n > 0 ? n : 0] = '\0';
    return n >= 0;
}

/* All of a file, however long. */
static bool read_whole(const char *path, struct bytes *to)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    char part[4096];
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) > 0)
        bytes_add(to, part, (size_t)n);
    close(fd);
    return n == 0;
}

/* Call visit for each entry of a directory of /proc that is a number. */
static void each_number(const char *path, void (*visit)(pid_t, void *),
                        void *data)
{
    DIR *directory = opendir(path);
    if (directory == NULL)
        return;
    struct dirent *entry;
    while ((entry = readdir(directory)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]))
            visit((pid_t)atol(entry->d_name), data);
    closedir(directory);
}

/* The same for the threads of a process. */
static void each_task(pid_t pid, void (*visit)(pid_t, void *), void *data)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
    each_number(path, visit, data);
}

/* ---------------------------------------------------------- descendants -- */

struct family {
    pid_t *pids;
    size_t count;
    pid_t parent;
};

static void add_member(struct family *family, pid_t pid)
{
    family->pids = grow(family->pids, family->count + 1, sizeof(pid_t));
    family->pids[family->count++] = pid;
}

enum { STAT_SIZE = 512 };

/* The fields of a stat file (proc(5)) behind the name, which may hold blanks
 * and parentheses itself; the first is the state. NULL if it cannot be read. */
static const char *read_fields(const char *path, char stat[STAT_SIZE])
{
    if (!read_file(path, stat, STAT_SIZE))
        return NULL;
    const char *name_end = strrchr(stat, ')');
    return name_end != NULL && name_end[1] == ' ' ? name_end + 2 : NULL;
}

static bool read_stat(pid_t pid, char *state, pid_t *parent)
{
    char path[64], stat[STAT_SIZE];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    const char *fields = read_fields(path, stat);
    long ppid;
    if (fields == NULL || sscanf(fields, "%c %ld", state, &ppid) != 2)
        return false;
    *parent = (pid_t)ppid;
    return true;
}

static void add_if_child(pid_t pid, void *data)
{
    struct family *family = data;
    char state;
    pid_t parent;
    if (read_stat(pid, &state, &parent) && parent == family->parent &&
        state != 'Z' && state != 'X')
        add_member(family, pid);
}

static void add_children_of_task(pid_t task, void *data)
{
    struct family *family = data;
    struct bytes text = {0};
    char path[80];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children",
             (long)family->parent, (long)task);
    if (read_whole(path, &text)) {
        const char *at = bytes_text(&text);
        char *end;
        for (long pid; (pid = strtol(at, &end, 10)) > 0 && end != at; at = end)
            add_if_child((pid_t)pid, family);
    }
    bytes_free(&text);
}

static void add_children(struct family *family, pid_t parent)
{
    static int lists_children = -1;
    if (lists_children == -1)
        lists_children = access("/proc/thread-self/children", R_OK) == 0;
    family->parent = parent;
    if (!lists_children) {
        each_number("/proc", add_if_child, family);
        return;
    }
    each_task(parent, add_children_of_task, family);
}

size_t list_descendants(pid_t root, pid_t **list)
{
    struct family family = {0};
    add_children(&family, root);
    for (size_t i = 0; i < family.count; i++)
        add_children(&family, family.pids[i]);
    *list = family.pids;
    return family.count;
}

static void strike(const pid_t *pids, size_t count, int blow)
{
    for (size_t i = 0; i < count; i++)
        kill(pids[i], blow);
}

/* Reap all that have ended; if none has, wait a moment. */
static void reap_some(void)
{
    struct timespec moment = {.tv_nsec = 200000};
    bool reaped = false;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        reaped = true;
    if (!reaped)
        nanosleep(&moment, NULL);
}

bool kill_descendants(void)
{
    enum { PATIENCE = 10 }; /* seconds in which none ends */
    double deadline = now() + PATIENCE;
    for (size_t before = 0;;) {
        pid_t *pids;
        size_t count = list_descendants(getpid(), &pids);
        /* Stopped first, so that none of them makes a new one meanwhile. */
        strike(pids, count, SIGSTOP);
        strike(pids, count, SIGKILL);
        free(pids);
        reap_some();
        if (count == 0)
            return true;
        if (count != before)
            deadline = now() + PATIENCE;
        else if (now() >= deadline)
            return false;
        before = count;
    }
}

/* ---------------------------------------------------------- sleep, wait -- */

struct blocked_call {
    long number; /* -1: not in a system call */
    unsigned long arg[6];
};

enum sleep { AWAKE, ASLEEP_IN_CALL, ASLEEP_HIDDEN };

/* /proc/PID/syscall: "running", or the call and its arguments (proc(5)). */
static enum sleep read_call(pid_t pid, pid_t task, struct blocked_call *call)
{
    char path[80], text[256];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/syscall", (long)pid,
             (long)task);
    if (!read_file(path, text, sizeof text))
        return ASLEEP_HIDDEN;
    int fields = sscanf(text, "%ld %lx %lx %lx %lx %lx %lx", &call->number,
                        &call->arg[0], &call->arg[1], &call->arg[2],
                        &call->arg[3], &call->arg[4], &call->arg[5]);
    return fields == 7 && call->number >= 0 ? ASLEEP_IN_CALL : AWAKE;
}

/* Which argument limits a call's waiting, and what says "no limit". */
static const struct {
    const char *call;
    int argument; /* -1: the call always ends by itself */
    enum { NEGATIVE, NO_POINTER } unlimited;
} limits[] = {
    {"nanosleep", -1, NEGATIVE},
    {"clock_nanosleep", -1, NEGATIVE},
    {"connect", -1, NEGATIVE},
    {"close", -1, NEGATIVE},
    {"poll", 2, NEGATIVE},
    {"ppoll", 2, NO_POINTER},
    {"select", 4, NO_POINTER},
    {"pselect6", 4, NO_POINTER},
    {"epoll_wait", 3, NEGATIVE},
    {"epoll_pwait", 3, NEGATIVE},
    {"epoll_pwait2", 3, NO_POINTER},
    {"futex", 3, NO_POINTER},
    {"rt_sigtimedwait", 2, NO_POINTER},
    {"recvmmsg", 4, NO_POINTER},
    {"semtimedop", 3, NO_POINTER},
    {"mq_timedreceive", 4, NO_POINTER},
    {"mq_timedsend", 4, NO_POINTER},
    {"futex_waitv", 3, NO_POINTER},
    {"io_getevents", 4, NO_POINTER},
    {"restart_syscall", -1, NEGATIVE},
};
enum { LIMITS = sizeof limits / sizeof limits[0] };

static bool option_is_set(int fd, int level, int option)
{
    int value = 0;
    socklen_t len = sizeof value;
    return getsockopt(fd, level, option, &value, &len) == 0 && value != 0;
}

static bool has_time_limit(int fd, int option)
{
    struct timeval time = {0};
    socklen_t len = sizeof time;
    return getsockopt(fd, SOL_SOCKET, option, &time, &len) == 0 &&
           (time.tv_sec != 0 || time.tv_usec != 0);
}

/* Something that was sent has not been answered: if it was lost, the kernel
 * sends it again. (Of a listening socket the same field counts the queue.) */
static bool waits_for_answer(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
           (info.tcpi_state == TCP_SYN_SENT ||
            (info.tcpi_state != TCP_LISTEN && info.tcpi_unacked > 0));
}

/*
 * May the kernel wake who waits for this socket, though no other process does
 * anything? Seen through a duplicate of the descriptor: pidfd_getfd(2), Linux
 * 5.6. A limit of its own counts only for the call that sleeps on it.
 */
static bool socket_has_timer(pid_t pid, int fd, bool sleeps_on_it)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd == -1)
        return false;
    int copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
    close(pidfd);
    if (copy == -1)
        return false;
    bool has = sleeps_on_it
                   ? has_time_limit(copy, SO_RCVTIMEO) ||
                         has_time_limit(copy, SO_SNDTIMEO)
                   : option_is_set(copy, SOL_SOCKET, SO_KEEPALIVE) ||
                         option_is_set(copy, IPPROTO_TCP, TCP_USER_TIMEOUT) ||
                         waits_for_answer(copy);
    close(copy);
    return has;
}

static bool waits_on_descriptor(const char *name)
{
    static const char *const calls[] = {
        "read",   "write",   "readv",  "writev",  "recvfrom", "recvmsg",
        "sendto", "sendmsg", "accept", "accept4", "sendmmsg", "recvmmsg",
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (strcmp(name, calls[i]) == 0)
            return true;
    return false;
}

/* sigwait(3) for SIGALRM, or for signals that we cannot read: the set is in
 * the program's memory, and while it waits they are not held back. */
static bool waits_for_alarm(pid_t pid, unsigned long set)
{
    unsigned long long signals = 0;
    struct iovec here = {&signals, sizeof signals};
    struct iovec there = {(void *)set, sizeof signals};
    return process_vm_readv(pid, &here, 1, &there, 1, 0) != sizeof signals ||
           (signals >> (SIGALRM - 1) & 1);
}

static bool is_limited(pid_t pid, const struct blocked_call *call)
{
    const char *name = syscall_name(call->number);
    if (name == NULL)
        return true;
    if (strcmp(name, "rt_sigtimedwait") == 0 &&
        waits_for_alarm(pid, call->arg[0]))
        return true;
    for (size_t i = 0; i < LIMITS; i++) {
        if (strcmp(name, limits[i].call) != 0)
            continue;
        if (limits[i].argument == -1)
            return true;
        unsigned long value = call->arg[limits[i].argument];
        if (limits[i].unlimited == NEGATIVE ? (int)value >= 0 : value != 0)
            return true;
    }
    return waits_on_descriptor(name) &&
           socket_has_timer(pid, (int)call->arg[0], true);
}

static unsigned long long number_after(const char *text, const char *key,
                                       int base)
{
    const char *at = strstr(text, key);
    return at ? strtoull(at + strlen(key), NULL, base) : 0;
}

struct watch {
    pid_t pid;
    struct look *look;
};

static void look_at_task(pid_t task, void *data)
{
    struct watch *watch = data;
    struct look *look = watch->look;
    char path[80], status[4096];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/status", (long)watch->pid,
             (long)task);
    if (!read_file(path, status, sizeof status))
        return;
    look->changes += (unsigned long long)task * 1000003 +
                     number_after(status, "\nvoluntary_ctxt_switches:", 10) +
                     number_after(status, "\nnonvoluntary_ctxt_switches:", 10);
    const char *state = strstr(status, "\nState:\t");
    if (state == NULL || strchr("TtZX", state[8]) != NULL)
        return;
    if (state[8] == 'D')
        look->asleep = false; /* it waits for a disk: that will end */
    /* Who catches SIGALRM, or holds it back to wait for it, may have set an
     * alarm, which /proc does not show. strace does it as a habit. */
    bool habit = strncmp(status, "Name:\tstrace\n", 13) == 0;
    unsigned long long alarm = number_after(status, "\nSigCgt:", 16) |
                               number_after(status, "\nSigBlk:", 16);
    if (!habit && (alarm >> (SIGALRM - 1) & 1))
        look->timed = true;

    struct blocked_call call;
    switch (read_call(watch->pid, task, &call)) {
    case AWAKE:
        look->asleep = false;
        break;
    case ASLEEP_HIDDEN:
        /* init.c hides itself from its program; all it does is to wait. */
        if (strncmp(status, "Name:\tinit\n", 11) != 0)
            look->timed = true;
        break;
    case ASLEEP_IN_CALL:
        if (is_limited(watch->pid, &call))
            look->timed = true;
    }
}

static void look_at_descriptor(pid_t fd, void *data)
{
    struct watch *watch = data;
    char path[80], target[32] = "";
    snprintf(path, sizeof path, "/proc/%ld/fd/%ld", (long)watch->pid, (long)fd);
    if (watch->look->timed || readlink(path, target, sizeof target - 1) == -1)
        return;
    if (strcmp(target, "anon_inode:[timerfd]") == 0 ||
        (strncmp(target, "socket:", 7) == 0 &&
         socket_has_timer(watch->pid, fd, false)))
        watch->look->timed = true;
}

void look_at_process(pid_t pid, struct look *look)
{
    struct watch watch = {pid, look};
    char path[64], timer[2];
    each_task(pid, look_at_task, &watch);
    if (!look->asleep || look->timed)
        return;
    snprintf(path, sizeof path, "/proc/%ld/timers", (long)pid);
    if (read_file(path, timer, sizeof timer) && timer[0] != '\0')
        look->timed = true;
    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    each_number(path, look_at_descriptor, &watch);
}

struct look look_at_descendants(pid_t root)
{
    struct look look = {.asleep = true};
    pid_t *pids;
    size_t count = list_descendants(root, &pids);
    for (size_t i = 0; i < count; i++)
        look_at_process(pids[i], &look);
    free(pids);
    return look;
}

struct turns {
    pid_t pid;
    struct turn *turn;
};

/* Nanoseconds on a processor, nanoseconds of waiting for one, times. */
static void look_at_wait(pid_t task, void *data)
{
    struct turns *turns = data;
    char path[80], text[128];
    double waited = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/schedstat",
             (long)turns->pid, (long)task);
    if (read_file(path, text, sizeof text) &&
        sscanf(text, "%*s %lf", &waited) == 1 &&
        waited / 1e9 > turns->turn->waited)
        turns->turn->waited = waited / 1e9;
}

/* What it and those that it has reaped have computed (proc(5), stat). */
static double computed_by(pid_t pid)
{
    char path[64], stat[STAT_SIZE];
    double user, system, reaped_user, reaped_system;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    const char *fields = read_fields(path, stat);
    if (fields == NULL ||
        sscanf(fields,
               "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lf %lf %lf %lf",
               &user, &system, &reaped_user, &reaped_system) != 4)
        return 0;
    return (user + system + reaped_user + reaped_system) /
           (double)sysconf(_SC_CLK_TCK);
}

static double in_seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

struct turn turn_of_descendants(void)
{
    struct rusage reaped;
    struct turn turn = {0};
    struct turns turns = {.turn = &turn};
    pid_t *pids;
    size_t count = list_descendants(getpid(), &pids);
    for (size_t i = 0; i < count; i++) {
        turns.pid = pids[i];
        each_task(turns.pid, look_at_wait, &turns);
        turn.computed += computed_by(turns.pid);
    }
    free(pids);
    if (getrusage(RUSAGE_CHILDREN, &reaped) == 0)
        turn.computed +=
            in_seconds(reaped.ru_utime) + in_seconds(reaped.ru_stime);
    return turn;
}

/* The state of a task (proc(5)), X if there is none. */
static char state_of(pid_t pid, pid_t task)
{
    char path[80], stat[STAT_SIZE];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/stat", (long)pid,
             (long)task);
    const char *fields = read_fields(path, stat);
    return fields != NULL ? fields[0] : 'X';
}

struct stop {
    pid_t pid;
    bool complete;
};

static void look_at_stop(pid_t task, void *data)
{
    struct stop *stop = data;
    if (strchr("tTZX", state_of(stop->pid, task)) == NULL)
        stop->complete = false;
}

bool group_is_stopped(pid_t group)
{
    struct stop stop = {.complete = true};
    pid_t *pids;
    size_t count = list_descendants(getpid(), &pids);
    for (size_t i = 0; i < count; i++) {
        stop.pid = pids[i];
        if (getpgid(stop.pid) == group)
            each_task(stop.pid, look_at_stop, &stop);
    }
    free(pids);
    return stop.complete;
}

struct question {
    pid_t pid;
    bool (*matches)(const char *, void *);
    void *data;
    bool yes;
};

static void ask_task(pid_t task, void *data)
{
    struct question *question = data;
    struct blocked_call call;
    if (strchr("tT", state_of(question->pid, task)) != NULL)
        return; /* by a tracer: it may be on its way out of the call */
    if (read_call(question->pid, task, &call) != ASLEEP_IN_CALL)
        return;
    const char *name = syscall_name(call.number);
    if (name != NULL && question->matches(name, question->data))
        question->yes = true;
}

bool sleeps_in(pid_t pid, bool (*matches)(const char *, void *), void *data)
{
    struct question question = {pid, matches, data, false};
    each_task(pid, ask_task, &question);
    return question.yes;
}

void describe_process(struct bytes *to, pid_t pid)
{
    char state;
    pid_t parent;
    struct blocked_call call;
    if (!read_stat(pid, &state, &parent) || strchr("ZX", state) != NULL)
        bytes_add_text(to, "gone");
    else if (strchr("Tt", state) != NULL)
        bytes_add_text(to, "stopped");
    else if (read_call(pid, pid, &call) == ASLEEP_IN_CALL &&
             syscall_name(call.number) != NULL)
        bytes_format(to, "asleep in %s", syscall_name(call.number));
    else
        bytes_add_text(to, "running");
}
