/*
 * dead-link.c - the peer says nothing any more, because it cannot.
 *
 *   build  cc -I../../../common dead-link.c ../../../common/error.c \
 *             ../../../common/net.c -o dead-link
 *   run    ./dead-link
 *   read   tcp(7) on TCP_USER_TIMEOUT, RFC 5082 on the time to live
 *
 * A cut cable can be had without one: sockets that take no packet (Linux).
 */
#define _DEFAULT_SOURCE /* TCP_USER_TIMEOUT and IP_MINTTL are Linux's own */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* From here on the kernel drops, in silence, each packet that comes in for
 * sockfd with a time to live under 255. All of them have less. */
static void make_deaf(int sockfd)
{
    int ttl = 255;
    if (setsockopt(sockfd, IPPROTO_IP, IP_MINTTL, &ttl, sizeof ttl) == -1)
        die("setsockopt IP_MINTTL");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("dead-link");
    int listenfd = listen_on(0);
    int peer = connect_to("127.0.0.1", local_port(listenfd));
    int sockfd = accept_client(listenfd, NULL);
    if (sockfd == -1)
        die("accept");

    make_deaf(peer);
    make_deaf(sockfd);
    printf("the cable is cut\n");
    close(peer);
    printf("the peer has closed, and its FIN is lost\n");

    /* Our kernel keeps the bytes and sends them again and again. */
    double start = milliseconds();
    for (int i = 1; i <= 3; i++)
        printf("send %d: %zd\n", i, send(sockfd, "hello", 5, MSG_NOSIGNAL));
    struct pollfd connection = {.fd = sockfd, .events = POLLIN};
    int events = poll(&connection, 1, 300);
    printf("300 ms later: %s\n", events == 0 ? "no word" : "an answer");

    /* How long may they stay unacknowledged? Unless told, about a quarter of
     * an hour (tcp_retries2). */
    int ms = 500;
    if (setsockopt(sockfd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms) == -1)
        die("setsockopt TCP_USER_TIMEOUT");
    printf("TCP_USER_TIMEOUT is %d ms now\n", ms);
    char byte;
    ssize_t n = recv(sockfd, &byte, 1, 0);
    if (n == -1)
        printf("recv: -1, %s, %.0f ms after the first send\n",
               error_symbol(errno), milliseconds() - start);
    else
        printf("recv: %zd\n", n);
    close(sockfd);
    return n == -1 ? 0 : 1;
}
