/*
 * timeout.c - give recv a time limit: as an int, and as a timeval.
 *
 *   build  cc -I../../../common timeout.c ../../../common/error.c \
 *             ../../../common/net.c -o timeout
 *   run    ./timeout
 *   read   socket(7): SO_RCVTIMEO
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("timeout");
    int listenfd = listen_on(0);
    int client = connect_to("127.0.0.1", local_port(listenfd));
    int connfd = accept_client(listenfd, NULL);
    if (connfd == -1)
        die("accept");

    int seconds = 1;
    if (setsockopt(connfd, SOL_SOCKET, SO_RCVTIMEO, &seconds, sizeof seconds) ==
        -1)
        report("setsockopt SO_RCVTIMEO, an int");
    struct timeval limit = {.tv_sec = 0, .tv_usec = 300000};
    if (setsockopt(connfd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == -1)
        die("setsockopt SO_RCVTIMEO, a timeval");
    printf("recv may wait for 300 ms\n");

    /* The client is connected, and says nothing. */
    char c;
    double start = now();
    if (recv(connfd, &c, 1, 0) == -1)
        report("recv 1 byte");
    double waited = now() - start;
    printf(waited >= 299 ? "it has waited so long\n" : "it was too early\n");

    /* The limit was recv's. Nothing has happened to the connection. */
    if (send(client, "A", 1, MSG_NOSIGNAL) == -1)
        die("send 1 byte");
    if (recv(connfd, &c, 1, 0) == -1)
        die("recv 1 byte");
    printf("and then received %c\n", c);

    close(connfd);
    close(client);
    close(listenfd);
    return 0;
}
