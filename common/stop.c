#include "stop.h"

#include <stddef.h>

#include "error.h"

static const int stop_signals[] = {SIGINT, SIGTERM};
static sigset_t blocked; /* the two */
static sigset_t asleep;  /* the mask without them */
static volatile sig_atomic_t asked;

static void on_stop(int number)
{
    (void)number;
    asked++;
}

static void set_actions(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler}; /* no SA_RESTART */
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < 2; i++)
        if (sigaction(stop_signals[i], &action, NULL) == -1)
            die("sigaction");
}

void catch_stop(void)
{
    set_actions(on_stop);
    sigemptyset(&blocked);
    for (size_t i = 0; i < 2; i++)
        sigaddset(&blocked, stop_signals[i]);
    if (sigprocmask(SIG_BLOCK, &blocked, &asleep) == -1)
        die("sigprocmask");
    for (size_t i = 0; i < 2; i++)
        sigdelset(&asleep, stop_signals[i]);
}

int times_asked(void)
{
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    return asked;
}

const sigset_t *asleep_mask(void)
{
    return &asleep;
}

void forget_stop(void)
{
    set_actions(SIG_DFL);
    sigprocmask(SIG_SETMASK, &asleep, NULL);
}
