/*
 * unswapped.c - a port that was put into sin_port without htons.
 *
 *   build  cc -I../../../common unswapped.c ../../../common/error.c \
 *              -o unswapped
 *   run    ./unswapped
 *   read   bind(2), byteorder(3), ip(7)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("unswapped");

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* If somebody has the port that we get in this way, take the next. */
    in_port_t port = 5000;
    struct sockaddr_in name = {
        .sin_family = AF_INET,
        .sin_port = port, /* wrong: this is host order */
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    while (bind(sockfd, (struct sockaddr *)&name, sizeof name) == -1) {
        if (errno != EADDRINUSE || port == 5100)
            die("bind 127.0.0.1:%u", ntohs(name.sin_port));
        name.sin_port = ++port;
    }

    const unsigned char *byte = (const unsigned char *)&name.sin_port;
    printf("asked for port %u = 0x%04x\n", port, port);
    printf("sin_port holds the bytes %02x %02x\n", byte[0], byte[1]);

    struct sockaddr_in bound;
    socklen_t len = sizeof bound;
    if (getsockname(sockfd, (struct sockaddr *)&bound, &len) == -1)
        die("getsockname");
    printf("bound to port %u = 0x%04x\n", ntohs(bound.sin_port),
           ntohs(bound.sin_port));

    close(sockfd);
    return 0;
}
