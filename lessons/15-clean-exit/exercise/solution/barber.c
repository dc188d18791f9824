/*
 * barber.c - serve one client after another. At closing time shut the door,
 * finish the client who is there, and end.
 *
 *   build  cc -I../../../../common barber.c ../../../../common/error.c \
 *             ../../../../common/net.c -o barber
 *   run    ./barber PORT
 *   read   sigaction(2), sigprocmask(2), ppoll(2), socket(7) on SO_REUSEADDR
 */
#define _GNU_SOURCE /* ppoll: POSIX has it since 2024 only */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static int listenfd = -1;           /* the door; -1 when it is shut */
static sigset_t stop_signals;       /* SIGINT and SIGTERM */
static sigset_t asleep;             /* the signal mask while we wait */
static volatile sig_atomic_t asked; /* how often to stop */

static void on_stop(int number)
{
    (void)number;
    asked++;
}

/* Count the two signals; outside our sleep they are blocked, and wait. */
static void catch_stop(void)
{
    struct sigaction action = {.sa_handler = on_stop}; /* no SA_RESTART */
    sigfillset(&action.sa_mask);
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

static void open_the_door(in_port_t port)
{
    listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    /* So that connections of the one who was here before us, and even his
     * last client, do not hold the port. It must be set before bind. */
    int on = 1;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    if (listen(listenfd, SOMAXCONN) == -1)
        die("listen on 127.0.0.1:%u", port);
}

/* How often have we been asked? The first time the door is shut: from then on
 * clients are refused, and another barber may open here. */
static int times_asked(void)
{
    sigprocmask(SIG_UNBLOCK, &stop_signals, NULL); /* let in who has come */
    sigprocmask(SIG_BLOCK, &stop_signals, NULL);
    if (asked > 0 && listenfd != -1) {
        close(listenfd);
        listenfd = -1;
        printf("no more clients\n");
    }
    return asked;
}

/* The one place where we sleep, and where the signals come in. A signal that
 * came after the last look ends this sleep, for it has waited outside. */
static bool wait_for(int fd, short event)
{
    struct pollfd wanted = {.fd = fd, .events = event};
    int ready = ppoll(&wanted, 1, NULL, &asleep);
    if (ready == -1 && errno != EINTR)
        die("ppoll");
    return ready == 1;
}

/* Give back what the client sends, until it ends or we are asked twice. */
static void serve(int connfd)
{
    char buffer[4096];
    size_t held = 0, sent = 0;
    while (times_asked() < 2) {
        bool taking = sent == held;
        if (!wait_for(connfd, taking ? POLLIN : POLLOUT))
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
            report(taking ? "recv" : "send");
        if (n <= 0)
            return;
        if (taking) {
            held = (size_t)n;
            sent = 0;
        } else {
            sent += (size_t)n;
        }
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("barber PORT");
    in_port_t port = parse_port(argv[1]);

    catch_stop();
    open_the_door(port);
    printf("open on 127.0.0.1:%u\n", port);

    for (int clients = 0; times_asked() == 0;) {
        if (!wait_for(listenfd, POLLIN))
            continue;
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        serve(connfd);
        close(connfd);
        printf("client %d is done\n", ++clients);
    }
    printf("stopped\n");
    return 0;
}
