/*
 * abort-client.c - connect, and break the connection off at once.
 *
 *   build  cc -I../../../common abort-client.c ../../../common/error.c \
 *             -o abort-client
 *   run    ./abort-client [PORT]         default 5000
 *   read   accept(2): ECONNABORTED; socket(7): SO_LINGER
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
        usage("abort-client [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect 127.0.0.1:%u", port);
    struct sockaddr_in self;
    socklen_t len = sizeof self;
    if (getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    printf("connected from 127.0.0.1:%u\n", ntohs(self.sin_port));

    /* To linger for 0 seconds is not to say goodbye: close sends a reset
     * (RST) instead of the usual FIN. Lesson 14 has more of it. */
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    if (setsockopt(sockfd, SOL_SOCKET, SO_LINGER, &none, sizeof none) == -1)
        die("setsockopt SO_LINGER");
    close(sockfd);
    printf("reset the connection\n");
    return 0;
}
