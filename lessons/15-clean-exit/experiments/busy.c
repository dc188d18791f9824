/*
 * busy.c - does ppoll let a signal in when there is always something to read?
 *
 *   build  cc -I../../../common busy.c ../../../common/error.c -o busy
 *   run    ./busy
 *   read   ppoll(2), sigprocmask(2), signal(7)
 */
#define _GNU_SOURCE /* ppoll: POSIX has it since 2024 only */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"

enum { ROUNDS = 100000 };

static volatile sig_atomic_t asked;

static void on_signal(int number)
{
    (void)number;
    asked = 1;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("busy");
    struct sigaction action = {.sa_handler = on_signal};
    sigfillset(&action.sa_mask);
    if (sigaction(SIGTERM, &action, NULL) == -1)
        die("sigaction");
    sigset_t term, asleep;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &term, &asleep) == -1)
        die("sigprocmask");

    /* One byte that nobody takes: this end can always be read. */
    int ends[2];
    if (pipe(ends) == -1)
        die("pipe");
    if (write(ends[1], "x", 1) == -1)
        die("write 1 byte");
    struct pollfd busy = {.fd = ends[0], .events = POLLIN};

    raise(SIGTERM);
    int rounds = 0;
    while (!asked && rounds < ROUNDS) {
        if (ppoll(&busy, 1, NULL, &asleep) != 1)
            break;
        rounds++;
    }
    printf("the signal waits. ppoll, %d times: %s\n", rounds,
           asked ? "asked to stop" : "never asked to stop");

    sigprocmask(SIG_UNBLOCK, &term, NULL);
    sigprocmask(SIG_BLOCK, &term, NULL);
    printf("the door open for a moment: %s\n",
           asked ? "asked to stop" : "never asked to stop");
    return 0;
}
