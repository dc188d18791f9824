/*
 * fork-server.c - echo to many clients, each served by a process of its own.
 *
 *   build  cc -I../../common fork-server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o fork-server
 *   run    ./fork-server [PORT [SECONDS]]         default 5000 30; Ctrl-C or
 *                                                 `kill` stops it, status 0
 *   read   fork(2), waitpid(2), signal(7) on SIGCHLD; service.h
 */
#define _GNU_SOURCE /* ppoll: in POSIX since 2024 only */
#include <stdlib.h>
#include <sys/wait.h>

#include "service.h"

/* Who works for us. When the table is full, clients wait in the queue. */
enum { MOST_CHILDREN = 1200 };
static pid_t children[MOST_CHILDREN];
static int working;

/* Fetch the status of all children that have ended: until then they are
 * zombies. SIGCHLD says that there is at least one, and not how many. */
static void bury(int options)
{
    pid_t pid;
    while (working > 0 && (pid = waitpid(-1, NULL, options)) != 0) {
        if (pid == -1 && errno == EINTR)
            continue;
        if (pid == -1)
            die("waitpid");
        int i = 0;
        while (i < working && children[i] != pid)
            i++;
        if (i == working)
            continue; /* a child that we were born with */
        children[i] = children[--working];
        printf("process %d has ended\n", (int)pid);
    }
}

/* The child's whole life. */
static _Noreturn void serve(int connfd, const char *who, int seconds)
{
    forget_stop();
    printf("process %d serves %s\n", (int)getpid(), who);
    const char *end = echo(connfd, seconds, NULL);
    printf("%s %s\n", who, end);
    /* Not exit: what it would tidy up, stdio's buffers, is the parent's. */
    _exit(0);
}

int main(int argc, char *argv[])
{
    struct arguments given =
        arguments(argc, argv, "fork-server [PORT [SECONDS]]");
    catch_stop();
    catch_children();
    int listenfd = listen_on(given.port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    while (times_asked() == 0 && !ferror(stdout)) {
        bury(WNOHANG);
        /* A client or the end of a child, whichever comes first. */
        struct pollfd door = {.fd = working < MOST_CHILDREN ? listenfd : -1,
                              .events = POLLIN};
        if (wait_for(&door, 1, -1, asleep_mask()) != 1)
            continue;
        struct sockaddr_in peer;
        int connfd = accept_client(listenfd, &peer);
        if (connfd == -1)
            continue;
        char who[ENDPOINT_SIZE];
        endpoint(&peer, who);

        /* From here on there are two of us, with the same descriptors. Each
         * closes the one that is the other's. */
        pid_t pid = fork();
        if (pid == 0) {
            close(listenfd);
            serve(connfd, who, given.seconds);
        }
        if (pid == -1)
            report("fork for %s", who);
        else
            children[working++] = pid;
        close(connfd);
    }

    /* We leave nobody behind, neither at work nor as a zombie. */
    close(listenfd);
    for (int i = 0; i < working; i++)
        kill(children[i], SIGTERM);
    bury(0);
    return ferror(stdout) ? 1 : 0;
}
