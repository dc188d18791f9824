/*
 * listener-io.c - talk over the wrong descriptor, then over the right one.
 *
 *   build  cc -I../../../common listener-io.c ../../../common/error.c \
 *             -o listener-io
 *   run    ./listener-io [PORT]          default 5000; one client
 *   read   accept(2), read(2), send(2)
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
        usage("listener-io [PORT]");
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
    printf("listening on 127.0.0.1:%u with descriptor %d\n",
           ntohs(self.sin_port), listenfd);

    int connfd = accept(listenfd, NULL, NULL);
    if (connfd == -1)
        die("accept on 127.0.0.1:%u", ntohs(self.sin_port));
    printf("accepted a client as descriptor %d\n", connfd);

    /* The wrong one. MSG_NOSIGNAL keeps us alive: write, or send without it,
     * would end this program by SIGPIPE, and it would not say a word. */
    char buffer[512];
    static const char words[] = "Over the right one.\n";
    if (read(listenfd, buffer, sizeof buffer) == -1)
        report("read from descriptor %d", listenfd);
    if (send(listenfd, words, sizeof words - 1, MSG_NOSIGNAL) == -1)
        report("send to descriptor %d", listenfd);

    /* The right one. */
    ssize_t n = send(connfd, words, sizeof words - 1, MSG_NOSIGNAL);
    if (n == -1)
        die("send to descriptor %d", connfd);
    printf("sent %zd bytes to descriptor %d\n", n, connfd);

    close(connfd);
    close(listenfd);
    return 0;
}
