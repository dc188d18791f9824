/*
 * level.c - the right option, asked of the wrong layer.
 *
 *   build  cc -I../../../common level.c ../../../common/error.c -o level
 *   run    ./level
 *   read   setsockopt(2), tcp(7): TCP_DEFER_ACCEPT
 */
#define _DEFAULT_SOURCE /* TCP_DEFER_ACCEPT, Linux's own */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static int value_of(int sockfd, int level, int option)
{
    int value = 0;
    socklen_t len = sizeof value;
    if (getsockopt(sockfd, level, option, &value, &len) == -1)
        die("getsockopt %d of level %d", option, level);
    return value;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("level");
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    int udpfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1 || udpfd == -1)
        die("socket");

    printf("SO_KEEPALIVE is %d, TCP_DEFER_ACCEPT is %d\n", SO_KEEPALIVE,
           TCP_DEFER_ACCEPT);
    int on = 1;
    int failed = setsockopt(sockfd, IPPROTO_TCP, SO_KEEPALIVE, &on, sizeof on);
    printf("set SO_KEEPALIVE at level IPPROTO_TCP: %s\n",
           failed ? error_symbol(errno) : "success");
    printf("now SO_KEEPALIVE is %s, TCP_DEFER_ACCEPT is %s\n",
           value_of(sockfd, SOL_SOCKET, SO_KEEPALIVE) ? "on" : "off",
           value_of(sockfd, IPPROTO_TCP, TCP_DEFER_ACCEPT) ? "on" : "off");

    failed = setsockopt(udpfd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    printf("set TCP_NODELAY of a UDP socket: %s\n",
           failed ? error_symbol(errno) : "success");

    close(udpfd);
    close(sockfd);
    return 0;
}
