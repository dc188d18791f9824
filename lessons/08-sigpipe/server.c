/*
 * server.c - send each client a few lines, until it has them all or leaves.
 *
 *   build  cc -I../../common server.c ../../common/error.c \
 *             ../../common/net.c -o server
 *   run    ./server [PORT [MS]]          default 5000, and a line each 100 ms;
 *                                        it serves until Ctrl-C
 *   read   send(2), signal(7) on SIGPIPE, tcp(7)
 *
 * One client at a time. Ten short lines fit into the socket's empty buffer, so
 * send does not wait even for a client that never reads, and each client has
 * the server for a second at most.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

enum { LINES = 10 };

/* Sleep, but not longer than the connection lives. Lesson 18 is about poll;
 * here it waits for nothing, and a broken connection ends the wait. */
static void pause_while_connected(int connfd, int ms)
{
    struct pollfd connection = {.fd = connfd, .events = 0};
    if (poll(&connection, 1, ms) == -1 && errno != EINTR)
        report("poll descriptor %d", connfd);
}

static void serve(int connfd, const char *who, int ms)
{
    for (int i = 1; i <= LINES; i++) {
        char line[16];
        size_t length = (size_t)snprintf(line, sizeof line, "line %d\n", i);

        /* To send to a client that has left would raise SIGPIPE, and SIGPIPE
         * would end us, and every other client's service. MSG_NOSIGNAL: no
         * signal, only the error. A line this short is never cut. */
        ssize_t n;
        do
            n = send(connfd, line, length, MSG_NOSIGNAL);
        while (n == -1 && errno == EINTR);

        /* Clients leave. That is no failure of ours: say so, and go on. */
        if (n == -1 && (errno == EPIPE || errno == ECONNRESET)) {
            printf("line %d: %s, %s left\n", i, error_symbol(errno), who);
            return;
        }
        if (n == -1) {
            report("send line %d to %s", i, who);
            return;
        }
        printf("sent line %d\n", i);
        if (i < LINES)
            pause_while_connected(connfd, ms);
    }
    printf("%s was sent all %d lines\n", who, LINES);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("server [PORT [MS]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    int ms = argc > 2 ? (int)parse_number(argv[2], 0, 1000, "MS") : 100;

    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    /* For ever, as long as somebody can read what we print. */
    while (!ferror(stdout)) {
        struct sockaddr_in peer;
        int connfd = accept_client(listenfd, &peer);
        if (connfd == -1)
            continue;
        char who[ENDPOINT_SIZE];
        printf("accepted %s\n", endpoint(&peer, who));
        serve(connfd, who, ms);
        close(connfd);
    }
    return 1;
}
