/*
 * reconnect.c - connect a socket that is connected already.
 *
 *   build  cc -I../../../common reconnect.c ../../../common/error.c \
 *             -o reconnect
 *   run    ./reconnect
 *   read   connect(2): EISCONN
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

/* A listening socket on a port that the kernel chooses; its name in *name. */
static int listen_somewhere(struct sockaddr_in *name)
{
    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    *name = (struct sockaddr_in){.sin_family = AF_INET};
    name->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listenfd, (struct sockaddr *)name, sizeof *name) == -1)
        die("bind 127.0.0.1:0");
    if (listen(listenfd, 1) == -1)
        die("listen");
    socklen_t len = sizeof *name;
    if (getsockname(listenfd, (struct sockaddr *)name, &len) == -1)
        die("getsockname");
    return listenfd;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("reconnect");
    struct sockaddr_in first, second;
    listen_somewhere(&first);
    listen_somewhere(&second);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (connect(sockfd, (struct sockaddr *)&first, sizeof first) == -1)
        die("connect to the first server");
    printf("connected to the first server\n");

    /* The second server is there and waits, but this socket is taken. */
    if (connect(sockfd, (struct sockaddr *)&second, sizeof second) == -1)
        report("connect to the second server, same socket");

    /* What helps is another socket. The first may stay or be closed. */
    close(sockfd);
    sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (connect(sockfd, (struct sockaddr *)&second, sizeof second) == -1)
        die("connect to the second server, new socket");
    printf("connected to the second server, with a new socket\n");
    return 0;
}
