/*
 * addrlen.c - accept with different values in addrlen.
 *
 *   build  cc -I../../../common addrlen.c ../../../common/error.c -o addrlen
 *   run    ./addrlen PORT LEN...         one client for each LEN, -1 to 16
 *   read   accept(2)
 *
 * An uninitialised addrlen holds whatever was in that memory before. Here we
 * choose what it was.
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
    if (argc < 3)
        usage("addrlen PORT LEN...");
    in_port_t port = parse_port(argv[1]);
    for (int i = 2; i < argc; i++)
        parse_number(argv[i], -1, sizeof(struct sockaddr_in), "LEN");

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

    for (int i = 2; i < argc; i++) {
        int before = (int)parse_number(argv[i], -1, sizeof self, "LEN");

        struct sockaddr_in peer = {.sin_family = AF_UNSPEC};
        socklen_t addrlen = (socklen_t)before;
        int connfd = accept(listenfd, (struct sockaddr *)&peer, &addrlen);
        if (connfd == -1) {
            report("accept with addrlen %d", before);
            continue;
        }
        char host[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &peer.sin_addr, host, sizeof host);
        printf("addrlen %d became %u; the peer seems to be %s:%u\n", before,
               addrlen, host, ntohs(peer.sin_port));
        close(connfd);
    }

    close(listenfd);
    return 0;
}
