/*
 * order.c - set SO_REUSEADDR before bind, and after it.
 *
 *   build  cc -I../../../common order.c ../../../common/error.c \
 *             ../../../common/net.c -o order
 *   run    ./order
 *   read   socket(7): SO_REUSEADDR
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* A port that was a server's. Its one connection is in TIME_WAIT, since the
 * server has closed first; lesson 15 is about that. */
static in_port_t used_port(void)
{
    int listenfd = listen_on(0);
    in_port_t port = local_port(listenfd);
    int client = connect_to("127.0.0.1", port);
    int connfd = accept_client(listenfd, NULL);
    if (connfd == -1)
        die("accept");
    close(connfd);
    close(client);
    close(listenfd);
    return port;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("order");
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_port = htons(used_port()),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    int on = 1;
    int failed = bind(sockfd, (struct sockaddr *)&self, sizeof self);
    printf("bind: %s\n", failed ? error_symbol(errno) : "success");
    failed = setsockopt(sockfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    printf("setsockopt SO_REUSEADDR: %s\n",
           failed ? error_symbol(errno) : "success");
    failed = bind(sockfd, (struct sockaddr *)&self, sizeof self);
    printf("bind: %s\n", failed ? error_symbol(errno) : "success");

    close(sockfd);
    return 0;
}
