/*
 * rename.c - call bind a second time, to move to another port.
 *
 *   build  cc -I../../../common rename.c ../../../common/error.c -o rename
 *   run    ./rename
 *   read   bind(2)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("rename");

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* Port 0: whichever is free. */
    struct sockaddr_in name = {
        .sin_family = AF_INET,
        .sin_port = htons(0),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    if (bind(sockfd, (struct sockaddr *)&name, sizeof name) == -1)
        die("bind 127.0.0.1:0");
    printf("first bind: success\n");

    /* Wrong: it has a name now, and keeps it. */
    if (bind(sockfd, (struct sockaddr *)&name, sizeof name) == -1)
        report("bind 127.0.0.1:0, same socket");
    close(sockfd);

    /* Right: another name needs another socket. */
    sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (bind(sockfd, (struct sockaddr *)&name, sizeof name) == -1)
        die("bind 127.0.0.1:0, new socket");
    printf("new socket: success\n");

    close(sockfd);
    return 0;
}
