/*
 * same-tuple.c - two connections from one local port: to two servers, and
 * twice to the same one.
 *
 *   build  cc -I../../../common same-tuple.c ../../../common/error.c \
 *             -o same-tuple
 *   run    ./same-tuple
 *   read   connect(2): EADDRNOTAVAIL; socket(7): SO_REUSEADDR
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static int bound_socket(struct sockaddr_in *name)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    /* So that several sockets may have the same local name. */
    int on = 1;
    if (setsockopt(sockfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(sockfd, (struct sockaddr *)name, sizeof *name) == -1)
        die("bind 127.0.0.1:%u", ntohs(name->sin_port));
    socklen_t len = sizeof *name;
    if (getsockname(sockfd, (struct sockaddr *)name, &len) == -1)
        die("getsockname");
    return sockfd;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("same-tuple");

    struct sockaddr_in server[2], local = {.sin_family = AF_INET};
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 2; i++) {
        server[i] = (struct sockaddr_in){.sin_family = AF_INET,
                                         .sin_addr = local.sin_addr};
        if (listen(bound_socket(&server[i]), 2) == -1)
            die("listen");
    }

    /* local has port 0 for the first, and then the port that it got. */
    int one = bound_socket(&local);
    int two = bound_socket(&local);
    int three = bound_socket(&local);
    printf("three sockets have the same local port\n");

    if (connect(one, (struct sockaddr *)&server[0], sizeof server[0]) == -1)
        die("connect the first to server 1");
    printf("first socket:  connected to server 1\n");
    if (connect(two, (struct sockaddr *)&server[1], sizeof server[1]) == -1)
        die("connect the second to server 2");
    printf("second socket: connected to server 2\n");

    /* The same five values as the first connection has. */
    if (connect(three, (struct sockaddr *)&server[0], sizeof server[0]) == -1)
        die("connect the third to server 1");
    printf("third socket:  connected to server 1\n");
    return 0;
}
