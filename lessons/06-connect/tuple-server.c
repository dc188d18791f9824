/*
 * tuple-server.c - accept clients, keep them, and name both ends of each.
 *
 *   build  cc -I../../common tuple-server.c ../../common/error.c \
 *             -o tuple-server
 *   run    ./tuple-server [PORT [CLIENTS]]       default 5000, 1 client; it
 *                                                ends at the end of its input
 *   read   getsockname(2), getpeername(2)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static void print_end(const char *whose, const struct sockaddr_in *end)
{
    char host[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &end->sin_addr, host, sizeof host);
    printf("%s %s:%u\n", whose, host, ntohs(end->sin_port));
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("tuple-server [PORT [CLIENTS]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    long clients = argc > 2 ? parse_number(argv[2], 1, 100, "CLIENTS") : 1;

    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int on = 1;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    if (listen(listenfd, SOMAXCONN) == -1)
        die("listen on 127.0.0.1:%u", port);
    socklen_t len = sizeof self;
    if (getsockname(listenfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname of the listening socket");
    printf("listening on 127.0.0.1:%u\n", ntohs(self.sin_port));

    while (clients > 0) {
        int connfd = accept(listenfd, NULL, NULL);
        if (connfd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (connfd == -1)
            die("accept on 127.0.0.1:%u", ntohs(self.sin_port));
        clients--;

        /* The connected socket has the server's own address and port, as the
         * listening one has; what sets it apart is its peer. */
        struct sockaddr_in local, peer;
        len = sizeof local;
        if (getsockname(connfd, (struct sockaddr *)&local, &len) == -1)
            die("getsockname of descriptor %d", connfd);
        len = sizeof peer;
        if (getpeername(connfd, (struct sockaddr *)&peer, &len) == -1) {
            report("getpeername of descriptor %d", connfd); /* it has gone */
            continue;
        }
        printf("descriptor %d\n", connfd);
        print_end("  local", &local);
        print_end("  peer ", &peer);
    }

    /* The descriptors stay open, and the connections with them, until the
     * process ends. */
    while (getchar() != EOF)
        ;
    return 0;
}
