/*
 * linger.c - two ways to close: with a goodbye, and by a reset.
 *
 *   build  cc -I../../../common linger.c ../../../common/error.c \
 *             ../../../common/net.c -o linger
 *   run    ./linger
 *   read   socket(7): SO_LINGER; tcp(7); RFC 9293, section 3.10.7
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* Is the port free? Ask by a bind without SO_REUSEADDR. */
static const char *bind_again(in_port_t port)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int failed = bind(sockfd, (struct sockaddr *)&self, sizeof self);
    const char *answer = failed ? error_symbol(errno) : "success";
    close(sockfd);
    return answer;
}

/* A server closes first, its client second. l_onoff says how. */
static void close_first(int l_onoff)
{
    int listenfd = listen_on(0);
    in_port_t port = local_port(listenfd);
    int client = connect_to("127.0.0.1", port);
    int connfd = accept_client(listenfd, NULL);
    if (connfd == -1)
        die("accept");
    close(listenfd);

    /* On, and 0 seconds: do not linger, not even for a goodbye. */
    struct linger linger = {.l_onoff = l_onoff, .l_linger = 0};
    if (setsockopt(connfd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == -1)
        die("setsockopt SO_LINGER");
    if (send(connfd, "A", 1, MSG_NOSIGNAL) == -1)
        die("send 1 byte");
    close(connfd);

    char c;
    for (int i = 1; i <= 2; i++) {
        ssize_t n = recv(client, &c, 1, 0);
        printf("  the client's recv %d: %s\n", i,
               n == 1   ? "1 byte"
               : n == 0 ? "the end"
                        : error_symbol(errno));
    }
    close(client);
    printf("  bind to the same port: %s\n", bind_again(port));
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("linger");
    printf("close, as it comes:\n");
    close_first(0);
    printf("close, with SO_LINGER on and 0 seconds:\n");
    close_first(1);
    return 0;
}
