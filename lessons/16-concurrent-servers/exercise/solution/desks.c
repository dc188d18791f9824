/*
 * desks.c - an echo server with N desks: a process for each client, and never
 * more than N.
 *
 *   build  cc -I../../../../common desks.c ../../../../common/error.c \
 *             ../../../../common/io.c ../../../../common/net.c \
 *             ../../../../common/stop.c -o desks
 *   run    ./desks PORT N
 *   read   fork(2), waitpid(2), signal(7) on SIGCHLD
 */
#define _GNU_SOURCE /* ppoll: POSIX has it since 2024 only */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"
#include "stop.h"

/* Who sits where: the first `taken` of them. */
enum { MOST_DESKS = 100 };
static struct {
    pid_t pid;
    long client;
} table[MOST_DESKS];
static long taken;

/* To be interrupted is all that we want of SIGCHLD. */
static void on_child(int number)
{
    (void)number;
}

/* Blocked, but while we sleep: so no child can end unseen between the last
 * waitpid and the sleep. */
static void catch_children(void)
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

/* Free the desks of all children that have ended: one signal may stand for
 * several of them. With options 0: wait until all have ended. */
static void free_desks(int options)
{
    pid_t pid;
    while (taken > 0 && (pid = waitpid(-1, NULL, options)) != 0) {
        if (pid == -1 && errno == EINTR)
            continue;
        if (pid == -1)
            die("waitpid");
        long i = 0;
        while (i < taken && table[i].pid != pid)
            i++;
        if (i == taken)
            continue; /* a child that we were born with */
        printf("client %ld has left\n", table[i].client);
        table[i] = table[--taken];
    }
}

/* The child's whole life. What stdio has in its buffers is the parent's: no
 * exit, but _exit. */
static _Noreturn void serve(int connfd)
{
    forget_stop();
    char buffer[4096];
    ssize_t n;
    while ((n = recv(connfd, buffer, sizeof buffer, 0)) != 0) {
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 || send_all(connfd, buffer, (size_t)n) == -1)
            _exit(1); /* the connection is broken */
    }
    _exit(0);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("desks PORT N");
    in_port_t port = parse_port(argv[1]);
    long desks = parse_number(argv[2], 1, MOST_DESKS, "N");
    catch_stop();
    catch_children();
    int listenfd = listen_on(port);
    printf("%ld desks on 127.0.0.1:%u\n", desks, port);

    for (long clients = 0; times_asked() == 0;) {
        free_desks(WNOHANG);
        /* Where all desks are taken, we do not look at the door: the next
         * client waits in the queue, and we for a child. */
        struct pollfd door = {.fd = taken < desks ? listenfd : -1,
                              .events = POLLIN};
        if (ppoll(&door, 1, NULL, asleep_mask()) != 1)
            continue;
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;

        pid_t pid = fork();
        if (pid == 0) {
            close(listenfd);
            serve(connfd);
        }
        if (pid == -1) {
            report("fork");
        } else {
            printf("client %ld is served\n", ++clients);
            table[taken].pid = pid;
            table[taken++].client = clients;
        }
        close(connfd); /* the child has it */
    }

    close(listenfd);
    for (long i = 0; i < taken; i++)
        kill(table[i].pid, SIGTERM);
    free_desks(0);
    printf("closed\n");
    return 0;
}
