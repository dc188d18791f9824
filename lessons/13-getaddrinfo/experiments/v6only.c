/*
 * v6only.c - one port, a socket for :: and one for 0.0.0.0.
 *
 *   build  cc -I../../../common v6only.c ../../../common/error.c -o v6only
 *   run    ./v6only [PORT]               default 5000
 *   read   ipv6(7) on IPV6_V6ONLY
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

/* Listen on :: with this IPV6_V6ONLY. */
static int listen_six(in_port_t port, int v6only)
{
    struct sockaddr_in6 self = {.sin6_family = AF_INET6,
                                .sin6_port = htons(port),
                                .sin6_addr = IN6ADDR_ANY_INIT};
    int sockfd = socket(AF_INET6, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET6 SOCK_STREAM");
    if (setsockopt(sockfd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only) ==
        -1)
        die("setsockopt IPV6_V6ONLY");
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind [::]:%u", port);
    if (listen(sockfd, 1) == -1)
        die("listen on [::]:%u", port);
    printf("IPV6_V6ONLY %d: listening on [::]:%u\n", v6only, port);
    return sockfd;
}

/* May somebody else listen on 0.0.0.0, and does 127.0.0.1 answer? */
static void try_four(in_port_t port)
{
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int caller = socket(AF_INET, SOCK_STREAM, 0);
    if (caller == -1)
        die("socket AF_INET SOCK_STREAM");
    if (connect(caller, (struct sockaddr *)&self, sizeof self) == -1)
        report("connect 127.0.0.1:%u", port);
    else
        printf("connected to 127.0.0.1:%u\n", port);
    close(caller);

    self.sin_addr.s_addr = htonl(INADDR_ANY);
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        report("bind 0.0.0.0:%u", port);
    else
        printf("bound to 0.0.0.0:%u as well\n", port);
    close(sockfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("v6only [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    for (int v6only = 0; v6only <= 1; v6only++) {
        int sockfd = listen_six((in_port_t)(port + v6only), v6only);
        try_four((in_port_t)(port + v6only));
        close(sockfd);
    }
    return 0;
}
