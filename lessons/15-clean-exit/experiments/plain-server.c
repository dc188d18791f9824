/*
 * plain-server.c - a server without SO_REUSEADDR and without a handler; with
 * "reuse", it sets SO_REUSEADDR.
 *
 *   build  cc -I../../../common plain-server.c ../../../common/error.c \
 *             ../../../common/net.c -o plain-server
 *   run    ./plain-server [PORT [reuse]]     default 5000; one client
 *   read   bind(2), socket(7): SO_REUSEADDR
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3 || (argc == 3 && strcmp(argv[2], "reuse") != 0))
        usage("plain-server [PORT [reuse]]");
    struct sockaddr_in self = {
        .sin_family = AF_INET,
        .sin_port = htons(parse_port(argc > 1 ? argv[1] : "5000")),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };

    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int on = argc == 3;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", ntohs(self.sin_port));
    if (listen(listenfd, SOMAXCONN) == -1)
        die("listen on 127.0.0.1:%u", ntohs(self.sin_port));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    int connfd;
    do
        connfd = accept_client(listenfd, NULL);
    while (connfd == -1);
    printf("accepted\n");

    /* Until the client ends, or we do. */
    char c;
    while (recv(connfd, &c, 1, 0) > 0)
        ;
    close(connfd);
    close(listenfd);
    return 0;
}
