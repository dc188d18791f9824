#define _GNU_SOURCE /* prlimit */
#include "famine.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

static enum { BEFORE, STARVING, AFTER } state;
static pid_t starving;
static struct rlimit limit_before;
static volatile sig_atomic_t time_is_over;

static void wake(int signal)
{
    (void)signal;
    time_is_over = 1;
}

static rlim_t lowest_free_descriptor(pid_t pid)
{
    char path[64];
    for (unsigned fd = 0;; fd++) {
        snprintf(path, sizeof path, "/proc/%ld/fd/%u", (long)pid, fd);
        char target;
        if (readlink(path, &target, 1) == -1)
            return fd;
    }
}

/* Again and again, because the first signal may come just before the wait. */
static void set_alarm(void)
{
    const struct itimerval time = {.it_value.tv_usec = 300000,
                                   .it_interval.tv_usec = 50000};
    const struct itimerval none = {0};
    struct sigaction action = {.sa_handler = wake};
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, state == STARVING ? &time : &none, NULL);
}

void begin_famine(pid_t pid)
{
    struct rlimit limit;
    if (state != BEFORE || prlimit(pid, RLIMIT_NOFILE, NULL, &limit) == -1)
        return;
    limit_before = limit;
    limit.rlim_cur = lowest_free_descriptor(pid);
    if (prlimit(pid, RLIMIT_NOFILE, &limit, NULL) == -1)
        return;
    starving = pid;
    state = STARVING;
    set_alarm();
}

bool is_famine(void)
{
    return state == STARVING;
}

void end_famine_in_time(void)
{
    if (state != STARVING || !time_is_over)
        return;
    prlimit(starving, RLIMIT_NOFILE, &limit_before, NULL);
    state = AFTER;
    set_alarm();
}
