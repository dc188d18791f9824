/*
 * self-connect.c - connect to a port where nobody listens, until somebody
 * answers: the socket itself.
 *
 *   build  cc -I../../../common self-connect.c ../../../common/error.c \
 *             -o self-connect
 *   run    ./self-connect
 *   read   connect(2), tcp(7), ip(7) on ip_local_port_range
 *
 * Each connect without a bind gets a local port from the ephemeral range. If
 * the port that we call lies in that range, the two are one day the same, and
 * TCP calls that a connection (RFC 9293, simultaneous open).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

enum { TRIES = 3000000 };

static int bound_socket(const struct sockaddr_in *name)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (bind(sockfd, (const struct sockaddr *)name, sizeof *name) == 0)
        return sockfd;
    close(sockfd);
    return -1;
}

/* A socket bound to a port that connect may choose: from the ephemeral range,
 * where bind with port 0 gets its ports too, and even, for connect on Linux
 * tries the even ones first. Its name goes to *name. */
static int hold_port(struct sockaddr_in *name)
{
    for (int i = 0; i < 100; i++) {
        *name = (struct sockaddr_in){.sin_family = AF_INET};
        name->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int sockfd = bound_socket(name);
        socklen_t len = sizeof *name;
        if (sockfd == -1)
            die("bind 127.0.0.1:0");
        if (getsockname(sockfd, (struct sockaddr *)name, &len) == -1)
            die("getsockname");
        if (ntohs(name->sin_port) % 2 == 0)
            return sockfd;

        /* An odd one stays ours, so that the next bind brings another. */
        name->sin_port = htons((in_port_t)(ntohs(name->sin_port) - 1));
        sockfd = bound_socket(name);
        if (sockfd != -1)
            return sockfd;
    }
    fprintf(stderr, "self-connect: no even port is free\n");
    exit(1);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("self-connect");
    struct sockaddr_in nobody, local;
    int holder = hold_port(&nobody);
    bool connected = false;
    int tries = 0, sockfd = -1;

    while (!connected && tries < TRIES) {
        tries++;
        sockfd = socket(AF_INET, SOCK_STREAM, 0);
        if (sockfd == -1)
            die("socket AF_INET SOCK_STREAM");
        connected =
            connect(sockfd, (struct sockaddr *)&nobody, sizeof nobody) == 0;
        if (tries == 1) {
            /* Up to here the port was taken: it could not be ours by luck. */
            printf("first try: %s\n", strerror(errno));
            close(holder);
        }
        /* A socket whose connect has failed is of no more use: close it. */
        if (!connected)
            close(sockfd);
    }
    if (!connected) {
        printf("%d tries, and no connection\n", tries);
        return 1;
    }
    printf("try %d: connected\n", tries);

    socklen_t len = sizeof local;
    if (getsockname(sockfd, (struct sockaddr *)&local, &len) == -1)
        die("getsockname");
    printf("local port %u, peer's port %u\n", ntohs(local.sin_port),
           ntohs(nobody.sin_port));

    char text[] = "who is there?";
    if (send(sockfd, text, strlen(text), MSG_NOSIGNAL) == -1)
        die("send %zu bytes", strlen(text));
    char echo[sizeof text] = "";
    ssize_t n = recv(sockfd, echo, sizeof echo - 1, 0);
    if (n == -1)
        die("recv %zu bytes", sizeof echo - 1);
    printf("we sent \"%s\" and received \"%s\"\n", text, echo);
    close(sockfd);
    return 0;
}
