/*
 * server.c - echo to one client after another, and stop when asked to.
 *
 *   build  cc -I../../common server.c ../../common/error.c \
 *             ../../common/net.c -o server
 *   run    ./server [PORT [SECONDS]]     default 5000 30; it serves until
 *                                        Ctrl-C or kill, and ends with 0
 *   read   sigaction(2), sigprocmask(2), ppoll(2), signal(7)
 *
 * A client that is silent for SECONDS, or reads nothing for so long, is hung
 * up on. After SIGINT or SIGTERM our client may finish, but gets no new
 * SECONDS. Asked a second time we do not wait for it.
 */
#define _GNU_SOURCE /* ppoll: POSIX has it since 2024 only */
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

static sigset_t stop_signals;       /* SIGINT and SIGTERM */
static sigset_t asleep;             /* the signal mask while we wait */
static volatile sig_atomic_t asked; /* how often to stop */

/* To count is all that a handler should do. What follows from it is the
 * business of main, when it has nothing half done. */
static void on_stop(int number)
{
    (void)number;
    asked++;
}

/* Block both signals: from now on they wait outside, and no call of ours is
 * disturbed, until we let them in. */
static void catch_stop(void)
{
    struct sigaction action = {.sa_handler = on_stop}; /* no SA_RESTART */
    sigfillset(&action.sa_mask);                       /* one at a time */
    if (sigaction(SIGINT, &action, NULL) == -1 ||
        sigaction(SIGTERM, &action, NULL) == -1)
        die("sigaction");
    sigemptyset(&stop_signals);
    sigaddset(&stop_signals, SIGINT);
    sigaddset(&stop_signals, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &stop_signals, &asleep) == -1)
        die("sigprocmask");
    sigdelset(&asleep, SIGINT);
    sigdelset(&asleep, SIGTERM);
}

/* Let in who has come, then look. ppoll alone would not do: while there is
 * always something to read, it does not sleep, and lets no signal in. */
static int times_asked(void)
{
    sigprocmask(SIG_UNBLOCK, &stop_signals, NULL);
    sigprocmask(SIG_BLOCK, &stop_signals, NULL);
    return asked;
}

/* The one place where we sleep. ppoll lets the signals in and falls asleep in
 * one step, so none can come after the look and before the sleep. True: fd is
 * ready. False: a signal came, or the time is over; look again. */
static bool wait_for(int fd, short event, const struct timespec *limit)
{
    struct pollfd wanted = {.fd = fd, .events = event};
    int ready = ppoll(&wanted, 1, limit, &asleep);
    if (ready == -1 && errno != EINTR) { /* no memory: it will pass */
        report("ppoll descriptor %d", fd);
        sleep(1);
    }
    return ready == 1;
}

/* accept, with the three kinds of errors that lesson 05 has. Where there is no
 * room for a client, it waits in the queue, and we a second. */
static int next_client(int listenfd, struct sockaddr_in *peer)
{
    socklen_t addrlen = sizeof *peer;
    int connfd = accept(listenfd, (struct sockaddr *)peer, &addrlen);
    if (connfd != -1 || errno == EINTR || errno == EAGAIN ||
        concerns_one_client(errno))
        return connfd;
    if (!concerns_room(errno))
        die("accept on descriptor %d", listenfd);
    report("accept on descriptor %d", listenfd);
    wait_for(-1, 0, &(struct timespec){.tv_sec = 1}); /* nobody: just sleep */
    return -1;
}

static time_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static void serve(int connfd, const char *who, time_t seconds)
{
    char buffer[4096];
    size_t held = 0, sent = 0;
    bool told = false;
    time_t end = now() + seconds;

    for (int times = 0; (times = times_asked()) < 2;) {
        if (times == 1 && !told) {
            printf("asked to stop; %s may finish\n", who);
            told = true;
        }
        struct timespec left = {.tv_sec = end - now()};
        if (left.tv_sec <= 0) {
            printf("%s has had its time\n", who);
            return;
        }

        /* What we hold goes back before we take more. */
        bool taking = sent == held;
        if (!wait_for(connfd, taking ? POLLIN : POLLOUT, &left))
            continue;
        ssize_t n;
        if (taking)
            n = recv(connfd, buffer, sizeof buffer, MSG_DONTWAIT);
        else
            n = send(connfd, buffer + sent, held - sent,
                     MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n == -1)
            report(taking ? "recv from %s" : "send to %s", who);
        if (n <= 0)
            return;

        if (taking) {
            held = (size_t)n;
            sent = 0;
        } else {
            sent += (size_t)n;
        }
        if (times == 0)
            end = now() + seconds;
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("server [PORT [SECONDS]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    long seconds = argc > 2 ? parse_number(argv[2], 1, 86400, "SECONDS") : 30;

    catch_stop(); /* before anybody can know that we are there */
    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    while (times_asked() == 0 && !ferror(stdout)) {
        if (!wait_for(listenfd, POLLIN, NULL))
            continue;
        struct sockaddr_in peer;
        int connfd = next_client(listenfd, &peer);
        if (connfd == -1)
            continue;
        char who[ENDPOINT_SIZE];
        printf("accepted %s\n", endpoint(&peer, who));
        serve(connfd, who, seconds);
        close(connfd);
        printf("closed %s\n", who);
    }

    close(listenfd);
    printf("stopped\n");
    return 0;
}
