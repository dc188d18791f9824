/*
 * tuple-client.c - connect to a server and name both ends of the connection.
 *
 *   build  cc -I../../common tuple-client.c ../../common/error.c \
 *             -o tuple-client
 *   run    ./tuple-client [HOST [PORT]]  default 127.0.0.1 5000; it ends at
 *                                        the end of its input
 *   read   connect(2), getsockname(2), getpeername(2)
 */
#include <arpa/inet.h>
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
        usage("tuple-client [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");

    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* Before connect the socket has no name: 0.0.0.0, port 0. */
    struct sockaddr_in local, peer;
    socklen_t len = sizeof local;
    if (getsockname(sockfd, (struct sockaddr *)&local, &len) == -1)
        die("getsockname");
    print_end("before connect: local", &local);

    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect %s:%u", host, port);

    /* Now both ends have one. TCP and these four numbers are the 5-tuple: no
     * two connections on this machine have the same. */
    len = sizeof local;
    if (getsockname(sockfd, (struct sockaddr *)&local, &len) == -1)
        die("getsockname");
    len = sizeof peer;
    if (getpeername(sockfd, (struct sockaddr *)&peer, &len) == -1)
        die("getpeername");
    print_end("after connect:  local", &local);
    print_end("                peer ", &peer);

    while (getchar() != EOF)
        ;
    close(sockfd);
    return 0;
}
