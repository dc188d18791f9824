#define _GNU_SOURCE /* SIGWINCH, syscall numbers */
#include "names.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"SIGHUP", SIGHUP},       {"SIGINT", SIGINT},   {"SIGQUIT", SIGQUIT},
    {"SIGILL", SIGILL},       {"SIGTRAP", SIGTRAP}, {"SIGABRT", SIGABRT},
    {"SIGBUS", SIGBUS},       {"SIGFPE", SIGFPE},   {"SIGKILL", SIGKILL},
    {"SIGUSR1", SIGUSR1},     {"SIGSEGV", SIGSEGV}, {"SIGUSR2", SIGUSR2},
    {"SIGPIPE", SIGPIPE},     {"SIGALRM", SIGALRM}, {"SIGTERM", SIGTERM},
    {"SIGCHLD", SIGCHLD},     {"SIGCONT", SIGCONT}, {"SIGSTOP", SIGSTOP},
    {"SIGTSTP", SIGTSTP},     {"SIGTTIN", SIGTTIN}, {"SIGTTOU", SIGTTOU},
    {"SIGURG", SIGURG},       {"SIGXCPU", SIGXCPU}, {"SIGXFSZ", SIGXFSZ},
    {"SIGVTALRM", SIGVTALRM}, {"SIGPROF", SIGPROF}, {"SIGWINCH", SIGWINCH},
    {"SIGIO", SIGIO},         {"SIGSYS", SIGSYS},
};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

int signal_number(const char *name)
{
    for (size_t i = 0; i < SIGNALS; i++)
        if (strcmp(name, signals[i].name) == 0 ||
            strcmp(name, signals[i].name + 3) == 0)
            return signals[i].number;
    return 0;
}

const char *signal_name(int number)
{
    for (size_t i = 0; i < SIGNALS; i++)
        if (signals[i].number == number)
            return signals[i].name;
    static char unnamed[32];
    snprintf(unnamed, sizeof unnamed, "signal %d", number);
    return unnamed;
}

/* The build makes this list from <sys/syscall.h>: {"read", SYS_read}, ... */
static const struct {
    const char *name;
    long number;
} syscalls[] = {
#include "syscalls.inc"
};
enum { SYSCALLS = sizeof syscalls / sizeof syscalls[0] };

const char *syscall_name(long number)
{
    for (size_t i = 0; i < SYSCALLS; i++)
        if (syscalls[i].number == number)
            return syscalls[i].name;
    return NULL;
}

/* What a program writes, and under which name the kernel may know it. */
static const struct {
    const char *written;
    const char *kernel;
} also[] = {
    {"accept", "accept4"},
    {"recv", "recvfrom"},
    {"send", "sendto"},
    {"poll", "ppoll"},
    {"select", "pselect6"},
    {"epoll_wait", "epoll_pwait"},
    {"open", "openat"},
    {"nanosleep", "clock_nanosleep"},
    {"sleep", "clock_nanosleep"},
    {"pause", "rt_sigsuspend"},
    {"pause", "ppoll"},
    {"waitpid", "wait4"},
    {"wait", "wait4"},
    {"sigsuspend", "rt_sigsuspend"},
    {"sigwait", "rt_sigtimedwait"},
};
enum { ALSO = sizeof also / sizeof also[0] };

bool same_syscall(const char *wanted, const char *name)
{
    if (strcmp(wanted, name) == 0)
        return true;
    for (size_t i = 0; i < ALSO; i++)
        if (strcmp(wanted, also[i].written) == 0 &&
            strcmp(name, also[i].kernel) == 0)
            return true;
    return false;
}

bool known_syscall(const char *wanted)
{
    for (size_t i = 0; i < SYSCALLS; i++)
        if (same_syscall(wanted, syscalls[i].name))
            return true;
    return false;
}
