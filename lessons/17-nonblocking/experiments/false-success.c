/*
 * false-success.c - take "writable" for "connected".
 *
 *   build  cc -I../../../common false-success.c ../../../common/error.c \
 *             -o false-success
 *   run    ./false-success [PORT]        default 5000
 *   read   connect(2) on EINPROGRESS, poll(2), socket(7) on SO_ERROR
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("false-success [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int flags = fcntl(sockfd, F_GETFL);
    if (flags == -1 || fcntl(sockfd, F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl");
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1 &&
        errno != EINPROGRESS)
        die("connect 127.0.0.1:%u", port);

    struct pollfd wanted = {.fd = sockfd, .events = POLLOUT};
    while (poll(&wanted, 1, -1) == -1)
        if (errno != EINTR)
            die("poll");
    if (wanted.revents & POLLOUT)
        printf("poll: writable, so we are connected\n");
    if (wanted.revents & (POLLERR | POLLHUP))
        printf("poll: POLLERR and POLLHUP, too; who looks at these?\n");

    if (send(sockfd, "hello\n", 6, MSG_NOSIGNAL) == -1)
        report("send 6 bytes");
    /* The error was given out once. Now there is but a socket without peer. */
    if (send(sockfd, "hello\n", 6, MSG_NOSIGNAL) == -1)
        report("send 6 bytes");
    return 1;
}
