/*
 * anonymous.c - accept a client without asking who it is.
 *
 *   build  cc -I../../../common anonymous.c ../../../common/error.c \
 *             -o anonymous
 *   run    ./anonymous [PORT]            default 5000; one client
 *   read   accept(2), getpeername(2), getsockname(2)
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
    if (argc > 2)
        usage("anonymous [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

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
    if (listen(listenfd, 5) == -1)
        die("listen on 127.0.0.1:%u", port);
    if (getsockname(listenfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    printf("listening on 127.0.0.1:%u\n", ntohs(self.sin_port));

    /* No address wanted: NULL for it, and NULL for its length. */
    int connfd = accept(listenfd, NULL, NULL);
    if (connfd == -1)
        die("accept on 127.0.0.1:%u", ntohs(self.sin_port));
    printf("accepted somebody as descriptor %d\n", connfd);

    /* The connected socket knows both of its ends, at any time. */
    struct sockaddr_in end;
    char host[INET_ADDRSTRLEN];
    len = sizeof end;
    if (getpeername(connfd, (struct sockaddr *)&end, &len) == -1)
        die("getpeername of descriptor %d", connfd);
    inet_ntop(AF_INET, &end.sin_addr, host, sizeof host);
    printf("getpeername: its other end is %s:%u\n", host, ntohs(end.sin_port));

    len = sizeof end;
    if (getsockname(connfd, (struct sockaddr *)&end, &len) == -1)
        die("getsockname of descriptor %d", connfd);
    inet_ntop(AF_INET, &end.sin_addr, host, sizeof host);
    printf("getsockname: our own end is %s:%u\n", host, ntohs(end.sin_port));

    close(connfd);
    close(listenfd);
    return 0;
}
