/*
 * race.c - a signal that comes after the look at the flag and before the wait.
 *
 *   build  cc -I../../../common race.c ../../../common/error.c \
 *             ../../../common/net.c -o race
 *   run    ./race PORT accept|ppoll
 *   read   pselect(2), ppoll(2), sigprocmask(2)
 *
 * The gap is a few instructions long, and a signal falls into it once in a
 * thousand or a million times. Here it always does: we send it ourselves.
 */
#define _GNU_SOURCE /* ppoll: POSIX has it since 2024 only */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static volatile sig_atomic_t asked;

static void on_signal(int number)
{
    (void)number;
    asked = 1;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    bool safe = argc == 3 && strcmp(argv[2], "ppoll") == 0;
    if (argc != 3 || (!safe && strcmp(argv[2], "accept") != 0))
        usage("race PORT accept|ppoll");
    int listenfd = listen_on(parse_port(argv[1]));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    struct sigaction action = {.sa_handler = on_signal};
    sigfillset(&action.sa_mask);
    if (sigaction(SIGTERM, &action, NULL) == -1)
        die("sigaction");
    sigset_t term, asleep;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    if (safe && sigprocmask(SIG_BLOCK, &term, &asleep) == -1)
        die("sigprocmask");

    while (!asked) {
        printf("asked to stop? no\n");
        raise(SIGTERM); /* just now, by bad luck */

        if (safe) {
            struct pollfd knock = {.fd = listenfd, .events = POLLIN};
            if (ppoll(&knock, 1, NULL, &asleep) == -1) {
                printf("ppoll: %s\n", error_symbol(errno));
                continue;
            }
        }
        int connfd = accept(listenfd, NULL, NULL);
        printf("accept: %s\n", connfd == -1 ? error_symbol(errno) : "a client");
        if (connfd != -1)
            close(connfd);
    }
    printf("asked to stop? yes\n");
    close(listenfd);
    return 0;
}
