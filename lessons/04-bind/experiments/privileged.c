/*
 * privileged.c - where the ports begin that anybody may have.
 *
 *   build  cc -I../../../common privileged.c ../../../common/error.c \
 *              -o privileged
 *   run    ./privileged        not as root, to whom every port is open
 *   read   bind(2), capabilities(7)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

#define LIMIT "/proc/sys/net/ipv4/ip_unprivileged_port_start"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("privileged");

    /* 1024 by tradition. Linux lets the administrator move it, and many
     * containers run with 0: no port is privileged there. */
    int fd = open(LIMIT, O_RDONLY);
    if (fd == -1)
        die("open %s", LIMIT);
    char line[16] = "";
    if (read(fd, line, sizeof line - 1) == -1)
        die("read %s", LIMIT);
    close(fd);
    long limit = strtol(line, NULL, 10);
    printf("ip_unprivileged_port_start is %ld\n", limit);
    if (limit <= 1) {
        printf("no port is privileged here\n");
        return 0;
    }

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    in_port_t port = (in_port_t)(limit - 1);
    struct sockaddr_in name = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };

    /* Whether we may have the port is asked before whether it is free. */
    if (bind(sockfd, (struct sockaddr *)&name, sizeof name) == 0)
        printf("port %u: bound\n", port);
    else
        printf("port %u: %s\n", port, error_symbol(errno));

    close(sockfd);
    return 0;
}
