/*
 * server.c - send back to each client, one after another, all that it sends.
 *
 *   build  cc -I../../common server.c ../../common/error.c \
 *             ../../common/io.c ../../common/net.c -o server
 *   run    ./server [PORT]               default 5000; it serves until Ctrl-C
 *   read   recv(2), send(2), tcp(7) on TCP_USER_TIMEOUT, RFC 862 (echo)
 *
 * One client at a time: the next one waits until this one has left.
 */
#define _DEFAULT_SOURCE /* TCP_USER_TIMEOUT is Linux's own (RFC 5482) */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { PATIENCE_MS = 3000 };

/* A client that reads nothing for so long, or whose machine is gone, must not
 * keep us from the others for ever (lesson 08). */
static void limit_patience(int connfd)
{
    unsigned ms = PATIENCE_MS;
    if (setsockopt(connfd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms) == -1)
        report("setsockopt TCP_USER_TIMEOUT");
    int on = 1;
    if (setsockopt(connfd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == -1)
        report("setsockopt SO_KEEPALIVE");
}

/* Whatever comes goes back: bytes, not lines and not letters. That they are a
 * message, where it ends, and what it means, is between the client and its
 * user. Returns when the client has said all, or has left. */
static void echo(int connfd)
{
    char buffer[4096];
    for (;;) {
        ssize_t n = recv(connfd, buffer, sizeof buffer, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == 0)
            return;
        if (n > 0 && send_all(connfd, buffer, (size_t)n) == 0)
            continue;

        /* That a client leaves without a goodbye is no failure of ours. */
        if (errno != EPIPE && errno != ECONNRESET)
            report("%s a client", n == -1 ? "recv from" : "send to");
        return;
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("server [PORT]");
    int listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    /* For ever, as long as somebody can read what we print. */
    while (!ferror(stdout)) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        printf("accepted\n");
        limit_patience(connfd);
        echo(connfd);
        close(connfd);
        printf("close\n");
    }
    return 1;
}
