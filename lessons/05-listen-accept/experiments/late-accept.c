/*
 * late-accept.c - a server that accepts a client only when it is told to.
 *
 *   build  cc -I../../../common late-accept.c ../../../common/error.c \
 *             -o late-accept
 *   run    ./late-accept [PORT [BACKLOG]]    default 5000 5
 *   read   listen(2), accept(2)
 *
 * Each line that you type accepts one client. End of input ends it.
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
    if (argc > 3)
        usage("late-accept [PORT [BACKLOG]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    int backlog =
        argc > 2 ? (int)parse_number(argv[2], 0, 1000000, "BACKLOG") : 5;

    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int on = 1;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof self;
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    if (listen(listenfd, backlog) == -1)
        die("listen on 127.0.0.1:%u", port);
    if (getsockname(listenfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    printf("listening on 127.0.0.1:%u; accept comes when you press Enter\n",
           ntohs(self.sin_port));

    for (int c; (c = getchar()) != EOF;) {
        if (c != '\n')
            continue;

        struct sockaddr_in peer;
        socklen_t addrlen = sizeof peer;
        int connfd = accept(listenfd, (struct sockaddr *)&peer, &addrlen);
        if (connfd == -1)
            die("accept on 127.0.0.1:%u", ntohs(self.sin_port));
        char host[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &peer.sin_addr, host, sizeof host);
        printf("accepted %s:%u\n", host, ntohs(peer.sin_port));

        /* One recv is enough to see that something is there already. */
        char buffer[512];
        ssize_t n = recv(connfd, buffer, sizeof buffer, 0);
        if (n == -1)
            report("recv from %s:%u", host, ntohs(peer.sin_port));
        else
            printf("received %zd bytes\n", n);
        close(connfd);
    }

    close(listenfd);
    return 0;
}
