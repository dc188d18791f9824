/*
 * unchecked.c - what becomes of a client that does not check connect.
 *
 *   build  cc -I../../../common unchecked.c ../../../common/error.c \
 *             -o unchecked
 *   run    ./unchecked [HOST [PORT]]     where nobody listens
 *   read   connect(2), send(2), signal(7) on SIGPIPE
 *
 * It is wrong on purpose, in one line: see client.c for the right one.
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
        usage("unchecked [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* Nobody looks whether this worked. */
    (void)connect(sockfd, (struct sockaddr *)&server, sizeof server);

    /* To write to a socket that is not connected is to write to nobody, and
     * whoever does that gets SIGPIPE. The next line is never reached. */
    char c = 'A';
    ssize_t n = send(sockfd, &c, 1, 0);
    printf("send: %zd\n", n);
    close(sockfd);
    return 0;
}
