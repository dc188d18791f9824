/*
 * iterative-server.c - echo to one client after another.
 *
 *   build  cc -I../../common iterative-server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o iterative-server
 *   run    ./iterative-server [PORT [SECONDS]]    default 5000 30; Ctrl-C or
 *                                                 `kill` stops it, status 0
 *   read   accept(2), ppoll(2); service.h
 *
 * The others wait until this client leaves, or keeps still for SECONDS.
 */
#define _GNU_SOURCE /* ppoll: in POSIX since 2024 only */
#include "service.h"

int main(int argc, char *argv[])
{
    struct arguments given =
        arguments(argc, argv, "iterative-server [PORT [SECONDS]]");
    catch_stop();
    int listenfd = listen_on(given.port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    while (times_asked() == 0 && !ferror(stdout)) {
        struct pollfd door = {.fd = listenfd, .events = POLLIN};
        if (wait_for(&door, 1, -1, asleep_mask()) != 1)
            continue;
        struct sockaddr_in peer;
        int connfd = accept_client(listenfd, &peer);
        if (connfd == -1)
            continue;

        /* Nobody looks at the door meanwhile. */
        char who[ENDPOINT_SIZE];
        printf("serving %s\n", endpoint(&peer, who));
        const char *end = echo(connfd, given.seconds, asleep_mask());
        printf("%s %s\n", who, end);
        close(connfd);
    }
    close(listenfd);
    return ferror(stdout) ? 1 : 0;
}
