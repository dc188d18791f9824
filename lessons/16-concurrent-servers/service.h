/*
 * service.h - what the four servers of this lesson have in common: how they
 * sleep (lesson 15) and what they do for a client (lesson 09). What is left for
 * each of them is who does it: this process, a child, a thread.
 *
 * A file that includes this one defines _GNU_SOURCE, for ppoll.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"
#include "stop.h"

/* A handler for SIGCHLD has nothing to do: how many children have ended is for
 * waitpid to say. But there must be one, for the signal to break a sleep. */
static inline void on_child(int number)
{
    (void)number;
}

/* Let SIGCHLD in where the other signals are let in, and nowhere else: so no
 * child can end unseen between the last waitpid and the sleep. */
static inline void catch_children(void)
{
    struct sigaction action = {.sa_handler = on_child};
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    if (sigaction(SIGCHLD, &action, NULL) == -1)
        die("sigaction SIGCHLD");
    if (sigprocmask(SIG_BLOCK, &children, NULL) == -1)
        die("sigprocmask");
}

/* Sleep until one of these is ready, for ms milliseconds at most, or for ever
 * with -1. Returns above 0 if one is, 0 if the time is over, -1 if a signal
 * came. */
static inline int wait_for(struct pollfd wanted[], nfds_t count, int ms,
                           const sigset_t *mask)
{
    struct timespec limit = {.tv_sec = ms / 1000,
                             .tv_nsec = ms % 1000 * 1000000L};
    int ready = ppoll(wanted, count, ms == -1 ? NULL : &limit, mask);
    if (ready == -1 && errno != EINTR) {
        report("ppoll"); /* no memory: it will pass, but not at once */
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    return ready;
}

/*
 * Send back what comes until the client ends, or neither reads nor writes for
 * that many seconds, or we are asked to stop: signals come in here if mask
 * lets them. Returns in a few words how it ended.
 */
static inline const char *echo(int connfd, int seconds, const sigset_t *mask)
{
    char buffer[4096];
    size_t length = 0, sent = 0;
    for (;;) {
        /* All sleep is here, none in send or recv: nobody has more of us
         * than our patience. */
        bool owing = sent < length;
        struct pollfd client = {.fd = connfd,
                                .events = owing ? POLLOUT : POLLIN};
        int ready = wait_for(&client, 1, seconds * 1000, mask);
        if (mask != NULL && times_asked() > 0)
            return "must leave";
        if (ready == 0)
            return owing ? "has not read for too long" : "is silent too long";
        if (ready == -1)
            continue;

        ssize_t n = owing ? send(connfd, buffer + sent, length - sent,
                                 MSG_NOSIGNAL | MSG_DONTWAIT)
                          : recv(connfd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n == 0)
            return "left";
        if (n == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n == -1 && (errno == EPIPE || errno == ECONNRESET))
            return "broke off";
        if (n == -1) {
            report("%s descriptor %d", owing ? "send to" : "recv from", connfd);
            return "is lost";
        }
        if (owing) {
            sent += (size_t)n;
        } else {
            length = (size_t)n;
            sent = 0;
        }
    }
}

/* The arguments that all four take. */
struct arguments {
    in_port_t port;
    int seconds;
};

static inline struct arguments arguments(int argc, char *argv[],
                                         const char *synopsis)
{
    start_program(argv[0]);
    if (argc > 3)
        usage(synopsis);
    struct arguments given = {.port = parse_port(argc > 1 ? argv[1] : "5000"),
                              .seconds = 30};
    if (argc > 2)
        given.seconds = (int)parse_number(argv[2], 1, 86400, "SECONDS");
    return given;
}

#endif
