/*
 * bind.c - give a socket a name, hold it, and ask the kernel what it is.
 *
 *   build  cc -I../../common bind.c ../../common/error.c -o bind
 *   run    ./bind [[HOST] PORT]      default every address, port 5000
 *   read   bind(2), getsockname(2), ip(7)
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
        usage("bind [[HOST] PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[argc - 1] : "5000");

    /* The name that we ask for. INADDR_ANY is every address that this machine
     * has; port 0 is any port that is free. */
    struct sockaddr_in name = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_ANY),
    };
    if (argc == 3 && inet_pton(AF_INET, argv[1], &name.sin_addr) != 1)
        usage("bind [[HOST] PORT]: HOST is an IPv4 address, as 127.0.0.1");

    char host[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &name.sin_addr, host, sizeof host) == NULL)
        die("inet_ntop AF_INET");
    printf("asked for %s:%u\n", host, port);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    if (bind(sockfd, (struct sockaddr *)&name, sizeof name) == -1)
        die("bind %s:%u", host, port);

    /* The name that we have. Before the call len says how much room there is,
     * after it how much was needed. */
    struct sockaddr_in bound;
    socklen_t len = sizeof bound;
    if (getsockname(sockfd, (struct sockaddr *)&bound, &len) == -1)
        die("getsockname");
    if (inet_ntop(AF_INET, &bound.sin_addr, host, sizeof host) == NULL)
        die("inet_ntop AF_INET");
    printf("bound to  %s:%u\n", host, ntohs(bound.sin_port));

    /* The name is ours as long as the socket is open. */
    printf("holding it until input ends\n");
    while (getchar() != EOF)
        ;

    close(sockfd);
    return 0;
}
