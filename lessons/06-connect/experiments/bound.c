/*
 * bound.c - bind a socket and leave out listen.
 *
 *   build  cc -I../../../common bound.c ../../../common/error.c -o bound
 *   run    ./bound [PORT]        default 5000; it ends at the end of its input
 *   read   bind(2), listen(2)
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
        usage("bound [PORT]");
    struct sockaddr_in self = {
        .sin_family = AF_INET,
        .sin_port = htons(parse_port(argc > 1 ? argv[1] : "5000")),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int on = 1;
    if (setsockopt(sockfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", ntohs(self.sin_port));

    /* The port is ours. But the kernel answers clients only for a socket that
     * listens; for this one it says no. */
    socklen_t len = sizeof self;
    if (getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    printf("bound to 127.0.0.1:%u, not listening\n", ntohs(self.sin_port));
    while (getchar() != EOF)
        ;
    close(sockfd);
    return 0;
}
