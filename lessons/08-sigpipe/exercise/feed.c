/*
 * feed.c - send numbered lines to each client, until it leaves.
 *
 *   build  cc -I../../../common feed.c ../../../common/error.c \
 *             ../../../common/net.c -o feed
 *   run    ./feed PORT MS TEXT           a line each MS milliseconds; it
 *                                        serves until Ctrl-C
 *   check  make check-08
 *   read   send(2), signal(7) on SIGPIPE
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* Sleep, but not longer than the connection lives: as in ../server.c. */
static void pause_while_connected(int connfd, int ms)
{
    struct pollfd connection = {.fd = connfd, .events = 0};
    if (poll(&connection, 1, ms) == -1 && errno != EINTR)
        report("poll descriptor %d", connfd);
}

/* ---- edit below -------------------------------------------------------- */

/* Feed the client on connfd, whose address is who, until it leaves. */
static void feed_client(int connfd, const char *who, const char *text, int ms)
{
    /* 1. Make line 1, 2, 3 ...: its number, a blank, text, a newline. */

    /* 2. Send it, all of it, and count the bytes that send has taken. Has the
     *    client left? Nobody but send can tell. */
    printf("%s is not fed yet: no \"%s\"\n", who, text);
    pause_while_connected(connfd, ms);

    /* 3. Say that it has left, and close its descriptor. */
}

/* ---- edit above -------------------------------------------------------- */

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("feed PORT MS TEXT");
    in_port_t port = parse_port(argv[1]);
    int ms = (int)parse_number(argv[2], 1, 60000, "MS");

    int listenfd = listen_on(port);
    printf("feeding on 127.0.0.1:%u\n", local_port(listenfd));

    /* For ever, as long as somebody can read what we print. */
    while (!ferror(stdout)) {
        struct sockaddr_in peer;
        int connfd = accept_client(listenfd, &peer);
        if (connfd == -1)
            continue;
        char who[ENDPOINT_SIZE];
        printf("%s came\n", endpoint(&peer, who));
        feed_client(connfd, who, argv[3], ms);
    }
    return 1;
}
