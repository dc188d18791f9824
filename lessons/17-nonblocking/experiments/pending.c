/*
 * pending.c - what a connect says that is still under way.
 *
 *   build  cc -I../../../common pending.c ../../../common/error.c \
 *             -o pending
 *   run    ./pending
 *   read   connect(2) on EALREADY and EISCONN, listen(2) on backlog
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

static struct sockaddr_in server = {.sin_family = AF_INET};

static int new_socket(void)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int flags = fcntl(sockfd, F_GETFL);
    if (flags == -1 || fcntl(sockfd, F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl");
    return sockfd;
}

static void call_connect(int sockfd)
{
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        printf("connect: %s\n", error_symbol(errno));
    else
        printf("connect: 0\n");
}

static void wait_writable(int sockfd, int ms)
{
    struct pollfd wanted = {.fd = sockfd, .events = POLLOUT};
    int ready = poll(&wanted, 1, ms);
    if (ready == -1)
        die("poll");
    printf("poll: %s\n", ready == 1 ? "decided" : "not decided");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("pending");
    /* A server that has room for one client (lesson 05), and accepts nobody. */
    int listenfd = new_socket();
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof server;
    if (bind(listenfd, (struct sockaddr *)&server, len) == -1)
        die("bind 127.0.0.1:0");
    if (listen(listenfd, 0) == -1)
        die("listen");
    if (getsockname(listenfd, (struct sockaddr *)&server, &len) == -1)
        die("getsockname");

    printf("first socket\n");
    int first = new_socket();
    call_connect(first);
    wait_writable(first, -1);
    call_connect(first);
    call_connect(first);

    printf("second socket\n");
    int second = new_socket();
    call_connect(second);
    wait_writable(second, 50);
    call_connect(second);
    if (send(second, "hello\n", 6, MSG_NOSIGNAL) == -1)
        printf("send: %s\n", error_symbol(errno));
    return 0;
}
